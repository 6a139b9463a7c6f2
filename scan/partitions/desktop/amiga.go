// Package desktop knows the partition tables of the Amiga, of Apple's machines before GUID tables, and of Atari's.
//
// To add a table, add a row to that of its system and a function that accounts for every byte of it.
package desktop

import (
	"fmt"
	"strings"

	"shokyo.dev/shokyo/scan/partitions/label"
	"shokyo.dev/shokyo/scan/proof"
)

const sector = proof.SectorSize

// Amiga is the rigid disk block and what hangs on it.
var Amiga = []proof.Row{
	{At: 0, Magic: "RDSK", Parse: rdb},
	{At: 0, Magic: "PART", Parse: rdbPartition},
	{At: 0, Magic: "BADB", Parse: rdbOther("BADB", "list of bad blocks of an Amiga disk")},
	{At: 0, Magic: "FSHD", Parse: rdbOther("FSHD", "header of a file system in the reserved area of an Amiga disk")},
	{At: 0, Magic: "LSEG", Parse: rdbOther("LSEG", "code of a file system in the reserved area of an Amiga disk")},
}

// The Rigid Disk Block of the Amiga, in one of the first sixteen sectors, and the
// blocks that it leads to (<devices/hardblocks.h>): a name of four letters, the
// number of words that add up to zero, the sum, the host's number.
const rdbFirst = 16

// rdbBlock checks what all of these blocks begin with, and what lies behind the
// last word.
func rdbBlock(l *label.Label, b []byte, id string, words uint32) {
	l.Text(b, id)
	n := proof.BE32(b[4:])
	l.Want(n == words || n == 128, 31)
	if !l.Broken() {
		l.Want(proof.BESum32(b[:4*n]) == 0, 32)
		l.Unused(b[4*words:])
	}
	l.Clean(proof.BE32(b[12:]) <= 7) // the host's number on the bus
}

// rdbNone holds reserved words to zero or to FFFFFFFF, "no block".
func rdbNone(l *label.Label, b []byte) {
	for ; len(b) >= 4; b = b[4:] {
		w := proof.BE32(b)
		l.Clean(w == 0 || w == 1<<32-1)
	}
}

func rdb(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	rdbBlock(&l, b, "RDSK", 64)
	size := proof.BE32(b[16:])
	l.Fits(size >= 512 && size <= 32768 && size&(size-1) == 0, 29)
	l.Fits(proof.BE32(b[20:])>>7 == 0, 24) // flags
	rdbNone(&l, b[40:64])
	rdbNone(&l, b[84:96])
	rdbNone(&l, b[108:128])
	rdbNone(&l, b[156:160])
	for at, n := range map[int]int{160: 8, 168: 16, 184: 4, 188: 8, 196: 16, 212: 4} { // who made the drive and its controller
		l.FreeText(b[at : at+n])
	}
	l.FreeText(b[216:256]) // drive init name
	return l.Found("amiga-rdb", p.Off, p.Off+sector, p.Base+int64(p.Off) < rdbFirst*sector,
		fmt.Sprintf("Amiga rigid disk block; %d cylinders by %d heads by %d sectors; checksum right", proof.BE32(b[64:]), proof.BE32(b[72:]), proof.BE32(b[68:])))
}

// rdbPartition is PART: where a partition lies, and the environment of the file
// system in it, up to twenty words.
func rdbPartition(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var l label.Label
	rdbBlock(&l, b, "PART", 64)
	l.Fits(proof.BE32(b[20:])>>2 == 0, 30)
	rdbNone(&l, b[24:32])
	// A name with its length before it; behind it may be the rest of an earlier one.
	name, _, _ := strings.Cut(string(b[37:68]), "\x00")
	l.Clean(int(b[36]) <= len(name))
	if amigaDrive(name) {
		l.FreeText(b[37:68], name)
	} else {
		l.FreeText(b[37:68])
	}
	rdbNone(&l, b[68:128])
	words := proof.BE32(b[128:]) // of the environment, itself not counted
	l.Want(words >= 11 && words <= 20, 28)
	if !l.Broken() {
		rdbNone(&l, b[128+4*(words+1):256])
	}
	return l.Found("amiga-partition", p.Off, p.Off+sector, underRDB(p),
		fmt.Sprintf("Amiga partition block, cylinders %d to %d; checksum right", proof.BE32(b[164:]), proof.BE32(b[168:])))
}

// amigaDrive: DH0, HD1, the names that tools give.
func amigaDrive(s string) bool {
	digits, ok := strings.CutPrefix(strings.ToUpper(strings.Replace(s, "HD", "DH", 1)), "DH")
	return ok && len(digits) <= 2 && strings.Trim(digits, "0123456789") == ""
}

// rdbOther are blocks that hold code of file systems, or lists of bad sectors:
// named, not explained.
func rdbOther(id, what string) func(proof.Place) (proof.Observation, bool) {
	return func(p proof.Place) (proof.Observation, bool) {
		b := p.Sector()
		var l label.Label
		l.Text(b, id)
		n := proof.BE32(b[4:])
		l.Within(uint64(n), 5, 128, 4)
		if !l.Broken() {
			l.Want(proof.BESum32(b[:4*n]) == 0, 32)
		}
		return l.Found("amiga-"+strings.ToLower(id), p.Off, p.Off+sector, false, what)
	}
}

// underRDB says whether a rigid disk block, whole, gives this place to blocks of
// its kind. It is seen from the first page of a medium only.
func underRDB(p proof.Place) bool {
	if p.Base != 0 {
		return false
	}
	for off := 0; off < rdbFirst*sector && off <= len(p.Buf)-sector; off += sector {
		at := proof.Place{Buf: p.Buf, Off: off, Size: p.Size}
		b := at.Sector()
		if string(b[:4]) != "RDSK" {
			continue
		}
		if s, ok := rdb(at); ok && s.Explained {
			size, last := uint64(proof.BE32(b[16:])), uint64(proof.BE32(b[132:]))
			return uint64(p.Off)%size == 0 && uint64(p.Off)/size <= last
		}
	}
	return false
}
