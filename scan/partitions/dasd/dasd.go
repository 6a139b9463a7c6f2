// Package dasd knows the labels of disks of IBM mainframes, as Linux and CMS write them.
//
// To add a record, add a row to Rows and a function that accounts for every byte of it.
package dasd

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// Rows are the records of this room.
var Rows = []proof.Row{
	{At: 0, Magic: "\xC9\xD7\xD3", Parse: dasdIPL},
	{At: 1, Magic: "\xD6\xD3\xF1", Parse: dasdVolume}, // VOL1
	{At: 0, Magic: "\xD3\xD5\xE7\xF1", Parse: dasdVolume},
	{At: 0, Magic: "\xC3\xD4\xE2\xF1", Parse: dasdVolume},
	{At: 44, Magic: "\xF1", Parse: dscb},
	{At: 44, Magic: "\xF4", Parse: dscb},
	{At: 44, Magic: "\xF5", Parse: dscb},
	{At: 44, Magic: "\xF7", Parse: dscb},
	{At: 44, Magic: "\xF8", Parse: dscb},
}

// Labels of IBM's direct access storage devices, in EBCDIC. A volume label
// (VOL1) stands in the third block of a disk in compatible layout, with boot
// records (IPL1, IPL2) before it, and the volume's table of contents in blocks
// behind; LNX1 in the third block of a disk in Linux's layout, CMS1 under CMS; in
// the second sector of a fixed-block device (z/OS "DFSMSdfp Advanced Services",
// Volume Label and DSCB formats; Linux arch/s390/include/uapi/asm/vtoc.h). Linux
// shows the end of a block that is longer than its record as E5.
var dasdLabels = map[string]string{
	"\xE5\xD6\xD3\xF1": "VOL1",
	"\xD3\xD5\xE7\xF1": "LNX1",
	"\xC3\xD4\xE2\xF1": "CMS1",
}

func dasdVolume(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	at := 4 // behind the key: a compatible layout says VOL1VOL1
	if string(b[:4]) != string(b[4:8]) {
		at = 0
	}
	name := dasdLabels[string(b[at:at+4])]
	if name == "" {
		return proof.Observation{}, false
	}
	var l label.Label
	l.Want(true, float64(8*(at+4)-3))
	r := b[at+4:] // from the volume's identifier on
	ebcdic(&l, r[:6])
	if name == "CMS1" {
		l.Unused(r[80:])
		l.Unused(b[:at])
		// struct cms_label: date, sizes and counts in between
		return l.Found("dasd-label", p.Off, p.Off+sector, dasdPlace(p), "volume label of a CMS minidisk")
	}
	l.Fits(r[6] == 0x40 || r[6] == 0xC0 || r[6] == 0, 6) // security
	for _, field := range []struct{ at, n int }{{12, 5}, {17, 4}, {21, 4}, {25, 4}, {29, 4}, {47, 28}} {
		blank(&l, r[field.at:field.at+field.n])
	}
	ebcdic(&l, r[33:47])                                       // owner
	l.Clean(r[75] == 0 || r[75]&0xF0 == 0xF0 || r[75] == 0x40) // version of Linux's layout
	if at == 0 {
		pad(&l, r[84:]) // behind the number of formatted blocks
	} else {
		pad(&l, r[76:])
	}
	end := dasdBlockEnd(p)
	return l.Found("dasd-label", p.Off, end, dasdPlace(p), "volume label of a DASD ("+name+")")
}

// dasdPlace: the third block, of 512 to 4096 bytes, or the second sector.
func dasdPlace(p proof.Place) bool {
	switch p.Base + int64(p.Off) {
	case 512, 1024, 2048, 4096, 8192:
		return true
	}
	return false
}

// dasdBlockEnd is the end of a block of 4096 bytes, if there is only padding in it.
func dasdBlockEnd(p proof.Place) int {
	const size = 4096
	if b, ok := p.Window(size); ok && (p.Base+int64(p.Off))%size == 0 && onlyPad(b[sector:]) {
		return p.Off + size
	}
	return p.Off + sector
}

// onlyPad is what is not part of a record: zeros, or Linux's E5.
func onlyPad(b []byte) bool { return proof.AllZero(b) || filled(b, 0xE5) }

// filled says that b holds nothing but c.
func filled(b []byte, c byte) bool { return bytes.Count(b, []byte{c}) == len(b) }

func pad(l *label.Label, b []byte) {
	l.Clean(onlyPad(b))
	for piece := range slices.Chunk(b, 64) {
		l.Fits(onlyPad(piece), float64(8*len(piece)-1))
	}
}

