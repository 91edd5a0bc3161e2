#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls reach somebody who sees no window of Yonder: by notifications, over D-Bus, by what is heard; and what calls change of the desktop
is put back when they are over.

People call with yonder-cli over a server where everybody keeps their name; see session.py for what else is on the bus.
"""

import configparser
import os
import pathlib
import re
import signal
import subprocess
import time

from desktop import YONDER, Application, Atspi, Desktop, Failure, Tap, wait
from gi.repository import GLib
from session import BUS, Dunst, NotificationDaemon, Player, ScreenSaver, Sound, call, expect, is_owned

HERE = pathlib.Path(__file__).parent
CLI = os.environ['YONDER_CLI']
NAME = 'org.yondercall.Yonder'
PATH = '/org/yondercall/Yonder'
LOUD = 300  # of 32767; what is silent is 0

desktop = Desktop()
tap = Tap(desktop)
home = pathlib.Path(desktop.home)
settings = home / 'config/glib-2.0/settings/keyfile'
world = {}
people = []


# People

def start_server():
    server = desktop.start(HERE / 'relay-server.cjs', program='node', stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    world['uri'] = server.stdout.readline().strip()


class Person:
    """Somebody with yonder-cli, in a call at most."""

    def __init__(self, command, name, *arguments):
        self.path = home / f'said-{len(people)}'
        people.append(self)
        with self.path.open('w') as file:
            self.process = desktop.start(command, *arguments, '--server', world['uri'], '--user', name, '--source', 'test', '--audio-only',
                                         '--json', program=CLI, stdout=file, stderr=subprocess.DEVNULL)

    def reaches(self, state):
        wait(lambda: f'"name":"{state}"' in self.path.read_text(), f'{state} at the other side')

    def hangs_up(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def calls(name='Ada'):
    person = Person('call', name, 'Me')
    person.reaches('ringing')
    return person


def cli(*arguments):
    """Runs yonder-cli to its end; gives its status and what it said."""
    done = subprocess.run([CLI, *arguments], env=desktop.environment(), capture_output=True, text=True, timeout=60)
    return done.returncode, (done.stdout + done.stderr).strip()


def says(command, status, sentence=''):
    done = cli(*command.split())
    expect(done == (status, sentence), f'yonder-cli {command}: {done}')


# Yonder

def start(*arguments, **environment):
    """Yonder, which signs in as Me, with settings that stay from one start to the next. Leaks are looked for where no sound server runs:
    GStreamer's plugins for it have some of their own, and their callers show in no stack by which they could be left out."""
    world['yonder'] = desktop.start(*arguments, environment={'GSETTINGS_BACKEND': 'keyfile', 'ASAN_OPTIONS': 'detect_leaks=0', **environment})
    wait(lambda: is_owned(NAME), 'Yonder on the session bus')
    return world['yonder']


def action(name):
    """Whether an action can be activated now, and its state."""
    enabled, _, state = call(NAME, PATH, 'org.gtk.Actions', 'Describe', GLib.Variant('(s)', (name,)))[0]
    return enabled, state[0] if state else None


def activate(name):
    call(NAME, PATH, 'org.freedesktop.Application', 'ActivateAction', GLib.Variant('(sava{sv})', (name, [], {})))


def application():
    """The running Yonder, on the accessibility bus."""
    process = world['yonder']
    place = wait(lambda: next((place for pid, place in desktop.bus.applications() if pid == process.pid), None), 'Yonder on the accessibility bus')
    return Application(desktop, process, place)


