#!/usr/bin/env bash
# Prepares a fresh Debian machine for `make run` and `make test`: system libraries, uv, the locked dependencies.
# Usage: packaging/setup.sh run|test
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-test}
python=${PYTHON:-python3}

# What Qt needs to draw, and a Japanese font to draw with.
packages=(fonts-noto-cjk libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libxcb-cursor0 libxcb-icccm4
  libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1
  libxkbcommon-x11-0 libxkbcommon0)
# What the tests use besides: Word files are opened by LibreOffice and looked at as PDF; system calls are watched.
if [ "$purpose" = test ]; then
  packages+=(libreoffice-writer-nogui poppler-utils strace)
  # A real file server for the shared templates. Not where installing one would start it: those tests are skipped there.
  [ -d /run/systemd/system ] || packages+=(fuse3 iproute2 samba smbclient smbnetfs)
fi

say() { printf '[setup] %s\n' "$*" >&2; }

install_packages() {
  command -v dpkg-query >/dev/null || { say "Not a Debian system: please install what corresponds to: ${packages[*]}"; return; }
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    say "Some system libraries are missing. Please run this once, then try again:"
    say "  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}"
    exit 1
  fi
  say "installing system libraries: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

check_tools() {
  local tool
  for tool in "$python" c++ git; do
    command -v "$tool" >/dev/null || { say "$tool is missing: Python 3.11 to 3.13, a C++ compiler and git are needed."; exit 1; }
  done
  "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || {
    say "$("$python" --version) cannot be used: set PYTHON to Python 3.11, 3.12 or 3.13 (PYTHON=python3.12 make ...)."
    exit 1
  }
}

install_uv() {
  [ -x .tools/bin/uv ] && return
  say "installing uv"
  if ! "$python" -m venv .tools >/dev/null 2>&1; then
    rm -rf .tools
    install_packages python3-venv
    "$python" -m venv .tools
  fi
  .tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
}

# llama.cpp is compiled for the processor it will run on. Cache and environment belong to one kind of processor, so
# that a home folder or a checkout that moves to another machine is compiled again instead of crashing there.
cpu_key() { { uname -m; grep -m1 -E '^(flags|Features)' /proc/cpuinfo || true; } | sha256sum | cut -c1-12; }

sync_dependencies() {
  local key
  key=$(cpu_key)
  export UV_CACHE_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/fumizukue/uv-$key
  if [ -d .venv ] && [ "$(cat .venv/.cpu-key 2>/dev/null)" != "$key" ]; then
    rm -rf .venv
  fi
  say "installing dependencies (compiling llama.cpp takes about 10 minutes the first time; its wheel is kept)"
  UV_PYTHON_DOWNLOADS=never .tools/bin/uv sync --quiet --locked --python "$python"
  printf '%s' "$key" >.venv/.cpu-key
}

check_tools
install_packages "${packages[@]}"
install_uv
sync_dependencies
say "ready"
