#!/bin/sh
# csconfigurator.sh: configures the calendar server that it belongs to; -help lists the options.
base=$(cd "$(dirname "$0")/.." && pwd) || exit 1
# Operators' search paths seldom have it.
PATH=$PATH:/usr/local/bin
exec node "$base/lib/csconfigurator.ts" "$base" "$@"
