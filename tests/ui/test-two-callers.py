#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""On Yonder's own server: somebody calls during a call, is declined, calls again and is answered, while the first call waits or ends; and
somebody whose computer stands still for a while is reconnected to."""

import json
import os
import signal
import subprocess

from desktop import Atspi, Desktop, Failure, Tap, wait
from everyone import Listener

desktop = Desktop()
tap = Tap(desktop)
server = desktop.start('serve', '--port', '0', '--json', program=os.environ['YONDER_CLI'], stdout=subprocess.PIPE, text=True)
uri = json.loads(server.stdout.readline())['uri']
app = desktop.yonder('--server', uri)
people = {}


def agent(command, name, *arguments):
    lines = open(f'{desktop.home}/{name}.jsonl', 'w')
    people[name] = desktop.start(command, *arguments, '--server', uri, '--user', name, '--source', 'test', '--json',
                                 program=os.environ['YONDER_CLI'], stdout=lines)


def events(name, event):
    with open(f'{desktop.home}/{name}.jsonl') as lines:
        return [line for line in map(json.loads, filter(lambda line: line.endswith('\n'), lines)) if line['event'] == event]


def is_told(name, **what):
    """That person's yonder-cli was told last what the other side does."""
    def last():
        told = events(name, 'peer-state')
        return told and all(told[-1][key] == value for key, value in what.items())

    wait(last, f'{name} to be told {what}')


def everything_is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


def gone_window(name):
    wait(lambda: all(window.name != name for window in app.windows()), f'the window of {name} to close')


def in_window(name, pattern, role=None):
    """A widget in the window of that name, or None."""
    for window in app.windows():
        if window.name == name:
            for widget in window.walk():
                if (role is None or widget.role == role) and pattern in widget.name:
                    return widget
    return None


def calls_ada():
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 420, 420)
    app.field('Name or E-Mail Address').type('Me')
    app.button('^Sign In$').click()
    agent('answer', 'Ada')
    app.button('Video call with Ada').click()
    app.place('Ada', 430, 0)
    app.resize('Ada', 640, 480)
    app.stir('Ada')
    app.says(r'^\d+∶\d\d$')
    app.button('^Dismiss$')
    app.dismiss_notices('Ada')
    app.picture_moves('Ada')


def bob_calls():
    agent('call', 'Bob', 'Me')
    app.says('^Incoming video call$')
    app.place('Bob', 0, 430)
    app.resize('Bob', 420, 470)


def second_caller_rings():
    bob_calls()
    app.says('You are in a call with Ada')
    app.save('Bob', 'incoming-second')
    everything_is_named()
    if in_window('Ada', 'Hang Up') is None:
        raise Failure('the call that goes on lost its controls')


def second_caller_is_declined():
    app.button('^Decline$').click()
    gone_window('Bob')
    if people['Bob'].wait(60) != 1:
        raise Failure('the second caller was not told')
    app.picture_moves('Ada')


def first_call_waits():
    bob_calls()
    app.rest()
    app.button('^Hold and Answer$').click()
    wait(lambda: in_window('Ada', 'On hold: you and Ada neither hear nor see each other'), 'the first call to wait')
    app.stir('Bob')
    wait(lambda: in_window('Bob', 'Hang Up'), 'the second call')
    wait(lambda: in_window('Bob', 'Picture of the other side'), 'the picture of Bob')
    for name in ('Ada', 'Bob'):
        app.dismiss_notices(name)
    app.picture_moves('Bob')
    is_told('Ada', held=True, muted=True, camera_off=True)
    if in_window('Ada', 'Picture of the other side'):
        raise Failure('the picture of who waits is shown')
    everything_is_named()
    app.save('Ada', 'call-held')
    app.save('Bob', 'call-beside-held')


def calls_are_switched():
    app.button('^Take Up Again$').click()
    wait(lambda: in_window('Bob', 'On hold: you and Bob'), 'the second call to wait')
    is_told('Ada', held=False, muted=False, camera_off=False)
    is_told('Bob', held=True)
    app.picture_moves('Ada')
    app.key('Bob', 'h')
    wait(lambda: in_window('Ada', 'On hold: you and Ada'), 'the first call to wait again')
    is_told('Bob', held=False)
    app.picture_moves('Bob')


def first_call_goes_on():
    people['Bob'].send_signal(signal.SIGINT)
    wait(lambda: in_window('Bob', 'Bob hung up'), 'the second call to end')
    wait(lambda: not in_window('Ada', 'On hold'), 'the first call to go on')
    is_told('Ada', held=False)
    app.picture_moves('Ada')
    app.key('Bob', 'ctrl+w')
    gone_window('Bob')


def second_caller_is_answered():
    bob_calls()
    app.rest()
    app.button('^End and Answer$').click()
    wait(lambda: in_window('Ada', 'You hung up after'), 'the first call to end')
    app.stir('Bob')
    wait(lambda: in_window('Bob', 'Hang Up'), 'the second call')
    app.picture_moves('Bob')
    app.save('Bob', 'call-second')
    app.rest()
    app.key('Ada', 'ctrl+w')
    gone_window('Ada')


def reconnects():
    """Bob's computer stands still: the window says so within seconds, also aloud, keeps the last picture, and goes on by itself."""
    listener = Listener(desktop.bus)
    people['Bob'].send_signal(signal.SIGSTOP)
    try:
        wait(lambda: in_window('Bob', 'Reconnecting…'), 'the window to say that it reconnects', seconds=20)
        app.says('The connection was interrupted')
        listener.says('Reconnecting…')
        app.save('Bob', 'call-reconnecting')
        everything_is_named()
    finally:
        people['Bob'].send_signal(signal.SIGCONT)
    wait(lambda: not in_window('Bob', 'Reconnecting…'), 'the call to go on')
    listener.says('Connected')
    app.picture_moves('Bob')


def hangs_up():
    app.stir('Bob')
    app.button('^Hang Up$').click()
    app.says('You hung up after')
    app.rest()


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


tap.case('a call with Ada', calls_ada, vital=True)
tap.case('a second caller rings in a window of their own, and the call goes on', second_caller_rings)
tap.case('declined, the second caller is told, and the call goes on', second_caller_is_declined)
tap.case('held and answered: the first call waits, and is told', first_call_waits, vital=True)
tap.case('the two calls are switched', calls_are_switched)
tap.case('the second call is over, and the first one goes on', first_call_goes_on, vital=True)
tap.case('answered, the second call takes the place of the first', second_caller_is_answered, vital=True)
tap.case('when the other side stands still, the window says so, also aloud, and then goes on', reconnects)
tap.case('hanging up still works', hangs_up)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
