# Sourced by scripts/test: the real parts that the tests run, from Debian's packages.

# what must be there : the package that brings it
DEBIAN_PARTS='
/usr/bin/openssl:openssl
/usr/lib/softhsm/libsofthsm2.so:softhsm2
/usr/bin/softhsm2-util:softhsm2
/usr/bin/pkcs11-tool:opensc
/usr/lib/postgresql/15/bin/initdb:postgresql-15
/usr/bin/redis-server:redis-server
/usr/bin/redis-sentinel:redis-sentinel
/usr/sbin/nginx:nginx-light
/usr/sbin/haproxy:haproxy
/usr/bin/caddy:caddy
/usr/lib/nginx/modules/ngx_stream_module.so:libnginx-mod-stream
/usr/bin/chromium:chromium
/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc:fonts-noto-cjk
/usr/bin/certutil:libnss3-tools
/usr/sbin/pcscd:pcscd
/usr/lib/pcsc/drivers/serial/libifdvpcd.so:vsmartcard-vpcd
/usr/sbin/ip:iproute2
/usr/bin/Xvfb:xvfb
/usr/bin/openbox:openbox
/usr/bin/xdotool:xdotool
/usr/bin/systemd-analyze:systemd
/usr/bin/curl:curl
/usr/bin/faketime:faketime
/usr/bin/pdftotext:poppler-utils
/usr/bin/gcc:gcc
/usr/include/stdio.h:libc6-dev
/usr/bin/g++:g++
/usr/bin/make:make
/usr/bin/python3:python3
/usr/lib/python3/dist-packages/cryptography/x509/__init__.py:python3-cryptography
/usr/bin/php:php-cli
/usr/bin/java:default-jre-headless
/usr/sbin/runuser:util-linux
/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data/certs/GoodCACert.crt:python3-cryptography-vectors
'

missing_packages() {
  for part in $DEBIAN_PARTS; do
    [ -e "${part%%:*}" ] || printf '%s\n' "${part##*:}"
  done | sort -u | tr '\n' ' '
}

install_debian_packages() {
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  # no service may start by itself on the machine: private copies are started by the tests
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    printf 'Installing %s\n' "$missing"
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    quietly "apt-get update" apt-get update -q
    # shellcheck disable=SC2086 # a list of packages
    quietly "apt-get install" apt-get install -q -y --no-install-recommends $missing
    missing=$(missing_packages)
  fi
  [ -z "$missing" ] || fail "These parts are missing; install them and run again:
  apt-get install -y --no-install-recommends $missing"
}
