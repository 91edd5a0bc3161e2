#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that each lint can fail: a small tree that is right passes, and each wrong one, one change away, is told by file and reason."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

BUILD_AUX = pathlib.Path(__file__).resolve().parent.parent.parent / 'build-aux'
SPDX = '/* SPDX-License-Identifier: GPL-3.0-or-later */\n'

GOOD = {
    'src/base/yonder-thing.h': SPDX + '#include <glib.h>\n',
    'src/base/yonder-thing-private.h': SPDX,
    'src/base/yonder-thing.c': SPDX + '#include "yonder-thing.h"\n#include "yonder-thing-private.h"\n#include <string.h>\n#include <libsecret/secret.h>\n',
    'src/wire/yonder-codec.h': SPDX + '#include "yonder-thing.h"\n#include <json-glib/json-glib.h>\n',
    'src/wire/yonder-codec.c': SPDX + '#include "yonder-profile-resources.h"\n/* #include "../gone.h" */\n',
    'src/signaling/yonder-line.h': SPDX + '#include "yonder-codec.h"\n#include <libsoup/soup.h>\n',
    'src/media/yonder-peer.h': SPDX + '#include <gst/gst.h>\n',
    'src/call/yonder-call.c': SPDX + '#include "yonder-line.h"\n#include "yonder-peer.h"\nconst char *s = _("Busy");\n/* _("in a comment") */\n',
    'src/ui/yonder-window.c': SPDX + '#include <gtk/gtk.h>\n#include "yonder-peer.h"\n',
    'src/ui/yonder-window.blp': SPDX + 'label: _("Call");\n',
    'src/ui/main.c': SPDX + 'const char *e = g_getenv ("X"); const char *t = "a _(\\"b\\") in a string";\n',
    'build-aux/tool': '#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n',
    'docs/page.md': 'See [the code](../src/ui/main.c#start), [there](https://example.org/) and [below](#below).\n',
    'docs/manual/README.md': '# The manual\n\n1. [Calling](calling.md)\n2. [There](https://example.org/)\n\n![A call](../../data/call.png)\n',
    'docs/manual/calling.md': '# Calling\n\nPress *Call* in the\nwindow, or run `yonder`. *Never* mind.\n\n| a | b |\n|---|---|\n| c | d |\n',
    'docs/manual/de/README.md': '# Das Handbuch\n\n1. [Anrufen](calling.md)\n2. [Dort](https://example.org/)\n\n![Ein Anruf](../../../data/de/call.png)\n',
    'docs/manual/de/calling.md': '# Anrufen\n\nKlicken Sie auf *Anrufen* oder geben Sie `yonder` ein.\n\n| a | b |\n|---|---|\n| c | d |\n',
    'data/call.png': '',
    'data/de/call.png': '',
    'po/POTFILES': '# comment\nsrc/call/yonder-call.c\nsrc/ui/yonder-window.blp\n',
    'po/LINGUAS': '# comment\nde\n',
    'po/de.po': 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "_Call"\nmsgstr "_Anrufen"\n',
}
MANUAL = GOOD['docs/manual/de/calling.md']

CHECKS = ('check-layers', 'check-sources', 'check-manual')

