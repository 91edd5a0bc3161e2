# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on a session bus beside an application: a notification daemon, a sound server, players, something that locks the screen.

dunst and PipeWire are the real ones. A player is an object that speaks MPRIS as far as somebody who pauses it can tell, and the screen
saver one that counts who asked it to wait.
"""

import os
import socket
import subprocess
import time

from desktop import Failure, wait

from gi.repository import Gio, GLib

BUS = 'org.freedesktop.DBus'


def bus():
    return Gio.bus_get_sync(Gio.BusType.SESSION)


def call(name, path, interface, method, arguments=None):
    return bus().call_sync(name, path, interface, method, arguments, None, Gio.DBusCallFlags.NO_AUTO_START, 30000, None).unpack()


def is_owned(name):
    return call(BUS, '/', BUS, 'NameHasOwner', GLib.Variant('(s)', (name,)))[0]


class Service:
    """An object on a connection of its own, so that it has a bus name of its own."""

    INTERFACES = ''
    PATH = '/'

    def __init__(self, name):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(os.environ['DBUS_SESSION_BUS_ADDRESS'], flags, None, None)
        self.register(self.PATH, self.INTERFACES)
        self.connection.call_sync(BUS, '/', BUS, 'RequestName', GLib.Variant('(su)', (name, 0)), None, 0, -1, None)

    def register(self, path, interfaces):
        for interface in Gio.DBusNodeInfo.new_for_xml(f'<node>{interfaces}</node>').interfaces:
            self.connection.register_object(path, interface, self.on_call, self.on_get, None)

    def on_call(self, _connection, _sender, _path, _interface, method, arguments, invocation):
        invocation.return_value(getattr(self, method)(*arguments.unpack()))

    def on_get(self, _connection, _sender, _path, _interface, name):
        return getattr(self, name)


class Player(Service):
    INTERFACES = '''<interface name="org.mpris.MediaPlayer2.Player">
        <method name="Play"/><method name="Pause"/><property name="PlaybackStatus" type="s" access="read"/></interface>'''
    PATH = '/org/mpris/MediaPlayer2'

    def __init__(self, name, status):
        self.status = status
        super().__init__(f'org.mpris.MediaPlayer2.{name}')

    @property
    def PlaybackStatus(self):
        return GLib.Variant('s', self.status)

    def Play(self):
        self.status = 'Playing'

    def Pause(self):
        self.status = 'Paused'


class ScreenSaver(Service):
    INTERFACES = '''<interface name="org.freedesktop.ScreenSaver">
        <method name="Inhibit"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="u" direction="out"/></method>
        <method name="UnInhibit"><arg type="u" direction="in"/></method></interface>'''
    PATH = '/org/freedesktop/ScreenSaver'

    def __init__(self):
        self.last = 0
        self.reasons = {}
        super().__init__('org.freedesktop.ScreenSaver')

    def Inhibit(self, application, reason):
        self.last += 1
        self.reasons[self.last] = (application, reason)
        return GLib.Variant('(u)', (self.last,))

    def UnInhibit(self, cookie):
        self.reasons.pop(cookie)


class Dunst:
    """A notification daemon. It writes down what it was given, and runs a program in place of a menu, which chooses what the test wants."""

    PLACE = ('org.freedesktop.Notifications', '/org/freedesktop/Notifications')

    def __init__(self, desktop, home):
        self.wish = home / 'wish'
        self.log = home / 'notifications'
        self.log.touch()
        menu = home / 'menu'
        menu.write_text(f'#!/bin/sh\nexec grep -m 1 -F "$(cat {self.wish})"\n')
        menu.chmod(0o755)
        note = home / 'note'
        note.write_text(f'#!/bin/sh\necho "$DUNST_URGENCY: $DUNST_SUMMARY: $DUNST_BODY" >> {self.log}\n')
        note.chmod(0o755)
        (home / 'dunstrc').write_text(f'[global]\ndmenu = {menu}\nwidth = 340\noffset = (20, 20)\n[urgency_low]\ntimeout = 0\n[urgency_normal]\ntimeout = 0\n[note]\nsummary = "*"\nscript = {note}\n')
        self.process = desktop.start('-conf', str(home / 'dunstrc'), program='dunst', stderr=subprocess.DEVNULL)
        wait(lambda: is_owned(self.PLACE[0]), 'dunst')

    def property(self, name):
        return call(*self.PLACE, 'org.freedesktop.DBus.Properties', 'Get', GLib.Variant('(ss)', ('org.dunstproject.cmd0', name)))[0]

    def n_shown(self):
        return self.property('displayedLength')

    def n_waiting(self):
        return self.property('waitingLength')

    def told(self, text):
        """Waits until it was given such a notification, and forgets those until then."""
        wait(lambda: text in self.log.read_text(), f'a notification “{text}”')
        self.log.write_text('')

    def press(self, label, is_done):
        """Chooses a button of the notifications on the screen, as from dunst's menu; again where the menu was made before the notification."""
        self.wish.write_text(label)
        pressed = 0

        def press():
            nonlocal pressed
            if is_done():
                return True
            if time.monotonic() > pressed + 3:
                pressed = time.monotonic()
                call(*self.PLACE, 'org.dunstproject.cmd0', 'ContextMenuCall')
            return False

        wait(press, f'the button {label} to work')

    def goes(self):
        self.process.terminate()
        self.process.wait(20)

    def pause(self, paused):
        call(*self.PLACE, 'org.freedesktop.DBus.Properties', 'Set',
             GLib.Variant('(ssv)', ('org.dunstproject.cmd0', 'paused', GLib.Variant('b', paused))))


