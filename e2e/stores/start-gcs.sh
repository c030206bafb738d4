#!/bin/bash
# The Storage emulator of firebase-tools in the foreground, on PORT of loopback, with its data in $DATA. Ends with a signal.
set -eu
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
. "$here/npm-store.sh"
: "${DATA:?}" "${PORT:?}"
(
  exec 9>"$STORES/firebase.lock"
  flock 9
  need_npm firebase firebase-tools@15.34.2
)
mkdir -p "$DATA"
exec node "$here/gcs-emulator.js" "$STORES/firebase" "$PORT" "$DATA"
