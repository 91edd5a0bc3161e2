#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""People with a browser at the page of the embedded server call the application: declined, answered with sound, with picture, given up,
and a second caller during a call."""

import os

from browser import Browser, address_and_name, shows_the_browsers_camera
from desktop import Atspi, Desktop, Failure, Tap, wait

desktop = Desktop()
tap = Tap(desktop)
app = desktop.yonder('--embedded')
world = {}


def open_browser():
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    uri, world['me'] = address_and_name(app)
    world['browser'] = Browser(uri)
    for name in ('Bea', 'Cyd'):
        world['browser'].do(name, 'open')
        app.find(f'^{name}$', Atspi.Role.LIST_ITEM)
    app.save('Yonder', 'contacts-three')


def is_called(name, video):
    world['browser'].do(name, 'call', whom=world['me'], video=video)
    app.says('^Incoming video call$' if video else '^Incoming audio call$')
    app.place(name, 450, 0)
    app.stir(name)


def everything_is_named():
    unnamed = app.unnamed()
    if unnamed:
        raise Failure('without a name:\n' + '\n'.join(unnamed))


def duration_runs():
    clock = r'^\d+∶\d\d$'
    first = app.says(clock).name
    wait(lambda: any(widget.name != first for widget in app.all(None, clock)), 'the duration to run')


def gone_window(name):
    app.rest()
    wait(lambda: all(window.name != name for window in app.windows()), f'the window of {name} to close')


def declines():
    is_called('Bea', True)
    app.save('Bea', 'incoming-video')
    everything_is_named()
    app.button('^Decline$').click()
    world['browser'].do('Bea', 'says', words=f'{world["me"]} declined the call')
    gone_window('Bea')
    world['browser'].do('Bea', 'backToPeople')


def answers_with_sound():
    is_called('Bea', False)
    app.save('Bea', 'incoming-audio')
    if any(app.all(Atspi.Role.BUTTON, 'Answer with Picture')):
        raise Failure('an audio call offers to be answered with a picture')
    app.button('Answer with Sound Only').click()
    duration_runs()
    app.says('No microphone was found')
    app.save('Bea', 'call-audio')
    world['browser'].do('Bea', 'says', words='Connected')
    app.button('Hang Up').click()
    app.says('You hung up after')
    world['browser'].do('Bea', 'says', words='ended')
    world['browser'].do('Bea', 'backToPeople')
    app.key('Bea', 'ctrl+w')
    gone_window('Bea')


def answers_with_picture():
    is_called('Bea', True)
    app.key('Bea', 'ctrl+shift+a')
    app.says('No camera was found')
    app.says('No microphone was found')
    duration_runs()
    shows_the_browsers_camera(app, 'Bea')
    app.save('Bea', 'call-browser')
    world['browser'].gets_pictures('Bea')


def safety_code_is_the_same():
    """As both would read it to one another."""
    app.stir('Bea')
    app.choose('^More$', 's')
    app.says('nobody sits between you')
    ours = app.says(r'^[\d\s]{10,}$').name.split()
    theirs = world['browser'].do('Bea', 'safetyCode').removeprefix('Safety code ').split()
    if len(ours) != 6 or ours != theirs:
        raise Failure(f'the code is {ours} here and {theirs} in the browser')
    app.key('Bea', 'Escape')
    app.gone('nobody sits between you')
    app.stir('Bea')


def browser_is_seen_to_mute():
    """The browser's microphone hears a tone."""
    app.find('^Speaking$')
    world['browser'].do('Bea', 'press', selector='#mute')
    app.says('^Microphone off$')
    app.gone('^Speaking$')
    world['browser'].do('Bea', 'press', selector='#camera')
    app.says('^Camera off$')
    app.save('Bea', 'call-browser-off')
    world['browser'].do('Bea', 'press', selector='#mute')
    world['browser'].do('Bea', 'press', selector='#camera')
    app.gone('^(Microphone|Camera) off$')
    app.find('^Speaking$')
    shows_the_browsers_camera(app, 'Bea')


