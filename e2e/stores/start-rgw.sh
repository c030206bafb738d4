#!/bin/bash
# A Ceph RADOS Gateway on loopback: one monitor, one OSD in memory, one gateway. Does nothing when it is up.
#
# RGW_PORT, RGW_TLS_PORT and MON_PORT must be free. Writes $STORES/rgw/env when it answers.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
: "${RGW_PORT:=17480}" "${RGW_TLS_PORT:=17443}" "${MON_PORT:=26789}"
HOST=127.0.0.1
MEMORY=$((8 << 30))
DATA=$STORES/rgw
ALICE=(AKIDALICE00000000001 alice-secret-key-0000000000000000000001)
BOB=(AKIDBOB0000000000002 bob-secret-key-000000000000000000000002)

hold rgw
# A start that fails leaves nothing running.
trap '[ $? = 0 ] || for part in rgw osd mon; do stop "$DATA/$part.pid"; done' EXIT
need_packages ceph
if is_alive "$DATA/mon.pid" && is_alive "$DATA/osd.pid" && is_alive "$DATA/rgw.pid" && [ -s "$DATA/env" ]; then exit 0; fi

began=$(now_ms)
for part in rgw osd mon; do stop "$DATA/$part.pid"; done
# Memory is gone with the OSD, so each start is a fresh cluster.
rm -rf "$DATA"
mkdir -p "$DATA/run" "$DATA/log" "$DATA/tls" "$DATA/mon" "$DATA/osd"

certificate() (
  cd "$DATA/tls"
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=haulier-test-ca -keyout ca.key -out ca.crt
  openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
  openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out server.crt \
    -extfile <(echo "subjectAltName=DNS:localhost,DNS:s3.localhost,DNS:*.s3.localhost,IP:$HOST")
  cat server.crt server.key >server.pem
)
certificate 2>"$DATA/log/openssl.out"

cat >"$DATA/ceph.conf" <<CONF
[global]
 fsid = $(tee "$DATA/fsid" </proc/sys/kernel/random/uuid)
 mon host = v1:$HOST:$MON_PORT
 mon initial members = a
 public addr = $HOST
 cluster addr = $HOST
 ms bind msgr2 = false
 ms bind port min = 26800
 ms bind port max = 27300
 auth cluster required = none
 auth service required = none
 auth client required = none
 run dir = $DATA/run
 crash dir = $DATA/run
 admin socket = $DATA/run/\$name.asok
 log file = $DATA/log/\$name.log
 log to stderr = false
 err to stderr = true
 osd pool default size = 1
 osd pool default min size = 1
 osd pool default pg num = 8
 osd pool default pgp num = 8
 osd pool default pg autoscale mode = off
 osd crush chooseleaf type = 0
 mon max pg per osd = 2000
 mon allow pool size one = true
 mon warn on pool no redundancy = false
[mon]
 mon data = $DATA/mon
 mon data avail crit = 1
 mon data avail warn = 1
[osd]
 osd data = $DATA/osd
 osd objectstore = memstore
 osd class load list = *
 osd class default list = *
 memstore device bytes = $MEMORY
[client]
 keyring = /dev/null
 rgw dns name = s3.localhost
 rgw frontends = beast endpoint=$HOST:$RGW_PORT ssl_endpoint=$HOST:$RGW_TLS_PORT ssl_certificate=$DATA/tls/server.pem
 rgw thread pool size = 64
 rgw enable usage log = true
 rgw dynamic resharding = false
 rgw override bucket index max shards = 1
 rgw rados pool pg num min = 8
 rgw bucket quota ttl = 1
 rgw bucket quota cache size = 0
 rgw user quota bucket sync interval = 1
 rgw user quota sync interval = 1
 rgw crypt require ssl = false
 rgw crypt s3 kms backend = testing
 rgw crypt s3 kms encryption keys = testkey-1=$(printf 0123456789abcdef0123456789abcdef | base64)
 rgw gc obj min wait = 5
 rgw gc processor period = 10
