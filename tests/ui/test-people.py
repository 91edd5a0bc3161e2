#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""People and the calls with them: the list of calls with its details, search, deletion taken back, and export; a page for each person, with
favourite and block; who may ring at all; and people who are found on the server, asked and accepted. Callers are yonder-cli with accounts
on the embedded server, so that they are the same person each time."""

import contextlib
import csv
import io
import json
import os
import pathlib
import signal
import subprocess
import urllib.request

from desktop import Atspi, Desktop, Failure, Tap, wait

desktop = Desktop()
desktop.set_up_gtk(gtk_enable_animations='false')
tap = Tap(desktop)
app = desktop.yonder('--embedded')
folder = pathlib.Path(desktop.home)
world = {}
NO_LEAKS = {'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'}


def everything_is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


def api(method, path, body=None, token=None):
    request = urllib.request.Request(world['uri'] + path, method=method, data=json.dumps(body).encode() if body is not None else None)
    request.add_header('Content-Type', 'application/json')
    if token is not None:
        request.add_header('Authorization', f'Bearer {token}')
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


class Person:
    """Somebody with an account."""

    def __init__(self, name):
        self.name = name
        self.address = f'{name.split()[0].lower()}@example.org'
        self.account = api('POST', '/api/auth/register', {'email': self.address, 'password': 'correct horse', 'fullName': name})
        self.password = folder / f'{self.address}.password'
        self.password.write_text('correct horse\n')

    @property
    def id(self):
        return self.account['user']['_id']

    def do(self, method, path, body=None):
        return api(method, path, body, self.account['token'])

    def call(self):
        return desktop.start('call', world['me'], '--server', world['uri'], '--user', self.address, '--password-file', str(self.password),
                             '--audio-only', '--source', 'test', '--json', program=os.environ['YONDER_CLI'], stdout=subprocess.PIPE, text=True)

    def begin_to_call(self):
        """Calls, and waits until the server says that it rings there."""
        process = self.call()
        for line in process.stdout:
            if '"ringing"' in line:
                return process
        raise Failure(f'the call of {self.name} did not come about')

    def give_up(self, process):
        process.send_signal(signal.SIGINT)
        process.stdout.close()
        process.wait(60)

    def expect_no_window(self):
        if any(window.name == self.name for window in app.windows()):
            raise Failure(f'{self.name} rings')


def calls(pattern):
    return list(app.all(Atspi.Role.LIST_ITEM, pattern))


def person_row(name):
    return next(app.all(Atspi.Role.LIST_ITEM, f'^{name}$'), None)


def section_above(name):
    """The heading of the section in which somebody stands."""
    heading = None
    for widget in app.look().walk():
        if widget.role == Atspi.Role.LIST_ITEM and widget.name == name:
            return heading
        if widget.role == Atspi.Role.LABEL and widget.name in ('Want to Be Your Contact', 'Favourites', 'Online', 'Offline', 'Others on This Server'):
            heading = widget.name
    return None


def deed(name):
    """A row that is a button; it has no action of its own on the accessibility bus."""
    app.press_here('Yonder', app.button(f'^{name}$'))


def search(words):
    app.key('Yonder', 'ctrl+f')
    wait(lambda: next((widget for widget in app.all(None, '^Search (contacts|calls)$') if widget.is_editable), None), 'the search').type(words)


def look_around():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 440, 880)
    app.choose('Main Menu', 's')
    world['uri'] = app.says(r'^http://127\.0\.0\.1:\d+$').name
    labels = [widget.name for widget in app.all(Atspi.Role.LABEL)]
    world['me'] = labels[labels.index('Signed In As') + 1]
    app.key('Yonder', 'Escape')
    app.gone(r'^http://127\.0\.0\.1:\d+$')
    app.press_tab('Yonder', 'Calls')
    app.says('^No Calls Yet$')
    app.press_tab('Yonder', 'Contacts')


def call_echo():
    app.button('Audio call with Echo').click()
    app.place('Echo', 450, 0)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    app.button('^Hang Up$').click()
    app.says('^Call Ended$')
    app.rest()
    app.key('Echo', 'ctrl+w')
    app.gone('^Call Ended$')


def is_listed():
    app.press_tab('Yonder', 'Calls')
    app.find(r'^Echo, Outgoing audio call, Today · \d\d∶\d\d · 0∶\d\d · .*Direct, ', Atspi.Role.LIST_ITEM)
    app.says('^Today$')
    app.button('^Call back Echo$')
    everything_is_named()
    app.save('Yonder', 'calls')


def opens():
    app.press_here('Yonder', app.find('^Echo, ', Atspi.Role.LIST_ITEM))
    app.says('^Outgoing audio call$')
    app.says('^You hung up after ')
    everything_is_named()
    app.save('Yonder', 'call-details')
    deed('Connection Details')
    app.says('^Call with Echo$')
    app.key('Yonder', 'Escape')
    app.gone('^Call with Echo$')
    app.key('Yonder', 'Escape')
    app.gone('^Why It Ended$')


def searches_calls():
    search('nobody of that name')
    app.says('^No Results Found$')
    app.save('Yonder', 'calls-no-results')
    search('ech')
    app.find('^Echo, Outgoing', Atspi.Role.LIST_ITEM)
    app.key('Yonder', 'Escape')


def deletes_and_takes_back():
    app.tab_to('Yonder', lambda: next(app.all(Atspi.Role.LIST_ITEM, '^Echo, '), None))
    app.key('Yonder', 'Delete')
    app.says('^No Calls Yet$')
    app.button('^_?Undo$').click()
    app.find('^Echo, Outgoing', Atspi.Role.LIST_ITEM)


def has_a_page():
    app.press_tab('Yonder', 'Contacts')
    app.press_here('Yonder', wait(lambda: person_row('Echo'), 'the row'))
    app.says('^Outgoing audio call$')
    app.button('Video call with Echo')
    everything_is_named()
    app.button('^Favourite$').click()
    app.save('Yonder', 'contact')
    app.key('Yonder', 'Escape')
    wait(lambda: section_above('Echo') == 'Favourites', 'Echo to be among the favourites')
    app.save('Yonder', 'contacts-favourite')


def rings_once():
    """Before being blocked, so that what follows is the block's doing."""
    world['mallory'] = Person('Mallory Moe')
    caller = world['mallory'].call()
    app.says('^Incoming audio call$')
    app.place('Mallory Moe', 450, 0)
    app.button('^Decline$').click()
    caller.stdout.close()
    caller.wait(60)
    wait(lambda: all(window.name != 'Mallory Moe' for window in app.windows()), 'the window to close')