// blank is a field of zeros or of EBCDIC blanks.
func blank(l *label.Label, b []byte) {
	l.Fits(proof.AllZero(b) || filled(b, 0x40), float64(8*len(b)-1))
}

// ebcdic reads a text of capitals, digits and a few signs, blanks behind it.
func ebcdic(l *label.Label, b []byte) {
	s := make([]byte, 0, 44)
	for _, c := range bytes.TrimRight(b, "\x40\x00") {
		a := fromEBCDIC[c]
		l.Clean(a != 0)
		s = append(s, a)
	}
	if text := string(s); text != "" && !l.Dirty && !dasdNames.MatchString(text) {
		l.Texts = append(l.Texts, text)
	}
}

// dasdNames are volume and data set names that Linux's tools give.
var dasdNames = regexp.MustCompile(`^(0X[0-9A-F]{4}|LINUX\.V[0-9A-Z]{1,6}(\.PART[0-9]{4}\.(NATIVE|NEW|SWAP|RAID|LVM|GPFS))?|IBM LINUX)$`)

// fromEBCDIC has the characters of code page 037 that are used in names; the others
// are 0.
var fromEBCDIC = func() (table [256]byte) {
	for first, letters := range map[int]string{0xC1: "ABCDEFGHI", 0xD1: "JKLMNOPQR", 0xE2: "STUVWXYZ", 0xF0: "0123456789",
		0x40: " ", 0x4B: ".", 0x5B: "$", 0x7B: "#", 0x7C: "@", 0x60: "-", 0x6D: "_"} {
		copy(table[first:], letters)
	}
	return table
}()

// dasdIPL1 is the first boot record as fdasd and dasdfmt write it: read nothing,
// go to the second.
const dasdIPL1 = "\xC9\xD7\xD3\xF1\x00\x0A\x00\x00\x00\x00\x00\x0F\x03\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"

func dasdIPL(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	l.Text(b, "\xC9\xD7\xD3")
	l.Want(b[3] == 0xF1 || b[3] == 0xF2, 7)
	if l.Broken() {
		return proof.Observation{}, false
	}
	if b[3] == 0xF1 {
		l.Fits(string(b[:len(dasdIPL1)]) == dasdIPL1 || proof.AllZero(b[4:len(dasdIPL1)]), 8*24-1)
		pad(&l, b[len(dasdIPL1):])
	} else {
		l.Unused(b[4:148])
		pad(&l, b[148:])
	}
	at := p.Base + int64(p.Off)
	inPlace := at == 0 || b[3] == 0xF2 && (at == 512 || at == 1024 || at == 2048 || at == 4096)
	return l.Found("dasd-boot-record", p.Off, dasdBlockEnd(p), inPlace, fmt.Sprintf("boot record %d of a DASD", b[3]-0xF0))
}

// dscb is a record of the volume's table of contents. Format 4 describes the table
// itself, 5 and 7 free space, 1 and 8 a data set, which is a partition here.
func dscb(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	format := b[44]
	switch key := b[:44]; {
	case format == 0xF4 && filled(key, 4):
		l.Want(true, 45*8-2)
		l.Unused(b[76:105])
		l.Unused(b[115:125])
		l.Unused(b[136:138])
		l.Clean(b[131] == 0 && b[59] <= 1)
	case (format == 0xF5 || format == 0xF7) && filled(b[:4], format-0xF0) && proof.AllZero(b[5:44]):
		l.Want(true, 44*8-3)
	case (format == 0xF1 || format == 0xF8) && b[0] >= 0xC1:
		l.Want(true, 7)
		ebcdic(&l, key)
		l.Want(!l.Dirty, 110) // 44 characters of 44: what has no name is no record, but the end of any file with zeros behind it
		ebcdic(&l, b[45:51])
		ebcdic(&l, b[62:75])
		l.Fits(!l.Dirty, 45) // 19 more
		// The first volume's name, and the number of this one: the end of a text has none.
		l.Clean(!proof.AllZero(b[45:51]) && !filled(b[45:51], 0x40) && b[51] == 0 && b[52] != 0)
		l.Clean(b[59] <= 3 && b[60] <= 7)
		l.Unused(b[78:82])
		l.Unused(b[115:135])
	default:
		return proof.Observation{}, false
	}
	pad(&l, b[140:])
	at := p.Base + int64(p.Off)
	return l.Found("dasd-vtoc", p.Off, dasdBlockEnd(p), at >= 8192 && at < 1<<20, fmt.Sprintf("record (format %d) of a DASD's volume table of contents", format-0xF0))
}
