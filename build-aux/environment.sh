# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by run, test and enter: makes the place where Yonder is built, and runs commands in it.
#
# Where the system's libraries are new enough that place is the system itself, with packages added by its package manager.
# On an older Debian it is a Debian 13 root in the user's cache, made by mmdebstrap and entered with bubblewrap.

set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
packages_file=$project/build-aux/packages.debian
cache=${XDG_CACHE_HOME:-$HOME/.cache}/yonder
suite=trixie
root=

say () { printf '%s\n' "$*" >&2; }
fail () { say "$(basename "$0"): $*"; exit 1; }

as_root () {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo -- "$@"
  else fail "installing packages needs root: run this as root, or install sudo"; fi
}

# packages GROUP: the names that packages.debian lists for it.
packages () { sed -n "/^\[$1\]/,/^\[/p" "$packages_file" | grep -E '^[a-z0-9]' || true; }

# explain LOG: one sentence on why a package manager failed, with what to do, after its last lines.
explain () {
  tail -n 5 "$1" | sed 's/^/  | /' >&2
  local missing
  missing=$(sed -n 's/.*Unable to locate package //p' "$1" | head -n 1)
  if grep -qE 'Temporary failure resolving|Could not resolve|Could not connect|Network is unreachable|Connection timed out' "$1"; then
    fail "Debian's package servers cannot be reached: check the network (or the proxy in http_proxy) and start again"
  elif [ -n "$missing" ]; then
    fail "Debian has no package $missing here: correct $packages_file"
  elif grep -qE 'No space left on device' "$1"; then
    fail "the disk is full: Yonder's tools need 4 GB below $cache"
  elif grep -qE 'Could not get lock|Unable to acquire' "$1"; then
    fail "another package manager is running: wait until it has finished and start again"
  fi
  fail "packages could not be installed; the whole log is $1"
}

# with_progress LOG COMMAND…: what the command says goes to LOG, a line about each stage to the terminal.
with_progress () {
  local log=$1 status=0
  shift
  "$@" 2>&1 | tee -a "$log" | awk '
    /^I: |^Get:1 /     { sub (/^I: /, ""); print "  " $0; fflush () }
    /^(Unpacking|Setting up) / { if (++n % 100 == 0) { print "  … " n " steps"; fflush () } }' >&2 || status=$?
  return "$status"
}

debian_version () {
  ( . /etc/os-release 2>/dev/null || exit 0
    case "${ID:-} ${ID_LIKE:-}" in *debian*) ;; *) exit 0 ;; esac
    case "${VERSION_CODENAME:-}" in trixie|forky|duke|sid) echo new ;; *) echo old ;; esac )
}

use_system_packages () {
  local group=$1 log name missing=()
  for name in $(packages run) $( [ "$group" = test ] && packages test ); do
    dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || missing+=("$name")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "Installing ${#missing[@]} Debian packages (once)…"
  mkdir -p "$cache"
  log=$cache/setup.log
  : > "$log"
  with_progress "$log" as_root apt-get update || explain "$log"
  with_progress "$log" as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}" || explain "$log"
}

# The mirror that this machine uses already, else Debian's own.
mirror () {
  local found
  found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
    grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ' || true)
  echo "${found:-http://deb.debian.org/debian}"
}

host_tools () {
  local missing=() tool
  for tool in mmdebstrap bwrap; do command -v "$tool" >/dev/null || missing+=("${tool/bwrap/bubblewrap}"); done
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "Installing ${missing[*]}…"
  : > "$cache/setup.log"
  with_progress "$cache/setup.log" as_root apt-get update || explain "$cache/setup.log"
  with_progress "$cache/setup.log" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" ||
    explain "$cache/setup.log"
}

