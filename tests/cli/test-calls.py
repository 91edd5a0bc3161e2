#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls between two yonder-cli, and with Echo, over the embedded server on loopback: judged by what either end saw and heard."""

import re
import subprocess
import time

from PIL import Image

from harness import Yonder, age_of, case, main, read_timecode, serve, shows_film, write_film

AUDIBLE = -40   # dBov; the test tone is sent at about -15
STALE = 5000    # ms; a picture that is older is none of a live call

ORDER = ['signed-in', 'inviting', 'ringing', 'negotiating', 'ice-connected', 'dtls-connected', 'connected', 'ended']


def hears(yonder):
    yonder.state('first-audio')
    yonder.stats('a tone', lambda line: line['audio_level_in'] > AUDIBLE)


def sees(yonder):
    yonder.state('first-frame')
    return yonder.stats('moving pictures', lambda line: line['fps_in'] >= 2 and line['frames_decoded'] > 10)


def sees_clock(yonder):
    sees(yonder)
    line = yonder.stats('a clock', lambda line: line['latency_ms'] >= 0)
    assert line['latency_ms'] < STALE, line


def assert_order(yonder, expected):
    names = [line['name'] for line in yonder.lines if line['event'] == 'state' and line['name'] in expected]
    assert names == expected, names


@case
def video_both_ways(folder):
    """Two yonder-cli see and hear one another, and keep each other's picture."""
    _, uri = serve()
    film = folder / 'quadrants.y4m'
    write_film(film)
    answerer = Yonder('answer', '--server', uri, '--user', 'bert', '--source', 'timecode', '--record', folder / 'at-bert.png')
    answerer.state('signed-in')
    caller = Yonder('call', 'Bert', '--server', uri, '--user', 'anna', '--source', film, '--record', folder / 'at-anna.png')

    sees_clock(caller)
    hears(caller)
    sees(answerer)
    pair = caller.stats('a pair', lambda line: line['pair'])['pair']
    assert pair['local'] in ('host', 'prflx') and pair['remote'] in ('host', 'prflx') and pair['relay_protocol'] is None, pair

    codes = [yonder.event('a safety code', lambda line: line['event'] == 'safety-code')['code'] for yonder in (caller, answerer)]
    assert codes[0] == codes[1] and re.fullmatch(r'(\d{5} ){5}\d{5}', codes[0]), codes

    assert caller.interrupt() == 0
    assert caller.state('ended')['reason'] == 'hung-up'
    assert answerer.state('ended')['reason'] == 'hung-up-by-peer'
    assert answerer.interrupt() == 0
    assert_order(caller, ORDER)
    assert_order(answerer, [name for name in ORDER if name != 'inviting'])

    at_anna = Image.open(folder / 'at-anna.png')
    timecode = read_timecode(at_anna)
    assert timecode is not None and age_of(timecode) < 60_000, 'no clock in the picture that anna kept'
    assert not shows_film(at_anna), 'anna kept her own picture'
    at_bert = Image.open(folder / 'at-bert.png')
    assert shows_film(at_bert), 'bert did not keep the film'


@case
def clocks_both_ways(_folder):
    """Both report how old the other's picture is."""
    _, uri = serve()
    answerer = Yonder('answer', '--server', uri, '--user', 'bert', '--source', 'timecode', '--video', '320x240@15')
    answerer.state('signed-in')
    caller = Yonder('call', 'bert', '--server', uri, '--user', 'anna', '--source', 'timecode', '--video', '480x360@15')
    for end, size in ((caller, (320, 240)), (answerer, (480, 360))):
        sees_clock(end)
        hears(end)
        line = end.stats('its size', lambda line: line['width_in'] > 0)
        assert (line['width_in'], line['height_in']) == size, line
    assert caller.interrupt() == 0
    assert answerer.interrupt() == 0


@case
def audio_only(_folder):
    """An audio call has sound both ways and no picture."""
    _, uri = serve()
    answerer = Yonder('answer', '--server', uri, '--user', 'bert', '--source', 'test')
    answerer.state('signed-in')
    caller = Yonder('call', 'bert', '--server', uri, '--user', 'anna', '--source', 'test', '--audio-only')
    for end in (caller, answerer):
        hears(end)
    time.sleep(1)  # a picture that came late would be no less wrong
    assert answerer.interrupt() == 0
    assert caller.state('ended')['reason'] == 'hung-up-by-peer'
    assert caller.wait() == 0
    for end in (caller, answerer):
        assert not end.has('first-frame')
        assert all(line['width_in'] <= 0 and line['frames_decoded'] <= 0 for line in end.lines if line['event'] == 'stats')


