#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a call is connected: looked at during a call with Echo, on its end screen and from the main menu afterwards; exported, and the file
read as the viewers of Chromium's own dumps would. And the safety code, the same on both sides."""

import json
import os
import pathlib
import re
import subprocess

from desktop import Atspi, Desktop, Failure, Tap, wait

HERE = pathlib.Path(__file__).parent

desktop = Desktop()
desktop.set_up_gtk(gtk_enable_animations='false')
tap = Tap(desktop)
app = desktop.yonder('--embedded')
folder = pathlib.Path(desktop.home)
GRAPHS = ('Bitrate', 'Delay', 'Loss', 'Frames')
FOLDS = ('Candidate Pairs', 'Own Addresses', 'The Other Side’s Addresses', 'Timeline')


def everything_is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


def call_echo():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 440, 800)
    app.button('Video call with Echo').click()
    app.place('Echo', 450, 0)
    app.resize('Echo', 800, 800)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')


def open_in_call():
    app.button('^Connection Details$').click()
    app.says('^Call with Echo$')
    app.says('^Direct, on this computer$|^Direct, same network$')


def fact(title):
    """What a row of facts says below its title."""
    row = app.find(f'^{re.escape(title)}', Atspi.Role.LIST_ITEM)
    return [widget.name for widget in row.walk() if widget.role == Atspi.Role.LABEL and widget.name != title]


def tells_the_states():
    expected = {
        'Call Server': 'Connected', 'Path to the Other Side (ICE)': 'Connected', 'Encryption (DTLS)': 'Encrypted, certificate as announced',
        'Candidates That Came Early': r'Queued \d+, applied \d+', 'Looking for Own Addresses (ICE Gathering)': 'Complete',
    }
    for title, words in expected.items():
        wait(lambda: any(re.match(words, line) for line in fact(title)), f'{title} to say {words}, not {fact(title)}')


def tells_what_waited():
    queued, applied = map(int, wait(lambda: next((found for line in fact('Candidates That Came Early') if (found := re.match(r'Queued (\d+), applied (\d+)', line))),
                                                 None), 'the candidates that came early').groups())
    if applied > queued:
        raise Failure(f'{applied} of {queued} candidates that waited were applied')


def draws(name):
    return app.find(f'^{name}$', Atspi.Role.IMAGE)


def graphs_live():
    for name in GRAPHS:
        if name != 'Bitrate':
            app.find(f'^{name}$', Atspi.Role.RADIO_BUTTON).click()
        wait(lambda: re.search(r'Received: now \d|Round trip: now \d', draws(name).description), f'a value in the graph {name}')
    app.find('^Bitrate$', Atspi.Role.RADIO_BUTTON).click()
    first = draws('Bitrate').description
    wait(lambda: draws('Bitrate').description != first, 'the graph to go on')
    app.save('Echo', 'ice-panel')


def rows_below(title):
    """The rows of a fold, as [title, subtitle]."""
    fold = next(app.all(Atspi.Role.LIST_ITEM, f'^{title}'), None)
    inner = [widget for widget in fold.walk() if widget.role == Atspi.Role.LIST_ITEM and widget is not fold] if fold else []
    return [[label.name for label in row.walk() if label.role == Atspi.Role.LABEL] for row in inner]


def header_of(title):
    """The row that is always there, of a fold."""
    fold = next(app.all(Atspi.Role.LIST_ITEM, f'^{title}'), None)
    return next((widget for widget in fold.walk() if widget is not fold and widget.role == Atspi.Role.LIST_ITEM), None) if fold else None


def folds_open():
    app.rest()
    for title in FOLDS:
        app.press('Echo', lambda: header_of(title))
        wait(lambda: len(rows_below(title)) > 1, f'something below {title}')
    wait(lambda: any('→' in line for row in rows_below('Candidate Pairs') for line in row), 'a pair of candidates')
    pairs = [' '.join(row) for row in rows_below('Candidate Pairs') if any('→' in line for line in row)]
    selected = [pair for pair in pairs if 'selected' in pair]
    if len(selected) != 1 or pairs[0] != selected[0] or not re.search(r'host – \w+, UDP', selected[0]):
        raise Failure(f'the selected pair is not the first of {pairs}')
    wait(lambda: any('own interface (host)' in line for row in rows_below('Own Addresses') for line in row), 'an address of this side')
    wait(lambda: any('UDP' in line for row in rows_below('The Other Side') for line in row), 'an address of the other side')
    entries = [' '.join(row) for row in rows_below('Timeline')]
    for words in ('^Inviting', '^Own address: host', '^Other side’s address: host', '^First picture, ', r'\d+ ms$'):
        if not any(re.search(words, entry) for entry in entries):
            raise Failure(f'nothing about {words} in {entries}')
    everything_is_named()
    app.save('Echo', 'ice-panel-timeline')
    app.scroll_to('Echo', lambda: header_of('Candidate Pairs'))
    app.save('Echo', 'ice-panel-details')


