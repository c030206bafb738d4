# Shared by the scripts here; to be sourced. All data is under $STORES, every process is known by its pid file.
: "${STORES:=${TMPDIR:-/tmp}/haulier-stores}"
export STORES DEBIAN_FRONTEND=noninteractive
mkdir -p "$STORES"
beds=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

say() { printf '[%s] %s\n' "$(basename "$0" .sh)" "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }
now_ms() { date +%s%3N; }

# hold NAME   a lock until the script ends, while others who need the same wait for it
hold() {
  exec 9>>"$STORES/$1.lock"
  flock -w 140 9 || die "process $(cat "$STORES/$1.lock") has held $STORES/$1.lock for 140 s"
  echo "$$ ($0)" >"$STORES/$1.lock"
}

# The Debian packages of each test bed.
declare -A PACKAGES=(
  [ceph]='ceph-mon ceph-osd radosgw ceph-common openssl curl'
  [cinder]='keystone cinder-api cinder-scheduler cinder-volume qemu-utils sqlite3 curl'
  [nginx]='nginx-light'
  [openstack]='python3-openstackclient python3-cinderclient'
  [qemu]='qemu-utils'
  [postgresql]='postgresql'
  [xfs]='xfsprogs python3-minimal'
  [exfat]='exfat-fuse exfatprogs'
)

# need_packages BED...   installs what is missing; in a session of its own, so that an installation goes on when the one who asked for it is stopped
need_packages() {
  local bed package missing=()
  for bed in "$@"; do
    for package in ${PACKAGES[$bed]:?no bed is called $bed}; do
      [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  command -v apt-get >/dev/null || die "this is no Debian or Ubuntu: install what is in its packages ${missing[*]}"
  [ "$(id -u)" = 0 ] || die "missing packages; run as root: apt-get install --no-install-recommends ${missing[*]}"
  setsid -w "$beds/install-packages.sh" "${missing[@]}" || exit 1
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
    [ "$(now_ms)" -lt $end ] || { tails; die "no $what after $seconds s; see $DATA/log"; }
    sleep 0.1
  done
}
# tails   the end of the logs that were written to last
tails() {
  local log
  for log in $(ls -t "$DATA"/log/* 2>/dev/null | head -4); do say "the end of $log:"; tail -n 5 "$log" >&2; done
}
is_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }
