#!/bin/bash
# Stops the gateway and what belongs to it. Its data is in memory and gone.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
DATA=$STORES/rgw
exec 9>"$STORES/rgw.lock"
flock 9
for part in rgw osd mon; do stop "$DATA/$part.pid"; done
rm -f "$DATA/env"
