#!/usr/bin/env bash
# Compares this supervisor with its peers, side by side: installs them (Debian packages; pm2 from npm), builds ours and the floors in C, measures, and
# writes tables, plots and raw numbers to bench/results/. Needs root for the packages only.   usage: bench/run.sh [--quick] [--only start,idle] [--peers runit,s6]
set -euo pipefail
cd "$(dirname "$0")/.."
need() { # TOOL PACKAGE
  command -v "$1" >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null ||
    echo "$2 cannot be installed: it is left out" >&2
}
need supervisord supervisor
need runsvdir runit
need s6-svscan s6
need dinit dinit
need svscan daemontools
need monit monit
need gcc gcc
need node nodejs
need npm npm
pm2=7.0.4
mkdir -p artifacts/bench/pm2
[ "$(node -p 'require("./artifacts/bench/pm2/node_modules/pm2/package.json").version' 2>/dev/null)" = "$pm2" ] ||
  (cd artifacts/bench/pm2 && npm install --no-audit --no-fund --silent "pm2@$pm2") ||
  echo "pm2 $pm2 cannot be installed (no npm registry?): it is left out" >&2
[ -x "${SUPERVISOR_BINARY:-artifacts/aot/supervisor}" ] || dotnet publish src/Supervisor -c Release -o artifacts/aot --use-current-runtime --nologo -v quiet
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
cd bench
exec python3 -m compare "$@"
