package filesystem

import (
	"encoding/binary"
	"fmt"

	exfat "github.com/dsoprea/go-exfat"
	"github.com/go-restruct/restruct"

	"shokyo.dev/shokyo/scan/proof"
)

// exFAT (Microsoft, exFAT file system specification, 2019). go-exfat serves as
// the schema: its exported structures say where the fields are. Its reader is
// not used: cluster offsets are 32 bits wide there (wrong data above 4 GiB,
// without an error), loops in the FAT end in a fatal out-of-memory, fragmented
// directories stop it. restruct unpacks a structure by reflection into memory
// of the structure's own size, and only behind the magic numbers; a panic in it
// makes the candidate unrecognised.

const (
	exfatEntryBytes = 32
	exfatNameUnits  = 15
)

// unpack fills a structure of go-exfat from exactly its bytes.
func unpack(b []byte, structure any) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return restruct.Unpack(b, binary.LittleEndian, structure) == nil
}

// exfatBoot recognises the main and the backup boot sector (§3.1). If the
// region's checksum sector is there (§3.4), it has to fit.
func exfatBoot(buf []byte, off int) (proof.Observation, bool) {
	b := buf[off : off+sector]
	var e proof.Evidence
	e.Text(b, "\xEB\x76\x90EXFAT   ")
	e.Zero(b[11:64])
	e.Is(uint64(proof.LE16(b[510:])), 0xAA55, 2)
	var h exfat.BootSectorHeader
	if e.Broken() || !unpack(b, &h) {
		return proof.Observation{}, false
	}
	e.Within(uint64(h.BytesPerSectorShift), 9, 12, 1)
	e.Within(uint64(h.SectorsPerClusterShift), 0, 16, 1)
	e.Within(uint64(h.NumberOfFats), 1, 2, 1)
	e.Want(h.FirstClusterOfRootDirectory >= 2 && uint64(h.FirstClusterOfRootDirectory) <= uint64(h.ClusterCount)+1, 0)
	if e.Broken() {
		return proof.Observation{}, false
	}
	ss, end := 1<<h.BytesPerSectorShift, off+sector
	if region, ok := proof.Window(buf, off, 12*ss); ok && exfatChecksumSector(region[11*ss:]) {
		e.Sealed(exfatBootSum(region[:11*ss]) == proof.LE32(region[11*ss:]), 32)
		end = off + 12*ss
	}
	return e.Found("exfat-boot-sector", off, end, fmt.Sprintf("boot sector of an exFAT volume of %s, %d clusters of %s",
		proof.BlocksOf(h.VolumeLength, uint64(ss)), h.ClusterCount, proof.BytesOf(uint64(ss)<<h.SectorsPerClusterShift)))
}

// exfatChecksumSector: one 32-bit word over and over.
func exfatChecksumSector(b []byte) bool {
	for i := 4; i+4 <= len(b); i += 4 {
		if proof.LE32(b[i:]) != proof.LE32(b) {
			return false
		}
	}
	return true
}

// exfatBootSum leaves out VolumeFlags and PercentInUse (figure 1).
func exfatBootSum(b []byte) (sum uint32) {
	for i, c := range b {
		if i != 106 && i != 107 && i != 112 {
			sum = sum>>1 | sum<<31
			sum += uint32(c)
		}
	}
	return sum
}

// exfatOpenings are the entries that a directory may begin with (§6.2.1): bitmap, up-case
// table, label, file, deleted file; and what the byte behind the type is at least and at most.
var exfatOpenings = []struct{ kind, least, most byte }{{0x81, 0, 1}, {0x82, 0, 0}, {0x83, 0, 11}, {0x85, 2, 18}, {0x05, 2, 18}}

func exfatOpening(kind byte) bool {
	for _, o := range exfatOpenings {
		if o.kind == kind {
			return true
		}
	}
	return false
}

// exfatRows are directories by the first two bytes of their first entry.
func exfatRows() (rows []proof.Row) {
	for _, o := range exfatOpenings {
		for second := o.least; second <= o.most; second++ {
			rows = append(rows, proof.Row{Magic: string([]byte{o.kind, second}), Parse: proof.At(exfatDirectory)})
		}
	}
	return rows
}

