#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in page: each way to fail has its sentence, and Echo on this computer is one click away."""

import http.server
import json
import os
import pathlib
import socket
import subprocess
import threading

from desktop import Atspi, Desktop, Failure, Tap, wait

desktop = Desktop()
tap = Tap(desktop)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Page(http.server.BaseHTTPRequestHandler):
    """Some web server that knows nothing of calls."""

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def answer(self):
        body = b'<html>A page about cats</html>'
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


web = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Page)
threading.Thread(target=web.serve_forever, daemon=True).start()
closed = f'http://127.0.0.1:{free_port()}'
app = desktop.yonder('--server', closed)


def call_server(*arguments):
    """A call server of Yonder's own; gives its address."""
    process = desktop.start('serve', '--port', '0', '--json', *arguments, program=os.environ['YONDER_CLI'], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        event = json.loads(line)
        if event['event'] == 'serving':
            return event['uri']
    raise Failure('the call server did not start')


def accounts_server():
    """One with an account, for ada@example.org."""
    password = pathlib.Path(desktop.home, 'password')
    password.write_text('correct horse\n')
    return call_server('--add-user', 'ada@example.org:Ada Lovelace', '--password-file', str(password))


def self_signed_server():
    """One whose certificate nobody vouches for."""
    key, certificate = f'{desktop.home}/key.pem', f'{desktop.home}/certificate.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
                    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate],
                   check=True, stderr=subprocess.DEVNULL)
    return call_server('--tls-certificate', certificate, '--tls-key', key)


def sign_in(server, user, password=''):
    app.field('Server Address').type(server)
    app.field('Name or E-Mail Address').type(user)
    app.field('Password (None for Guests)').type(password)
    app.button('^Sign In$').click()


def starts_with_the_server():
    text = app.field('Server Address').text
    if text != closed:
        raise Failure(f'the address is “{text}”')
    app.place('Yonder', 0, 0)
    app.save('Yonder', 'sign-in')


def everything_is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


def nothing_listens():
    sign_in(closed, 'Ada')
    app.says('cannot be reached')
    app.save('Yonder', 'sign-in-unreachable')


def sentence_goes_when_edited():
    app.field('Name or E-Mail Address').type('Ada L')
    app.gone('cannot be reached')


def no_call_server():
    sign_in(f'http://127.0.0.1:{web.server_port}', 'Ada')
    app.says('no call server|does not understand')
    app.save('Yonder', 'sign-in-no-call-server')


def bad_certificate():
    sign_in(self_signed_server(), 'Ada')
    app.says('The certificate of .* is not valid')
    app.save('Yonder', 'sign-in-certificate')


def wrong_password():
    sign_in(accounts, 'ada@example.org', 'battery staple')
    app.says('The name or the password is wrong')
    app.save('Yonder', 'sign-in-wrong-password')


def right_password():
    sign_in(accounts, 'ada@example.org', 'correct horse')
    app.says('^Nobody Here Yet$')
    app.save('Yonder', 'contacts-nobody')
    app.choose('Main Menu', 'o')
    app.says('Welcome to Yonder')


def says_what_answers():
    """While one waits: the address is looked at, whatever else is in the form."""
    for server, words in ((closed, 'Nothing answers there'), (f'http://127.0.0.1:{web.server_port}', 'not a server for calls'),
                          (accounts, 'A Yonder call server answers there')):
        app.field('Server Address').type(server)
        app.says(words)
        app.save('Yonder', f'sign-in-check-{words.split()[-2]}')


def needs_server_and_name():
    app.field('Server Address').type('')
    wait(lambda: not next(w for w in app.all(Atspi.Role.BUTTON, '^Sign In$')).is_sensitive, 'Sign In to be off without an address')


def try_echo():
    app.button('Try Echo on This Computer').click()
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.save('Yonder', 'contacts')


def server_address():
    app.button('Main Menu').click()
    app.save('Yonder', 'main-menu')
    app.key('Yonder', 'Escape')
    app.choose('Main Menu', 's')
    label = app.says(r'^http://127\.0\.0\.1:\d+$')
    address = label.name
    app.save('Yonder', 'server')
    app.key('Yonder', 'Escape')
    app.gone(r'^http://127\.0\.0\.1:\d+$')
    return address


def shortcuts():
    app.key('Yonder', 'ctrl+question')
    app.says('Mute or unmute the microphone')
    app.save('Yonder', 'shortcuts')
    app.key('Yonder', 'Escape')
    app.gone('Mute or unmute the microphone')


def about():
    app.choose('Main Menu', 'a')
    app.says('The Yonder Authors')
    app.save('Yonder', 'about')
    app.key('Yonder', 'Escape')
    app.gone('The Yonder Authors')


def sign_out():
    app.choose('Main Menu', 'o')
    app.says('Welcome to Yonder')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


tap.case('--server opens the sign-in page with that address', starts_with_the_server)
tap.case('sign-in: every control has a name', everything_is_named)
tap.case('a server that is not there: one sentence', nothing_listens)
tap.case('the sentence goes when something is changed', sentence_goes_when_edited)
tap.case('a web server that is no call server: one sentence', no_call_server)
tap.case('a server whose certificate is not valid: one sentence', bad_certificate)
accounts = accounts_server()
tap.case('a wrong password: one sentence', wrong_password)
tap.case('the right one leads to the contacts, where nobody is yet', right_password)
tap.case('an address: what answers there', says_what_answers)
tap.case('without an address there is nothing to press', needs_server_and_name)
tap.case('Echo on this computer', try_echo)
tap.case('contacts: every control has a name', everything_is_named)
tap.case('the address of the server is told', server_address)
tap.case('the shortcuts are told', shortcuts)
tap.case('about', about)
tap.case('signing out leads back', sign_out)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
web.shutdown()
tap.done()
