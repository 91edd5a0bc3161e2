#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page and dialog by keyboard and by screen reader: see everyone.py for the rules. What happens in a call is said aloud, nothing of
Yonder's own moves where animations are off, F1 opens the manual, and the window fills a large screen.

Argument: which part; pages are those outside of calls, motion is where animations are on."""

import json
import os
import pathlib
import subprocess
import sys

from PIL import ImageChops

from desktop import YONDER, Atspi, Desktop, Failure, Tap, wait
from everyone import Inspector

HERE = pathlib.Path(__file__).parent
SERVERS = {'version': 1, 'iceServers': [
    {'id': 'one', 'enabled': True, 'urls': ['stun:stun.example.net']}, {'id': 'two', 'enabled': True, 'urls': ['stun:stun.example.org']}]}

LARGE = (3840, 2160)

PART = sys.argv[1]  # pages, calls or motion

desktop = Desktop(*LARGE) if PART == 'motion' else Desktop()
if PART != 'motion':
    desktop.set_up_gtk(gtk_enable_animations='false')
tap = Tap(desktop)
inspector = Inspector(desktop)
world = {}


def expect_none(problems):
    if problems:
        raise Failure('\n'.join(dict.fromkeys(problems)))


# The rules themselves

def faults(*names):
    """What is found in a window that has such faults."""
    process = desktop.start(*names, program=str(HERE / 'faulty.py'))
    place = wait(lambda: next((place for pid, place in desktop.bus.applications() if pid == process.pid and desktop.bus.look(place).children), None),
                 'the faulty window')
    application = desktop.application(process, place)
    application.place('Faulty', 0, 0)
    problems = inspector.problems(application, 'Faulty')
    process.terminate()
    process.wait(30)
    return problems


def finds_faults():
    expect_none(faults())
    found = faults('without-name', 'twins', 'misread', 'repeated', 'without-keyboard', 'backwards')
    for words in ('has no name: button “”', 'is like another: button “Test”', 'is read with an underscore: button “O_pen”',
                  'is named as its group: button “Same”', 'the keyboard does not come to button “Mouse Only”',
                  'the keyboard goes back from button “Third”'):
        if not any(sentence.startswith(words) for sentence in found):
            raise Failure(f'“{words}” was not found, only:\n' + '\n'.join(found))


def finds_traps():
    found = faults('trap')
    if not any(sentence.startswith('the keyboard does not come to button “Last”') for sentence in found):
        raise Failure('the trap was not found, only:\n' + '\n'.join(found))


# The pages

def obeys(title, close=None):
    """The page is closed before anything is said of it: the next one wants to be seen."""
    problems = inspector.problems(app, title)
    if close is not None:
        close()
    expect_none(problems)


def sign_in_page():
    app.place('Yonder', 0, 0)
    app.find('^Welcome to Yonder$')
    obeys('Yonder')


def passwords_are_told_apart():
    """Each of the two has a button that shows it."""
    app.press('Yonder', lambda: next(app.all(Atspi.Role.LABEL, '^More$'), None))
    buttons = wait(lambda: len(found := [*app.all(None, '^Show Password$')]) == 2 and found, 'both buttons')
    descriptions = {button.description for button in buttons}
    if len(descriptions) != 2:
        raise Failure(f'they are described as {descriptions}')
    expect_none(inspector.look(app, 'Yonder').misnamed())
    app.press('Yonder', lambda: next(app.all(Atspi.Role.LABEL, '^More$'), None))
    desktop.move_pointer(1290, 890)  # where it lies it would choose in a menu


def host_dialog():
    app.button('^Host on This Computer…$').click()
    app.field('Your Name')
    obeys('Yonder', lambda: closes('^Your Name$'))


def sign_in():
    app.button('Try Echo on This Computer').click()
    signed_in()


def signed_in():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    find_out_who()


def find_out_who():
    """The dialog that says it stays open."""
    app.choose('Main Menu', 's')
    world['uri'] = app.says(r'^http://127\.0\.0\.1:\d+$').name
    labels = [widget.name for widget in app.all(Atspi.Role.LABEL)]
    world['me'] = labels[labels.index('Signed In As') + 1]


def closes(name, role=None):
    app.key('Yonder', 'Escape')
    app.gone(name, role)


def closes_menu(title):
    app.key(title, 'Escape')
    wait(lambda: not any(app.all(Atspi.Role.MENU)), 'the menu to close')


def server_dialog():
    obeys('Yonder', lambda: closes(r'^http://127\.0\.0\.1:\d+$'))


def contacts():
    desktop.start('answer', '--server', world['uri'], '--user', 'Ada', '--source', 'test', program=os.environ['YONDER_CLI'],
                  stdout=subprocess.DEVNULL)
    app.find('^Ada$', Atspi.Role.LIST_ITEM)
    obeys('Yonder')


def main_menu():
    app.button('Main Menu').click()
    wait(lambda: any(app.all(Atspi.Role.MENU)), 'the menu')
    obeys('Yonder', lambda: closes_menu('Yonder'))


def search():
    app.key('Yonder', 'ctrl+f')
    app.field('Search contacts').type('ech')
    app.gone('^Ada$', Atspi.Role.LIST_ITEM)
    obeys('Yonder', lambda: app.button('^Search$').click())
    app.find('^Ada$', Atspi.Role.LIST_ITEM)


def manual():
    app.key('Yonder', 'F1')
    text = wait(lambda: desktop.manual_opened('C'), 'the manual to be opened')
    if text.count('<h1') < 10 or text.count('src="data:image/png') < 6 or '.md"' in text:
        raise Failure('pages or pictures are missing, or a link leads out of the manual')


def shortcuts():
    app.key('Yonder', 'ctrl+question')
    app.says('Mute or unmute the microphone')
    obeys('Yonder', lambda: closes('Mute or unmute the microphone'))


def about():
    app.choose('Main Menu', 'a')
    app.says('^Call people by sound and picture$|^The Yonder Authors$')
    obeys('Yonder', lambda: closes('^The Yonder Authors$'))


def preferences():
    """Each tab, whichever there are."""
    app.key('Yonder', 'ctrl+comma')
    app.find('^Preferences$', Atspi.Role.DIALOG)
    problems = []
    for name in [tab.name for tab in dialog_tabs()]:
        app.press_tab('Yonder', name)
        problems += [f'{name}: {problem}' for problem in inspector.problems(app, 'Yonder')]
    expect_none(problems)


def dialog_tabs():
    dialog = wait(lambda: next(app.all(Atspi.Role.DIALOG), None), 'the preferences')
    return [widget for widget in dialog.walk() if widget.role == Atspi.Role.PAGE_TAB]


def network_dialogs():
    app.press_tab('Yonder', 'Network')
    app.button('^Add Server$').click()
    app.find('^Add$', Atspi.Role.BUTTON)
    problems = inspector.problems(app, 'Yonder')
    closes('^Add$', Atspi.Role.BUTTON)
    app.tab_to('Yonder', lambda: next(iter(app.all(Atspi.Role.LIST_ITEM, '^Provider')), None))
    app.key('Yonder', 'Return')
    app.says('A provider gives out TURN credentials')
    problems += inspector.problems(app, 'Yonder')
    closes('A provider gives out TURN credentials')
    closes('^Preferences$', Atspi.Role.DIALOG)
    expect_none(problems)


def account_dialog():
    app.choose('Main Menu', 'u')
    app.says('^Your Accounts$')
    app.press('Yonder', lambda: next(app.all(None, '^Add Account…$'), None))
    app.says('^Add Account$')
    problems = inspector.problems(app, 'Yonder')
    closes('^Add Account$')
    closes('^Preferences$', Atspi.Role.DIALOG)
    expect_none(problems)


def link_question():
    opened = world['uri'].replace('http:', 'yonder:') + '/?call=12345&name=Grace%20Hopper&kind=video'
    subprocess.run([YONDER, opened], env=desktop.environment(), check=True, timeout=120)
    app.button('^Cancel$')
    obeys('Yonder', lambda: closes('^Cancel$'))


def question_before_all_calls_go():
    app.choose('Main Menu', 'd')
    app.button('^Delete$')
    obeys('Yonder', lambda: closes('^Delete$'))


def check_network():
    app.choose('Main Menu', 'n')
    app.button('^Check Again$')
    obeys('Yonder', lambda: closes('^Check Again$'))


# A call

def call_is_said():
    app.button('Video call with Echo').click()
    app.place('Echo', 450, 0)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    inspector.listener.says('Connected')


def both_sides_are_said():
    """Echo does what is done here: nobody sees the signs of it who hears them."""
    app.rest()
    for key, ours, theirs in (('m', 'The microphone is muted.', 'The other side’s microphone is off'),
                              ('m', 'The microphone is on.', 'The other side’s microphone is on'),
                              ('v', 'The camera is off.', None), ('v', 'The camera is on.', None)):
        app.key('Echo', key)
        inspector.listener.says(ours)
        if theirs:
            inspector.listener.says(theirs)


def call_page():
    app.rest()
    obeys('Echo')


def call_menu():
    app.stir('Echo')
    app.button('^More$').click()
    wait(lambda: any(app.all(Atspi.Role.MENU)), 'the menu')
    obeys('Echo', lambda: closes_menu('Echo'))


def safety_code():
    app.choose('^More$', 's')
    app.says('^Safety Code$')
    obeys('Echo', lambda: app.key('Echo', 'Escape'))
    app.gone('^Safety Code$')


def held():
    app.rest()
    app.key('Echo', 'h')
    app.says('^On hold: ')
    obeys('Echo', lambda: app.key('Echo', 'h'))
    app.gone('^On hold: ')


def chat():
    app.rest()
    app.key('Echo', 'c')
    app.field('Message').type('Hello')
    app.key('Echo', 'Return')
    inspector.listener.says('Echo: Hello')
    wait(lambda: sum(label.name == 'Hello' for label in app.all(Atspi.Role.LABEL)) == 2, 'the text to come back')
    obeys('Echo', lambda: app.key('Echo', 'Escape'))
    app.gone('^Send$')


def ice_panel():
    app.key('Echo', 'i')
    app.says('^Call with Echo$')
    app.says('^Direct, ')
    obeys('Echo', lambda: app.key('Echo', 'Escape'))
    app.gone('^Call with Echo$')


def small_window():
    app.key('Echo', 'w')
    app.find('^Back to Call$', Atspi.Role.BUTTON)
    app.place('Echo', 450, 0)
    obeys('Echo', lambda: app.key('Echo', 'Escape'))
    app.gone('^Back to Call$')
    app.place('Echo', 450, 0)


def end_page():
    app.key('Echo', 'ctrl+h')
    app.says('^Call Ended$')
    detail = app.says('^You hung up after').name
    inspector.listener.says(f'Call Ended. {detail}')
    obeys('Echo', lambda: app.key('Echo', 'ctrl+w'))
    app.gone('^Call Ended$')


def calls_and_people():
    app.press_tab('Yonder', 'Calls')
    app.find('^Echo, Outgoing', Atspi.Role.LIST_ITEM)
    problems = inspector.problems(app, 'Yonder')
    app.press_here('Yonder', app.find('^Echo, Outgoing', Atspi.Role.LIST_ITEM))
    app.says('^Why It Ended$')
    problems += inspector.problems(app, 'Yonder')
    app.press('Yonder', lambda: next(app.all(Atspi.Role.BUTTON, '^Show Contact$'), None))
    app.says('^Outgoing video call$')
    problems += inspector.problems(app, 'Yonder')
    app.key('Yonder', 'Escape')
    app.press_tab('Yonder', 'Contacts')
    expect_none(problems)


def is_called():
    world['caller'] = desktop.start('call', world['me'], '--server', world['uri'], '--user', 'Grace', '--source', 'test',
                                    program=os.environ['YONDER_CLI'], stdout=subprocess.DEVNULL)
    app.says('^Incoming video call$')
    app.place('Grace', 450, 0)


def declines():
    app.button('^Decline$').click()
    world['caller'].wait(30)


def moves():
    """The circles around the picture of somebody who calls."""
    window = next(window for window in app.windows() if window.name == 'Grace')  # she is in the list of the other one, too
    x, y, width, height = next(widget for widget in window.walk() if widget.name == 'Avatar of Grace').extents
    left, top, _, _ = app.box('Grace')
    around = (left + x - 36, top + y - 36, left + x + width + 36, top + y + height + 36)
    pictures = [desktop.screenshot(around) for count in range(5)]
    return any(ImageChops.difference(pictures[0], picture).getbbox() for picture in pictures[1:])  # they are pale


def incoming():
    is_called()
    app.find('^Grace: Incoming video call$')
    app.save('Grace', 'everyone-incoming')
    moved = moves()
    obeys('Grace', declines)
    if moved:
        raise Failure('something moves, and animations are off')


def large_screen():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.resize('Yonder', *LARGE)
    app.save('Yonder', 'everyone-large')
    if app.picture('Yonder').size != LARGE:
        raise Failure(f'the window is {app.picture("Yonder").size}')
    find_out_who()  # not before: libadwaita 1.7 crashes where the window is resized while a dialog closes
    closes(r'^http://127\.0\.0\.1:\d+$')


def circles_move():
    """Else that they stand still would say nothing."""
    is_called()
    wait(moves, 'the circles to move')
    declines()


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


if PART == 'pages':
    tap.case('the rules find a control without a name, twins, names that are misread or repeated, one without keyboard, and a wrong order', finds_faults)
    tap.case('the rules find a trap', finds_traps)
    config = pathlib.Path(desktop.home, 'config', 'yonder')
    config.mkdir(parents=True)
    (config / 'ice-servers.json').write_text(json.dumps(SERVERS))
    app = desktop.yonder('--server', 'http://127.0.0.1:9', environment=desktop.install_manual())
    tap.case('signing in', sign_in_page)
    tap.case('a password and a token are told apart', passwords_are_told_apart)
    tap.case('hosting', host_dialog)
    tap.case('Echo is there', sign_in, vital=True)
    tap.case('the server', server_dialog)
    tap.case('contacts', contacts)
    tap.case('the main menu', main_menu)
    tap.case('search', search)
    tap.case('F1 opens the manual', manual)
    tap.case('keyboard shortcuts', shortcuts)
    tap.case('preferences', preferences)
    tap.case('the dialogs of the network page', network_dialogs)
    tap.case('another account', account_dialog)
    tap.case('a link to somebody', link_question)
    tap.case('the question before all calls go', question_before_all_calls_go)
    tap.case('check network', check_network)
else:
    app = desktop.yonder('--embedded')

if PART == 'calls':
    tap.case('Echo is there', signed_in, vital=True)
    closes(r'^http://127\.0\.0\.1:\d+$')
    tap.case('that a call is connected is said', call_is_said, vital=True)
    tap.case('what is done here and on the other side is said', both_sides_are_said)
    tap.case('a call', call_page)
    tap.case('the menu of a call', call_menu)
    tap.case('the safety code', safety_code)
    tap.case('a call on hold', held)
    tap.case('the chat', chat)
    tap.case('connection details', ice_panel)
    tap.case('the small window', small_window)
    tap.case('the end of a call, which is said', end_page)
    tap.case('calls, one of them, and a person', calls_and_people)
    tap.case('being called: who calls is read, and nothing moves', incoming)

if PART == 'motion':
    tap.case('the window fills a large screen', large_screen, vital=True)
    tap.case('about', about)
    tap.case('where animations are on, who calls is surrounded by circles that move', circles_move)

tap.case('Ctrl+Q quits, without leaks', quits)
desktop.close()
tap.done()
