package filesystem

import (
	"fmt"
	"iter"

	"shokyo.dev/shokyo/scan/proof"
)

// NTFS (there is no public specification; the layouts are those of the Linux
// NTFS documentation and of ntfs-3g's layout.h). Every multi-sector record is
// guarded by an update sequence: the last two bytes of each 512 are replaced by
// one number, the same in all of them, and kept in an array in the header. That
// is 16 bits of proof per sector.

// ntfsBoot recognises the boot sector and its copy at the volume's end.
func ntfsBoot(buf []byte, off int) (proof.Observation, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b[3:], "NTFS    ")
	e.Is(uint64(proof.LE16(b[510:])), 0xAA55, 2)
	e.Power(uint64(proof.LE16(b[11:])), 512, 4096, 2)
	e.Want(b[13] != 0 && (b[13] <= 128 && b[13]&(b[13]-1) == 0 || b[13] >= 0xF0), 3)
	e.Zero(b[14:21]) // fields that FAT uses
	e.Zero(b[22:24])
	e.Want(proof.LE64(b[0x30:]) < 1<<48 && proof.LE64(b[0x38:]) < 1<<48, 32)
	ss := uint64(proof.LE16(b[11:]))
	return e.Found("ntfs-boot-sector", off, off+sector,
		"boot sector of an NTFS volume of "+proof.BlocksOf(proof.LE64(b[0x28:]), ss))
}

// ntfsRecord recognises FILE, INDX, RSTR and RCRD records.
func ntfsRecord(buf []byte, off int) (proof.Observation, bool) {
	var e proof.Evidence
	e.Matched(4)
	b, ok := ntfsFixups(&e, buf, off)
	if !ok {
		return proof.Observation{}, false
	}
	kind, detail := "ntfs-log", "page of an NTFS log file"
	switch string(buf[off : off+4]) {
	case "FILE":
		kind, detail = "ntfs-file-record", ntfsFile(&e, b)
	case "INDX":
		kind, detail = "ntfs-index", "node of an NTFS directory or other index"
		e.Within(uint64(proof.LE32(b[0x1C:])), 0, uint64(len(b)-0x18), 4) // bytes used, index header
		e.Within(uint64(proof.LE32(b[0x20:])), uint64(proof.LE32(b[0x1C:])), uint64(len(b)-0x18), 4)
		e.Within(uint64(b[0x24]), 0, 1, 1)
	}
	s, ok := e.Found(kind, off, off+len(b), detail)
	if ok && kind == "ntfs-file-record" && ntfsEFS(b) {
		s.Keys = true
		s.Detail += "; encrypted by Windows (EFS): its attribute $EFS holds the wrapped key"
	}
	return s, ok
}

// ntfsFixups checks the update sequence and returns the record: 1 KiB to 64 KiB.
func ntfsFixups(e *proof.Evidence, buf []byte, off int) ([]byte, bool) {
	at, count := int(proof.LE16(buf[off+4:])), int(proof.LE16(buf[off+6:]))
	e.Within(uint64(count), 3, 129, 2)
	e.Want((count-1)&(count-2) == 0, 0)
	e.Want(at >= 0x1E && at%2 == 0 && at+2*count <= sector-2, 7)
	if e.Broken() {
		return nil, false
	}
	b, ok := proof.Window(buf, off, (count-1)*sector)
	if !ok {
		return nil, false
	}
	whole := true // a record half of which was written later is damaged
	for end := 510; end < len(b); end += sector {
		whole = whole && proof.LE16(b[end:]) == proof.LE16(b[at:])
	}
	e.Sealed(whole, float64(16*(count-1)))
	return b, true
}

// ntfsFile checks the header of a file record and counts its attributes.
func ntfsFile(e *proof.Evidence, b []byte) string {
	e.Is(uint64(proof.LE32(b[0x1C:])), uint64(len(b)), 4)                        // allocated
	e.Within(uint64(proof.LE32(b[0x18:])), 0x30, uint64(len(b)), 4)              // used
	e.Within(uint64(proof.LE16(b[0x16:])), 0, 15, 2)                             // flags
	e.Want(proof.LE16(b[0x14:])%8 == 0 && int(proof.LE16(b[0x14:])) < len(b), 3) // first attribute
	if e.Broken() {
		return ""
	}
	state := [...]string{"deleted file", "file in use", "deleted directory", "directory in use"}[b[0x16]&3]
	return fmt.Sprintf("NTFS file record %d, %s, %d attributes", proof.LE32(b[0x2C:]), state, ntfsAttributes(b))
}

// ntfsAttributes counts the attributes.
func ntfsAttributes(b []byte) (n int) {
	for range ntfsEach(b) {
		n++
	}
	return n
}

// ntfsEach walks the attributes until the end mark or one that does not fit.
func ntfsEach(b []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for at := int(proof.LE16(b[0x14:])); at <= len(b)-16; {
			length := int(proof.LE32(b[at+4:]) & 0xFFFFFF)
			if proof.LE32(b[at:]) == 1<<32-1 || length < 16 || length > len(b)-at || !yield(b[at:at+length]) {
				return
			}
			at += length
		}
	}
}

// ntfsEFS says that a file has an attribute $LOGGED_UTILITY_STREAM (100 hexadecimal)
// by the name of $EFS: the file's key, wrapped for each user who may read it.
func ntfsEFS(b []byte) bool {
	for a := range ntfsEach(b) {
		name, ok := proof.Window(a, int(proof.LE16(a[10:])), 8)
		if ok && proof.LE32(a) == 0x100 && a[9] == 4 && string(name) == "$\x00E\x00F\x00S\x00" {
			return true
		}
	}
	return false
}
