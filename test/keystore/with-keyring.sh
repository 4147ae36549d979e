#!/usr/bin/env bash
# Runs a command with an unlocked Secret Service of its own: dbus-run-session -- bash with-keyring.sh COMMAND...
# Its home is fresh, so that nobody's own keyring is touched.
set -euo pipefail
HOME=$(mktemp -d)
export HOME XDG_RUNTIME_DIR=$HOME/run XDG_DATA_HOME=$HOME/.local/share XDG_CONFIG_HOME=$HOME/.config
mkdir -p -m 700 "$XDG_RUNTIME_DIR" "$XDG_DATA_HOME"
trap 'rm -rf "$HOME"' EXIT
printf '%s' "${KEYRING_PW-ci-only}" | gnome-keyring-daemon --unlock --components=secrets >/dev/null
for i in $(seq 50); do
  dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets/collection/login \
    org.freedesktop.DBus.Properties.Get string:org.freedesktop.Secret.Collection string:Locked 2>/dev/null |
    grep -q 'boolean false' && break
  sleep 0.1
  [ "$i" = 50 ] && {
    echo 'keyring did not unlock' >&2
    exit 1
  }
done
"$@"
