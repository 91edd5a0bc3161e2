#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What draws the windows: without a graphics processor Cairo, with nothing of OpenGL or Vulkan in memory, and no more of a call than it takes,
unless the user says otherwise. And in which style: libadwaita's, unless the user says otherwise."""

import glob
from pathlib import Path

from desktop import Atspi, Desktop, Failure, Tap

desktop = Desktop()
tap = Tap(desktop)
app = None


def calls_echo(renderer):
    global app
    app = desktop.yonder('--embedded', environment={'GSK_RENDERER': renderer})
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.button('Video call with Echo').click()
    app.place('Echo', 450, 0)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    app.picture_moves('Echo')


def loads_opengl(is_expected):
    maps = Path(f'/proc/{app.process.pid}/maps').read_text()
    loaded = [name for name in ('libgallium', 'libLLVM', 'libvulkan_lvp') if name in maps]
    if bool(loaded) != is_expected:
        raise Failure(f'{loaded} is in memory')


def has_gradient(is_expected):
    """The test picture is of one colour there, below the bar at the top."""
    picture = app.picture('Echo')
    shades = [picture.getpixel((60, y))[2] for y in range(12, 44, 4)]
    if (max(shades) - min(shades) > 20) != is_expected:
        raise Failure(f'from top to bottom the bar is {shades}')


def looks_like(theme, colour):
    global app
    app = desktop.yonder(environment={'GTK_THEME': theme} if theme else {})
    app.field('Server Address')
    picture = app.picture('Yonder')
    shown = picture.getpixel((30, picture.height - 30))[:3]
    if max(abs(a - b) for a, b in zip(shown, colour)) > 1:
        raise Failure(f'the window is {shown}')


def quits():
    if app.quit() != 0:
        raise Failure('yonder did not end well')


has_graphics_processor = bool(glob.glob('/dev/dri/renderD*'))
if not has_graphics_processor:
    tap.case('a call shows its pictures', calls_echo, '', vital=True)
    tap.case('the bar over them is drawn plainly', has_gradient, False)
    tap.case('OpenGL is not loaded for it', loads_opengl, False)
    tap.case('it ends', quits)
tap.case('a call shows its pictures with what the user asks for', calls_echo, 'gl', vital=True)
tap.case('the bar over them is a gradient', has_gradient, True)
tap.case('OpenGL is loaded for it', loads_opengl, True)
tap.case('it ends, too', quits)
tap.case('windows are in the style of libadwaita', looks_like, None, (250, 250, 251))
tap.case('their program ends', quits)
tap.case('windows are in the style of GTK for whom asks for it', looks_like, 'Default', (246, 245, 244))
desktop.close()
tap.done()
