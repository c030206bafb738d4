#!/bin/bash
# install-packages.sh PACKAGE...   with apt-get, as root, without starting any service they bring; one at a time, whoever asks
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
log=$STORES/apt.log
guard=/usr/sbin/policy-rc.d
options=(-y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)
install() { apt-get install "${options[@]}" "$@" >>"$log" 2>&1; }
# The lists may be absent or old, and an installation may have been cut short.
refresh() { { dpkg --configure -a --force-confdef --force-confold; apt-get update -o DPkg::Lock::Timeout=300; } >>"$log" 2>&1 || true; }

hold packages
say "installing: $*"
if [ ! -e $guard ]; then
  printf '#!/bin/sh\nexit 101\n' >$guard
  chmod 755 $guard
  trap 'rm -f $guard' EXIT
fi
install "$@" || { refresh; install "$@"; } || { tail -n 20 "$log" >&2; die "apt-get could not install: $*"; }
