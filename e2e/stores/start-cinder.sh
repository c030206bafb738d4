#!/bin/bash
# Debian's Keystone and Cinder on loopback, with two projects and a user in each. Does nothing when they are up. Needs root.
#
# KEYSTONE_PORT and CINDER_PORT must be free. Writes $STORES/cinder/env when they answer.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
: "${KEYSTONE_PORT:=17500}" "${CINDER_PORT:=17501}"
HOST=127.0.0.1
DATA=$STORES/cinder
ADMIN=admin-password-of-the-tests

hold cinder
trap '[ $? = 0 ] || for part in cinder keystone; do stop "$DATA/$part.pid"; done' EXIT
need_packages cinder
if is_alive "$DATA/keystone.pid" && is_alive "$DATA/cinder.pid" && grep -qs "^CINDER=" "$DATA/env"; then exit 0; fi

began=$(now_ms)
for part in cinder keystone; do stop "$DATA/$part.pid"; done
rm -rf "$DATA"
mkdir -p "$DATA/log" "$DATA/volumes" "$DATA/state" "$DATA/locks" "$DATA/keystone/fernet" "$DATA/keystone/credential"

cat >"$DATA/keystone.conf" <<CONF
[DEFAULT]
log_dir = $DATA/log
use_stderr = false
[database]
connection = sqlite:///$DATA/keystone/keystone.db
[token]
provider = fernet
[identity]
password_hash_rounds = 4
[fernet_tokens]
key_repository = $DATA/keystone/fernet
[credential]
key_repository = $DATA/keystone/credential
CONF
manage_keystone() { keystone-manage --config-file "$DATA/keystone.conf" "$@" >>"$DATA/log/keystone-manage.out" 2>&1; }
identity=http://$HOST:$KEYSTONE_PORT/v3
volume=http://$HOST:$CINDER_PORT/v3
cat >"$DATA/cinder.conf" <<CONF
[DEFAULT]
log_dir = $DATA/log
use_stderr = false
host = stores
my_ip = $HOST
state_path = $DATA/state
api_paste_config = /etc/cinder/api-paste.ini
transport_url = fake:/
auth_strategy = keystone
osapi_volume_listen = $HOST
osapi_volume_listen_port = $CINDER_PORT
osapi_volume_workers = 1
enabled_backends = folder
default_volume_type = folder
rpc_response_timeout = 60
periodic_interval = 2
periodic_fuzzy_delay = 1
report_interval = 2
service_down_time = 600
scheduler_driver_init_wait_time = 1
volume_copy_bps_limit = 0
[folder]
volume_backend_name = folder
volume_driver = folder_driver.FolderDriver
nfs_shares_config = $DATA/shares
nfs_mount_point_base = $DATA/volumes
nfs_snapshot_support = true
nas_secure_file_operations = false
nas_secure_file_permissions = false
volume_clear = none
max_over_subscription_ratio = 1000
[database]
connection = sqlite:///$DATA/state/cinder.db
[coordination]
backend_url = file://$DATA/state/coordination
[oslo_concurrency]
lock_path = $DATA/locks
[keystone_authtoken]
auth_type = password
auth_url = $identity
www_authenticate_uri = $identity
username = cinder
password = $ADMIN
project_name = service
user_domain_name = Default
project_domain_name = Default
service_token_roles_required = false
# Revoked tokens are to be refused while a test waits.
token_cache_time = 1
CONF
echo "$HOST:/share" >"$DATA/shares"

keystone_up() {
  manage_keystone db_sync
  manage_keystone fernet_setup --keystone-user root --keystone-group root
  manage_keystone bootstrap --bootstrap-password "$ADMIN" --bootstrap-region-id RegionOne \
    --bootstrap-public-url "$identity" --bootstrap-internal-url "$identity" --bootstrap-admin-url "$identity"
}
cinder-manage --config-file "$DATA/cinder.conf" db sync >>"$DATA/log/cinder-manage.out" 2>&1 &
migrated=$!
keystone_up
# Two processes: Cinder asks Keystone while it serves.
start keystone "$DATA/log/keystone.out" env OS_KEYSTONE_CONFIG_FILES="$DATA/keystone.conf" keystone-wsgi-public --host $HOST --port "$KEYSTONE_PORT"
wait $migrated
start cinder "$DATA/log/cinder.out" env PYTHONPATH="$beds" PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$beds/cinder-in-one.py" --config-file "$DATA/cinder.conf"
wait_for 30 Keystone curl -sf -o /dev/null "$identity"
/usr/bin/python3 "$beds/cinder-accounts.py" "$identity" "$ADMIN" "$volume" >"$DATA/accounts"
cinder_is_up() { is_alive "$DATA/cinder.pid" || die "Cinder has ended; see $DATA/log"; curl -s -o /dev/null --max-time 2 "http://$HOST:$CINDER_PORT/"; }
wait_for 60 Cinder cinder_is_up
/usr/bin/python3 "$beds/cinder-accounts.py" "$identity" "$ADMIN" "$volume" ready >>"$DATA/accounts"
{ cat "$DATA/accounts"; echo "ADMIN=$ADMIN"; echo "IDENTITY=$identity"; echo "CINDER=http://$HOST:$CINDER_PORT"; echo "VOLUMES=$DATA/volumes"; } >"$DATA/env"
say "up after $(($(now_ms) - began)) ms at $identity"
