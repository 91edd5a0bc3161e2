#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links: one's own is copied, one of somebody else is opened by a second start and over D-Bus, and each asks before anything happens; links
that are wrong; a link to a server without an account; and the page of a server that offers the call."""

import json
import os
import pathlib
import subprocess
import urllib.parse
import urllib.request

from desktop import YONDER, Atspi, Desktop, Failure, Tap, wait

from gi.repository import Gio, GLib

CLI = os.environ['YONDER_CLI']
HERE = pathlib.Path(__file__).parent

desktop = Desktop(1400, 900)
desktop.set_up_gtk(gtk_enable_animations='false')
tap = Tap(desktop)
world = {}


def call_server():
    process = desktop.start('serve', '--port', '0', '--json', '--allow-guests', program=CLI, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        event = json.loads(line)
        if event['event'] == 'serving':
            return event['uri'].rstrip('/')
    raise Failure('the call server did not start')


def answer(name, server):
    process = desktop.start('answer', '--server', server, '--user', name, '--source', 'test', '--audio-only', '--json', program=CLI,
                            stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if json.loads(line).get('name') == 'signed-in':
            return process
    raise Failure(f'{name} is not signed in')


def reaches(process, state):
    for line in process.stdout:
        if json.loads(line).get('name') == state:
            return
    raise Failure(f'yonder-cli ended before {state}')


def opens(link):
    """A second start, as by a click; gives its exit status and what it said."""
    done = subprocess.run([YONDER, link], env=desktop.environment(), capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr


def opened(link):
    status, words = opens(link)
    if status != 0:
        raise Failure(f'yonder {link}: {status}, {words}')


def hands_over(link):
    """As the desktop does it, over D-Bus; anybody on the session bus can."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    bus.call_sync('org.yondercall.Yonder', '/org/yondercall/Yonder', 'org.freedesktop.Application', 'Open',
                  GLib.Variant('(asa{sv})', ([link], {})), None, 0, 60000, None)


def nobody_is_called():
    if any(window.name != 'Yonder' for window in app.windows()):
        raise Failure(f'there are windows: {[window.name for window in app.windows()]}')


def cancel():
    app.button('^Cancel$').click()
    app.gone('^Cancel$')


def everything_is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


PASTE = """
import gi
gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, GLib, Gtk
Gtk.init()
loop = GLib.MainLoop()
def read(clipboard, result):
    print(clipboard.read_text_finish(result))
    loop.quit()
Gdk.Display.get_default().get_clipboard().read_text_async(None, read)
loop.run()
"""


def pasted():
    """What is in the clipboard, as another program gets it."""
    return subprocess.run(['python3', '-c', PASTE], env=desktop.environment(), capture_output=True, text=True, check=True,
                          timeout=60).stdout.strip()


# Cases

def sign_in():
    app.field('Name or E-Mail Address').type('Ada')
    app.button('^Sign In$').click()
    app.find('^Bob$', Atspi.Role.LIST_ITEM)


def copies_own():
    app.choose('Main Menu', 'c')
    app.says('Link copied: it opens in any browser')
    world['own'] = pasted()
    parts = urllib.parse.urlsplit(world['own'])
    words = urllib.parse.parse_qs(parts.query)
    if f'{parts.scheme}://{parts.netloc}' != world['uri'] or words['name'] != ['Ada'] or not words['call'][0]:
        raise Failure(world['own'])


def own_link():
    opened(world['own'])
    app.says('^This is the link to you$')
    nobody_is_called()


def copies_somebody():
    app.press_here('Yonder', app.find('^Bob$', Atspi.Role.LIST_ITEM))
    app.press('Yonder', lambda: next((widget for widget in app.all(None, '^Copy Link$')), None))
    app.says('Link copied')
    app.key('Yonder', 'Escape')
    app.find('^Bob$', Atspi.Role.LIST_ITEM)
    world['bob link'] = pasted()
    if 'name=Bob' not in world['bob link']:
        raise Failure(world['bob link'])


def asks_first():
    opened(world['bob link'])
    app.says(r'^Call Bob\?$')
    app.says('They are among your contacts')
    everything_is_named()
    app.save('Yonder', 'link-call')
    nobody_is_called()
    cancel()
    nobody_is_called()


def enter_cancels():
    """Whoever types while the question comes up calls nobody."""
    opened(world['bob link'])
    app.says(r'^Call Bob\?$')
    app.key('Yonder', 'Return')
    app.gone(r'^Call Bob\?$')
    nobody_is_called()


def by_name():
    opened('bob')
    app.says(r'^Call Bob\?$')
    cancel()


def nobody_of_that_name():
    opened('Nobody At All')
    app.says('Nobody called Nobody At All is among your contacts')
    nobody_is_called()


def name_is_not_believed():
    opened(world['uri'].replace('http:', 'yonder:') + '/?call=12345&name=Your%20Bank%20%3Cb%3E&kind=video')
    app.says(r'^Call Your Bank <b>\?$')
    app.says(r'They are not among your contacts; the server knows them as 12345 \(127.0.0.1\)')
    app.save('Yonder', 'link-stranger')
    cancel()


