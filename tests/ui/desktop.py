# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the application as a person would: a screen (Xvfb), a session bus, the accessibility bus, a mouse and a keyboard.

A test is a program that prints TAP. It makes a Desktop, starts Yonder on it, looks for widgets by role and name and acts on them;
whatever it waits for is awaited with a generous deadline, never slept for.
"""

import io
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402
from PIL import Image, ImageChops  # noqa: E402

YONDER = os.environ['YONDER']
SCREENSHOTS = pathlib.Path(os.environ['YONDER_SCREENSHOTS'])
DEADLINE_S = 30

# A role that somebody acts on or that stands for a picture; it must have a name.
NAMED_ROLES = {
    Atspi.Role.BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.CHECK_BOX, Atspi.Role.ENTRY, Atspi.Role.PASSWORD_TEXT, Atspi.Role.TEXT,
    Atspi.Role.LINK, Atspi.Role.MENU_ITEM, Atspi.Role.CHECK_MENU_ITEM, Atspi.Role.RADIO_MENU_ITEM, Atspi.Role.SWITCH, Atspi.Role.SLIDER,
    Atspi.Role.COMBO_BOX, Atspi.Role.LIST_ITEM, Atspi.Role.PAGE_TAB, Atspi.Role.IMAGE, Atspi.Role.DIALOG, Atspi.Role.FRAME,
}


class Failure(Exception):
    pass


def wait(condition, what, seconds=DEADLINE_S):
    """Iterates the main context until condition() gives something; that is returned."""
    context = GLib.MainContext.default()
    deadline = time.monotonic() + seconds
    while True:
        while context.pending():
            context.iteration(False)
        try:
            found = condition()
        except GLib.Error:  # a widget that went away while it was looked at
            found = None
        if found:
            return found
        if time.monotonic() > deadline:
            raise Failure(f'waited {seconds} s in vain for {what}')
        time.sleep(0.05)


class Tap:
    """Each case is a function; what it raises is its failure."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def case(self, name, function, *arguments, vital=False):
        """Runs a case. After a vital one has failed the others have nothing to stand on: the program ends."""
        self.number += 1
        try:
            result = function(*arguments)
        except Exception as error:  # every failure is one line and the program goes on
            self.failed += 1
            print(f'not ok {self.number} - {name}')
            where = [frame for frame in traceback.extract_tb(error.__traceback__) if pathlib.Path(frame.filename).name.startswith('test-')]
            lines = str(error).splitlines() + [f'in {frame.name}, line {frame.lineno}: {frame.line}' for frame in where]
            print('\n'.join(f'# {line}' for line in lines), flush=True)
            if vital:
                print(f'1..{self.number}', flush=True)
                raise SystemExit(1) from error
            return None
        print(f'ok {self.number} - {name}', flush=True)
        return result

    def skip(self, name, why):
        self.number += 1
        print(f'ok {self.number} - {name} # SKIP {why}', flush=True)

    def done(self):
        print(f'1..{self.number}')
        sys.exit(1 if self.failed else 0)


class Widget:
    """An accessible, asked anew each time."""

    def __init__(self, accessible):
        self.accessible = accessible

    @property
    def name(self):
        # GTK does not tell when the text of a label changes, so what is cached of it is not to be trusted.
        if self.accessible.get_role() == Atspi.Role.LABEL:
            self.accessible.clear_cache_single()
        return self.accessible.get_name() or ''

    @property
    def role(self):
        return self.accessible.get_role()

    def has(self, state):
        return self.accessible.get_state_set().contains(state)

    @property
    def is_showing(self):
        return self.has(Atspi.StateType.SHOWING)

    @property
    def is_pressed(self):
        return self.has(Atspi.StateType.PRESSED) or self.has(Atspi.StateType.CHECKED)

    @property
    def is_sensitive(self):
        return self.has(Atspi.StateType.SENSITIVE)

    def children(self):
        try:
            accessibles = [self.accessible.get_child_at_index(index) for index in range(self.accessible.get_child_count())]
        except GLib.Error:  # it went away meanwhile
            return
        yield from (Widget(accessible) for accessible in accessibles if accessible is not None)

    def walk(self):
        yield self
        for child in self.children():
            yield from child.walk()

    def click(self):
        """Does what a click does. A menu button is a button around the one that can be pressed."""
        for widget in self.walk():
            action = widget.accessible.get_action_iface()
            if action is not None and action.get_n_actions() > 0:
                action.do_action(0)
                return
        raise Failure(f'nothing can be done with {self.describe()}')

    def type(self, text):
        """Replaces the text, as select-all and typing would."""
        editable = self.accessible.get_editable_text_iface()
        length = Atspi.Text.get_character_count(self.accessible)
        if length > 0:
            editable.delete_text(0, length)
        if text:
            editable.insert_text(0, text, len(text.encode()))

    def describe(self):
        return f'{self.role.value_nick} “{self.name}”'


