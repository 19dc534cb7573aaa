#!/usr/bin/env bash
# Prints the path of a small Debian with systemd, made once by debootstrap (about a minute) and kept: tests of packages run over it as an overlay, so it stays
# as it is. Remove the directory to have it made anew.
#   scripts/debian-root.sh [SUITE]        default: trixie (systemd 257; a machine with Debian 12 has 252)
# Kept in $SUPERVISOR_TEST_CACHE, else ~/.cache/supervisor-tests. Needs root, debootstrap and a Debian mirror; SUPERVISOR_TEST_MIRROR names another one than the
# machine's own.
set -euo pipefail
suite=${1:-trixie}
cache=${SUPERVISOR_TEST_CACHE:-$HOME/.cache/supervisor-tests}
root=$cache/$suite
mkdir -p "$cache"
# Two runs at once make one.
exec 9>"$cache/$suite.lock"
flock 9
if [ ! -d "$root" ]; then
  own=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^#' | grep -o 'https\?://[^ ]*debian/\?\( \|$\)' | head -1 | tr -d ' ' || true)
  rm -rf "$root.new"
  debootstrap --variant=minbase --include=systemd,dbus,busybox "$suite" "$root.new" "${SUPERVISOR_TEST_MIRROR:-${own:-http://deb.debian.org/debian}}" >"$cache/$suite.log" 2>&1 9>&- \
    || { tail -20 "$cache/$suite.log" >&2; rm -rf "$root.new"; exit 1; }
  rm -rf "$root.new"/var/cache/apt/archives/*.deb "$root.new"/var/lib/apt/lists/*
  mv "$root.new" "$root"
fi
echo "$root"
