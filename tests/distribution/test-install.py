#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-install.py SOURCE BUILD VERSION ID: what is installed is whole, is taken away whole, and says one version everywhere."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

source, build = map(pathlib.Path, sys.argv[1:3])
version, application_id = sys.argv[3:5]
failed = 0
number = 0


def case(name, function, *arguments):
    global failed, number
    number += 1
    try:
        function(*arguments)
        print(f'ok {number} - {name}', flush=True)
    except Exception as error:  # every failure is told and the program goes on
        failed += 1
        print(f'not ok {number} - {name}', flush=True)
        print(f'# {name}: {error}', file=sys.stderr, flush=True)


def run(*command, **environment):
    result = subprocess.run([str(part) for part in command], env={**os.environ, **environment}, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode != 0:
        raise AssertionError(f'{command[0]}: {result.stdout[-2000:]}')
    return result.stdout


def same(found, expected, what):
    if found != expected:
        raise AssertionError(f'{what}: missing {sorted(expected - found)}, too many {sorted(found - expected)}')


def files_below(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob('*') if not path.is_dir()}


def expected_files():
    share = {
        f'applications/{application_id}.desktop', f'dbus-1/services/{application_id}.service',
        'glib-2.0/schemas/org.yondercall.Yonder.gschema.xml', f'metainfo/{application_id}.metainfo.xml',
        f'icons/hicolor/scalable/apps/{application_id}.svg', f'icons/hicolor/symbolic/apps/{application_id}-symbolic.svg',
        'help/C/yonder/C.html', 'man/man1/yonder.1', 'man/man1/yonder-cli.1',
    }
    for language in (source / 'po' / 'LINGUAS').read_text().split('\n'):
        if language and not language.startswith('#'):
            share |= {f'locale/{language}/LC_MESSAGES/yonder.mo', f'help/{language}/yonder/{language}.html'}
    return {'bin/yonder', 'bin/yonder-cli'} | {f'share/{name}' for name in share}


def options_of(text):
    return set(re.findall(r'(?<![\w-])--(?!help-)[a-z][a-z-]*', text))


def options_are_told(page, *commands):
    """Only what groff takes for a word counts: a page writes a hyphen of an option as \\-."""
    told = options_of((source / 'data' / 'man' / page).read_text().replace(r'\-', '-'))
    for command in commands:
        missing = options_of(run(*command, '--help')) - told
        if missing:
            raise AssertionError(f'{page} does not tell {sorted(missing)}')


def is_well_formed(page):
    said = run('groff', '-man', '-Tutf8', '-ww', '-z', source / 'data' / 'man' / page)
    if said.strip():
        raise AssertionError(said)


def says_the_version(path, pattern):
    first = re.search(pattern, (source / path).read_text())
    if first is None or first.group(1) != version:
        raise AssertionError(f'{path} says {first and first.group(1)}, meson.build says {version}')


with tempfile.TemporaryDirectory(prefix='yonder-install-') as folder:
    root = pathlib.Path(folder)
    case('it installs below a folder', run, 'meson', 'install', '-C', build, '--no-rebuild', '--destdir', root)
    prefix = next((path.parent.parent for path in root.rglob('bin/yonder')), root)
    case('every file is there, and no other', lambda: same(files_below(prefix), expected_files(), prefix))
    for kind, check in {'.desktop': ['desktop-file-validate'], '.metainfo.xml': ['appstreamcli', 'validate', '--no-net', '--pedantic']}.items():
        path = next(prefix.rglob(f'*{kind}'))
        case(f'{check[0]} has nothing to say', run, *check, path)
    case('the service starts the installed program',
         lambda: same({line for line in next(prefix.rglob('*.service')).read_text().splitlines() if line.startswith('Exec')},
                      {f'Exec=/{(prefix / "bin/yonder").relative_to(root)} --gapplication-service'}, 'service'))
    case('uninstalling leaves no file', lambda: (run('ninja', '-C', build, 'uninstall'), same(files_below(root), set(), root)))

cli = build / 'src' / 'cli' / 'yonder-cli'
commands = re.findall(r'^  ([a-z]+)', run(cli, '--help').split('Commands:')[1], re.MULTILINE)
case('the manual of yonder-cli tells every command', lambda: same(
    set(commands) & set(re.findall(r'^\.B ([a-z]+)', (source / 'data/man/yonder-cli.1').read_text(), re.MULTILINE)), set(commands), 'commands'))
case('and every option', options_are_told, 'yonder-cli.1', *[[cli, command] for command in commands if command != 'profile'])
case('the manual of yonder tells every option', options_are_told, 'yonder.1', [build / 'src' / 'ui' / 'yonder'])
for page in 'yonder.1', 'yonder-cli.1':
    case(f'{page} is well formed', is_well_formed, page)
    case(f'{page} says the version', says_the_version, f'data/man/{page}', r'\.TH .*"Yonder ([\d.]+)"')
case('NEWS begins with the version', says_the_version, 'NEWS', r'^Version ([\d.]+), \d{4}-\d\d-\d\d\n')
case('the newest release in the metainfo is the version', says_the_version, 'data/org.yondercall.Yonder.metainfo.xml.in.in', r'<release version="([\d.]+)"')
case('the Debian changelog begins with the version', says_the_version, 'debian/changelog', r'^yonder \(([\d.]+)')
print(f'1..{number}')
sys.exit(1 if failed else 0)
