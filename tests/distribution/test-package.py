#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-package.py SOURCE: the Debian package is built, found clean, installed, starts and calls, and is taken away again.

Runs where what is installed does not stay (in-overlay)."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / 'tests' / 'ui'))
from desktop import Atspi, Desktop, Failure, Tap  # noqa: E402

source = pathlib.Path(sys.argv[1])
desktop = Desktop()
tap = Tap(desktop)
folder = pathlib.Path(desktop.home) / 'package'
tree = folder / 'yonder'


def run(*command, cwd=folder, **environment):
    result = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, 'LC_ALL': 'C.UTF-8', **environment}, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode != 0:
        raise Failure(f'{command[0]} ended with {result.returncode}:\n{result.stdout[-3000:]}')
    return result.stdout


def take_sources():
    """What git knows and what it would add: not what was built."""
    for name in run('git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z', cwd=source).split('\0'):
        if name and (source / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, tree / name)


def build():
    """With -I and -d: what Debian takes for granted, a C++ compiler among it, is not needed."""
    take_sources()
    run('dpkg-checkbuilddeps', '-I', cwd=tree)
    run('dpkg-buildpackage', '-d', '-us', '-uc', cwd=tree, DEB_BUILD_OPTIONS='nocheck parallel=2', ASAN_OPTIONS='', G_DEBUG='')


def is_clean():
    said = run('lintian', '--allow-root', '--info', '--display-info', '--pedantic', '--fail-on', 'error,warning,info,pedantic',
               next(folder.glob('*.changes')))
    if said.strip():
        raise Failure(said)


def installed_files():
    return [pathlib.Path(line) for line in run('dpkg', '--listfiles', 'yonder').splitlines() if 'yonder' in line.lower()]


def install():
    package = next(path for path in folder.glob('yonder_*.deb'))
    run('dpkg', '--install', package, DEBIAN_FRONTEND='noninteractive')
    print(f'# the package has {package.stat().st_size // 1000} kB')
    for path in installed_files():
        if not path.exists() and '/man/' not in str(path) and '/doc/' not in str(path):  # some systems are told to leave those out
            raise Failure(f'{path} is missing')


def calls_without_a_window():
    server = desktop.start('serve', '--port', '0', '--echo', '--json', program='/usr/bin/yonder-cli', stdout=subprocess.PIPE, text=True)
    address = next(event['uri'] for event in map(json.loads, server.stdout) if event['event'] == 'serving')
    said = run('/usr/bin/yonder-cli', 'call', 'Echo', '--server', address, '--user', 'me', '--source', 'test', '--duration', '3', '--json')
    names = [event.get('name') for event in map(json.loads, said.splitlines())]
    if 'first-frame' not in names or 'first-audio' not in names:
        raise Failure(f'it came only to {names}')


def starts():
    application = desktop.yonder('--embedded')
    application.find('^Echo$', Atspi.Role.LIST_ITEM)
    application.place('Yonder', 0, 0)
    return application


def calls():
    app.button('Video call with Echo').click()
    app.place('Echo', 450, 0)
    app.says(r'^\d+∶\d\d$')
    app.picture_moves('Echo')
    app.save('Echo', 'package-call')


def quits():
    status = app.quit()
    if status != 0:
        raise Failure(f'yonder ended with status {status}')


def purge():
    paths = installed_files()
    run('dpkg', '--purge', 'yonder')
    left = [str(path) for path in paths if path.exists()]
    if left:
        raise Failure(f'left behind: {left}')


tap.case('it is built', build, vital=True)
tap.case('lintian has nothing to say', is_clean)
tap.case('it installs', install, vital=True)
tap.case('the installed command calls Echo', calls_without_a_window)
app = tap.case('the installed application starts', starts, vital=True)
tap.case('and calls Echo: the picture moves', calls)
tap.case('Ctrl+Q quits', quits)
tap.case('taking it away leaves nothing', purge)
desktop.close()
tap.done()
