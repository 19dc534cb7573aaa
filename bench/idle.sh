#!/usr/bin/env bash
# Idle: N jobs that sleep, S seconds. Prints memory, CPU time and the voluntary context switches of every thread of the supervisor.
# usage: bench/idle.sh [N=300] [S=30]
source "$(dirname "$0")/lib.sh"
N=${1:-300} S=${2:-30}
{
  printf 'supervisor: {directory: %s}\ndefaults: {log: {stdout: file}}\njobs:\n' "$DIR"
  for i in $(seq "$N"); do printf '  job%s: {command: [sleep, infinity]}\n' "$i"; done
} >"$DIR/supervisor.yaml"
start_daemon
"$BIN" -s "$DIR/control.sock" wait --for ready -q >/dev/null
sleep 5 # let the start and the wait's connection settle

# One line per thread: tid, name, switches
threads() {
  for t in /proc/"$DAEMON"/task/*; do
    printf '%s %s %s\n' "${t##*/}" "$(tr ' ' '_' <"$t/comm")" "$(awk '/^voluntary_ctxt_switches/ {print $2}' "$t/status")"
  done
}
cpu() { awk '{print $14 + $15}' "/proc/$DAEMON/stat"; }
threads >"$DIR/before"; C0=$(cpu)
sleep "$S"
threads >"$DIR/after"; C1=$(cpu)
echo "jobs: $N, seconds: $S, RSS: $(rss_kib "$DAEMON") KiB, PSS: $(pss_kib "$DAEMON") KiB, descriptors: $(fds "$DAEMON"), CPU: $(((C1 - C0) * 10)) ms"
join "$DIR/before" "$DIR/after" | awk '{printf "  %-24s %d voluntary switches\n", $2, $5 - $3}' | sort
