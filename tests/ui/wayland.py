# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop of desktop.py on Wayland: a compositor (sway) without an output device. It has no pointer; keys come from wtype."""

import io
import json
import os
import pathlib
import re
import subprocess

from desktop import DEADLINE_S, Application, Desktop, wait
from PIL import Image


class WaylandDesktop(Desktop):
    def open_screen(self, width, height):
        runtime = pathlib.Path(os.environ['XDG_RUNTIME_DIR'])
        config = pathlib.Path(self.home) / 'sway'
        config.write_text(f'xwayland disable\noutput * resolution {width}x{height}\ndefault_border none\nfor_window [all] floating enable\n')
        os.environ.pop('DISPLAY', None)
        os.environ['GDK_BACKEND'] = 'wayland'
        without_devices = {'WLR_BACKENDS': 'headless', 'WLR_RENDERER': 'pixman', 'WLR_LIBINPUT_NO_DEVICES': '1'}
        screen = subprocess.Popen(['sway', '--config', str(config)], env={**os.environ, **without_devices},
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.environ['WAYLAND_DISPLAY'] = wait(lambda: next(runtime.glob('wayland-[0-9]'), None), 'the compositor').name
        os.environ['SWAYSOCK'] = str(wait(lambda: next(runtime.glob('sway-ipc.*.sock'), None), 'the socket of the compositor'))
        # a keyboard that stays: a window gets the keys of one that comes only once it has bound it
        self.start('-s', str(24 * 60 * 60 * 1000), program='wtype')
        return screen

    def application(self, process, place):
        return WaylandApplication(self, process, place)

    def command(self, *arguments):
        return subprocess.run(arguments, env=self.environment(), check=True, capture_output=True, timeout=DEADLINE_S).stdout

    def screenshot(self):
        return Image.open(io.BytesIO(self.command('grim', '-t', 'png', '-'))).convert('RGB')


class WaylandApplication(Application):
    def owns(self, node):
        return node.get('pid') == self.process.pid

    def window(self, title):
        """What the compositor knows of a window."""
        def nodes(node):
            yield node
            for child in node.get('nodes', []) + node.get('floating_nodes', []):
                yield from nodes(child)

        def find():
            self.expect_alive()
            tree = json.loads(self.desktop.command('swaymsg', '--type', 'get_tree'))
            return next((node for node in nodes(tree) if self.owns(node) and re.fullmatch(title, node['name'] or '')), None)
        return wait(find, f'a window titled {title}')

    def is_full_screen(self, title):
        return self.window(title)['fullscreen_mode'] != 0

    def box(self, title):
        place = self.window(title)['rect']
        return (place['x'], place['y'], place['x'] + place['width'], place['y'] + place['height'])

    def tell(self, title, command):
        self.desktop.command('swaymsg', f'[con_id={self.window(title)["id"]}] {command}')

    def place(self, title, x, y):
        self.tell(title, f'move absolute position {x} {y}, focus')
        return self.box(title)

    def resize(self, title, width, height):
        self.tell(title, f'resize set {width} {height}')
        wait(lambda: self.box(title)[2] - self.box(title)[0] == width, f'{title} to be {width} pixels wide')

    def key(self, title, *keys):
        self.tell(title, 'focus')
        for key in keys:
            *modifiers, symbol = key.split('+')
            self.desktop.command('wtype', *(part for modifier in modifiers for part in ('-M', modifier)), '-k', symbol)
