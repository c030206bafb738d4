#!/bin/bash
# start-exfat.sh FOLDER   mounts a new exFAT file system of 64 MB from FOLDER/image at FOLDER/mnt. Needs root, FUSE and loop devices.
# start-exfat.sh stop FOLDER
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
if [ "$1" = stop ]; then
  umount "$2/mnt"
  losetup -d "$(cat "$2/device")"
  exit 0
fi
need_packages exfat
mkdir -p "$1/mnt"
truncate -s 64M "$1/image"
mkfs.exfat "$1/image" >/dev/null
losetup -f --show "$1/image" >"$1/device"
mount.exfat-fuse "$(cat "$1/device")" "$1/mnt" >/dev/null 2>&1
