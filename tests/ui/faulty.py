#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A window for those who look for faults: `faulty.py FAULT…` has the faults that are named, and without an argument none."""

import sys

import gi

gi.require_version('Gdk', '4.0')
gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def button(name, **properties):
    result = Gtk.Button(icon_name='go-next-symbolic', **properties)
    if name:
        result.update_property([Gtk.AccessibleProperty.LABEL], [name])
    return result


def without_name(box):
    box.append(button(None))


def twins(box):
    box.append(button('Test'))
    box.append(button('Test'))


def misread(box):
    box.append(button('O_pen'))


def repeated(box):
    group = Gtk.Box(accessible_role=Gtk.AccessibleRole.GROUP)
    group.update_property([Gtk.AccessibleProperty.LABEL], ['Same'])
    group.append(button('Same'))
    box.append(group)


def without_keyboard(box):
    box.append(button('Mouse Only', focusable=False))


def backwards(box):
    """Three of which the last comes after the first, and the second after that; then it begins again."""
    first, second, third = (button(name) for name in ('First', 'Second', 'Third'))
    for here, there in ((first, third), (third, second), (second, box.get_first_child())):
        keys = Gtk.EventControllerKey()
        keys.connect('key-pressed', lambda keys, key, code, state, there=there: key == Gdk.KEY_Tab and there.grab_focus())
        here.add_controller(keys)
    for each in (first, second, third):
        box.append(each)


def trap(box):
    keys = Gtk.EventControllerKey()
    keys.connect('key-pressed', lambda keys, key, code, state: key in (Gdk.KEY_Tab, Gdk.KEY_ISO_Left_Tab))
    held = button('Trap')
    held.add_controller(keys)
    box.prepend(held)


def main():
    window = Gtk.Window(title='Faulty', default_width=400, default_height=500)
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12)
    entry = Gtk.Entry()
    entry.update_property([Gtk.AccessibleProperty.LABEL], ['Name'])
    box.append(entry)
    row = Gtk.Box(spacing=12)
    for name in ('One', 'Two'):
        row.append(button(name))
    box.append(row)
    box.append(button('Last'))
    for fault in sys.argv[1:]:
        {'without-name': without_name, 'twins': twins, 'misread': misread, 'repeated': repeated, 'without-keyboard': without_keyboard,
         'backwards': backwards, 'trap': trap}[fault](box)
    window.set_child(box)
    window.present()
    GLib.MainLoop().run()


main()
