#!/usr/bin/env bash
# Runs a command as root in a throw-away virtual machine (QEMU, no KVM needed) with Debian's cloud kernel and nothing else: a full cgroup v2 (memory,
# pids, cpu, io), which neither containers nor many build machines have. There is no systemd in it; PID 1 is a shell.
#
#   scripts/with-vm.sh [--program NAME-OR-PATH]... [--file PATH]... [--memory MIB] [--timeout S] [--] COMMAND [ARGUMENT...]
#
#   --program   a program and the libraries it needs, at the same path inside (bash and the coreutils below are there anyway)
#   --file      a file or directory, at the same path inside
#
# The command runs in a control group of its own, /sys/fs/cgroup/service, which gets all controllers but io. Its output comes out here, both streams
# together. Status: the command's; 124 when the machine took too long; 125 when it did not get that far (the end of its console is on stderr).
# Needs: qemu-system-x86_64, cpio, and a kernel, which is downloaded once with apt-get into ~/.cache/supervisor-vm (14 MB).
set -euo pipefail
export LC_ALL=C.UTF-8
memory=512 limit=120
programs=(bash sh cat cp cut date echo env grep head kill ls mkdir mkfifo mount nproc ps rm sed seq sleep stat stty sync tail timeout touch tr true wc)
files=()

give_up() { echo "with-vm: $*" >&2; exit 125; }

while [ $# -gt 0 ]; do
  case $1 in
    --program) programs+=("$2"); shift 2 ;;
    --file) files+=("$(realpath -s -- "$2")"); shift 2 ;;
    --memory) memory=$2; shift 2 ;;
    --timeout) limit=$2; shift 2 ;;
    --) shift; break ;;
    -*) give_up "unknown option $1" ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || give_up "no command"
[ "$(uname -m)" = x86_64 ] || give_up "only for x86-64"
for tool in qemu-system-x86_64 cpio ldd; do command -v $tool >/dev/null || give_up "no $tool here (apt-get install qemu-system-x86 cpio)"; done

# ---- the kernel, from Debian's package, which is not installed
cache=${XDG_CACHE_HOME:-$HOME/.cache}/supervisor-vm
mkdir -p "$cache"
kernel=$(find "$cache" -name 'vmlinuz-*' | sort -V | tail -1)
newest() { apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[^ ]*\).*/\1/p' | head -1; }
if [ -z "$kernel" ]; then
  package=$(newest)
  if [ -z "$package" ] && [ "$(id -u)" = 0 ]; then
    apt-get -qq -o Acquire::Retries=3 update </dev/null >&2 || true
    package=$(newest)
  fi
  [ -n "$package" ] || give_up "apt knows no kernel (apt-get update)"
  fetch=$(mktemp -d "$cache/fetch.XXXXXX")
  chmod 755 "$fetch"
  (cd "$fetch" && apt-get -qq -o APT::Sandbox::User=root download "$package" && dpkg-deb --fsys-tarfile ./*.deb | tar -x --wildcards './boot/vmlinuz-*') ||
    { rm -rf "$fetch"; give_up "cannot download $package"; }
  mv "$fetch"/boot/vmlinuz-* "$cache/"
  rm -rf "$fetch"
  kernel=$(find "$cache" -name 'vmlinuz-*' | sort -V | tail -1)
fi

work=$(mktemp -d) machine=''
end() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$machine" ] || kill -KILL "$machine" 2>/dev/null || true
  rm -rf "$work"
  exit $status
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- its root: an archive in memory
root=$work/root
mkdir -p "$root"/{usr/bin,usr/lib,usr/lib64,proc,sys,dev,tmp,run,etc,root,var}
for dir in bin lib lib64; do ln -s usr/$dir "$root/$dir"; done
ln -s bin "$root/usr/sbin"
ln -s usr/bin "$root/sbin"
put() { # PATH...: same path inside
  local path
  for path in "$@"; do
    [ -e "$root$path" ] || { mkdir -p "$root${path%/*}"; cp -aL "$path" "$root$path"; }
  done
}
for program in "${programs[@]}"; do
  path=$(command -v "$program" || true)
  case $path in /*) ;; *) path=$(type -P "$program" || true) ;; esac # builtins of this shell
  [ -n "$path" ] || give_up "no program $program here"
  put "$(realpath -s -- "$path")"
  ldd "$path" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | sort -u >"$work/libraries"
  while IFS= read -r library; do put "$library"; done <"$work/libraries"
done
[ ${#files[@]} = 0 ] || put "${files[@]}"
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
{
  printf '#!/bin/bash\n'
  printf 'export LC_ALL=C PATH=/usr/bin HOME=/root\ncd %q 2>/dev/null || cd /\nexec' "$PWD"
  printf ' %q' "$@"
  echo
} >"$root/command"
cat >"$root/init" <<'INIT'
#!/bin/bash
export PATH=/usr/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
for tty in /dev/ttyS1 /dev/ttyS2; do stty -F $tty raw -echo; done
for controller in memory pids cpu; do echo +$controller >/sys/fs/cgroup/cgroup.subtree_control; done
mkdir /sys/fs/cgroup/service
# By a pipe, so that its output is no terminal; what it leaves running does not hold that up for ever.
mkfifo /run/output
timeout --foreground 600 cat /run/output >/dev/ttyS1 &
(echo 0 >/sys/fs/cgroup/service/cgroup.procs && exec bash /command) >/run/output 2>&1 </dev/null
status=$?
for _ in 1 2 3 4 5 6 7 8 9 10; do
  kill -0 $! 2>/dev/null || break
  sleep 0.1
done
echo "status $status" >/dev/ttyS2
echo b >/proc/sysrq-trigger
sleep 60
INIT
chmod 755 "$root/init" "$root/command"
(cd "$root" && find . -print0 | cpio --null -o -H newc -R 0:0 --quiet) >"$work/root.cpio"

# ---- the machine
: >"$work/status"
timeout -k 5 "$limit" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m "$memory" -nodefaults -no-user-config -display none -no-reboot \
  -kernel "$kernel" -initrd "$work/root.cpio" -serial "file:$work/console" -serial stdio -serial "file:$work/status" \
  -append "console=ttyS0 loglevel=4 mitigations=off cgroup_no_v1=all rdinit=/init panic=-1" </dev/null &
machine=$!
over=0
wait "$machine" || over=$?
machine=''
status=$(sed -n 's/^status \([0-9]*\).*/\1/p' "$work/status" | tail -1)
[ -z "$status" ] || exit "$status"
[ "$over" != 124 ] || { echo "with-vm: not done after $limit s" >&2; exit 124; }
tail -25 "$work/console" >&2
exit 125
