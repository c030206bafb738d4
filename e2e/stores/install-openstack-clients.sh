#!/bin/bash
# Debian's clients of a volume service, `openstack` and `cinder`. Does nothing when they are there; says what is missing when they cannot be had.
set -eu
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
need_packages python3-openstackclient python3-cinderclient
for command in openstack cinder; do command -v $command >/dev/null || die "the packages are installed, and yet there is no '$command' on PATH"; done
