// Package windows recognises pages of ReFS and the change journal of NTFS. Little endian.
package windows

import (
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

const (
	sector = proof.SectorSize

	page = 4096 // of the change journal
)

// Rows are the pages of ReFS, version 3 (libfsrefs, "Resilient File System (ReFS) format", "Metadata
// block header").
var Rows = proof.Rows(0, refsPage, "MSB+", "SUPB", "CHKP")

var refsPages = map[string]string{"MSB+": "node of a tree", "SUPB": "superblock", "CHKP": "checkpoint"}

// refsPage recognises a page by its header: signature, two numbers that are constant, clocks, and its
// own clusters.
func refsPage(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	what := refsPages[v.Either(0, "MSB+", "SUPB", "CHKP")]
	v.Below(4, 4, 4)
	v.Zero(8, 4)
	for at := 16; at < 64; at += 8 {
		v.Below(at, 8, 48)
	}
	v.Want(v.U64(32) != 0, 0)
	return v.Found("refs-page", sector, "ReFS: "+what)
}

// MayBeChanges says that the first record of a page of the change journal is one: its version, and
// where its name is.
func MayBeChanges(b *[sector]byte) bool {
	return proof.LE32(b[4:]) == 2 && proof.LE16(b[58:]) == nameAt
}

const nameAt = 60

// Changes recognises records of the change journal ($UsnJrnl:$J; Microsoft, Win32 API, structure
// USN_RECORD_V2), which begin anew in each page.
func Changes(p proof.Place) (proof.Observation, bool) {
	b := p.Buf[p.Off:min(len(p.Buf), p.Off+page)]
	var e proof.Evidence
	n, at, first := 0, 0, uint64(0)
	for len(b)-at >= nameAt {
		bits, length := change(b[at:])
		if length == 0 {
			break
		}
		place := proof.LE64(b[at+24:])
		e.Add(bits)
		if n == 0 {
			first = place
		} else {
			e.Want(place == first+uint64(at), 29) // its own place in the journal, of which three bits are paid
		}
		n, at = n+1, at+length
		if e.Broken() {
			return proof.Observation{}, false
		}
	}
	return e.Found("ntfs-changes", p.Off, p.Off+at, "NTFS change journal: "+proof.Count(n, "record"))
}

// change holds one record and returns its length.
func change(b []byte) (bits float64, length int) {
	var e proof.Evidence
	length, name := int(min(proof.LE32(b), page)), int(proof.LE16(b[56:]))
	e.Is(uint64(proof.LE32(b[4:])), 2, 4)
	e.Is(uint64(proof.LE16(b[58:])), nameAt, 2)
	e.Want(name%2 == 0 && name > 0 && name <= 510 && length == (nameAt+name+7)&^7 && length <= len(b), 32)
	e.Want(proof.LE64(b[24:])%8 == 0 && proof.LE64(b[24:]) < 1<<48, 16+3)
	e.Within(proof.LE64(b[32:]), 0x01A0<<48, 0x0230<<48, 8) // 1970s to 2100
	e.Within(uint64(proof.LE32(b[44:])), 0, 15, 4)          // who made the change
	e.Within(uint64(proof.LE32(b[52:])), 0, 1<<24, 4)       // attributes
	if e.Broken() {
		return 0, 0
	}
	return e.Bits(), length
}
