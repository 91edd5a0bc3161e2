# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's portal with a user in front of it who does what the test says, and a screen that is a real stream of PipeWire.

Either all of the portal is the test's (Portal, and SandboxPortal with what it is asked for from inside of a sandbox), or what a desktop adds
to the real one (Backend).
"""

import json
import os
import socket
import subprocess
import time

from gi.repository import Gio, GLib
from PIL import Image

from desktop import Failure, wait
from session import Service, is_owned

REQUEST = 'org.freedesktop.portal.Request'
SESSION = 'org.freedesktop.portal.Session'
SHARES, CANCELS, REFUSES, WAITS = range(4)  # what comes of the dialog; the first three are the answers of the portal


def bars(picture):
    """The places of the pure colours in the upper row of the screen's bars: the box of each, for those that are there."""
    red, green, blue = picture.convert('RGB').split()

    def box(*levels):
        masks = [channel.point(lambda value, high=high: 255 if (value > 140) == high and (value > 140 or value < 70) else 0)
                 for channel, high in zip((red, green, blue), levels)]
        mask = Image.new('L', picture.size, 255)
        for one in masks:
            mask = Image.composite(one, Image.new('L', picture.size, 0), mask)
        return mask.getbbox() if mask.histogram()[255] > 60 else None

    return {'yellow': box(True, True, False), 'magenta': box(True, False, True)}


def is_screen(picture):
    return bars(picture)['magenta'] is not None


