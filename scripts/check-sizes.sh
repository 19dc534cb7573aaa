#!/usr/bin/env bash
# No source file above 400 lines: a concept that long has a seam in it.
set -euo pipefail
cd "$(dirname "$0")/.."
limit=400
status=0
while IFS= read -r file; do
  lines=$(wc -l <"$file")
  if [ "$lines" -gt "$limit" ]; then
    echo "$file: $lines lines, at most $limit allowed" >&2
    status=1
  fi
done < <(find src -name '*.cs' -not -path '*/obj/*' -not -path '*/bin/*')
exit $status
