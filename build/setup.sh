#!/usr/bin/env bash
# Makes sure that the tools and system packages are here, and installs the packages that are not.
#   build/setup.sh run|build|test
# run needs the window's libraries only when there is a display; test needs a browser and a virtual display as well.
set -euo pipefail

say() { echo "setup: $*" >&2; }
die() { say "$*"; exit 1; }

need() { # need TOOL MINIMUM FOUND HOW
  [ -n "$3" ] || die "$1 was not found. $4"
  [ "$(printf '%s\n%s\n' "$2" "$3" | sort -V | head -n 1)" = "$2" ] || die "$1 $3 is too old; $2 or newer is needed. $4"
}

version_of() { "$@" 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 || true; }

need Go 1.26 "$(version_of go version)" "Install it from go.dev/dl."
need Node 20.19 "$(version_of node --version)" "Install Node 20.19 or newer, with npm."
need Python 3.11 "$(version_of python3 --version)" "Install it with: apt-get install python3"
command -v gcc >/dev/null || die "gcc was not found. Install it with: apt-get install gcc libc6-dev"
command -v npm >/dev/null || die "npm was not found; it comes with Node."

window=(pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev)
browser=(xvfb xauth xdotool dbus dbus-x11 chromium imagemagick)
case "${1:-test}" in
run) wanted=(); if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then wanted=("${window[@]}"); fi ;;
build) wanted=("${window[@]}") ;;
test) wanted=("${window[@]}" "${browser[@]}") ;;
*) die "unknown set of packages: $1" ;;
esac
# The models are converted in a virtual environment, and Debian packs the module for that apart.
python3 -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3-venv)
[ ${#wanted[@]} -gt 0 ] || exit 0

if ! command -v dpkg-query >/dev/null; then
  pkg-config --exists gtk+-3.0 webkit2gtk-4.1 2>/dev/null ||
    die "this is not a Debian system: install the headers of GTK 3 and WebKitGTK 4.1 with your package manager, then run this again."
  exit 0
fi

missing=()
for p in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null || true)" = installed ] || missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=(env DEBIAN_FRONTEND=noninteractive)
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null ||
    die "as root, run: apt-get install --no-install-recommends ${missing[*]}"
  as_root=(sudo "${as_root[@]}")
fi
say "installing ${missing[*]}"
install() { "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >&2; }
# The package lists may be absent or old: fetch them when the first try fails.
if ! compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null || ! install; then
  "${as_root[@]}" apt-get update -q >&2 || die "apt-get update failed; check the network."
  install || die "apt-get could not install ${missing[*]}; the lines above say why."
fi