@case
def echo_sends_back(folder):
    """Echo sends back the caller's own picture and tone."""
    server, uri = serve('--echo')
    caller = Yonder('call', 'echo', '--server', uri, '--user', 'anna', '--source', 'timecode', '--duration', 6,
                    '--record', folder / 'back.png')
    hears(caller)
    sees_clock(caller)
    assert caller.wait() == 0
    assert caller.state('ended')['reason'] == 'hung-up'
    timecode = read_timecode(Image.open(folder / 'back.png'))
    assert timecode is not None and age_of(timecode) < 60_000
    connected, ended = caller.state('connected')['t'], caller.state('ended')['t']
    assert 5500 < ended - connected < 20_000, f'a call of 6 s lasted {ended - connected} ms'
    assert server.interrupt() == 0


@case
def echo_of_its_own(_folder):
    """The command echo serves one caller after the other, under any name."""
    _, uri = serve()
    echo = Yonder('echo', '--server', uri, '--user', 'Parrot')
    echo.state('signed-in')
    for name in ('anna', 'carl'):
        caller = Yonder('call', 'parrot', '--server', uri, '--user', name, '--source', 'test', '--audio-only')
        hears(caller)
        assert caller.interrupt() == 0
    assert echo.interrupt() == 0


@case
def echo_over_tls(folder):
    """With a certificate for another name Echo is there all the same: it needs none on its own computer."""
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=calls.example.org',
                    '-keyout', f'{folder}/key.pem', '-out', f'{folder}/certificate.pem'], check=True, stderr=subprocess.DEVNULL)
    _, uri = serve('--echo', '--tls-certificate', f'{folder}/certificate.pem', '--tls-key', f'{folder}/key.pem')
    assert uri.startswith('https://'), uri


@case
def answers_again(_folder):
    """One answerer takes a second call after the first."""
    _, uri = serve()
    answerer = Yonder('answer', '--server', uri, '--user', 'bert', '--source', 'test', '--audio-only')
    answerer.state('signed-in')
    for name in ('anna', 'carl'):
        caller = Yonder('call', 'bert', '--server', uri, '--user', name, '--source', 'test', '--audio-only', '--duration', 1)
        hears(caller)
        assert caller.wait() == 0
    assert answerer.interrupt() == 0
    assert [line['name'] for line in answerer.lines if line['event'] == 'state'].count('ended') == 2


@case
def for_people(_folder):
    """Without --json it tells people how the call is connected."""
    _, uri = serve('--echo')
    caller = Yonder('call', 'Echo', '--server', uri, '--user', 'anna', '--source', 'test', '--duration', 3, as_json=False)
    assert caller.wait() == 0
    for words in ('Calling Echo', 'Connected', 'Direct, on this computer', 'First picture', 'Mbit/s', 'The call is over'):
        assert words in caller.text, words
    assert '{' not in caller.text


@case
def path_for_programs(_folder):
    """With --json how the call is connected is a line of its own, and the end repeats it."""
    _, uri = serve('--echo')
    caller = Yonder('call', 'Echo', '--server', uri, '--user', 'anna', '--source', 'test', '--audio-only', '--duration', 2)
    assert caller.wait() == 0
    paths = [line for line in caller.lines if line['event'] == 'path']
    assert [(path['diagnosis'], path['sentence']) for path in paths] == [('direct-same-computer', 'Direct, on this computer')], paths
    assert caller.state('ended')['diagnosis'] == 'direct-same-computer'


@case
def candidates_and_secrets(_folder):
    """Candidates are told in order, and no secret is printed anywhere."""
    _, uri = serve('--echo')
    caller = Yonder('call', 'Echo', '--server', uri, '--user', 'anna', '--source', 'test', '--audio-only', '--duration', 1, '--verbose')
    assert caller.wait() == 0
    sides = {line['side'] for line in caller.lines if line['event'] == 'candidate'}
    assert sides == {'local', 'remote'}, sides
    accepted = caller.state('negotiating')['t']
    assert all(line['t'] >= accepted for line in caller.lines if line['event'] == 'candidate' and line['side'] == 'remote')
    for text in (caller.text, caller.problems):
        assert 'PRIVATE KEY' not in text
        assert not any(word in text for word in ('ice-pwd:', 'Bearer ')) or '***' in text


if __name__ == '__main__':
    main()
