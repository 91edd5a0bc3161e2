# SPDX-License-Identifier: GPL-3.0-or-later
"""Yonder as a Flatpak: published on loopback, installed, and worked on a screen of its own.

The manifest is the shipped one but for the runtime, which is made of Debian's packages (debian-runtimes), and the optimization of the
compiler. Runs where in-flatpak has prepared what a sandbox needs.
"""

import functools
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

os.environ.setdefault('YONDER', 'flatpak')
SOURCE = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(SOURCE / 'tests' / 'ui'))
from desktop import Desktop, Failure, SandboxedApplication, Tap, wait  # noqa: E402
from wayland import WaylandApplication, WaylandDesktop  # noqa: E402

HOME = pathlib.Path(os.environ['YONDER_FLATPAK']) / 'home'  # of the ordinary user
ID = 'org.yondercall.Yonder'
DEVEL = f'{ID}.Devel'
SITE = HOME / 'site'
DEVEL_SITE = HOME / 'site-devel'
WORK = HOME / 'work'
PORTS = {SITE: 18090, DEVEL_SITE: 18091}
URL = f'http://127.0.0.1:{PORTS[SITE]}'
DEVEL_URL = f'http://127.0.0.1:{PORTS[DEVEL_SITE]}'


def run(*command, fails=False, **environment):
    result = subprocess.run([str(part) for part in command], env={**os.environ, 'LC_ALL': 'C.UTF-8', **environment}, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)
    if (result.returncode != 0) != fails:
        raise Failure(f'{" ".join(map(str, command))} ended with {result.returncode}:\n{result.stdout[-3000:]}')
    return result.stdout


def expect(condition, what):
    if not condition:
        raise Failure(what)


def make_manifest(name, *extra_modules):
    """The shipped manifest for the runtime that is there."""
    manifest = json.loads((SOURCE / 'flatpak' / f'{name}.json').read_text())
    manifest |= {'runtime': 'org.debian.Platform', 'sdk': 'org.debian.Sdk', 'runtime-version': '13'}
    own = next(module for module in manifest['modules'] if module['name'] == 'yonder')
    own['config-opts'] += ['-Doptimization=0', '-Ddebug=false']
    manifest['modules'] += extra_modules
    path = HOME / f'{name}.json'
    path.write_text(json.dumps(manifest))
    return path


def publishing(*extra_modules, name=ID):
    """The command that publishes."""
    site, url, repository = (SITE, URL, 'yonder') if name == ID else (DEVEL_SITE, DEVEL_URL, 'yonder-devel')
    return [SOURCE / 'flatpak' / 'build-repo', site, '--url', url, '--work', WORK, '--ccache', os.environ['YONDER_CCACHE'],
            '--manifest', make_manifest(name, *extra_modules), '--runtime-repo', f'{url}/{repository}.flatpakrepo']


class Publication:
    """build-repo at work, while something else goes on."""

    def __init__(self, *extra_modules, name=ID):
        self.begin = time.monotonic()
        self.process = subprocess.Popen([str(part) for part in publishing(*extra_modules, name=name)], env={**os.environ, 'LC_ALL': 'C.UTF-8'},
                                        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def said(self, fails=False):
        """Waits for its end."""
        said = self.process.communicate(timeout=1800)[0]
        expect((self.process.returncode != 0) == fails, f'build-repo ended with {self.process.returncode}:\n{said}')
        steps = re.findall(r'^(.+)…\n  (\d+) s$', said, re.MULTILINE)
        print(f'# build-repo took {time.monotonic() - self.begin:.0f} s:', ', '.join(f'{what} {seconds} s' for what, seconds in steps), flush=True)
        return said


def publish(*extra_modules, fails=False):
    return Publication(*extra_modules).said(fails)


def command(*arguments):
    """yonder-cli from the inside of the sandbox."""
    return ('flatpak', 'run', '--command=yonder-cli', ID, *arguments)


class TimedTap(Tap):
    """Tells what each case took: together they have to stay below ten minutes."""

    def case(self, name, function, *arguments, vital=False):
        begin = time.monotonic()
        result = super().case(name, function, *arguments, vital=vital)
        print(f'# {time.monotonic() - begin:.0f} s', flush=True)
        return result


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve(site=SITE):
    """Any web server would do."""
    server = http.server.ThreadingHTTPServer(('127.0.0.1', PORTS[site]), functools.partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Installed:
    """What a desktop needs besides to start the installed application.

    On the accessibility bus that has the process id of the proxy that the sandbox speaks through, and on its windows that of the sandbox.
    So it is the application that was not there before."""

    def open_screen(self, width, height):
        screen = super().open_screen(width, height)
        # portals, which the session bus starts, open windows there
        subprocess.run(['dbus-update-activation-environment', *(name for name in ('DISPLAY', 'WAYLAND_DISPLAY', 'GDK_BACKEND') if name in os.environ)],
                       check=True)
        return screen

    def environment(self, extra=None):
        environment = super().environment(extra)
        for name in ('GSETTINGS_BACKEND', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'G_DEBUG', 'MALLOC_PERTURB_'):
            environment.pop(name, None)
        return environment

    def close(self):
        """What runs in a sandbox outlives `flatpak run`, and would keep the test's output open."""
        subprocess.run(['flatpak', 'kill', ID], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        super().close()

    def installed(self, *arguments):
        before = {place for _, place in self.bus.applications()}
        process = self.start('run', *arguments, program='flatpak')

        def find():
            expect(process.poll() is None, f'flatpak run ended with status {process.returncode}')
            return next((place for _, place in self.bus.applications() if place not in before and self.bus.look(place).children), None)

        return self.application(process, wait(find, 'the application on the accessibility bus'))


class FlatpakApplication(SandboxedApplication):
    def talks(self, title):
        """Waits until the clock of the call runs. It hides with the controls, so the pointer has to move."""
        self.stir(title)
        self.says(r'^\d+∶\d\d$')
        self.rest()


class FlatpakDesktop(Installed, Desktop):
    def application(self, process, place):
        return FlatpakApplication(self, process, place)


class FlatpakWaylandApplication(WaylandApplication):
    def owns(self, node):
        return True


class FlatpakWaylandDesktop(Installed, WaylandDesktop):
    def application(self, process, place):
        return FlatpakWaylandApplication(self, process, place)