def blocks():
    app.press_tab('Yonder', 'Calls')
    app.press_here('Yonder', app.find('^Mallory Moe, Incoming', Atspi.Role.LIST_ITEM))
    deed('Show Contact')
    deed('Block')
    app.says('^Mallory Moe is blocked$')
    app.says('^Blocked$')
    app.save('Yonder', 'contact-blocked')
    app.key('Yonder', 'Escape')
    app.press_tab('Yonder', 'Calls')
    before = len(calls('^Mallory Moe'))
    blocked = world['mallory'].call()
    said = blocked.communicate(timeout=90)[0]
    if '"declined"' not in said:
        raise Failure(f'a blocked caller is told {said}')
    world['mallory'].expect_no_window()
    if len(calls('^Mallory Moe')) != before:
        raise Failure('a blocked caller is in the list of calls')


def unblocks():
    app.key('Yonder', 'ctrl+comma')
    app.press_tab('Yonder', 'Privacy')
    app.button('^Unblock Mallory Moe$')
    everything_is_named()
    app.save('Yonder', 'privacy')
    app.button('^Unblock Mallory Moe$').click()
    app.says('^Nobody is blocked$')
    app.press_here('Yonder', app.find('^Only Contacts May Ring'))
    app.key('Yonder', 'Escape')
    app.gone('^Nobody is blocked$')


def only_contacts_ring():
    """Unblocked, but no contact: not heard, and found among the missed calls."""
    app.press_tab('Yonder', 'Contacts')
    silent = world['mallory'].begin_to_call()
    world['mallory'].give_up(silent)
    app.press_tab('Yonder', 'Calls')
    app.find('^Mallory Moe, Missed audio call', Atspi.Role.LIST_ITEM)
    world['mallory'].expect_no_window()
    app.save('Yonder', 'calls-missed')


def finds_on_the_server():
    app.press_tab('Yonder', 'Contacts')
    world['zoe'] = Person('Zoe Zimmer')
    search('nobody at all')
    app.says('^No Results Found$')
    search('zimmer')
    app.find('^Zoe Zimmer$', Atspi.Role.LIST_ITEM)
    if section_above('Zoe Zimmer') != 'Others on This Server':
        raise Failure(f'Zoe stands below {section_above("Zoe Zimmer")}')
    everything_is_named()
    app.save('Yonder', 'contacts-found')
    app.button('^Add Zoe Zimmer to your contacts$').click()
    wait(lambda: section_above('Zoe Zimmer') == 'Offline', 'Zoe to be a contact who is offline')
    app.key('Yonder', 'Escape')
    app.find('^Zoe Zimmer$', Atspi.Role.LIST_ITEM)
    requests = wait(lambda: world['zoe'].do('GET', '/api/contacts')['requests'], 'the request to reach Zoe')
    world['zoe'].do('POST', '/api/contacts/accept', {'userId': requests[0]['_id']})
    world['my id'] = requests[0]['_id']


