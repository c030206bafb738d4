# Shared by the scripts here; to be sourced. All data is under $STORES, every process is known by its pid file.
: "${STORES:=${TMPDIR:-/tmp}/haulier-stores}"
export STORES DEBIAN_FRONTEND=noninteractive
mkdir -p "$STORES"

say() { printf '[%s] %s\n' "$(basename "$0" .sh)" "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }
now_ms() { date +%s%3N; }

# need_packages PACKAGE...   installs what is missing, without starting any service it brings; one at a time, whoever asks
need_packages() { (flock -w 150 8 || die "somebody else has been installing packages for 150 s"; add_packages "$@") 8>"$STORES/packages.lock" || exit 1; }
add_packages() {
  local package missing=() guard=/usr/sbin/policy-rc.d guarded=0
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "missing: ${missing[*]}; install them, or run this as root"
  say "installing: ${missing[*]}"
  if [ ! -e $guard ]; then printf '#!/bin/sh\nexit 101\n' >$guard; chmod 755 $guard; guarded=1; fi
  install_packages "${missing[@]}" || { [ $guarded = 0 ] || rm -f $guard; tail -20 "$STORES/apt.log" >&2; die "apt-get failed"; }
  [ $guarded = 0 ] || rm -f $guard
}
install_packages() {
  local options=(-y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)
  apt-get install "${options[@]}" "$@" >>"$STORES/apt.log" 2>&1 && return 0
  apt-get update -o DPkg::Lock::Timeout=300 >>"$STORES/apt.log" 2>&1
  apt-get install "${options[@]}" "$@" >>"$STORES/apt.log" 2>&1
}

# start NAME LOG COMMAND...   a detached process; its pid goes to $DATA/NAME.pid
start() {
  local name=$1 log=$2
  shift 2
  setsid "$@" >>"$log" 2>&1 </dev/null 9>&- &
  echo $! >"$DATA/$name.pid"
}
is_alive() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

# stop PIDFILE   asks, waits ten seconds, then kills
stop() {
  local pid i
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  if kill "$pid" 2>/dev/null; then
    for i in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$1"
}

# wait_for SECONDS WHAT COMMAND...
wait_for() {
  local seconds=$1 what=$2 end
  shift 2
  end=$(($(now_ms) + seconds * 1000))
  until "$@" >/dev/null 2>&1; do
    [ "$(now_ms)" -lt $end ] || die "no $what after $seconds s; see $DATA/log"
    sleep 0.1
  done
}
is_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }
