#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call that cannot be connected: its end screen says why and offers to meet in the browser, at the address from the preferences. And the
switch that hides the buttons to call, where calls are known not to work; whoever calls still rings."""

import os
import pathlib
import subprocess

from desktop import Atspi, Desktop, Failure, Tap, wait

desktop = Desktop()
tap = Tap(desktop)
opened = pathlib.Path(desktop.home, 'opened')


def install_browser():
    """What the desktop opens web pages with: here something that writes down their addresses."""
    applications = pathlib.Path(desktop.home, 'data', 'applications')
    applications.mkdir(parents=True)
    browser = pathlib.Path(desktop.home, 'browser')
    browser.write_text(f'#!/bin/sh\necho "$1" >> {opened}\n')
    browser.chmod(0o755)
    (applications / 'browser.desktop').write_text(f'[Desktop Entry]\nType=Application\nName=Browser\nExec={browser} %u\n'
                                                  'MimeType=x-scheme-handler/https;x-scheme-handler/http;\n')
    (applications / 'mimeapps.list').write_text('[Default Applications]\nx-scheme-handler/https=browser.desktop\n')


install_browser()
# with relays alone and none of them, no path can be found
app = desktop.yonder('--embedded', environment={'YONDER_ICE_POLICY': 'relay'})


def everything_is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


def open_calls_page():
    app.key('Yonder', 'ctrl+comma')
    app.press_tab('Yonder', 'Calls')
    app.says('^When a Call Cannot Be Connected$')


def press_switch():
    app.press('Yonder', lambda: next(app.all(None, '^Hide Call Buttons'), None))


def tells_where_to_meet():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    open_calls_page()
    field = app.field('Meeting Address')
    if field.text != 'https://meet.jit.si':
        raise Failure(f'the address is “{field.text}”')
    app.save('Yonder', 'preferences-calls')
    everything_is_named()
    field.type('meet')
    app.says('This is no web address')
    app.save('Yonder', 'preferences-calls-error')
    field.type('')
    app.says('just ends')
    field.type('https://meet.example.org/rooms')
    app.says('Both of you come to the same room')
    app.key('Yonder', 'Escape')
    app.gone('^When a Call Cannot Be Connected$')


def call_fails():
    app.button('Audio call with Echo').click()
    app.place('Echo', 450, 0)
    app.says('^(Connection Failed|Call Ended)$', seconds=240)  # whichever side gives up first
    app.says('no TURN server is set up')
    app.save('Echo', 'call-failed')
    everything_is_named()


def meets_in_the_browser():
    app.button(r'^Meet at meet\.example\.org$').click()
    address = wait(lambda: opened.read_text().strip() if opened.exists() else '', 'the browser to open')
    if not address.startswith('https://meet.example.org/rooms/yonder-') or len(address) < len('https://meet.example.org/rooms/yonder-') + 20:
        raise Failure(f'the browser was sent to {address}')


def buttons_are_hidden():
    app.button('^Call Again$')
    open_calls_page()
    press_switch()
    app.key('Yonder', 'Escape')
    app.gone('^When a Call Cannot Be Connected$')
    app.gone('call with Echo')
    app.gone('^Call Again$')
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.save('Yonder', 'contacts-without-calls')
    app.key('Echo', 'ctrl+w')
    app.gone('^(Connection Failed|Call Ended)$')


def still_rings():
    app.choose('Main Menu', 's')
    uri = app.says(r'^http://127\.0\.0\.1:\d+$').name
    labels = [widget.name for widget in app.all(Atspi.Role.LABEL)]
    me = labels[labels.index('Signed In As') + 1]
    app.key('Yonder', 'Escape')
    caller = desktop.start('call', me, '--server', uri, '--user', 'Grace', '--audio-only', program=os.environ['YONDER_CLI'],
                           stdout=subprocess.DEVNULL)
    app.says('^Incoming audio call$')
    app.button('^Decline$').click()
    caller.wait(60)


def buttons_return():
    open_calls_page()
    press_switch()
    app.key('Yonder', 'Escape')
    app.button('Video call with Echo')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


tap.case('the preferences tell where to meet, and check what is typed', tells_where_to_meet, vital=True)
tap.case('a call that finds no path says why', call_fails)
tap.case('its way out opens a room in the browser', meets_in_the_browser)
tap.case('the switch hides every button that calls', buttons_are_hidden)
tap.case('whoever calls still rings', still_rings)
tap.case('the buttons come back', buttons_return)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
