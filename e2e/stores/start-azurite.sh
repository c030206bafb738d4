#!/bin/bash
# Azurite, Microsoft's emulator of Azure Blob Storage, in the foreground with its data in $DATA. Ends with a signal.
#
#   PORT=…  of loopback      ACCOUNTS=name:key;…   a key is any base64
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
: "${DATA:?}" "${PORT:?}" "${ACCOUNTS:?}"
"$beds/install-emulators.sh" azurite
mkdir -p "$DATA"
AZURITE_ACCOUNTS=$ACCOUNTS exec node "$STORES/azurite/node_modules/azurite/dist/src/blob/main.js" --blobHost 127.0.0.1 --blobPort "$PORT" --location "$DATA" --silent --skipApiVersionCheck --disableTelemetry
