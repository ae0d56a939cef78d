#!/bin/sh
# choose.sh ROOT SPEC…  Packages in a chosen version, into the system at ROOT: "name=oldest" and "name=newest" of what the
# mirror has, "name=VERSION", and "offer:" in front of one for its file alone, in /var/cache/offered, to be installed later.
set -eu
root=$1
shift
into=$root/var/cache/offered
install=
offered=
for spec in "$@"; do
  package=${spec#offer:}
  name=${package%%=*}
  case $package in
    *=oldest) version=$(apt-cache madison "$name" | cut -d '|' -f 2 | tr -d ' ' | sort -V | head -n 1) ;;
    *=newest) version=$(apt-cache madison "$name" | cut -d '|' -f 2 | tr -d ' ' | sort -V | tail -n 1) ;;
    *=*) version=${package#*=} ;;
    *) version= ;;
  esac
  case $package in
    *=*) [ -n "$version" ] || { echo "the mirror has no package $name" >&2; exit 1; } ;;
  esac
  chosen=$name${version:+=$version}
  echo "$spec is $chosen" >&2
  case $spec in
    offer:*) offered="$offered $chosen" ;;
    *) install="$install $chosen" ;;
  esac
done
# shellcheck disable=SC2086
[ -z "$install" ] ||
  DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends ${root:+-oDPkg::Chroot-Directory="$root"} install $install >&2
if [ -n "$offered" ]; then
  mkdir -p "$into"
  cd "$into"
  # shellcheck disable=SC2086
  apt-get -qq download $offered >&2
fi
