#!/usr/bin/env bash
# What `make run` does after building.
#   build/run.sh target                 the make target to build: desktop with a display, sheaf without one
#   build/run.sh start FOLDER DATA      watch FOLDER with an index of its own in DATA and show the screens
set -euo pipefail

has_display() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

case "$1" in
target)
  # The command line adds the folder, so it is built either way.
  if has_display; then echo sheaf desktop; else echo sheaf; fi
  ;;
start)
  folder=$2 data=$3
  [ -d "$folder" ] || { echo "make run: there is no folder $folder; give one with make run FOLDER=/path/to/folder" >&2; exit 1; }
  mkdir -p "$data"
  folder=$(cd "$folder" && pwd) data=$(cd "$data" && pwd)
  build/bin/sheaf --data "$data" folder add "$folder"
  if has_display; then exec build/bin/sheaf-desktop --data "$data"; fi
  exec build/bin/sheaf --data "$data" serve
  ;;
esac
