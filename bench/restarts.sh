#!/usr/bin/env bash
# Growth: one job that exits at once and is restarted N times; RSS and descriptors of the supervisor on the way.
# usage: bench/restarts.sh [N=10000]
source "$(dirname "$0")/lib.sh"
N=${1:-10000}
cat >"$DIR/supervisor.yaml" <<Y
supervisor: {directory: $DIR, restart_limit: none}
jobs:
  flap:
    command: [/bin/true]
    restart: {policy: always, delay: 0ms, factor: 1, jitter: 0%}
    log: {stdout: file}
Y
start_daemon
T0=$(date +%s%N)
printf '%10s %10s %12s\n' restarts 'RSS KiB' descriptors
NEXT=0
while :; do
  R=$("$BIN" -s "$DIR/control.sock" status -o json 2>/dev/null | tr -d '\n ' | grep -o '"restarts":[0-9]*' | cut -d: -f2 || :) # status says 3 while the job is between two runs
  if [ "$R" -ge "$NEXT" ]; then
    printf '%10s %10s %12s\n' "$R" "$(rss_kib "$DAEMON")" "$(fds "$DAEMON")"
    NEXT=$((NEXT + N / 10))
  fi
  [ "$R" -lt "$N" ] || break
  sleep 0.1
done
echo "$(((R * 1000000000) / ($(date +%s%N) - T0))) restarts a second"
