#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Network page of the preferences: servers are typed in, checked, switched, moved, removed and brought back, imported and kept."""

import http.server
import json
import pathlib
import threading

from desktop import Atspi, Desktop, Failure, Tap, wait

desktop = Desktop()
tap = Tap(desktop)
config = pathlib.Path(desktop.home) / 'config' / 'yonder'


class TurnRest(http.server.BaseHTTPRequestHandler):
    """A service that gives out TURN credentials, as coturn's operators run it."""

    def do_POST(self):
        if 'key=right' in self.path:
            status, body = 200, {'username': '1900000000:ada', 'password': 'p', 'ttl': 86400, 'uris': ['turn:lent.example:3478']}
        else:
            status, body = 401, {'error': 'wrong key'}
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


web = http.server.ThreadingHTTPServer(('127.0.0.1', 0), TurnRest)
threading.Thread(target=web.serve_forever, daemon=True).start()


def start(**variables):
    application = desktop.yonder('--embedded', environment=variables)
    application.find('^Echo$', Atspi.Role.LIST_ITEM)
    application.place('Yonder', 0, 0)
    return application


app = start()


def field(title):
    return app.field(title)


URL = 'URL, as in turn:turn.example.org:3478'


def open_preferences():
    app.key('Yonder', 'ctrl+comma')
    app.press_tab('Yonder', 'Network')
    app.says('^Your Servers$')


def rows():
    """The titles of the rows of the list, from top to bottom."""
    servers = next(app.all(Atspi.Role.LIST, '^Your Servers$'), None)
    if servers is None:
        return []
    return [widget.name for widget in servers.walk() if widget.role == Atspi.Role.LIST_ITEM]


def row(host):
    return wait(lambda: next((widget for widget in app.all(Atspi.Role.LIST_ITEM, f'^{host}')), None), f'the row of {host}')


def expect_rows(*hosts):
    wait(lambda: rows() == list(hosts), f'the rows {hosts}, not {rows()}')


def stored():
    path = config / 'ice-servers.json'
    return json.loads(path.read_text()) if path.exists() else {}


def is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


def is_empty():
    open_preferences()
    app.says('No servers yet')
    app.says('no TURN server|No STUN or TURN server')
    app.save('Yonder', 'network-empty')


def checks_while_typing():
    app.button('^Add Server$').click()
    field(URL).type('tunr:turn.example.net')
    app.says('begins with stun:')
    app.save('Yonder', 'network-add-error')
    field(URL).type('turn:stun.l.google.com:19302')
    app.says('speaks STUN only')
    field(URL).type('turn:turn.example.net turns:turn.example.net:443')
    app.gone('speaks STUN only')
    save = next(app.all(Atspi.Role.BUTTON, '^Add$'))
    if save.is_sensitive:
        raise Failure('a TURN server can be added without a password')
    field('User Name').type('openrelayproject')
    field('Password').type('openrelayproject')
    app.says('everybody knows')
    app.save('Yonder', 'network-add-warning')
    field('User Name').type('ada')
    field('Password').type('very secret')
    app.gone('everybody knows')
    app.save('Yonder', 'network-add')
    is_named()


def adds():
    app.button('^Add$').click()
    expect_rows('turn.example.net')
    app.says('TURN over UDP, TCP, TLS, as ada')
    wait(lambda: len(stored().get('iceServers', [])) == 1, 'the server to be kept')
    if 'very secret' in (config / 'ice-servers.json').read_text():
        raise Failure('the password is in the file')


def imports():
    text = '{"iceServers":[{"urls":"stun:stun.example.net"},{"urls":["turn:other.example.net?transport=tcp"],"username":"bob","credential":"q"}]}'
    copy(text)
    app.choose('^Import and Export$', 'c')
    expect_rows('turn.example.net', 'stun.example.net', 'other.example.net')


def points_out_secrets():
    copy('VITE_TWILIO_AUTH_TOKEN=topsecret')
    app.choose('^Import and Export$', 'c')
    app.says('every visitor can read it')
    app.save('Yonder', 'network-import-secret')
    app.button('^Close$').click()
    app.gone('every visitor can read it')


