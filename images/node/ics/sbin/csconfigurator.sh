#!/bin/sh
# csconfigurator.sh: configures the calendar server that it belongs to; -help lists the options.
base=$(cd "$(dirname "$0")/.." && pwd) || exit 1
# Modules as Node has compiled them before, where somebody has prepared that (lib/precompile.ts).
if cache=$(cd "$base/lib/compile-cache" 2>/dev/null && pwd -P); then
  export NODE_COMPILE_CACHE="$cache" NODE_COMPILE_CACHE_PORTABLE=1
fi
# Operators' search paths seldom have it.
PATH=$PATH:/usr/local/bin
exec node "$base/lib/csconfigurator.ts" "$base" "$@"
