// Package unix recognises inodes and directories of UFS (FreeBSD, sys/ufs/ufs/dinode.h, dir.h), as
// little endian machines write them. Superblocks and cylinder groups are package superblock's.
package unix

import (
	"math"

	"shokyo.dev/shokyo/scan/proof"
)

const (
	sector = proof.SectorSize

	most = 4096 // bytes of inodes that are looked at together
)

// MayBeInodes says that what is spare in an inode of UFS1 is zero, or the upper halves of the times
// of UFS2.
func MayBeInodes(b *[sector]byte) bool {
	return b[3] == 0 && b[2] != 0 && (proof.LE64(b[120:]) == 0 || proof.LE32(b[36:])|proof.LE32(b[44:])|proof.LE32(b[52:]) == 0)
}

// Inodes recognises a run of inodes of UFS1, of 128 bytes, or UFS2, of 256.
func Inodes(p proof.Place) (proof.Observation, bool) {
	for _, form := range []struct {
		name  string
		bytes int
		inode func(*proof.Evidence, []byte)
	}{{"UFS1", 128, inode1}, {"UFS2", 256, inode2}} {
		var e proof.Evidence
		e.Alternatives(2)
		n := 0
		for b := p.Buf[p.Off:min(len(p.Buf), p.Off+most)]; len(b) >= form.bytes; b = b[form.bytes:] {
			var one proof.Evidence
			one.Want(proof.FileMode(proof.LE16(b)), 1.1)
			one.Within(uint64(proof.LE16(b[2:])), 1, 255, 2) // links
			form.inode(&one, b)
			if one.Broken() {
				break
			}
			e.Add(one.Bits())
			n++
		}
		if n < 2 {
			continue
		}
		if o, ok := e.Found("ufs-inodes", p.Off, p.Off+n*form.bytes, proof.Count(n, "inode")+" of "+form.name); ok {
			return o, true
		}
	}
	return proof.Observation{}, false
}

// inode1 holds the fields of struct ufs1_dinode.
func inode1(e *proof.Evidence, b []byte) {
	e.Within(proof.LE64(b[8:]), 0, 1<<48, 8) // size
	for at := 16; at < 40; at += 8 {
		e.Seconds(uint64(proof.LE32(b[at:])), 4)
		e.Within(uint64(proof.LE32(b[at+4:])), 0, 999_999_999, 4)
	}
	e.Zero(b[120:128])
}

// inode2 holds those of struct ufs2_dinode.
func inode2(e *proof.Evidence, b []byte) {
	e.Within(proof.LE64(b[16:]), 0, 1<<48, 8) // size
	e.Within(proof.LE64(b[24:]), 0, 1<<40, 8) // blocks
	for at := 32; at < 56; at += 8 {
		e.Seconds(proof.LE64(b[at:]), 8)
	}
	for at := 64; at < 80; at += 4 {
		e.Within(uint64(proof.LE32(b[at:])), 0, 999_999_999, 4)
	}
}

// MayBeDirectory says that the first entry of a directory's sector has a length, a type and a
// name.
func MayBeDirectory(b *[sector]byte) bool {
	return proof.LE16(b[4:])&0xFC03 == 0 && b[6] < 16 && b[7] != 0 && b[8] != 0
}

// Directory recognises a sector of a directory (struct direct), which its entries fill up.
func Directory(p proof.Place) (proof.Observation, bool) {
	b := p.Sector()
	var e proof.Evidence
	n, at := 0, 0
	for at < sector && !e.Broken() {
		n++
		at += entry(&e, b[at:])
	}
	if n < 2 {
		return proof.Observation{}, false
	}
	return e.Found("ufs-directory", p.Off, p.Off+sector, "directory of UFS with "+proof.Count(n, "entry"))
}

// entry holds an entry to its type, and to a name with a zero behind it; its length is what
// the name needs, but for one that was made longer. It returns the length.
func entry(e *proof.Evidence, b []byte) int {
	if len(b) < 12 {
		e.Fail()
		return 0
	}
	length, kind, name := int(proof.LE16(b[4:])), b[6], int(b[7])
	need := (8 + name + 1 + 3) &^ 3
	e.Want(kind == 1 || kind%2 == 0 && kind != 0 && kind <= 14, 5)
	e.Want(name != 0 && length >= need && length <= len(b) && length%4 == 0, 0)
	if e.Broken() {
		return 0
	}
	e.Alternatives(2)
	if length == need {
		e.Add(16)
	} else {
		e.Add(16 - math.Log2(sector/4))
	}
	for _, c := range b[8 : 8+name] {
		e.Want(c != 0 && c != '/', 0)
	}
	e.Zero(b[8+name : need])
	return length
}
