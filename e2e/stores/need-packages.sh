#!/bin/bash
# need-packages.sh PACKAGE...   installs the Debian packages that are missing.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
exec 9>"$STORES/packages.lock"
flock 9
need_packages "$@"
