#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first start offers three ways in; of these, hosting on this computer for others: a certificate that will not do, a port that is taken,
the address to tell, somebody who joins there and calls, another name, TLS, and the same again after a restart."""

import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

from desktop import Atspi, Desktop, Failure, Tap, wait

CLI = os.environ['YONDER_CLI']
# All of 127.0.0.0/8 is this computer, but a server for this computer alone listens at the first address only.
ELSEWHERE = '127.0.0.2'

desktop = Desktop(1400, 900)
desktop.set_up_gtk(gtk_enable_animations='false')
tap = Tap(desktop)
folder = pathlib.Path(desktop.home)
settings = folder / 'config/glib-2.0/settings/keyfile'
certificate = folder / 'certificate.pem'
world = {}

listener = socket.create_server(('', 0))
port = listener.getsockname()[1]


def start():
    world['app'] = desktop.yonder(environment={'GSETTINGS_BACKEND': 'keyfile'})
    world['app'].place('Yonder', 0, 0)
    return world['app']


def make_certificate():
    """Certificate and key in one file; gives the certificate alone."""
    key = folder / 'key.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=calls.example.org',
                    '-keyout', key, '-out', certificate], check=True, stderr=subprocess.DEVNULL)
    alone = certificate.read_text()
    certificate.write_text(alone + key.read_text())
    return alone


def settings_with(**values):
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('[org/yondercall/Yonder]\n' + ''.join(f'{name.replace("_", "-")}={value}\n' for name, value in values.items()))


def answers(scheme='http', host=ELSEWHERE):
    context = ssl._create_unverified_context() if scheme == 'https' else None
    try:
        with urllib.request.urlopen(f'{scheme}://{host}:{port}/health', timeout=20, context=context) as reply:
            return json.load(reply)['status'] == 'ok'
    except (OSError, urllib.error.URLError):
        return False


def own_addresses():
    """What other computers may know this one by; there are none where it is in no network."""
    lines = subprocess.run(['ip', '-json', 'address'], capture_output=True, text=True, check=True).stdout
    return [address['local'] for interface in json.loads(lines) if 'UP' in interface['flags'] for address in interface['addr_info']
            if address['scope'] == 'global']


def host_is(sensitive, when):
    wait(lambda: next(world['app'].all(Atspi.Role.BUTTON, '^Host$')).is_sensitive == sensitive,
         f'Host to be {"on" if sensitive else "off"} {when}')


# Cases

def three_ways():
    app = world['app']
    for name in ('^Sign In$', '^Try Echo on This Computer$', '^Host on This Computer…$'):
        if not any(app.all(Atspi.Role.BUTTON, name)):
            raise Failure(f'no button {name}')
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))
    app.save('Yonder', 'sign-in-three-ways')


def certificate_without_key():
    app = world['app']
    app.button('^Host on This Computer…$').click()
    app.says('has no private key beside the certificate')
    host_is(False, 'with a certificate that will not do')
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))
    app.save('Yonder', 'host-certificate-refused')


def hosts_without_tls_by_choice():
    app = world['app']
    app.button('^Use No Certificate$').click()
    app.says('browsers on other computers get neither camera nor microphone')
    host_is(True, 'without a certificate')


def needs_a_name():
    app = world['app']
    app.field('Your Name').type(' ')
    host_is(False, 'without a name')
    app.field('Your Name').type('Ada')
    host_is(True, 'with a name')


def port_is_taken():
    app = world['app']
    app.save('Yonder', 'host')
    app.button('^Host$').click()
    app.says(f'Port {port} is taken by another program')
    app.save('Yonder', 'host-port-taken')
    listener.close()


def others_can_join():
    app = world['app']
    app.button('^Host on This Computer…$').click()
    app.button('^Host$').click()
    app.says('Yonder runs a call server' if not own_addresses() else 'Whoever reaches one of these addresses')
    for address in own_addresses():
        app.says(f'^http://.*{address}.*:{port}$')
    app.save('Yonder', 'server-for-others')
    app.key('Yonder', 'Escape')
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    if not answers():
        raise Failure('nothing answers at another address of this computer')


def somebody_calls():
    app = world['app']
    caller = desktop.start('call', 'Ada', '--server', f'http://{ELSEWHERE}:{port}', '--user', 'Bob', '--source', 'test', '--audio-only', '--json',
                           program=CLI, stdout=subprocess.PIPE, text=True)
    app.says('^Incoming audio call$')
    app.button('Answer with Sound Only').click()
    for line in caller.stdout:
        if json.loads(line).get('name') == 'connected':
            break
    else:
        raise Failure('the call was not connected')
    caller.send_signal(signal.SIGINT)
    app.find('^Bob$', Atspi.Role.FRAME)
    app.says('Bob hung up')
    app.key('Bob', 'ctrl+w')
    app.gone('^Bob$', Atspi.Role.FRAME)
    caller.wait(60)


def echo_is_for_this_computer():
    """Whoever chooses Echo alone afterwards is not hosting any more."""
    app = world['app']
    app.choose('Main Menu', 'o')
    app.button('^Try Echo on This Computer$').click()
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    if answers():
        raise Failure('other computers still reach the server')


def edits():
    app = world['app']
    app.choose('Main Menu', 'u')
    app.button('^Menu of the account on On This Computer$').click()
    wait(lambda: next((item for item in app.all(Atspi.Role.MENU_ITEM) if 'Alt+e' in item.shortcuts), None), 'Edit…').click()
    if app.field('Your Name').text != 'Ada':
        raise Failure(f'the name is “{app.field("Your Name").text}”')
    app.field('Your Name').type('Ada Lovelace')
    app.button('^Host$').click()
    app.says('^Ada Lovelace$')
    wait(answers, 'the server to answer')


def restarts():
    status = world['app'].quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')
    if answers():
        raise Failure('the server outlives Yonder')
    settings_with(**{**world['settings'], 'host_certificate': f"'{certificate}'", 'host_others': 'true',
                     'accounts': "[('this-computer', 'vigi', 'Ada Lovelace', true, true)]"})
    make_certificate()
    app = start()
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    wait(lambda: answers('https'), 'the server to answer over TLS')
    if answers('http'):
        raise Failure('it answers without TLS as well')


def quits():
    status = world['app'].quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


world['settings'] = {'host_port': port, 'host_certificate': f"'{certificate}'"}
certificate.write_text(make_certificate())
settings_with(**world['settings'])
start()
tap.case('the first start offers three ways in', three_ways)
tap.case('a certificate without its key is refused where it is shown', certificate_without_key)
tap.case('hosting without one has to be chosen', hosts_without_tls_by_choice)
tap.case('without a name there is nothing to press', needs_a_name)
tap.case('a port that is taken: one sentence', port_is_taken, vital=True)
tap.case('hosting tells the addresses for others, and answers there', others_can_join, vital=True)
tap.case('somebody joins there and calls', somebody_calls)
tap.case('Echo alone is for this computer alone', echo_is_for_this_computer)
tap.case('the name can be changed, and hosting goes on', edits)
tap.case('after a restart it is hosted again, now over TLS', restarts)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