# Check, file, what is added to it (or its whole text where it is new or begins with =), words of the complaint
BAD = [
    ('check-layers', 'src/wire/yonder-codec.c', '#include "../base/yonder-thing.h"\n', 'by a path'),
    ('check-layers', 'src/wire/yonder-codec.c', '#include "base/yonder-thing.h"\n', 'by a path'),
    ('check-layers', 'src/wire/yonder-codec.c', '  #  include "yonder-line.h"\n', 'is of signaling, which wire must not know'),
    ('check-layers', 'src/base/yonder-thing.c', '#include "yonder-codec.h"\n', 'is of wire, which base must not know'),
    ('check-layers', 'src/media/yonder-peer.h', '#include "yonder-line.h"\n', 'is of signaling, which media must not know'),
    ('check-layers', 'src/signaling/yonder-line.h', '#include "yonder-peer.h"\n', 'is of media, which signaling must not know'),
    ('check-layers', 'src/wire/yonder-codec.c', '#include "yonder-thing-private.h"\n', 'is private to base'),
    ('check-layers', 'src/wire/yonder-codec.c', '#include "yonder-unheard-of.h"\n', 'is in no room'),
    ('check-layers', 'src/wire/yonder-codec.c', '#include <gtk/gtk.h>\n', 'is of gtk, which wire must not know'),
    ('check-layers', 'src/media/yonder-peer.h', '#include <adwaita.h>\n', 'is of gtk, which media must not know'),
    ('check-layers', 'src/media/yonder-peer.h', '#include <gdk/gdk.h>\n', 'is of gtk, which media must not know'),
    ('check-layers', 'src/call/yonder-call.c', '#include <gst/gst.h>\n', 'is of gst, which call must not know'),
    ('check-layers', 'src/call/yonder-call.c', '#include <libsoup/soup.h>\n', 'is of libsoup, which call must not know'),
    ('check-layers', 'src/wire/yonder-codec.c', '#include <libsoup/soup.h>\n', 'is of libsoup, which wire must not know'),
    ('check-layers', 'src/ui/yonder-window.c', '#include <sqlite3.h>\n', 'is of sqlite, which ui must not know'),
    ('check-layers', 'src/ui/yonder-window.c', '#include <curl/curl.h>\n', 'is of no library'),
    ('check-layers', 'src/wire/yonder-codec.c', '#include HEADER\n', 'by a macro'),
    ('check-layers', 'src/attic/yonder-old.c', SPDX, 'attic is no room'),
    ('check-sources', 'src/ui/yonder-window.h', '=/* A window. */\n', 'no “SPDX'),
    ('check-sources', 'src/ui/yonder-window.blp', '=label: _("Call");\n', 'no “SPDX'),
    ('check-sources', 'build-aux/tool', '=#!/bin/sh\n', 'no “SPDX'),
    ('check-sources', 'src/base/yonder-thing.c', '#define G_LOG_DOMAIN "x"\n', 'G_LOG_DOMAIN is given by meson'),
    ('check-sources', 'src/base/yonder-thing.c', 'const char *e = g_getenv ("X");\n', 'only main() asks'),
    ('check-sources', 'src/base/yonder-thing.c', 'const char *s = _("Hello");\n', 'yonder-thing.c has words to translate and is missing'),
    ('check-sources', 'src/base/yonder-thing.c', 'const char *s = ngettext ("a", "b", n);\n', 'yonder-thing.c has words to translate and is missing'),
    ('check-sources', 'docs/page.md', '[gone](gone.md)\n', 'there is no gone.md'),
    ('check-sources', 'po/POTFILES', 'src/gone.c\n', 'does not exist'),
    ('check-sources', 'po/POTFILES', 'src/base/yonder-thing.c\n', 'has no words to translate'),
    ('check-sources', 'po/POTFILES', 'src/call/yonder-call.c\n', 'stands there twice'),
    ('check-manual', 'docs/manual/people.md', '# People\n', 'people.md is missing'),
    ('check-manual', 'docs/manual/de/calling.md', '\n## Mehr\n', 'a heading of level 2 where the English page has the end'),
    ('check-manual', 'docs/manual/calling.md', '\nOne more.\n', 'the end where the English page has a paragraph'),
    ('check-manual', 'docs/manual/de/calling.md', '=' + MANUAL + '| e | f |\n', 'a table of 4 lines with 3 bars where'),
    ('check-manual', 'docs/manual/de/calling.md', '=' + MANUAL.replace('*Anrufen*', '*Los*'), '*Call* is *Anrufen* in the application'),
    ('check-manual', 'docs/manual/de/calling.md', '=' + MANUAL.replace('`yonder`', 'yonder'), 'the English page has in code yonder'),
    ('check-manual', 'docs/manual/de/calling.md', '=' + MANUAL.replace('oder', '[oder](README.md)'), 'only this page points to'),
]

# Tools of others: what they are called with here must notice this.
TOOLS = [
    (['desktop-file-validate', 'x.desktop'], 'x.desktop', '[Desktop Entry]\nType=Application\n'),
    (['appstreamcli', 'validate', '--no-net', 'x.metainfo.xml'], 'x.metainfo.xml', '<?xml version="1.0"?><component><id>x</id></component>\n'),
    (['glib-compile-schemas', '--strict', '--dry-run', '.'], 'x.gschema.xml', '<schemalist><schema id="x" path="/x/"><key name="a" type="b"/></schema></schemalist>\n'),
    (['blueprint-compiler', 'format', 'x.blp'], 'x.blp', 'using Gtk 4.0;\n\nLabel {label: "x";}\n'),
]


def plant(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')


def run(command, folder):
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return result.returncode, result.stdout


def cases():
    for check in CHECKS:
        yield f'{check} passes what is right', check, {}, None
    for check, name, text, words in BAD:
        whole = text[1:] if text.startswith('=') else GOOD.get(name, '') + text
        yield f'{check}: {name}: {words}', check, {name: whole}, words


def main():
    number = 0
    failed = False

    def report(success, title, output, skip=''):
        nonlocal number, failed
        number += 1
        failed |= not success
        print(f'{"ok" if success else "not ok"} {number} - {title.replace("#", "")}{skip}')
        if not success:
            print('\n'.join('# ' + line for line in output.splitlines()))

    for title, check, change, words in cases():
        with tempfile.TemporaryDirectory() as folder:
            plant(pathlib.Path(folder), GOOD | change)
            status, output = run([str(BUILD_AUX / check), folder], folder)
            if words is None:
                report(status == 0 and output == '', title, output)
            else:
                report(status == 1 and words in output and len(output.splitlines()) == 1, title, output)

    for check in CHECKS:
        with tempfile.TemporaryDirectory() as folder:
            plant(pathlib.Path(folder), {'po/POTFILES': '', 'po/LINGUAS': ''})
            status, output = run([str(BUILD_AUX / check), folder], folder)
            report(status == 1, f'{check} does not pass an empty tree', output)

    for command, name, text in TOOLS:
        if not shutil.which(command[0]):
            report(True, command[0], '', ' # SKIP it is not installed')
            continue
        with tempfile.TemporaryDirectory() as folder:
            plant(pathlib.Path(folder), {name: text})
            status, output = run(command, folder)
            report(status != 0, f'{command[0]} notices what is wrong', output)

    print(f'1..{number}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
