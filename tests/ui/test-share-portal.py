#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen is shared through the real portal (xdg-desktop-portal), which only asks the test for what a desktop does: it hands out its own
connection to PipeWire, on which nothing but the screen is seen. The same portal keeps the computer awake during the call."""

import os
import shutil
import sys

from desktop import Atspi, Desktop, Failure, Tap, wait
from portal import CANCELS, REFUSES, SHARES, Backend, is_screen
from session import PipeWire, expect

if shutil.which(Backend.PROGRAM) is None:
    print('1..0 # SKIP xdg-desktop-portal is not installed')
    sys.exit(0)

BANNER = '^You are sharing your screen$'
SUSPEND, IDLE = 4, 8  # of the portal org.freedesktop.portal.Inhibit

desktop = Desktop()
tap = Tap(desktop)
pipewire = PipeWire(desktop)
backend = Backend(desktop)
# what libportal loses is known by its place in the stack, which takes more than a glance to see
app = desktop.yonder('--embedded', environment={'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':fast_unwind_on_malloc=0:malloc_context_size=8'})


def call_echo():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.button('Video call with Echo').click()
    app.place('Echo', 450, 0)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    app.dismiss_notices()


def stays_awake():
    wait(lambda: [*backend.inhibited.values()] == [(SUSPEND | IDLE, 'In a call')], 'the computer to be kept awake')


def may_sleep():
    wait(lambda: not backend.inhibited, 'the computer to be let sleep')


def shares():
    app.key('Echo', 's')
    app.says(BANNER)
    wait(lambda: is_screen(app.picture('Echo').crop((0, 60, 590, 450))), 'the screen to come back')


def ends():
    app.gone(BANNER)
    wait(lambda: not is_screen(app.picture('Echo')), 'the screen to go')
    app.picture_moves('Echo')
    wait(lambda: not backend.sessions, 'the session to be closed')


def user_stops():
    app.key('Echo', 's')
    ends()


def desktop_stops():
    shares()
    backend.stop()
    ends()


def is_no_camera():
    if any(app.all(None, 'was plugged in')):
        raise Failure('the screen is offered as a camera')


def is_refused(will):
    backend.will = will
    app.key('Echo', 's')
    if will == REFUSES:
        app.says('^The screen cannot be shared: ')
    wait(lambda: not app.button('^Share Screen$').is_pressed, 'the button to be as before')
    app.gone(BANNER)
    backend.will = SHARES


def call_ends():
    shares()
    app.key('Echo', 'ctrl+h')
    app.says('^Call Ended$')
    wait(lambda: not backend.sessions, 'the session to be closed')
    app.rest()
    app.key('Echo', 'ctrl+w')
    app.gone('^Call Ended$')


def quits():
    status = app.quit()
    expect(status == 0, f'yonder ended with status {status}')


tap.case('Echo is called', call_echo, vital=True)
tap.case('the computer is kept awake', stays_awake)
tap.case('a screen is shared, and comes back', shares, vital=True)
tap.case('it is not taken for a camera', is_no_camera)
tap.case('the user stops it', user_stops)
tap.case('the desktop stops it', desktop_stops)
tap.case('the desktop refuses', is_refused, REFUSES)
tap.case('the user cancels', is_refused, CANCELS)
tap.case('the end of the call ends it', call_ends)
tap.case('and lets the computer sleep', may_sleep)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
