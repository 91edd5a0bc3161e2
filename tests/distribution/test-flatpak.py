#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-flatpak.py SOURCE: what an ordinary user gets who adds the repository (install, start, call, update, remove), and what they are
kept from."""

import hashlib
import json
import os
import re
import subprocess
import time

from flatpak import HOME, ID, SITE, SOURCE, URL, FlatpakDesktop, command, expect, publish, run, serve  # first: it finds the others
from desktop import Atspi, Tap

DATA = HOME / '.var' / 'app' / ID
BROKEN = {'name': 'broken', 'buildsystem': 'simple', 'build-commands': ['exit 1']}


def contents(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob('*') if path.is_file()}


def builds():
    begin = time.monotonic()
    publish()
    size = sum(path.stat().st_size for path in SITE.rglob('*') if path.is_file())
    print(f'# built and published in {time.monotonic() - begin:.0f} s, {size // 1000} kB')
    for name in ('yonder.flatpakrepo', f'{ID}.flatpakref', 'index.html', 'yonder.gpg', 'repo/summary.sig'):
        expect((SITE / name).is_file(), f'{name} is missing')
    expect('{{' not in (SITE / 'index.html').read_text(), 'the page has words that were not put in')


def keeps_the_key():
    published = b''.join(path.read_bytes() for path in SITE.rglob('*') if path.is_file() and 'objects' not in path.parts)
    expect(b'PRIVATE KEY' not in published and not list(SITE.rglob('*private*')), 'the secret key is in what is published')
    expect((HOME / 'work' / 'gnupg').stat().st_mode & 0o77 == 0, 'others can read the folder of the key')


def survives_a_failure():
    """A module that cannot be built, after an interruption between the old one's going and the new one's coming."""
    before = contents(SITE)
    SITE.rename(SITE.with_name('site.old'))
    said = publish(BROKEN, fails=True)
    expect('could not be built' in said and 'Traceback' not in said, said)
    expect(contents(SITE) == before, 'what was published has not come back')


def has_a_catalogue():
    catalogue = run('ostree', f'--repo={SITE}/repo', 'cat', 'appstream2/x86_64', '/appstream.xml')
    for words in (f'<id>{ID}</id>', '<icon', '<release ', '<content_rating', '<branding>', 'xml:lang="de"'):
        expect(words in catalogue, f'the catalogue has no {words}')
    icons = run('ostree', f'--repo={SITE}/repo', 'ls', '-R', 'appstream2/x86_64', '/icons')
    expect(f'/icons/64x64/{ID}.png' in icons and f'/icons/128x128/{ID}.png' in icons, icons)


def refuses_a_wrong_key():
    """Somebody else's key in an otherwise right description."""
    other = HOME / 'other'
    other.mkdir(mode=0o700, exist_ok=True)
    run('gpg', '--homedir', other, '--batch', '--passphrase', '', '--quick-gen-key', f'Mallory {time.time()}', 'ed25519', 'sign', 'never')
    (HOME / 'other.gpg').write_bytes(subprocess.run(['gpg', '--homedir', other, '--batch', '--export'], stdout=subprocess.PIPE, check=True).stdout)
    run('gpgconf', '--homedir', other, '--kill', 'all')
    subprocess.run(['flatpak', 'remote-add', '--user', f'--gpg-import={HOME}/other.gpg', 'mallory', f'{URL}/repo/'], capture_output=True)
    said = run('flatpak', 'install', '--user', '--noninteractive', 'mallory', ID, fails=True)
    print(f'# a wrong key: {said.strip().splitlines()[-1]}')
    expect(re.search('GPG|public key|signature|not found', said), said)
    expect(not (HOME / 'flatpak' / 'app' / ID).exists(), 'it was installed')
    subprocess.run(['flatpak', 'remote-delete', '--user', '--force', 'mallory'], capture_output=True)


def installs():
    begin = time.monotonic()
    run('flatpak', 'remote-add', '--user', 'yonder', f'{URL}/yonder.flatpakrepo')
    run('flatpak', 'install', '--user', '--noninteractive', 'yonder', ID)
    print(f'# installed in {time.monotonic() - begin:.1f} s')
    exports = HOME / 'flatpak' / 'exports' / 'share'
    for name in (f'applications/{ID}.desktop', f'icons/hicolor/scalable/apps/{ID}.svg', f'dbus-1/services/{ID}.service'):
        expect((exports / name).exists(), f'the desktop is not told of {name}')


def may_do_what_the_manifest_says():
    shown = run('flatpak', 'info', '--user', '--show-permissions', ID)
    permissions = {key: sorted(value.strip(';').split(';')) for key, value in re.findall(r'^(\w+)=(.+)$', shown, re.MULTILINE)}
    expected = {}
    names = {'share': 'shared', 'socket': 'sockets', 'device': 'devices'}
    for argument in json.loads((SOURCE / 'flatpak' / f'{ID}.json').read_text())['finish-args']:
        kind, value = argument.removeprefix('--').split('=')
        expected.setdefault(names[kind], []).append(value)
    expected['sockets'].append('x11')  # what fallback-x11 falls back to
    expected = {key: sorted(value) for key, value in expected.items()}
    expect(permissions == expected, f'{permissions} is not {expected}')


