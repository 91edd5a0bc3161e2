#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cameras, microphones and loudspeakers of PipeWire are chosen, tried, and plugged in and out, before a call and in it.

What a microphone gives comes back from Echo and is heard at a loudspeaker, so that what is chosen is known by what is heard.
"""

import os
import pathlib
import subprocess
import time

from gi.repository import GLib

from desktop import Atspi, Desktop, Tap, differ, wait
from session import Sound, expect

LOUD = 300  # of 32767; what is silent is 0

desktop = Desktop(1460, 1000)
tap = Tap(desktop)
home = pathlib.Path(desktop.home)
settings = home / 'config/glib-2.0/settings/keyfile'
plugged = {}


# Devices

def start(program, *arguments, **options):
    return desktop.start(*arguments, program=program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


def launch(source, *sink):
    return start('gst-launch-1.0', '-q', *source.split(), '!', *sink)


class Device:
    """A node of PipeWire that a process holds by its connection: it is unplugged when that process is killed."""

    def __init__(self, name, *commands):
        self.process = start('pw-cli', stdin=subprocess.PIPE)
        self.process.stdin.write(''.join(f'{command}\n' for command in commands).encode())
        self.process.stdin.flush()
        plugged[name] = self

    def pull(self):
        self.process.kill()
        self.process.wait()


class Camera(Device):
    """A camera with PipeWire's test picture, for any number of users. PipeWire 1.4 ends where such a node of its own goes (it takes the timer off
    another loop than it was put on), so pw-cli makes it and lends it: the one node among its objects, whose number it does not say."""

    def __init__(self, name):
        super().__init__(name, 'load-module libpipewire-module-spa-node videotestsrc library.name=videotestsrc/libspa-videotestsrc '
                         f'node.name={name.lower()} node.description={name} media.class=Video/Source media.role=Camera',
                         *[f'export-node {number}' for number in range(60)])


class Webcam(Device):
    """A camera with another picture. It goes when its first user goes, too."""

    def __init__(self, name='Webcam', pattern='ball'):
        properties = f'camera,media.class=Video/Source,media.role=Camera,node.name={name.lower()},node.description={name}'
        self.process = launch(f'videotestsrc is-live=true pattern={pattern} ! video/x-raw,format=I420,width=640,height=480,framerate=15/1',
                              'pipewiresink', 'mode=provide', f'stream-properties={properties}')
        plugged[name] = self


class Microphone(Device):
    """A microphone that gives the tone, or noughts where it is off. Those of modules of the sound server will not do: pipewire-pulse 1.4 ends
    when it is told to unload a pipe."""

    def __init__(self, name, is_on=True):
        properties = f'node.name={name.lower()} node.description={name}'
        if is_on:
            self.process = start('pw-loopback', '--channels=1', f'--playback-props=media.class=Audio/Source {properties}',
                                 f'--capture-props=stream.capture.sink=true target.object=tone node.name={name.lower()}-in')
            plugged[name] = self
        else:
            super().__init__(name, 'create-node adapter { factory.name=support.null-audio-sink audio.position=[FL FR] '
                             f'media.class=Audio/Source/Virtual {properties} }}')


def plug_speaker(name):
    answer = sound.control('load-module', 'module-null-sink', f'sink_name={name.lower()}', f'sink_properties=device.description={name}')
    plugged[name] = answer.stdout.strip()


def pull_speaker(name):
    sound.control('unload-module', plugged.pop(name))


# Yonder

def sets(**values):
    """Writes settings, as another program would; Yonder notices."""
    lines = dict(line.split('=', 1) for line in settings.read_text().splitlines() if '=' in line) if settings.exists() else {}
    lines.update({name.replace('_', '-'): value for name, value in values.items()})
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('[org/yondercall/Yonder]\n' + ''.join(f'{name}={value}\n' for name, value in lines.items()))


def is_remembered(key, name):
    """The last choice of that kind is the device of that name."""
    def look():
        line = next((line for line in settings.read_text().splitlines() if line.startswith(f'{key}=')), '')
        return line.split('(')[1].startswith(f"'{name.lower()}'") if '(' in line else False

    wait(look, f'{name} to be remembered')


def is_heard():
    speakers()
    wait(lambda: speakers() > LOUD, 'the sound at the loudspeaker')


def is_quiet():
    """What was heard already may still be on its way."""
    def listen():
        speakers()
        time.sleep(1)
        return speakers() == 0

    wait(listen, 'silence at the loudspeaker')


def item(name):
    """An item of the menu that is open. GTK 4.18 gives items no name, only the label they are labelled by."""
    labelled_by = 2

    def labels(widget):
        for kind, places in (widget.bus.ask_one(widget.place, 'Accessible', 'GetRelationSet') or ([],))[0]:
            for place in places if kind == labelled_by else ():
                yield (widget.bus.ask_one(place, 'Text', 'GetText', GLib.Variant('(ii)', (0, -1))) or ('',))[0]

    return wait(lambda: next((widget for widget in app.all(Atspi.Role.MENU_ITEM) if name in labels(widget)), None), f'{name} in the menu')


def is_marked(widget):
    return any(part.is_pressed for part in widget.walk())


def choose(button, name):
    app.button(button).click()
    item(name).click()


def has_line():
    """The line around the picture: in the accent colour, at its edge."""
    picture = app.picture('Echo')
    edge = picture.crop((0, picture.height // 4, 12, picture.height // 2))
    return sum(abs(red - 53) + abs(green - 132) + abs(blue - 228) < 24 for red, green, blue in edge.getdata()) > edge.height


def is_marked_as_speaking():
    return any(app.all(Atspi.Role.IMAGE, '^Speaking$')) and has_line()


# Before a call

def page_shows_what_is_there():
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 640, 980)
    app.key('Yonder', 'ctrl+comma')
    app.press_tab('Yonder', 'Devices')
    app.says('^Camera$')
    wait(lambda: level() > 0.3, 'the level of the microphone to move')
    first = app.picture('Yonder')
    wait(lambda: differ(first, app.picture('Yonder')) > 0.0005, 'the preview to move')
    app.gone('test picture')
    expect(is_smpte(app.picture('Yonder')), 'another picture than that of the camera is shown')
    app.save('Yonder', 'preferences-devices')
    unnamed = [where for where in app.unnamed() if '> combo-box “' not in where]
    expect(not unnamed, 'without a name:\n' + '\n'.join(unnamed))


def is_smpte(picture):
    """The pure magenta of the test pattern is in nothing else."""
    return sum(count for count, (red, green, blue) in picture.convert('RGB').getcolors(picture.width * picture.height)
               if red > 150 and green < 60 and blue > 150) > 1000


def level():
    bar = next((widget for widget in app.all(None, '^Level of the Microphone$')), None)
    return bar is not None and bar.bus.property(bar.place, 'Value', 'CurrentValue') or 0


def plays(button):
    """On a slow machine a sound can be over before the sound server has answered; a person would click again."""
    def row():  # which has no action of its own on the accessibility bus
        return next(app.all(Atspi.Role.BUTTON, button), None)

    def listen():
        if row() is not None:
            app.tab_to('Yonder', row)
            app.key('Yonder', 'Return')
        time.sleep(1)
        return speakers() > LOUD

    speakers()
    wait(listen, f'what “{button}” plays', 240)


def sound_is_played():
    plays('^Play a Test Sound$')
    app.button('^Record Three Seconds')
    is_quiet()


def voice_is_played_back():
    plays('^Record Three Seconds')
    app.button('^Record Three Seconds')
    is_quiet()


def first_choice(key):
    line = next((line for line in settings.read_text().splitlines() if line.startswith(f'{key}=')), '')
    return line.split("'")[1] if "'" in line else None


def is_chosen_in_the_row():
    def opens():
        """The list of the row lies over the page, with an item for each microphone and one for the system's choice."""
        return len(list(app.all(Atspi.Role.LIST_ITEM))) >= 4

    def chooses(*keys):
        app.tab_to('Yonder', lambda: next(app.all(Atspi.Role.COMBO_BOX, '^Microphone$'), None))
        app.key('Yonder', 'Return')
        wait(opens, 'the list of microphones')
        app.key('Yonder', *keys, 'Return')

    chooses('Home')
    wait(lambda: first_choice('microphones') == '', 'the system’s choice to be remembered')
    chooses('Home', 'Down')
    wait(lambda: first_choice('microphones') in ('deskmic', 'headmic', 'deadmic'), 'a microphone to be remembered')
    sets(microphones="[('deskmic', 'Deskmic')]")
    wait(lambda: level() > 0.3, 'the level of the microphone to move')


