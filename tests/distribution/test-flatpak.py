#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-flatpak.py SOURCE: what an ordinary user gets who adds the repository (install, start, call, update, remove), and what they are
kept from."""

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import time
import urllib.request
import xml.etree.ElementTree as ElementTree

from flatpak import (DEVEL, DEVEL_SITE, DEVEL_URL, HOME, ID, SITE, SOURCE, URL, WORK,  # first: it finds the others
                     FlatpakDesktop, FlatpakWaylandDesktop, Publication, TimedTap, command, expect, publish, run, serve)
from browser import Browser, address_and_name, shows_the_browsers_camera
from desktop import Atspi, wait
from gi.repository import GLib
from PIL import Image
from session import Sound, call, is_owned

DATA = HOME / '.var' / 'app' / ID
LOUD = 300  # of 32767
BROKEN = {'name': 'broken', 'buildsystem': 'simple', 'build-commands': ['exit 1']}
MARKER = {'name': 'marker', 'buildsystem': 'simple', 'build-commands': ['install -d /app/share; echo new > /app/share/marker']}
IN_THE_COMPILER = 'Compiling C object'

world = {}


def contents(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob('*') if path.is_file()}


def interrupted(reached, *extra_modules, by=signal.SIGKILL):
    """Ends build-repo at once where what it says has come so far, or its log. Gives what it said."""
    log = WORK / ID / 'build.log'
    log.unlink(missing_ok=True)
    process = Publication(*extra_modules).process
    said = []
    if reached == IN_THE_COMPILER:
        wait(lambda: log.is_file() and reached in log.read_text(errors='replace'), 'the compiler', seconds=300)
    else:
        for line in process.stdout:
            said.append(line)
            if line == f'{reached}…\n':
                break
    process.send_signal(by)
    said += process.stdout
    expect(process.wait() in (-signal.SIGKILL, 130), f'it was not interrupted: {said}')
    wait(lambda: subprocess.run(['pgrep', '-x', 'flatpak-builder'], stdout=subprocess.DEVNULL).returncode == 1, 'what it had started to end')
    return ''.join(said)


def resumes():
    """Nothing is published before it is whole; what was compiled is not compiled again."""
    interrupted(IN_THE_COMPILER)
    expect(not SITE.exists(), 'something is published')


def builds():
    world['said'] = publish()
    print(f'# {sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file()) // 1000} kB are published')
    for name in ('yonder.flatpakrepo', f'{ID}.flatpakref', 'index.html', 'yonder.gpg', 'repo/summary.sig'):
        expect((SITE / name).is_file(), f'{name} is missing')
    expect('{{' not in (SITE / 'index.html').read_text(), 'the page has words that were not put in')


def keeps_the_key():
    home = WORK / 'gnupg'
    expect(home.stat().st_mode & 0o77 == 0, 'others can read the folder of the key')
    stored = re.sub(r'\s', '', next(home.glob('private-keys-v1.d/*.key')).read_text())
    secret = re.search(r'\(d#([0-9A-F]{64})#', stored).group(1)
    told = world['said'] + (WORK / ID / 'build.log').read_text(errors='replace')
    published = b''.join(path.read_bytes() for path in SITE.rglob('*') if path.is_file())
    for kind in (secret, secret.lower()):
        expect(kind not in told, 'the secret key is in the output')
        expect(kind.encode() not in published and bytes.fromhex(kind) not in published, 'the secret key is in what is published')
    expect(b'PRIVATE KEY' not in published and not list(SITE.rglob('*private*')), 'a secret key is in what is published')


def survives_interruptions():
    """While the repository is signed, while the site is put together, between the old one's going and the new one's coming; and a module that
    cannot be built."""
    before = contents(SITE)
    interrupted('Making what spares users downloads', MARKER)
    expect(contents(SITE) == before, 'killed while signing: what is published has changed')
    said = interrupted('Looking at it as a client would', MARKER, by=signal.SIGINT)
    expect(contents(SITE) == before, 'interrupted at the last step: what is published has changed')
    expect('start it again and it goes on' in said and 'Traceback' not in said, said)
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
    pictures = ElementTree.fromstring(catalogue).findall('component/screenshots/screenshot/image')
    expect(len(pictures) >= 4, f'the catalogue has {len(pictures)} screenshots')
    for picture in pictures:
        with urllib.request.urlopen(picture.text) as answer:
            size = Image.open(io.BytesIO(answer.read())).size
        expect(size == (int(picture.get('width')), int(picture.get('height'))), f'{picture.text} is {size}')


def is_found():
    """As a software center finds it, which reads the catalogue of each repository."""
    run('flatpak', 'update', '--user', '--appstream')
    found = run('flatpak', 'search', '--user', '--columns=application,name,description', 'call')
    expect(f'{ID}\tYonder\tCall people by sound and picture' in found, found)


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


def close_window(name):
    app.says('^Call Ended$')
    app.key(name, 'ctrl+w')
    wait(lambda: all(window.name != name for window in app.windows()), f'the window of {name} to close')


def development_is_beside_it():
    """The released one runs, and goes on."""
    development.said()
    devel = serve(DEVEL_SITE)
    run('flatpak', 'install', '--user', '--noninteractive', f'{DEVEL_URL}/{DEVEL}.flatpakref')
    devel.shutdown()
    exports = HOME / 'flatpak' / 'exports' / 'share'
    for name in ('applications/{}.desktop', 'icons/hicolor/scalable/apps/{}.svg', 'icons/hicolor/symbolic/apps/{}-symbolic.svg',
                 'dbus-1/services/{}.service'):
        both = [(exports / name.format(id)).read_text() for id in (ID, DEVEL)]
        expect('symbolic' in name or both[0] != both[1], f'{name} is the same')
    expect(DEVEL in (exports / f'dbus-1/services/{DEVEL}.service').read_text(), 'the service has another name')
    expect('/org/yondercall/Yonder/Devel/' in run('flatpak', 'run', '--command=gsettings', DEVEL, 'list-schemas', '--print-paths'), 'its settings')
    other = desktop.installed(DEVEL, '--embedded')
    other.find('^Echo$', Atspi.Role.LIST_ITEM)
    desktop.screenshot().save(os.environ['YONDER_SCREENSHOTS'] + '/flatpak-devel.png')
    expect({ID, DEVEL} <= set(run('flatpak', 'ps', '--columns=application').split()), 'not both run')
    for name in (ID, DEVEL):
        expect(is_owned(name), f'nobody owns {name}')
    call(DEVEL, '/org/yondercall/Yonder/Devel', 'org.freedesktop.Application', 'ActivateAction', GLib.Variant('(sava{sv})', ('quit', [], {})))
    expect(other.process.wait(60) == 0, 'it did not end well')
    run('flatpak', 'uninstall', '--user', '--noninteractive', '--delete-data', DEVEL)
    app.find('^Echo$', Atspi.Role.LIST_ITEM)


def quits():
    status = app.quit()
    expect(status == 0, f'it ended with status {status}')


def has_a_session():
    """A keyring that is open, a headset that can be listened to, and a microphone that hears a tone."""
    keyring = desktop.start('--unlock', '--components=secrets', '--foreground', program='gnome-keyring-daemon', stdin=subprocess.PIPE,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    keyring.stdin.write(b'password')
    keyring.stdin.close()
    sound = Sound(desktop, ['Headset', 'Tone'])
    sound.control('load-module', 'module-remap-source', 'master=tone.monitor', 'source_name=microphone')
    sound.control('set-default-source', 'microphone')
    desktop.start('-q', 'audiotestsrc', 'is-live=true', 'freq=440', '!', 'pulsesink', 'device=tone', program='gst-launch-1.0')
    world['headset'] = sound.listen('headset')
    wait(lambda: is_owned('org.freedesktop.secrets'), 'the keyring')


def plug_in_a_camera():
    """A green one with a ball that moves. PipeWire 1.4 offers one until its first user goes: there is one for each call."""
    if 'camera' in world:
        world['camera'].kill()
        world['camera'].wait()
    world['camera'] = desktop.start(
        '-q', '--no-fault', 'videotestsrc', 'is-live=true', 'pattern=ball', 'background-color=0xff26a269', '!',
        'video/x-raw,format=I420,width=640,height=480,framerate=15/1', '!', 'pipewiresink', 'mode=provide', 'stream-properties=camera,media.class=Video/Source,media.role=Camera,node.name=green', program='gst-launch-1.0')
    wait(lambda: '"node.name": "green"' in subprocess.run(['pw-dump'], capture_output=True, text=True, timeout=60).stdout, 'the camera')


def asks_for_the_camera():
    """The portal does, in a window of its own; then the picture goes to Echo and back."""
    plug_in_a_camera()
    app.button('Video call with Echo').click()

    def grant():
        for _, place in desktop.bus.applications():
            for widget in desktop.bus.look(place).walk():
                if widget.name == 'Grant Access' and widget.role == Atspi.Role.BUTTON:
                    desktop.screenshot().save(os.environ['YONDER_SCREENSHOTS'] + '/flatpak-camera-portal.png')
                    widget.click()
                    return True
        return False

    wait(grant, 'the question of the portal')
    app.place('Echo', 450, 0)
    app.talks('Echo')
    wait(lambda: is_green(app.picture('Echo').getpixel((100, 250))), 'the green of the camera, back from Echo')
    app.picture_moves('Echo')
    app.save('Echo', 'flatpak-camera')
    app.stir('Echo')
    app.button('Hang Up').click()
    close_window('Echo')
    app.rest()


def is_green(colour):
    red, green, blue = colour
    return green > red + 60 and green > blue + 30


def meets_a_browser():
    world['uri'], world['me'] = address_and_name(app)
    world['browser'] = Browser(world['uri'])
    world['browser'].do('Bea', 'open')
    app.find('^Bea$', Atspi.Role.LIST_ITEM)


def sound_and_picture():
    """Here and in the browser."""
    app.place('Bea', 450, 0)
    app.talks('Bea')
    app.stir('Bea')
    shows_the_browsers_camera(app, 'Bea')
    world['browser'].gets_pictures('Bea')
    world['headset']()
    wait(lambda: world['headset']() > LOUD, 'the browser to be heard in the headset')

    def hears():
        heard = world['browser'].do('Bea', 'hears')
        return heard['dbov'] > -50 and abs(heard['hz'] - 440) < 40

    wait(hears, 'the browser to hear the tone of the microphone')
    app.rest()


def is_called_by_a_browser():
    plug_in_a_camera()
    world['browser'].do('Bea', 'call', whom=world['me'], video=True)
    app.says('^Incoming video call$')
    app.place('Bea', 450, 0)
    app.key('Bea', 'ctrl+shift+a')
    sound_and_picture()
    wait(lambda: all(map(is_green, world['browser'].do('Bea', 'colours', places=[(0.1, 0.5), (0.9, 0.2)]) or [(0, 0, 0)])),
         'the browser to see the green of the camera')
    app.save('Bea', 'flatpak-called')
    world['browser'].do('Bea', 'hangUp')
    close_window('Bea')


def calls_a_browser():
    app.button('Video call with Bea').click()
    world['browser'].do('Bea', 'press', selector='#accept-video')
    sound_and_picture()
    app.save('Bea', 'flatpak-calls')
    world['browser'].do('Bea', 'hangUp')
    close_window('Bea')


def two_call_each_other():
    """Another user's, who has a home, a session and a screen to themselves."""
    home = HOME / 'neighbour'
    (home / 'run').mkdir(parents=True, mode=0o700, exist_ok=True)
    environment = {**os.environ, 'HOME': str(home), 'XDG_RUNTIME_DIR': str(home / 'run')}
    zoe = subprocess.Popen(['dbus-run-session', '--', 'python3', SOURCE / 'tests/distribution/neighbour.py', SOURCE, world['uri'], world['me']],
                           env=environment, stdout=subprocess.PIPE, text=True)
    desktop.processes.append(zoe)

    def reaches(step):
        said = next((line for line in zoe.stdout if line.startswith('neighbour: ')), 'nothing any more')
        expect(said == f'neighbour: {step}\n', f'the neighbour says {said}, not {step}')

    reaches('there')
    app.button('Video call with Zoe').click()
    app.place('Zoe', 450, 0)
    app.picture_moves('Zoe')
    reaches('sees')
    app.stir('Zoe')
    app.button('Hang Up').click()
    close_window('Zoe')
    app.says('^Incoming video call$')
    app.place('Zoe', 450, 0)
    app.key('Zoe', 'ctrl+shift+a')
    app.picture_moves('Zoe')
    reaches('sees')
    app.stir('Zoe')
    app.button('Hang Up').click()
    close_window('Zoe')
    app.rest()
    expect(zoe.wait(60) == 0, 'the neighbour failed')