def has_window(title='.'):
    return subprocess.run(['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(world['yonder'].pid), '--name', title],
                          env=desktop.environment(), capture_output=True, timeout=60).returncode == 0


def sets(**values):
    """Writes settings, as another program would; Yonder notices."""
    group_sets('org/yondercall/Yonder', {name.replace('_', '-'): value for name, value in values.items()})


def group_sets(group, values):
    file = configparser.ConfigParser(interpolation=None, delimiters='=')
    file.optionxform = str
    file.read(settings)
    if not file.has_section(group):
        file.add_section(group)
    file[group].update(values)
    settings.parent.mkdir(parents=True, exist_ok=True)
    with settings.open('w') as written:
        file.write(written, space_around_delimiters=False)


def rings():
    wait(lambda: headset() > LOUD, 'the ringing in the headset')


def is_quiet():
    """What was heard already may still be on its way."""
    def listen():
        headset()
        time.sleep(1)
        return headset() == 0

    wait(listen, 'silence in the headset')


def over():
    wait(lambda: not action('hang-up')[0] and not action('accept')[0], 'the call to be over')


def close_window(title):
    """Closes the window of a call that is over."""
    app = application()
    app.key(title, 'ctrl+w')
    wait(lambda: not has_window(f'^{title}$'), f'the window of {title} to close')


# What happens

def nobody_is_there():
    for command in ('mute', 'hangup', 'accept'):
        says(command, 1, 'yonder-cli: Yonder is not running in this session: start it first.')
    expect(cli('mute', 'perhaps')[0] == 2, 'a wrong word is taken')


def starts_in_background():
    start('--background')
    expect(not has_window(), 'it opened a window')
    says('hangup', 1, 'yonder-cli: There is no call to hang up.')
    says('accept', 1, 'yonder-cli: Nobody is calling.')
    says('mute', 1, 'yonder-cli: There is no call to mute.')


def accepts_by_notification():
    ada = calls()
    dunst.told('CRITICAL: Ada: Incoming audio call')
    wait(lambda: music.status == 'Paused', 'the music to pause')
    rings()
    expect(speakers() == 0, 'it rings at the speakers, too')
    desktop.screenshot().save(world['pictures'] / 'notification-incoming.png')
    dunst.press('Accept', lambda: action('hang-up')[0])
    ada.reaches('connected')
    wait(lambda: dunst.n_shown() == 0, 'the notification to go')
    is_quiet()
    wait(lambda: list(saver.reasons.values()) == [('Yonder', 'In a call')], 'the computer to be kept awake')
    expect(has_window('^Ada$'), 'the call has no window')


def obeys_the_command_line():
    says('mute', 0, 'The microphone is muted.')
    expect(action('mute') == (True, True), 'the microphone is on')
    says('mute', 0, 'The microphone is on.')
    expect(action('mute') == (True, False), 'the microphone is muted')
    says('mute off', 0, 'The microphone is on.')
    says('hangup', 0)
    over()
    expect(people[-1].process.wait(60) == 0, 'the other side was not told')
    wait(lambda: music.status == 'Playing', 'the music to go on')
    expect(film.status == 'Paused', 'a film that was paused before was started')
    wait(lambda: not saver.reasons, 'the computer to be let sleep')
    says('hangup', 1, 'yonder-cli: There is no call to hang up.')


def accepts_on_the_command_line():
    ada = calls()
    wait(lambda: action('accept')[0], 'the call')
    says('accept', 0)
    ada.reaches('connected')
    ada.hangs_up()
    over()


def declines_by_notification():
    ada = calls()
    dunst.told('Incoming audio call')
    dunst.press('Decline', lambda: not action('accept')[0])
    status = ada.process.wait(60)
    expect(status == 1 and '"reason":"declined"' in ada.path.read_text(), f'the caller ended with {status}: {ada.path.read_text()}')
    wait(lambda: dunst.n_shown() == 0, 'the notification to go')
    over()


def misses_and_calls_back():
    ada = calls()
    dunst.told('Incoming audio call')
    ada.hangs_up()
    dunst.told('Missed Call: Ada')
    over()
    wait(lambda: dunst.n_shown() == 1, 'the notification of the call to go')
    says('accept', 1, 'yonder-cli: Nobody is calling.')
    desktop.screenshot().save(world['pictures'] / 'notification-missed.png')
    ada = Person('answer', 'Ada')
    ada.reaches('signed-in')
    dunst.press('Call Back', lambda: action('hang-up')[0])
    ada.reaches('connected')
    cli('hangup')
    over()
    ada.hangs_up()
    close_window('Ada')


def does_not_disturb():
    dunst.pause(True)
    wait(lambda: dunst.property('paused'), 'dunst to be paused')
    is_quiet()
    speakers()
    bea = calls('Bea')
    wait(lambda: has_window('^Bea$') and action('accept')[0], 'the window of the call')
    time.sleep(2)
    expect(headset() == 0 and speakers() == 0, 'it rings')
    expect(music.status == 'Playing', 'the music paused for what nobody hears')
    dunst.pause(False)
    rings()
    wait(lambda: music.status == 'Paused', 'the music to pause')
    bea.hangs_up()
    over()
    is_quiet()
    wait(lambda: music.status == 'Playing', 'the music to go on')
    close_window('Bea')


def does_not_disturb_in_gnome():
    """Whose switch is a setting, which its own programs turn."""
    group_sets('org/gnome/desktop/notifications', {'show-banners': 'false'})
    is_quiet()
    speakers()
    dan = calls('Dan')
    wait(lambda: has_window('^Dan$') and action('accept')[0], 'the window of the call')
    time.sleep(2)
    expect(headset() == 0 and speakers() == 0, 'it rings')
    group_sets('org/gnome/desktop/notifications', {'show-banners': 'true'})
    rings()
    dan.hangs_up()
    over()
    is_quiet()
    close_window('Dan')


def takes_over(daemon, former):
    former.goes()
    wait(lambda: daemon.is_there, 'the other notification daemon')
    is_quiet()  # and Yonder has asked it by then
    return daemon


def does_not_disturb_in_plasma():
    """Whose notification daemon says so. One that says nothing of it, or nonsense, keeps nobody from ringing."""
    global dunst
    daemon = takes_over(NotificationDaemon(GLib.Variant('b', True)), dunst)
    speakers()
    eve = calls('Eve')
    wait(lambda: has_window('^Eve$') and action('accept')[0], 'the window of the call')
    wait(lambda: 'Eve' in daemon.shown.values(), 'the notification of the call')
    time.sleep(2)
    expect(headset() == 0 and speakers() == 0, 'it rings')
    daemon.says(GLib.Variant('b', False))
    rings()
    daemon.says(GLib.Variant('b', True))
    is_quiet()
    eve.hangs_up()
    over()
    close_window('Eve')
    for name, inhibited in (('Fay', None), ('Gus', GLib.Variant('s', 'true'))):
        daemon = takes_over(NotificationDaemon(inhibited), daemon)
        person = calls(name)
        rings()
        person.hangs_up()
        over()
        is_quiet()
        close_window(name)
    daemon.goes()
    dunst = Dunst(desktop, home)


def rings_as_loud_as_wanted():
    """Also while it rings."""
    sets(ring_volume='0.0')
    is_quiet()
    dan = calls('Dan')
    wait(lambda: action('accept')[0], 'the call')
    time.sleep(2)
    expect(headset() == 0, 'it rings')
    sets(ring_volume='0.8')
    rings()
    dan.hangs_up()
    over()
    is_quiet()
    close_window('Dan')


def rings_without_its_output():
    """It is unplugged while it rings: the system's output rings."""
    dan = calls('Dan')
    rings()
    speakers()
    module = next(line.split()[0] for line in sound.control('list', 'short', 'modules').stdout.splitlines() if 'sink_name=headset' in line)
    sound.control('unload-module', module)
    wait(lambda: speakers() > LOUD, 'the ringing at the speakers')
    dan.hangs_up()
    over()
    close_window('Dan')


def rings_without_its_file():
    sets(ring_tone="'file'", ring_file="'file:///nowhere/anthem.ogg'")
    bea = calls('Bea')
    rings()
    bea.hangs_up()
    over()
    close_window('Bea')
    activate('preferences')
    app = application()
    app.says('“anthem.ogg” cannot be played')
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 640, 880)
    app.save('Yonder', 'preferences-general-file-gone')
    app.key('Yonder', 'Escape')