def voice_is_changed():
    """The microphone goes on with each of them."""
    for name, key in (('Cancel Echo', 'cancel-echo'), ('Suppress Noise', 'suppress-noise'), ('Adjust Loudness', 'control-gain')):
        for is_on in ('true', 'false'):
            app.tab_to('Yonder', lambda: next(app.all(None, f'^{name}'), None))
            app.key('Yonder', 'Return')
            wait(lambda: f'{key}={is_on}' in settings.read_text(), f'{name} to be remembered')
        wait(lambda: level() > 0.3, 'the level of the microphone to move')


def dead_microphone_is_told():
    """Whoever chose the one whose switch is off is told, and told no more once they choose another."""
    sets(microphones="[('deadmic', 'Deadmic')]")
    app.says('“Deadmic” gives only silence')
    app.save('Yonder', 'preferences-devices-silent')
    sets(microphones="[('deskmic', 'Deskmic'), ('deadmic', 'Deadmic')]")
    app.gone('gives only silence')


def unplugged_choice_stays():
    sets(speakers="[('headset', 'Headset')]")
    wait(lambda: next(app.all(None, 'Headset'), None), 'the headset in the row')
    pull_speaker('Headset')
    app.says(r'^Headset \(not connected\)$')
    is_quiet()
    sound_is_played()
    app.key('Yonder', 'Escape')
    app.gone('^Level$')