def signs_in(*arguments):
    """Starts, signs in where the page for that comes, and gives the window of one who has."""
    window = desktop.installed(ID, *arguments)
    window.place('Yonder', 0, 0)
    if arguments:
        window.field('Name or E-Mail Address').type('ada@example.org')
        window.field('Password (None for Guests)').type('correct horse')
        window.button('^Sign In$').click()
    window.says('^Nobody Here Yet$')
    return window


def forget_accounts():
    """So that it asks where to sign in."""
    run('flatpak', 'run', '--command=gsettings', ID, 'reset', ID, 'accounts')


def remembers_who_signed_in():
    """With the key to what it keeps from the keyring, through the portal."""
    (DATA / 'data').mkdir(parents=True, exist_ok=True)
    (DATA / 'data' / 'password').write_text('correct horse\n')
    server = desktop.start(*command('serve', '--port', '0', '--json', '--add-user', 'ada@example.org:Ada', '--password-file',
                                    DATA / 'data' / 'password')[1:], program='flatpak', stdout=subprocess.PIPE, text=True)
    address = next(event['uri'] for event in map(json.loads, server.stdout) if event['event'] == 'serving')
    forget_accounts()
    first = signs_in('--server', address)
    wait(lambda: list(DATA.rglob('*.keyring')), 'the credentials to be kept')
    first.quit()
    again = signs_in()
    again.save('Yonder', 'flatpak-signed-in-again')
    again.quit()
    world['server'] = server


