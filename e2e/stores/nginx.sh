# For the scripts that are an nginx; to be sourced after lib.sh. Everything it writes is in $ROOT.

# run_nginx <<CONF   in the foreground, with what it reads as the block `http`; ends with a signal
run_nginx() {
  need_packages nginx
  mkdir -p "$ROOT/tmp"
  cat >"$ROOT/nginx.conf" <<CONF
$([ "$(id -u)" != 0 ] || echo 'user root;')
worker_processes 1; daemon off; pid $ROOT/nginx.pid; error_log $ROOT/error.log;
events { worker_connections 512; }
http {
  access_log $ROOT/access.log;
  client_body_temp_path $ROOT/tmp; proxy_temp_path $ROOT/tmp; fastcgi_temp_path $ROOT/tmp; uwsgi_temp_path $ROOT/tmp; scgi_temp_path $ROOT/tmp;
$(cat)
}
CONF
  exec nginx -p "$ROOT" -c "$ROOT/nginx.conf" -e "$ROOT/error.log" </dev/null
}