# The root is named after the package list, so that a changed list means a new root. It is made beside its place and moved there
# when it is whole: an interrupted set-up leaves nothing that looks finished.
use_debian_root () {
  local group=$1 log base main security
  root=$cache/root-$(grep -vE '^(#|$)' "$packages_file" | sha256sum | cut -c1-12)
  [ ! -e "$root.$group" ] || return 0
  mkdir -p "$cache"
  exec 9> "$cache/setup.lock"
  flock -n 9 || { say "Waiting for another set-up…"; flock 9; }
  log=$cache/setup.log
  host_tools
  main=$(mirror)
  base=${main%/}
  security=${base%/debian}/debian-security
  if [ ! -e "$root.run" ]; then
    say "Making a Debian 13 root in $root (once, about two minutes)…"
    as_root rm -rf "$root.part" "$root"
    : > "$log"
    with_progress "$log" as_root mmdebstrap --variant=apt --include="$(packages run | paste -sd,)" \
      --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/doc/*' \
      "$suite" "$root.part" "deb $base $suite main" "deb $security $suite-security main" || explain "$log"
    getent passwd "$(id -un)" | as_root sh -c "grep -q '^$(id -un):' '$root.part/etc/passwd' || cat >> '$root.part/etc/passwd'"
    as_root touch "$root.part/etc/hosts" "$root.part/etc/resolv.conf"
    as_root mv "$root.part" "$root"
    touch "$root.run"
  fi
  if [ "$group" = test ] && [ ! -e "$root.test" ]; then
    say "Adding what the tests need (browsers, servers; once, about a minute)…"
    : > "$log"
    as_root cp /etc/resolv.conf "$root/etc/resolv.conf"
    with_progress "$log" as_root chroot "$root" apt-get update || explain "$log"
    with_progress "$log" as_root chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
      PATH=/usr/sbin:/usr/bin:/sbin:/bin apt-get install -y --no-install-recommends $(packages test) || explain "$log"
    as_root chroot "$root" apt-get clean
    touch "$root.test"
  fi
  flock -u 9
}

# prepare GROUP: makes ready what `run` or `test` needs.
prepare () {
  case "$(debian_version)" in
    new) use_system_packages "$1" ;;
    old) use_debian_root "$1" ;;
    *)
      pkg-config --atleast-version=1.7 libadwaita-1 2>/dev/null ||
        fail "this is not Debian, and libadwaita 1.7 is not here: install what $packages_file lists by your system's names" ;;
  esac
}

# inside COMMAND…: runs it where `prepare` made things ready, with this machine's network, display, sound and devices.
inside () {
  [ -n "$root" ] || { "$@"; return; }
  local args=(
    --ro-bind "$root/usr" /usr --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib --symlink usr/lib64 /lib64
    --ro-bind "$root/etc" /etc --ro-bind-try /etc/resolv.conf /etc/resolv.conf --ro-bind-try /etc/hosts /etc/hosts
    --ro-bind-try /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
    --ro-bind "$root/var" /var --tmpfs /var/tmp --tmpfs /run --proc /proc --dev-bind /dev /dev --ro-bind /sys /sys
    --bind /tmp /tmp --bind "$HOME" "$HOME" --bind "$project" "$project"
    --bind-try "/run/user/$(id -u)" "/run/user/$(id -u)" --ro-bind-try /run/dbus /run/dbus --ro-bind-try /run/udev /run/udev
    --setenv PATH "$project/_build/src/cli:$project/_build/src/ui:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    --unsetenv LIBRARY_PATH --unsetenv PYTHONHOME --setenv LANG "${LANG:-C.UTF-8}" --chdir "$PWD" --die-with-parent )
  local repository # of a linked work tree, which lies elsewhere
  repository=$(git -C "$project" rev-parse --path-format=absolute --git-common-dir 2>/dev/null || true)
  [ -z "$repository" ] || args+=(--bind-try "$repository" "$repository")
  [ -z "${XAUTHORITY:-}" ] || args+=(--ro-bind-try "$XAUTHORITY" "$XAUTHORITY")
  [ "$(id -u)" -ne 0 ] || args+=(--cap-add ALL)
  bwrap "${args[@]}" -- "$@"
}
