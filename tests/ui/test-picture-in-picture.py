#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call in the small window: what it shows and does, how one comes back from it, and that nobody misses why a call ended. First with Echo,
then in a dark style with somebody whose yonder-cli stands still and hangs up."""

import json
import os
import signal
import subprocess

from desktop import Atspi, Desktop, Failure, Tap, differ, is_black, wait

SMALL = (320, 180)
SMALLEST = (216, 128)

desktop = Desktop()
desktop.set_up_gtk(gtk_enable_animations='false')
tap = Tap(desktop)
app = desktop.yonder('--embedded')
name = 'Echo'  # of whom is called
people = {}


def width_of_call():
    """Of the only window of the call that shows."""
    if [window.name for window in app.windows()].count(name) != 1:
        return 0
    left, _, right, _ = app.box(name)
    return right - left


def is_small():
    app.find('^Back to Call$', Atspi.Role.BUTTON)
    wait(lambda: width_of_call() == SMALL[0], 'the small window alone')


def is_large():
    app.gone('^Back to Call$')
    wait(lambda: width_of_call() == 800, 'the large window alone')


def make_small():
    app.key(name, 'w')
    is_small()
    app.place(name, 450, 0)


def calls(button='Video call with Echo'):
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.button(button).click()
    app.place(name, 450, 0)
    app.stir(name)
    app.says(r'^\d+∶\d\d$')
    app.button('^Dismiss$')
    app.dismiss_notices()
    app.rest()


def picture_moves():
    """It has no bars; what is compared leaves out the controls."""
    def content():
        picture = app.picture(name)
        return picture.crop((8, 8, picture.width - 8, picture.height - 60))

    first = wait(lambda: not is_black(content()) and content(), 'a picture')
    wait(lambda: differ(first, content()) > 0.0005, 'the picture to move')


def opens_from_the_menu():
    app.stir(name)
    app.choose('^More$', 'w')
    app.rest()
    is_small()
    left, top, right, bottom = app.place(name, 450, 0)
    if (right - left, bottom - top) != SMALL:
        raise Failure(f'it is {right - left} by {bottom - top}')
    picture_moves()
    desktop.move_pointer(5, 800)
    app.save(name, 'small-window')


def has_few_controls():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))
    window = next(window for window in app.windows() if window.name == name)
    buttons = [widget.name for widget in window.walk() if widget.role in (Atspi.Role.BUTTON, Atspi.Role.TOGGLE_BUTTON) and widget.name]
    if buttons != ['Mute Microphone', 'Hang Up', 'Back to Call']:
        raise Failure(f'{buttons}')


def bar():
    """What the screen shows where the controls are, when there are any."""
    picture = app.picture(name)
    middle = picture.width // 2
    return picture.crop((middle - 20, picture.height - 46, middle + 20, picture.height - 14))


def shows_hang_up():
    """The middle one of the controls is red."""
    red = sum(high > 180 and green < 80 and blue < 90 for high, green, blue in bar().getdata())
    return red > 200


def controls_come_and_go():
    desktop.move_pointer(5, 800)
    wait(lambda: not shows_hang_up(), 'no controls over the picture')
    app.wake(name)
    wait(shows_hang_up, 'the controls below the pointer')
    app.save(name, 'small-window-controls')
    desktop.move_pointer(5, 800)
    wait(lambda: not shows_hang_up(), 'the controls to go')
    app.key(name, 'Tab')
    wait(shows_hang_up, 'the controls by keyboard')
    app.place('Yonder', 0, 0)
    wait(lambda: not shows_hang_up(), 'the controls to go with the keyboard')


def muting_is_muting():
    app.button('^Mute Microphone$').click()
    app.find('^The other side’s microphone is off$', Atspi.Role.IMAGE)  # Echo says of itself what is so here
    app.says('^You are muted$')
    app.save(name, 'small-window-muted')
    app.key(name, 'w')
    is_large()
    app.place(name, 450, 0)
    app.stir(name)
    if not app.button('^Mute Microphone$').is_pressed:
        raise Failure('the large window does not say that one is muted')
    app.rest()
    make_small()
    app.key(name)
    desktop.xdotool('keydown', 'space')
    app.gone('^You are muted$')
    desktop.xdotool('keyup', 'space')
    app.says('^You are muted$')
    app.key(name, 'm')
    app.gone('^You are muted$')
    app.gone('^The other side’s microphone is off$')


def comes_back():
    """By keys, by a double click, by its button; the call goes on each time. What closes it by the frame of the desktop is Ctrl+W's way."""
    duration = 0
    for how in (lambda: app.key(name, 'Escape'), lambda: app.key(name, 'Return'), lambda: app.key(name, 'ctrl+w'), double_click,
                lambda: app.button('^Back to Call$').click()):
        if duration:
            make_small()
        how()
        is_large()
        app.place(name, 450, 0)
        app.stir(name)
        minutes, seconds = app.says(r'^\d+∶\d\d$').name.split('∶')
        app.rest()
        if int(minutes) * 60 + int(seconds) < duration:
            raise Failure('this is another call')
        duration = int(minutes) * 60 + int(seconds)
    app.picture_moves(name)


def double_click():
    left, top, right, bottom = app.box(name)
    desktop.move_pointer(left + 40, top + 40)
    desktop.xdotool('click', '--repeat', 2, '--delay', 60, 1)


def is_resized():
    make_small()
    for size in (SMALLEST, (640, 360)):
        app.resize(name, *size)
        wait(lambda: app.picture(name).size == size, f'it to be {size}')
        picture_moves()
        app.wake(name)
        wait(shows_hang_up, 'the controls')
        app.save(name, f'small-window-{size[0]}')
    app.resize(name, *SMALL)


