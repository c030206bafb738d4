#!/bin/bash
# install-emulators.sh NAME...   azurite, firebase or both from npm, each into a folder of its own under $STORES; once, and by one at a time
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
declare -A VERSION=([azurite]=azurite@3.37.0 [firebase]=firebase-tools@15.34.2)
# Azurite's telemetry, which is off, would bring half of Azure's monitoring along.
declare -A MANIFEST=([azurite]='{"private":true,"overrides":{"applicationinsights":"2.9.8"}}' [firebase]='{"private":true}')

is_there() { [ -e "$STORES/$1/installed-${VERSION[$1]}" ]; }
# Nothing of these is compiled, and nothing asks what it runs under.
install() {
  local folder=$STORES/$1
  say "installing ${VERSION[$1]}"
  rm -rf "$folder"
  mkdir -p "$folder"
  printf '%s' "${MANIFEST[$1]}" >"$folder/package.json"
  (cd "$folder" && npm install --no-audit --no-fund --loglevel=error --ignore-scripts "${VERSION[$1]}" >>"$STORES/npm.log" 2>&1) || { tail -n 20 "$STORES/npm.log" >&2; die "npm could not install ${VERSION[$1]}"; }
  : >"$folder/installed-${VERSION[$1]}"
}

for name in "$@"; do
  is_there "$name" || (hold "npm-$name"; is_there "$name" || install "$name")
done
