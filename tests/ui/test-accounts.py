#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two accounts side by side, on two servers: their people in one list, calls from both, one that is switched off, removed and taken back, and
a sign-in that runs out in the middle of a call."""

import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import threading
import urllib.request

from desktop import Atspi, Desktop, Failure, Tap, wait

CLI = os.environ['YONDER_CLI']
PASSWORD = 'correct horse'
SERVER, USER, KEY = 'Server Address', 'Name or E-Mail Address', 'Password (None for Guests)'
TOKEN = 'Access Token (in Place of a Password)'

desktop = Desktop(1400, 900)
desktop.set_up_gtk(gtk_enable_animations='false')
tap = Tap(desktop)
folder = pathlib.Path(desktop.home)
world = {}


class Wire:
    """A way to a server that can be cut, as by a router that restarts: connections break off, and can be made anew."""

    def __init__(self, port):
        self.port = port
        self.pairs = []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.uri = f'http://127.0.0.1:{self.listener.getsockname()[1]}'
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            one = self.listener.accept()[0]
            other = socket.create_connection(('127.0.0.1', self.port))
            self.pairs += [one, other]
            for source, sink in ((one, other), (other, one)):
                threading.Thread(target=self.pass_on, args=[source, sink], daemon=True).start()

    @staticmethod
    def pass_on(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def cut(self):
        for end in self.pairs:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:  # it was over already
                pass
        self.pairs.clear()


def call_server(*arguments):
    """A call server of Yonder's own; gives its port."""
    process = desktop.start('serve', '--port', '0', '--json', '--allow-guests', *arguments, program=CLI, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        event = json.loads(line)
        if event['event'] == 'serving':
            return int(event['uri'].rsplit(':', 1)[1])
    raise Failure('the call server did not start')


def token_of(server, address, name):
    """Somebody new, and the token by which the server knows them."""
    body = json.dumps({'email': address, 'password': PASSWORD, 'fullName': name}).encode()
    request = urllib.request.Request(server + '/api/auth/register', data=body, headers={'Content-Type': 'application/json'})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)['token']


class Person:
    """Somebody with yonder-cli, who answers or calls."""

    def __init__(self, command, name, server, *arguments):
        self.process = desktop.start(command, *arguments, '--server', server, '--user', name, '--source', 'test', '--audio-only', '--json',
                                     program=CLI, stdout=subprocess.PIPE, text=True)

    def reaches(self, *states):
        for line in self.process.stdout:
            if json.loads(line).get('name') in states:
                return
        raise Failure(f'yonder-cli ended before {states}')

    def leave(self):
        self.process.send_signal(signal.SIGINT)
        self.process.stdout.close()
        self.process.wait(60)


def fill(server, user, password):
    app.field(SERVER).type(server)
    app.field(USER).type(user)
    app.field(KEY).type(password)
    app.button('^Sign In$').click()


def person(name):
    return app.find(f'^{name}$', Atspi.Role.LIST_ITEM)


def accounts_page():
    """Opens the preferences at the accounts, where they are not open yet."""
    if next(app.all(None, '^Your Accounts$'), None) is None:
        app.choose('Main Menu', 'u')
    app.says('^Your Accounts$')


def close_dialog(gone):
    app.key('Yonder', 'Escape')
    app.gone(gone)


def says_of_account(place, words):
    """A row's title and subtitle are labels inside of it."""
    def is_said():
        row = next((row for row in app.all(Atspi.Role.LIST_ITEM, f'^{place}$')), None)
        return row is not None and any(words in label.name for label in row.walk())

    wait(is_said, f'the row of {place} to say “{words}”')


def everything_is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


# Cases

def first_account():
    fill(world['wire'].uri, 'ada@example.org', PASSWORD)
    person('Bob')
    if next(app.all(Atspi.Role.LABEL, '127.0.0.1'), None) is None:
        raise Failure('the title does not say where')


def another_is_refused():
    accounts_page()
    says_of_account('127.0.0.1', 'Connected')
    app.press('Yonder', lambda: next(app.all(None, '^Add Account…$'), None))
    app.says('^Add Account$')
    fill(world['second'], 'cy@example.org', 'battery staple')
    app.says('The name or the password is wrong')
    app.save('Yonder', 'account-add-refused')
    if app.field(SERVER).text != world['second'] or app.field(USER).text != 'cy@example.org':
        raise Failure('what was typed is gone')


def another_account():
    fill(world['second'], 'Ada of B', '')
    app.gone('^Add Account$')
    says_of_account('localhost', 'Ada of B')
    says_of_account('localhost', 'Connected')
    says_of_account('127.0.0.1', 'Connected')
    everything_is_named()
    app.save('Yonder', 'accounts')
    close_dialog('^Your Accounts$')


