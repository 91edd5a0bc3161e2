#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""yonder-cli probe and check, against a real coturn: tables for people, lines for programs, the exit status."""

import base64
import hashlib
import hmac
import json
import re
import shutil
import socket
import subprocess
import time

from harness import Yonder, case, main, run, serve


class Coturn:
    """A TURN server on loopback: alice/right, UDP, TCP and TLS with a certificate of its own authority."""

    def __init__(self, folder, *options, relay='127.0.0.1'):
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        self.authority = folder / 'cert.pem'
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
                        '-keyout', folder / 'key.pem', '-out', self.authority, '-subj', '/CN=localhost',
                        '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], check=True, stderr=subprocess.DEVNULL)
        self.process = subprocess.Popen([
            'turnserver', '-n', '--listening-ip=127.0.0.1', f'--relay-ip={relay}', f'--listening-port={self.port}',
            f'--tls-listening-port={self.tls_port}', f'--cert={self.authority}', f'--pkey={folder}/key.pem', '--no-cli', '--realm=yonder.test',
            '--allow-loopback-peers', '--fingerprint', f'--pidfile={folder}/pid', f'--userdb={folder}/db', '--log-file=stdout',
            *(options or ['--lt-cred-mech', '--user=alice:right'])], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        for port in (self.port, self.tls_port):
            for _ in range(600):
                with socket.socket() as trial:
                    if trial.connect_ex(('127.0.0.1', port)) == 0:
                        break
                time.sleep(0.05)
            else:
                raise AssertionError('turnserver does not listen')
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def urls(self):
        return [f'turn:127.0.0.1:{self.port}', f'turns:localhost:{self.tls_port}']

    def server(self, credential='right'):
        return json.dumps([{'urls': f'stun:127.0.0.1:{self.port}'},
                           {'urls': self.urls(), 'username': 'alice', 'credential': credential}])


def own_address():
    """Where other programs of this computer can be reached from a relay; loopback where there is no network."""
    with socket.socket(type=socket.SOCK_DGRAM) as trial:
        try:
            trial.connect(('192.0.2.1', 9))
        except OSError:
            return '127.0.0.1'
        return trial.getsockname()[0]


def free_port():
    """A port that nobody has for UDP or TCP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(('127.0.0.1', 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]


def secret(folder, text):
    path = folder / f'secret-{text}'
    path.write_text(text + '\n')
    return path


def lines_of(yonder, event):
    return [line for line in yonder.lines if line['event'] == event]


@case
def probe_as_table(folder):
    """probe prints a line for each way and a sentence."""
    with Coturn(folder) as coturn:
        status, text, problems = run('probe', *coturn.urls(), '--ice-user', 'alice', '--credential-file', secret(folder, 'right'),
                                     '--ca-file', coturn.authority)
    assert status == 0, text + problems
    rows = text.splitlines()
    for protocol in ('UDP', 'TCP', 'TLS'):
        row = next(one for one in rows if one.startswith(f'TURN over {protocol}'))
        assert re.search(r' works +\d+ ms  turns?:', row), row
        assert 'relay' in row, row
    assert re.match(r'Works over UDP, TCP and TLS: relays as [\d.]+:\d+, sees you as 127\.0\.0\.1:\d+', rows[-1]), text
    assert 'right' not in text + problems and 'alice' not in text + problems


@case
def probe_as_json(folder):
    """probe --json tells addresses and times, and that data came back through the relay."""
    with Coturn(folder) as coturn:
        yonder = Yonder('probe', *coturn.urls(), '--ice-user', 'alice', '--credential-file', secret(folder, 'right'),
                        '--ca-file', coturn.authority)
        assert yonder.wait() == 0
    attempts = {line['protocol']: line for line in lines_of(yonder, 'attempt')}
    assert set(attempts) == {'udp', 'tcp', 'tls'}, attempts
    for attempt in attempts.values():
        assert attempt['state'] == 'works' and attempt['relayed'].startswith('127.0.0.1:'), attempt
        assert attempt['rtt_ms'] >= 0 and attempt['relay_rtt_ms'] >= 0, attempt  # tenths; -1 where nothing came back
    assert attempts['tls']['tls'].startswith('TLS 1.'), attempts['tls']
    assert lines_of(yonder, 'probe')[0]['state'] == 'works'


@case
def probe_of_a_wrong_password(folder):
    """A wrong password is exit status 1 and the code 401."""
    with Coturn(folder) as coturn:
        yonder = Yonder('probe', coturn.urls()[0], '--ice-user', 'alice', '--credential-file', secret(folder, 'wrong'))
        assert yonder.wait() == 1
        status, text, problems = run('probe', coturn.urls()[0], '--ice-user', 'alice', '--credential-file', secret(folder, 'wrong'))
    assert {line['code'] for line in lines_of(yonder, 'attempt')} == {401}
    assert status == 1 and 'FAILED' in text, text
    assert text.splitlines()[-1] == 'Does not work: 401 wrong user name or credential', text
    assert 'wrong\n' not in text.replace('wrong user name', '') + problems


@case
def probe_of_an_untrusted_certificate(folder):
    """A certificate of an unknown authority is no TURN over TLS, whatever the password."""
    with Coturn(folder) as coturn:
        yonder = Yonder('probe', coturn.urls()[1], '--ice-user', 'alice', '--credential-file', secret(folder, 'right'))
        assert yonder.wait() == 1
    assert lines_of(yonder, 'attempt')[0]['error'] == 'certificate is from nobody whom this computer trusts'


@case
def probe_without_operands(_folder):
    """What is no URL of a server is bad usage."""
    for wrong in ([], ['http://example.org'], ['turn:example.org'], ['turn:a:b@example.org']):
        status, text, problems = run('probe', *wrong)
        assert status == 2 and problems and not text, (wrong, status, problems)


@case
def check_as_table(folder):
    """check prints the ladder and ends in a sentence."""
    with Coturn(folder) as coturn:
        _, uri = serve()
        status, text, problems = run('check', '--without-media', '--server', uri, '--ice-server', coturn.server(), '--ca-file', coturn.authority)
    assert status == 0, text + problems
    ladder, sentence = text.rstrip().split('\n\n')[:2]
    titles = ['Name lookup', 'Call server over HTTP', 'Call server over WebSocket', 'STUN over UDP', 'TURN relay over UDP', 'TURN relay over TCP',
              'TURN relay over TLS', 'Kind of router (NAT)', 'UDP to high ports', 'IPv6', 'Test call through the relay', 'Camera', 'Microphone',
              'Setting up a call']
    assert [next(title for title in titles if row.startswith(title)) for row in ladder.splitlines()] == titles, ladder
    for row in ladder.splitlines()[:9]:
        assert ' passed ' in row and re.search(r'\d+ ms', row), row
    assert sentence.startswith('Calls will work from this network.'), sentence
    assert 'alice' not in text and 'right' not in text.replace('right ', ''), text


@case
def check_as_json(folder):
    """check --json prints each step as it ends and the whole report, within 8 s."""
    with Coturn(folder, '--lt-cred-mech', '--user=alice:right', '--listening-ip=127.0.0.2') as coturn:
        _, uri = serve()
        yonder = Yonder('check', '--without-media', '--server', uri, '--ice-server', coturn.server(), '--ca-file', coturn.authority)
        assert yonder.wait() == 0
    report = lines_of(yonder, 'check')[0]
    assert report['verdict'] == 'good' and report['elapsed_ms'] < 8000, report
    assert report['nat'] == {'mapping': 'none', 'filtering': 'endpoint-independent'}, report['nat']
    assert {step['name'] for step in report['steps']} == {line['name'] for line in lines_of(yonder, 'step')}
    assert [server['state'] for server in report['servers']] == ['works'] * 4, report['servers']
    assert 'alice' not in yonder.text


@case
def check_with_media(folder):
    """The whole check calls itself through the relay."""
    with Coturn(folder, '--lt-cred-mech', '--user=alice:right', '--listening-ip=127.0.0.2') as coturn:
        yonder = Yonder('check', '--ice-server', coturn.server(), '--ca-file', coturn.authority)
        yonder.wait()
    report = lines_of(yonder, 'check')[0]
    steps = {step['name']: step for step in report['steps']}
    assert steps['loop-call']['state'] == 'passed', steps['loop-call']
    assert steps['offer']['state'] == 'passed', steps['offer']
    assert steps['server-http']['state'] == 'skipped'
    print(f'# the whole check took {report["elapsed_ms"]} ms, the test call {steps["loop-call"]["elapsed_ms"]}')


@case
def check_of_a_dead_network(_folder):
    """Where nothing answers it is over within 20 s, says so and exits with 1."""
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as closed:
        tcp.bind(('127.0.0.1', 0))
        tcp.listen()
        udp.bind(tcp.getsockname())
        closed.bind(('127.0.0.1', 0))
        port = tcp.getsockname()[1]
        servers = [{'urls': f'stun:127.0.0.1:{port}'},
                   {'urls': [f'turn:127.0.0.1:{port}', f'turns:localhost:{port}', 'turn:turn.invalid'], 'username': 'a', 'credential': 'b'}]
        yonder = Yonder('check', '--without-media', '--server', f'http://127.0.0.1:{closed.getsockname()[1]}', '--ice-server', json.dumps(servers))
        assert yonder.wait() == 1
    report = lines_of(yonder, 'check')[0]
    assert report['verdict'] == 'bad' and report['elapsed_ms'] < 20000, report
    assert report['sentence'].startswith('Nothing gets out of this network'), report
    assert report['action'], report


@case
def check_interrupted(_folder):
    """SIGINT ends it at once, without a verdict."""
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind(('127.0.0.1', 0))
        yonder = Yonder('check', '--without-media', '--ice-server', json.dumps({'urls': f'stun:127.0.0.1:{udp.getsockname()[1]}'}))
        yonder.event('the first step', lambda line: line['event'] == 'step')
        assert yonder.interrupt() == 1
    assert lines_of(yonder, 'check')[0]['verdict'] is None


def servers_of_a_call(uri, *arguments, env=None):
    """What a call says about its STUN and TURN servers."""
    caller = Yonder('call', 'Echo', '--server', uri, '--user', 'anna', '--source', 'test', '--audio-only', *arguments, env=env)
    line = caller.event('the servers', lambda one: one['event'] == 'servers')
    caller.interrupt()
    return line


@case
def who_gave_the_servers(folder):
    """A call says who gave its servers: environment, call server, the user's list, public STUN."""
    _, lending = serve('--echo', '--turn-uri', 'turn:turn.invalid:3478', '--turn-secret-file', secret(folder, 'north'))
    own = folder / 'config' / 'yonder'
    own.mkdir(parents=True)
    (own / 'ice-servers.json').write_text('{"iceServers":[{"urls":["stun:192.0.2.7"]},{"urls":["stun:192.0.2.8"],"enabled":false}]}')
    env = {'XDG_CONFIG_HOME': str(folder / 'config'), 'DBUS_SESSION_BUS_ADDRESS': 'disabled:'}

    given = servers_of_a_call(lending, env={**env, 'YONDER_ICE_SERVERS': '[{"urls":"stun:192.0.2.9"}]'})
    assert given['from'] == 'YONDER_ICE_SERVERS' and given['failures'] == [], given
    assert given['sentence'] == '1 STUN server from YONDER_ICE_SERVERS, and no TURN server: calls between strict networks will fail.', given
    lent = servers_of_a_call(lending, env=env)
    assert lent['from'] == 'the call server at 127.0.0.1' and lent['failures'] == [], lent
    assert 'TURN server from' in lent['sentence'], lent
    _, poor = serve('--echo')
    own_list = servers_of_a_call(poor, env=env)
    assert own_list['from'] == 'your list' and own_list['sentence'].startswith('1 STUN server from your list'), own_list


def fails_through(server):
    """What a call says that may use this relay alone."""
    _, uri = serve('--echo')
    caller = Yonder('call', 'Echo', '--server', uri, '--user', 'anna', '--source', 'test', '--audio-only', '--relay-only', '--ice-server',
                    json.dumps(server))
    assert caller.wait() == 1
    assert server['credential'] not in caller.text + caller.problems
    return caller.state('ended')


@case
def call_by_an_untrusted_relay(folder):
    """A call whose relay cannot prove who it is ends with that sentence."""
    with Coturn(folder) as coturn:
        end = fails_through({'urls': f'turns:localhost:{coturn.tls_port}', 'username': 'alice', 'credential': 'right-password'})
    assert end['diagnosis'] == 'turn-untrusted', end
    assert 'certificate is from nobody whom this computer trusts' in end['sentence'], end


@case
def call_by_a_relay_without_a_name(_folder):
    """A call whose relay's name does not resolve ends with that sentence, over TLS too."""
    for scheme in ('turn', 'turns'):
        end = fails_through({'urls': f'{scheme}:turn.invalid', 'username': 'alice', 'credential': 'right-password'})
        assert end['diagnosis'] == 'turn-unresolved' and 'turn.invalid' in end['sentence'], end


@case
def call_with_expired_credentials(folder):
    """A call whose credentials for the relay have expired ends with that sentence."""
    user = f'{int(time.time()) - 3600}:anna'
    credential = base64.b64encode(hmac.new(b'north', user.encode(), hashlib.sha1).digest()).decode()
    with Coturn(folder, '--use-auth-secret', '--static-auth-secret=north') as coturn:
        end = fails_through({'urls': f'turn:127.0.0.1:{coturn.port}?transport=tcp', 'username': user, 'credential': credential})
    assert end['diagnosis'] == 'turn-expired' and 'have expired (401)' in end['sentence'], end


@case
def call_beside_a_relay_without_a_name(folder):
    """A relay whose name does not resolve keeps no call from another one, and who gave the servers is told."""
    with Coturn(folder, relay=own_address()) as coturn:
        _, uri = serve('--echo')
        servers = [{'urls': ['turn:turn.invalid', 'turns:turn.invalid', f'turns:localhost:{coturn.tls_port}'], 'username': 'alice', 'credential': 'right'}]
        caller = Yonder('call', 'Echo', '--server', uri, '--user', 'anna', '--source', 'test', '--audio-only', '--relay-only', '--ca-file',
                        coturn.authority, '--ice-server', json.dumps(servers))
        connected = caller.state('connected')
        servers = caller.event('the servers', lambda line: line['event'] == 'servers')
        assert servers['sentence'].startswith('1 TURN server from '), servers
        assert caller.interrupt() == 0
    assert connected['t'] - caller.state('inviting')['t'] < 15000, connected


if __name__ == '__main__':
    if shutil.which('turnserver') is None:
        print('1..0 # SKIP turnserver is not installed')
    else:
        main()
