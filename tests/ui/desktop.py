# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the application as a person would: a screen (Xvfb), a session bus, the accessibility bus, a mouse and a keyboard.

A test is a program that prints TAP. It makes a Desktop, starts Yonder on it, looks for widgets by role and name and acts on them;
whatever it waits for is awaited with a generous deadline, never slept for.
"""

import atexit
import io
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, Gio, GLib  # noqa: E402 (of Atspi only the names of roles and states)
from PIL import Image, ImageChops  # noqa: E402

YONDER = os.environ['YONDER']
SCREENSHOTS = pathlib.Path(os.environ['YONDER_SCREENSHOTS'])
# GTK's gtk-double-click-distance is 5: clicks that are farther apart have nothing to do with one another
DOUBLE_CLICK_PX = 8
DEADLINE_S = 90
# of each language that Yonder speaks besides English
LOCALES = {'de': 'de_DE', 'es': 'es_ES', 'fr': 'fr_FR', 'pt_BR': 'pt_BR', 'ru': 'ru_RU'}

# A role that somebody acts on or that stands for a picture; it must have a name.
NAMED_ROLES = {
    Atspi.Role.BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.CHECK_BOX, Atspi.Role.ENTRY, Atspi.Role.PASSWORD_TEXT, Atspi.Role.TEXT,
    Atspi.Role.LINK, Atspi.Role.SWITCH, Atspi.Role.SLIDER, Atspi.Role.COMBO_BOX, Atspi.Role.LIST_ITEM, Atspi.Role.PAGE_TAB, Atspi.Role.IMAGE, Atspi.Role.DIALOG, Atspi.Role.FRAME,
}

TEXT_ROLES = {Atspi.Role.LABEL, Atspi.Role.HEADING}


class Failure(Exception):
    pass


def wait(condition, what, seconds=DEADLINE_S):
    """Iterates the main context until condition() gives something; that is returned."""
    context = GLib.MainContext.default()
    deadline = time.monotonic() + seconds
    while True:
        while context.pending():
            context.iteration(False)
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Failure(f'waited {seconds} s in vain for {what}')
        time.sleep(0.05)


class Tap:
    """Each case is a function; what it raises is its failure, and what the screen showed then is kept."""

    def __init__(self, desktop):
        self.desktop = desktop
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
            # to the error stream: of a program that prints TAP, that is what is shown where it fails
            print('\n'.join(f'# {name}: {line}' for line in lines), file=sys.stderr, flush=True)
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            self.desktop.screenshot().save(SCREENSHOTS / f'failure-{pathlib.Path(sys.argv[0]).stem}-{self.number}.png')
            if vital:
                print(f'1..{self.number}', flush=True)
                self.desktop.close()
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


class AccessibilityBus:
    """Asks many things at once: a busy application answers one message each time round its main loop, so one question after the
    other would take seconds for a window."""

    REGISTRY = ('org.a11y.atspi.Registry', '/org/a11y/atspi/accessible/root')

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, None, 0, -1, None).unpack()[0]
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)

    def ask(self, questions):
        """Each question is (object, interface, method, arguments); gives the answers in that order, None for what failed."""
        answers = [None] * len(questions)
        left = len(questions)

        def answered(connection, result, index):
            nonlocal left
            left -= 1
            try:
                answers[index] = connection.call_finish(result).unpack()
            except GLib.Error:  # the widget went away meanwhile, or cannot do that
                pass

        for index, ((name, path), interface, method, arguments) in enumerate(questions):
            self.connection.call(name, path, interface, method, arguments, None, 0, 30000, None, answered, index)
        while left > 0:
            GLib.MainContext.default().iteration(True)
        return answers

    def ask_one(self, place, interface, method, arguments=None):
        return self.ask([(place, f'org.a11y.atspi.{interface}', method, arguments)])[0]

    def property(self, place, interface, name):
        arguments = GLib.Variant('(ss)', (f'org.a11y.atspi.{interface}', name))
        answer = self.ask([(place, 'org.freedesktop.DBus.Properties', 'Get', arguments)])[0]
        return answer[0] if answer is not None else None

    def applications(self):
        """The applications on the bus, as (process id, place)."""
        places = (self.ask_one(self.REGISTRY, 'Accessible', 'GetChildren') or ([],))[0]
        daemon = ('org.freedesktop.DBus', '/org/freedesktop/DBus')
        ids = self.ask([(daemon, daemon[0], 'GetConnectionUnixProcessID', GLib.Variant('(s)', (name,))) for name, path in places])
        return [(answer[0], place) for answer, place in zip(ids, places) if answer is not None]

    def look(self, place, showing=True):
        """The tree of widgets below an application as it is now; with `showing` without what does not show."""
        root = Widget(self, place, None)
        level = [root]
        while level:
            name = GLib.Variant('(ss)', ('org.a11y.atspi.Accessible', 'Name'))
            answers = self.ask([question for widget in level for question in (
                (widget.place, 'org.a11y.atspi.Accessible', 'GetRole', None),
                (widget.place, 'org.a11y.atspi.Accessible', 'GetState', None),
                (widget.place, 'org.freedesktop.DBus.Properties', 'Get', name),
                (widget.place, 'org.a11y.atspi.Accessible', 'GetChildren', None))])
            below = []
            for index, widget in enumerate(level):
                role, states, name, children = answers[4 * index:4 * index + 4]
                if None in (role, states, name, children):
                    continue
                widget.role = Atspi.Role(role[0])
                widget.states = states[0][0] | states[0][1] << 32
                widget.name = name[0]
                if widget is root or widget.is_showing or not showing:
                    widget.parent is None or widget.parent.children.append(widget)
                    below += [Widget(self, child, widget) for child in children[0]]
            level = below
        return root


class Widget:
    """A widget as it was when it was looked at."""

    def __init__(self, bus, place, parent):
        self.bus = bus
        self.place = place
        self.parent = parent
        self.children = []
        self.role = Atspi.Role.INVALID
        self.states = 0
        self.name = ''

    def has(self, state):
        return bool(self.states >> int(state) & 1)

    @property
    def is_showing(self):
        return self.has(Atspi.StateType.SHOWING)

    @property
    def is_pressed(self):
        return self.has(Atspi.StateType.PRESSED) or self.has(Atspi.StateType.CHECKED)

    @property
    def is_sensitive(self):
        return self.has(Atspi.StateType.SENSITIVE)

    @property
    def is_editable(self):
        return self.has(Atspi.StateType.EDITABLE)

    @property
    def shortcuts(self):
        return ((self.bus.ask_one(self.place, 'Accessible', 'GetAttributes') or ({},))[0]).get('keyshortcuts', '').split()

    @property
    def text(self):
        return (self.bus.ask_one(self.place, 'Text', 'GetText', GLib.Variant('(ii)', (0, -1))) or ('',))[0]

    @property
    def description(self):
        return self.bus.property(self.place, 'Accessible', 'Description') or ''

    @property
    def extents(self):
        """Its place in the window and its size: x, y, width, height."""
        in_window = 1
        answer = self.bus.ask_one(self.place, 'Component', 'GetExtents', GLib.Variant('(u)', (in_window,)))
        if answer is None:
            raise Failure(f'{self.describe()} is gone')
        return answer[0]

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def has_action(self):
        """Whoever asks for their number (NActions) has GTK 4.18 lose the list that it counts."""
        return bool((self.bus.ask_one(self.place, 'Action', 'GetActions') or ([],))[0])

    def click(self):
        """Does what a click does. A menu button is a button around the one that can be pressed."""
        for widget in self.walk():
            if widget.has_action:
                self.bus.ask_one(widget.place, 'Action', 'DoAction', GLib.Variant('(i)', (0,)))
                return
        raise Failure(f'nothing can be done with {self.describe()}')

    def type(self, text):
        """Replaces the text, as select-all and typing would."""
        length = self.bus.property(self.place, 'Text', 'CharacterCount') or 0
        if length > 0:
            self.bus.ask_one(self.place, 'EditableText', 'DeleteText', GLib.Variant('(ii)', (0, length)))
        if text:
            self.bus.ask_one(self.place, 'EditableText', 'InsertText', GLib.Variant('(isi)', (0, text, len(text.encode()))))

    def describe(self):
        return f'{self.role.value_nick} “{self.name}”'


class Desktop:
    """A screen (of X11, without window manager), and what was started on it."""

    def __init__(self, width=1300, height=900):
        self.processes = []
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        atexit.register(self.close)
        self.home = tempfile.mkdtemp(prefix='yonder-desktop-')
        self.screen = self.open_screen(width, height)
        self.bus = AccessibilityBus()

    def open_screen(self, width, height):
        """Starts the display server; its variables are set for what is started on it.

        It would start afresh whenever its last client leaves, and whoever connects meanwhile would wait for ever: -noreset."""
        reader, writer = os.pipe()
        screen = subprocess.Popen(
            ['Xvfb', '-displayfd', str(writer), '-screen', '0', f'{width}x{height}x24', '-nolisten', 'tcp', '-noreset'],
            pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as stream:
            os.environ['DISPLAY'] = ':' + stream.readline().strip()
        os.environ['GDK_BACKEND'] = 'x11'
        return screen

    def application(self, process, place):
        return Application(self, process, place)

    def environment(self, extra=None):
        environment = dict(os.environ)
        for variable in ('YONDER_SERVER', 'YONDER_TOKEN', 'YONDER_ICE_SERVERS', 'NO_AT_BRIDGE'):
            environment.pop(variable, None)
        environment.update({
            'GSK_RENDERER': 'cairo', 'GTK_A11Y': 'atspi',
            'GSETTINGS_BACKEND': 'memory', 'XDG_CONFIG_HOME': f'{self.home}/config', 'XDG_DATA_HOME': f'{self.home}/data',
            'XDG_CACHE_HOME': f'{self.home}/cache', 'ADW_DISABLE_PORTAL': '1', 'LC_ALL': 'C.UTF-8',
        })
        environment.update(extra or {})
        return environment

    def make_locale(self, name):
        """Makes a locale that the system need not have, and gives the environment in which a program finds it."""
        folder = f'{self.home}/locale'
        os.makedirs(folder, exist_ok=True)
        subprocess.run(['localedef', '-i', name, '-f', 'UTF-8', f'{folder}/{name}.UTF-8'], check=True, capture_output=True)
        return {'LOCPATH': folder, 'LC_ALL': f'{name}.UTF-8'}

    def set_up_gtk(self, **settings):
        """Writes GTK's own settings, for what starts afterwards.

        Where pages are pushed, gtk_enable_animations is to be off: GTK 4.18 loses what it drew of a page when a frame comes at the very
        end of the movement (gtk_snapshot_collect_clip() with a clip that has no width), which counts as a leak."""
        folder = pathlib.Path(self.home, 'config', 'gtk-4.0')
        folder.mkdir(parents=True)
        lines = [f'{name.replace("_", "-")}={value}\n' for name, value in settings.items()]
        (folder / 'settings.ini').write_text(''.join(['[Settings]\n', *lines]))

    def install_manual(self):
        """Where a package puts it, with a program that says what it was given to read; gives the environment in which both are found."""
        for page in (pathlib.Path(YONDER).parents[2] / 'docs' / 'manual').glob('*.html'):
            place = self.manual_place(page.stem)
            place.parent.mkdir(parents=True)
            shutil.copy(page, place)
        reader = pathlib.Path(self.home, 'reader')
        reader.write_text(f'#!/bin/sh\necho "$1" > {self.home}/read\n')
        reader.chmod(0o755)
        applications = pathlib.Path(self.home, 'data', 'applications')
        applications.mkdir(parents=True)
        (applications / 'reader.desktop').write_text(f'[Desktop Entry]\nType=Application\nName=Reader\nExec={reader} %f\nMimeType=text/html;\n')
        config = pathlib.Path(self.home, 'config')
        config.mkdir(exist_ok=True)
        (config / 'mimeapps.list').write_text('[Default Applications]\ntext/html=reader.desktop\n')
        return {'XDG_DATA_DIRS': f'{self.home}/share:/usr/local/share:/usr/share'}

    def manual_place(self, language):
        return pathlib.Path(self.home, 'share', 'help', language, 'yonder', f'{language}.html')

    def manual_opened(self, language):
        """The manual in that language, if it is what was opened last, or else None."""
        manual = self.manual_place(language)
        told = pathlib.Path(self.home, 'read')
        return manual.read_text() if told.exists() and told.read_text().strip() == str(manual) else None

    def start(self, *arguments, program=None, environment=None, **options):
        process = subprocess.Popen([program or YONDER, *arguments], env=self.environment(environment), **options)
        self.processes.append(process)
        return process

    def yonder(self, *arguments, program=None, environment=None):
        """Starts the application, itself or by a program that becomes it, and waits until it is on the accessibility bus."""
        process = self.start(*arguments, program=program, environment=environment)

        def find():
            if process.poll() is not None:
                raise Failure(f'yonder ended with status {process.returncode}')
            for pid, place in self.bus.applications():
                if pid == process.pid and self.bus.look(place).children:
                    return self.application(process, place)
            return None

        return wait(find, 'the application on the accessibility bus')

    def screenshot(self, box=None):
        """What is on the screen, or in a part of it, as a picture."""
        left, top, right, bottom = box or (0, 0, 0, 0)
        part = ['-crop', f'{right - left}x{bottom - top}+{left}+{top}', '+repage'] if box is not None else []
        data = subprocess.run(['import', '-silent', '-window', 'root', *part, '-depth', '8', 'ppm:-'], env=self.environment(), check=True,
                              capture_output=True, timeout=DEADLINE_S).stdout
        return Image.open(io.BytesIO(data)).convert('RGB')

    def xdotool(self, *arguments):
        return subprocess.run(['xdotool', *map(str, arguments)], env=self.environment(), check=True, capture_output=True, text=True,
                              timeout=DEADLINE_S).stdout

    def move_pointer(self, x, y):
        self.xdotool('mousemove', x, y)

    def close(self):
        """Ends what was started; also at the end of the program, whatever ended it."""
        atexit.unregister(self.close)
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.screen.terminate()
        self.screen.wait()
        shutil.rmtree(self.home, ignore_errors=True)


class Application:
    """Yonder on the accessibility bus."""

    def __init__(self, desktop, process, place):
        self.desktop = desktop
        self.process = process
        self.clicked = None
        self.accessible = place
        self.wakes = 0
        self.stirring = None  # an event that ends it

    def expect_alive(self):
        if self.process.poll() is not None:
            raise Failure(f'yonder ended with status {self.process.returncode}')

    def look(self, showing=True):
        self.expect_alive()
        return self.desktop.bus.look(self.accessible, showing)

    def windows(self):
        return self.look().children

    def all(self, role=None, name=None):
        """The widgets that show, of that role and with a name that matches."""
        for widget in self.look().walk():
            if (role is None or widget.role == role) and (name is None or re.search(name, widget.name)):
                yield widget

    def find(self, name=None, role=None, seconds=DEADLINE_S):
        """The first widget whose name matches, once there is one."""
        return wait(lambda: next(self.all(role, name), None), f'{role.value_nick if role else "a widget"} “{name}”', seconds)

    def stir(self, title):
        """Keeps the pointer moving over a window, so that its controls stay, until rest()."""
        self.rest()
        left, top, right, bottom = self.box(title)
        self.stirring = threading.Event()

        def move(ended):
            while not ended.wait(0.7):
                self.wakes += 1
                self.desktop.move_pointer(left + 60 + self.wakes % 2 * 30, top + (bottom - top) // 2)

        threading.Thread(target=move, args=[self.stirring], daemon=True).start()

    def rest(self):
        if self.stirring is not None:
            self.stirring.set()
        self.stirring = None

    def gone(self, name=None, role=None, seconds=DEADLINE_S):
        """Waits until no such widget shows."""
        wait(lambda: next(self.all(role, name), None) is None, f'“{name}” to go away', seconds)

    def button(self, name, **options):
        return wait(lambda: next((widget for widget in self.all(None, name)
                                         if widget.role in (Atspi.Role.BUTTON, Atspi.Role.TOGGLE_BUTTON) and widget.is_sensitive), None),
                           f'a button “{name}” that can be pressed', **options)

    def dismiss_notices(self, title=None, dismiss='Dismiss'):
        """Until none is left, in that window or in all: they would cover what is to be seen. @dismiss: what their button is called."""
        def left():
            windows = [window for window in self.windows() if title in (None, window.name)]
            return [widget for window in windows for widget in window.walk() if widget.role == Atspi.Role.BUTTON and widget.name == dismiss]

        def none_is_left():
            for button in left():
                try:
                    button.click()
                except Failure:  # it has just gone
                    pass
            return not left()

        wait(none_is_left, 'the notices to go')

    def says(self, pattern, **options):
        """A label or a heading with that text."""
        return wait(lambda: next((label for label in self.all(None, pattern) if label.role in TEXT_ROLES), None), f'“{pattern}”', **options)

    def choose(self, menu, mnemonic):
        """Opens a menu and chooses the item with that mnemonic. GTK 4.18 gives items no name, only the label they are labelled by."""
        self.button(menu).click()
        wait(lambda: next((item for item in self.all(Atspi.Role.MENU_ITEM) if f'Alt+{mnemonic}' in item.shortcuts), None),
             f'a menu item with the mnemonic {mnemonic}').click()

    def field(self, name):
        """The text of an entry or of a row: a row has the name too, and the text is inside."""
        return wait(lambda: next((widget for widget in self.all(None, f'^{re.escape(name)}$') if widget.is_editable), None), f'the field “{name}”')

    def scroll_to(self, title, find):
        """Turns the wheel over the window until what find() gives lies well inside it; returns its box on the screen."""
        left, top, right, bottom = self.box(title)

        def where():
            widget = find()
            if widget is None:
                return None
            x, y, width, height = widget.extents
            too_low, too_high = top + y + height - (bottom - 60), 100 - y
            if max(too_low, too_high) > 0:
                self.desktop.move_pointer(left + x + width // 2, (top + bottom) // 2)
                self.desktop.xdotool('click', '--repeat', 1 + max(too_low, too_high) // 100, '--delay', 20, 5 if too_low > 0 else 4)
                return None
            return (left + x, top + y, left + x + width, top + y + height)

        return wait(where, 'it to be scrolled to')

    def press(self, title, find):
        """Clicks with the mouse: rows have no action of their own on the accessibility bus."""
        left, top, right, bottom = self.scroll_to(title, find)
        self.click_at((left + right) // 2, (top + bottom) // 2)

    def press_tab(self, title, name):
        """Clicks on a tab of a bar, which has no action of its own either, and needs no scrolling. A window that is just going may lie over it
        and take the click: then it is clicked on again."""
        def is_chosen():
            tab = [*self.all(Atspi.Role.PAGE_TAB, f'^{name}$')][-1:]  # that of a dialog, where there is one: it lies above
            if tab and not tab[0].has(Atspi.StateType.SELECTED):
                self.press_here(title, tab[0])
            return tab and tab[0].has(Atspi.StateType.SELECTED)

        wait(is_chosen, f'the tab “{name}” to be chosen')

    def press_here(self, title, widget):
        """Clicks with the mouse on what can be seen without scrolling, such as a row at the top of a list."""
        left, top, right, bottom = self.box(title)
        x, y, width, height = widget.extents
        self.click_at(left + x + width // 2, top + y + height // 2)

    def click_at(self, x, y):
        """A second click at the same place, soon after the first, would be half of a double click, which lists pass over."""
        if (x, y) == self.clicked:
            x += DOUBLE_CLICK_PX
        self.clicked = (x, y)
        self.desktop.move_pointer(x, y)
        self.desktop.xdotool('click', 1)

    def tab_to(self, title, find):
        """Presses Tab until the keyboard is at or in what find() gives."""
        def is_there():
            widget = find()
            if widget is not None and any(part.has(Atspi.StateType.FOCUSED) for part in widget.walk()):
                return True
            self.key(title, 'Tab')
            return False

        wait(is_there, 'the keyboard to come to it')

    # Windows on the screen

    def x_window(self, title):
        def find():
            self.expect_alive()
            result = subprocess.run(['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(self.process.pid), '--name', f'^{title}$'],
                                    env=self.desktop.environment(), capture_output=True, text=True, timeout=DEADLINE_S).stdout.split()
            return result[0] if result else None
        return wait(find, f'a window titled {title}')

    def place(self, title, x, y):
        """Puts a window where no other one covers it (there is no window manager), gives it the keyboard; returns its box."""
        window = self.x_window(title)
        self.desktop.xdotool('windowmove', window, x, y)
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
        self.wakes += 1
        self.desktop.move_pointer(left + 60 + self.wakes % 2 * 30, top + (bottom - top) // 2)

    def key(self, title, *keys):
        self.desktop.xdotool('windowfocus', '--sync', self.x_window(title))
        for key in keys:
            self.desktop.xdotool('key', key)

    def keys(self, title, *keys):
        """Presses them all without waiting between them, for what keeps up with somebody who types fast."""
        self.desktop.xdotool('windowfocus', '--sync', self.x_window(title), 'key', '--window', 0, *keys)

    def picture(self, title):
        """What the window shows now."""
        return self.desktop.screenshot().crop(self.box(title))

    def picture_moves(self, title):
        """The test picture has a part that moves; what is compared lies outside the self view and the bars of the window."""
        def content():
            picture = self.picture(title)
            return picture.crop((20, 80, picture.width - 220, picture.height - 220))

        first = wait(lambda: not is_black(content()) and content(), f'a picture of {title}')
        wait(lambda: differ(first, content()) > 0.0005, f'the picture of {title} to move')

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
        """Every control and picture that a screen reader could not name. One that goes away while it is looked at has no name either:
        only what two looks found counts."""
        def path(widget):
            return f'{path(widget.parent)} > {widget.describe()}' if widget.parent else ''

        def find():
            return {widget.place: path(widget) for widget in self.look().walk() if widget.role in NAMED_ROLES and not widget.name.strip()}

        first = find()
        return [where for place, where in find().items() if place in first] if first else []

    def quit(self):
        """Quits as Ctrl+Q does, and gives the exit status. Dialogs are closed first: they keep the window's shortcuts to themselves."""
        self.rest()
        for count in range(3):
            if any(self.all(Atspi.Role.DIALOG)):
                self.key(self._any_title(), 'Escape')
                wait(lambda: True, 'nothing')
                time.sleep(0.5)
        self.process.send_signal(signal.SIGTERM) if not self.windows() else self.key(self._any_title(), 'ctrl+q')
        return self.process.wait(60)

    def _any_title(self):
        return next(window.name for window in self.windows() if window.name)


class SandboxedApplication(Application):
    """Its windows do not say whose they are."""

    def x_window(self, title):
        def find():
            self.expect_alive()
            found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', f'^{title}$'], env=self.desktop.environment(),
                                   capture_output=True, text=True, timeout=DEADLINE_S).stdout.split()
            return found[0] if found else None
        return wait(find, f'a window titled {title}')


def is_black(picture):
    return max(high for low, high in picture.getextrema()) < 24


def differ(one, other):
    """Share of pixels that are clearly not the same."""
    difference = ImageChops.difference(one, other).convert('L').point(lambda value: 255 if value > 24 else 0)
    return sum(difference.histogram()[128:]) / (one.width * one.height)
