/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of yonder-cli: each takes its own arguments (argv[0] is "yonder-cli NAME"), runs a main loop until it is done, and
 * returns the exit status: 0 it went as asked, 1 it did not, 2 bad usage.
 */

#pragma once

#include "cli-options.h"

G_BEGIN_DECLS

int yonder_cli_call    (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_answer  (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_echo    (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_serve   (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_check   (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_probe   (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_profile (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_accept  (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_hang_up (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_mute    (const YonderCliEnvironment *environment, int argc, char **argv);
int yonder_cli_hold    (const YonderCliEnvironment *environment, int argc, char **argv);

G_END_DECLS