def runs_on_wayland():
    """With no X11 in reach."""
    screen = {name: os.environ.pop(name) for name in ('DISPLAY', 'GDK_BACKEND')}
    wayland = FlatpakWaylandDesktop()
    try:
        begin = time.monotonic()
        window = wayland.installed(ID, '--embedded')
        window.find('^Echo$', Atspi.Role.LIST_ITEM)
        print(f'# on Wayland its contacts were there after {time.monotonic() - begin:.1f} s')
        window.place('Yonder', 0, 0)
        window.button('Video call with Echo').click()
        window.place('Echo', 450, 0)
        window.says(r'^\d+∶\d\d$')
        window.picture_moves('Echo')
        window.save('Echo', 'flatpak-wayland')
        window.quit()
    finally:
        wayland.close()
        os.environ.pop('WAYLAND_DISPLAY')
        os.environ.update(screen)


def says_so_without_a_network():
    server = desktop.start(*command('serve', '--port', '0', '--echo', '--json')[1:], program='flatpak', stdout=subprocess.PIPE, text=True)
    address = next(event['uri'] for event in map(json.loads, server.stdout) if event['event'] == 'serving')
    call = ('--command=yonder-cli', ID, 'call', 'Echo', '--server', address, '--user', 'me', '--source', 'test', '--duration', '2')
    run('flatpak', 'run', *call)
    said = run('flatpak', 'run', '--unshare=network', *call, fails=True)
    print(f'# without a network: {said.strip().splitlines()[-1]}')
    expect('Yonder is not allowed to use the network' in said, said)
    forget_accounts()
    window = desktop.installed('--unshare=network', ID, '--server', address)
    window.place('Yonder', 0, 0)
    window.field('Name or E-Mail Address').type('Me')
    window.button('^Sign In$').click()
    window.says('Yonder is not allowed to use the network')
    window.save('Yonder', 'flatpak-without-network')
    window.quit()
    server.terminate()


