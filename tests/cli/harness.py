# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of yonder-cli share: TAP, the program as a process whose JSON lines are checked as they come, pictures."""

import json
import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

PROGRAM = os.environ['YONDER_CLI']
# A slow machine with sanitizers is waited for; nothing is waited for longer than it takes.
PATIENCE = 60

_cases = []
_running = []


def case(function):
    """Registers a test; its docstring's first line is its name."""
    _cases.append(function)
    return function


def main():
    """Runs the registered tests, or those whose function's name stands on the command line."""
    wanted = sys.argv[1:]
    cases = [one for one in _cases if not wanted or one.__name__ in wanted]
    failed = 0
    print(f'1..{len(cases)}', flush=True)
    for number, function in enumerate(cases, 1):
        name = function.__doc__.splitlines()[0].rstrip('.')
        try:
            with tempfile.TemporaryDirectory(prefix='yonder-cli-') as folder:
                function(pathlib.Path(folder))
            print(f'ok {number} - {name}', flush=True)
        except Exception:
            failed += 1
            print(f'not ok {number} - {name}')
            text = traceback.format_exc() + ''.join(one.log() for one in _running)
            print('\n'.join('# ' + line for line in text.splitlines()), flush=True)
        finally:
            for one in _running:
                one.kill()
            _running.clear()
    sys.exit(1 if failed else 0)


NUMBER = (int, float)
# docs: every line of --json, field by field. A tuple is a choice of values or types.
SCHEMA = {
    'state': {
        'call': (str, type(None)),
        'name': {'signed-in', 'inviting', 'ringing', 'negotiating', 'ice-connected', 'dtls-connected', 'first-audio', 'first-frame',
                 'connected', 'reconnecting', 'ended'},
        't': NUMBER,
    },
    'safety-code': {'call': str, 'code': str, 't': NUMBER},
    'servers': {'call': (str, type(None)), 'from': (str, type(None)), 'sentence': str, 'failures': list, 't': NUMBER},
    'meeting': {'call': str, 'uri': str, 't': NUMBER},
    'peer-state': {'call': str, 'muted': bool, 'camera_off': bool, 'held': bool, 'sharing': bool, 't': NUMBER},
    'text': {'call': str, 'text': str, 't': NUMBER},
    'path': {'call': str, 'diagnosis': str, 'sentence': str, 't': NUMBER},
    'candidate': {
        'side': {'local', 'remote'}, 'type': {'host', 'srflx', 'prflx', 'relay'}, 'protocol': {'udp', 'tcp'}, 'address': str, 'port': int,
        'queued': bool, 't': NUMBER,
    },
    'stats': {
        't': NUMBER, 'fps_in': NUMBER, 'fps_out': NUMBER, 'width_in': int, 'height_in': int, 'bitrate_in': int, 'bitrate_out': int,
        'target_bitrate': int, 'packets_lost': int, 'loss_in': NUMBER, 'jitter_ms': NUMBER, 'rtt_ms': NUMBER, 'freeze_count': int,
        'freeze_ms': int, 'frames_decoded': int, 'frames_dropped': int, 'latency_ms': NUMBER, 'audio_level_in': NUMBER,
        'pair': (dict, type(None)),
    },
    'error': {'code': str, 'message': str},
    'serving': {'uri': str, 't': NUMBER},
    'attempt': {
        'url': str, 'protocol': {'udp', 'tcp', 'tls'}, 'state': {'works', 'doubtful', 'failed'}, 'server': (str, type(None)),
        'reflexive': (str, type(None)), 'relayed': (str, type(None)), 'rtt_ms': (int, float, type(None)),
        'relay_rtt_ms': (int, float, type(None)), 'elapsed_ms': int, 't': NUMBER,
    },
    'probe': {'state': {'works', 'doubtful', 'failed'}, 'summary': str, 't': NUMBER},
    'step': {'name': str, 'state': {'passed', 'warning', 'failed', 'skipped'}, 'detail': str, 'elapsed_ms': NUMBER, 't': NUMBER},
    'check': {
        'verdict': (str, type(None)), 'sentence': str, 'action': str, 'elapsed_ms': int, 'nat': dict, 'steps': list, 'servers': list, 't': NUMBER,
    },
    'profile': {'file': str, 'name': str, 'flow': {'invite-first', 'offer-first'}},
}
REASONS = {'hung-up', 'hung-up-by-peer', 'declined', 'busy', 'no-answer', 'answered-elsewhere', 'offline', 'rejected', 'no-media', 'network',
           'signaling-lost', 'internal'}


def check_line(line):
    """Raises where a line is not what the documentation says."""
    schema = SCHEMA[line['event']]
    optional = {'reason', 'diagnosis', 'sentence'} & set(line) if line['event'] == 'state' and line['name'] == 'ended' else set()
    if line['event'] == 'attempt':
        optional = {'tls', 'software', 'error', 'code'} & set(line)
    assert set(line) - {'event'} - optional == set(schema), f'fields of {line}'
    for field, expected in schema.items():
        value = line[field]
        if isinstance(expected, set):
            assert value in expected, f'{field} of {line}'
        else:
            assert isinstance(value, expected), f'{field} of {line}'
            assert isinstance(value, bool) == (expected is bool), f'{field} of {line}'
    if 'reason' in optional:
        assert line['reason'] in REASONS, line
    if line['event'] == 'stats' and line['pair'] is not None:
        assert set(line['pair']) == {'local', 'remote', 'protocol', 'relay_protocol'}, line


