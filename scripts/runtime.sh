# Sourced by the other scripts: puts a Node 24 on PATH, installs the packages and builds what is missing or older than
# its source. Needs a POSIX shell and Node >= 20 with npm; whatever it has to fetch comes from the npm registry.
# Prints nothing unless something fails, or SAY=1 asks for a line before each long step.

RUNTIME_VERSION=24.21.0

fail() {
  printf '%s\n' "$*" >&2
  exit 2
}

# quietly WHAT COMMAND…: runs the command, shows its output only when it fails
quietly() {
  what=$1
  shift
  [ "${SAY:-0}" = 0 ] || printf '%s …\n' "$what" >&2
  log=$(mktemp) || exit 2
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    fail "$what failed (see above)."
  fi
}

# one installer at a time: `scripts/demo` and `scripts/test` may be started together
locked() {
  mkdir -p "$ROOT/.runtime" || fail "Cannot write to $ROOT."
  lock="$ROOT/.runtime/lock"
  tries=0
  until (set -C && echo $$ >"$lock") 2>/dev/null; do
    holder=$(cat "$lock" 2>/dev/null)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -f "$lock"; continue; fi
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || fail "Another script (process $holder) has been installing for ten minutes."
    sleep 1
  done
  trap 'rm -f "$lock"' EXIT INT TERM
  "$@"
  rm -f "$lock"
  trap - EXIT INT TERM
}

node_major() {
  "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0
}

use_node_24() {
  command -v node >/dev/null 2>&1 || fail "Node.js is missing. Install Node >= 20 with npm (Debian: apt-get install nodejs npm)."
  [ "$(node_major node)" -ge 24 ] && return
  package=node-$(node -p 'process.platform === "win32" ? "win" : process.platform')-$(node -p 'process.arch')
  home="$ROOT/.runtime/node_modules/$package"
  if [ ! -x "$home/bin/node" ] || [ "$("$home/bin/node" --version)" != "v$RUNTIME_VERSION" ]; then
    command -v npm >/dev/null 2>&1 || fail "npm is missing. Install Node >= 20 with npm (Debian: apt-get install nodejs npm)."
    quietly "Fetching Node $RUNTIME_VERSION from the npm registry" \
      npm install --prefix "$ROOT/.runtime" --no-save --no-package-lock --ignore-scripts "$package@$RUNTIME_VERSION"
  fi
  PATH="$home/bin:$PATH"
  # native packages compile against the headers that came with this Node, never against a download
  [ -d "$home/include/node" ] && npm_config_nodedir="$home" && export npm_config_nodedir
  export PATH
}

install_packages() {
  stamp="$ROOT/node_modules/.installed-for"
  wanted="$(cksum <"$ROOT/package-lock.json") $(node --version)"
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  quietly "Installing the packages" npm ci --prefix "$ROOT" --no-audit --no-fund
  printf '%s' "$wanted" >"$stamp"
}

build_product() {
  stamp="$ROOT/dist/.built"
  if [ -f "$stamp" ]; then
    newer=$(find "$ROOT/src" "$ROOT/package-lock.json" "$ROOT/tsconfig.json" "$ROOT/tsconfig.build.json" -newer "$stamp" -print 2>/dev/null | head -n 1)
    [ -z "$newer" ] && return
  fi
  rm -rf "$ROOT/dist"
  quietly "Building" npm run --prefix "$ROOT" --silent build
  touch "$stamp"
}

prepare() {
  use_node_24
  install_packages
  build_product
}

prepare_once() {
  locked prepare
}
