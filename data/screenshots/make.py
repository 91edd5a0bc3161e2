#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the screenshots that software centers and the manual show, from the real application, in English, or in another language of the manual
into a folder of its own: `build-aux/enter tests/ui/run data/screenshots/make.py [LANGUAGE]`.

A call server runs, yonder-cli is the other people, and one of them sends the drawing below as her camera. Yonder signs in and is
looked at: the people, servers, the network, a call with its chat, how it is connected, and somebody who calls. call.png is the picture in
README.md, too."""

import gettext
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
os.environ.setdefault('YONDER', str(PROJECT / '_build/src/ui/yonder'))
os.environ.setdefault('YONDER_CLI', str(PROJECT / '_build/src/cli/yonder-cli'))
os.environ.setdefault('YONDER_SCREENSHOTS', str(PROJECT / '_build/screenshots'))
os.environ.setdefault('GSETTINGS_SCHEMA_DIR', str(PROJECT / '_build/data'))
sys.path.insert(0, str(PROJECT / 'tests/ui'))

from PIL import Image, ImageDraw, ImageFilter  # noqa: E402

from desktop import LOCALES, Atspi, Desktop, wait  # noqa: E402

WIDTH, HEIGHT, FINER = 960, 720, 2
LANGUAGE = sys.argv[1] if len(sys.argv) > 1 else 'en'
FOLDER = HERE if LANGUAGE == 'en' else HERE / LANGUAGE
CATALOGUE = gettext.translation('yonder', PROJECT / '_build/po', [LANGUAGE], fallback=LANGUAGE == 'en')
QUESTION = {
    'de': 'Siehst du das Diagramm?',
    'en': 'Can you see the chart?',
    'es': '¿Ves el gráfico?',
    'fr': 'Tu vois le graphique\u202f?',
    'pt_BR': 'Você vê o gráfico?',
    'ru': 'Тебе видно график?',
}[LANGUAGE]


def _(message):
    """What the application shows for it."""
    return CATALOGUE.gettext(message)


def named(message):
    """A pattern of that alone, without its mnemonic."""
    return f'^{re.escape(_(message).replace("_", ""))}$'


def mnemonic(message):
    """As GTK names the key on the accessibility bus."""
    letter = re.search('_(.)', _(message))[1]
    return letter.lower() if letter.isascii() else f'0x{ord(letter):x}'


def gradient(size, top, bottom):
    column = Image.new('RGB', (1, size[1]))
    for y in range(size[1]):
        part = y / max(1, size[1] - 1)
        column.putpixel((0, y), tuple(round(a + (b - a) * part) for a, b in zip(top, bottom)))
    return column.resize(size)


class Drawing:
    """A picture drawn larger than it will be, so that its edges are smooth. Lengths are in pixels of the final picture."""

    def __init__(self):
        self.image = gradient((WIDTH * FINER, HEIGHT * FINER), (250, 224, 196), (232, 184, 148))
        self.pen = ImageDraw.Draw(self.image)

    def scaled(self, *numbers):
        return [number * FINER for number in numbers]

    def box(self, x0, y0, x1, y1, colour, radius=0):
        self.pen.rounded_rectangle(self.scaled(x0, y0, x1, y1), radius * FINER, fill=colour)

    def disc(self, x, y, across, down, colour):
        self.pen.ellipse(self.scaled(x - across, y - down, x + across, y + down), fill=colour)

    def shape(self, points, colour):
        self.pen.polygon(self.scaled(*(number for point in points for number in point)), fill=colour)

    def arc(self, x0, y0, x1, y1, begin, end, colour, width):
        self.pen.arc(self.scaled(x0, y0, x1, y1), begin, end, fill=colour, width=width * FINER)

    def soften(self, radius):
        """What is behind the person is a little out of focus."""
        self.image = self.image.filter(ImageFilter.GaussianBlur(radius * FINER))
        self.pen = ImageDraw.Draw(self.image)

    def finished(self):
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def draw_room(drawing):
    drawing.box(70, 70, 330, 400, '#fff6ea', 10)
    view = gradient((236 * FINER, 306 * FINER), (110, 178, 240), (214, 236, 250))
    drawing.image.paste(view, (82 * FINER, 82 * FINER))
    drawing.disc(258, 150, 30, 30, '#fff0b8')
    drawing.shape([(82, 388), (82, 300), (150, 262), (220, 304), (318, 270), (318, 388)], '#6fb98a')
    drawing.shape([(82, 388), (82, 340), (180, 318), (318, 350), (318, 388)], '#4d9b72')
    drawing.box(194, 70, 206, 400, '#fff6ea')
    drawing.box(52, 396, 348, 414, '#fff6ea', 6)
    for y, colours in ((190, ('#c0504d', '#e7a54a', '#5b7fb5', '#f2e3c6', '#4d9b72')), (360, ('#5b7fb5', '#f2e3c6', '#8d5a97', '#c0504d'))):
        drawing.box(640, y, 900, y + 14, '#9a6a43', 4)
        x = 656
        for index, colour in enumerate(colours):
            drawing.box(x, y - 84 - index % 3 * 12, x + 26, y, colour, 3)
            x += 32
    drawing.box(826, 140, 876, 190, '#d97b56', 8)
    for x, y in ((851, 96), (828, 112), (874, 112), (838, 84), (866, 84)):
        drawing.disc(x, y, 17, 27, '#4d9b72')
    drawing.soften(2)


def draw_person(drawing):
    hair, skin, shade, jumper = '#3b2a2a', '#f0b795', '#e2a07c', '#2f6f7e'
    drawing.disc(480, 318, 148, 168, hair)
    drawing.box(338, 318, 622, 520, hair, 66)
    drawing.disc(480, 800, 330, 262, jumper)
    drawing.box(434, 430, 526, 566, shade, 40)
    drawing.disc(480, 556, 76, 30, skin)
    drawing.disc(480, 340, 112, 140, skin)
    drawing.disc(480, 226, 118, 66, hair)
    drawing.shape([(366, 300), (372, 220), (480, 188), (590, 220), (594, 300), (540, 246), (452, 240)], hair)
    for x in (438, 522):
        drawing.disc(x, 336, 10, 13, '#2b2020')
        drawing.disc(x + 4, 331, 3, 4, '#ffffff')
        drawing.arc(x - 22, 296, x + 22, 330, 200, 340, hair, 6)
        drawing.disc(x + (-26 if x < 480 else 26), 380, 22, 15, '#eda184')
    drawing.arc(462, 346, 498, 384, 20, 150, shade, 5)
    drawing.pen.chord(drawing.scaled(438, 372, 522, 436), 10, 170, fill='#ffffff', outline='#a6483f', width=4 * FINER)
    drawing.arc(330, 170, 630, 470, 188, 352, '#e8e8ec', 12)
    for x in (356, 604):
        drawing.box(x - 22, 300, x + 22, 382, '#e8e8ec', 20)
        drawing.box(x - 12, 312, x + 12, 370, '#c3c4cc', 12)


def film(folder):
    """The drawing as a film that yonder-cli plays."""
    drawing = Drawing()
    draw_room(drawing)
    draw_person(drawing)
    still, result = folder / 'camera.png', folder / 'camera.webm'
    drawing.finished().save(still)
    subprocess.run(['gst-launch-1.0', '-q', 'filesrc', f'location={still}', '!', 'pngdec', '!', 'imagefreeze', 'num-buffers=60', '!',
                    'videoconvert', '!', 'video/x-raw,framerate=15/1', '!', 'vp8enc', 'target-bitrate=8000000', '!', 'webmmux', '!',
                    'filesink', f'location={result}'], check=True)
    return result


def line_with(process, word):
    return next(line for line in process.stdout if word in line)


def keep(picture, name):
    """Without the edge that a window has in place of its shadow where there is no compositor, and with as few colours as look the same."""
    edge = 5
    picture = picture.crop((edge, edge, picture.width - edge, picture.height - edge))
    picture.quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(FOLDER / f'{name}.png', optimize=True)


def settled(app, title, name):
    """A picture once nothing moves any more, which save() waits for."""
    app.save(title, name)
    return Image.open(pathlib.Path(os.environ['YONDER_SCREENSHOTS']) / f'{name}.png')


def start_keyring(desktop):
    """As people have one, where the application keeps passwords."""
    daemon = desktop.start('--unlock', '--components=secrets', '--foreground', program='gnome-keyring-daemon', stdin=subprocess.PIPE,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    daemon.stdin.write(b'password')
    daemon.stdin.close()
    subprocess.run(['gdbus', 'wait', '--session', '--timeout', '20', 'org.freedesktop.secrets'], check=True)


def keep_servers(desktop):
    """What somebody has typed in before."""
    config = pathlib.Path(desktop.home, 'config', 'yonder')
    config.mkdir(parents=True)
    servers = [{'id': str(index), 'enabled': True, 'urls': [url]} for index, url in enumerate(('stun:stun.example.org', 'stun:stun.example.net'))]
    (config / 'ice-servers.json').write_text(json.dumps({'version': 1, 'iceServers': servers}))


def keep_dialogs(app):
    app.key('Yonder', 'ctrl+comma')
    app.press_tab('Yonder', _('Network'))
    app.says(named('Your Servers'))
    keep(settled(app, 'Yonder', 'make-network'), 'network')
    app.key('Yonder', 'Escape')
    app.gone(named('Your Servers'))
    app.choose(_('Main Menu'), mnemonic('Check _Network…'))
    app.button(named('Check _Again'))
    keep(settled(app, 'Yonder', 'make-check-network'), 'check-network')
    app.key('Yonder', 'Escape')
    app.gone(named('Check _Again'))


def keep_chat(app, caller):
    app.key(caller, 'c')
    app.field(_('Message')).type(QUESTION)
    app.key(caller, 'Return')
    app.says('^' + re.escape(QUESTION[:-2]))
    app.button(named('Thumbs up')).click()
    app.find(f'^{_("You")}\\s?: {_("Thumbs up")}$')
    keep(app.picture(caller), 'chat')
    app.key(caller, 'Escape')
    app.gone(named('Send'))


def keep_incoming(desktop, app, uri):
    name = 'Emmy Noether'
    desktop.start('call', 'Grace Hopper', '--server', uri, '--user', name, '--source', 'test', program=os.environ['YONDER_CLI'],
                  stdout=subprocess.DEVNULL)
    app.says(named('Incoming video call'))
    app.place(name, 0, 0)
    app.resize(name, 480, 600)
    keep(settled(app, name, 'make-incoming'), 'incoming')
    app.button(named('Decline')).click()


def main():
    FOLDER.mkdir(exist_ok=True)
    desktop = Desktop()
    start_keyring(desktop)
    keep_servers(desktop)
    cli = os.environ['YONDER_CLI']
    server = desktop.start('serve', '--port', '0', '--echo', program=cli, stdout=subprocess.PIPE, text=True)
    uri = line_with(server, 'http').split()[-1]
    caller = 'Ada Lovelace'
    desktop.start('answer', '--server', uri, '--user', caller, '--source', str(film(pathlib.Path(desktop.home))),
                  '--video', f'{WIDTH}x{HEIGHT}@15', program=cli, stdout=subprocess.DEVNULL)
    others = ('Alan Turing', 'Hedy Lamarr', 'Katherine Johnson', 'Mary Somerville')
    for name in others:
        desktop.start('answer', '--server', uri, '--user', name, '--source', 'test', program=cli, stdout=subprocess.DEVNULL)
    app = desktop.yonder('--server', uri, environment=desktop.make_locale(LOCALES[LANGUAGE]) if LANGUAGE != 'en' else None)
    app.field(_('Name or E-Mail Address')).type('Grace Hopper')
    app.button(named('Sign _In')).click()
    for name in (caller, *others):
        app.find(f'^{name}$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 800, 620)
    keep(settled(app, 'Yonder', 'make-people'), 'people')
    keep_dialogs(app)

    app.button(_('Video call with %s') % caller).click()
    app.place(caller, 0, 0)
    app.stir(caller)
    app.button(named('Dismiss'))
    app.dismiss_notices(caller, _('Dismiss'))
    app.says(r'^(0∶[2-5]|[1-9]∶\d)\d$', seconds=90)  # by then the picture is as sharp as it gets
    app.wake(caller)
    keep(wait(lambda: app.picture(caller) if any(app.all(None, named('Hang Up'))) else None, 'the controls'), 'call')

    keep_chat(app, caller)

    app.key(caller, 'i')
    app.says(f'^{_("Call with %s") % caller}$')
    app.says(named('Direct, on this computer'))
    keep(settled(app, caller, 'make-connection'), 'connection')
    app.key(caller, 'Escape')
    app.gone(f'^{_("Call with %s") % caller}$')
    app.key(caller, 'ctrl+h')
    app.says(named('Call Ended'))
    app.key(caller, 'ctrl+w')
    keep_incoming(desktop, app, uri)
    app.quit()
    desktop.close()


main()