class Desktop:
    """A screen without window manager, and what was started on it."""

    def __init__(self, width=1300, height=900):
        self.processes = []
        self.home = tempfile.mkdtemp(prefix='yonder-desktop-')
        reader, writer = os.pipe()
        self.xvfb = subprocess.Popen(
            ['Xvfb', '-displayfd', str(writer), '-screen', '0', f'{width}x{height}x24', '-nolisten', 'tcp'],
            pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as stream:
            self.display = ':' + stream.readline().strip()
        os.environ['DISPLAY'] = self.display
        subprocess.run(['xsetroot', '-solid', '#777777'], check=False, stderr=subprocess.DEVNULL) if shutil.which('xsetroot') else None
        Atspi.init()

    def environment(self, extra=None):
        environment = dict(os.environ)
        for variable in ('YONDER_SERVER', 'YONDER_TOKEN', 'YONDER_ICE_SERVERS', 'WAYLAND_DISPLAY', 'NO_AT_BRIDGE'):
            environment.pop(variable, None)
        environment.update({
            'DISPLAY': self.display, 'GDK_BACKEND': 'x11', 'GSK_RENDERER': 'cairo', 'GTK_A11Y': 'atspi',
            'GSETTINGS_BACKEND': 'memory', 'XDG_CONFIG_HOME': f'{self.home}/config', 'XDG_DATA_HOME': f'{self.home}/data',
            'XDG_CACHE_HOME': f'{self.home}/cache', 'ADW_DISABLE_PORTAL': '1', 'LC_ALL': 'C.UTF-8',
        })
        environment.update(extra or {})
        return environment

    def start(self, *arguments, program=None, environment=None, **options):
        process = subprocess.Popen([program or YONDER, *arguments], env=self.environment(environment), **options)
        self.processes.append(process)
        return process

    def yonder(self, *arguments, environment=None):
        """Starts the application and waits until it is on the accessibility bus."""
        process = self.start(*arguments, environment=environment)
        desktop = Atspi.get_desktop(0)

        def find():
            if process.poll() is not None:
                raise Failure(f'yonder ended with status {process.returncode}')
            for index in range(desktop.get_child_count()):
                child = desktop.get_child_at_index(index)
                if child is not None and child.get_process_id() == process.pid and child.get_child_count() > 0:
                    return Application(self, process, child)
            return None

        return wait(find, 'the application on the accessibility bus')

    def screenshot(self):
        """What is on the screen, as a picture."""
        data = subprocess.run(['import', '-silent', '-window', 'root', 'png:-'], env=self.environment(), check=True, capture_output=True).stdout
        return Image.open(io.BytesIO(data)).convert('RGB')

    def xdotool(self, *arguments):
        return subprocess.run(['xdotool', *map(str, arguments)], env=self.environment(), check=True, capture_output=True, text=True).stdout

    def move_pointer(self, x, y):
        self.xdotool('mousemove', x, y)

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.xvfb.terminate()
        self.xvfb.wait()
        shutil.rmtree(self.home, ignore_errors=True)


class Application:
    """Yonder on the accessibility bus."""

    def __init__(self, desktop, process, accessible):
        self.desktop = desktop
        self.process = process
        self.root = Widget(accessible)

    def windows(self):
        return list(self.root.children())

    def all(self, role=None, name=None, within=None, showing=True):
        pattern = re.compile(name) if name is not None else None
        for widget in (within or self.root).walk():
            try:
                matches = (role is None or widget.role == role) and (not showing or widget.is_showing) and \
                    (pattern is None or pattern.search(widget.name))
            except GLib.Error:  # it went away meanwhile
                continue
            if matches:
                yield widget

    def find(self, name=None, role=None, within=None, seconds=DEADLINE_S):
        """The first widget whose name matches, once there is one."""
        return wait(lambda: next(self.all(role, name, within), None), f'{role.value_nick if role else "a widget"} “{name}”', seconds)

    def gone(self, name=None, role=None, seconds=DEADLINE_S):
        """Waits until no such widget shows."""
        wait(lambda: next(self.all(role, name), None) is None, f'“{name}” to go away', seconds)

    def button(self, name, **options):
        return wait(lambda: next((widget for widget in self.all(None, name)
                                  if widget.role in (Atspi.Role.BUTTON, Atspi.Role.TOGGLE_BUTTON) and widget.is_sensitive), None),
                    f'a button “{name}” that can be pressed', **options)

    def says(self, pattern, **options):
        """A label with that text."""
        return self.find(pattern, Atspi.Role.LABEL, **options)

    # Windows on the screen

    def x_window(self, title):
        def find():
            result = subprocess.run(['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(self.process.pid), '--name', f'^{title}$'],
                                    env=self.desktop.environment(), capture_output=True, text=True).stdout.split()
            return result[0] if result else None
        return wait(find, f'a window titled {title}')

    def place(self, title, x, y):
        """Puts a window where no other one covers it (there is no window manager), gives it the keyboard; returns its box."""
        window = self.x_window(title)
        self.desktop.xdotool('windowmove', '--sync', window, x, y) if (x, y) != (0, 0) else self.desktop.xdotool('windowmove', window, 0, 0)
        self.desktop.xdotool('windowraise', window)
        self.desktop.xdotool('windowfocus', window)
        return self.box(title)

    def box(self, title):
        geometry = dict(re.findall(r'(\w+)=(-?\d+)', self.desktop.xdotool('getwindowgeometry', '--shell', self.x_window(title))))
        x, y, width, height = (int(geometry[key]) for key in ('X', 'Y', 'WIDTH', 'HEIGHT'))
        return (x, y, x + width, y + height)

    def resize(self, title, width, height):
        self.desktop.xdotool('windowsize', self.x_window(title), width, height)
        wait(lambda: self.box(title)[2] - self.box(title)[0] == width, f'{title} to be {width} pixels wide')

    def wake(self, title):
        """Moves the pointer over the window, so that hidden controls come back."""
        left, top, right, bottom = self.box(title)
        self.wakes = getattr(self, 'wakes', 0) + 1
        self.desktop.move_pointer(left + 60 + self.wakes % 2 * 30, top + (bottom - top) // 2)

    def key(self, title, *keys):
        self.desktop.xdotool('windowfocus', '--sync', self.x_window(title))
        for key in keys:
            self.desktop.xdotool('key', key)

    def picture(self, title):
        """What the window shows now."""
        return self.desktop.screenshot().crop(self.box(title))

    def save(self, title, name):
        """Keeps a picture of the window once it has stopped changing (or after two seconds: some never do)."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        before = self.picture(title)
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            wait(lambda: True, 'nothing')
            time.sleep(0.25)
            now = self.picture(title)
            if now.size == before.size and ImageChops.difference(now, before).getbbox() is None:
                break
            before = now
        before.save(SCREENSHOTS / f'{name}.png')

    def unnamed(self):
        """Every control and picture that a screen reader could not name."""
        return [f'{widget.describe()} in {path}' for widget, path in self._walk_showing(self.root, '')
                if widget.role in NAMED_ROLES and not widget.name.strip()]

    def _walk_showing(self, widget, path):
        for child in widget.children():
            if child.is_showing:
                here = f'{path} > {child.describe()}'
                yield child, path
                yield from self._walk_showing(child, here)

    def quit(self):
        """Quits as Ctrl+Q does, and gives the exit status."""
        self.process.send_signal(signal.SIGTERM) if not self.windows() else self.key(self._any_title(), 'ctrl+q')
        return self.process.wait(60)

    def _any_title(self):
        return next(window.name for window in self.windows() if window.name)


def is_black(picture):
    return max(high for low, high in picture.getextrema()) < 24


def differ(one, other):
    """Share of pixels that are clearly not the same."""
    difference = ImageChops.difference(one, other).convert('L').point(lambda value: 255 if value > 24 else 0)
    return sum(difference.histogram()[128:]) / (one.width * one.height)
