#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""neighbour.py SOURCE URI WHOM: somebody else with the installed application, in a session and on a screen of their own: signs in at the
call server at URI as Zoe, takes a call with picture, and calls WHOM when that is over. Each step that is reached is a line on standard
output, among what others in that session say."""

import sys

from flatpak import ID, FlatpakDesktop  # first: it finds the others
from desktop import wait

uri, whom = sys.argv[2:4]
desktop = FlatpakDesktop()
app = desktop.installed(ID, '--server', uri)


def tell(step):
    print(f'neighbour: {step}', flush=True)


def sees(name):
    app.place(name, 450, 0)
    app.talks(name)
    app.picture_moves(name)
    tell('sees')


app.place('Yonder', 0, 0)
app.field('Name or E-Mail Address').type('Zoe')
app.button('^Sign In$').click()
app.button(f'Video call with {whom}')
tell('there')
app.says('^Incoming video call$')
app.place(whom, 450, 0)
app.key(whom, 'ctrl+shift+a')
sees(whom)
app.says('^Call Ended$')
app.key(whom, 'ctrl+w')
wait(lambda: all(window.name != whom for window in app.windows()), 'the window to close')
app.button(f'Video call with {whom}').click()
sees(whom)
app.says('^Call Ended$')
app.quit()
desktop.close()
