#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A key of the desktop mutes whichever window is in front: the user is asked when they turn it on, and what is refused, broken, taken away or
said by somebody else does no harm. The portal is one that the test answers for; Echo tells what it hears of the microphone."""

from desktop import Atspi, Desktop, Failure, Tap, wait
from session import Service, call, expect, is_owned
from shortcuts_portal import DONE, FAILED, NAME, REFUSED, SHORTCUTS, ShortcutsPortal

from gi.repository import GLib

ROW = '^Mute from Any Window$'
APPLICATION = ('org.yondercall.Yonder', '/org/yondercall/Yonder', 'org.gtk.Actions')

desktop = Desktop()
desktop.set_up_gtk(gtk_enable_animations='false')
tap = Tap(desktop)
portal = None


def starts(**environment):
    global app
    app = desktop.yonder('--embedded', environment={'GSETTINGS_BACKEND': 'keyfile', **environment})
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 560, 880)


def is_muted():
    return call(*APPLICATION, 'Describe', GLib.Variant('(s)', ('mute',)))[0][2][0]


def row():
    return next(app.all(None, ROW), None)


def is_on():
    found = row()
    return found is not None and any(part.is_pressed for part in found.walk())


def opens_preferences():
    app.key('Yonder', 'ctrl+comma')
    app.says('^Ringing$')


def closes_preferences():
    app.key('Yonder', 'Escape')
    app.gone('^Ringing$')


def turns():
    app.press('Yonder', row)


# What happens

def has_no_portal():
    expect(not is_owned(NAME), 'there is a portal')
    opens_preferences()
    app.find('^Pause Music and Films$')
    expect(row() is None, 'keys are offered that nobody would give')


def portal_comes():
    global portal
    portal = ShortcutsPortal(answer=None)
    wait(row, 'the row')
    app.says('^By keys that the desktop asks you for$')
    app.gone('^Change Keys')
    expect(not portal.sessions, 'the desktop was asked though nobody wanted that')


def is_refused():
    turns()
    wait(lambda: portal.bound, 'the desktop to be asked')
    app.says('^The desktop is asked for keys…$')
    session, shortcuts = portal.bound[0]
    expect(session == portal.sessions[0], f'of another session: {session}')
    expect(shortcuts == [('mute', {'description': 'Mute or unmute the microphone', 'preferred_trigger': 'LOGO+ALT+m'})], f'{shortcuts}')
    portal.answers(REFUSED)
    app.says('^No shortcut was chosen\\. Turn this on again')
    wait(lambda: not is_on(), 'the switch to go back')
    wait(lambda: portal.sessions[0] in portal.closed, 'the session to be closed')
    app.save('Yonder', 'preferences-shortcut-refused')


def is_answered_badly():
    """Each of these is a failure, and the switch goes back."""
    nonsense = GLib.Variant('(ua{sv})', (DONE, {'shortcuts': GLib.Variant('s', 'mute')}))
    for answer, words in ((FAILED, 'could not give'), (GLib.Variant('(s)', ('yes',)), 'could not give'), (nonsense, 'No shortcut was chosen')):
        portal.answer = answer
        turns()
        app.says(words)
        wait(lambda: not is_on(), 'the switch to go back')
    portal.answer, portal.trigger = DONE, None
    turns()
    app.says('No shortcut was chosen')
    wait(lambda: not is_on(), 'the switch to go back')


def is_granted():
    portal.answer, portal.trigger = DONE, '<b>Super</b>+\n\u202eAlt+M'
    turns()
    app.says('^<b>Super</b>\\+  Alt\\+M mutes or unmutes, whichever window is in front$')
    portal.changes('Super+Alt+M')
    app.says('^Super\\+Alt\\+M mutes or unmutes')
    expect(is_on(), 'the switch is off')
    unnamed = [where for where in app.unnamed() if '> combo-box “' not in where]
    expect(not unnamed, 'without a name:\n' + '\n'.join(unnamed))
    app.scroll_to('Yonder', row)
    app.save('Yonder', 'preferences-shortcut')


def keys_are_changed():
    app.press('Yonder', lambda: next(app.all(None, '^Change Keys…$'), None))
    wait(lambda: portal.configured == [portal.sessions[-1]], 'the desktop to show its keys')
    portal.changes('Pause')
    app.says('^Pause mutes or unmutes')
    portal.changes('x' * 200)
    app.says('^The keys are in the desktop’s settings$')
    portal.changes('Super+Alt+M')
    app.says('^Super\\+Alt\\+M mutes or unmutes')
    closes_preferences()


def nothing_without_a_call():
    portal.activates()
    expect(not is_muted(), 'something was muted')


def mutes_the_call():
    app.button('Video call with Echo').click()
    app.place('Echo', 570, 0)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    app.button('^Dismiss$')
    app.dismiss_notices()
    app.key('Yonder')  # the other window has the keyboard
    portal.activates()
    app.says('^Microphone off$')  # Echo says of itself what is so here
    expect(app.button('Mute Microphone').is_pressed and is_muted(), 'the window does not say that one is muted')
    portal.activates()
    app.gone('^Microphone off$')
    expect(not app.button('Mute Microphone').is_pressed and not is_muted(), 'the window says that one is muted')
    app.rest()


def hears_nobody_else():
    stranger = Service('org.example.Stranger')
    known = portal.sessions[-1]
    nonsense = GLib.Variant('(s)', ('mute',))
    for what, act in {
            'another session': lambda: portal.activates(session=known + 'x'),
            'a session that is over': lambda: portal.activates(session=portal.sessions[0]),
            'another shortcut': lambda: portal.activates(shortcut='hang-up'),
            'nonsense': lambda: portal.emit(portal.PATH, SHORTCUTS, 'Activated', nonsense),
            'a change that is nonsense': lambda: portal.emit(portal.PATH, SHORTCUTS, 'ShortcutsChanged', nonsense),
            'another path': lambda: portal.emit('/', SHORTCUTS, 'Activated', GLib.Variant('(osta{sv})', (known, 'mute', 0, {}))),
            'somebody else': lambda: portal.activates(connection=stranger.connection)}.items():
        act()
        expect(not is_muted(), f'{what} muted the call')
    portal.activates()
    expect(is_muted(), 'the keys do nothing any more')
    portal.activates()


def portal_goes_and_comes():
    global portal
    portal.vanishes()
    opens_preferences()
    wait(lambda: row() is None, 'the row to go')
    app.key('Echo', 'm')
    app.says('^Microphone off$')
    app.key('Echo', 'm')
    app.gone('^Microphone off$')
    portal = ShortcutsPortal()
    wait(lambda: portal.bound, 'the shortcut to be bound again')
    app.says('^Super\\+Alt\\+M mutes or unmutes')
    portal.activates()
    app.says('^Microphone off$')
    portal.activates()
    app.gone('^Microphone off$')


def is_taken_away():
    portal.ends_session()
    app.says('^The desktop has taken the shortcut away')
    wait(lambda: not is_on(), 'the switch to go back')
    portal.activates()
    expect(not is_muted(), 'keys that were taken away mute')


def is_turned_off():
    turns()
    wait(lambda: len(portal.bound) == 2, 'the shortcut to be bound')
    app.says('^Super\\+Alt\\+M mutes or unmutes')
    turns()
    wait(lambda: portal.sessions[-1] in portal.closed, 'the session to be closed')
    app.says('^By keys that the desktop asks you for$')
    portal.answer = None
    turns()
    wait(lambda: len(portal.bound) == 3, 'the desktop to ask')
    question = portal.request[0]
    turns()
    wait(lambda: question in portal.closed, 'the question to be taken back')
    portal.answer = DONE
    portal.request = None
    turns()
    app.says('^Super\\+Alt\\+M mutes or unmutes')
    closes_preferences()


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


def is_bound_at_the_start():
    portal.bound.clear()
    starts(ADW_DEBUG_COLOR_SCHEME='prefer-dark')
    wait(lambda: portal.bound, 'the shortcut to be bound')
    expect(portal.registered == APPLICATION[0], f'the desktop was told that this is {portal.registered}')
    opens_preferences()
    app.says('^Super\\+Alt\\+M mutes or unmutes')
    app.scroll_to('Yonder', row)
    app.save('Yonder', 'preferences-shortcut-dark')
    closes_preferences()


def fails_at_the_start():
    """What the user wants stays as it is."""
    portal.answer = FAILED
    portal.bound.clear()
    starts()
    wait(lambda: portal.bound, 'the desktop to be asked')
    opens_preferences()
    app.says('^The desktop could not give a shortcut')
    expect(is_on(), 'the switch went back')
    closes_preferences()


tap.case('a start without a portal', starts, vital=True)
tap.case('without a portal nothing is offered', has_no_portal)
tap.case('a portal comes: the shortcut is offered, and nobody is asked', portal_comes, vital=True)
tap.case('turned on, the desktop asks; refused, the switch goes back with a sentence', is_refused)
tap.case('what fails or makes no sense turns it back, too', is_answered_badly)
tap.case('granted, the row says the keys, as text', is_granted, vital=True)
tap.case('the desktop shows where keys are changed, and the row follows', keys_are_changed)
tap.case('the keys do nothing without a call', nothing_without_a_call)
tap.case('the keys mute and unmute the call, here and for the other side', mutes_the_call, vital=True)
tap.case('others, other shortcuts and nonsense do nothing', hears_nobody_else)
tap.case('the portal goes in the call and comes again: the keys work again', portal_goes_and_comes)
tap.case('the desktop takes the shortcut away', is_taken_away)
tap.case('turned off, the shortcut is given back, and a question taken back', is_turned_off)
tap.case('Ctrl+Q quits, without leaks', quits)
tap.case('it is bound when Yonder starts', is_bound_at_the_start)
tap.case('Ctrl+Q quits again', quits)
tap.case('what fails at a start leaves the switch', fails_at_the_start)
tap.case('Ctrl+Q quits at last', quits)
desktop.close()
tap.done()
