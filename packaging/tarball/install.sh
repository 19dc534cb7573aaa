#!/bin/sh
# Installs what lies beside this file.
#   ./install.sh [--prefix DIRECTORY] [--uninstall]      default prefix: /usr/local
# With the prefixes /usr and /usr/local the units go to /etc/systemd/system, and a configuration that starts nothing to /etc/supervisor-daemon unless
# there is one; with another prefix everything stays below it. DESTDIR goes before everything. Nothing is enabled or started. --uninstall removes what was
# installed, and leaves the configuration, state and logs.
set -eu
prefix=/usr/local action=install
while [ $# -gt 0 ]; do
    case $1 in
    --prefix) prefix=${2:?--prefix: which directory?}; shift 2 ;;
    --prefix=*) prefix=${1#*=}; shift ;;
    --uninstall) action=uninstall; shift ;;
    *) echo "install.sh: unknown option $1 (--prefix DIRECTORY, --uninstall)" >&2; exit 2 ;;
    esac
done
case $prefix in
/*) ;;
*) echo "install.sh: the prefix has to be an absolute path, not '$prefix'" >&2; exit 2 ;;
esac
prefix=${prefix%/} destination=${DESTDIR:-}
here=$(cd "$(dirname "$0")" && pwd)
case $prefix in
/usr | /usr/local) units=/etc/systemd/system etc=/etc ;;
*) units=$prefix/lib/systemd/system etc=$prefix/etc ;;
esac

# FILE: where a file of the archive goes, without DESTDIR.
place() {
    case $1 in
    lib/systemd/system/*) echo "$units/${1##*/}" ;;
    *) echo "$prefix/$1" ;;
    esac
}

cd "$here"
find bin include lib share -type f | while IFS= read -r file; do
    target=$destination$(place "$file")
    if [ $action = uninstall ]; then
        rm -f "$target"
        # Directories that are ours alone; those of the system stay, empty or not.
        case $units:$file in
        /etc/systemd/system:share/doc/supervisor-daemon/*) above=share/doc ;;
        /etc/systemd/system:share/supervisor-daemon/*) above=share ;;
        /etc/systemd/system:*) continue ;;
        *) above=. ;;
        esac
        directory=$(dirname "$file")
        (cd "$destination$prefix/$above" && rmdir -p "${directory#"$above"/}") 2>/dev/null || true
        continue
    fi
    mkdir -p "$(dirname "$target")"
    # By a new file under the name: a supervisor that runs keeps the one it has.
    cp "$file" "$target.new"
    case $file in
    lib/systemd/system/*) sed -i "s|/usr/bin/supervisor|$prefix/bin/supervisor|; s|/etc/supervisor-daemon/|$etc/supervisor-daemon/|" "$target.new" ;;
    esac
    chmod "$([ -x "$file" ] && echo 755 || echo 644)" "$target.new"
    mv -f "$target.new" "$target"
done
if [ $action = uninstall ]; then
    echo "removed from $destination$prefix; $etc/supervisor-daemon, /var/lib/supervisor-daemon and /var/log/supervisor-daemon stay"
    exit 0
fi

configuration=$destination$etc/supervisor-daemon
mkdir -p "$configuration/jobs.d"
if [ ! -e "$configuration/supervisor.yaml" ]; then
    cp etc/supervisor-daemon/supervisor.yaml "$configuration/supervisor.yaml"
    chmod 644 "$configuration/supervisor.yaml"
fi
echo "installed below $destination$prefix; the configuration is $etc/supervisor-daemon/supervisor.yaml"
[ -n "$destination" ] || [ "$units" != /etc/systemd/system ] || echo "under systemd: systemctl daemon-reload && systemctl enable --now supervisor-daemon"
