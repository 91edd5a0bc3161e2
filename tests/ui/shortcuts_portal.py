# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop portal that has global shortcuts and little else, on a connection of its own. The test says what its user answers."""

from session import Service

from gi.repository import GLib

NAME = 'org.freedesktop.portal.Desktop'
SHORTCUTS = 'org.freedesktop.portal.GlobalShortcuts'
SESSION = 'org.freedesktop.portal.Session'
REQUEST = 'org.freedesktop.portal.Request'

DONE, REFUSED, FAILED = range(3)


class ShortcutsPortal(Service):
    INTERFACES = f'''<interface name="{SHORTCUTS}"><property name="version" type="u" access="read"/>
        <method name="CreateSession"><arg type="a{{sv}}" direction="in"/><arg type="o" direction="out"/></method>
        <method name="BindShortcuts"><arg type="o" direction="in"/><arg type="a(sa{{sv}})" direction="in"/><arg type="s" direction="in"/>
        <arg type="a{{sv}}" direction="in"/><arg type="o" direction="out"/></method>
        <method name="ConfigureShortcuts"><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="a{{sv}}" direction="in"/></method>
        </interface>
        <interface name="org.freedesktop.host.portal.Registry"><method name="Register"><arg type="s" direction="in"/>
        <arg type="a{{sv}}" direction="in"/></method></interface>'''
    PATH = '/org/freedesktop/portal/desktop'
    HANDLE = '<interface name="{}"><method name="Close"/></interface>'

    def __init__(self, answer=DONE, trigger='Super+Alt+M'):
        self.answer = answer    # None: the user has not answered yet
        self.trigger = trigger  # None: of no shortcut
        self.sender = None      # the application
        self.registered = None  # what it calls itself
        self.sessions = []
        self.closed = []
        self.bound = []         # (session, shortcuts) of each question
        self.configured = []
        self.request = None     # what waits for an answer
        self.version = GLib.Variant('u', 2)
        super().__init__(NAME)

    def on_call(self, connection, sender, path, interface, method, arguments, invocation):
        self.sender = sender
        if method == 'Close':
            self.closed.append(path)
            invocation.return_value(None)
        else:
            super().on_call(connection, sender, path, interface, method, arguments, invocation)
            self.answer_request()

    def handle(self, kind, token, interface):
        path = f'{self.PATH}/{kind}/{self.sender[1:].replace(".", "_")}/{token}'
        self.register(path, self.HANDLE.format(interface))
        return path

    def Register(self, application, options):
        self.registered = application

    def CreateSession(self, options):
        session = self.handle('session', options['session_handle_token'], SESSION)
        self.sessions.append(session)
        self.request = self.handle('request', options['handle_token'], REQUEST), None
        return GLib.Variant('(o)', (self.request[0],))

    def BindShortcuts(self, session, shortcuts, window, options):
        self.bound.append((session, shortcuts))
        self.request = self.handle('request', options['handle_token'], REQUEST), shortcuts
        return GLib.Variant('(o)', (self.request[0],))

    def ConfigureShortcuts(self, session, window, options):
        self.configured.append(session)

    def answer_request(self):
        """A session is made without asking anybody."""
        if self.request is None or self.request[1] is not None and self.answer is None:
            return
        path, shortcuts = self.request
        self.request = None
        if shortcuts is None:
            self.emit(path, REQUEST, 'Response', GLib.Variant('(ua{sv})', (DONE, {'session_handle': GLib.Variant('s', self.sessions[-1])})))
        elif isinstance(self.answer, GLib.Variant):
            self.emit(path, REQUEST, 'Response', self.answer)
        else:
            self.emit(path, REQUEST, 'Response', GLib.Variant('(ua{sv})', (self.answer, {'shortcuts': self.described()})))

    def described(self):
        details = {'description': GLib.Variant('s', 'Mute'), 'trigger_description': GLib.Variant('s', self.trigger or '')}
        return GLib.Variant('a(sa{sv})', [('mute', details)] if self.trigger is not None else [])

    def answers(self, answer):
        self.answer = answer
        self.answer_request()

    def activates(self, session=None, shortcut='mute', connection=None):
        """The keys are pressed; `connection` is that of somebody else who says so."""
        arguments = GLib.Variant('(osta{sv})', (session or self.sessions[-1], shortcut, 0, {}))
        self.emit(self.PATH, SHORTCUTS, 'Activated', arguments, connection)

    def changes(self, trigger):
        self.trigger = trigger
        self.emit(self.PATH, SHORTCUTS, 'ShortcutsChanged',
                  GLib.Variant.new_tuple(GLib.Variant('o', self.sessions[-1]), self.described()))

    def ends_session(self):
        self.emit(self.sessions[-1], SESSION, 'Closed', GLib.Variant('(a{sv})', ({},)))

    def emit(self, path, interface, signal, arguments, connection=None):
        """Has been passed on by the bus when this returns."""
        connection = connection or self.connection
        connection.emit_signal(self.sender, path, interface, signal, arguments)
        connection.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'GetId', None, None, 0, -1, None)

    def vanishes(self):
        self.connection.close_sync(None)
