#!/bin/bash
# start-xfs.sh FOLDER   mounts an empty XFS of its own on FOLDER, which shares blocks between files. Needs root and loop devices.
# start-xfs.sh stop FOLDER
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
if [ "$1" = stop ]; then
  umount "$2"
  rm -f "$2.image"
  exit 0
fi
need_packages xfs
truncate -s 1G "$1.image"
mkfs.xfs -q -m reflink=1 "$1.image"
mkdir -p "$1"
mount -o loop "$1.image" "$1"
