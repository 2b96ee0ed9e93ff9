#!/bin/sh
# install.sh: what the laboratory needs, on Debian or Ubuntu, as root. Asks nothing; quick
# when everything is there already.
set -eu

packages='gcc g++ make libc6-dev libfuse3-dev fuse3 xfsprogs btrfs-progs e2fsprogs strace attr util-linux mount pkg-config'

missing=''
for package in $packages; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done

if [ -n "$missing" ]; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "install.sh: not root; missing:$missing" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  # The lists may be too old to name packages that still exist: then, and only then, renew them.
  # shellcheck disable=SC2086
  apt-get install -y --no-install-recommends $missing >/dev/null || {
    apt-get update >/dev/null
    apt-get install -y --no-install-recommends $missing >/dev/null
  }
fi
echo 'laboratory: everything is installed'
