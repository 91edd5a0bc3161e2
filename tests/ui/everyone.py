# SPDX-License-Identifier: GPL-3.0-or-later
"""What everybody needs of a window, as rules that are asked of it over the accessibility bus.

A control has a name, which is neither that of its group nor has marks in it; two controls that look the same to a screen reader are the same;
all of them are reached by the keyboard, in the order in which they are read, and the keyboard leaves each of them again. What is said aloud
is heard here, too.
"""

import re
import time

from desktop import Atspi, Failure, wait

from gi.repository import Gio, GLib

EVENTS = 'org.a11y.atspi.Event.Object'

# Somebody acts on these.
CONTROLS = {
    Atspi.Role.BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.CHECK_BOX, Atspi.Role.RADIO_BUTTON, Atspi.Role.SWITCH, Atspi.Role.LINK,
    Atspi.Role.ENTRY, Atspi.Role.PASSWORD_TEXT, Atspi.Role.TEXT, Atspi.Role.SLIDER, Atspi.Role.SPIN_BUTTON, Atspi.Role.COMBO_BOX,
    Atspi.Role.MENU_ITEM, Atspi.Role.CHECK_MENU_ITEM, Atspi.Role.RADIO_MENU_ITEM, Atspi.Role.PAGE_TAB, Atspi.Role.LIST_ITEM,
}
PICTURES = {Atspi.Role.IMAGE, Atspi.Role.DIALOG, Atspi.Role.FRAME}
GROUPS = {Atspi.Role.GROUPING, Atspi.Role.PANEL, Atspi.Role.LIST}
DIALOGS = {Atspi.Role.DIALOG, Atspi.Role.ALERT}
MENU_ITEMS = {Atspi.Role.MENU_ITEM, Atspi.Role.CHECK_MENU_ITEM, Atspi.Role.RADIO_MENU_ITEM}
# The keyboard comes in by Tab, and goes about by arrows: of these only one is a stop.
ONE_OF_SOME = {Atspi.Role.PAGE_TAB, Atspi.Role.RADIO_BUTTON}
# What the frame of a window offers is left to keys of the desktop, or to Escape; GTK keeps the keyboard off these.
OF_THE_FRAME = {'Minimize', 'Maximize', 'Restore', 'Close'}

MAX_STOPS = 90
KEYS_AT_ONCE = 5
# A key has been dealt with when so many questions that were asked after it are answered, one after the other: the application deals with an
# event or two between two answers, however slow it is.
N_QUESTIONS = 40


class Listener:
    """Hears what a screen reader would: where the keyboard goes, and what is announced."""

    def __init__(self, bus):
        self.bus = bus
        self.stops = []
        self.said = []
        registry = ('org.a11y.atspi.Registry', '/org/a11y/atspi/registry')
        for event, member, heard in (('object:state-changed:focused', 'StateChanged', self.on_state),
                                     ('object:announcement', 'Announcement', self.on_announcement)):
            bus.connection.signal_subscribe(None, EVENTS, member, None, None, Gio.DBusSignalFlags.NONE, heard)
            bus.ask_one(registry, 'Registry', 'RegisterEvent', GLib.Variant('(sass)', (event, [], '')))  # else they are not sent

    def on_state(self, _connection, sender, path, _interface, _member, arguments):
        name, on = arguments.unpack()[:2]
        if name == 'focused' and on:
            self.stops.append((sender, path))

    def on_announcement(self, _connection, _sender, _path, _interface, _member, arguments):
        self.said.append(arguments.unpack()[3])

    def says(self, words):
        """Waits until it is said, and forgets what was said until then."""
        wait(lambda: words in self.said, f'“{words}” to be said, not {self.said}')
        del self.said[:self.said.index(words) + 1]

    def settle(self, app, enough):
        """Waits for so many stops, or for no more to come."""
        seen = len(self.stops)
        asked = 0
        while len(self.stops) < enough and asked < N_QUESTIONS:
            app.expect_alive()
            self.bus.ask_one(app.accessible, 'Accessible', 'GetRole')
            time.sleep(0.005)
            asked = asked + 1 if len(self.stops) == seen else 0
            seen = len(self.stops)
        return self.take()

    def take(self):
        taken, self.stops = self.stops, []
        return taken

    def leaves(self, places):
        """Waits for a stop that is none of these; gives all until then."""
        wait(lambda: any(stop not in places for stop in self.stops), 'the keyboard to leave')
        return self.take()


def is_in(widget, above):
    while widget is not None and widget is not above:
        widget = widget.parent
    return widget is above


def path_of(widget):
    above = []
    while widget.parent is not None:
        above.insert(0, widget)
        widget = widget.parent
    return above


