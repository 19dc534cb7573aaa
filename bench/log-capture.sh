#!/bin/bash
# Log capture against a read+write loop in C, alternating in one run: 1 GiB of 100-byte lines through a pipe (ours rotates at 100 MiB), in blocks of 64 KB and line by line.
# usage: bench/log-capture.sh [DIRECTORY [BYTES [ROUNDS]]]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d -p "${1:-/tmp}"); trap 'rm -rf "$work"' EXIT
bytes=${2:-1073741824}; rounds=${3:-3}
gcc -O2 -o "$work/floor" "$here/floor.c"
gcc -O2 -o "$work/flood" "$here/LogCapture/flood.c"
dotnet publish "$here/LogCapture" -c Release -v q --nologo --use-current-runtime -o "$work/bin" > "$work/build" || { cat "$work/build"; exit 1; }

report() # name block "seconds cpu"
{
    echo "$1 $2 $3" | awk -v bytes="$bytes" '{ gib = bytes / 2^30; printf "%-6s block %6d: %6.0f MB/s  %.2f CPU-s/GiB\n", $1, $2, bytes / 1e6 / $3, $4 / gib }'
}

for block in 64000 100; do
    for ((round = 0; round < rounds; round++)); do
        TIMEFORMAT='%3R %3U %3S'
        { time { "$work/flood" "$bytes" "$block" | { TIMEFORMAT='%3U %3S'; time "$work/floor" "$work/floor.log"; } 2> "$work/cpu"; }; } 2> "$work/time"
        report floor "$block" "$(cut -d' ' -f1 "$work/time") $(awk '{ print $1 + $2 }' "$work/cpu")"
        rm -f "$work/floor.log"
        ours=$("$work/bin/LogCapture" "$work/logs" "$bytes" "$work/flood" "$block")
        report ours "$block" "$ours"
        lines=$(cat "$work"/logs/* | grep -cx 'x\{99\}') written=$(((bytes + block - 1) / block * block / 100))
        [ "$lines" = "$written" ] || { echo "lines lost or torn: $lines of $written" >&2; exit 1; }
        rm -rf "$work/logs"
    done
done