def updates():
    """What is new is a file that the module `marker` brings."""
    run('flatpak', 'run', '--command=gsettings', ID, 'set', ID, 'run-in-background', 'false')
    kept = contents(DATA)
    publish(MARKER)
    begin = time.monotonic()
    run('flatpak', 'update', '--user', '--noninteractive')
    print(f'# updated in {time.monotonic() - begin:.1f} s')
    expect(run('flatpak', 'run', '--command=cat', ID, '/app/share/marker').split()[-1] == 'new', 'it is the old version')
    lost = {name for name, digest in kept.items() if not name.startswith(('cache/', '.ld.so/')) and contents(DATA).get(name) != digest}
    expect(not lost, f'not as it was: {lost}')
    expect(run('flatpak', 'run', '--command=gsettings', ID, 'get', ID, 'run-in-background').split()[-1] == 'false', 'a setting is lost')
    window = signs_in()
    window.press_tab('Yonder', 'Calls')
    window.find('Bea')
    window.find('Echo')
    window.save('Yonder', 'flatpak-updated')
    window.quit()
    world['server'].terminate()


def goes_back():
    """To the oldest that is still in the repository, and on to the newest. One that runs would keep what it runs from."""
    subprocess.run(['flatpak', 'kill', ID], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait(lambda: ID not in run('flatpak', 'ps', '--columns=application'), 'what runs to end')
    told = run('flatpak', 'remote-info', '--log', 'yonder', ID)
    oldest = re.findall(r'^ *Commit: ([0-9a-f]{64})$', told, re.MULTILINE)[-1]
    run('flatpak', 'update', '--noninteractive', f'--commit={oldest}', ID)
    run('flatpak', 'run', '--command=cat', ID, '/app/share/marker', fails=True)
    run('flatpak', 'update', '--noninteractive', ID)
    run('flatpak', 'run', '--command=cat', ID, '/app/share/marker')


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
tap = TimedTap(desktop)
tap.case('killed while it is built, it publishes nothing', resumes)
tap.case('started again it is built, signed and published', builds, vital=True)
tap.case('the secret key stays where it is, and is never told', keeps_the_key)
tap.case('what is published survives interruptions and failures', survives_interruptions)
development = Publication(name=DEVEL)  # meanwhile
server = serve()
tap.case('software centers get a catalogue with words, icons and screenshots', has_a_catalogue)
tap.case('a wrong key is refused', refuses_a_wrong_key)
tap.case('it installs from the repository', installs, vital=True)
tap.case('it is found by what it does', is_found)
tap.case('it may do what the manifest says and no more', may_do_what_the_manifest_says)
tap.case('it sees no files of the user', sees_no_files)
tap.case('there is a session with sound and a keyring', has_a_session, vital=True)
app = tap.case('the installed application starts', starts, vital=True)
tap.case('it runs in a sandbox', is_in_a_sandbox)
tap.case('it asks for the camera: its picture goes to Echo and back', asks_for_the_camera)
tap.case('a browser comes to the server that it brings along', meets_a_browser, vital=True)
tap.case('the browser calls it: both have sound and picture', is_called_by_a_browser)
tap.case('it calls the browser: both have sound and picture', calls_a_browser)
tap.case('the development version is installed beside it', development_is_beside_it)
tap.case('two installed applications call each other', two_call_each_other)
tap.case('Ctrl+Q quits', quits)
world['browser'].close()
tap.case('on Wayland it calls Echo: the picture moves', runs_on_wayland)
tap.case('without the network it says so', says_so_without_a_network)
tap.case('it remembers who signed in, by the keyring', remembers_who_signed_in)
tap.case('an update brings the new version and keeps what the user had', updates)
tap.case('an older version can be had back', goes_back)
tap.case('removed with its data it leaves nothing', leaves_nothing)
tap.case('it installs by a click', installs_by_a_click)
server.shutdown()
desktop.close()
if 'YONDER_ROOT_GOES_ON' in os.environ:
    (HOME / 'cases').write_text(f'{tap.number} {tap.failed}')
else:
    tap.skip('root installs it for everybody', 'not root')
    tap.done()
