#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-languages.py ROOT BUILD: in each language that there is, the windows and the manual speak that
language, and that alone."""

import datetime
import gettext
import os
import pathlib
import re
import sys

from desktop import LOCALES, Atspi, Desktop, Failure, Tap, wait

# where it is known here how days and numbers are written
WEEKDAYS = {
    'de': ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'],
    'ru': ['понедельник', 'вторник', 'среда', 'четверг', 'пятница', 'суббота', 'воскресенье'],
}
root, build = map(pathlib.Path, sys.argv[1:3])
languages = [line for line in (root / 'po' / 'LINGUAS').read_text().split() if line in LOCALES]

desktop = Desktop()
tap = Tap(desktop)


class Words:
    def __init__(self, language):
        with open(build / 'po' / language / 'LC_MESSAGES' / 'yonder.mo', 'rb') as file:
            self.catalogue = gettext.GNUTranslations(file)
        # what a widget may say by chance in both languages, and messages with a context, are no sign of anything
        self.english = {message for message in self.catalogue._catalog
                        if isinstance(message, str) and message and '\x04' not in message and self.catalogue.gettext(message) != message}

    def __call__(self, message):
        return self.catalogue.gettext(message)


def speaks(app, words, title, picture):
    app.save(title, f'{picture}')
    english = sorted({widget.name for widget in app.all() if widget.name in words.english})
    if english:
        raise Failure(f'still English in {picture}: ' + ' | '.join(english))


def contacts(app, words, language):
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    app.place('Yonder', 0, 0)
    app.resize('Yonder', 360, 640)
    speaks(app, words, 'Yonder', f'{language}-contacts')
    app.button(f'^{words("Main Menu")}$').click()
    speaks(app, words, 'Yonder', f'{language}-main-menu')
    app.key('Yonder', 'Escape')


def preferences(app, words, language):
    app.key('Yonder', 'ctrl+comma')
    app.find(f'^{words("Preferences")}$', Atspi.Role.DIALOG)
    speaks(app, words, 'Yonder', f'{language}-preferences')
    app.key('Yonder', 'Escape')
    app.gone(f'^{words("Preferences")}$', Atspi.Role.DIALOG)


def small_window(app, words, language):
    app.rest()
    app.key('Echo', 'w')
    app.button(f'^{words("Back to Call")}$')
    app.place('Echo', 400, 0)
    app.key('Echo', 'm')
    app.says(f'^{words("You are muted")}$')
    speaks(app, words, 'Echo', f'{language}-small-window')
    app.key('Echo', 'm')
    app.gone(f'^{words("You are muted")}$')
    app.key('Echo', 'Escape')
    app.gone(f'^{words("Back to Call")}$')
    app.place('Echo', 400, 0)
    app.stir('Echo')


def manual(app, language):
    app.key('Yonder', 'F1')
    text = wait(lambda: desktop.manual_opened(language), 'the manual to be opened')
    if f'<html lang="{language.replace("_", "-")}">' not in text or 'Getting started' in text:
        raise Failure('the manual is in another language')


def call(app, words, language):
    global day
    day = datetime.date.today()
    app.button(f'^{words("Video call with %s") % "Echo"}$').click()
    app.place('Echo', 400, 0)
    app.resize('Echo', 360, 640)
    app.stir('Echo')
    app.says(r'^\d+∶\d\d$')
    speaks(app, words, 'Echo', f'{language}-call')
    small_window(app, words, language)
    app.button(f'^{words("Hang Up")}$').click()
    app.says(f'^{words("Call Ended")}$')
    speaks(app, words, 'Echo', f'{language}-call-ended')
    app.rest()
    app.key('Echo', 'ctrl+w')
    app.gone(f'^{words("Call Ended")}$')


def day_and_number(app, words, language):
    """Of the call that was, in the list of calls: the day in full, and the share of loss."""
    app.press_tab('Yonder', words('Calls'))
    app.press_here('Yonder', app.find(r'^Echo, .* · \d\d∶\d\d · 0∶\d\d', Atspi.Role.LIST_ITEM))
    app.says(f'^(?i:{WEEKDAYS[language][day.weekday()]}), {day:%d[.]%m[.]%Y}, \\d\\d:\\d\\d:\\d\\d$')
    speaks(app, words, 'Yonder', f'{language}-call-details')
    app.press('Yonder', lambda: next(app.all(Atspi.Role.BUTTON, f'^{words("Connection Details")}$'), None))
    app.find(f'^{words("Loss")}$', Atspi.Role.RADIO_BUTTON).click()
    graph = app.find(f'^{words("Loss")}$', Atspi.Role.IMAGE)
    wait(lambda: re.search(r'\d,\d\s%', graph.description), f'a number with a comma in “{graph.description}”')
    speaks(app, words, 'Yonder', f'{language}-call-loss')
    app.key('Yonder', 'Escape')


def quits(app):
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


manuals = desktop.install_manual()
for language in languages:
    words = Words(language)
    app = desktop.yonder('--embedded', environment=desktop.make_locale(LOCALES[language]) | manuals)
    tap.case(f'{language}: contacts and menu', contacts, app, words, language)
    tap.case(f'{language}: preferences', preferences, app, words, language)
    tap.case(f'{language}: F1 opens the manual', manual, app, language)
    tap.case(f'{language}: a call and its end', call, app, words, language)
    if language in WEEKDAYS:
        tap.case(f'{language}: the day of a call and a number', day_and_number, app, words, language)
    tap.case(f'{language}: Ctrl+Q quits, without leaks', quits, app)
desktop.close()
tap.done()
