#!/bin/bash
# exfat.sh mount FOLDER   mounts a new exFAT file system of 64 MB from FOLDER/image at FOLDER/mnt
# exfat.sh umount FOLDER
set -eu
. "$(dirname "$(readlink -f "$0")")/../stores/lib.sh"
case $1 in
  mount)
    need_packages exfat-fuse exfatprogs
    mkdir -p "$2/mnt"
    truncate -s 64M "$2/image"
    mkfs.exfat "$2/image" >/dev/null
    losetup -f --show "$2/image" >"$2/device"
    mount.exfat-fuse "$(cat "$2/device")" "$2/mnt" >/dev/null 2>&1
    ;;
  umount)
    umount "$2/mnt"
    losetup -d "$(cat "$2/device")"
    ;;
esac
