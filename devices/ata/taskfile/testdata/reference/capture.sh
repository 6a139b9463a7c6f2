#!/bin/sh
# Writes hdparm.txt and sg3-utils.txt: the command blocks that these tools build
# for what this package asks, seen by shim.c in place of a drive. Needs gcc,
# hdparm and sg3-utils; no drive and no privileges. hdparm asks for the native
# maximum by HPA or by AMA as IDENTIFY says, so it is shown two drives.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -Wall -Wextra -shared -fPIC -o "$work/shim.so" shim.c -ldl
truncate -s 1M "$work/disk"

# words N=VALUE...: an IDENTIFY DEVICE page with these words set
words() {
	head -c 512 /dev/zero >"$work/page"
	for w; do
		v=$((${w#*=}))
		printf "\\$(printf %03o $((v & 255)))\\$(printf %03o $((v >> 8)))" |
			dd of="$work/page" bs=2 seek="${w%=*}" conv=notrunc status=none
	done
}

# run IDENTIFY-PAGE N TOOL ARGUMENTS...: the command line and the Nth block it sent
run() {
	SHIM_IDENTIFY=$work/$1
	export SHIM_IDENTIFY
	nth=$2
	shift 2
	echo "# $*"
	LD_PRELOAD=$work/shim.so "$@" "$work/disk" 2>&1 | grep '^cdb:' | sed -n "${nth}p"
}

common="0=0x0040 49=0x0300 53=0x0006 60=0xffff 61=0x0fff 80=0x07f0 84=0x4020 87=0x4020 100=0x0000 101=0x1000"
words $common 59=0xf000 82=0x0403 83=0x4c00 85=0x0403 86=0x8c00
mv "$work/page" "$work/hpa"
words $common 59=0xf000 82=0x0003 83=0x4400 85=0x0003 86=0x8400 119=0x4100 120=0x4100
mv "$work/page" "$work/ama"
words $common 82=0x0403 83=0x4000 85=0x0403 86=0x0000
mv "$work/page" "$work/lba28"

{
	hdparm -V
	run hpa 1 hdparm -I
	run hpa 1 hdparm -C
	run hpa 2 hdparm -N
	run ama 2 hdparm -N
	run lba28 2 hdparm -N
	run hpa 1 hdparm --dco-identify
	run hpa 2 hdparm --sanitize-status
} >hdparm.txt
{
	sg_sat_identify -V 2>&1 | sed 's/^/sg_sat_identify /'
	sg_sat_read_gplog -V 2>&1 | sed 's/^/sg_sat_read_gplog /'
	run hpa 1 sg_sat_identify
	run hpa 1 sg_sat_identify --len=12
	run hpa 1 sg_sat_read_gplog --log=0 --page=0
	run hpa 1 sg_sat_read_gplog --log=4 --page=1
	run hpa 1 sg_sat_read_gplog --log=4 --page=7
	run hpa 1 sg_sat_read_gplog --log=0x30 --page=2
} >sg3-utils.txt