def one_list():
    person('Bob')
    person('Cy')
    app.says('Online · 127.0.0.1')
    app.says('Online · localhost')
    if len(list(app.all(Atspi.Role.LABEL, '^Online$'))) != 1:
        raise Failure('who is online stands in two sections')
    everything_is_named()
    app.save('Yonder', 'contacts-of-two')


def page_of_somebody():
    app.press_here('Yonder', person('Cy'))
    app.button('^Audio call with Cy$')
    app.says('^No Calls|^Calls$')
    app.save('Yonder', 'contact-of-second')
    app.key('Yonder', 'Escape')
    person('Bob')


def rings(name, server):
    """Somebody calls, and the window says so."""
    caller = Person('call', name, server, world['ids'][server])
    app.find(f'^{name}$', Atspi.Role.FRAME)
    return caller


def calls_from_both():
    for name, server in (('Dora', world['second']), ('Emil', world['first'])):
        caller = rings(name, server)
        app.button('^Decline').click()
        app.gone(f'^{name}$', Atspi.Role.FRAME)
        caller.leave()


def calls_go_out_on_the_right_line():
    app.button('^Audio call with Cy$').click()
    app.place('Cy', 500, 0)
    app.stir('Cy')
    world['cy'].reaches('connected')
    app.rest()


def other_line_is_held():
    """Who calls on the other server is answered while Cy waits; after that the call with Cy goes on."""
    emil = rings('Emil', world['first'])
    app.says('You are in a call with Cy')
    app.save('Emil', 'incoming-on-other-line')
    app.rest()
    app.button('^Hold and Answer$').click()
    app.says('On hold: you and Cy neither hear nor see each other')
    emil.reaches('connected')
    app.save('Cy', 'held-for-other-line')
    emil.leave()
    app.gone('On hold: you and Cy')
    app.says('Emil hung up')
    app.key('Emil', 'ctrl+w')
    app.gone('^Emil$', Atspi.Role.FRAME)
    app.find('^Cy$', Atspi.Role.FRAME)


def second_call_ends_the_first():
    app.button('^Audio call with Bob$').click()
    world['bob'].reaches('connected')
    world['cy'].reaches('ended')


def sign_in_runs_out():
    """The token is taken from the server's table, and the wire is cut: whoever comes back is not known any more."""
    with sqlite3.connect(world['database'], timeout=30) as database:
        database.execute('DELETE FROM tokens WHERE user = (SELECT id FROM users WHERE email = ?)', ('ada@example.org',))
    world['wire'].cut()
    app.says('127.0.0.1: Your sign-in has run out')
    app.save('Yonder', 'sign-in-ran-out')
    person('Bob')
    person('Cy')
    app.find('^Bob$', Atspi.Role.FRAME)


def wrong_password_again():
    app.button('^Sign In Again$').click()
    app.says('Calls and contacts stay as they are')
    app.field(KEY).type('battery staple')
    app.button('^Sign In$').click()
    app.says('The name or the password is wrong')
    app.save('Yonder', 'sign-in-again')
    if app.field(SERVER).text != world['wire'].uri:
        raise Failure('the address is gone')


def right_password_again():
    app.field(KEY).type(PASSWORD)
    app.button('^Sign In$').click()
    app.gone('Calls and contacts stay as they are')
    app.gone('Your sign-in has run out')
    app.says('Online · 127.0.0.1')


def call_has_gone_on():
    """The same call, from the first to the last: hanging up reaches the other side through the new sign-in."""
    app.place('Bob', 500, 0)
    app.stir('Bob')
    app.button('^Hang Up$').click()
    app.rest()
    world['bob'].reaches('ended')


def switch_off():
    accounts_page()
    app.find('^Use the account on localhost$').click()
    says_of_account('localhost', 'Off')
    app.gone('^Cy$', Atspi.Role.LIST_ITEM)
    app.save('Yonder', 'account-off')


def switch_on():
    app.find('^Use the account on localhost$').click()
    says_of_account('localhost', 'Connected')


def choose_of_account(mnemonic):
    app.button('^Menu of the account on localhost$').click()
    wait(lambda: next((item for item in app.all(Atspi.Role.MENU_ITEM) if f'Alt+{mnemonic}' in item.shortcuts), None),
         f'the item with the mnemonic {mnemonic}').click()


def remove_and_undo():
    choose_of_account('r')
    app.says('^localhost was removed$')
    app.gone('^localhost$', Atspi.Role.LIST_ITEM)
    app.save('Yonder', 'account-removed')
    app.button('^Undo$').click()
    says_of_account('localhost', 'Connected')
    close_dialog('^Your Accounts$')
    person('Cy')


