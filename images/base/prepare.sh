#!/bin/sh
# prepare.sh [PACKAGE…]  Brings any Debian base to what the roles need, and to the given packages on top. Where nothing
# is missing it changes no package and needs no network.
set -eu
here=$(dirname "$0")

missing=
chosen=
for package in $(sed 's/#.*//' "$here/packages.txt") "$@"; do
  case $package in
    offer:*)
      name=${package#offer:}
      ls /var/cache/offered/"${name%%=*}"_*.deb > /dev/null 2>&1 || chosen="$chosen $package"
      continue
      ;;
    *=*)
      dpkg-query -W "${package%%=*}" > /dev/null 2>&1 || chosen="$chosen $package"
      continue
      ;;
  esac
  case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true) in
    installed) ;;
    *) missing="$missing $package" ;;
  esac
done
if [ -n "$missing$chosen" ]; then
  echo "installing$missing$chosen"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086
  [ -z "$missing" ] || apt-get install -y -qq --no-install-recommends $missing
  # shellcheck disable=SC2086
  [ -z "$chosen" ] || sh "$here/choose.sh" '' $chosen
  rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
fi

# The calendar service runs as this user; written by hand because a minimal base has no useradd.
grep -q '^icsgroup:' /etc/group || echo 'icsgroup:x:6300:' >> /etc/group
grep -q '^icsuser:' /etc/passwd ||
  echo 'icsuser:x:6300:6300:calendar service:/nonexistent:/usr/sbin/nologin' >> /etc/passwd

# As on the product's nodes, notices and what is graver go to one file; "-" spares the disk a flush for each line.
mkdir -p /var/adm
printf '*.notice\t-/var/adm/messages\n' > /etc/syslog.conf

# A service starts with its node when an operator says so, and not because its package is there.
rm -f /etc/rc[0-6S].d/S*

for program in ip arping losetup mount nsenter blockdev findmnt mkfs.ext4 e2fsck perl ps pkill setpriv syslogd groupadd useradd usermod; do
  command -v "$program" > /dev/null || { echo "the base lacks $program: add its package to images/base/packages.txt" >&2; exit 1; }
done
node --version
