#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A first start without a server: Echo is there, is called by clicking, and everything in the call window does what it says."""

from desktop import Atspi, Desktop, Failure, Tap, wait

desktop = Desktop()
tap = Tap(desktop)
app = desktop.yonder('--embedded')


def echo_is_online():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.says('^Online$')
    app.place('Yonder', 0, 0)


def everything_is_named(where):
    unnamed = app.unnamed()
    if unnamed:
        raise Failure(f'without a name on {where}:\n' + '\n'.join(unnamed))


def search_finds_echo():
    app.key('Yonder', 'ctrl+f')
    entry = app.field('Search contacts')
    entry.type('nobody')
    app.says('No Results Found')
    app.save('Yonder', 'contacts-no-results')
    entry.type('ech')
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.button('^Search$').click()


def call_echo():
    app.button('Video call with Echo').click()
    app.place('Echo', 450, 0)
    app.stir('Echo')
    app.find('Hang Up')


def is_connected():
    first = app.says(r'^\d+∶\d\d$').name
    wait(lambda: next((w for w in app.all(Atspi.Role.LABEL, r'^\d+∶\d\d$') if w.name != first), None), 'the duration to run')


def notices_are_said():
    app.says('No camera was found')
    app.says('No microphone was found')
    app.says('No loudspeaker or headphones were found')


def mute():
    app.button('Mute Microphone').click()
    wait(lambda: app.button('Mute Microphone').is_pressed, 'the microphone button to be pressed')
    app.key('Echo', 'm')
    wait(lambda: not app.button('Mute Microphone').is_pressed, 'the key M to unmute')


def camera_off():
    app.key('Echo', 'v')
    wait(lambda: app.button('Turn Camera Off').is_pressed, 'the key V to turn the camera off')
    app.find('Your camera is off', Atspi.Role.IMAGE)
    app.save('Echo', 'call-camera-off')
    app.button('Turn Camera Off').click()
    wait(lambda: not app.button('Turn Camera Off').is_pressed, 'the camera to be on again')


def controls_hide_and_return():
    app.dismiss_notices('Echo')
    app.rest()
    app.gone('Hang Up')
    app.save('Echo', 'call-idle')
    wait(lambda: app.wake('Echo') or any(app.all(None, 'Hang Up')), 'the controls to come back with the pointer')
    app.gone('Hang Up')
    wait(lambda: app.key('Echo', 'Tab') or any(app.all(None, 'Hang Up')), 'the controls to come back with a key')


def self_view_is_dragged():
    left, top, right, bottom = app.box('Echo')
    x, y, width, height = app.find('^Your own picture$').extents
    held_x, held_y = left + x + width // 2, top + y + height // 2
    if x < (right - left) // 2 or y < (bottom - top) // 2:
        raise Failure(f'the self view begins at {x}, {y}')
    desktop.move_pointer(held_x, held_y)
    desktop.xdotool('mousedown', 1)
    for step in range(1, 9):
        desktop.move_pointer(held_x - step * (held_x - left - 110) // 8, held_y - step * (held_y - top - 110) // 8)
    desktop.xdotool('mouseup', 1)

    def is_at_top_left():
        x, y, width, height = app.find('^Your own picture$').extents
        return x + width < (right - left) // 2 and y + height < (bottom - top) // 2

    wait(is_at_top_left, 'the self view to be in the other corner')
    app.save('Echo', 'call-self-view-dragged')
    app.key('Echo', 'o')
    wait(lambda: app.find('^Your own picture$').extents[0] > (right - left) // 2, 'the key O to move the self view on')


def hang_up():
    app.stir('Echo')
    app.button('Hang Up').click()
    app.find('^Call Ended$')
    app.says('You hung up after')
    app.save('Echo', 'call-ended')


def call_again():
    app.button('Call Again').click()
    is_connected()
    app.picture_moves('Echo')


def closing_hangs_up():
    app.rest()
    app.key('Echo', 'ctrl+w')
    app.gone('Hang Up')
    app.find('^Echo$', Atspi.Role.LIST_ITEM)


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


tap.case('Echo is there and online', echo_is_online, vital=True)
tap.case('contacts: every control has a name', everything_is_named, 'the contacts page')
tap.case('contacts: search finds, and says when there is nothing', search_finds_echo)
tap.case('a click calls Echo', call_echo, vital=True)
tap.case('the call is connected and its duration runs', is_connected, vital=True)
tap.case('the remote picture shows and moves', app.picture_moves, 'Echo')
tap.case('missing camera and microphone are said', notices_are_said)
app.wake('Echo')
app.save('Echo', 'call-connected')
tap.case('call: every control has a name', everything_is_named, 'the call')
tap.case('mute by click and by key', mute)
tap.case('camera off by key and on by click', camera_off)
tap.case('the controls go away and come back', controls_hide_and_return)
tap.case('the self view is dragged to another corner', self_view_is_dragged)
tap.case('hanging up shows why the call ended', hang_up)
tap.case('end: every control has a name', everything_is_named, 'the end screen')
tap.case('calling again connects again', call_again)
tap.case('closing the window ends the call', closing_hangs_up)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