def edit_with_wrong_token():
    accounts_page()
    choose_of_account('e')
    app.says('^Edit Account$')
    if app.field(SERVER).text != world['second'] or app.field(USER).text != 'Ada of B':
        raise Failure('the dialog does not begin with the account as it is')
    app.field(USER).type('Grace')
    app.press('Yonder', lambda: next(app.all(None, '^More$'), None))
    app.field(TOKEN).type('no such token')
    app.button('^Sign In$').click()
    app.says('The access token is not valid, or not any more')
    app.save('Yonder', 'account-edit-refused')
    if app.field(USER).text != 'Grace':
        raise Failure('what was typed is gone')


def edit_with_token():
    """From here on the account is another one: calls ring for the user of the token, whatever name was typed."""
    app.field(TOKEN).type(world['token'])
    app.button('^Sign In$').click()
    app.gone('^Edit Account$')
    says_of_account('localhost', 'Grace')
    says_of_account('localhost', 'Connected')
    app.save('Yonder', 'account-edited')
    # a row that was inserted may stand on the bus twice (GTK 4.18), but in one place
    wait(lambda: len({row.extents for row in app.all(Atspi.Role.LIST_ITEM, '^localhost$')}) == 1, 'the account of before to be gone')
    close_dialog('^Your Accounts$')
    world['ids'][world['second']] = 'Grace Hopper'
    caller = rings('Dora', world['second'])
    app.button('^Decline').click()
    app.gone('^Dora$', Atspi.Role.FRAME)
    caller.leave()


def server_goes_away():
    """What the network keeps from working is said, and which account it is about; the other one works on."""
    world['second process'].send_signal(signal.SIGSTOP)
    world['second process'].kill()
    app.says('localhost: Connection to the call server lost')
    app.save('Yonder', 'one-of-two-lost')
    app.button('^Audio call with Bob$')


def search_without_one_server():
    """It says that it could not ask everybody, and finds who is known all the same."""
    app.gone('^Undo$')
    app.key('Yonder', 'ctrl+f')
    app.field('Search contacts').type('bo')
    app.says('^Nothing answers at localhost')
    app.save('Yonder', 'search-without-one-server')
    person('Bob')
    app.key('Yonder', 'Escape')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


world['database'] = folder / 'accounts.db'
(folder / 'password').write_text(PASSWORD + '\n')
first = call_server('--database', str(world['database']), '--add-user', 'ada@example.org:Ada Lovelace', '--password-file', str(folder / 'password'))
world['first'] = f'http://127.0.0.1:{first}'
world['second'] = f'http://localhost:{call_server()}'
world['second process'] = desktop.processes[-1]
world['wire'] = Wire(first)
world['token'] = token_of(world['second'], 'grace@example.org', 'Grace Hopper')
world['bob'] = Person('answer', 'Bob', world['first'])
world['cy'] = Person('answer', 'Cy', world['second'])
world['ids'] = {world['first']: 'Ada Lovelace', world['second']: 'Ada of B'}
app = desktop.yonder('--server', world['wire'].uri)
app.place('Yonder', 0, 0)
app.resize('Yonder', 480, 760)
tap.case('an account with a password', first_account, vital=True)
tap.case('a second one with a wrong password: one sentence, and nothing that was typed is lost', another_is_refused)
tap.case('a second one as a guest, beside the first', another_account, vital=True)
tap.case('the people of both servers are in one list, which says where', one_list)
tap.case('somebody of the second server has a page', page_of_somebody)
tap.case('calls ring from both', calls_from_both)
tap.case('a call goes out on the line of whom it is for', calls_go_out_on_the_right_line)
tap.case('another call comes on the other line: the first one waits, and then goes on', other_line_is_held)
tap.case('a call on the other line ends it: there is one microphone', second_call_ends_the_first)
tap.case('a sign-in runs out in a call: it is said, and people and call stay', sign_in_runs_out)
tap.case('a wrong password then: one sentence', wrong_password_again)
tap.case('the right one: connected again', right_password_again)
tap.case('the call has gone on, and is hung up by hand', call_has_gone_on)
tap.case('an account is switched off', switch_off)
tap.case('and on again', switch_on)
tap.case('it is removed, and taken back', remove_and_undo)
tap.case('it is edited, with a token that is wrong: one sentence', edit_with_wrong_token)
tap.case('and with the right one: it is somebody else\'s now', edit_with_token)
tap.case('one server goes away: that is said, and the other one works on', server_goes_away)
tap.case('a search says that this server could not be asked', search_without_one_server)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