def copy(text):
    """Puts text on the clipboard, by way of a field."""
    app.button('^Add Server$').click()
    field(URL).type(text)
    app.tab_to('Yonder', lambda: field(URL))
    app.key('Yonder', 'ctrl+a', 'ctrl+c')
    app.button('^Cancel$').click()
    app.gone('^Add$', Atspi.Role.BUTTON)


def is_shown():
    app.save('Yonder', 'network')
    is_named()


def moves_by_keyboard():
    app.tab_to('Yonder', lambda: row('other.example.net'))
    app.key('Yonder', 'alt+Up')
    expect_rows('turn.example.net', 'other.example.net', 'stun.example.net')
    wait(lambda: 'other' in stored()['iceServers'][1]['urls'][0], 'the order to be kept')


def moves_to_the_top():
    app.tab_to('Yonder', lambda: row('stun.example.net'))
    app.key('Yonder', 'alt+Up', 'alt+Up')
    expect_rows('stun.example.net', 'turn.example.net', 'other.example.net')


def switch_in(widget):
    return next((part for part in widget.walk() if part.name == 'Use this server'), None)


def switches_off():
    app.tab_to('Yonder', lambda: switch_in(row('other.example.net')))
    app.key('Yonder', 'space')
    wait(lambda: [entry['enabled'] for entry in stored()['iceServers'] if 'other' in entry['urls'][0]] == [False], 'the switch to be kept')


def removes_and_brings_back():
    app.tab_to('Yonder', lambda: row('turn.example.net'))
    app.key('Yonder', 'Delete')
    expect_rows('stun.example.net', 'other.example.net')
    app.says('turn.example.net removed')
    app.save('Yonder', 'network-removed')
    app.button('^Undo$').click()
    expect_rows('stun.example.net', 'turn.example.net', 'other.example.net')


def relay_only():
    app.key('Yonder', 'alt+r')
    wait(lambda: stored().get('iceTransportPolicy') == 'relay', 'relay only to be kept')


def provider():
    app.tab_to('Yonder', lambda: next(iter(app.all(Atspi.Role.LIST_ITEM, '^Provider')), None))
    app.key('Yonder', 'Return')
    app.says('A provider gives out TURN credentials')
    app.save('Yonder', 'network-provider')
    app.key('Yonder', 'Escape')


def is_kept():
    global app
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')
    app = start()
    open_preferences()
    expect_rows('stun.example.net', 'turn.example.net', 'other.example.net')


def is_narrow():
    app.resize('Yonder', 360, 640)
    app.save('Yonder', 'network-360')
    app.resize('Yonder', 420, 680)


def is_dark():
    global app
    app.quit()
    app = start(ADW_DEBUG_COLOR_SCHEME='prefer-dark')
    open_preferences()
    expect_rows('stun.example.net', 'turn.example.net', 'other.example.net')
    app.save('Yonder', 'network-dark')


def environment_is_told():
    global app
    app.quit()
    app = start(YONDER_ICE_SERVERS='[{"urls":"stun:lab.example"}]')
    open_preferences()
    app.says('1 STUN server from YONDER_ICE_SERVERS')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


tap.case('Ctrl+comma opens the page, which tells what is in use', is_empty, vital=True)
tap.case('what is typed is checked in words', checks_while_typing, vital=True)
tap.case('a server is added and kept without its password', adds)
tap.case('servers are imported from the clipboard', imports)
tap.case('account secrets are pointed out, not taken', points_out_secrets)
tap.case('every control has a name', is_shown)
tap.case('Alt+Up moves a server', moves_by_keyboard)
tap.case('Alt+Up twice brings it to the top', moves_to_the_top)
tap.case('a server is switched off', switches_off)
tap.case('a server is removed and brought back', removes_and_brings_back)
tap.case('relay only', relay_only)
tap.case('providers', provider)
tap.case('everything is there after another start', is_kept)
tap.case('at phone width', is_narrow)
tap.case('in the dark', is_dark)
tap.case('what the environment names is told', environment_is_told)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
web.shutdown()
tap.done()
