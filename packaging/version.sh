#!/usr/bin/env bash
# Prints the version: the one in Directory.Build.props, the only place that has it.
set -euo pipefail
sed -n 's|.*<VersionPrefix>\(.*\)</VersionPrefix>.*|\1|p' "$(dirname "${BASH_SOURCE[0]}")/../Directory.Build.props"