def sees_no_files():
    (HOME / 'diary').write_text('dear diary')
    said = run('flatpak', 'run', '--command=sh', ID, '-c', f'cat {HOME}/diary /tmp/diary 2>&1 || true; ls /.flatpak-info')
    expect('dear diary' not in said and '/.flatpak-info' in said, said)


def starts():
    begin = time.monotonic()
    app = desktop.installed(ID, '--embedded')
    app.find('^Echo$', Atspi.Role.LIST_ITEM)
    print(f'# its contacts were there after {time.monotonic() - begin:.1f} s')
    app.place('Yonder', 0, 0)
    return app


def is_in_a_sandbox():
    listed = run('flatpak', 'ps', '--columns=application')
    expect(ID in listed, f'flatpak knows of none that runs: {listed}')


def calls_echo():
    app.button('Video call with Echo').click()
    app.place('Echo', 450, 0)
    app.says(r'^\d+∶\d\d$')
    app.picture_moves('Echo')
    app.save('Echo', 'flatpak-call')


def quits():
    status = app.quit()
    expect(status == 0, f'it ended with status {status}')


def says_so_without_a_network():
    server = desktop.start(*command('serve', '--port', '0', '--echo', '--json')[1:], program='flatpak', stdout=subprocess.PIPE, text=True)
    address = next(event['uri'] for event in map(json.loads, server.stdout) if event['event'] == 'serving')
    call = ('--command=yonder-cli', ID, 'call', 'Echo', '--server', address, '--user', 'me', '--source', 'test', '--duration', '2')
    run('flatpak', 'run', *call)
    said = run('flatpak', 'run', '--unshare=network', *call, fails=True)
    print(f'# without a network: {said.strip().splitlines()[-1]}')
    expect('Yonder is not allowed to use the network' in said, said)
    server.terminate()


def updates():
    """What is new is a file that the module `marker` brings."""
    run('flatpak', 'run', '--command=gsettings', ID, 'set', ID, 'run-in-background', 'false')
    kept = contents(DATA)
    publish({'name': 'marker', 'buildsystem': 'simple', 'build-commands': ['install -d /app/share; echo new > /app/share/marker']})
    begin = time.monotonic()
    run('flatpak', 'update', '--user', '--noninteractive')
    print(f'# updated in {time.monotonic() - begin:.1f} s')
    expect(run('flatpak', 'run', '--command=cat', ID, '/app/share/marker').split()[-1] == 'new', 'it is the old version')
    lost = {name for name, digest in kept.items() if not name.startswith(('cache/', '.ld.so/')) and contents(DATA).get(name) != digest}
    expect(not lost, f'not as it was: {lost}')
    expect(run('flatpak', 'run', '--command=gsettings', ID, 'get', ID, 'run-in-background').split()[-1] == 'false', 'a setting is lost')


def leaves_nothing():
    run('flatpak', 'uninstall', '--user', '--noninteractive', '--delete-data', ID)
    left = [path for path in [DATA, HOME / 'flatpak' / 'app' / ID] if path.exists()] + list((HOME / 'flatpak' / 'exports').rglob(f'{ID}*'))
    expect(not left, f'left behind: {left}')


def installs_by_a_click():
    """What a software center does with the file behind the button of the page, with no repository added before."""
    run('flatpak', 'remote-delete', '--user', '--force', 'yonder')
    run('flatpak', 'install', '--user', '--noninteractive', f'{URL}/{ID}.flatpakref')
    expect(ID in run('flatpak', 'list', '--user', '--app', '--columns=application'), 'it is not installed')
    run('flatpak', 'uninstall', '--user', '--noninteractive', ID)


desktop = FlatpakDesktop()
tap = Tap(desktop)
tap.case('it is built, signed and published', builds, vital=True)
tap.case('the secret key stays where it is', keeps_the_key)
tap.case('what is published survives failures and interruptions', survives_a_failure)
tap.case('software centers get a catalogue with icons and words', has_a_catalogue)
server = serve()
tap.case('a wrong key is refused', refuses_a_wrong_key)
tap.case('it installs from the repository', installs, vital=True)
tap.case('it may do what the manifest says and no more', may_do_what_the_manifest_says)
tap.case('it sees no files of the user', sees_no_files)
app = tap.case('the installed application starts', starts, vital=True)
tap.case('it runs in a sandbox', is_in_a_sandbox)
tap.case('it calls Echo: the picture moves', calls_echo)
tap.case('Ctrl+Q quits', quits)
tap.case('without the network it says so', says_so_without_a_network)
tap.case('an update brings the new version and keeps what the user had', updates)
tap.case('removed with its data it leaves nothing', leaves_nothing)
tap.case('it installs by a click', installs_by_a_click)
server.shutdown()
desktop.close()
if 'YONDER_ROOT_GOES_ON' in os.environ:
    (HOME / 'cases').write_text(f'{tap.number} {tap.failed}')
else:
    tap.skip('root installs it for everybody', 'not root')
    tap.done()
