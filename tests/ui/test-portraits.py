#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people look like: the pictures that a call server has of them are shown wherever they are; where one cannot be shown, or is not on that
server, there are initials. Pictures are of one colour, so that they can be found on the screen."""

import json
import os
import socket
import subprocess
import zlib

from PIL import Image, ImageChops

from desktop import Atspi, Desktop, Failure, Tap, wait

HERE = os.path.dirname(os.path.abspath(__file__))
GREEN, BLUE = (20, 220, 60), (30, 60, 240)

desktop = Desktop()
desktop.set_up_gtk(gtk_enable_animations='false')
tap = Tap(desktop)
folder = f'{desktop.home}/pictures'
stranger = socket.create_server(('127.0.0.1', 0))  # where a picture would be that is not on the call server
stranger.setblocking(False)
BAD = ['Bomb', 'Elsewhere', 'Folder', 'Huge', 'Missing', 'Stranger', 'Torn', 'Words']


def chunk(kind, data):
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def draw():
    os.mkdir(folder)
    Image.new('RGB', (400, 300), GREEN).save(f'{folder}/Ada', 'PNG')
    Image.new('RGB', (64, 64), BLUE).save(f'{folder}/Bob', 'JPEG')
    Image.new('RGB', (64, 64), GREEN).save(f'{folder}/Torn', 'PNG')
    with open(f'{folder}/Torn', 'r+b') as file:
        file.truncate(60)
    with open(f'{folder}/Words', 'w') as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="lime"/></svg>')
    with open(f'{folder}/Huge', 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + bytes(2 << 20))
    with open(f'{folder}/Bomb', 'wb') as file:  # of 3.6 GB
        rows = zlib.compressobj()
        data = b''.join(rows.compress(bytes(30001 * 3)) for row in range(300)) + rows.flush()
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', (30000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])) + chunk(b'IDAT', data) + chunk(b'IEND', b''))


def answer(name):
    desktop.start('answer', '--server', uri, '--user', name, '--source', 'test', '--audio-only', program=os.environ['YONDER_CLI'],
                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def area(picture, colour):
    """The pixels of about that colour: how many there are, and the box around them."""
    masks = [channel.point(lambda value, level=level: 255 if abs(value - level) < 24 else 0) for channel, level in zip(picture.split(), colour)]
    mask = ImageChops.darker(ImageChops.darker(masks[0], masks[1]), masks[2])
    return mask.histogram()[255], mask.getbbox()


def shows(title, colour, side):
    """There is a circle of that colour, of which something else may cover a little."""
    wait(lambda: side * side * 0.6 < area(app.picture(title), colour)[0] < side * side, f'the portrait in the window {title}')


def people_have_pictures():
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 420, 880)
    app.field('Name or E-Mail Address').type('Me')
    app.button('^Sign In$').click()
    shows('Yonder', GREEN, 40)
    shows('Yonder', BLUE, 40)
    app.save('Yonder', 'portraits')


def others_have_initials():
    """Which lie over a gradient, in the same column as the picture of Ada."""
    picture = app.picture('Yonder')
    left, top, right, bottom = area(picture, GREEN)[1]
    ada = app.find('^Ada$', Atspi.Role.LIST_ITEM).extents[1]
    for name in BAD:
        below = app.find(f'^{name}$', Atspi.Role.LIST_ITEM).extents[1] - ada
        part = picture.crop((left + 12, top + 4 + below, right - 12, bottom - 4 + below))
        if len(part.getcolors(1 << 24)) < 12:
            raise Failure(f'{name} has no initials')
    try:
        stranger.accept()
    except BlockingIOError:
        return
    raise Failure('another server was told who looks')


def page_has_one():
    app.press_here('Yonder', app.find('^Ada$', Atspi.Role.LIST_ITEM))
    app.button('^Favourite$')
    shows('Yonder', GREEN, 96)
    app.save('Yonder', 'portrait-page')
    app.key('Yonder', 'Escape')


def call_has_one():
    app.button('^Audio call with Ada$').click()
    app.place('Ada', 450, 0)
    app.stir('Ada')
    app.says(r'^\d+∶\d\d$')
    shows('Ada', GREEN, 128)
    app.save('Ada', 'portrait-call')
    app.button('^Hang Up$').click()
    app.says('^Call Ended$')
    app.rest()
    shows('Ada', GREEN, 96)
    app.key('Ada', 'ctrl+w')
    app.gone('^Call Ended$')


def caller_has_one():
    caller = desktop.start('call', 'Me', '--server', uri, '--user', 'Bob', '--source', 'test', '--audio-only', program=os.environ['YONDER_CLI'],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    app.says('^Incoming audio call$')
    app.place('Bob', 450, 0)
    shows('Bob', BLUE, 128)
    app.save('Bob', 'portrait-incoming')
    app.button('^Decline$').click()
    caller.wait(60)


def list_of_calls_has_them():
    app.press_tab('Yonder', 'Calls')
    shows('Yonder', GREEN, 40)
    shows('Yonder', BLUE, 40)
    app.save('Yonder', 'portraits-of-calls')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


draw()
PLACES = {name: f'/pictures/{name}' for name in ('Ada', 'Bob', 'Torn', 'Words', 'Huge', 'Bomb', 'Missing')} | {
    'Folder': '/pictures/', 'Elsewhere': '/pictures/elsewhere', 'Stranger': f'http://127.0.0.1:{stranger.getsockname()[1]}/Ada'}
server = desktop.start(f'{HERE}/relay-server.cjs', json.dumps(PLACES), folder, program='node', stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                       text=True)
uri = server.stdout.readline().strip()
for person in ['Ada', 'Bob', *BAD]:
    answer(person)
app = desktop.yonder('--server', uri)
tap.case('people have the pictures that their server has of them', people_have_pictures, vital=True)
tap.case('what is no picture, too large, torn, somewhere else or not there leaves the initials', others_have_initials)
tap.case('the page of somebody has it', page_has_one)
tap.case('a call has it, and its end', call_has_one)
tap.case('who calls has it', caller_has_one)
tap.case('the list of calls has them', list_of_calls_has_them)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
