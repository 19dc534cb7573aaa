#!/bin/sh
# Counts in line 3 of the shared table: each command is a program of its own, so ten rounds are plenty. SPDX-License-Identifier: MIT
: "${SUPERVISOR:=supervisor}"
$SUPERVISOR board phase ready
$SUPERVISOR board status 'counting in the shell'
done=0
while [ $done -lt 10 ] && [ "$($SUPERVISOR board get goal)" != stop ]; do
  done=$((done + 1))
  $SUPERVISOR region add counters 24
  $SUPERVISOR board add rounds
  $SUPERVISOR board progress $done 10
  $SUPERVISOR board beat
done
$SUPERVISOR board status done
echo "the shell counted to $done"