class NotificationDaemon(Service):
    """Another one than dunst, which says by a property whether it is to be quiet, as that of Plasma does. `inhibited` is the property, of
    whatever type; None: it has no such property. It waits until the name is free."""

    NAME = 'org.freedesktop.Notifications'
    PATH = '/org/freedesktop/Notifications'
    METHODS = '''<method name="GetCapabilities"><arg type="as" direction="out"/></method>
        <method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
        <arg type="s" direction="out"/></method>
        <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
        <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
        <arg type="i" direction="in"/><arg type="u" direction="out"/></method>
        <method name="CloseNotification"><arg type="u" direction="in"/></method>'''

    def __init__(self, inhibited):
        has = f'<property name="Inhibited" type="{inhibited.get_type_string()}" access="read"/>' if inhibited is not None else ''
        self.INTERFACES = f'<interface name="{self.NAME}">{self.METHODS}{has}</interface>'
        self.Inhibited = inhibited
        self.shown = {}  # the titles, by number
        self.last = 0
        super().__init__(self.NAME)

    @property
    def is_there(self):
        return call(BUS, '/', BUS, 'GetNameOwner', GLib.Variant('(s)', (self.NAME,)))[0] == self.connection.get_unique_name()

    def GetCapabilities(self):
        return GLib.Variant('(as)', (['actions', 'body'],))

    def GetServerInformation(self):
        return GLib.Variant('(ssss)', ('Test', 'Test', '1', '1.2'))

    def Notify(self, _application, _replaces, _icon, title, _body, _actions, _hints, _timeout):
        self.last += 1
        self.shown[self.last] = title
        return GLib.Variant('(u)', (self.last,))

    def CloseNotification(self, number):
        self.shown.pop(number, None)

    def says(self, inhibited):
        self.Inhibited = inhibited
        changed = GLib.Variant('(sa{sv}as)', (self.NAME, {'Inhibited': inhibited}, []))
        self.connection.emit_signal(None, self.PATH, 'org.freedesktop.DBus.Properties', 'PropertiesChanged', changed)

    def goes(self):
        self.connection.close_sync(None)


class PipeWire:
    """PipeWire and its session manager: nothing to see or to hear yet."""

    def __init__(self, desktop):
        self.desktop = desktop
        self.servers = {}
        wait(lambda: self.runs('pipewire') and self.answers(), 'PipeWire')
        self.runs('wireplumber')

    def runs(self, program):
        """Starts it where it does not run: WirePlumber and the sound server give up where they do not find PipeWire."""
        if program not in self.servers or self.servers[program].poll() is not None:
            self.servers[program] = self.desktop.start(program=program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return True

    def answers(self):
        with socket.socket(socket.AF_UNIX) as connection:
            return connection.connect_ex(os.path.join(os.environ['XDG_RUNTIME_DIR'], 'pipewire-0')) == 0


class Sound(PipeWire):
    """PipeWire with two outputs that nobody hears but who listens at them."""

    def __init__(self, desktop, outputs):
        super().__init__(desktop)
        wait(lambda: self.runs('wireplumber') and self.runs('pipewire-pulse') and self.control('info').returncode == 0, 'the sound server')
        for name in outputs:
            self.control('load-module', 'module-null-sink', f'sink_name={name.lower()}', f'sink_properties=device.description={name}')
        # the choice is WirePlumber's to make: before it is there nothing is heard
        wait(lambda: self.runs('wireplumber') and self.has_default(outputs[0].lower()), 'WirePlumber')

    def has_default(self, sink):
        return self.control('set-default-sink', sink).returncode == 0 and self.control('get-default-sink').stdout.strip() == sink

    def control(self, *arguments):
        return subprocess.run(['pactl', *arguments], env=self.desktop.environment(), capture_output=True, text=True, timeout=30)

    def record(self, output, path):
        with open(path, 'ab') as file:
            return self.desktop.start('--device', f'{output}.monitor', '--raw', '--format=s16le', '--channels=1', '--latency-msec=50',
                                      program='parec', stdout=file)

    def listen(self, output):
        """Gives a function that tells how loud it was at an output since it was asked the last time: the peak, of 32767."""
        path = f'{self.desktop.home}/heard-{output}'
        recorder = self.record(output, path)
        position = 0

        def listens():
            """One that the sound server let wait for too long ends, and is started again."""
            nonlocal recorder
            if recorder.poll() is not None:
                recorder = self.record(output, path)
            return os.path.getsize(path) > position

        def peak():
            nonlocal position
            listens()
            with open(path, 'rb') as file:
                file.seek(position)
                data = file.read()
            data = data[:len(data) // 2 * 2]
            position += len(data)
            samples = memoryview(data).cast('h')
            return max((abs(sample) for sample in samples), default=0)

        wait(listens, f'to hear {output}')
        return peak


def expect(condition, sentence):
    if not condition:
        raise Failure(sentence)
