#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that come to nothing: each says why in a sentence of its own, and exits with 1."""

import http.server
import json
import os
import signal
import socket
import subprocess
import threading
import time

from harness import Yonder, case, main, run, serve
from stranger import Stranger

SENTENCES = {}


def assert_fails(yonder, code, *words):
    """It exits with 1 and tells one thing, in words that no other failure uses."""
    assert yonder.wait() == 1
    errors = yonder.errors()
    assert [error['code'] for error in errors] == [code], errors
    message = errors[0]['message']
    assert message in yonder.problems, 'the sentence is not on the standard error'
    for word in words:
        assert word in message, f'“{word}” is not in “{message}”'
    other = SENTENCES.setdefault(message, code)
    assert other == code, f'{code} and {other} say the same: {message}'


def call(uri, *arguments, user='bert'):
    return Yonder('call', user, '--server', uri, '--user', 'anna', '--source', 'test', '--audio-only', *arguments)


@case
def declined(_folder):
    """Somebody declines."""
    _, uri = serve()
    Stranger(uri, 'bert', lambda self, call_id: self.emit('call_decline', {'callId': call_id}))
    caller = call(uri)
    assert_fails(caller, 'declined', 'bert')
    assert caller.state('ended')['reason'] == 'declined'
    assert not caller.has('ice-connected')


@case
def busy(_folder):
    """Somebody is in a call already."""
    _, uri = serve()
    answerer = Yonder('answer', '--server', uri, '--user', 'bert', '--source', 'test', '--audio-only')
    answerer.state('signed-in')
    first = Yonder('call', 'bert', '--server', uri, '--user', 'carl', '--source', 'test', '--audio-only')
    first.state('connected')
    caller = call(uri)
    assert_fails(caller, 'busy', 'bert')
    first.stats('the first call goes on', lambda line: line['bitrate_in'] > 5000)
    assert first.interrupt() == 0
    answerer.state('ended')
    assert answerer.interrupt() == 0


@case
def nobody_of_that_name(_folder):
    """Nobody is called like that; those who are there are named."""
    _, uri = serve('--echo')
    assert_fails(call(uri, user='Zacharias'), 'no-such-user', 'Zacharias', 'Echo')


@case
def offline(folder):
    """Somebody has an account and is not there."""
    secret = folder / 'secret'
    secret.write_text('correct horse\n')
    _, uri = serve('--add-user', 'dora@example.org:Dora', '--password-file', secret, '--allow-guests')
    caller = call(uri, user='dora@example.org')
    assert_fails(caller, 'offline', 'Dora')
    assert caller.state('ended')['reason'] == 'offline'


@case
def wrong_password(folder):
    """A wrong password, and then the right one."""
    right, wrong = folder / 'right', folder / 'wrong'
    right.write_text('correct horse\n')
    wrong.write_text('battery staple\n')
    _, uri = serve('--add-user', 'dora@example.org:Dora', '--password-file', right)
    answerer = Yonder('answer', '--server', uri, '--user', 'dora@example.org', '--password-file', wrong)
    assert_fails(answerer, 'unauthorized', 'password')
    assert 'battery' not in answerer.text + answerer.problems
    answerer = Yonder('answer', '--server', uri, '--user', 'dora@example.org', '--password-file', right)
    answerer.state('signed-in')
    answerer.interrupt()


@case
def no_guests(folder):
    """A server that keeps accounts lets no guests in."""
    secret = folder / 'secret'
    secret.write_text('correct horse\n')
    _, uri = serve('--add-user', 'dora@example.org:Dora', '--password-file', secret)
    assert_fails(call(uri), 'rejected', 'guests')


@case
def bad_token(_folder):
    """A token that the server does not know."""
    _, uri = serve()
    assert_fails(Yonder('answer', '--server', uri, env={'YONDER_TOKEN': 'nonsense-nonsense'}), 'unauthorized')


@case
def unreachable(_folder):
    """Nobody listens there."""
    with socket.socket() as closed:
        closed.bind(('127.0.0.1', 0))
        port = closed.getsockname()[1]
    assert_fails(call(f'http://127.0.0.1:{port}'), 'unreachable', '127.0.0.1')


@case
def no_such_host(_folder):
    """The host's name means nothing."""
    assert_fails(call('http://calls.invalid'), 'unreachable', 'calls.invalid')


@case
def not_a_call_server(_folder):
    """Something answers that is no call server."""
    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments):
            pass

    web = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Silent)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    assert_fails(call(f'http://127.0.0.1:{web.server_port}'), 'not-a-call-server', '127.0.0.1')
    web.shutdown()


@case
def interrupted_while_it_rings(_folder):
    """SIGINT while it rings takes the call back."""
    _, uri = serve()
    rang = threading.Event()
    Stranger(uri, 'bert', lambda self, call_id: rang.set())
    caller = call(uri)
    caller.state('ringing')
    assert rang.wait(30)
    assert caller.interrupt() == 1
    assert caller.state('ended')['reason'] == 'hung-up'


@case
def server_dies_before_the_call(_folder):
    """The server goes away while it rings."""
    server, uri = serve()
    Stranger(uri, 'bert', lambda self, call_id: None)
    caller = call(uri)
    caller.state('ringing')
    os.kill(server.process.pid, signal.SIGKILL)
    assert caller.wait() == 1
    assert caller.state('ended')['reason'] in ('signaling-lost', 'no-answer')


@case
def wrong_turn_password(folder):
    """Nothing but a relay may be used, and it does not take the password: that is what the diagnosis says."""
    with socket.socket() as chosen:
        chosen.bind(('127.0.0.1', 0))
        port = chosen.getsockname()[1]
    relay = subprocess.Popen(['turnserver', '-n', '--listening-ip=127.0.0.1', f'--listening-port={port}', '--relay-ip=127.0.0.1', '--no-tls',
                              '--no-dtls', '--no-cli', '--lt-cred-mech', '--user=kim:right', '--realm=example.org',
                              f'--pidfile={folder}/pid', '--log-file=stdout', f'--userdb={folder}/db'], stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as trial:
                if trial.connect_ex(('127.0.0.1', port)) == 0:
                    break
            time.sleep(0.05)
        _, uri = serve('--echo')
        server = {'urls': f'turn:127.0.0.1:{port}?transport=tcp', 'username': 'kim', 'credential': 'wrong-turn-password'}
        caller = call(uri, '--relay-only', '--ice-server', json.dumps(server), user='Echo')
        assert caller.wait() == 1
    finally:
        relay.terminate()
        relay.wait()
    end = caller.state('ended')
    assert end['diagnosis'] == 'turn-unauthorized', end
    assert '401' in end['sentence'] and end['sentence'].startswith('Not connected: '), end
    assert caller.errors()[0]['message'] in end['sentence']
    assert 'wrong-turn-password' not in caller.text + caller.problems


@case
def address_in_use(_folder):
    """A second server on the same port says so."""
    _, uri = serve()
    status, _, problems = run('serve', '--port', uri.rsplit(':', 1)[1])
    assert status == 1 and 'taken' in problems, problems


if __name__ == '__main__':
    main()
