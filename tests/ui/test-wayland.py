#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""On Wayland: a call, and the picture of the other side over the whole screen, by button and by key."""

import shutil
import sys

from desktop import Atspi, Failure, Tap, is_black, wait
from wayland import WaylandDesktop

if shutil.which('sway') is None:
    print('1..0 # SKIP sway is not installed')
    sys.exit(0)

desktop = WaylandDesktop()
tap = Tap(desktop)
app = desktop.yonder('--embedded')


def call_echo():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.save('Yonder', 'wayland-contacts')
    app.button('Video call with Echo').click()
    app.place('Echo', 400, 60)
    app.says(r'^\d+∶\d\d$')


def fills_the_screen(act):
    if app.is_full_screen('Echo'):
        raise Failure('the window fills the screen already')
    act()
    wait(lambda: app.is_full_screen('Echo'), 'the window to fill the screen')
    wait(lambda: app.box('Echo') == (0, 0, 1300, 900), 'it to be as large as the screen')
    # the title bar and the controls lie over the picture, which reaches from the upper edge of the screen to the lower one
    wait(lambda: not is_black(desktop.screenshot().crop((600, 300, 700, 500))), 'the picture in the middle')
    app.picture_moves('Echo')


def leaves(act):
    if not app.is_full_screen('Echo'):
        raise Failure('the window does not fill the screen')
    act()
    wait(lambda: not app.is_full_screen('Echo'), 'the window to be a window again')


def show_controls():
    wait(lambda: app.key('Echo', 'Tab') or any(app.all(None, 'Hang Up')), 'the controls to come with a key')


def by_button():
    show_controls()
    app.button('Full Screen').click()


def is_closed_by_the_desktop():
    """The small window, as by the button that a compositor draws: the large one comes back, and the call goes on."""
    app.key('Echo', 'w')
    app.find('^Back to Call$', Atspi.Role.BUTTON)
    left, top, right, bottom = app.box('Echo')
    if right - left > 400:
        raise Failure(f'the window is {right - left} pixels wide')
    app.save('Echo', 'wayland-small-window')
    desktop.command('swaymsg', f'[con_id={app.window("Echo")["id"]}]', 'kill')
    app.gone('^Back to Call$')
    app.place('Echo', 400, 60)
    app.picture_moves('Echo')


def the_end_screen_is_a_window():
    app.key('Echo', 'F11')
    wait(lambda: app.is_full_screen('Echo'), 'the window to fill the screen')
    show_controls()
    app.button('Hang Up').click()
    app.find('^Call Ended$')
    wait(lambda: not app.is_full_screen('Echo'), 'the window to be a window again')
    app.save('Echo', 'wayland-call-ended')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


tap.case('a click calls Echo', call_echo, vital=True)
tap.case('the remote picture shows and moves', app.picture_moves, 'Echo')
tap.case('F11 fills the screen with the picture', fills_the_screen, lambda: app.key('Echo', 'F11'), vital=True)
app.save('Echo', 'wayland-full-screen')
tap.case('Escape leaves full screen, and the call goes on', leaves, lambda: app.key('Echo', 'Escape'))
tap.case('the button fills the screen too', fills_the_screen, by_button)
tap.case('F11 leaves full screen', leaves, lambda: app.key('Echo', 'F11'))
tap.case('the picture still moves', app.picture_moves, 'Echo')
tap.case('the desktop closes the small window: the large one comes back', is_closed_by_the_desktop)
tap.case('a call that ends leaves full screen', the_end_screen_is_a_window)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
