#!/usr/bin/env bash
# Kills the supervisor with SIGKILL again and again, at random moments (some of them while it is starting, some during a live upgrade), under a private systemd and a
# load of jobs that number their lines, end with known codes and owe cleanup hooks; then counts: no line lost or doubled, no job restarted that should not be, no
# attempt lost or made twice, no status wrong, no hook missed or run twice, nothing left behind.
#
#   scripts/chaos.sh [N]          N kills (default 200); SUPERVISOR names the program (default: the build of the tests), SEED repeats the random numbers
#
# Needs what scripts/with-systemd.sh needs. Status 0: all counts are right. CHAOS_KEEP names a directory that gets the files that were counted, whatever comes out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${1-}" != --inside ]; then
  kills=${1:-200} seed=${SEED:-$RANDOM}
  supervisor=$(readlink -f "${SUPERVISOR:-src/Supervisor.Tests/bin/Debug/net10.0/supervisor}")
  work=$PWD/artifacts/chaos.$$
  mkdir -p "$work"
  trap 'rm -rf "$work"' EXIT
  sed "s|/usr/bin/supervisor|$supervisor|; s|^WatchdogSec=.*||" packaging/systemd/supervisor-daemon.service >"$work/supervisor-daemon.service"
  status=0
  scripts/with-systemd.sh --limit $((180 + kills * 10)) --journal "$work/journal" --unit "$work/supervisor-daemon.service" \
    bash "$PWD/scripts/chaos.sh" --inside "$kills" "$supervisor" "$seed" "$work" || status=$?
  [ -z "${CHAOS_KEEP-}" ] || { mkdir -p "$CHAOS_KEEP" && cp -r "$work/." "$CHAOS_KEEP/"; }
  exit $status
fi

kills=$2 supervisor=$3 seed=$4 work=$5
RANDOM=$seed
counted=/var/lib/chaos
keep() { cp -r $counted /var/log/supervisor-daemon /var/lib/supervisor-daemon "$work/" 2>/dev/null || true; }
fail() { echo "chaos: $* (seed $seed)" >&2; journalctl -u supervisor-daemon -o cat --no-pager | tail -n "${2:-60}" >&2; keep; exit 1; }
mkdir -p /etc/supervisor-daemon $counted

# What a job with hooks writes: its start with the code that it will end with, and each registration that was answered. What a hook writes: whose, which, and why.
cat >$counted/job <<'EOF'
#!/bin/bash
code=$((SUPERVISOR_ATTEMPT % 3))
echo "$SUPERVISOR_INVOCATION_ID $code $SUPERVISOR_JOB" >>/var/lib/chaos/starts
for try in 1 2; do
  "$SUPERVISOR" atexit -- /var/lib/chaos/hook "run-time-$try" 2>/dev/null && echo "$SUPERVISOR_INVOCATION_ID run-time-$try" >>/var/lib/chaos/registered
done
sleep "$1"
exit $code
EOF
cat >$counted/hook <<'EOF'
#!/bin/bash
echo "$SUPERVISOR_INVOCATION_ID $1 $SERVICE_RESULT ${EXIT_STATUS:-none} ${SUPERVISOR_JOB:-own}" >>/var/lib/chaos/hooks
[ -z "${2-}" ] || sleep "$2"
EOF
chmod +x $counted/job $counted/hook
cat >/etc/supervisor-daemon/supervisor.yaml <<EOF
version: 1
supervisor: {cleanup: [{run: [$counted/hook, own]}]}
jobs:
  writer: {command: [bash, -c, 'i=0; while :; do echo "line \$((++i))"; ((i % 20)) || sleep 0.01; done'], log: {max_size: 500MiB}}
  partial: {command: [bash, -c, 'i=0; while :; do printf "start %d " \$((++i)); sleep 0.02; printf "end %d\n" \$i; done'], log: {timestamp: true, max_size: 500MiB}}
  ender: {command: [bash, -c, 'echo \$SUPERVISOR_ATTEMPT >>$counted/ender; sleep 0.4; exit \$((SUPERVISOR_ATTEMPT % 7 + 1))'], restart: {policy: always, delay: 100ms, factor: 1, jitter: 0%}}
  idle: {command: [sleep, infinity]}
  stopped: {command: [sleep, infinity]}
EOF
# Some run most of the time, some clean up most of the time; one has no hooks but those of its run time.
job() { echo "  $1: {command: [$counted/job, $2], environment: {SUPERVISOR: $supervisor}, restart: {policy: always, delay: ${3}ms, factor: 1, jitter: 50%}$4}" >>/etc/supervisor-daemon/supervisor.yaml; }
hooks() { echo ", cleanup: [{run: [$counted/hook, one, $1]}, {run: [$counted/hook, success], on: success}, {run: [$counted/hook, failure], on: failure}, {run: [$counted/hook, two, $1]}]"; }
job runs 0.5 150 "$(hooks 0)"
job cleans 0 150 "$(hooks 0.1)"
job both 0.2 150 "$(hooks 0.05)"
job registers 0.3 150 ""