class Yonder:
    """A yonder-cli process with --json (or without: then `text` grows)."""

    def __init__(self, *arguments, env=None, as_json=True):
        self.arguments = [str(one) for one in arguments]
        self.lines = []
        self.text = ''
        self.problems = ''
        self._queue = queue.Queue()
        self._as_json = as_json
        self.process = subprocess.Popen([PROGRAM, *self.arguments, *(['--json'] if as_json else [])], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **(env or {})})
        self._threads = [threading.Thread(target=self._read_lines, daemon=True), threading.Thread(target=self._read_problems, daemon=True)]
        for thread in self._threads:
            thread.start()
        _running.append(self)

    def _read_lines(self):
        for line in self.process.stdout:
            self._queue.put(line.decode())
        self._queue.put(None)

    def _read_problems(self):
        for line in self.process.stderr:
            self.problems += line.decode(errors='replace')

    def _take(self, timeout):
        """One more line, checked; False at the end."""
        line = self._queue.get(timeout=timeout)
        if line is None:
            return False
        self.text += line
        if self._as_json:
            parsed = json.loads(line)
            check_line(parsed)
            assert 't' not in parsed or not self.lines or parsed['t'] >= max(one.get('t', 0) for one in self.lines), 'time goes back'
            self.lines.append(parsed)
        return True

    def event(self, what, fits):
        """The first line that fits, awaited."""
        deadline = time.monotonic() + PATIENCE
        seen = 0
        while True:
            while seen < len(self.lines):
                if fits(self.lines[seen]):
                    return self.lines[seen]
                seen += 1
            try:
                assert self._take(max(0.01, deadline - time.monotonic())), f'{self.arguments[0]} ended before: {what}'
            except queue.Empty:
                raise AssertionError(f'{self.arguments[0]} waits in vain for: {what}') from None

    def state(self, name):
        return self.event(name, lambda line: line['event'] == 'state' and line['name'] == name)

    def has(self, name):
        return any(line['event'] == 'state' and line['name'] == name for line in self.lines)

    def stats(self, what, fits):
        return self.event(what, lambda line: line['event'] == 'stats' and fits(line))

    def errors(self):
        return [line for line in self.lines if line['event'] == 'error']

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self):
        """The exit status; all lines are there then."""
        status = self.process.wait(PATIENCE)
        while self._take(PATIENCE):
            pass
        for thread in self._threads:
            thread.join(PATIENCE)
        assert 'Sanitizer' not in self.problems and 'runtime error' not in self.problems, self.problems
        assert 'CRITICAL' not in self.problems, self.problems
        return status

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log(self):
        return f'\nyonder-cli {" ".join(self.arguments)} ({self.process.poll()}):\n{self.text}{self.problems}'


def serve(*arguments):
    """A call server; its URI."""
    server = Yonder('serve', '--port', 0, *arguments)
    return server, server.event('the server listens', lambda line: line['event'] == 'serving')['uri']


def read_timecode(image):
    """Milliseconds since 1970 modulo 2^32 in a PIL picture, or None (docs/timecode.md)."""
    grey = image.convert('L')
    size = grey.width // 40
    levels = [grey.getpixel((cell * size + size // 2, size // 2)) for cell in range(40)]
    middle = (min(levels) + max(levels)) / 2
    if max(levels) - min(levels) < 48:
        return None
    value = int(''.join('1' if level > middle else '0' for level in levels), 2)
    code, check = value >> 8, value & 0xff
    sum_ = 0x5a
    for octet in code.to_bytes(4, 'big'):
        sum_ ^= octet
    return code if sum_ == check else None


def age_of(timecode):
    return (int(time.time() * 1000) - timecode) % 2**32


COLOURS = {'red': (81, 90, 240), 'green': (145, 54, 34), 'blue': (41, 240, 110), 'yellow': (210, 16, 146)}


def write_film(path, width=320, height=240, frames=30, fps=15):
    """A y4m film of four plain quadrants: red, green / blue, yellow (ITU-R BT.601 in Y, Cb, Cr)."""
    corners = [['red', 'green'], ['blue', 'yellow']]
    planes = []
    for plane, scale in enumerate((1, 2, 2)):
        rows = []
        for y in range(height // scale):
            row = b''
            for x in (0, 1):
                row += bytes([COLOURS[corners[y * 2 * scale // height][x]][plane]]) * (width // 2 // scale)
            rows.append(row)
        planes.append(b''.join(rows))
    frame = b'FRAME\n' + b''.join(planes)
    path.write_bytes(f'YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n'.encode() + frame * frames)


def shows_film(image):
    """Whether the middle of each quadrant has its colour."""
    rgb = image.convert('RGB')
    tests = [(lambda r, g, b: r > 150 and g < 110 and b < 110), (lambda r, g, b: g > 150 and r < 110 and b < 110),
             (lambda r, g, b: b > 150 and r < 110 and g < 110), (lambda r, g, b: r > 150 and g > 150 and b < 110)]
    points = [(1, 1), (3, 1), (1, 3), (3, 3)]
    return all(test(*rgb.getpixel((rgb.width * x // 4, rgb.height * y // 4))) for test, (x, y) in zip(tests, points))


def run(*arguments, env=None):
    """Status, stdout and stderr of a short command, without --json."""
    done = subprocess.run([PROGRAM, *(str(one) for one in arguments)], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
                          env={**os.environ, **(env or {})}, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def sentences(text):
    return re.findall(r'[^\n]+', text)
