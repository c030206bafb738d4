#!/bin/bash
# Stops the gateway and what belongs to it, whose data is in memory and gone, and Keystone and Cinder. `stop-rgw.sh if-unused` leaves
# them to the test runs that are still going, known by the pids in $STORES/users.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
DATA=$STORES/rgw
hold rgw
if [ "${1:-}" = if-unused ]; then
  for user in "$STORES"/users/*; do
    ! kill -0 "$(basename "$user")" 2>/dev/null || exit 0
    rm -f "$user"
  done
fi
for part in rgw osd mon; do stop "$DATA/$part.pid"; done
rm -f "$DATA/env"
for part in cinder keystone; do stop "$STORES/cinder/$part.pid"; done
rm -rf "$STORES/cinder/env" "$STORES/cinder/volumes"
