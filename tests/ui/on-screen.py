# SPDX-License-Identifier: GPL-3.0-or-later
"""on-screen.py PROGRAM: runs a test program of C with a screen of its own."""

import subprocess
import sys

from desktop import Desktop

desktop = Desktop()
status = subprocess.run(sys.argv[1:], env=desktop.environment(), check=False).returncode
desktop.close()
sys.exit(status)