ready() { timeout 60 bash -c "until '$supervisor' status >/dev/null 2>&1 || [ \$? = 3 ]; do sleep 0.02; done"; }
field() { "$supervisor" status "$1" -o json | grep -o "\"$2\":\"\\{0,1\\}[^,\"}]*" | sed "s/^\"$2\":\"\\{0,1\\}//" | sed -n "${3:-1}p"; }
systemctl start supervisor-daemon
"$supervisor" stop stopped
pids="$(field writer pid 2) $(field partial pid 2) $(field idle pid 2)"
owned=0 upgrades=0

for ((kill = 1; kill <= kills; kill++)); do
  if ((kill % 5 == 0)); then "$supervisor" upgrade >/dev/null 2>&1 & upgrades=$((upgrades + 1)); fi
  sleep "0.$((RANDOM % 10))$((RANDOM % 10))"
  main=$(systemctl show -P MainPID supervisor-daemon)
  [ "$main" != 0 ] || { sleep 0.1; continue; }
  kill -KILL "$main"
  until [ "$(systemctl show -P MainPID supervisor-daemon)" != "$main" ]; do sleep 0.01; done
  # Every other one is killed while it is still starting.
  if ((kill % 2)); then
    ready || fail "no answer after kill $kill"
    owned=$((owned + 1))
    cause=$("$supervisor" status ender -o json | grep -o '"cause":"[^"]*"' | head -n 1 || true)
    case $cause in '' | '"cause":"exited"' | '"cause":"lost"') ;; *) fail "kill $kill: ender: $cause" ;; esac
    ((kill % 50 != 1)) || echo "chaos: $kill kills, $(systemctl show -P NFileDescriptorStore supervisor-daemon) descriptors stored" >&2
  fi
done
wait

ready || fail "no answer at the end"
now="$(field writer pid 2) $(field partial pid 2) $(field idle pid 2)"
[ "$now" = "$pids" ] || fail "a job was restarted: $pids became $now"
for job in writer partial idle; do [ "$(field $job restarts)" = 0 ] || fail "$job counts $(field $job restarts) restarts"; done
[ "$(field stopped state 2)" = stopped ] || fail "what was stopped by hand is $(field stopped state 2)"
timeout 120 "$supervisor" stop ender runs cleans both registers >/dev/null || fail "the jobs do not stop"
attempts=$(field ender attempt)
for job in runs cleans both registers; do [ "$(field $job state 2)" = stopped ] || fail "$job is $(field $job state 2)"; done
systemctl stop supervisor-daemon
keep
left=$(pgrep -fc "sleep infinity|echo \"line|printf \"start|$counted" || true)
[ "$left" = 0 ] || fail "$left processes left behind: $(pgrep -fa "sleep infinity|echo \"line|printf \"start|$counted")"
[ "$(systemctl show -P NFileDescriptorStore supervisor-daemon)" = 0 ] || fail "descriptors left in the store"

logs=/var/log/supervisor-daemon
head -n -1 $logs/writer.log | awk '$0 != "line " NR { print NR ": " $0; exit 1 }' >&2 || fail "lines of writer"
head -n -1 $logs/partial.log | awk '$2 " " $3 " " $4 " " $5 != "start " NR " end " NR { print NR ": " $0; exit 1 }' >&2 || fail "lines of partial"
# A start that the supervisor did not live to see is not made again: it may be missing, and is told as lost; none may be there twice.
awk '$1 <= last { print NR ": " $0; exit 1 } { last = $1 }' $counted/ender >&2 || fail "an attempt of ender was made twice"
unseen=$((attempts - $(wc -l <$counted/ender)))
((unseen >= 0 && unseen <= kills / 20 + 1)) || fail "ender ran $(wc -l <$counted/ender) times, the supervisor counts $attempts"
# Hooks: see chaos-hooks.awk for what is right.
summary=$(awk -f scripts/chaos-hooks.awk -v owned=$owned -v most=$((kills + 1)) $counted/starts $counted/registered $counted/hooks) || { echo "$summary" >&2; fail "hooks" 5; }
echo "chaos: $kills kills, $upgrades upgrades, seed $seed: $(wc -l <$logs/writer.log) and $(wc -l <$logs/partial.log) lines, $attempts attempts ($unseen unseen at their start), $summary: none lost, none doubled, no status wrong, nothing left"
