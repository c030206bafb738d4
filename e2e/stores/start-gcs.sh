#!/bin/bash
# The Storage emulator of firebase-tools in the foreground, on PORT of loopback, with its data in $DATA. Ends with a signal.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
: "${DATA:?}" "${PORT:?}"
"$beds/install-emulators.sh" firebase
mkdir -p "$DATA"
exec node "$beds/gcs-emulator.js" "$STORES/firebase" "$PORT" "$DATA"
