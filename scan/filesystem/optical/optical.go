// Package optical recognises pieces of ISO 9660 (ECMA-119): directories and path tables, of
// either name set. Volume descriptors, and all descriptors of UDF, are package superblock's.
package optical

import (
	"math"
	"math/bits"

	"shokyo.dev/shokyo/scan/proof"
)

const (
	sector = proof.SectorSize

	block       = 2048 // no record crosses the edge of a logical sector
	recordBytes = 33   // of a directory, without the name
	entryBytes  = 8    // of a path table, without the name
)

// Rows are the path tables, which begin with the root (ECMA-119 §9.4), in either byte order.
var Rows = []proof.Row{{Magic: "\x01\x00", Parse: pathTable}}

// MayBeDirectory says that a number stands there in both byte orders, not zero.
func MayBeDirectory(b *[sector]byte) bool {
	extent := proof.LE64(b[2:])
	return bits.ReverseBytes64(extent) == extent && extent != 0 && b[1] == 0
}

// Directory recognises a directory by its chain of records (ECMA-119 §9.1), from any of
// them on.
func Directory(p proof.Place) (proof.Observation, bool) {
	var e proof.Evidence
	n, at, end := 0, p.Off, min(len(p.Buf), p.Off+block)
	for at+recordBytes < end {
		length := record(&e, p.Buf[at:end])
		if length == 0 {
			break
		}
		n, at = n+1, at+length
	}
	return e.Found("iso9660-directory", p.Off, at, "ISO 9660 directory with "+proof.Count(n, "entry"))
}

// record holds a record to the numbers that stand there twice, to its date and to
// what is zero, and returns its length, 0 if it is none.
func record(sum *proof.Evidence, b []byte) int {
	var e proof.Evidence
	length, name := int(b[0]), int(b[32])
	e.Want(length%2 == 0 && length > recordBytes+name-1 && length <= len(b) && name > 0, 1)
	e.Is(uint64(b[1]), 0, 1)
	e.Want(proof.LE32(b[2:]) == proof.BE32(b[6:]), 32)
	e.Want(proof.LE32(b[10:]) == proof.BE32(b[14:]), 32)
	for i, most := range []uint64{12, 31, 23, 59, 59} { // the date may be left out
		e.Within(uint64(b[19+i]), 0, most, 1)
	}
	e.Zero(b[26:28]) // interleaved no more
	e.Want(proof.LE16(b[28:]) == proof.BE16(b[30:]), 16)
	if e.Broken() {
		return 0
	}
	sum.Add(e.Bits())
	return length
}

// pathTable recognises the beginning of a table.
func pathTable(p proof.Place) (proof.Observation, bool) {
	for _, order := range []func([]byte) (extent uint32, parent uint16){
		func(b []byte) (uint32, uint16) { return proof.LE32(b[2:]), proof.LE16(b[6:]) },
		func(b []byte) (uint32, uint16) { return proof.BE32(b[2:]), proof.BE16(b[6:]) },
	} {
		var e proof.Evidence
		e.Alternatives(2)
		n, at := 0, p.Off
		for last := uint16(1); at+entryBytes <= min(len(p.Buf), p.Off+block); n++ {
			b := p.Buf[at:]
			extent, parent := order(b)
			name := int(b[0])
			length := entryBytes + name + name%2
			if name == 0 || b[1] != 0 || extent >= 1<<24 || extent == 0 || parent < last || int(parent) > max(1, n) || length > len(b) ||
				n == 0 && (name != 1 || b[8] != 0) || name%2 == 1 && b[length-1] != 0 {
				break
			}
			e.Add(8 + 8 + 16 - math.Log2(float64(max(1, n))) + 8*float64(name%2))
			if n == 0 {
				e.Add(8 + 8) // the root's name
			}
			last, at = parent, at+length
		}
		if o, ok := e.Found("iso9660-path-table", p.Off, at, "ISO 9660 path table of "+proof.Count(n, "directory")); ok && n > 1 {
			return o, true
		}
	}
	return proof.Observation{}, false
}
