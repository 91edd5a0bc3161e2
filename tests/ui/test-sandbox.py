#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inside of a sandbox leave to run without a window, the camera, and that the computer stays awake are asked of the desktop's portal. The
portal is one that the test answers for: what it refuses is said in one sentence, and the rest goes on."""

import pathlib
import subprocess
import sys

from desktop import YONDER, Desktop, SandboxedApplication, Tap, wait
from everyone import Listener
from portal import CANCELS, REFUSES, SHARES, SandboxPortal
from session import Sound, expect

HERE = pathlib.Path(__file__).parent
LOUD = 300  # of 32767; what is silent is 0
SUSPEND, IDLE = 4, 8  # of the portal org.freedesktop.portal.Inhibit
BACKGROUND, LOGIN = '^Run in Background', '^Start at Login'
NO_BACKGROUND = 'The desktop does not let Yonder run in the background. Allow it in the system settings, under Apps.'
NO_LOGIN = 'The desktop does not let Yonder start at login. Allow it in the system settings, under Apps.'
NO_CAMERA = '^Yonder may not use the camera. Allow it in the Settings, under Privacy.$'
GRANTS, DENIES, DENIES_LOGIN, FAILS = (SHARES, True, True), (CANCELS, False, False), (SHARES, True, False), (REFUSES, False, False)

if subprocess.run(['unshare', '--mount', 'true'], capture_output=True).returncode != 0:
    print('1..0 # SKIP the kernel gives no mount namespace')
    sys.exit(0)


class SandboxedDesktop(Desktop):
    def application(self, process, place):
        return SandboxedApplication(self, process, place)


desktop = SandboxedDesktop()
tap = Tap(desktop)
home = pathlib.Path(desktop.home)


def write_settings():
    """Of a voice whose tone is left as it is."""
    settings = home / 'config/glib-2.0/settings/keyfile'
    settings.parent.mkdir(parents=True)
    settings.write_text('[org/yondercall/Yonder]\ncancel-echo=false\nsuppress-noise=false\ncontrol-gain=false\n')


def plug_in():
    """A microphone that gives a tone, and a green camera."""
    sound.control('load-module', 'module-remap-source', 'master=tone.monitor', 'source_name=microphone')
    sound.control('set-default-source', 'microphone')
    for pipeline in ('audiotestsrc is-live=true freq=440 ! pulsesink device=tone',
                     'videotestsrc is-live=true pattern=ball background-color=0xff26a269 ! video/x-raw,format=I420,width=640,height=480,framerate=15/1 ! '
                     'pipewiresink mode=provide stream-properties=camera,media.class=Video/Source,media.role=Camera,node.name=green'):
        desktop.start('-q', *pipeline.split(), program='gst-launch-1.0', stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def row(name):
    return next(app.all(None, name), None)


def is_on(name):
    found = row(name)
    return found is not None and any(part.is_pressed for part in found.walk())


def turns(name):
    app.press('Yonder', lambda: row(name))


def is_complaint(sentence):
    app.says(f'^{sentence}$')
    listener.says(sentence)


def has_no_complaint():
    app.gone('^The desktop does not let')


# Without a window

def asks_for_leave():
    wait(lambda: portal.status == 'Waiting for calls', 'the desktop to be told what Yonder does')
    asked = {name: value for name, value in portal.requests[-1].items() if name != 'handle_token'}
    expect(asked == {'autostart': False, 'dbus-activatable': False, 'commandline': ['yonder', '--background'],
                     'reason': 'Yonder waits for calls while its window is closed'}, f'asked was {asked}')
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 640, 880)
    app.key('Yonder', 'ctrl+comma')
    app.says('^Ringing$')
    expect(is_on(BACKGROUND) and not is_on(LOGIN), 'the switches say something else')
    has_no_complaint()


def login_is_granted():
    portal.status = None
    turns(LOGIN)
    wait(lambda: portal.requests[-1]['autostart'], 'the desktop to be asked')
    wait(lambda: portal.status, 'Yonder to go on from there')
    expect(is_on(LOGIN), 'the switch went back')
    has_no_complaint()
    expect(not (home / 'config/autostart').exists(), 'it was entered where the sandbox does not reach')
    turns(LOGIN)
    wait(lambda: not portal.requests[-1]['autostart'], 'the desktop to be told that it is not wanted any more')


def login_is_denied():
    """And nothing else."""
    portal.leave = DENIES_LOGIN
    turns(LOGIN)
    is_complaint(NO_LOGIN)
    wait(lambda: not is_on(LOGIN), 'the switch to go back')
    expect(is_on(BACKGROUND), 'the other switch went back, too')
    app.save('Yonder', 'preferences-login-denied')


def portal_fails():
    """Nobody has denied anything: the switches stay."""
    portal.leave = FAILS
    turns(LOGIN)
    is_complaint(NO_LOGIN)
    expect(is_on(LOGIN) and is_on(BACKGROUND), 'a switch went back')
    portal.leave = GRANTS
    turns(LOGIN)
    has_no_complaint()


def everything_is_denied():
    portal.leave = DENIES
    turns(LOGIN)
    is_complaint(NO_BACKGROUND)
    wait(lambda: not is_on(LOGIN) and not is_on(BACKGROUND), 'the switches to go back')
    app.save('Yonder', 'preferences-background-denied')


def background_is_granted():
    """Turned off, nobody is asked for leave."""
    portal.leave = GRANTS
    n_asked = len(portal.requests)
    for is_wanted in (True, False, True):
        turns(BACKGROUND)
        wait(lambda: is_on(BACKGROUND) == is_wanted, f'the switch to be {"on" if is_wanted else "off"}')
    wait(lambda: len(portal.requests) == n_asked + 2, 'the desktop to be asked')
    has_no_complaint()
    app.key('Yonder', 'Escape')
    app.gone('^Ringing$')


# A call

def is_heard():
    speakers()
    wait(lambda: speakers() > LOUD, 'the tone, back from Echo')


def is_green():
    red, green, blue = app.picture('Echo').getpixel((100, 250))
    return green > red + 60 and green > blue + 30


def camera_is_refused():
    portal.will = CANCELS
    app.button('Video call with Echo').click()
    app.place('Echo', 450, 0)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    app.says(NO_CAMERA)
    expect(portal.n_cameras_asked == 1, f'the user was asked {portal.n_cameras_asked} times')
    app.save('Echo', 'call-camera-refused')
    is_heard()
    app.picture_moves('Echo')


def stays_awake():
    wait(lambda: [*portal.inhibited.values()] == [(SUSPEND | IDLE, 'In a call')], 'the computer to be kept awake')


def asks_again(will, number):
    """Whoever turns the camera off and on."""
    portal.will = will
    app.key('Echo', 'v')
    app.says('^Camera off$')  # Echo says of itself what is so here
    app.key('Echo', 'v')
    wait(lambda: portal.n_cameras_asked == number, 'the user to be asked again')
    app.gone('^Camera off$')


def camera_fails():
    app.dismiss_notices()
    asks_again(REFUSES, 2)
    app.says(NO_CAMERA)


def camera_is_allowed():
    asks_again(SHARES, 3)
    wait(is_green, 'the green of the camera, back from Echo')
    app.gone(NO_CAMERA)
    is_heard()


def may_sleep():
    app.key('Echo', 'ctrl+h')
    app.says('^Call Ended$')
    wait(lambda: not portal.inhibited, 'the computer to be let sleep')
    app.rest()
    app.key('Echo', 'ctrl+w')
    app.gone('^Call Ended$')


def ends_with_its_window():
    """As the switch says, once the desktop denies that it goes on without."""
    portal.leave = DENIES
    app.place('Yonder', 0, 0)
    app.key('Yonder', 'ctrl+comma')
    app.says('^Ringing$')
    turns(BACKGROUND)
    wait(lambda: not is_on(BACKGROUND), 'the switch to be off')
    turns(BACKGROUND)
    is_complaint(NO_BACKGROUND)
    wait(lambda: not is_on(BACKGROUND), 'the switch to go back')
    app.key('Yonder', 'Escape')
    app.gone('^Ringing$')
    app.key('Yonder', 'ctrl+w')
    status = app.process.wait(60)
    expect(status == 0, f'yonder ended with status {status}')


write_settings()
sound = Sound(desktop, ['Speakers', 'Tone'])
speakers = sound.listen('speakers')
plug_in()
portal = SandboxPortal(desktop)
portal.leave = GRANTS
listener = Listener(desktop.bus)
# Leaks are looked for where no sound server runs: GStreamer's plugins for it have some. What GLib asks of portals that are not here would be
# answered with no.
app = desktop.yonder(YONDER, '--embedded', program=str(HERE / 'in-sandbox'), environment={
    'GSETTINGS_BACKEND': 'keyfile', 'ASAN_OPTIONS': 'detect_leaks=0', 'GIO_USE_NETWORK_MONITOR': 'base', 'GIO_USE_PROXY_RESOLVER': 'dummy'})

tap.case('the desktop is asked for leave to go on without a window, and told what for', asks_for_leave, vital=True)
tap.case('the start at login is asked of the desktop, too, and taken back', login_is_granted)
tap.case('denied, that is said, and its switch goes back', login_is_denied)
tap.case('a portal that fails is told, and leaves the switches', portal_fails)
tap.case('everything is denied: it is said, and both switches go back', everything_is_denied)
tap.case('granted, nothing is said any more', background_is_granted)
tap.case('the camera is refused: it is said what to do, and the call goes on with voice', camera_is_refused, vital=True)
tap.case('the computer is kept awake', stays_awake)
tap.case('the camera fails to be asked for: the same is said', camera_fails)
tap.case('asked again, the camera is allowed: its picture comes', camera_is_allowed)
tap.case('the call ends: the computer may sleep', may_sleep)
tap.case('denied to go on without its window, it ends with it', ends_with_its_window)
desktop.close()
tap.done()
