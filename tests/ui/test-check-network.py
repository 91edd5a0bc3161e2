#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network check: fills step by step, ends in a sentence, can be cancelled, repeated and copied; and says what a refused relay means."""

import json
import os
import shutil
import socket
import subprocess

from desktop import Atspi, Desktop, Failure, Tap, wait

STEPS = ['Name lookup', 'Call server over HTTP', 'Call server over WebSocket', 'STUN over UDP', 'TURN relay over UDP', 'TURN relay over TCP',
         'TURN relay over TLS', 'Kind of router (NAT)', 'UDP to high ports', 'IPv6', 'Test call through the relay', 'Camera', 'Microphone',
         'Setting up a call']

desktop = Desktop()
tap = Tap(desktop)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def start_turn(port):
    """A real coturn, and the environment in which Yonder knows it."""
    process = desktop.start(
        '-n', '--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', f'--listening-port={port}', '--realm=yonder.test', '--no-cli', '--no-tls',
        '--no-dtls', '--allow-loopback-peers', '--lt-cred-mech', '--user=alice:secret', f'--pidfile={desktop.home}/pid',
        f'--userdb={desktop.home}/db', '--log-file=stdout', program='turnserver', stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait(lambda: socket.socket().connect_ex(('127.0.0.1', port)) == 0, 'coturn')
    return process


def listen_in_silence():
    """A server that never answers: the check then takes as long as it can, and there is time to cancel it."""
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(('127.0.0.1', 0))
    return silent


silence = listen_in_silence()


def servers(port, credential):
    urls = [f'stun:127.0.0.1:{port}', f'turn:127.0.0.1:{port}', f'turn:127.0.0.1:{silence.getsockname()[1]}?transport=udp']
    return {'YONDER_ICE_SERVERS': json.dumps([{'urls': urls, 'username': 'alice', 'credential': credential}])}


def open_check(app):
    app.choose('Main Menu', 'n')
    app.says('Name lookup')


def shows_every_step(app):
    for title in STEPS:
        app.find(f'^{title}$'.replace('(', r'\(').replace(')', r'\)'))
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


def ends_in_a_sentence(app, sentence, picture):
    label = app.says(sentence, seconds=60)
    app.button('Check Again')
    if next(app.all(None, '^(Running|Waiting)$'), None) is not None:
        raise Failure('a step still runs behind the sentence')
    app.save('Yonder', picture)
    return label.name


def copies_the_report(app):
    app.button('Copy Report').click()
    app.says('Report copied')


def can_be_cancelled(app):
    app.button('Check Again').click()
    app.button('^Cancel$').click()
    app.says('The check was cancelled')
    app.save('Yonder', 'check-network-cancelled')


def can_be_repeated(app, sentence):
    app.button('Check Again').click()
    app.says('Checking what calls need')
    app.save('Yonder', 'check-network-running')
    app.says(sentence, seconds=60)


def narrow(app):
    app.resize('Yonder', 360, 640)
    app.save('Yonder', 'check-network-narrow')


def closes_while_it_runs(app):
    app.button('Check Again').click()
    app.says('Checking what calls need')
    app.key('Yonder', 'Escape')
    app.gone('Checking what calls need')


def quits(app):
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


if shutil.which('turnserver') is None:
    tap.skip('the network check', 'turnserver is not installed')
    desktop.close()
    tap.done()

port = free_port()
start_turn(port)
closed = f'http://127.0.0.1:{free_port()}'

app = desktop.yonder('--embedded', environment=servers(port, 'secret'))
app.place('Yonder', 0, 0)
tap.case('Echo on this computer', lambda: app.find('^Echo$', Atspi.Role.LIST_ITEM), vital=True)
app.resize('Yonder', 760, 880)
tap.case('the main menu opens the check, which begins by itself', open_check, app, vital=True)
tap.case('every step is there, and has a name', shows_every_step, app)
# there is neither a microphone nor a camera where tests run
SENTENCE = 'nobody will hear you|Calls will work'
tap.case('a healthy network: the sentence says what is missing on this computer alone', ends_in_a_sentence, app, SENTENCE, 'check-network')
tap.case('the report can be copied', copies_the_report, app)
tap.case('it can be cancelled', can_be_cancelled, app)
tap.case('it can be repeated', can_be_repeated, app, SENTENCE)
tap.case('it fits a phone', narrow, app)
tap.case('it can be closed while it runs', closes_while_it_runs, app)
tap.case('Ctrl+Q quits, without leaks', quits, app)

app = desktop.yonder('--server', closed, environment=servers(port, 'wrong'))
app.place('Yonder', 0, 0)
app.resize('Yonder', 760, 880)
tap.case('it opens before anybody has signed in', open_check, app)
tap.case('a call server that is not there comes first', ends_in_a_sentence, app, 'call server cannot be reached', 'check-network-no-server')
tap.case('the relay has its reason in its row', lambda: app.says('401 wrong user name or credential'))
tap.case('Escape closes it', lambda: (app.key('Yonder', 'Escape'), app.gone('^Name lookup$')))
tap.case('Ctrl+Q quits, without leaks', quits, app)
desktop.close()
tap.done()
