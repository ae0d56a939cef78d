#!/bin/bash
# wcap.sh HOST PORT PATH: prints what the calendar server answers to a command, as in
#   wcap.sh LOG-HOST-RS 80 '/login.wcap?user=calmaster&password=secret'
set -u
[ $# = 3 ] || { sed -n 's/^# //p' "$0" >&2; exit 2; }
exec 3<>"/dev/tcp/$1/$2" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$3" "$1" >&3
cat <&3