# In a call

def calls_echo():
    app.button('Video call with Echo').click()
    app.place('Echo', 650, 0)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    is_heard()
    wait(lambda: is_smpte(app.picture('Echo')), 'the picture of the camera')
    app.save('Echo', 'call-devices')


def who_speaks_is_marked():
    """Echo speaks where the microphone gives the tone, and does not while it gives silence; it is on all the time."""
    wait(is_marked_as_speaking, 'the signs that Echo speaks')
    app.save('Echo', 'call-speaking')
    sets(microphones="[('deadmic', 'Deadmic'), ('deskmic', 'Deskmic')]")
    app.gone('^Speaking$')
    wait(lambda: not has_line(), 'the line to go')
    app.save('Echo', 'call-silent')
    sets(microphones="[('deskmic', 'Deskmic'), ('deadmic', 'Deadmic')]")
    wait(is_marked_as_speaking, 'the signs to come back')


def changes_microphone():
    choose('^Choose Microphone and Loudspeaker$', 'Deadmic')
    is_remembered('microphones', 'Deadmic')
    is_quiet()
    app.says('“Deadmic” gives only silence')
    app.button('^Choose Microphone and Loudspeaker$').click()
    expect(is_marked(item('Deadmic')) and not is_marked(item('Headmic')), 'the menu does not show which one is used')
    app.save('Echo', 'call-devices-menu')
    item('Headmic').click()
    is_remembered('microphones', 'Headmic')
    is_heard()
    app.gone('gives only silence')


def loses_microphone():
    """The next one takes over: the one that was chosen before."""
    plugged['Deadmic'].pull()
    plugged['Headmic'].pull()
    app.says('^Your microphone was unplugged. “Deskmic” is used now.$')
    app.save('Echo', 'call-devices-unplugged')
    is_heard()


def microphone_comes_back():
    """What was chosen last is taken again without a question."""
    Microphone('Headmic')
    app.gone('was unplugged')
    is_heard()
    app.button('^Choose Microphone and Loudspeaker$').click()
    expect(is_marked(item('Headmic')), 'the one that was chosen is not used again')
    app.key('Echo', 'Escape')


def is_offered():
    """What was never chosen is offered, not taken."""
    Microphone('Newmic')
    app.says('^The microphone “Newmic” was plugged in.$')
    app.save('Echo', 'call-devices-offer')
    app.button('^Use “Newmic”$').click()
    app.gone('“Newmic” was plugged in')
    is_remembered('microphones', 'Newmic')
    is_heard()


def offer_goes_with_its_device():
    Webcam()
    app.says('^The camera “Webcam” was plugged in.$')
    plugged['Webcam'].pull()
    app.gone('“Webcam” was plugged in')


def changes_speaker():
    plug_speaker('Headset')  # the one that was chosen: taken without a question
    is_quiet()
    choose('^Choose Microphone and Loudspeaker$', 'Speakers')
    is_remembered('speakers', 'Speakers')
    is_heard()


