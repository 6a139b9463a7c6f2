package unix

import (
	"fmt"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

// AIX is the label of AIX.
var AIX = []proof.Row{
	{At: 0, Magic: "\xC9\xC2\xD4\xC1", Parse: aixLabel},
}

// sgiLabel is the volume header of IRIX (struct volume_header of <sys/dvh.h>): one
// sector whose words add up to zero.
func sgiLabel(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Is(uint64(proof.BE32(b)), 0x0BE5A941, 4)
	l.Want(proof.BESum32(b) == 0, 32)
	for _, at := range []int{4, 6} { // root and swap partition, FFFF: none
		l.Clean(proof.BE16(b[at:]) < 16 || proof.BE16(b[at:]) == 0xFFFF)
	}
	l.FreeText(b[8:24], "/unix")
	l.Unused(b[35:38]) // unused bytes of the device parameters, which newer systems
	l.Unused(b[56:72]) // leave to the drive
	size := proof.BE16(b[40:])
	l.Fits(size%512 == 0, 9)
	l.Clean(proof.BE32(b[44:])>>16 == 0 && proof.BE32(b[48:])>>24 == 0) // flags, data rate
	files := 0
	for at := 72; at < 312; at += 16 { // the volume directory: name, first block, bytes
		if proof.AllZero(b[at+8 : at+16]) {
			l.Unused(b[at : at+8])
			continue
		}
		l.FreeText(b[at:at+8], "sgilabel", "sash", "sashARCS", "sash64", "ide", "symmon", "fx", "arcboot", "linux", "vmlinux")
		files++
	}
	used := 0
	for at := 312; at < 504; at += 12 { // blocks, first block, type
		if proof.BE32(b[at:]) == 0 {
			l.Clean(proof.BE32(b[at+4:]) == 0 && proof.BE32(b[at+8:]) <= 0xFF)
			continue
		}
		l.Clean(uint64(proof.BE32(b[at:]))+uint64(proof.BE32(b[at+4:])) <= 1<<32 && proof.BE32(b[at+8:]) <= 0xFF)
		used++
	}
	l.Unused(b[508:])
	return l.Found("sgi-label", p.Off, p.Off+sector, p.Base+int64(p.Off) == 0,
		fmt.Sprintf("SGI volume header with %s and %s, checksum right", proof.Count(used, "partition"), proof.Count(files, "file")))
}

// aixLabel is the boot record of AIX (IPL_REC of <sys/bootrecord.h>): "IBMA" in
// EBCDIC, numbers of the boot code's place, and the physical volume's identifier.
func aixLabel(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Text(b, "\xC9\xC2\xD4\xC1")
	l.Unused(b[4:24])
	l.Unused(b[30:36])
	l.Unused(b[62:64])
	l.Unused(b[76:100])
	l.Unused(b[126:128])
	l.Unused(b[144:])
	detail := "AIX boot record"
	if id := b[128:144]; !proof.AllZero(id) {
		detail += fmt.Sprintf(" of physical volume %x", id)
	}
	return l.Found("aix-label", p.Off, p.Off+sector, p.Base+int64(p.Off) == 0, detail)
}
