#!/bin/bash
# need-packages.sh BED...   installs the Debian packages of test beds that are missing. `need-packages.sh all`: of all of them.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
[ "$*" != all ] || set -- "${!PACKAGES[@]}"
need_packages "$@"
