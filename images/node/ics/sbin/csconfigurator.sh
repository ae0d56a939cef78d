#!/bin/sh
# csconfigurator.sh: configures the calendar server that it belongs to; -help lists the options.
base=$(cd "$(dirname "$0")/.." && pwd) || exit 1
exec node "$base/lib/csconfigurator.ts" "$base" "$@"