// exfatDirectory recognises a piece of a directory that begins with an entry
// of one of these five types; each is worth log2(256/5) bits and its own fields.
func exfatDirectory(buf []byte, off int) (proof.Observation, bool) {
	var e proof.Evidence
	pos, sets, deleted, entries := off, 0, 0, 0
	for pos < off+maxBlock && pos <= len(buf)-exfatEntryBytes {
		b := buf[pos:]
		n := exfatSet(&e, b)
		if n == 0 {
			break
		}
		if b[0]&0x7F == 5 {
			sets++
		}
		if b[0] == 0x05 {
			deleted++
		}
		pos += n * exfatEntryBytes
		entries += n
	}
	if entries < 2 { // one word and zeros is too little to name it
		return proof.Observation{}, false
	}
	s, ok := e.Found("exfat-directory", off, pos, fmt.Sprintf("exFAT directory with %s, %d deleted", proof.Count(sets, "file"), deleted))
	if ok && sets > 0 {
		s.Detail += exfatChanged(buf[off:pos])
	}
	return s, ok
}

// exfatChanged dates the first file entry of a recognised directory.
func exfatChanged(b []byte) string {
	for ; len(b) >= exfatEntryBytes; b = b[exfatEntryBytes:] {
		var f exfat.ExfatFileDirectoryEntry
		if b[0]&0x7F == 5 && unpack(b[:exfatEntryBytes], &f) {
			t := uint32(f.LastModifiedTimestampRaw) // §7.4.8: 7 bits year, 4 month, 5 day, 16 time
			return fmt.Sprintf(", the first changed %04d-%02d-%02d", 1980+t>>25, t>>21&15, t>>16&31)
		}
	}
	return ""
}

// exfatSet checks the entry set at b and returns how many entries it has, 0 if
// it is none.
func exfatSet(sum *proof.Evidence, b []byte) int {
	var e proof.Evidence
	e.Want(exfatOpening(b[0]), 5.6)
	n := 1
	switch b[0] {
	case 0x81: // allocation bitmap, §7.1
		e.Within(uint64(b[1]), 0, 1, 1)
		e.Zero(b[2:20])
		e.Want(proof.LE32(b[20:]) >= 2 && proof.LE64(b[24:]) > 0, 0)
	case 0x82: // up-case table, §7.2
		e.Zero(b[1:4])
		e.Zero(b[8:20])
		e.Want(proof.LE32(b[20:]) >= 2 && proof.LE64(b[24:]) > 0, 0)
	case 0x83: // volume label, §7.3
		e.Within(uint64(b[1]), 0, 11, 1)
		e.Zero(b[24:32])
	default:
		n = exfatFile(&e, b)
	}
	if e.Broken() {
		return 0
	}
	sum.Add(e.Bits())
	return n
}

// exfatFile checks a file's entry set (§7.4, 7.6, 7.7): file, stream extension,
// names. A deleted one keeps the checksum from when its entries were in use.
func exfatFile(e *proof.Evidence, b []byte) int {
	n := int(b[1]) + 1
	e.Within(uint64(b[1]), 2, 18, 1)
	if e.Broken() || len(b) < n*exfatEntryBytes {
		e.Fail()
		return 0
	}
	b = b[:n*exfatEntryBytes]
	live := b[0] & 0x80
	e.Mask(uint64(proof.LE16(b[4:])), 0x37, 2) // attributes
	e.Zero(b[6:8])
	e.Zero(b[25:32])
	s := b[exfatEntryBytes:]
	e.Is(uint64(s[0]), uint64(live|0x40), 1)
	e.Zero(s[2:3])
	e.Within(uint64(s[3]), 1, 255, 1)
	e.Zero(s[6:8])
	e.Zero(s[16:20])
	e.Want(proof.LE64(s[8:]) <= proof.LE64(s[24:]), 0)
	names := (int(s[3]) + exfatNameUnits - 1) / exfatNameUnits
	e.Want(n >= 2+names, 0) // vendor entries may follow
	for i := range min(names, n-2) {
		e.Is(uint64(b[(2+i)*exfatEntryBytes]), uint64(live|0x41), 1)
	}
	e.Want(exfatSetSum(b) == proof.LE16(b[2:]), 16)
	return n
}

// exfatSetSum is figure 4's EntrySetChecksum, of the entries as in use.
func exfatSetSum(b []byte) (sum uint16) {
	for i, c := range b {
		if i == 2 || i == 3 {
			continue
		}
		if i%exfatEntryBytes == 0 {
			c |= 0x80
		}
		sum = sum>>1 | sum<<15
		sum += uint16(c)
	}
	return sum
}
