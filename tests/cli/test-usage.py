#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line takes, says and hides."""

import json
import os
import pathlib

from harness import Yonder, case, main, run, serve

COMMANDS = ['call', 'answer', 'echo', 'serve', 'profile']
SHIPPED = pathlib.Path(os.environ['YONDER_PROFILES'])
SOMEWHERE = ['--server', 'http://127.0.0.1:9']


@case
def help_texts(_folder):
    """Every command explains itself, and only what exists is listed."""
    status, text, _ = run('--help')
    assert status == 0
    for command in COMMANDS:
        assert f'  {command}' in text
        status, own, _ = run(command, '--help')
        assert status == 0 and f'yonder-cli {command}' in own and '--json' in own, own
    for option in ('--server', '--user', '--token', '--password-file', '--profile', '--ice-server', '--relay-only', '--audio-only', '--source',
                   '--video', '--max-bitrate', '--duration', '--record', '--json'):
        assert option in run('call', '--help')[1], option
    status, text, _ = run('--version')
    assert status == 0 and 'yonder-cli 0.' in text


@case
def bad_usage(folder):
    """Bad usage exits with 2, and one sentence says what was wrong."""
    empty = folder / 'empty'
    empty.write_text('')
    secret = folder / 'secret'
    secret.write_text('x\n')
    for arguments, word in [
        ([], 'Usage'),
        (['dance'], 'dance'),
        (['check', 'extra'], 'extra'),
        (['mute', 'perhaps'], 'toggle'),
        (['hangup', 'now'], 'no operands'),
        (['accept', '--colour'], 'colour'),
        (['call'], 'YONDER_SERVER'),
        (['call', *SOMEWHERE], 'missing'),
        (['call', 'a', 'b', *SOMEWHERE], 'One USER'),
        (['call', 'a', *SOMEWHERE, '--colour'], 'colour'),
        (['call', 'a', *SOMEWHERE, '--video', 'big'], '640x480@30'),
        (['call', 'a', *SOMEWHERE, '--video', '641x480@30'], 'even'),
        (['call', 'a', *SOMEWHERE, '--video', '640x480@0'], 'bounds'),
        (['call', 'a', *SOMEWHERE, '--source', folder / 'nothing.y4m'], 'nothing.y4m'),
        (['call', 'a', *SOMEWHERE, '--duration', '-1'], '--duration'),
        (['call', 'a', *SOMEWHERE, '--duration', 'long'], 'long'),
        (['call', 'a', *SOMEWHERE, '--max-bitrate', '-5'], '--max-bitrate'),
        (['call', 'a', *SOMEWHERE, '--record', 'x.jpg'], '.png'),
        (['call', 'a', *SOMEWHERE, '--ice-server', '{'], '--ice-server'),
        (['call', 'a', *SOMEWHERE, '--ice-server', '{"urls":"http://x"}'], '--ice-server'),
        (['call', 'a', *SOMEWHERE, '--token', 't', '--user', 'u', '--password-file', secret], 'not with both'),
        (['call', 'a', *SOMEWHERE, '--password-file', secret], '--user'),
        (['call', 'a', *SOMEWHERE, '--user', 'u', '--password-file', empty], 'empty'),
        (['call', 'a', *SOMEWHERE, '--user', 'u', '--password-file', folder / 'none'], 'none'),
        (['answer', *SOMEWHERE, 'now'], 'now'),
        (['echo', *SOMEWHERE, '--token', 't'], 'guest'),
        (['serve', '--port', '70000'], '65535'),
        (['serve', '--turn-uri', 'turn:x'], '--turn-secret-file'),
        (['serve', '--add-user', 'a@b:c'], '--password-file'),
        (['serve', '--add-user', 'nobody', '--password-file', secret], 'EMAIL:NAME'),
        (['serve', '--tls-key', secret], '--tls-certificate'),
        (['serve', '--database', folder / 'd', '--echo'], '--allow-guests'),
        (['profile', 'check'], 'a file'),
        (['profile', 'break', 'x'], 'check'),
    ]:
        status, text, problems = run(*arguments)
        assert status == 2, f'{arguments}: {status} {text} {problems}'
        assert word in problems and text == '', f'{arguments}: {text} {problems}'