def avatar_stands_for_a_picture():
    """Echo turns its camera off with ours."""
    app.key(name, 'w')
    is_large()
    app.place(name, 450, 0)
    app.key(name, 'v')
    app.gone('^Picture of the other side$')
    make_small()
    app.says(r'^\d+∶\d\d$')
    app.gone('^Picture of the other side$')
    desktop.move_pointer(5, 800)
    wait(shows_hang_up, 'controls that stay')
    app.save(name, 'small-window-avatar')
    app.resize(name, *SMALLEST)
    app.save(name, f'small-window-avatar-{SMALLEST[0]}')
    app.resize(name, *SMALL)


def is_held_and_taken_up():
    app.key(name, 'w')
    is_large()
    app.place(name, 450, 0)
    app.key(name, 'h')
    app.says('^On hold: ')
    make_small()
    app.says('^On hold$')
    app.save(name, 'small-window-on-hold')
    app.key(name, 'w')
    is_large()
    app.place(name, 450, 0)
    app.key(name, 'h')
    app.gone('^On hold')
    app.key(name, 'v')
    app.find('^Picture of the other side$')
    make_small()
    picture_moves()


def keyboard_alone():
    """Tab goes round all controls; hanging up by one of them shows the end."""
    for control in ('Mute Microphone', 'Hang Up', 'Back to Call', 'Hang Up'):
        app.tab_to(name, lambda: next(app.all(None, f'^{control}$'), None))
    app.key(name, 'Return')
    app.says('^Call Ended$')
    app.says('^You hung up after')
    app.gone('^Back to Call$')
    app.place(name, 450, 0)
    app.key(name, 'ctrl+w')
    app.gone('^Call Ended$')


def voice_call():
    calls('Audio call with Echo')
    make_small()
    app.says(r'^\d+∶\d\d$')
    app.gone('^Picture of the other side$')
    app.key(name, 'm')
    wait(lambda: app.button('^Mute Microphone$').is_pressed, 'the button to say that one is muted')
    app.gone('^You are muted$')  # it would lie over the name
    app.save(name, 'small-window-voice-muted')
    app.key(name, 'ctrl+h')
    app.says('^Call Ended$')
    app.place(name, 450, 0)
    app.key(name, 'ctrl+w')
    app.gone('^Call Ended$')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


def quits_from_small_window():
    calls()
    make_small()
    quits()


def agent(command, who, *arguments):
    people[who] = desktop.start(command, *arguments, '--server', uri, '--user', who, '--source', 'test', program=os.environ['YONDER_CLI'],
                                stdout=subprocess.DEVNULL)


def calls_ada():
    global app, name, uri
    server = desktop.start('serve', '--port', '0', '--json', program=os.environ['YONDER_CLI'], stdout=subprocess.PIPE, text=True)
    uri = json.loads(server.stdout.readline())['uri']
    app = desktop.yonder('--server', uri, environment={'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark'})
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 420, 420)
    app.field('Name or E-Mail Address').type('Me')
    app.button('^Sign In$').click()
    agent('answer', 'Ada')
    app.button('Video call with Ada').click()
    name = 'Ada'
    app.place(name, 450, 0)
    app.stir(name)
    app.says(r'^\d+∶\d\d$')
    app.find('^Picture of the other side$')
    app.rest()
    make_small()
    picture_moves()


def says_that_it_reconnects():
    people['Ada'].send_signal(signal.SIGSTOP)
    try:
        app.says('^Reconnecting…$')
        app.save(name, 'small-window-reconnecting-dark')
    finally:
        people['Ada'].send_signal(signal.SIGCONT)
    app.gone('^Reconnecting…$')
    picture_moves()


def another_one_calls():
    """In a window of their own; the small one goes on."""
    agent('call', 'Bob', 'Me')
    app.says('You are in a call with Ada')
    app.place('Bob', 0, 430)
    app.button('^Decline$').click()
    app.gone('^Incoming video call$')
    people['Bob'].wait(60)
    picture_moves()


def other_side_hangs_up():
    people['Ada'].send_signal(signal.SIGINT)
    app.says('^Ada hung up')
    is_large()
    app.place(name, 450, 0)
    app.save(name, 'small-window-ended-dark')


tap.case('Echo is called', calls, vital=True)
tap.case('the menu of the call makes it small, and the picture moves there', opens_from_the_menu, vital=True)
tap.case('it has three controls, and all have names', has_few_controls)
tap.case('controls come and go with the pointer and with the keyboard', controls_come_and_go)
tap.case('muting there is muting; the space bar speaks', muting_is_muting)
tap.case('one comes back by keys, buttons and a double click, and the call goes on', comes_back)
tap.case('it works in every size', is_resized)
tap.case('an avatar stands for a picture that is none', avatar_stands_for_a_picture)
tap.case('a call on hold says so', is_held_and_taken_up)
tap.case('by keyboard alone: hanging up shows the end of the call', keyboard_alone)
tap.case('a voice call is small, too', voice_call)
tap.case('Ctrl+Q quits from the small window, without leaks', quits_from_small_window)
tap.case('a call with Ada, small', calls_ada, vital=True)
tap.case('it says that the connection is interrupted, and goes on', says_that_it_reconnects)
tap.case('somebody else calls, and is declined', another_one_calls)
tap.case('the other side hangs up: the large window says so', other_side_hangs_up)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
