#!/usr/bin/env bash
# Does what a container runtime does with an image, without one: runs a command as PID 1 of namespaces of its own over a system's files, which stay as they
# are. Network and kernel are the machine's.
#
#   scripts/in-container.sh --root DIR [--package DEB] [--file FILE:PATH]... [--user NAME] [--read-only DIR]... [--ready FILE] [--] COMMAND [ARGUMENT...]
#
# --package: installed before, as RUN dpkg -i does. --file: copied into it before, as COPY does. --read-only: all but DIR, a tmpfs owned by the user.
# --ready: gets the pid of PID 1, as this machine sees it, when the command is about to start: nsenter -a -t PID is "docker exec", kill PID "docker kill".
# Status: the command's; 128 + n for a signal. Needs root with mount rights and overlayfs.
set -euo pipefail
export LC_ALL=C.UTF-8
give_up() { echo "in-container: $*" >&2; exit 125; }

root='' package='' files=() user=root volumes=() ready=''
while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$(readlink -f -- "$2"); shift 2 ;;
    --package) package=$(readlink -f -- "$2"); shift 2 ;;
    --file) files+=("$2"); shift 2 ;;
    --user) user=$2; shift 2 ;;
    --read-only) volumes+=("$2"); shift 2 ;;
    --ready) ready=$2; shift 2 ;;
    --) shift; break ;;
    -*) give_up "unknown option $1" ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || give_up "no command"
[ -d "$root" ] || give_up "--root: which system?"

inside() { # in the new namespaces, as PID 1
  local work=$1 r=$1/root
  shift
  mount -n -t tmpfs -o mode=755 tmpfs "$work"
  mkdir "$work"/{upper,scratch,root}
  mount -n -t overlay -o "lowerdir=$root,upperdir=$work/upper,workdir=$work/scratch" overlay "$r"
  mount -n -t proc -o nosuid,nodev,noexec proc "$r/proc"
  mount -n -t sysfs -o ro,nosuid,nodev,noexec sysfs "$r/sys"
  mount -n -t tmpfs -o mode=755,nosuid tmpfs "$r/dev"
  local device link
  for device in null zero full random urandom tty; do
    : >"$r/dev/$device"
    mount -n --bind "/dev/$device" "$r/dev/$device"
  done
  for link in fd:/proc/self/fd stdin:fd/0 stdout:fd/1 stderr:fd/2; do ln -s "${link#*:}" "$r/dev/${link%%:*}"; done
  if [ -n "$package" ]; then
    cp "$package" "$r/tmp/"
    DEBIAN_FRONTEND=noninteractive chroot "$r" dpkg -i "/tmp/${package##*/}" >&2
    rm "$r/tmp/${package##*/}"
  fi
  local file
  for file in "${files[@]}"; do install -D -m 644 "${file%%:*}" "$r${file#*:}"; done
  if [ ${#volumes[@]} -gt 0 ]; then
    for file in "${volumes[@]}"; do
      mkdir -p "$r$file"
      mount -n -t tmpfs -o mode=755,nosuid,nodev tmpfs "$r$file"
      chroot "$r" chown "$user" "$file"
    done
  fi
  local as=()
  [ "$user" = root ] || as=(setpriv --reuid="$user" --regid="$(chroot "$r" id -g "$user")" --init-groups --no-new-privs --)
  # /proc is still the machine's: so is the pid.
  local pid
  read -r pid _ </proc/self/stat
  mkdir "$work/root/.machine"
  if [ ${#volumes[@]} -gt 0 ]; then mount -n -o remount,bind,ro "$r" 2>/dev/null || mount -n -o remount,ro "$r"; fi
  if [ -n "$ready" ]; then echo "$pid" >"$ready.new" && mv "$ready.new" "$ready"; fi
  cd "$r"
  pivot_root . .machine
  umount -n -l /.machine
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/ "${as[@]}" "$@"
}

work=$(mktemp -d)
trap 'rmdir "$work"' EXIT
status=0
unshare --pid --fork --kill-child=KILL --mount --uts --ipc --propagation private \
  bash -c "$(declare -f inside give_up); $(declare -p root package files user volumes ready); set -euo pipefail; inside \"\$@\"" - "$work" "$@" || status=$?
exit $status
