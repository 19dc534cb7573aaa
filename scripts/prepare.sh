#!/usr/bin/env bash
# Installs what building and testing need beyond the .NET SDK on a Debian, and only what is missing. Sourced by nobody: run it.
set -euo pipefail
packages=()
needs() { # COMMAND-OR-FILE PACKAGE...
  local sign=$1
  shift
  case $sign in
    /*) [ -e "$sign" ] || packages+=("$@") ;;
    *) command -v "$sign" >/dev/null || packages+=("$@") ;;
  esac
}
PATH=$PATH:/usr/sbin:/sbin
needs clang clang
needs gcc gcc libc6-dev
needs /usr/include/zlib.h zlib1g-dev
needs strace strace
needs nginx nginx-light
needs redis-server redis-server
needs redis-cli redis-tools
needs /usr/lib/postgresql postgresql
needs /lib/systemd/systemd systemd
needs dbus-daemon dbus
needs qemu-system-x86_64 qemu-system-x86
needs cpio cpio
needs unshare util-linux
needs setpriv util-linux
needs capsh libcap2-bin
needs debootstrap debootstrap
needs objdump binutils
needs ps procps
needs script bsdutils
needs python3 python3
needs systemd-notify systemd
needs /usr/lib/python3/dist-packages/sdnotify python3-sdnotify
needs curl curl
needs zsh zsh
needs fish fish
needs /usr/lib/chromium/chromium chromium

if [ ${#packages[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    exec sudo -n bash "$0"
  fi
  echo "missing packages, and only root can install them: apt-get install ${packages[*]}" >&2
  exit 1
fi

echo "installing: ${packages[*]}"
# Debian's packages start their services by themselves; here they are only programs for the tests.
policy=/usr/sbin/policy-rc.d
made_policy=
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
  made_policy=1
fi
trap '[ -z "$made_policy" ] || rm -f $policy' EXIT
export DEBIAN_FRONTEND=noninteractive
mkdir -p /etc/postgresql-common/createcluster.d
own_cluster=/etc/postgresql-common/createcluster.d/supervisor-tests.conf
echo 'create_main_cluster = false' >$own_cluster
apt-get -q -o Acquire::Retries=3 update </dev/null
apt-get -q -y --no-install-recommends install "${packages[@]}" </dev/null
rm -f $own_cluster
