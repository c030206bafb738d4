# Sourced after lib.sh: need_npm FOLDER PACKAGE@VERSION [PACKAGE.JSON]   installs into a folder of its own under $STORES, once.
need_npm() {
  local folder=$STORES/$1 package=$2 manifest=${3:-'{"private":true}'}
  [ ! -e "$folder/installed-$package" ] || return 0
  say "installing $package"
  rm -rf "$folder"
  mkdir -p "$folder"
  printf '%s' "$manifest" >"$folder/package.json"
  # Nothing of these is compiled, and nothing asks what it runs under.
  (cd "$folder" && npm install --no-audit --no-fund --loglevel=error --ignore-scripts "$package" >>"$STORES/npm.log" 2>&1) || { tail -20 "$STORES/npm.log" >&2; die "npm could not install $package"; }
  : >"$folder/installed-$package"
}