def plays(app):
    """On a slow machine the trial can be over before the sound server has answered; a person would click again."""
    button = next(app.all(None, '^Play$'), None)
    if button is not None:
        button.click()
    return headset() > LOUD


def ring_output_is_chosen(app):
    """By keyboard, in its row: first of all stands what the system uses."""
    def remembered():
        line = next((line for line in settings.read_text().splitlines() if line.startswith('ring-speakers=')), '')
        return line.split("'")[1] if "'" in line else None

    for keys, wanted in ((['Home'], ['']), (['Home', 'Down'], ['headset', 'speakers'])):
        app.tab_to('Yonder', lambda: next(app.all(Atspi.Role.COMBO_BOX, '^Output$'), None))
        app.key('Yonder', 'Return')
        wait(lambda: len(list(app.all(Atspi.Role.LIST_ITEM))) >= 3, 'the list of outputs')
        app.key('Yonder', *keys, 'Return')
        wait(lambda: remembered() in wanted, f'{wanted} to be remembered, not “{remembered()}”')
    sets(ring_speakers="[('headset', 'Headset')]")


def login_cannot_be_written():
    """Where the folder should be is a file."""
    app = application()
    folder = home / 'config/autostart'
    folder.rmdir()
    folder.write_text('no folder')
    app.key('Yonder', 'ctrl+comma')
    app.says('^Ringing$')
    app.press('Yonder', lambda: next(app.all(None, '^Start at Login'), None))
    app.says(f'^Yonder cannot be started at login: nothing can be saved in {re.escape(str(folder))}. Check that ')
    app.save('Yonder', 'preferences-general-no-login')
    app.press('Yonder', lambda: next(app.all(None, '^Start at Login'), None))
    folder.unlink()
    folder.mkdir()
    app.key('Yonder', 'Escape')