class Page:
    """A window, or the dialog or menu that lies over it, as it was when it was looked at."""

    def __init__(self, window):
        self.bus = window.bus
        # the last one lies above
        over = [widget for widget in window.walk() if widget.role in DIALOGS or widget.role == Atspi.Role.MENU]
        self.root = over[-1] if over else window
        # what lies in a page of a stack is a child of the page and of the stack
        self.outside = {widget.place for widget in window.walk()}
        self.widgets = [*{widget.place: widget for widget in reversed([*self.root.walk()])}.values()][::-1]
        self.outside -= {widget.place for widget in self.widgets}
        self.name_those_with_labels()
        self.controls = [widget for widget in self.widgets if widget.role in CONTROLS and widget.is_sensitive and not self.is_inner(widget)]

    def is_inner(self, widget):
        """Whether it belongs to another control: what is chosen is read with a combo box, and the switch of a row is the row's."""
        return any(above.role == Atspi.Role.COMBO_BOX or above.role in CONTROLS and above.name == widget.name for above in path_of(widget)[:-1])

    def name_those_with_labels(self):
        """GTK 4.18 gives items of menus no name of their own, only the label that they are labelled by."""
        items = [widget for widget in self.widgets if widget.role in MENU_ITEMS and not widget.name]
        relations = self.bus.ask([(item.place, 'org.a11y.atspi.Accessible', 'GetRelationSet', None) for item in items])
        for item, answer in zip(items, relations):
            for relation, targets in (answer or ([],))[0]:
                if relation == int(Atspi.RelationType.LABELLED_BY):
                    item.name = ' '.join((self.bus.ask_one(target, 'Text', 'GetText', GLib.Variant('(ii)', (0, -1))) or ('',))[0] for target in targets)

    def where(self, widget):
        named = [f'“{above.name}”' for above in path_of(widget)[:-1] if above.name]
        return f'{widget.describe()} in {" > ".join(named[-3:])}' if named else widget.describe()

    def unnamed(self):
        return [f'has no name: {self.where(widget)}' for widget in self.widgets
                if not widget.name.strip() and (widget in self.controls or widget.role in PICTURES and not self.is_inner(widget))]

    def misnamed(self):
        return self.unnamed() + self.misread() + self.repeated() + self.twins()

    def misread(self):
        """The underscore of a mnemonic is there to be seen under a letter."""
        return [f'is read with an underscore: {self.where(widget)}' for widget in self.widgets if re.search(r'_\w', widget.name)]

    def repeated(self):
        """What is named as the group that it is in is read twice, and seen twice."""
        return [f'is named as its group: {self.where(widget)}' for widget in self.controls
                if any(above.role in GROUPS and above.name and above.name == widget.name for above in path_of(widget)[:-1])]

    def twins(self):
        """Same kind, same name, same description: nobody could tell which is which. Items of a list that only show something may be alike."""
        named = [widget for widget in self.controls if widget.name and widget.name not in OF_THE_FRAME and self.acts(widget)]
        alike = {}
        for widget in named:
            alike.setdefault((widget.role, widget.name), []).append(widget)
        alike = [group for group in alike.values() if len(group) > 1]
        found = []
        for group in alike:
            descriptions = [widget.description for widget in group]
            for index, widget in enumerate(group):
                others = [other for other, words in zip(group[:index], descriptions[:index])
                          if words == descriptions[index] and not is_in(widget, other) and not is_in(other, widget)]
                if others:
                    found.append(f'is like another: {self.where(widget)}')
        return found

    def acts(self, widget):
        return widget.role != Atspi.Role.LIST_ITEM or widget.has(Atspi.StateType.FOCUSABLE) and widget.has_action

    def unreached(self, stops):
        """What the keyboard was not at: neither at it nor in it, nor at the row that does what it does."""
        stops = set(stops)
        found = []
        for control in self.controls:
            can_be_reached = control.has(Atspi.StateType.FOCUSABLE)
            if control.name in OF_THE_FRAME or control.role == Atspi.Role.LIST_ITEM and not can_be_reached:
                continue
            rows = [] if can_be_reached else [above for above in path_of(control) if above.role in CONTROLS]
            if not any(widget.place in stops for widget in [*control.walk(), *rows]):
                found.append(control)
        return found

    def astray(self, stops):
        """Steps against the order of reading. Where the round begins does not matter."""
        by_place = {widget.place: widget for widget in self.widgets}
        known = [by_place[stop] for stop in stops if stop in by_place]
        if len(known) < 3:
            return []
        boxes = self.boxes({widget.place for stop in known for widget in path_of(stop)})
        start = self.start_of_lines()
        bad = [self.is_backwards(one, other, boxes, start) for one, other in zip(known, known[1:] + known[:1])]
        steps = [f'the keyboard goes back from {self.where(one)} to {self.where(other)}'
                 for one, other, is_bad in zip(known, known[1:] + known[:1], bad) if is_bad]
        # one step back is the one from the end to the beginning
        return steps if sum(bad) > 1 else []

    def start_of_lines(self):
        return 1  # from left to right

    def boxes(self, places):
        places = [*places]
        in_window = 1
        answers = self.bus.ask([(place, 'org.a11y.atspi.Component', 'GetExtents', GLib.Variant('(u)', (in_window,))) for place in places])
        return {place: answer[0] for place, answer in zip(places, answers) if answer is not None}

    def is_backwards(self, one, other, boxes, start):
        """Compares the parts of the smallest container that holds both: what is in them has an order of its own."""
        ways = path_of(one), path_of(other)
        depth = 0
        while depth < min(map(len, ways)) and ways[0][depth] is ways[1][depth]:
            depth += 1
        if depth == min(map(len, ways)):
            return False
        first, second = (boxes.get(way[depth].place) for way in ways)
        if first is None or second is None:
            return False
        if second[1] + second[3] <= first[1]:
            return True
        overlap = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
        return overlap > min(first[3], second[3]) // 2 and second[0] + second[2] <= first[0]