CONF
export CEPH_CONF=$DATA/ceph.conf CEPH_ARGS="--conf $DATA/ceph.conf"

keys() {
  monmaptool --create --addv a "[v1:$HOST:$MON_PORT]" --fsid "$(cat "$DATA/fsid")" "$DATA/monmap"
  : >"$DATA/keyring"
  ceph-authtool "$DATA/keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$DATA/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  ceph-mon --mkfs -i a --monmap "$DATA/monmap" --keyring "$DATA/keyring"
}
keys >"$DATA/log/keys.out" 2>&1
start mon "$DATA/log/mon.out" ceph-mon -f -i a
wait_for 30 monitor is_open "$HOST" "$MON_PORT"
ceph='ceph --connect-timeout 20'
osd=$(cat /proc/sys/kernel/random/uuid)
wait_for 30 'OSD id' $ceph osd new "$osd"
ceph-osd -i 0 --mkfs --osd-uuid "$osd" 2>>"$DATA/log/osd.out"
start osd "$DATA/log/osd.out" ceph-osd -f -i 0
# On a busy machine the OSD may ask before it knows the cluster's id, is refused ("wrong fsid") and ends.
osd_is_up() {
  is_alive "$DATA/osd.pid" || start osd "$DATA/log/osd.out" ceph-osd -f -i 0
  $ceph osd stat | grep -q '1 up'
}
wait_for 60 OSD osd_is_up

# add_user ID ACCESS SECRET OPTION...   the first makes the zone as well
add_user() { radosgw-admin user create --uid "$1" --display-name "$1" --access-key "$2" --secret-key "$3" "${@:4}" >>"$DATA/log/admin.out" 2>&1; }
add_class() {
  radosgw-admin zonegroup placement add --rgw-zonegroup default --placement-id default-placement --storage-class "$1" >>"$DATA/log/admin.out" 2>&1
  radosgw-admin zone placement add --rgw-zone default --placement-id default-placement --storage-class "$1" --data-pool "default.rgw.$2.data" >>"$DATA/log/admin.out" 2>&1
}
add_user alice "${ALICE[@]}" --caps 'users=*;buckets=*;usage=*;metadata=*'
add_user bob "${BOB[@]}"
# Host names below which the gateway looks for a bucket's, beside its own: those of the clouds whose dialects the tests speak.
# Every name is one of the built-in regions; e2e/clouds/ resolves it to this machine.
add_hosts() {
  local names
  names=$(printf '"%s",' "$@")
  radosgw-admin zonegroup get --rgw-zonegroup default | sed "s/\"hostnames\": \[\]/\"hostnames\": [${names%,}]/" >"$DATA/zonegroup.json"
  radosgw-admin zonegroup set --rgw-zonegroup default <"$DATA/zonegroup.json" >>"$DATA/log/admin.out" 2>&1
}
add_hosts s3.eu-west-1.amazonaws.com obs.cn-north-4.myhuaweicloud.com s3.oss-cn-hangzhou.aliyuncs.com cos.ap-beijing.myqcloud.com ks3-cn-beijing.ksyuncs.com \
  s3.pek3a.qingstor.com s3.bj.bcebos.com s3.cn-east-1.qiniucs.com s3-cn-bj.ufileos.com
add_class STANDARD_IA ia
add_class GLACIER glacier

start rgw "$DATA/log/rgw.out" radosgw -f -n client.rgw.a
wait_for 60 gateway curl -sf -o /dev/null --max-time 2 "http://$HOST:$RGW_PORT/swift/healthcheck"
cat >"$DATA/env" <<ENV
ENDPOINT=http://$HOST:$RGW_PORT
TLS_ENDPOINT=https://$HOST:$RGW_TLS_PORT
CA=$DATA/tls/ca.crt
ALICE=${ALICE[*]}
BOB=${BOB[*]}
CEPH_CONF=$DATA/ceph.conf
ENV
say "up after $(($(now_ms) - began)) ms at http://$HOST:$RGW_PORT"