def changes_the_preferences():
    app = application()
    app.key('Yonder', 'ctrl+comma')
    app.says('^Ringing$')
    app.save('Yonder', 'preferences-general')
    # the items inside a combo box are its own affair: what is chosen is read with the row
    unnamed = [where for where in app.unnamed() if '> combo-box “' not in where]
    expect(not unnamed, 'without a name:\n' + '\n'.join(unnamed))
    sets(ring_tone="'marimba'")
    wait(lambda: plays(app), 'the ringtone to be played in the headset')
    is_quiet()
    app.button('^Play$')
    ring_output_is_chosen(app)
    entry = home / 'config/autostart' / f'{NAME}.desktop'
    app.press('Yonder', lambda: next(app.all(None, '^Start at Login'), None))
    wait(lambda: entry.exists() and '--background' in entry.read_text(), 'the entry for the login')
    app.press('Yonder', lambda: next(app.all(None, '^Start at Login'), None))
    wait(lambda: not entry.exists(), 'the entry for the login to go')
    app.key('Yonder', 'Escape')


def closes_its_window():
    """Somebody else calls by now: who calls too often is not heard any more."""
    application().key('Yonder', 'ctrl+w')
    dunst.told('Yonder Waits for Calls')
    wait(lambda: not has_window(), 'the window to close')
    cyd = calls('Cyd')
    dunst.told('Incoming audio call')
    cyd.hangs_up()
    over()
    dunst.told('Missed Call')


def comes_back():
    second = desktop.start(environment={'GSETTINGS_BACKEND': 'keyfile'})
    expect(second.wait(60) == 0, 'a second Yonder did not leave it to the first')
    application().says('^Me$|Nobody Here Yet|127')
    wait(lambda: has_window('^Yonder$'), 'the window')


def quits():
    """With one click, in the notice of that it goes on."""
    dunst.press('Quit', lambda: world['yonder'].poll() is not None)
    expect(world['yonder'].wait() == 0, f'yonder ended with status {world["yonder"].wait()}')


def stays_away():
    """With the setting off Yonder ends with its window, and is not to be started without one."""
    sets(run_in_background='false')
    refused = subprocess.run([YONDER, '--background'], env=desktop.environment({'GSETTINGS_BACKEND': 'keyfile'}), capture_output=True, text=True,
                             timeout=60)
    expect(refused.returncode == 1 and 'not set to run in the background' in refused.stderr, f'{refused.returncode}: {refused.stderr}')
    yonder = start(ADW_DEBUG_COLOR_SCHEME='prefer-dark')
    app = application()
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 640, 880)
    app.key('Yonder', 'ctrl+comma')
    app.says('^Ringing$')
    app.save('Yonder', 'preferences-general-dark')
    app.key('Yonder', 'Escape')
    app.gone('^Ringing$')
    app.key('Yonder', 'ctrl+w')
    expect(yonder.wait(60) == 0, 'it ended badly')
    sets(run_in_background='true')


