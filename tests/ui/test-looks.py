#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page and state as it looks in the light, in the dark, with high contrast, on a phone (360 pixels wide), on a screen of 3840x2160 that it
fills, with large text, or from right to left; argument: light, dark, high-contrast, phone, 4k, large-text, right-to-left.

That the pages work is shown elsewhere. Here nothing may be cut off: a window stays as narrow as the phone, and each control shows."""

import os
import signal
import subprocess
import sys

from desktop import YONDER, Atspi, Desktop, Failure, Tap, is_black, wait
from portal import Portal, is_screen
from session import PipeWire

LOOK = sys.argv[1]
ENVIRONMENTS = {
    'dark': {'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark'},
    'high-contrast': {'ADW_DEBUG_HIGH_CONTRAST': '1'},
}
CONTROLS = {Atspi.Role.BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.SWITCH, Atspi.Role.ENTRY, Atspi.Role.COMBO_BOX}
WITHIN = 40  # by as much the places on the accessibility bus (GTK 4.18) may be off
SIZES = {'phone': (360, 640), '4k': (3840, 2160)}

desktop = Desktop(*SIZES['4k']) if LOOK == '4k' else Desktop()
tap = Tap(desktop)
environment = ENVIRONMENTS.get(LOOK, {})
desktop.set_up_gtk(gtk_enable_animations='false', **({'gtk_font_name': 'Adwaita Sans 22'} if LOOK == 'large-text' else {}))  # 200 %
if LOOK == 'right-to-left':  # GTK takes the direction from the language; Yonder's own words stay English
    environment = desktop.make_locale('he_IL')
SHARES = LOOK != '4k'
if SHARES:  # libportal loses something with each session, which takes slow looks at the stack to tell: leaks are looked for in 4k
    pipewire, portal = PipeWire(desktop), Portal(desktop)
    environment = {**environment, 'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'}
app = desktop.yonder('--server', 'http://127.0.0.1:9', environment=environment)
world = {}


def keep(title, name, has_size=True):
    """Takes the picture, and makes sure that the window did not refuse the size or hide a control beyond its edge."""
    app.save(title, f'{LOOK}-{name}')
    width = app.picture(title).width
    if has_size and LOOK in SIZES and width != SIZES[LOOK][0]:
        raise Failure(f'{title} is {width} pixels wide')
    window = next(window for window in app.windows() if window.name == title)
    for control in window.walk():
        if control.role in CONTROLS:
            x, _, control_width, _ = control.extents
            if x < -WITHIN or x + control_width > width + WITHIN:
                raise Failure(f'{control.describe()} lies from {x} to {x + control_width} in a window {width} pixels wide')


def fit(title):
    """Gives a window that just came the size of this look."""
    app.place(title, 0 if LOOK == '4k' else 450, 0)
    app.resize(title, *SIZES.get(LOOK, (800, 600)))
    app.stir(title)


def sign_in_page():
    app.place('Yonder', 0, 0)
    if LOOK in SIZES:
        app.resize('Yonder', *SIZES[LOOK])
    app.find('^Welcome to Yonder$')
    keep('Yonder', 'sign-in')
    app.button('^Host on This Computer…$').click()
    app.field('Your Name')
    keep('Yonder', 'host')
    app.key('Yonder', 'Escape')
    app.gone('^Your Name$')
    app.field('Name or E-Mail Address').type('Ada')
    app.button('^Sign In$').click()
    app.says('cannot be reached')
    keep('Yonder', 'sign-in-unreachable')
    app.button('Try Echo on This Computer').click()
    app.find('^Echo$', Atspi.Role.LIST_ITEM)


def contacts():
    keep('Yonder', 'contacts')
    x, y, width, height = app.button('Video call with Echo').extents
    left, top, right, bottom = app.box('Yonder')
    if (x < (right - left) // 2) != (LOOK == 'right-to-left'):
        raise Failure(f'the buttons of a contact begin at {x} in a window {right - left} pixels wide')
    name = next(app.all(Atspi.Role.LABEL, '^Echo$')).extents[0]
    if abs(x - name) > 900:
        raise Failure(f'the eye has to go {abs(x - name)} pixels from a name to its buttons')
    app.button('Main Menu').click()
    keep('Yonder', 'main-menu')
    app.key('Yonder', 'Escape')
    app.key('Yonder', 'ctrl+f')
    app.field('Search contacts').type('nobody')
    app.says('No Results Found')
    keep('Yonder', 'contacts-no-results')
    app.key('Yonder', 'Escape')


def dialogs():
    app.choose('Main Menu', 's')
    world['uri'] = app.says(r'^http://127\.0\.0\.1:\d+$').name
    labels = [widget.name for widget in app.all(Atspi.Role.LABEL)]
    world['me'] = labels[labels.index('Signed In As') + 1]
    keep('Yonder', 'server')
    app.key('Yonder', 'Escape')
    app.gone(r'^http://127\.0\.0\.1:\d+$')
    app.key('Yonder', 'ctrl+question')
    app.says('Mute or unmute the microphone')
    keep('Yonder', 'shortcuts')
    app.key('Yonder', 'Escape')
    app.gone('Mute or unmute the microphone')
    app.choose('Main Menu', 'a')
    app.says('^The Yonder Authors$')
    keep('Yonder', 'about')
    app.key('Yonder', 'Escape')
    app.gone('^The Yonder Authors$')
    app.choose('Main Menu', 'n')
    app.button('^Check Again$')
    keep('Yonder', 'check-network')
    app.key('Yonder', 'Escape')
    app.gone('^Check Again$')


def call():
    app.button('Video call with Echo').click()
    fit('Echo')
    app.says('No camera was found')
    wait(lambda: not is_black(app.picture('Echo')), 'the picture')
    if LOOK == 'right-to-left':  # but a clock is read from left to right
        app.says('^\u200e\\d+∶\\d\\d$')
    app.wake('Echo')
    keep('Echo', 'call-notices')
    for name in ('Mute Microphone', 'Turn Camera Off', 'Share Screen', 'Hang Up', 'Full Screen'):
        app.button(name)
    app.button('^Dismiss$')
    app.dismiss_notices()
    app.key('Echo', 'c')
    app.field('Message').type('Can you see me?')
    app.button('^Send$').click()
    wait(lambda: sum(label.name == 'Can you see me?' for label in app.all(Atspi.Role.LABEL)) == 2, 'the text to come back')
    keep('Echo', 'chat')
    app.key('Echo', 'Escape')
    app.gone('^Send$')
    small_window()
    if SHARES:
        share_screen()
    app.key('Echo', 'v')
    app.find('Your camera is off', Atspi.Role.IMAGE)
    keep('Echo', 'call')
    app.key('Echo', 'h')
    app.says('^On hold: ')
    keep('Echo', 'call-held')
    app.key('Echo', 'h')
    app.gone('^On hold: ')
    app.stir('Echo')
    app.choose('^More$', 's')
    app.says('Safety Code')
    keep('Echo', 'safety-code')
    app.key('Echo', 'Escape')
    app.gone('Safety Code')
    app.wake('Echo')
    app.button('^Connection Details$').click()
    app.says('^Call with Echo$')
    app.says('^Direct, ')
    keep('Echo', 'ice-panel')
    app.key('Echo', 'Escape')
    app.gone('^Call with Echo$')
    app.stir('Echo')
    app.button('Hang Up').click()
    app.says('^Call Ended$')
    keep('Echo', 'call-ended')
    app.rest()
    app.key('Echo', 'ctrl+w')
    app.gone('^Call Ended$')


def small_window():
    app.key('Echo', 'm', 'w')
    app.rest()
    app.find('^Back to Call$', Atspi.Role.BUTTON)
    app.place('Echo', 450, 0)
    app.says('^You are muted$')
    app.wake('Echo')
    keep('Echo', 'small-window', has_size=False)
    app.key('Echo', 'm', 'Escape')
    app.gone('^Back to Call$')
    fit('Echo')


def share_screen():
    app.key('Echo', 's')
    app.says('^Echo is sharing their screen$')
    wait(lambda: is_screen(app.picture('Echo')), 'the screen')
    keep('Echo', 'share-screen')
    app.key('Echo', 's')
    app.gone('^You are sharing your screen$')


def people():
    app.press_tab('Yonder', 'Calls')
    app.find('^Echo, Outgoing', Atspi.Role.LIST_ITEM)
    keep('Yonder', 'calls')
    app.press_here('Yonder', app.find('^Echo, Outgoing', Atspi.Role.LIST_ITEM))
    app.says('^Why It Ended$')
    keep('Yonder', 'call-details')
    app.press('Yonder', lambda: next(app.all(Atspi.Role.BUTTON, '^Show Contact$'), None))
    app.says('^Outgoing video call$')
    keep('Yonder', 'contact')
    app.key('Yonder', 'Escape')
    app.press_tab('Yonder', 'Contacts')
    app.key('Yonder', 'ctrl+comma')
    app.says('^Ringing$')
    keep('Yonder', 'general')
    app.press_tab('Yonder', 'Network')
    app.button('^Add Server$')
    keep('Yonder', 'network')
    app.button('^Add Server$').click()
    app.find('^Add$', Atspi.Role.BUTTON)
    keep('Yonder', 'server-add')
    app.key('Yonder', 'Escape')
    app.gone('^Add$', Atspi.Role.BUTTON)
    app.press_tab('Yonder', 'Privacy')
    app.says('^Nobody is blocked$')
    keep('Yonder', 'privacy')
    app.press_tab('Yonder', 'Devices')
    app.says('^Suppress Noise$')
    keep('Yonder', 'devices')
    app.press_tab('Yonder', 'Accounts')
    app.says('^Your Accounts$')
    keep('Yonder', 'accounts')
    app.press('Yonder', lambda: next(app.all(None, '^Add Account…$'), None))
    app.says('^Add Account$')
    keep('Yonder', 'account-add')
    app.key('Yonder', 'Escape')
    app.gone('^Add Account$')
    app.key('Yonder', 'Escape')
    app.gone('^Your Accounts$')


def link():
    """Opened by a click elsewhere: who it is about, and what can be done."""
    opened = world['uri'].replace('http:', 'yonder:') + '/?call=12345&name=Grace%20Hopper&kind=video'
    subprocess.run([YONDER, opened], env=desktop.environment(), check=True, timeout=120)
    app.button('^Cancel$')
    keep('Yonder', 'link')
    app.button('^Cancel$').click()
    app.gone('^Cancel$')


def calls(name):
    return desktop.start('call', world['me'], '--server', world['uri'], '--user', name, '--source', 'test', program=os.environ['YONDER_CLI'],
                         stdout=subprocess.DEVNULL)


def incoming():
    caller = world['caller'] = calls('Grace Hopper')
    app.says('^Incoming video call$')
    fit('Grace Hopper')
    keep('Grace Hopper', 'incoming')
    if SHARES:
        app.button('^Answer with Picture$').click()
        app.says('^\u200e?\\d+∶\\d\\d$')
        app.rest()
    else:
        app.button('^Decline$').click()
        caller.wait(30)


def second_caller():
    caller = calls('Ada Lovelace')
    app.says('^You are in a call with Grace Hopper')
    fit('Ada Lovelace')
    app.rest()
    keep('Ada Lovelace', 'incoming-second')
    app.button('^Decline$').click()
    caller.wait(30)


def reconnecting():
    """Her computer stands still."""
    fit('Grace Hopper')
    app.dismiss_notices('Grace Hopper')
    world['caller'].send_signal(signal.SIGSTOP)
    try:
        app.says('^Reconnecting…$')
        keep('Grace Hopper', 'reconnecting')
        app.key('Grace Hopper', 'ctrl+h')
        app.says('^Call Ended$')
    finally:
        world['caller'].send_signal(signal.SIGCONT)
    app.rest()
    app.key('Grace Hopper', 'ctrl+w')
    app.gone('^Call Ended$')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


tap.case(f'{LOOK}: signing in, and what went wrong', sign_in_page, vital=True)
tap.case(f'{LOOK}: contacts, menu and search', contacts)
tap.case(f'{LOOK}: dialogs', dialogs, vital=True)
tap.case(f'{LOOK}: a call, its notices, its end', call)
tap.case(f'{LOOK}: the calls there were, one of them, a person, and who may ring', people)
tap.case(f'{LOOK}: a link to somebody', link)
tap.case(f'{LOOK}: being called', incoming)
if SHARES:
    tap.case(f'{LOOK}: being called in a call', second_caller)
    tap.case(f'{LOOK}: reconnecting', reconnecting)
tap.case(f'{LOOK}: Ctrl+Q quits', quits)
desktop.close()
tap.done()
