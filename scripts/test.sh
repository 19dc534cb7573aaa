#!/usr/bin/env bash
# Builds and tests everything: what continuous integration runs, and what you run before you send a change.
# Ends with one line "N passed, N failed, N skipped" over all runs; the status is 0 only when nothing failed.
#   scripts/test.sh [--no-aot]      --no-aot: without the NativeAOT binary (quicker)
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 LC_ALL=C.UTF-8
aot=1
[ "${1-}" != --no-aot ] || aot=

step() { echo "== $*"; }
passed=0 failed=0 skipped=0

run_tests() { # NAME [FILTER...]: adds the run's numbers to the sum
  local name=$1 report=artifacts/test-$1.txt status=0
  shift
  src/Supervisor.Tests/bin/Debug/net10.0/Supervisor.Tests -noColor -noLogo -noAutoReporters "$@" >"$report" 2>&1 || status=$?
  number() { sed -n "s/.*Total: .*[ ,]*$1: \([0-9]*\).*/\1/p;" "$report" | tail -1; }
  local total f s
  total=$(sed -n 's/.*  Total: \([0-9]*\),.*/\1/p' "$report" | tail -1)
  f=$(($(number Failed) + $(number Errors))) s=$(($(number Skipped) + 0))
  total=$((total - $(number 'Not Run')))
  if [ "$status" != 0 ] && [ "$f" = 0 ]; then
    f=1 total=$((total + 1)) # the run itself broke: no test is to blame, but it must not look green
  fi
  if [ "$status" != 0 ]; then
    cat "$report"
  fi
  local p=$((total - f - s))
  echo "$name: $p passed, $f failed, $s skipped"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

broken() { # a step before the tests failed
  echo "$1" >&2
  echo "$passed passed, $((failed + 1)) failed, $skipped skipped"
  exit 1
}

mkdir -p artifacts
step "packages"
bash scripts/prepare.sh || broken "the machine lacks what the tests need"
step "build (Debug, warnings are errors)"
dotnet build Supervisor.sln -c Debug -v quiet --nologo || broken "the build failed"
step "format"
dotnet format Supervisor.sln --verify-no-changes --no-restore || broken "dotnet format has something to change: run it"
step "file sizes"
bash scripts/check-sizes.sh || broken "a file is too long"
if [ -n "$aot" ]; then
  step "publish (NativeAOT)"
  dotnet publish src/Supervisor -c Release -o artifacts/aot --use-current-runtime --nologo -v quiet || broken "the NativeAOT build failed"
fi
step "the spawner's proof (Release$([ -z "$aot" ] || echo ', NativeAOT'))"
dotnet build bench/SpawnStress -c Release -o artifacts/stress-release --nologo -v quiet || broken "bench/SpawnStress does not build"
if [ -n "$aot" ]; then
  dotnet publish bench/SpawnStress -c Release -o artifacts/stress-aot --use-current-runtime --nologo -v quiet || broken "bench/SpawnStress has no NativeAOT build"
fi
step "tests (CoreCLR)"
# What needs the NativeAOT binary (packages are made of it; in an emulated machine only it is quick enough) comes with the others of that.
run_tests coreclr ${aot:+-trait- binary=NativeAOT}
if [ -n "$aot" ]; then
  step "tests of the daemon (NativeAOT)"
  SUPERVISOR_BINARY=$PWD/artifacts/aot/supervisor run_tests aot -namespace Supervisor.Tests.Real
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