class Screens(Service):
    """What both have in common: what the user wants, and what there is to see."""

    MEDIA_CLASS = 'Stream/Output/Video'  # as GNOME's
    PATH = '/org/freedesktop/portal/desktop'

    def __init__(self, desktop, name):
        self.desktop = desktop
        self.will = SHARES
        self.size = (683, 385)  # no even numbers, as those of a window can be
        self.sessions = {}       # by path: who asked, and the stream
        super().__init__(name)

    def show(self, name):
        """A screen with coloured bars: the process, and the number of its stream."""
        width, height = self.size
        properties = f'screen,media.class={self.MEDIA_CLASS},node.name={name}'
        stream = self.desktop.start('-q', *f'videotestsrc is-live=true pattern=smpte100 ! video/x-raw,format=BGRx,width={width},height={height},framerate=30/1'.split(),
                                    '!', 'pipewiresink', 'mode=provide', f'stream-properties={properties}', program='gst-launch-1.0',
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            dump = subprocess.run(['pw-dump', '--no-colors'], env=self.desktop.environment(), capture_output=True, text=True, timeout=30).stdout
            for item in json.loads(dump or '[]'):
                if item['type'] == 'PipeWire:Interface:Node' and item['info']['props'].get('node.name') == name:
                    return stream, item['id']
            time.sleep(0.05)
        raise Failure('the screen has no stream')

    def end(self, session):
        _sender, stream = self.sessions.pop(session)
        if stream is not None:
            stream.kill()
            stream.wait()

    @property
    def is_sharing(self):
        return any(stream is not None for _sender, stream in self.sessions.values())


class Portal(Screens):
    """Without a screen to share (`has_screens`) it has no such interface, as a desktop where none can be shared."""

    SCREEN_CAST = '''<interface name="org.freedesktop.portal.ScreenCast">
        <method name="CreateSession"><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
        <method name="SelectSources"><arg type="o" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
        <method name="Start"><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
        <method name="OpenPipeWireRemote"><arg type="o" direction="in"/><arg type="a{sv}" direction="in"/><arg type="h" direction="out"/></method>
        <property name="version" type="u" access="read"/></interface>'''
    CLOSABLE = '<node><interface name="{}"><method name="Close"/></interface></node>'
    OTHERS = ''
    version = GLib.Variant('u', 5)

    def __init__(self, desktop, has_screens=True):
        self.INTERFACES = (self.SCREEN_CAST if has_screens else '') + self.OTHERS
        self.n_asked = 0
        self.asked = {}          # what the last dialog was to offer
        self.dialogs = set()     # that are open: the paths of their requests
        super().__init__(desktop, 'org.freedesktop.portal.Desktop')

    def on_call(self, _connection, sender, path, interface, method, arguments, invocation):
        if interface in (REQUEST, SESSION):
            invocation.return_value(None)
            self.on_closed(path)
        elif method == 'OpenPipeWireRemote':
            remote = socket.socket(socket.AF_UNIX)
            remote.connect(os.path.join(os.environ['XDG_RUNTIME_DIR'], 'pipewire-0'))
            files = Gio.UnixFDList.new_from_array([remote.detach()])
            invocation.return_value_with_unix_fd_list(GLib.Variant('(h)', (0,)), files)
        else:
            *arguments, options = arguments.unpack()
            request = self.object(sender, 'request', options['handle_token'], REQUEST)
            invocation.return_value(GLib.Variant('(o)', (request,)))
            getattr(self, method)(sender, request, options, *arguments)

    def object(self, sender, kind, token, interface):
        path = f'{self.PATH}/{kind}/{sender[1:].replace(".", "_")}/{token}'
        node = Gio.DBusNodeInfo.new_for_xml(self.CLOSABLE.format(interface))
        self.connection.register_object(path, node.interfaces[0], self.on_call, None, None)
        return path

    def answer(self, sender, request, answer, results):
        """To whom it concerns: nobody else hears of it."""
        self.connection.emit_signal(sender, request, REQUEST, 'Response', GLib.Variant('(ua{sv})', (answer, results)))

    def CreateSession(self, sender, request, options):
        session = self.object(sender, 'session', options['session_handle_token'], SESSION)
        self.sessions[session] = (sender, None)
        self.answer(sender, request, SHARES, {'session_handle': GLib.Variant('s', session)})

    def SelectSources(self, sender, request, options, session):
        self.asked = options
        self.answer(sender, request, SHARES, {})

    def Start(self, sender, request, _options, session, _parent):
        self.n_asked += 1
        if self.will == WAITS:
            self.dialogs.add(request)
        elif self.will == SHARES:
            stream, node = self.show(f'screen-{len(self.sessions)}')
            self.sessions[session] = (sender, stream)
            self.answer(sender, request, SHARES, {'streams': GLib.Variant('a(ua{sv})', [(node, {})])})
        else:
            self.answer(sender, request, self.will, {})

    def on_closed(self, path):
        """The application closed a session, or a request and its dialog."""
        if path in self.sessions:
            self.end(path)
        else:
            self.dialogs.discard(path)

    def stop(self):
        """The user stops it in the desktop's own menu."""
        for session, (sender, _stream) in list(self.sessions.items()):
            self.connection.emit_signal(sender, session, SESSION, 'Closed', None)
            self.end(session)

    def lose(self):
        """The window that is shared is closed, and the portal says nothing of it."""
        for session, (sender, stream) in self.sessions.items():
            stream.kill()
            stream.wait()


class SandboxPortal(Portal):
    """Asked for leave to run without a window, for a camera, and to keep the computer awake; there are no screens."""

    OTHERS = '''<interface name="org.freedesktop.portal.Background">
        <method name="RequestBackground"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
        <method name="SetStatus"><arg type="a{sv}" direction="in"/></method><property name="version" type="u" access="read"/></interface>
        <interface name="org.freedesktop.portal.Camera">
        <method name="AccessCamera"><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
        <method name="OpenPipeWireRemote"><arg type="a{sv}" direction="in"/><arg type="h" direction="out"/></method>
        <property name="IsCameraPresent" type="b" access="read"/><property name="version" type="u" access="read"/></interface>
        <interface name="org.freedesktop.portal.Inhibit"><method name="Inhibit"><arg type="s" direction="in"/><arg type="u" direction="in"/>
        <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method><property name="version" type="u" access="read"/></interface>'''
    IsCameraPresent = GLib.Variant('b', True)

    def __init__(self, desktop):
        self.requests = []              # for leave to run without a window: their options, the last one last
        self.leave = SHARES, True, True # the answer to those, and what of it: to go on without a window, to be started at login
        self.status = None              # what it says of itself meanwhile
        self.n_cameras_asked = 0
        self.inhibited = {}             # by path of the request: what is kept from happening, and why
        super().__init__(desktop, has_screens=False)

    def on_call(self, connection, sender, path, interface, method, arguments, invocation):
        if method == 'SetStatus':
            self.status = arguments.unpack()[0].get('message')
            invocation.return_value(None)
        else:
            super().on_call(connection, sender, path, interface, method, arguments, invocation)

    def RequestBackground(self, sender, request, options, _window):
        answer, may_stay, may_start = self.leave
        self.requests.append(options)
        self.answer(sender, request, answer, {'background': GLib.Variant('b', may_stay),
                                              'autostart': GLib.Variant('b', may_start and options['autostart'])})

    def AccessCamera(self, sender, request, _options):
        self.n_cameras_asked += 1
        self.answer(sender, request, self.will, {})

    def Inhibit(self, sender, request, options, _window, flags):
        self.inhibited[request] = (flags, options['reason'])
        self.answer(sender, request, SHARES, {})

    def on_closed(self, path):
        """What is kept from happening is so until its request is closed."""
        self.inhibited.pop(path, None)
        super().on_closed(path)


class Backend(Screens):
    """The real portal, started here, asks this for everything that a desktop does about screens."""

    NAME = 'org.freedesktop.impl.portal.desktop.test'
    MEDIA_CLASS = 'Video/Source'  # as that of wlroots, though it is no camera
    INTERFACES = '''<interface name="org.freedesktop.impl.portal.ScreenCast">
        <method name="CreateSession"><arg type="o" direction="in"/><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
            <arg type="u" direction="out"/><arg type="a{sv}" direction="out"/></method>
        <method name="SelectSources"><arg type="o" direction="in"/><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
            <arg type="u" direction="out"/><arg type="a{sv}" direction="out"/></method>
        <method name="Start"><arg type="o" direction="in"/><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
            <arg type="a{sv}" direction="in"/><arg type="u" direction="out"/><arg type="a{sv}" direction="out"/></method>
        <property name="AvailableSourceTypes" type="u" access="read"/><property name="AvailableCursorModes" type="u" access="read"/>
        <property name="version" type="u" access="read"/></interface>
        <interface name="org.freedesktop.impl.portal.Inhibit"><method name="Inhibit"><arg type="o" direction="in"/><arg type="s" direction="in"/>
            <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="a{sv}" direction="in"/></method></interface>'''
    REQUEST = '<interface name="org.freedesktop.impl.portal.Request"><method name="Close"/></interface>'
    CLOSABLE = '''<node><interface name="org.freedesktop.impl.portal.Session"><method name="Close"/><signal name="Closed"/>
        <property name="version" type="u" access="read"/></interface></node>'''
    PROGRAM = '/usr/libexec/xdg-desktop-portal'
    AvailableSourceTypes = GLib.Variant('u', 3)  # screens and windows
    AvailableCursorModes = GLib.Variant('u', 7)
    version = GLib.Variant('u', 5)

    def __init__(self, desktop):
        self.inhibited = {}  # by path of the request: what is kept from happening, and why
        super().__init__(desktop, self.NAME)
        folder = os.path.join(desktop.home, 'portals')
        os.makedirs(folder)
        with open(os.path.join(folder, 'test.portal'), 'w') as file:
            file.write(f'[portal]\nDBusName={self.NAME}\nInterfaces=org.freedesktop.impl.portal.ScreenCast;org.freedesktop.impl.portal.Inhibit;\nUseIn=test\n')
        with open(os.path.join(folder, 'portals.conf'), 'w') as file:
            file.write('[preferred]\ndefault=test\n')
        desktop.start(program=self.PROGRAM, environment={'XDG_DESKTOP_PORTAL_DIR': folder}, stderr=subprocess.DEVNULL)
        wait(lambda: is_owned('org.freedesktop.portal.Desktop'), 'the portal')

    def on_call(self, _connection, sender, path, interface, method, arguments, invocation):
        if interface == 'org.freedesktop.impl.portal.Session':
            invocation.return_value(None)
            self.end(path)
        elif interface == 'org.freedesktop.impl.portal.Request':
            invocation.return_value(None)
            del self.inhibited[path]
        elif method == 'Inhibit':
            request, _application, _window, flags, options = arguments.unpack()
            self.register(request, self.REQUEST)
            self.inhibited[request] = (flags, options['reason'])
            invocation.return_value(None)
        else:
            answer, results = getattr(self, method)(sender, *arguments.unpack())
            invocation.return_value(GLib.Variant('(ua{sv})', (answer, results)))

    def CreateSession(self, sender, _request, session, _application, _options):
        self.connection.register_object(session, Gio.DBusNodeInfo.new_for_xml(self.CLOSABLE).interfaces[0], self.on_call, self.on_get, None)
        self.sessions[session] = (sender, None)
        return SHARES, {}

    def SelectSources(self, _sender, _request, _session, _application, _options):
        return SHARES, {}

    def Start(self, sender, _request, session, _application, _parent, _options):
        if self.will != SHARES:
            return self.will, {}
        stream, node = self.show('screen')
        self.sessions[session] = (sender, stream)
        return SHARES, {'streams': GLib.Variant('a(ua{sv})', [(node, {})])}

    def stop(self):
        """The user stops it in the desktop's own menu."""
        for session, (sender, _stream) in list(self.sessions.items()):
            self.connection.emit_signal(None, session, 'org.freedesktop.impl.portal.Session', 'Closed', None)
            self.end(session)
