#!/bin/bash
# mount-image.sh FOLDER xfs|ext4 [SIZE]   mounts an empty file system of its own (1G) on FOLDER; XFS shares blocks between files. Needs root and loop devices.
# mount-image.sh cut FOLDER               a loss of power: what was not brought to disk is lost, the log of the file system included; mounts it again
# mount-image.sh remount FOLDER ro|rw     what it holds stays
# mount-image.sh unplug|plug FOLDER       unmounts it and keeps it; mounts it again
# mount-image.sh stop FOLDER
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"
plug() { mount -o loop "$1.image" "$1"; }
case $1 in
cut)
  # GOINGDOWN of ioctl_xfs_goingdown(2), which ext4 knows as well; 2: without flushing the log.
  python3 -c 'import fcntl, os, struct, sys; fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack("I", 2))' "$2"
  umount "$2"
  plug "$2"
  ;;
remount) mount -o "remount,$3" "$2" ;;
unplug) umount "$2" ;;
plug) plug "$2" ;;
stop)
  umount "$2"
  rm -f "$2.image"
  ;;
*)
  need_packages xfs
  truncate -s "${3:-1G}" "$1.image"
  case $2 in xfs) mkfs.xfs -q -m reflink=1 "$1.image" ;; ext4) mkfs.ext4 -q "$1.image" ;; esac
  mkdir -p "$1"
  plug "$1"
  ;;
esac
