#!/bin/bash
# need-packages.sh PACKAGE...   installs the Debian packages that are missing.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
need_packages "$@"
