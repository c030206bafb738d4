#!/bin/bash
# Debian's clients of a volume service, `openstack` and `cinder`. Does nothing when they are there; says what is missing when they cannot be had.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
need_packages openstack
for command in openstack cinder; do command -v $command >/dev/null || die "the packages are installed, and yet there is no '$command' on PATH"; done
