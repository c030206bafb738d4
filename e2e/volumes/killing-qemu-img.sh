#!/bin/bash
# qemu-img; every other time that it changes a disk it is killed after some thousandths of a second, as likely early as late in its work.
[ "$1" != info ] && [ "$1" != --version ] && [ $((RANDOM % 2)) = 0 ] || exec qemu-img "$@"
qemu-img "$@" & pid=$!
sleep "0.0$(printf %02d $((RANDOM % 20)))"
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
code=$?
[ $code != 137 ] || kill -9 $$
exit $code