def wrong_links():
    for link in ('yonder://user:secret@127.0.0.1/?call=a', 'yonder://127.0.0.1/?call=a%0Ab', 'yonder:' + 'x' * 3000, 'https://example.org/'):
        status, words = opens(link)
        if status != 2 or 'not a link that Yonder understands' not in words:
            raise Failure(f'{link[:60]}: {status}, {words}')
    for link in ('yonder://user:secret@127.0.0.1/?call=a', 'file:///etc/passwd', 'yonder://x/?call=a&call=b'):
        hands_over(link)
        app.says('not a link that Yonder understands')
    nobody_is_called()


def many_links():
    """A page that opens a hundred links gets one question, and another one about the last of them."""
    for number in range(100):
        hands_over(world['uri'].replace('http:', 'yonder:') + f'/?call=n{number}&name=Number%20{number}')
    app.says(r'^Call Number 0\?$')
    if len(list(app.all(Atspi.Role.BUTTON, '^Cancel$'))) != 1:
        raise Failure('there are several questions')
    app.button('^Cancel$').click()
    app.says(r'^Call Number 99\?$')
    app.gone(r'^Call Number 0\?$')
    cancel()
    nobody_is_called()


def calls():
    opened(world['bob link'])
    app.says(r'^Call Bob\?$')
    app.button('^Audio Call$').click()
    app.find('^Bob$', Atspi.Role.FRAME)
    app.place('Bob', 520, 0)
    reaches(world['bob'], 'connected')
    app.stir('Bob')
    app.button('^Hang Up$').click()
    app.rest()
    reaches(world['bob'], 'ended')
    app.key('Bob', 'ctrl+w')
    app.gone('^Bob$', Atspi.Role.FRAME)


def offers_to_join():
    opened(world['link of cy'])
    app.says(r'^Join localhost\?$')
    app.save('Yonder', 'link-join')
    cancel()
    nobody_is_called()
    opened(world['link of cy'])
    app.button('^Join…$').click()
    if app.field('Server Address').text != world['other']:
        raise Failure('the address is “' + app.field('Server Address').text + '”')
    app.field('Name or E-Mail Address').type('Ada Elsewhere')
    app.button('^Sign In$').click()
    app.says(r'^Call Cy\?$')
    app.says(r'\(localhost\)')
    cancel()
    nobody_is_called()


class Browser:
    """Somebody with a browser, see caller.mjs."""

    def __init__(self, uri):
        self.process = subprocess.Popen(['node', HERE / 'caller.mjs', uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, deed, **how):
        self.process.stdin.write(json.dumps({'who': 'Eva', 'deed': deed, **how}) + '\n')
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline() or '{"error": "the browser is gone"}')
        if 'error' in reply:
            raise Failure(f'Eva: {reply["error"]}')
        return reply['answer']

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)


def page_offers():
    browser = world['browser'] = Browser(world['own'])
    browser.do('open')
    words = wait(lambda: browser.do('text', selector='#linked-words'), 'the offer')
    if words != 'A link asks you to call Ada.':
        raise Failure(words)
    nobody_is_called()
    href = browser.do('href', selector='#linked a')
    if href != world['own'].replace('http:', 'yonder:'):
        raise Failure(f'{href} for {world["own"]}')


def page_calls():
    world['browser'].do('press', selector='#linked-voice')
    app.says('^Incoming audio call$')
    app.button('^Decline').click()
    world['browser'].do('says', words='declined')


def page_has_the_opener():
    """What stands in the page is refused by the browser if the page's own policy does not let it in."""
    complaints = world['browser'].do('complaints')
    world['browser'].close()
    if complaints:
        raise Failure('\n'.join(map(str, complaints)))


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


world['uri'] = call_server()
world['other'] = call_server().replace('127.0.0.1', 'localhost')
world['bob'] = answer('Bob', world['uri'])
world['cy'] = answer('Cy', world['other'])
world['link of cy'] = world['other'].replace('http:', 'yonder:') + '/?call=Cy'
app = desktop.yonder('--server', world['uri'])
app.place('Yonder', 0, 0)
app.resize('Yonder', 480, 760)
tap.case('an account', sign_in, vital=True)
tap.case('one\'s own link is copied: an address that every browser opens', copies_own, vital=True)
tap.case('opened by oneself it is told to be one\'s own', own_link)
tap.case('the link of somebody is copied on their page', copies_somebody, vital=True)
tap.case('a link asks before it calls', asks_first)
tap.case('Enter in that question calls nobody', enter_cancels)
tap.case('yonder NAME finds somebody', by_name)
tap.case('yonder NAME of nobody: one sentence', nobody_of_that_name)
tap.case('the name in a link is not believed', name_is_not_believed)
tap.case('wrong links: one sentence, and no call', wrong_links)
tap.case('a hundred links at once: one question', many_links)
tap.case('a click calls', calls)
tap.case('a link to another server offers to join it, and goes on then', offers_to_join)
tap.case('the page of the server offers the call, and the same link for Yonder', page_offers)
tap.case('and calls when that is clicked on', page_calls)
tap.case('the browser has nothing to complain about', page_has_the_opener)
tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
