#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""On a server that knows nothing of busy: somebody calls during a call, is declined, calls again and is answered; and somebody whose
computer stands still for a while is reconnected to."""

import os
import pathlib
import signal
import subprocess

from desktop import Atspi, Desktop, Failure, Tap, wait

HERE = pathlib.Path(__file__).parent

desktop = Desktop()
tap = Tap(desktop)
server = subprocess.Popen(['node', HERE / 'relay-server.cjs'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
uri = server.stdout.readline().strip()
app = desktop.yonder('--server', uri)
people = {}


def agent(command, name, *arguments):
    people[name] = desktop.start(command, *arguments, '--server', uri, '--user', name, '--source', 'test', '--json',
                                 program=os.environ['YONDER_CLI'], stdout=subprocess.DEVNULL)


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
    app.resize('Ada', 640, 370)
    app.stir('Ada')
    app.says(r'^\d+∶\d\d$')
    app.picture_moves('Ada')


def second_caller_rings():
    agent('call', 'Bob', 'Me')
    app.says('^Incoming video call$')
    app.place('Bob', 430, 380)
    app.resize('Bob', 420, 500)
    app.says('Answering ends your call with Ada')
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


def second_caller_is_answered():
    agent('call', 'Bob', 'Me')
    app.says('^Incoming video call$')
    app.place('Bob', 430, 380)
    app.resize('Bob', 420, 500)
    app.rest()
    app.button('^Answer with Picture$').click()
    wait(lambda: in_window('Ada', 'You hung up after'), 'the first call to end')
    app.stir('Bob')
    wait(lambda: in_window('Bob', 'Hang Up'), 'the second call')
    app.picture_moves('Bob')
    app.save('Bob', 'call-second')
    app.rest()
    app.key('Ada', 'ctrl+w')
    gone_window('Ada')


def reconnects():
    """Bob's computer stands still: the window says so within seconds, keeps the last picture, and goes on by itself."""
    people['Bob'].send_signal(signal.SIGSTOP)
    try:
        wait(lambda: in_window('Bob', 'Reconnecting…'), 'the window to say that it reconnects', seconds=20)
        app.says('The connection was interrupted')
        app.save('Bob', 'call-reconnecting')
        everything_is_named()
    finally:
        people['Bob'].send_signal(signal.SIGCONT)
    wait(lambda: not in_window('Bob', 'Reconnecting…'), 'the call to go on')
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
tap.case('answered, the second call takes the place of the first', second_caller_is_answered, vital=True)
tap.case('when the other side stands still, the window says so, and then goes on', reconnects)
tap.case('hanging up still works', hangs_up)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
server.stdin.close()
server.wait(30)
tap.done()