def browser_sees_muting():
    app.key('Bea', 'm')
    world['browser'].do('Bea', 'signs', words='Microphone off')
    app.key('Bea', 'v')
    world['browser'].do('Bea', 'signs', words='Microphone off · Camera off')
    app.key('Bea', 'm', 'v')
    world['browser'].do('Bea', 'signs', words='')


def texts_pass_both_ways():
    """What comes while the chat is closed is counted, and read once it is open."""
    world['browser'].do('Bea', 'write', text='Can you <i>hear</i> me?')
    world['browser'].do('Bea', 'write', text='https://example.org')
    app.says('^2$')
    app.save('Bea', 'call-unread')
    app.key('Bea', 'c')
    app.says('^Can you <i>hear</i> me\\?$')
    app.gone('^2$')
    app.field('Message').type('Loud & clear')
    app.button('^Send$').click()
    world['browser'].do('Bea', 'reads', text='Loud & clear')
    app.button('^Applause$').click()
    app.find('^You: Applause$')
    world['browser'].do('Bea', 'press', selector='#chat-toggle')
    world['browser'].do('Bea', 'press', selector='[data-reaction=heart]')
    app.find('^Bea: Heart$')
    world['browser'].do('Bea', 'press', selector='#chat-close')
    app.save('Bea', 'call-chat-browser')
    app.key('Bea', 'Escape')
    app.gone('^Send$')


def second_caller_is_declined():
    world['browser'].do('Cyd', 'call', whom=world['me'], video=False)
    app.says('You are in a call with Bea')
    app.button('^Decline$').click()
    world['browser'].do('Cyd', 'says', words=f'{world["me"]} declined the call')
    world['browser'].do('Cyd', 'backToPeople')
    gone_window('Cyd')
    app.button('Hang Up')
    shows_the_browsers_camera(app, 'Bea')


def browser_hangs_up():
    world['browser'].do('Bea', 'hangUp')
    app.says('^Call Ended$')
    app.says('Bea hung up after')
    app.save('Bea', 'call-ended-by-peer')
    app.key('Bea', 'ctrl+w')
    gone_window('Bea')


def caller_gives_up():
    is_called('Cyd', True)
    world['browser'].do('Cyd', 'hangUp')
    app.says('^Missed Call$')
    app.says('Cyd called, and nobody answered')
    app.button('Call Back')
    app.save('Cyd', 'call-missed')
    everything_is_named()
    app.key('Cyd', 'ctrl+w')
    gone_window('Cyd')


def browser_complains_of_nothing():
    complaints = [line for name in ('Bea', 'Cyd') for line in world['browser'].do(name, 'complaints')]
    if complaints:
        raise Failure('\n'.join(complaints))


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


if not os.path.exists('/usr/bin/chromium'):
    tap.skip('calls from a browser', 'Chromium is not installed')
else:
    tap.case('people with a browser appear in the contacts', open_browser, vital=True)
    tap.case('called with video: declining tells the caller', declines)
    tap.case('called again: answered with sound, hung up here', answers_with_sound)
    tap.case('called with video: both pictures are there, devices that are missing are said', answers_with_picture)
    tap.case('the safety code is the one that the browser shows', safety_code_is_the_same)
    tap.case('the browser mutes itself: that is seen here', browser_is_seen_to_mute)
    tap.case('muting here is seen in the browser', browser_sees_muting)
    tap.case('texts and reactions pass both ways', texts_pass_both_ways)
    tap.case('a second caller rings beside the call, is declined, and the call goes on', second_caller_is_declined)
    tap.case('the browser hangs up: the end screen says who did', browser_hangs_up)
    tap.case('a caller who gives up is a missed call', caller_gives_up)
    tap.case('the page has nothing to complain of', browser_complains_of_nothing)
    tap.case('Ctrl+Q quits, without leaks', quits)
    world['browser'].close()
desktop.close()
tap.done()
