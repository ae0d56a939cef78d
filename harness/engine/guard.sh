#!/bin/sh
# guard.sh FOLDER MORE PROGRAM ARGUMENT…  Runs a program that makes a root file system, with a temporary folder in
# FOLDER. Its stdin is a pipe to the harness: at that pipe's end (Ctrl-C, a crash, SIGKILL) the program is told to end.
# The temporary folder is removed in every case, and so is MORE, a folder of the harness ('' for none). Called in a
# process group of its own, because mmdebstrap, when it fails, signals its whole group.
trap : HUP INT TERM
exec 3<&0
TMPDIR=$(mktemp -d "$1/ha-drills-base.XXXXXX") || exit 1
# apt downloads as a user of its own.
chmod 755 "$TMPDIR"
export TMPDIR
more=$2
shift 2

# mmdebstrap mounts proc, sys and dev into the tree. In a mount namespace of its own these go with its last process,
# however that ends, and removing the tree below can never reach the machine's own.
[ "$(id -u)" -ne 0 ] || set -- unshare --mount -- "$@"
"$@" < /dev/null 3<&- &
program=$!
(cat <&3; kill -TERM -- "-$$") > /dev/null 2>&1 &

# A signal interrupts wait, but what counts is the program's end: it has children and mounts to clear up.
wait "$program"
status=$?
while kill -0 "$program" 2> /dev/null; do
  wait "$program"
  status=$?
done
rm -rf --one-file-system "$TMPDIR" ${more:+"$more"}
exit "$status"