def is_started_by_the_bus():
    """As by a click on a notification, or in a launcher, while no Yonder runs."""
    services = pathlib.Path(os.environ['XDG_RUNTIME_DIR']) / 'dbus-1/services'
    services.mkdir(parents=True, exist_ok=True)
    (services / f'{NAME}.service').write_text(f'[D-BUS Service]\nName={NAME}\nExec={YONDER} --gapplication-service\n')
    environment = desktop.environment({'GSETTINGS_BACKEND': 'keyfile', 'ASAN_OPTIONS': 'detect_leaks=0'})
    call(BUS, '/org/freedesktop/DBus', BUS, 'UpdateActivationEnvironment', GLib.Variant('(a{ss})', (environment,)))
    call(BUS, '/', BUS, 'ReloadConfig')
    call(BUS, '/', BUS, 'StartServiceByName', GLib.Variant('(su)', (NAME, 0)))
    pid = call(BUS, '/', BUS, 'GetConnectionUnixProcessID', GLib.Variant('(s)', (NAME,)))[0]
    try:
        call(NAME, PATH, 'org.freedesktop.Application', 'Activate', GLib.Variant('(a{sv})', ({},)))
        wait(lambda: subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(pid)], env=desktop.environment(), capture_output=True,
                                    timeout=60).returncode == 0, 'its window')
        ada = calls()
        dunst.told('Incoming audio call')
        ada.hangs_up()
        activate('quit')
        wait(lambda: not is_owned(NAME), 'it to quit')
    finally:
        if is_owned(NAME):
            os.kill(pid, signal.SIGKILL)


world['pictures'] = pathlib.Path(os.environ['YONDER_SCREENSHOTS'])
world['pictures'].mkdir(parents=True, exist_ok=True)
tap.case('a server', start_server, vital=True)
dunst = Dunst(desktop, home)
music, film, saver = Player('music', 'Playing'), Player('film', 'Paused'), ScreenSaver()
sound = Sound(desktop, ['Speakers', 'Headset'])
speakers, headset = sound.listen('speakers'), sound.listen('headset')
sets(start_with="'server'", server=f"'{world['uri']}'", user="'Me'", is_guest='true', ring_speakers="[('headset', 'Headset')]")

tap.case('the command line says that no Yonder runs', nobody_is_there)
tap.case('started in the background: no window, and one sentence for each thing that cannot be done', starts_in_background, vital=True)
tap.case('a call rings in the headset, pauses the music, and is accepted by the notification', accepts_by_notification, vital=True)
tap.case('the command line mutes and hangs up; the music goes on', obeys_the_command_line)
tap.case('the command line accepts', accepts_on_the_command_line)
tap.case('a call is declined by the notification', declines_by_notification)
tap.case('a missed call cannot be accepted any more, and is called back by the notification', misses_and_calls_back)
tap.case('with Do Not Disturb a call is shown, but not heard until that ends', does_not_disturb)
tap.case('with the Do Not Disturb of GNOME, too', does_not_disturb_in_gnome)
tap.case('with that of Plasma, too; a notification daemon that does not know it lets it ring', does_not_disturb_in_plasma)
tap.case('it rings as loud as the user wants', rings_as_loud_as_wanted)
tap.case('a ringtone whose file is gone: another one rings, and the preferences say so', rings_without_its_file)
tap.case('the preferences: the ringtone is played, and Yonder started at login', changes_the_preferences)
tap.case('that Yonder is started at login cannot be written', login_cannot_be_written)
tap.case('the output that rings is unplugged: another one rings', rings_without_its_output)
tap.case('the window is closed: a notice, and calls still come', closes_its_window)
tap.case('a second start shows the window of the first', comes_back)
tap.case('Quit ends it', quits)
tap.case('without leave to run in the background it ends with its window', stays_away)
tap.case('the bus starts it, and calls come', is_started_by_the_bus)
desktop.close()
tap.done()
