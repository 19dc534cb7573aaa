# Common parts of the benchmarks: a daemon of its own in a temporary directory, and readings of /proc.
# Source it; it sets BIN (the AOT binary, or $SUPERVISOR_BINARY) and DIR, and cleans up at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
BIN=${SUPERVISOR_BINARY:-$PWD/artifacts/aot/supervisor}
[ -x "$BIN" ] || { echo "no $BIN: dotnet publish src/Supervisor -c Release -r linux-x64 -o artifacts/aot" >&2; exit 2; }
DIR=$(mktemp -d)
DAEMON=

stop_daemon() {
  [ -n "$DAEMON" ] || return 0
  kill -TERM "$DAEMON" 2>/dev/null || :
  wait "$DAEMON" 2>/dev/null || :
  DAEMON=
}
trap 'stop_daemon; rm -rf "$DIR"' EXIT

# start_daemon: runs $DIR/supervisor.yaml (directory: $DIR) and waits until it answers.
start_daemon() {
  "$BIN" run -c "$DIR/supervisor.yaml" 2>"$DIR/stderr" >"$DIR/stdout" </dev/null &
  DAEMON=$!
  local i
  for i in $(seq 600); do
    local status=0
    "$BIN" -s "$DIR/control.sock" status >/dev/null 2>&1 || status=$?
    [ "$status" != 0 ] && [ "$status" != 3 ] || return 0 # 3: it answers, and not all jobs run yet
    kill -0 "$DAEMON" 2>/dev/null || { cat "$DIR/stderr" >&2; exit 1; }
    sleep 0.05
  done
  echo "the daemon does not answer" >&2
  exit 1
}

# rss_kib, pss_kib, fds PID
rss_kib() { awk '/^VmRSS:/ {print $2}' "/proc/$1/status"; }
pss_kib() { awk '/^Pss:/ {print $2}' "/proc/$1/smaps_rollup"; }
fds() { find "/proc/$1/fd" -mindepth 1 | wc -l; }