def safety_code():
    app.key('Echo', 'Escape')
    app.gone('^Call with Echo$')
    app.stir('Echo')
    app.choose('^More$', 's')
    app.says('nobody sits between you')
    code = app.says(r'^[\d\s]{10,}$').name
    app.save('Echo', 'safety-code')
    if not re.fullmatch(r'(\d{5}[ \n]){5}\d{5}', code):
        raise Failure(f'the code is “{code}”')
    app.key('Echo', 'Escape')
    app.gone('nobody sits between you')


def details_at_the_end():
    app.button('^Hang Up$').click()
    app.says('^Call Ended$')
    app.rest()
    app.button('^Connection Details$').click()
    app.says('^Call with Echo$')
    app.says('^Direct, on this computer$|^Direct, same network$')
    wait(lambda: 'at most' in draws('Bitrate').description, 'the graph of a call that is over')
    app.save('Echo', 'ice-panel-ended')
    app.key('Echo', 'Escape')
    app.gone('^Call with Echo$')
    app.key('Echo', 'ctrl+w')
    app.gone('^Call Ended$')


def recent_calls():
    app.press_tab('Yonder', 'Calls')
    app.press_here('Yonder', app.find('^Echo, .*Direct', Atspi.Role.LIST_ITEM))
    app.says('^Why It Ended$')
    app.press('Yonder', lambda: next(app.all(Atspi.Role.BUTTON, '^Connection Details$'), None))
    app.says('^Call with Echo$')
    app.save('Yonder', 'recent-call')


def export(mnemonic, name):
    """Chooses it in the menu, types where to in the file chooser, and reads what came."""
    path = folder / name
    app.choose('^Export Call$', mnemonic)
    app.x_window('Export Call')
    app.place('Export Call', 0, 0)
    app.field('Name:').type(str(path))
    app.button('^_?Save$').click()
    app.says('^Call exported$')
    return json.loads(path.read_text())


def calls_again():
    """GTK 4.18's own file chooser, which comes where there is no portal, leaks the names that it lists: from here on leaks do not count."""
    global app
    app = desktop.yonder('--embedded', environment={'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'})
    call_echo()
    open_in_call()
    wait(lambda: re.search(r'Received: now \d', draws('Bitrate').description), 'figures of the call')
    app.key('Echo', 'Escape')
    app.gone('^Call with Echo$')
    app.stir('Echo')
    app.button('^Hang Up$').click()
    app.says('^Call Ended$')
    app.key('Echo', 'ctrl+w')
    app.gone('^Call Ended$')
    recent_calls()


def exports():
    dump = export('e', 'call.json')
    connection, = dump['PeerConnections'].values()
    if 'Direct' not in connection['yonderSentence']:
        raise Failure(f'the sentence is “{connection["yonderSentence"]}”')
    frames = json.loads(connection['stats']['IT01V-framesDecoded']['values'])
    if not frames[-1] > 0:
        raise Failure(f'frames decoded: {frames}')
    app.gone('^Call exported$')


def exports_without_addresses():
    export('w', 'private.json')
    found = re.findall(r'\b\d+\.\d+\.\d+\.\d+\b|\b[0-9a-f]*::[0-9a-f:]+', (folder / 'private.json').read_text())
    if found:
        raise Failure(f'addresses are left: {found}')


def is_shaped_like_chromiums():
    """Chromium's own dump of a call between two pages is made at the same time, by its own button."""
    result = subprocess.run(['node', HERE / 'compare-dump.mjs', folder / 'call.json'], capture_output=True, text=True, timeout=300)
    if result.returncode != 0:
        raise Failure(result.stdout + result.stderr)


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


tap.case('a call with Echo', call_echo, vital=True)
tap.case('one click opens the panel, which begins with a sentence', open_in_call, vital=True)
tap.case('the states are told in words', tells_the_states)
tap.case('of the candidates that waited no more are applied than there were', tells_what_waited)
tap.case('the graphs go on while one looks', graphs_live)
tap.case('candidates, pairs with the selected one first, and the timeline', folds_open)
tap.case('the safety code is in the menu of the call', safety_code)
tap.case('the end screen has the panel, too', details_at_the_end)
tap.case('the list of calls leads to it', recent_calls, vital=True)
tap.case('Ctrl+Q quits, without leaks', quits)
tap.case('another call is there to be exported', calls_again, vital=True)
tap.case('exported, the file says the same', exports)
tap.case('exported without addresses, there are none', exports_without_addresses)
if os.path.exists('/usr/bin/chromium'):
    tap.case('the file has the shape of Chromium’s own dump', is_shaped_like_chromiums)
else:
    tap.skip('the file has the shape of Chromium’s own dump', 'Chromium is not installed')
tap.case('Ctrl+Q quits', quits)
desktop.close()
tap.done()