def is_asked():
    world['yara'] = Person('Yara Young')
    world['yara'].do('POST', '/api/contacts/request', {'userId': world['my id']})
    desktop.move_pointer(1290, 890)
    desktop.xdotool('windowfocus', 1)  # the keyboard goes where the pointer is, which is nowhere
    app.place('Yonder', 0, 0)  # who comes back to the window sees what is new
    wait(lambda: section_above('Yara Young') == 'Want to Be Your Contact', 'the request of Yara')
    everything_is_named()
    app.save('Yonder', 'contacts-request')
    app.button('^Accept Yara Young as a contact$').click()
    wait(lambda: section_above('Yara Young') == 'Offline', 'Yara to be a contact')
    mine = [person['fullName'] for person in world['yara'].do('GET', '/api/contacts')['contacts'] if person['relation'] == 'contact']
    if mine != [world['me']]:
        raise Failure(f'the contacts of Yara are {mine}')


def declines_a_request():
    """Who asked is told nothing, and may ask again."""
    world['yuri'] = Person('Yuri Young')
    world['yuri'].do('POST', '/api/contacts/request', {'userId': world['my id']})
    desktop.move_pointer(1290, 890)
    desktop.xdotool('windowfocus', 1)
    app.place('Yonder', 0, 0)
    wait(lambda: section_above('Yuri Young') == 'Want to Be Your Contact', 'the request of Yuri')
    app.button('^Decline the request of Yuri Young$').click()
    wait(lambda: person_row('Yuri Young') is None, 'the request to go')
    relations = [person['relation'] for person in world['yuri'].do('GET', '/api/contacts')['contacts'] if person['fullName'] == world['me']]
    if 'contact' in relations or 'asked' in relations:
        raise Failure(f'for Yuri it is {relations}')


def rings_too_often():
    """The fifth time within ten minutes there is no window, but a sentence, and a missed call."""
    app.key('Yonder', 'ctrl+comma')
    app.press_tab('Yonder', 'Privacy')
    app.press_here('Yonder', app.find('^Only Contacts May Ring'))
    app.key('Yonder', 'Escape')
    app.gone('^Nobody is blocked$')
    world['pest'] = Person('Pia Pest')
    for count in range(4):
        caller = world['pest'].begin_to_call()
        app.find('^Pia Pest$', Atspi.Role.FRAME)
        world['pest'].give_up(caller)
        app.find('^Call Missed$|^Missed Call$')
        app.key('Pia Pest', 'ctrl+w')
        app.gone('^Pia Pest$', Atspi.Role.FRAME)
    caller = world['pest'].begin_to_call()
    app.says('^Pia Pest calls again and again')
    world['pest'].expect_no_window()
    world['pest'].give_up(caller)
    app.press_tab('Yonder', 'Calls')
    wait(lambda: len(calls('^Pia Pest, Missed audio call')) == 5, 'five missed calls')
    world['pest'].expect_no_window()
    app.press_tab('Yonder', 'Contacts')


def on_a_phone():
    app.resize('Yonder', 360, 740)
    app.save('Yonder', 'contacts-narrow')
    app.press_here('Yonder', wait(lambda: person_row('Zoe Zimmer'), 'the row'))
    app.says('^No calls yet$')
    app.save('Yonder', 'contact-narrow')
    deed('Remove From Contacts…')
    app.says('^Remove Zoe Zimmer\\?$')
    app.button('^Remove$').click()
    app.gone('^Remove Zoe Zimmer\\?$')
    app.key('Yonder', 'Escape')
    wait(lambda: person_row('Zoe Zimmer') is None, 'Zoe to be no contact any more')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


def is_kept():
    """GTK 4.18's own file chooser, which comes where there is no portal, leaks the names that it lists: from here on leaks do not count."""
    global app
    app = desktop.yonder('--embedded', environment=NO_LEAKS)
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.press_tab('Yonder', 'Calls')
    app.find('^Echo, Outgoing audio call', Atspi.Role.LIST_ITEM)
    app.find('^Mallory Moe, Missed audio call', Atspi.Role.LIST_ITEM)


