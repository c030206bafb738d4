#!/bin/bash
# nginx in the foreground, on HTTP_PORT and HTTPS_PORT of loopback, over the files in $ROOT/files. Ends with a signal.
#
#   /files/    as they are                       /flaky/   five requests a second, 500 to all others
#   /norange/  without ranges                    /untold/  in chunks: no length, time or ETag
#   /nohead/   405 to HEAD                       /moved/   302 to /files/, /moved-twice/ to /moved/, /round/ to itself
#   /slow/     8 MiB a second on each connection  /e403/ /e410/  those statuses, with a page for people
#   /secret/   403 unless the query is token=open
#   /people/   200 with a page for people, whatever is asked for; /sign-in/ 302 to one, under another name
#   /called-html/  as they are, all of them called HTML    /down/   301 from https to http
#
# On SELF_SIGNED_PORT with a certificate that nobody vouches for.
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$beds/nginx.sh"
: "${ROOT:?}" "${HTTP_PORT:?}" "${HTTPS_PORT:?}" "${SELF_SIGNED_PORT:?}" "${TLS:?a folder with server.crt and server.key}"
mkdir -p "$ROOT/files"
run_nginx <<CONF
  include /etc/nginx/mime.types; default_type application/octet-stream; sendfile on;
  limit_req_zone \$server_name zone=flaky:1m rate=5r/s;
  server {
    listen 127.0.0.1:$HTTP_PORT; listen 127.0.0.1:$HTTPS_PORT ssl; server_name localhost; root $ROOT;
    ssl_certificate $TLS/server.crt; ssl_certificate_key $TLS/server.key;
    error_page 403 410 /for-people.html;
    location = /for-people.html { return 200 '<html>not the object</html>'; }
    location /files/ { add_header Cache-Control max-age=60; }
    location /norange/ { alias $ROOT/files/; max_ranges 0; }
    location /nohead/ { alias $ROOT/files/; if (\$request_method = HEAD) { return 405; } }
    location /slow/ { alias $ROOT/files/; limit_rate 8m; }
    location /flaky/ { alias $ROOT/files/; limit_req zone=flaky; limit_req_status 500; }
    location /untold/ { alias $ROOT/files/; ssi on; ssi_types *; }
    location /secret/ { alias $ROOT/files/; if (\$args != 'token=open') { return 403; } }
    location /moved/ { rewrite ^/moved/(.*) /files/\$1 redirect; }
    location /moved-twice/ { rewrite ^/moved-twice/(.*) /moved/\$1 redirect; }
    location /round/ { return 307 /round/; }
    location /people/ { types { } default_type text/html; return 200 '<!DOCTYPE html><html>please sign in</html>'; }
    location /sign-in/ { return 302 /people/sign-in; }
    location /called-html/ { alias $ROOT/files/; types { } default_type text/html; }
    location /down/ { rewrite ^/down/(.*) http://127.0.0.1:$HTTP_PORT/files/\$1 permanent; }
    location /e403/ { return 403; }
    location /e410/ { return 410; }
  }
  server {
    listen 127.0.0.1:$SELF_SIGNED_PORT ssl; server_name untrusted; root $ROOT;
    ssl_certificate $beds/../fixtures/tls/cert.pem; ssl_certificate_key $beds/../fixtures/tls/key.pem;
  }
CONF
