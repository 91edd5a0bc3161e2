#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-flatpak-forbidden.py SOURCE: where the kernel forbids namespaces, the test of the Flatpak is skipped with the reason, and does not fail.

It is forbidden in a user namespace of ours only: each has limits of its own, in /proc/sys/user."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(sys.argv[1]) / 'tests' / 'distribution'
EVERYBODY = ['unshare', '--user', '--map-users=0:0:65536', '--map-groups=0:0:65536']
ONESELF = ['unshare', '--user', '--map-current-user', '--keep-caps']
GAMES = ['setpriv', '--reuid=games', '--regid=games', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'] if os.getuid() == 0 else []
POWERLESS = 'setpriv --ambient-caps=-all --inh-caps=-all --bounding-set=-all'

CASES = [  # only root can have those of root
    ('an ordinary user without user namespaces', [*GAMES, *ONESELF], 'max_user_namespaces', POWERLESS, ['user namespaces are forbidden']),
    ('root without namespaces', EVERYBODY, 'max_mnt_namespaces', '', ['the kernel gives no namespaces']),
    ('root without user namespaces', EVERYBODY, 'max_user_namespaces', '', ['the kernel forbids user namespaces', 'something lies over /proc']),
][:3 if os.getuid() == 0 else 1]

failed = 0
with tempfile.TemporaryDirectory() as place:  # which everybody can read
    os.chmod(place, 0o755)
    shutil.copy(FOLDER / 'in-flatpak', place)
    for number, (who, namespace, limit, power, reasons) in enumerate(CASES, 1):
        name = f'{who}: skipped, and why'
        if subprocess.run([*namespace, 'true'], stderr=subprocess.DEVNULL).returncode != 0:
            print(f'ok {number} - {name} # SKIP user namespaces are forbidden here')
            continue
        script = f'echo 0 > /proc/sys/user/{limit} && exec {power} {place}/in-flatpak / none none'
        result = subprocess.run([*namespace, 'sh', '-c', script], cwd='/', capture_output=True, text=True, timeout=300)
        right = result.returncode == 0 and any(result.stdout.startswith('1..0 # SKIP ') and reason in result.stdout for reason in reasons)
        failed += not right
        print(f'{"ok" if right else "not ok"} {number} - {name}')
        if not right:
            print(f'# status {result.returncode}: {result.stdout}{result.stderr}', file=sys.stderr)
print(f'1..{len(CASES)}')
sys.exit(1 if failed else 0)
