#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-flatpak-files.py SOURCE: manifests, metainfo, launcher and documentation agree, and the permissions are as few as they can be.

Then each check is shown to fail on a copy of what is right with one thing changed."""

import copy
import json
import pathlib
import re
import struct
import sys
import xml.etree.ElementTree as ElementTree

SOURCE = pathlib.Path(sys.argv[1])
ID = 'org.yondercall.Yonder'
MANIFESTS = {ID: [], f'{ID}.Devel': ['-Ddevelopment=true']}
# What a program for calls cannot do without; everything else is asked of portals.
NEEDED = {'--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11', '--socket=pulseaudio', '--device=dri'}
OLDEST_RUNTIME = 50
TEMPLATES = ('org.yondercall.Yonder.metainfo.xml.in.in', 'org.yondercall.Yonder.desktop.in.in', 'org.yondercall.Yonder.service.in')


def read():
    data = SOURCE / 'data'
    return {
        'manifests': {name: json.loads((SOURCE / 'flatpak' / f'{name}.json').read_text()) for name in MANIFESTS},
        'metainfo': (data / TEMPLATES[0]).read_text(), 'desktop': (data / TEMPLATES[1]).read_text(), 'service': (data / TEMPLATES[2]).read_text(),
        'install': (SOURCE / 'docs' / 'install.md').read_text(), 'releasing': (SOURCE / 'docs' / 'releasing.md').read_text(),
        'pictures': {path.name: path.read_bytes() for path in (data / 'screenshots').glob('*.png')},
    }


def check_permissions(world):
    told = set(re.findall(r'^\| `(--[^`]+)` \|', world['install'], re.MULTILINE))
    for name, manifest in world['manifests'].items():
        given = manifest['finish-args']
        for argument in sorted(set(given) ^ NEEDED):
            yield f'{name}: {argument} is {"more than needed" if argument in given else "missing"}'
        if len(given) != len(set(given)):
            yield f'{name}: a permission stands there twice'
        for argument in sorted(set(given) ^ told):
            yield f'docs/install.md and {name}: only one of them has {argument}'


def check_manifests(world):
    for name, manifest in world['manifests'].items():
        if manifest['id'] != name:
            yield f'{name}.json is that of {manifest["id"]}'
        if int(manifest['runtime-version']) < OLDEST_RUNTIME or manifest['runtime'] != 'org.gnome.Platform' or manifest['sdk'] != 'org.gnome.Sdk':
            yield f'{name}: the runtime is not GNOME {OLDEST_RUNTIME} or newer'
        if manifest['command'] != re.search(r'^Exec=(\S+)', world['desktop'], re.MULTILINE).group(1):
            yield f'{name}: its command is not that of the launcher'
        for module in manifest['modules']:
            for source in module['sources']:
                pinned = re.fullmatch('[0-9a-f]{64}', source.get('sha256', '')) or re.fullmatch('[0-9a-f]{40}', source.get('commit', ''))
                if not pinned and not (module['name'] == 'yonder' and source['type'] == 'dir'):
                    yield f'{name}: a source of {module["name"]} has no checksum'
    released, development = (copy.deepcopy(world['manifests'][name]) for name in MANIFESTS)
    development['id'] = released['id']
    own = next(module for module in development['modules'] if module['name'] == 'yonder')
    options = own['config-opts']
    if '-Ddevelopment=true' not in options:
        yield 'the development manifest does not build a development version'
    own['config-opts'] = [option for option in options if option != '-Ddevelopment=true']
    if development != released:
        yield 'the development manifest differs in more than its id and -Ddevelopment=true'


def check_identity(world):
    """Both variants must have their own names everywhere, or they could not be installed beside each other."""
    metainfo = ElementTree.fromstring(world['metainfo'].encode())
    for path, expected in (('id', '@APP_ID@'), ('launchable', '@APP_ID@.desktop')):
        if metainfo.findtext(path) != expected:
            yield f'metainfo: {path} is not {expected}'
    for name, line in (('desktop', 'Icon=@APP_ID@'), ('service', 'Name=@APP_ID@')):
        if line not in world[name].splitlines():
            yield f'{name}: no line {line}'
    for scheme in metainfo.iterfind('provides/mediatype'):
        if f'{scheme.text};' not in world['desktop']:
            yield f'desktop: it does not open {scheme.text}, which the metainfo provides'
    colours = {colour.get('scheme_preference'): colour.text for colour in metainfo.iterfind('branding/color[@type="primary"]')}
    if set(colours) != {'light', 'dark'} or not all(re.fullmatch('#[0-9a-f]{6}', colour) for colour in colours.values()):
        yield 'metainfo: no branding colours for light and dark'
    if metainfo.find('content_rating') is None or metainfo.find('releases/release') is None:
        yield 'metainfo: no content rating, or no release'


def check_screenshots(world):
    metainfo = ElementTree.fromstring(world['metainfo'].encode())
    addresses = [image.text for image in metainfo.iterfind('screenshots/screenshot/image')]
    base = re.search(r'--url (https://\S+)', world['releasing']).group(1)
    for address in addresses:
        if not address.startswith(f'{base}/screenshots/'):
            yield f'metainfo: {address} is not where build-repo publishes'
    named = {address.rsplit('/', 1)[1] for address in addresses}
    for name in sorted(named - set(world['pictures'])):  # the others are the manual's
        yield f'{name} is not in data/screenshots'
    for name, data in world['pictures'].items():
        width, height = struct.unpack('>II', data[16:24])
        if width < 400 or height < 300:
            yield f'{name} is too small: {width}×{height}'
    for screenshot in metainfo.iterfind('screenshots/screenshot'):
        caption = screenshot.findtext('caption') or ''
        if not caption or caption.endswith('.') or len(caption) > 100:
            yield f'metainfo: the caption “{caption}” is missing, ends in a full stop, or is long'
    if len(metainfo.findall('screenshots/screenshot[@type="default"]')) != 1:
        yield 'metainfo: not one default screenshot'


def changed(world, change):
    other = copy.deepcopy(world)
    change(other)
    return other


def replace(name, old, new):
    def change(world):
        assert old in world[name], f'{name} has no {old}'
        world[name] = world[name].replace(old, new, 1)
    return change


def of_manifest(name, function):
    return lambda world: function(world['manifests'][name])


CHECKS = {
    check_permissions: 'the permissions are few, and docs/install.md explains each',
    check_manifests: 'both manifests have a current runtime, checksums, and differ in nothing else',
    check_identity: 'metainfo, launcher and service agree, and have their branding',
    check_screenshots: 'every screenshot is published where the metainfo says',
}
WRONG = [
    (check_permissions, of_manifest(ID, lambda one: one['finish-args'].append('--device=all')), 'more than needed'),
    (check_permissions, of_manifest(ID, lambda one: one['finish-args'].append('--filesystem=home')), 'more than needed'),
    (check_permissions, of_manifest(ID, lambda one: one['finish-args'].remove('--socket=wayland')), 'missing'),
    (check_permissions, replace('install', '| `--device=dri` |', '| the graphics card |'), 'only one of them has --device=dri'),
    (check_manifests, of_manifest(ID, lambda one: one.update({'runtime-version': '48'})), 'GNOME 50 or newer'),
    (check_manifests, of_manifest(f'{ID}.Devel', lambda one: one.update({'id': ID})), 'is that of'),
    (check_manifests, of_manifest(ID, lambda one: one['modules'].insert(0, {'name': 'x', 'sources': [{'type': 'archive', 'url': 'https://x'}]})), 'no checksum'),
    (check_manifests, of_manifest(f'{ID}.Devel', lambda one: one['finish-args'].reverse()), 'differs in more'),
    (check_manifests, replace('desktop', 'Exec=yonder', 'Exec=yon'), 'not that of the launcher'),
    (check_identity, replace('metainfo', '<id>@APP_ID@', '<id>org.example.Other'), 'id is not'),
    (check_identity, replace('service', 'Name=@APP_ID@', f'Name={ID}'), 'no line Name='),
    (check_identity, replace('desktop', 'MimeType=x-scheme-handler/yonder;', ''), 'does not open'),
    (check_identity, replace('metainfo', 'scheme_preference="dark"', 'scheme_preference="light"'), 'no branding'),
    (check_screenshots, replace('metainfo', '/call.png', '/gone.png'), 'is not in data'),
    (check_screenshots, replace('metainfo', 'yondercall.org/flatpak/screenshots', 'example.org'), 'not where'),
    (check_screenshots, replace('metainfo', 'type="default"', ''), 'default'),
]

world = read()
failed = 0
cases = [(name, list(check(world)), True) for check, name in CHECKS.items()]
cases += [(f'told: {words}', [line for line in check(changed(world, change)) if words in line], False) for check, change, words in WRONG]
for number, (name, complaints, good) in enumerate(cases, 1):
    right = bool(complaints) != good
    failed += not right
    print(f'{"ok" if right else "not ok"} {number} - {name}')
    if good and complaints:
        print('\n'.join(f'# {line}' for line in complaints), file=sys.stderr)
print(f'1..{len(cases)}')
sys.exit(1 if failed else 0)
