#!/bin/sh
# Writes nvme-cli.txt: the bytes Debian's nvme-cli would send to a drive, for
# the commands we send too and for some that Permit has to refuse. Nothing is
# sent: shim.c takes the place of ioctl(2) and /dev/null that of the drive.
# And nvme-cli-decoded.txt: what nvme-cli makes of our test pages.
# Needs gcc and nvme-cli.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -shared -fPIC -Wall -Wextra -O1 -o "$work/shim.so" shim.c
export SHIM_OUT="$work/out"
: >"$work/image"

# capture NAME QUEUE OPCODE nvme-arguments: lines "NAME queue length entry #
# arguments" of the commands with that opcode (most verbs ask Identify first).
# NAME is Permit's name for the command, or - if it has to refuse it.
capture() {
	name=$1
	wanted="$2 [0-9]* $3"
	shift 3
	: >"$SHIM_OUT"
	LD_PRELOAD="$work/shim.so" nvme "$@" </dev/null >"$work/stdout" 2>&1 || true
	if ! grep -q "^$wanted" "$SHIM_OUT"; then
		echo "nvme $*: did not send it:" >&2
		cat "$work/stdout" >&2
		exit 1
	fi
	shown=$(echo "$*" | sed "s|$work/||")
	grep "^$wanted" "$SHIM_OUT" | sed "s|^|$name |; s|\$| # nvme $shown|"
}

d=/dev/null
dd if=/dev/zero of="$work/image" bs=4096 count=1 2>/dev/null
{
	nvme version | sed 's/^/# /'
	echo "# name queue length entry # what was typed; made by capture.sh"
	capture identify-controller admin 06 id-ctrl $d
	capture identify-namespace-1 admin 06 id-ns $d -n 1
	capture - admin 06 id-ns $d -n 0xffffffff
	capture identify-active-namespaces admin 06 list-ns $d
	capture identify-allocated-namespaces admin 06 list-ns $d --all
	capture identify-allocated-namespace-7 admin 06 id-ns $d -n 7 --force
	capture identify-descriptors-1 admin 06 ns-descs $d -n 1
	capture log-01h-error admin 02 error-log $d -e 64
	capture log-01h-error admin 02 error-log $d -e 1
	capture log-02h-smart admin 02 smart-log $d
	capture log-03h-firmware admin 02 fw-log $d
	# effects-log looks for the drive in sysfs first.
	capture log-05h-effects admin 02 get-log $d -i 5 -l 4096
	capture log-81h-sanitize admin 02 sanitize-log $d
	capture security-protocols admin 82 security-recv $d -p 0 -s 0 -x 512 -t 512
	capture security-level-0-discovery admin 82 security-recv $d -p 1 -s 1 -x 2048 -t 2048
	capture - admin 82 security-recv $d -p 1 -s 0x1000 -x 2048 -t 2048
	capture - admin 82 security-recv $d -p 0xea -s 1 -N 1 -x 512 -t 512
	capture - admin 81 security-send $d -p 1 -s 1 -t 4096 -f "$work/image"
	capture - admin 80 format $d -n 1 -s 1 -l 0 --force
	capture - admin 80 format $d -n 1 -s 2 -l 0 --force
	capture - admin 84 sanitize $d -a start-block-erase
	capture - admin 84 sanitize $d -a exit-failure
	capture - admin 84 sanitize $d -a start-crypto-erase --ause
	capture - admin 11 fw-download $d -f "$work/image"
	capture - admin 10 fw-commit $d -s 1 -a 1
	capture - admin 09 set-feature $d -f 0x11 -v 1
	capture - admin 0a get-feature $d -f 0x06
	capture - admin 0d create-ns $d -s 8 -c 8 -f 0
	capture - admin 0d delete-ns $d -n 1
	capture - admin 15 detach-ns $d -n 1 -c 0
	capture - admin 14 device-self-test $d -n 1 -s 1
	capture - admin 02 telemetry-log $d -g 1 -o "$work/telemetry"
	capture - admin 02 persistent-event-log $d -a 1 -l 512
	capture - admin 02 get-log $d -i 0x0c -l 512
	capture - admin 19 dir-send $d -n 1 -D 0 -O 1 -T 1 -e 1
	capture - admin 1c virt-mgmt $d -c 1 -a 8 -r 0
	capture - io 01 write $d -s 0 -c 0 -z 512 -d "$work/image"
	capture - io 02 read $d -s 0 -c 0 -z 512
	capture - io 08 write-zeroes $d -n 1 -s 0 -c 0
	capture - io 09 dsm $d -n 1 -d 1 -s 0 -b 8
	capture - io 00 flush $d -n 1
	capture - admin 84 admin-passthru $d --opcode=0x84 --cdw10=4
} >"$work/all"
mv "$work/all" nvme-cli.txt

# decode PAGE nvme-arguments: "== PAGE", and what nvme-cli prints.
decode() {
	echo "== $1"
	page=$1
	shift
	SHIM_PAGE="../$page" LD_PRELOAD="$work/shim.so" nvme "$@" $d
}

{
	for p in identify-controller-1.4-enterprise.hex identify-controller-1.2-consumer.hex; do
		decode $p id-ctrl
	done
	for p in identify-namespace-4096.hex identify-namespace-520.hex; do
		decode $p id-ns -n 1
	done
	decode identify-descriptors.hex ns-descs -n 1
	decode log-smart.hex smart-log
	for p in ../sanitize-*.hex; do
		decode "${p#../}" sanitize-log
	done
} >"$work/decoded"
tr -cd '\n\t -~' <"$work/decoded" >nvme-cli-decoded.txt
