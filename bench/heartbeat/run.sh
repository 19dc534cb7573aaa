#!/usr/bin/env bash
# Heartbeats, readings of boards and their memory, all in one run. usage: bench/heartbeat/run.sh
set -euo pipefail
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
gcc -O2 -Wall -o "$out/heartbeat" heartbeat.c
dotnet publish Heartbeat.csproj -c Release --use-current-runtime -o "$out/aot" --nologo -v quiet
dotnet build Heartbeat.csproj -c Release -o "$out/clr" --nologo -v quiet
ulimit -n "$(ulimit -Hn)"
"$out/heartbeat"
echo "-- .NET, NativeAOT"
"$out/aot/Heartbeat"
echo "-- .NET, CoreCLR"
"$out/clr/Heartbeat"