class Inspector:
    """Asks all rules of a page of an application."""

    def __init__(self, desktop):
        self.listener = Listener(desktop.bus)

    def look(self, app, title):
        window = [window for window in app.windows() if window.name == title]
        if not window:
            raise Failure(f'there is no window {title}')
        return Page(window[-1])

    def go_round(self, app, title, key):
        """Presses the key until the keyboard goes a way that it went before; that round, and all places that it was at."""
        stops = []
        while len(stops) < MAX_STOPS:
            app.keys(title, *[key] * KEYS_AT_ONCE)
            come = self.listener.settle(app, KEYS_AT_ONCE)
            for stop in come:
                stops.append(stop)
                # two at a time: one may be there again by a key that was pressed before
                steps = [*zip(stops, stops[1:])]
                if steps and steps[-1] in steps[:-1]:
                    return stops[steps.index(steps[-1]):-2], stops
            if not come:
                return stops[-1:], stops
        raise Failure(f'{key} was pressed {MAX_STOPS} times, and the keyboard did not come back')

    def go_about(self, app, title, page, stops):
        """Goes by arrows to those that share one stop with others."""
        reached = []
        by_place = {widget.place: widget for widget in page.widgets}
        for control in page.unreached(stops):
            entry = next((stop for stop in stops if stop in by_place and control.role in ONE_OF_SOME and
                          by_place[stop].role == control.role and by_place[stop].parent is control.parent), None)
            if entry is None or control.place in reached:
                continue
            inside = {widget.place for widget in control.parent.walk()}
            for key in ('Right', 'Left'):
                self.go_to(app, title, entry)
                app.keys(title, *[key] * len(control.parent.children), 'Tab')
                reached += self.listener.leaves(inside)
        return reached

    def go_to(self, app, title, place):
        """With Tab; back to a stop that it was at before."""
        for count in range(MAX_STOPS):
            app.keys(title, 'Tab')
            if place in self.listener.settle(app, 1):
                return
        raise Failure('the keyboard does not come again to where it was')

    def problems(self, app, title):
        """What is wrong with the page that lies above, in sentences."""
        page = self.look(app, title)
        found = page.misnamed()
        if found:  # what comes or goes just then has no name for a moment
            page = self.look(app, title)
            found = [problem for problem in page.misnamed() if problem in found]
        self.listener.take()
        if page.root.role == Atspi.Role.MENU:
            return found + self.of_the_way(page, self.go_round(app, title, 'Down')[1])
        stops, way = self.go_round(app, title, 'Tab')
        back, _ = self.go_round(app, title, 'shift+Tab')
        page = self.look(app, title)  # what opened on the way belongs to it
        found += self.of_the_way(page, way + self.go_about(app, title, page, way))
        found += page.astray(stops)
        kept = [widget for widget in page.widgets if widget.place in set(way) - set(back)]
        found += [f'Shift+Tab does not come to {page.where(widget)}' for widget in kept]
        return found

    def of_the_way(self, page, stops):
        unreached = page.unreached(stops)
        by_place = {widget.place: widget for widget in page.widgets}
        found = [f'the keyboard does not come to {page.where(widget)}' for widget in unreached]
        if page.outside.intersection(stops):
            found.append('the keyboard leaves what lies above')
        found += [f'the keyboard stops at something without a name: {page.where(by_place[stop])}' for stop in stops
                  if stop in by_place and not self.may_be_unnamed(page, by_place[stop])]
        return found

    def may_be_unnamed(self, page, stop):
        """What is part of a control need not have a name; libadwaita 1.7 lets the keyboard scroll the text of a question, in something without."""
        return bool(stop.name.strip()) or any(above.name and above.role in CONTROLS for above in path_of(stop)) or \
            (page.root.role, stop.role) == (Atspi.Role.ALERT, Atspi.Role.SCROLL_PANE)
