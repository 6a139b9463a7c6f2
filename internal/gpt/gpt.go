// Package gpt knows the fields of a GUID partition table (UEFI 2.10, §5.3) and its
// checksums: for whoever reads a table that should be there (package image), and for
// the one that also writes (appliance/stick, which gives the stick its number).
//
// Two others have the fields for themselves. Package scan/partitions recognises a table
// in any bytes, and pays for each field that it looks at: there a field is evidence, and
// what is wrong with one is no error but costs bits. Package internal/disktest makes
// tables for tests, which are to find a mistake here and not to share it.
package gpt

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// Fields of the header (table 5.5).
const (
	atSize       = 12
	atSum        = 16
	atAlternate  = 32
	atDiskGUID   = 56
	atEntries    = 72
	atCount      = 80
	atEntrySize  = 84
	atEntriesSum = 88

	// HeaderBytes is the size of a header of revision 1.0, the only one there is.
	HeaderBytes = 92
)

// Header is the logical block that a header lies in, of HeaderBytes at least. Nothing
// that it says is within bounds before somebody has looked.
type Header []byte

// IsHeader says whether there is the signature of one.
func (h Header) IsHeader() bool { return string(h[:8]) == "EFI PART" }

func (h Header) Size() uint32       { return binary.LittleEndian.Uint32(h[atSize:]) }
func (h Header) Alternate() uint64  { return binary.LittleEndian.Uint64(h[atAlternate:]) } // the block of the other header
func (h Header) DiskGUID() []byte   { return h[atDiskGUID:][:16] }
func (h Header) Entries() uint64    { return binary.LittleEndian.Uint64(h[atEntries:]) } // their first block
func (h Header) Count() uint32      { return binary.LittleEndian.Uint32(h[atCount:]) }
func (h Header) EntrySize() uint32  { return binary.LittleEndian.Uint32(h[atEntrySize:]) }
func (h Header) EntriesSum() uint32 { return binary.LittleEndian.Uint32(h[atEntriesSum:]) }

// Intact says whether the header's own sum fits. It is computed with the field itself
// zero (§5.3.2). A header of a size that none has is not.
func (h Header) Intact() bool {
	if size := h.Size(); size < HeaderBytes || int64(size) > int64(len(h)) {
		return false
	}
	return h.sum() == binary.LittleEndian.Uint32(h[atSum:])
}

func (h Header) sum() uint32 {
	var zero [4]byte
	sum := crc32.ChecksumIEEE(h[:atSum])
	sum = crc32.Update(sum, crc32.IEEETable, zero[:])
	return crc32.Update(sum, crc32.IEEETable, h[atSum+4:h.Size()])
}

// Seal sets the sums of the entries and of an intact header whose fields were changed.
func (h Header) Seal(entries []byte) {
	binary.LittleEndian.PutUint32(h[atEntriesSum:], crc32.ChecksumIEEE(entries))
	binary.LittleEndian.PutUint32(h[atSum:], h.sum())
}

// EntryBytes is the least that an entry has.
const EntryBytes = 128

// Entry is one partition (table 5.6), of EntryBytes at least.
type Entry []byte

// GUID is the partition's own, as it is stored.
func (e Entry) GUID() []byte { return e[16:32] }

// First is its first block.
func (e Entry) First() uint64 { return binary.LittleEndian.Uint64(e[32:]) }

// GUID writes a GUID as people do: its first three fields are little-endian
// (UEFI 2.10, appendix A).
func GUID(b []byte) string {
	return fmt.Sprintf("%08x-%04x-%04x-%x-%x", binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint16(b[4:]),
		binary.LittleEndian.Uint16(b[6:]), b[8:10], b[10:16])
}
