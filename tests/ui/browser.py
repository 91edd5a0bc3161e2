# SPDX-License-Identifier: GPL-3.0-or-later
"""People with a browser at the page of a call server, beside an application of desktop.py; see caller.mjs."""

import json
import pathlib
import subprocess

from desktop import Atspi, Failure, differ, wait

# The four quadrants of the browser's camera, see tests/browser/harness/in-page.js.
QUADRANTS = {(0.25, 0.36): (200, 40, 40), (0.75, 0.36): (40, 180, 60), (0.25, 0.64): (40, 60, 200), (0.7, 0.64): (220, 200, 40)}


class Browser:
    def __init__(self, uri):
        caller = pathlib.Path(__file__).with_name('caller.mjs')
        self.process = subprocess.Popen(['node', caller, uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, who, deed, **how):
        self.process.stdin.write(json.dumps({'who': who, 'deed': deed, **how}) + '\n')
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline() or '{"error": "the browser is gone"}')
        if 'error' in reply:
            raise Failure(f'{who}: {reply["error"]}')
        return reply['answer']

    def gets_pictures(self, who):
        before = self.do(who, 'pictures')
        wait(lambda: self.do(who, 'pictures') > before + 10, 'the browser to get pictures from here')

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


def shows_the_browsers_camera(app, name):
    """The window of that name shows it, and it moves."""
    def fits():
        picture = app.picture(name)
        for (x, y), expected in QUADRANTS.items():
            seen = picture.getpixel((int(picture.width * x), int(picture.height * y)))
            if max(abs(a - b) for a, b in zip(seen, expected)) > 70:
                return None
        return picture

    first = wait(fits, 'the four quadrants of the browser’s camera')
    wait(lambda: differ(first.crop((20, 240, 700, 360)), app.picture(name).crop((20, 240, 700, 360))) > 0.01, 'the bar in the picture to move')


def address_and_name(app):
    """Where the page of the embedded server is, and by which name one is seen there, is told by the server dialog."""
    app.choose('Main Menu', 's')
    uri = app.says(r'^http://127\.0\.0\.1:\d+$').name
    labels = [widget.name for widget in app.all(Atspi.Role.LABEL)]
    app.key('Yonder', 'Escape')
    return uri, labels[labels.index('Signed In As') + 1]
