#!/bin/bash
# nginx as a CDN in the foreground, on PORT of loopback: it asks GATE whether a request is signed, and has what it sends from
# the bucket at ORIGIN or from its own cache, where it stays for an hour. Ends with a signal.
#
# It passes no metadata of users on. GATE gets the request's target in X-Target and answers 200 or 403. A signature in front of the path is taken off:
# /YYYYMMDDHHMM/md5/ and /md5/hexadecimal/.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$beds/nginx.sh"
: "${ROOT:?}" "${PORT:?}" "${GATE:?}" "${ORIGIN:?http://host:port/bucket}"
mkdir -p "$ROOT/cache"
run_nginx <<CONF
  proxy_cache_path $ROOT/cache keys_zone=cdn:1m inactive=1h;
  map_hash_bucket_size 128;
  map \$request_uri \$object {
    '~^/[0-9]{12}/[0-9a-f]{32}(?<minute>/[^?]*)' \$minute;
    '~^/[0-9a-f]{32}/[0-9a-f]{8}(?<hexadecimal>/[^?]*)' \$hexadecimal;
    '~^(?<plain>/[^?]*)' \$plain;
  }
  server {
    listen 127.0.0.1:$PORT;
    merge_slashes off;
    error_page 403 /for-people.html;
    location = /for-people.html { internal; return 200 '<html>not the object</html>'; }
    location = /gate { internal; proxy_pass $GATE; proxy_set_header X-Target \$request_uri; proxy_set_header X-Method \$request_method; }
    location / {
      auth_request /gate;
      proxy_pass $ORIGIN\$object;
      proxy_cache cdn; proxy_cache_key \$object; proxy_cache_valid 200 1h; proxy_ignore_headers Cache-Control Expires;
      proxy_hide_header X-Amz-Meta-Owner;
    }
  }
CONF
