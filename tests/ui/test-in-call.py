#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one does in a call besides talking, tried with Echo, which sends everything back: muting is shown there, the space bar lets speak,
texts and reactions pass, and the picture is kept as a file."""

import os
import pathlib
import subprocess

from PIL import Image

from desktop import Atspi, Desktop, Failure, Tap, wait

desktop = Desktop()
tap = Tap(desktop)
pictures = pathlib.Path(desktop.home, 'Bilder')
pictures.mkdir()
config = pathlib.Path(desktop.home, 'config')
config.mkdir()
(config / 'user-dirs.dirs').write_text(f'XDG_PICTURES_DIR="{pictures}"\n')
app = desktop.yonder('--embedded')


def call_echo():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.button('Video call with Echo').click()
    app.place('Echo', 450, 0)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    app.button('^Dismiss$')
    app.dismiss_notices()


def quality_is_a_word():
    word = app.says('^(Excellent|Good|Poor|Bad)$').name
    wait(lambda: app.button('^Connection Details$').description == f'Connection: {word}' or app.says('^(Excellent|Good|Poor|Bad)$').name != word,
         'the button to say it as well')


def muting_is_shown_there():
    app.key('Echo', 'm')
    app.says('^Microphone off$')
    app.save('Echo', 'in-call-peer-muted')


def space_lets_speak():
    """While it is held; a window that loses the keyboard cannot hear of the release."""
    for end in (lambda: desktop.xdotool('keyup', 'space'), lambda: app.place('Yonder', 0, 0)):
        app.key('Echo')
        desktop.xdotool('keydown', 'space')
        app.gone('^Microphone off$')
        if app.button('Mute Microphone').is_pressed:
            raise Failure('the button still says that one is muted')
        end()
        app.says('^Microphone off$')
        desktop.xdotool('keyup', 'space')
    app.key('Echo', 'm')
    app.gone('^Microphone off$')


def camera_is_shown_off_there():
    app.key('Echo', 'v')
    app.says('^Camera off$')
    app.gone('^Picture of the other side$')
    app.save('Echo', 'in-call-peer-camera-off')
    app.key('Echo', 'v')
    app.gone('^Camera off$')
    app.find('^Picture of the other side$')


def lines(text):
    return [widget for widget in app.all(Atspi.Role.LABEL) if widget.name == text]


def texts_pass():
    app.key('Echo', 'c')
    app.says('Nothing Written Yet')
    app.save('Echo', 'in-call-chat-empty')
    app.key('Echo')
    desktop.xdotool('type', 'move <b>mic</b> & v')
    app.key('Echo', 'Return')
    wait(lambda: len(lines('move <b>mic</b> & v')) == 2, 'the text to be there, and to come back')
    app.says('^You, ')
    app.says('^Echo, ')
    if app.button('Mute Microphone').is_pressed or app.button('Turn Camera Off').is_pressed:
        raise Failure('what was written did something')
    if app.field('Message').text:
        raise Failure('the text still stands in the entry')
    app.save('Echo', 'in-call-chat')


def reactions_pass():
    app.button('^Heart$').click()
    app.find('^You: Heart$')
    app.find('^Echo: Heart$')
    app.gone('^(You|Echo): Heart$')
    app.button('^Thumbs up$').click()
    app.find('^You: Thumbs up$')
    app.save('Echo', 'in-call-reaction')


def everything_is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


def escape_closes_the_chat():
    app.key('Echo', 'Escape')
    app.gone('^Send$')
    app.button('^Chat$').click()
    app.button('^Send$')
    app.button('^Close Chat$').click()
    app.gone('^Send$')


def fits_a_phone():
    app.resize('Echo', 360, 640)
    app.stir('Echo')
    app.key('Echo', 'c')
    wait(lambda: app.button('^Send$').extents[0] + app.button('^Send$').extents[2] <= 360, 'the chat to fit')
    app.save('Echo', 'in-call-chat-phone')
    app.key('Echo', 'Escape')
    app.gone('^Send$')
    app.save('Echo', 'in-call-phone')
    if app.picture('Echo').width != 360:
        raise Failure(f'the window is {app.picture("Echo").width} pixels wide')
    app.resize('Echo', 800, 600)
    app.stir('Echo')


def calls_again():
    """GTK 4.18's own file chooser, which comes where there is no portal, leaks the names that it lists: from here on leaks do not count."""
    global app
    app = desktop.yonder('--embedded', environment={'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'})
    call_echo()


def picture_is_kept():
    app.key('Echo', 'p')
    app.x_window('Save Picture')
    app.save('Save Picture', 'in-call-snapshot')
    app.key('Save Picture', 'Return')
    path = wait(lambda: next(iter(pictures.glob('Echo *.png')), None), 'the file')

    def picture():
        try:
            with Image.open(path) as image:
                return image.convert('RGB')
        except OSError:  # not written to its end yet
            return None

    kept = wait(picture, 'the file to be a picture')
    if kept.width < 160 or len(kept.getcolors(1 << 24)) < 8:
        raise Failure(f'{kept.size} pixels with {len(kept.getcolors(1 << 24))} colours')


