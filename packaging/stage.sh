#!/usr/bin/env bash
# Lays out what is installed below one prefix: what the Debian package and the tarball have in common.
#   packaging/stage.sh BINARY DIRECTORY      DIRECTORY gets bin/, include/, lib/systemd/system/, share/
set -euo pipefail
binary=$1 to=$2
cd "$(dirname "${BASH_SOURCE[0]}")/.."
put() { install -D -m 644 "$@"; }

install -D -m 755 "$binary" "$to/bin/supervisor"
put packaging/man/supervisor.8 "$to/share/man/man8/supervisor.8"
# The binary knows its own keys and commands.
mkdir -p "$to/share/man/man5"
"$binary" man supervisor.yaml >"$to/share/man/man5/supervisor.yaml.5"
gzip -9n "$to"/share/man/man*/*
completion() { mkdir -p "$(dirname "$2")" && "$binary" completion "$1" >"$2"; }
completion bash "$to/share/bash-completion/completions/supervisor"
completion zsh "$to/share/zsh/vendor-completions/_supervisor"
completion fish "$to/share/fish/vendor_completions.d/supervisor.fish"
for unit in packaging/systemd/*.service packaging/systemd/*.socket; do put "$unit" "$to/lib/systemd/system/${unit##*/}"; done
put config/supervisor.schema.json "$to/share/supervisor-daemon/supervisor.schema.json"
put clients/c/supervisor_board.h "$to/include/supervisor_board.h"
put clients/python/supervisor_board.py "$to/lib/python3/dist-packages/supervisor_board.py"
doc=$to/share/doc/supervisor-daemon
put README.md "$doc/README.md"
for chapter in docs/*.md; do put "$chapter" "$doc/manual/${chapter##*/}"; done
put docs/openapi.json "$doc/manual/openapi.json"
put config/demo.yaml "$doc/examples/demo.yaml"
put packaging/systemd/hardened.conf "$doc/examples/hardened.conf"
for example in packaging/container/*; do put "$example" "$doc/examples/container/${example##*/}"; done
for example in config/examples/*; do
  while IFS= read -r file; do put "$example/$file" "$doc/examples/${example##*/}/$file"; done < <(cd "$example" && find . -type f -not -path '*/bin/*' -not -path '*/obj/*' | sed 's|^\./||')
done