def export(mnemonic, title, path):
    app.choose('Main Menu', mnemonic)
    app.x_window(title)
    app.place(title, 0, 0)
    app.field('Name:').type(str(path))
    app.button('^_?Save$').click()


def exports_in_vain():
    export('e', 'Export Calls', '/proc/calls.csv')
    app.says('^Nothing can be saved there. Choose another folder.$')
    app.save('Yonder', 'export-failed')
    app.gone('^Nothing can be saved there')


def exports_to_a_full_disk():
    full = folder / 'full'
    full.mkdir()
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', str(full)], check=True)
    try:
        (full / 'calls.csv').write_text('what was there')
        with contextlib.suppress(OSError), open(full / 'rest', 'wb', buffering=0) as rest:
            while rest.write(bytes(4096)):
                pass
        export('e', 'Export Calls', full / 'calls.csv')
        app.button('^_?Replace$').click()
        app.says('^The disk is full. Free some space, or choose another folder.$')
        if (full / 'calls.csv').read_text() != 'what was there':
            raise Failure('the former file is gone')
        app.gone('^The disk is full.')
    finally:
        subprocess.run(['umount', '--lazy', str(full)], check=True)


def exports():
    export('e', 'Export Calls', folder / 'calls.csv')
    app.says('^Exported$')
    rows = list(csv.DictReader(io.StringIO((folder / 'calls.csv').read_text())))
    expected = [*[('Pia Pest', 'missed')] * 5, ('Mallory Moe', 'missed'), ('Mallory Moe', 'incoming'), ('Echo', 'outgoing')]
    if [(row['name'], row['direction']) for row in rows] != expected:
        raise Failure(f'the rows are {rows}')
    app.gone('^Exported$')


def exports_contacts():
    """A favourite, as another program reads it."""
    app.press_tab('Yonder', 'Contacts')
    app.press_here('Yonder', wait(lambda: person_row('Echo'), 'the row'))
    app.says('^Outgoing audio call$')
    app.button('^Favourite$').click()
    wait(lambda: app.button('^Favourite$').is_pressed, 'Echo to be a favourite')
    app.key('Yonder', 'Escape')
    wait(lambda: section_above('Echo') == 'Favourites', 'Echo to be among the favourites')
    export('x', 'Export Contacts', folder / 'contacts.vcf')
    app.says('^Exported$')
    lines = (folder / 'contacts.vcf').read_text(newline='').split('\r\n')
    names = [line.removeprefix('FN:') for line in lines if line.startswith('FN:')]
    if names != ['Echo'] or lines.count('BEGIN:VCARD') != len(names) or lines.count('END:VCARD') != len(names):
        raise Failure('\n'.join(lines))
    app.gone('^Exported$')


def empties():
    app.press_tab('Yonder', 'Calls')
    app.choose('Main Menu', 'd')
    app.button('^Delete$').click()
    app.says('^No Calls Yet$')


tap.case('at first there are no calls', look_around, vital=True)
tap.case('a call with Echo', call_echo, vital=True)
tap.case('is in the list, with time, length and route', is_listed, vital=True)
tap.case('opens, says why it ended, and leads to its connection', opens)
tap.case('calls are searched, also in vain', searches_calls)
tap.case('the key Delete removes a call, and that can be taken back', deletes_and_takes_back)
tap.case('a person has a page with their calls, and becomes a favourite', has_a_page)
tap.case('somebody calls and is declined', rings_once, vital=True)
tap.case('blocked, they do not ring and leave no trace', blocks)
tap.case('the preferences list who is blocked, and take them off', unblocks)
tap.case('who is no contact may not ring, and is found among the missed calls', only_contacts_ring)
tap.case('people are found on the server and added', finds_on_the_server)
tap.case('who asks to be a contact is accepted', is_asked)
tap.case('a request is declined', declines_a_request)
tap.case('who rings again and again rings no more', rings_too_often)
tap.case('on a phone: a person who is removed', on_a_phone)
tap.case('Ctrl+Q quits, without leaks', quits)
tap.case('started again, the calls are there still', is_kept, vital=True)
tap.case('exported to where nothing can be written, it says so', exports_in_vain)
if os.geteuid() == 0:
    tap.case('exported to a full disk, it says so, and what was there stays', exports_to_a_full_disk)
else:
    tap.skip('exported to a full disk, it says so, and what was there stays', 'only root can make a disk')
tap.case('exported, the table has the calls', exports)
tap.case('exported, the contacts are cards', exports_contacts)
tap.case('the list is emptied', empties)
tap.case('Ctrl+Q quits', quits)
desktop.close()
tap.done()