def picture_cannot_be_kept():
    """Nothing can be written where the pictures are kept: it is said, and the call goes on."""
    away = pictures.with_name('pictures-away')
    pictures.rename(away)
    pictures.symlink_to('/proc/self')
    app.key('Echo', 'p')
    app.x_window('Save Picture')
    app.key('Save Picture', 'Return')
    app.says('^The Picture Was Not Saved$')
    app.says('^Nothing can be saved there. Choose another folder.$')
    app.save('Echo', 'in-call-picture-not-saved')
    app.key('Echo', 'Escape')
    app.gone('^The Picture Was Not Saved$')
    pictures.unlink()
    away.rename(pictures)
    app.picture_moves('Echo')


def hangs_up():
    app.key('Echo', 'ctrl+h')
    app.says('^Call Ended$')
    app.key('Echo', 'ctrl+w')


def voice_call_has_no_picture():
    app.button('Audio call with Echo').click()
    app.place('Echo', 450, 0)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    app.gone('^Picture of the other side$')
    app.gone('^Your own picture$')
    app.save('Echo', 'in-call-voice')


def path_loses(percent):
    """Of what the two sides send each other, so much is lost, in the network that this test has for itself."""
    rules = 'table inet lossy\ndelete table inet lossy\n'
    if percent > 0:
        rules += f'table inet lossy {{ chain input {{ type filter hook input priority 0; meta l4proto udp numgen random mod 100 < {percent} drop; }}; }}\n'
    return subprocess.run(['nft', '-f', '-'], input=rules, capture_output=True, text=True, timeout=60)


def quality():
    """The word, and what the button says; None while they change."""
    word = next((widget for widget in app.all(Atspi.Role.LABEL, '^(Excellent|Good|Poor|Bad)$')), None)
    button = app.button('^Connection Details$')
    return word.name if word is not None and button.description == f'Connection: {word.name}' else None


def bars():
    """How much of the bars before the word is bright."""
    app.stir('Echo')
    x, y, width, height = app.button('^Connection Details$').extents
    word = app.says('^(Excellent|Good|Poor|Bad)$').extents[0]
    return sum(min(pixel) > 200 for pixel in app.picture('Echo').crop((x, y, word, y + height)).getdata())


def quality_follows_the_path():
    wait(lambda: quality() in ('Excellent', 'Good'), 'a good connection')
    good = bars()
    app.save('Echo', 'in-call-quality-good')
    path_loses(40)
    try:
        wait(lambda: quality() == 'Bad', 'the bad path to be told')
        bad = bars()
        app.save('Echo', 'in-call-quality-bad')
    finally:
        path_loses(0)
    if not 0 < bad < good:
        raise Failure(f'of the bars {bad} pixels are bright on a bad path, and {good} on a good one')
    wait(lambda: quality() in ('Excellent', 'Good'), 'the good path to be told')


def voice_call_gets_pictures():
    app.button('^Turn Camera Off$').click()
    app.find('^Picture of the other side$')
    app.find('^Your own picture$')
    app.picture_moves('Echo')
    app.save('Echo', 'in-call-voice-to-video')


def voice_call_goes_back():
    app.key('Echo', 'v')
    app.says('^Camera off$')
    app.gone('^Picture of the other side$')
    app.key('Echo', 'ctrl+h')
    app.says('^Call Ended$')
    app.key('Echo', 'ctrl+w')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


tap.case('Echo is called', call_echo, vital=True)
tap.case('the quality is a word', quality_is_a_word)
tap.case('muting is shown on the other side', muting_is_shown_there)
tap.case('the space bar lets the muted speak', space_lets_speak)
tap.case('a camera that is off is shown on the other side, in place of its picture', camera_is_shown_off_there)
tap.case('texts pass, and are text', texts_pass)
tap.case('reactions pass, and go', reactions_pass)
tap.case('the chat: every control has a name', everything_is_named)
tap.case('Escape and buttons close the chat', escape_closes_the_chat)
tap.case('chat and call fit a phone', fits_a_phone)
tap.case('Ctrl+H hangs up', hangs_up)
tap.case('a voice call has no picture', voice_call_has_no_picture)
if 'near:' in pathlib.Path('/proc/net/dev').read_text() and path_loses(0).returncode == 0:
    tap.case('a bad path is told by bars and a word, and so is a good one', quality_follows_the_path)
else:
    tap.skip('a bad path is told by bars and a word, and so is a good one', 'there is no network of its own here, or no nftables')
tap.case('the camera is turned on, and the voice call is one with pictures', voice_call_gets_pictures)
tap.case('the camera is turned off, and there is none again', voice_call_goes_back)
tap.case('Ctrl+Q quits, without leaks', quits)
tap.case('Echo is called again', calls_again, vital=True)
tap.case('a picture that cannot be kept is told', picture_cannot_be_kept)
tap.case('the picture is kept where the user wants it', picture_is_kept)
tap.case('Ctrl+Q quits in a call', quits)
desktop.close()
tap.done()
