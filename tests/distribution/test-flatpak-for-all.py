#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-flatpak-for-all.py SOURCE: root installs what test-flatpak.py published for everybody; root and an ordinary user start it."""

import time

from flatpak import HOME, ID, URL, FlatpakDesktop, TimedTap, expect, run, serve  # first: it finds the others
from desktop import Atspi


def installs():
    run('flatpak', 'remote-add', '--system', 'yonder', f'{URL}/yonder.flatpakrepo')
    run('flatpak', 'install', '--system', '--noninteractive', 'yonder', ID)
    expect(ID in run('flatpak', 'list', '--system', '--app', '--columns=application'), 'it is not installed')


def starts():
    begin = time.monotonic()
    app = desktop.installed('--system', ID, '--embedded')
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    print(f'# its contacts were there after {time.monotonic() - begin:.1f} s')
    status = app.quit()
    expect(status == 0, f'it ended with status {status}')


def others_use_it():
    said = run('setpriv', '--reuid=games', '--regid=games', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all',
               'flatpak', 'run', '--system', '--command=yonder-cli', ID, '--version', HOME=str(HOME), XDG_RUNTIME_DIR=str(HOME.parent / 'run'),
               FLATPAK_USER_DIR=str(HOME / 'flatpak'))
    expect('yonder-cli' in said, said)


def leaves_nothing():
    run('flatpak', 'uninstall', '--system', '--noninteractive', '--delete-data', ID)
    expect(ID not in run('flatpak', 'list', '--system', '--columns=application'), 'it is still installed')


desktop = FlatpakDesktop()
tap = TimedTap(desktop)
tap.number, tap.failed = map(int, (HOME / 'cases').read_text().split())
server = serve()
tap.case('root installs it for everybody', installs, vital=True)
tap.case('it starts for root', starts)
tap.case('and for others', others_use_it)
tap.case('root removes it', leaves_nothing)
server.shutdown()
desktop.close()
tap.done()
