#!/bin/bash
# Azurite, Microsoft's emulator of Azure Blob Storage, in the foreground with its data in $DATA. Ends with a signal.
#
#   PORT=…  of loopback      ACCOUNTS=name:key;…   a key is any base64
set -eu
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
. "$here/npm-store.sh"
: "${DATA:?}" "${PORT:?}" "${ACCOUNTS:?}"
(
  exec 9>"$STORES/azurite.lock"
  flock 9
  # Its telemetry, which is off, would bring half of Azure's monitoring along.
  need_npm azurite azurite@3.37.0 '{"private":true,"overrides":{"applicationinsights":"2.9.8"}}'
)
mkdir -p "$DATA"
AZURITE_ACCOUNTS=$ACCOUNTS exec node "$STORES/azurite/node_modules/azurite/dist/src/blob/main.js" --blobHost 127.0.0.1 --blobPort "$PORT" --location "$DATA" --silent --skipApiVersionCheck --disableTelemetry
