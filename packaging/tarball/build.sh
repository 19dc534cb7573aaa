#!/usr/bin/env bash
# Makes supervisor-VERSION-linux-ARCH.tar.gz from the NativeAOT binary: for systems without dpkg, and for places where nothing is to be installed
# (bin/supervisor runs where it lies). The same bytes from the same files. Unpacked, install.sh puts it below a prefix.
#   packaging/tarball/build.sh [--binary FILE] [--output DIRECTORY] [--version VERSION]
set -euo pipefail
export LC_ALL=C.UTF-8
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
binary=$root/artifacts/aot/supervisor output=$root/artifacts version=$(bash "$here/../version.sh")
while [ $# -gt 0 ]; do
  case $1 in
    --binary) binary=$2; shift 2 ;;
    --output) output=$2; shift 2 ;;
    --version) version=$2; shift 2 ;;
    *) echo "build.sh: unknown option $1" >&2; exit 2 ;;
  esac
done
[ -x "$binary" ] || dotnet publish "$root/src/Supervisor" -c Release -o "$(dirname "$binary")" --use-current-runtime --nologo -v quiet >&2
: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct)}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
name=supervisor-$version-linux-$(uname -m)
tree=$work/$name
bash "$here/../stage.sh" "$binary" "$tree"
# The module goes beside the other clients; where Python looks for modules is for each system to say.
install -D -m 644 "$tree/lib/python3/dist-packages/supervisor_board.py" "$tree/share/supervisor-daemon/python/supervisor_board.py"
rm -r "$tree/lib/python3"
# Where each shell's own packages do not use these directories, everybody's are.
mv "$tree/share/zsh/vendor-completions" "$tree/share/zsh/site-functions"
install -D -m 644 "$root/config/supervisor.yaml" "$tree/etc/supervisor-daemon/supervisor.yaml"
mkdir "$tree/etc/supervisor-daemon/jobs.d"
install -m 644 "$root/LICENSE" "$root/CHANGELOG.md" "$tree/"
install -m 755 "$here/install.sh" "$tree/install.sh"
mkdir -p "$output"
archive=$(cd "$output" && pwd)/$name.tar.gz
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --mode=u=rwX,go=rX -cf - "$name" | gzip -9n >"$archive"
echo "$archive"