def black_camera_is_told():
    """Until another one is chosen."""
    Webcam('Blackcam', 'black')
    app.says('^The camera “Blackcam” was plugged in.$')
    choose('^Choose Camera$', 'Blackcam')
    app.says('^Your camera “Blackcam” shows nothing. Open its cover, or choose another one.$')
    app.save('Echo', 'call-devices-black')
    is_heard()
    choose('^Choose Camera$', 'Deskcam')
    app.gone('shows nothing')
    wait(lambda: is_smpte(app.picture('Echo')), 'the picture of the camera')


def changes_camera():
    """What was offered need not be answered any more."""
    Webcam()
    app.says('^The camera “Webcam” was plugged in.$')
    choose('^Choose Camera$', 'Webcam')
    is_remembered('cameras', 'Webcam')
    app.gone('“Webcam” was plugged in')
    wait(lambda: not is_smpte(app.picture('Echo')), 'the picture of the other camera')
    app.save('Echo', 'call-devices-camera')


def loses_camera():
    """The next one takes over: the one that was chosen before. Without any the call goes on, and says so."""
    plugged['Webcam'].pull()
    app.says('^Your camera was unplugged. “Deskcam” is used now.$')
    wait(lambda: is_smpte(app.picture('Echo')), 'the picture of the next camera')
    plugged['Deskcam'].pull()
    app.says('^The camera “Deskcam” is gone. A test picture is sent instead.$')
    app.gone('is used now')
    app.save('Echo', 'call-devices-no-camera')
    is_heard()


def camera_comes_back():
    Webcam()
    app.gone('is gone')
    wait(lambda: not is_smpte(app.picture('Echo')), 'the picture of the camera')


def hangs_up():
    app.button('Hang Up').click()
    app.find('^Call Ended$')
    app.rest()
    app.key('Echo', 'ctrl+w')


def quits():
    status = app.quit()
    expect(status == 0, f'yonder ended with status {status}')


sound = Sound(desktop, ['Speakers'])
plug_speaker('Headset')
speakers = sound.listen('speakers')
plug_speaker('Tone')
launch('audiotestsrc is-live=true volume=0.4 ! audio/x-raw,rate=48000,channels=1', 'pulsesink', 'device=tone')
Microphone('Deskmic')
Microphone('Headmic')
Microphone('Deadmic', False)
Camera('Deskcam')
sets(cancel_echo='false', suppress_noise='false', control_gain='false', run_in_background='false',
     microphones="[('deskmic', 'Deskmic')]", speakers="[('speakers', 'Speakers')]", cameras="[('deskcam', 'Deskcam')]")
# Where cameras go in a call, a chain of some 45 pictures is lost whose allocation no stack tells: leaks are looked for in the other tests.
app = desktop.yonder('--embedded', environment={'GSETTINGS_BACKEND': 'keyfile', 'ASAN_OPTIONS': 'detect_leaks=0'})

tap.case('the preferences show the camera and the level of the microphone', page_shows_what_is_there)
tap.case('a test sound is heard', sound_is_played)
tap.case('three seconds are recorded and played back', voice_is_played_back)
tap.case('a microphone is chosen in its row with the keyboard', is_chosen_in_the_row)
tap.case('each switch for the voice is turned on and off', voice_is_changed)
tap.case('a microphone that is off is told', dead_microphone_is_told)
tap.case('a loudspeaker that was chosen and is unplugged stays in the list, and another one plays', unplugged_choice_stays)
tap.case('Echo is called, and heard', calls_echo, vital=True)
tap.case('who speaks is marked, and is not while there is silence', who_speaks_is_marked)
tap.case('another microphone is chosen from its control', changes_microphone)
tap.case('a microphone is unplugged: the next one is used', loses_microphone)
tap.case('plugged in again, it is used again', microphone_comes_back)
tap.case('a new microphone is offered, and used when that is accepted', is_offered)
tap.case('what is offered and unplugged is not offered any more', offer_goes_with_its_device)
tap.case('another loudspeaker is chosen from the control', changes_speaker)
tap.case('a camera that gives only black is told', black_camera_is_told)
tap.case('another camera is chosen from its control', changes_camera)
tap.case('a camera is unplugged: the next one is used, and without any the call goes on', loses_camera)
tap.case('plugged in again, it is used again', camera_comes_back)
tap.case('hanging up', hangs_up)
tap.case('it quits', quits)
desktop.close()
tap.done()
