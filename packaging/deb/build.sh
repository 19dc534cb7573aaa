#!/usr/bin/env bash
# Makes supervisor-daemon_VERSION_ARCH.deb from the NativeAOT binary, the same bytes from the same files.
#   packaging/deb/build.sh [--binary FILE] [--output DIRECTORY] [--version VERSION] [--fast]
# Defaults: artifacts/aot/supervisor (published when it is missing), artifacts/, the version of Directory.Build.props.
# --fast: hardly compressed, for tests. Time stamps are SOURCE_DATE_EPOCH, else those of the last commit. Needs dpkg-deb and objdump. Prints the path of the package.
set -euo pipefail
export LC_ALL=C.UTF-8
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
binary=$root/artifacts/aot/supervisor output=$root/artifacts version=$(bash "$here/../version.sh") compression=(-Zxz)
while [ $# -gt 0 ]; do
  case $1 in
    --binary) binary=$2; shift 2 ;;
    --output) output=$2; shift 2 ;;
    --version) version=$2; shift 2 ;;
    --fast) compression=(-Zgzip -z1); shift ;;
    *) echo "build.sh: unknown option $1" >&2; exit 2 ;;
  esac
done
[ -x "$binary" ] || dotnet publish "$root/src/Supervisor" -c Release -o "$(dirname "$binary")" --use-current-runtime --nologo -v quiet >&2
: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
bash "$here/../stage.sh" "$binary" "$tree/usr"
install -D -m 644 "$root/config/supervisor.yaml" "$tree/etc/supervisor-daemon/supervisor.yaml"
mkdir -p "$tree/etc/supervisor-daemon/jobs.d"
doc=$tree/usr/share/doc/supervisor-daemon
{
  printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: supervisor\n\nFiles: *\n'
  sed -n 's/^Copyright (c) /Copyright: /p' "$root/LICENSE"
  echo 'License: Expat'
  sed -n '/^Permission/,$ { s/^$/./; s/^/ /; p }' "$root/LICENSE"
} >"$doc/copyright"
maintainer='The Supervisor maintainers <maintainers@supervisor.invalid>'
# Debian's form of the newest section of CHANGELOG.md.
{
  printf 'supervisor-daemon (%s) unstable; urgency=medium\n\n' "$version"
  awk '/^## \[/ { section++ } section == 1 && /^- / { if (entry) print entry; entry = substr($0, 3); next }
       section == 1 && entry && /^  [^ ]/ { entry = entry substr($0, 2); next } END { if (entry) print entry }' "$root/CHANGELOG.md" | tr -d '`' \
    | while IFS= read -r entry; do fold -s -w 74 <<<"$entry" | sed -e 's/ *$//' -e '1s/^/  * /' -e '2,$s/^/    /'; done
  printf '\n -- %s  %s\n' "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
} >"$doc/changelog"
gzip -9n "$doc/changelog"
install -D -m 644 "$here/lintian-overrides" "$tree/usr/share/lintian/overrides/supervisor-daemon"

mkdir "$tree/DEBIAN"
for script in postinst prerm postrm; do install -m 755 "$here/$script" "$tree/DEBIAN/$script"; done
echo /etc/supervisor-daemon/supervisor.yaml >"$tree/DEBIAN/conffiles"
# The newest symbol version that the binary needs says which C library it needs.
glibc=$(objdump -T "$binary" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
cat >"$tree/DEBIAN/control" <<END
Package: supervisor-daemon
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: $maintainer
Installed-Size: $(du -k --apparent-size -s --exclude=DEBIAN "$tree" | cut -f 1)
Depends: libc6 (>= ${glibc#GLIBC_})
Suggests: bash-completion
Section: admin
Priority: optional
Description: process supervisor that tells the truth about every end
 Starts programs in the order of their dependencies, keeps them running and
 keeps their output, tells how each of them ended and what happens next, and
 stops them in reverse order with nothing left behind.
 .
 One binary, one YAML file: restart policies with back-off, readiness, rotated
 logs, an HTTP API on a Unix socket, metrics, a dashboard, and pages of shared
 memory in which jobs report their heartbeat and counters.
END
(cd "$tree" && find . -type f -not -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
chmod -R u=rwX,go=rX "$tree"
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$output"
package=$(cd "$output" && pwd)/supervisor-daemon_${version}_$(dpkg --print-architecture).deb
# One thread: the bytes would depend on their number.
dpkg-deb --root-owner-group --threads-max=1 "${compression[@]}" --build "$tree" "$package" >&2
echo "$package"
