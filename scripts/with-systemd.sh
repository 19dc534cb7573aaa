#!/usr/bin/env bash
# Runs a command against a private systemd: PID 1 of namespaces of its own, over an overlay of this machine's files. What the command and the
# services write is thrown away, except below the current directory and --rw.
#
#   scripts/with-systemd.sh [--root DIR] [--unit FILE]... [--rw DIR]... [--journal FILE] [--limit SECONDS] [--] COMMAND [ARGUMENT...]
#
# --root: over the files of another system than this machine's (scripts/debian-root.sh makes one), which stay as they are, too.
# Status: the command's; 124 when it took longer than --limit (5 minutes unless said); 125 when systemd could not be started (the reason is on stderr).
# Needs root with mount rights, overlayfs, a cgroup2 mount; Debian's systemd, dbus and util-linux.
set -euo pipefail
export LC_ALL=C.UTF-8
boot_limit=60 command_limit=300

give_up() { echo "with-systemd: $*" >&2; exit 125; }

# ---- second life: in the new namespaces, make the root and become PID 1
if [ "${1-}" = --inside ]; then
  work=$2 root=$2/root lower=$3
  IFS=: read -r -a writable <<<"$4"
  IFS=: read -r -a units <<<"$5"
  mount -n -t tmpfs -o mode=755 tmpfs "$work"
  mkdir "$work"/{upper,scratch,root}
  mount -n -t overlay -o "lowerdir=$lower,upperdir=$work/upper,workdir=$work/scratch" overlay "$root"
  mount -n -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
  for dir in "${writable[@]}"; do
    mkdir -p "$root$dir"
    mount -n --bind "$dir" "$root$dir"
  done
  mount -n -t proc -o nosuid,nodev,noexec proc "$root/proc"
  mount -n --bind "$root/proc/sys" "$root/proc/sys"             # the kernel's settings belong to the machine
  mount -n -o remount,bind,ro "$root/proc/sys"
  mount -n -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
  mount -n -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
  mount -n -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
  for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount -n --bind "/dev/$device" "$root/dev/$device"
  done
  mkdir "$root"/dev/{pts,shm}
  mount -n -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  mount -n -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  for link in fd:/proc/self/fd stdin:fd/0 stdout:fd/1 stderr:fd/2; do ln -s "${link#*:}" "$root/dev/${link%%:*}"; done
  rm -rf "$root/var/log/journal" "$root/var/lib/systemd" "$root/etc/systemd/system"
  mkdir -p "$root/run/lock" "$root/run/log" "$root/etc/systemd/system" "$root/etc/systemd/system-generators"
  tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"

  # Nothing of the machine's own services: empty files mask units and generators.
  own=$root/etc/systemd
  for generator in "$root"/lib/systemd/system-generators/*; do : >"$own/system-generators/${generator##*/}"; done
  for unit in "$root"/lib/systemd/system/{sysinit,local-fs,basic,sockets,timers,multi-user}.target.wants/*; do
    [ -e "$unit" ] || continue
    case ${unit##*/} in
      systemd-journald.service | systemd-journald.socket | systemd-journald-dev-log.socket | dbus.socket) ;;
      *) : >"$own/system/${unit##*/}" ;;
    esac
  done
  for unit in tmp.mount systemd-remount-fs.service systemd-udevd.service; do : >"$own/system/$unit"; done
  printf '[Manager]\nDefaultTimeoutStopSec=20s\nShowStatus=no\n' >"$own/system.conf"
  printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\nAudit=no\nReadKMsg=no\nForwardToSyslog=no\nForwardToWall=no\n' >"$own/journald.conf"
  printf '[Unit]\nRequires=basic.target\nWants=dbus.socket\nAfter=basic.target dbus.socket\nAllowIsolate=yes\n' >"$own/system/booted.target"
  for unit in "${units[@]}"; do [ -z "$unit" ] || install -m 644 "$unit" "$own/system/"; done
  cd "$root"
  mkdir .machine
  pivot_root . .machine
  umount -n -l /.machine
  exec env -i container=with-systemd PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=booted.target --log-target=journal </dev/null
fi

# ---- first life: options, namespaces, wait for the boot, the command, the end
writable=("$(readlink -f .)") units=() journal= lower=/
while [ $# -gt 0 ]; do
  case $1 in
    --root) lower=$(readlink -f -- "$2"); shift 2 ;;
    --unit) units+=("$(readlink -f -- "$2")"); shift 2 ;;
    --rw) writable+=("$(readlink -f -- "$2")"); shift 2 ;;
    --journal) journal=$2; shift 2 ;;
    --limit) command_limit=$2; shift 2 ;;
    --) shift; break ;;
    -*) give_up "unknown option $1" ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || give_up "no command"
[ "$(id -u)" = 0 ] || give_up "must be root"
[ -x "${lower%/}/lib/systemd/systemd" ] || give_up "no systemd in $lower (apt-get install systemd dbus)"
cgroups=
for dir in /sys/fs/cgroup /sys/fs/cgroup/unified; do
  if [ "$(stat -f -c %T $dir 2>/dev/null)" = cgroup2fs ]; then
    cgroups=$dir
    break
  fi
done
[ -n "$cgroups" ] || give_up "no cgroup2 mount"

work=$(mktemp -d) group=$cgroups/with-systemd.$$ runner='' init=''
end() {
  local status=$?
  trap '' INT TERM HUP
  set +e
  if [ -n "$runner" ]; then
    kill -KILL ${init:+"$init"} "$runner" 2>/dev/null  # PID 1: the kernel ends everybody with it; and unshare, in case its child is not known yet
    wait "$runner" 2>/dev/null
  fi
  # The kernel empties a killed tree in its own time.
  for _ in $(seq 100); do
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null
    [ -d "$group" ] || break
    sleep 0.05
  done
  rm -f "$work.log"
  rmdir "$work"
  exit $status
}
trap end EXIT
trap 'exit 143' INT TERM HUP
mkdir "$group"
joined() { local IFS=:; echo "$*"; }
# Worked out here: the runner must start nobody but PID 1, which is found as its only child.
inside=("$(readlink -f -- "${BASH_SOURCE[0]}")" --inside "$work" "$lower" "$(joined "${writable[@]}")" "$(joined "${units[@]-}")")
(
  echo "$BASHPID" >"$group/cgroup.procs"
  exec setpriv --pdeathsig KILL unshare --pid --fork --kill-child=KILL --mount --uts --ipc --net --cgroup --propagation private \
    bash "${inside[@]}"
) >"$work.log" 2>&1 </dev/null &
runner=$!

no_boot() { sed 's/^/  | /' "$work.log" >&2; give_up "$1"; }
limit=$((SECONDS + boot_limit))
until [ -n "$init" ] && [ -S "/proc/$init/root/run/systemd/private" ] \
  && [ "$(timeout 5 nsenter -a -t "$init" systemctl is-active booted.target 2>/dev/null)" = active ]; do
  kill -0 "$runner" 2>/dev/null || no_boot "systemd ended while it booted"
  [ $SECONDS -lt $limit ] || no_boot "not booted after $boot_limit s"
  [ -n "$init" ] || read -r init _ <"/proc/$runner/task/$runner/children" 2>/dev/null || true
  sleep 0.05
done

status=0
timeout -k 5 $command_limit nsenter -a -t "$init" env -C "$PWD" \
  systemd-run --scope --quiet --collect -p Delegate=yes -- "$@" || status=$?
if [ -n "$journal" ]; then
  timeout 20 nsenter -a -t "$init" sh -c 'journalctl --sync; exec journalctl --no-pager -o short-precise' >"$journal" || true
fi
exit $status