@case
def environment(_folder):
    """The environment stands in for options, and is checked like them."""
    assert run('call', 'a', env={'YONDER_SERVER': 'http://127.0.0.1:9'})[0] == 1
    for name, value in [('YONDER_ICE_SERVERS', '[{"urls":5}]'), ('YONDER_ICE_POLICY', 'some')]:
        status, _, problems = run('call', 'a', *SOMEWHERE, env={name: value})
        assert status == 2 and name in problems, problems


@case
def token_is_hidden(_folder):
    """A token on the command line is seen by nobody who lists processes."""
    server, uri = serve()
    for arguments in (['--token', 'tokentokentoken'], ['--token=tokentokentoken']):
        yonder = Yonder('call', 'bert', *arguments, '--server', uri)
        yonder.event('the refusal', lambda line: line['event'] == 'error')
        yonder.wait()
        assert 'tokentokentoken' not in yonder.text + yonder.problems
    # alive long enough to be looked at: a server that never answers keeps it waiting
    import socket
    with socket.socket() as silent:
        silent.bind(('127.0.0.1', 0))
        silent.listen()
        yonder = Yonder('call', 'bert', '--token', 'tokentokentoken', '--server', f'http://127.0.0.1:{silent.getsockname()[1]}')
        silent.settimeout(60)
        connection, _ = silent.accept()
        command_line = pathlib.Path(f'/proc/{yonder.process.pid}/cmdline').read_bytes()
        assert b'bert' in command_line and b'tokentoken' not in command_line, command_line
        connection.close()
    yonder.kill()
    assert server.interrupt() == 0


@case
def good_profiles(_folder):
    """Every shipped profile is good."""
    shipped = sorted(SHIPPED.glob('*.json'))
    assert len(shipped) >= 2
    for path in shipped:
        yonder = Yonder('profile', 'check', path)
        assert yonder.wait() == 0
        assert yonder.lines[0]['event'] == 'profile' and yonder.lines[0]['name'] == path.stem


@case
def documented_profile(folder):
    """The profile that the documentation shows is good."""
    page = SHIPPED.parents[1] / 'docs' / 'profiles.md'
    example = folder / 'my-server.json'
    example.write_text(page.read_text().split('```json\n')[1].split('```')[0])
    yonder = Yonder('profile', 'check', example)
    assert yonder.wait() == 0, yonder.lines
    assert yonder.lines[0]['name'] == 'my-server'


@case
def bad_profiles(folder):
    """What is wrong with a profile is said, with its place."""
    good = json.loads((SHIPPED / 'vigi.json').read_text())
    broken = folder / 'broken.json'
    for damage in (lambda profile: profile.pop('name'), lambda profile: profile.update(flow='backwards'), lambda profile: profile.clear()):
        profile = json.loads(json.dumps(good))
        damage(profile)
        broken.write_text(json.dumps(profile))
        yonder = Yonder('profile', 'check', broken)
        assert yonder.wait() == 1
        assert yonder.errors()[0]['code'] == 'profile', yonder.lines
    broken.write_text('{"name": ')
    assert Yonder('profile', 'check', broken).wait() == 1
    assert Yonder('profile', 'check', folder / 'nothing.json').wait() == 1


@case
def serves_as_told(folder):
    """The server keeps accounts in a file and tells its TURN servers."""
    secret = folder / 'secret'
    secret.write_text('correct horse\n')
    arguments = ['--database', folder / 'accounts.db', '--turn-uri', 'turn:192.0.2.1:3478', '--turn-secret-file', secret]
    server, _ = serve(*arguments, '--add-user', 'dora@example.org:Dora', '--password-file', secret)
    assert server.interrupt() == 0
    server, uri = serve(*arguments)
    answerer = Yonder('answer', '--server', uri, '--user', 'dora@example.org', '--password-file', secret)
    answerer.state('signed-in')
    answerer.interrupt()
    assert server.interrupt() == 0
    assert 'correct horse' not in server.text + server.problems


if __name__ == '__main__':
    main()
