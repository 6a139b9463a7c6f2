#!/bin/sh
# Writes sg3-utils.txt: the commands that Debian's sg3-utils send, byte by byte.
# Needs gcc and sg3-utils; see shim.c for how they are caught.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -shared -fPIC -o "$work/shim.so" "$here/shim.c" -ldl
truncate -s 1M "$work/disk"
export SHIM_DISK="$work/disk" SHIM_LOG="$work/log"

capture() {
	: >"$work/log"
	LD_PRELOAD="$work/shim.so" timeout 20 "$@" >"$work/out" 2>&1 </dev/null || true
	echo "\$ $*" | sed "s|$work/disk|DISK|"
	sort -u "$work/log"
}

{
	echo "# Made by capture.sh with sg3-utils $(dpkg-query -W -f '${Version}' sg3-utils). Each command once."
	capture sg_turs "$SHIM_DISK"
	capture sg_requests "$SHIM_DISK"
	capture sg_inq "$SHIM_DISK"
	for page in 0x00 0x80 0x83 0x89 0xb0 0xb1 0xb2; do
		capture sg_vpd --page=$page "$SHIM_DISK"
	done
	capture sg_modes --page=0x0a "$SHIM_DISK"
	capture sg_modes --six --page=0x0a "$SHIM_DISK"
	capture sg_readcap "$SHIM_DISK"
	capture sg_readcap --16 "$SHIM_DISK"
	for page in 0x00 0x02 0x03 0x05 0x06 0x0d 0x0e 0x11 0x15 0x2f; do
		capture sg_logs --page=$page "$SHIM_DISK"
	done
	capture sginfo -d "$SHIM_DISK"
	capture sginfo -G -Fphysical "$SHIM_DISK"
	capture sg_reassign --grown "$SHIM_DISK"
	capture sg_reassign --primary "$SHIM_DISK"
	capture sg_luns "$SHIM_DISK"
	for action in 1 2 3 0x1f; do
		capture sg_opcodes --opcode=0x48,$action "$SHIM_DISK"
	done
	capture sg_dd if="$SHIM_DISK" of=/dev/null bs=520 count=8 skip=78187493520 cdbsz=16 bpt=8
} >"$here/sg3-utils.txt"
