package nvme

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"shokyo.dev/shokyo/devices/answer"
)

// Namespace is Identify Namespace (CNS 00h, and 11h for one that is not
// attached; NVM Command Set 1.0, 4.1.5.1). The numbers are its byte offsets.
type Namespace struct {
	Blocks    uint64  // 0-7: NSZE, what the kernel shows as size
	Capacity  uint64  // 8-15: NCAP, blocks that may be allocated at one time
	Used      uint64  // 16-23: NUSE, blocks allocated now, if the drive counts them
	Format    Format  // of FLBAS and the LBA format it chooses
	DPS       byte    // 29: end-to-end protection
	NVMCap    Uint128 // 48-63: bytes of flash the namespace takes; 0 if not reported
	EUI64     string  // 120-127, in hex; empty if not reported
	NGUID     string  // 104-119, in hex; empty if not reported
	NSFEAT    byte    // 24
	Unwritten Deallocation

	ThinProvisioned answer.Answer // NSFEAT bit 0: NCAP may be less than NSZE
}

// Format is how a block looks.
type Format struct {
	Known         bool   // false: the drive names a format it does not describe
	Index         int    // in its list of formats
	DataBytes     uint64 // of a block; 0 if the drive's number makes no sense
	MetadataBytes uint16 // of a block, beside the data
	// Extended (FLBAS bit 4): the metadata follows each block's data in the
	// same buffer. The kernel shows such a namespace with a size of 0, unless
	// the metadata is protection information, which the drive then strips.
	Extended bool
}

// Deallocation says what reading a block returns that was never written, or was
// given back (DLFEAT, byte 33; from 1.3 on).
type Deallocation struct {
	Reads         Fill
	InWriteZeroes answer.Answer // bit 3: Write Zeroes can deallocate
	GuardIsCRC    answer.Answer // bit 4: no: the guard field of such blocks is FFFFh
	// Errors: NSFEAT bit 2, reading such a block can be made to fail, with
	// Deallocated or Unwritten Logical Block.
	Errors answer.Answer
}

// Fill is what a deallocated block reads as.
type Fill uint8

// UnknownFill is the zero value: the drive does not say.
const (
	UnknownFill Fill = iota
	Zeros
	Ones
)

func (f Fill) String() string {
	switch f {
	case Zeros:
		return "00h"
	case Ones:
		return "FFh"
	}
	return "unknown"
}

// ParseNamespace reads the answer to Identify, CNS 00h or 11h. All zeros is what
// a controller answers for a namespace that is not there or not attached.
func ParseNamespace(page []byte) (Namespace, error) {
	if err := check(page, identifyBytes); err != nil {
		return Namespace{}, err
	}
	u64 := binary.LittleEndian.Uint64
	n := Namespace{
		Blocks:          u64(page[0:]),
		Capacity:        u64(page[8:]),
		Used:            u64(page[16:]),
		NSFEAT:          page[24],
		Format:          parseFormat(page),
		DPS:             page[29],
		NVMCap:          uint128(page[48:]),
		NGUID:           identifier(page[104:120]),
		EUI64:           identifier(page[120:128]),
		Unwritten:       parseDeallocation(page[33], page[24]),
		ThinProvisioned: bit(page[24], 0),
	}
	if n.Blocks == 0 {
		return Namespace{}, errors.New("the namespace has a size of 0")
	}
	return n, nil
}

// parseFormat: FLBAS (26) chooses from the list at 128, by bits 3:0 and, if there
// are more than 16 formats, 6:5. NLBAF (25, 0's based) and NULBAF (81) count them.
// A format is metadata size, then the data size as a power of two.
func parseFormat(page []byte) Format {
	flbas := page[26]
	last := int(page[25]) + int(page[81])
	f := Format{Index: int(flbas & 0x0F), Extended: flbas>>4&1 == 1}
	if last >= 16 {
		f.Index |= int(flbas>>5&3) << 4
	}
	if f.Index > min(last, 63) {
		return f
	}
	f.Known = true
	at := 128 + 4*f.Index
	f.MetadataBytes = binary.LittleEndian.Uint16(page[at:])
	if exponent := page[at+2]; exponent >= 9 && exponent < 32 { // less than 512 is not allowed
		f.DataBytes = 1 << exponent
	}
	return f
}

func parseDeallocation(dlfeat, nsfeat byte) Deallocation {
	d := Deallocation{InWriteZeroes: bit(dlfeat, 3), GuardIsCRC: bit(dlfeat, 4), Errors: bit(nsfeat, 2)}
	switch dlfeat & 7 {
	case 1:
		d.Reads = Zeros
	case 2:
		d.Reads = Ones
	}
	return d
}

// Bytes is the size in bytes, without metadata; false if the drive's numbers do
// not make one.
func (n Namespace) Bytes() (uint64, bool) { return n.Format.bytes(n.Blocks) }

func (f Format) bytes(blocks uint64) (uint64, bool) {
	hi, lo := bits.Mul64(blocks, f.DataBytes)
	return lo, f.Known && f.DataBytes != 0 && hi == 0
}

// Protection is the type of end-to-end protection information, 1 to 3, kept in
// the metadata of each block; 0 if none (DPS bits 2:0).
func (n Namespace) Protection() int { return int(n.DPS & 7) }

// identifier is a field that is zero when the drive has no such identifier.
func identifier(b []byte) string {
	if zero(b) {
		return ""
	}
	return hex.EncodeToString(b)
}

// MaxNamespaces is how many a list holds, and how many are described at most.
const MaxNamespaces = identifyBytes / 4

// NamespaceList is the answer to Identify, CNS 02h or 10h.
type NamespaceList struct {
	IDs []uint32 // as they came, without repetitions
	// Full: the list has no end in its page; there may be more namespaces.
	Full bool
	// Irregular: not in ascending order as it has to be, or with identifiers
	// that are none. What is missing in such a list may still be there.
	Irregular bool
}

// Complete says whether what the list leaves out is not there.
func (l NamespaceList) Complete() bool { return !l.Full && !l.Irregular }

// ParseNamespaceList reads up to the first zero. A list without entries is a
// drive without (attached) namespaces, so here zeros are an answer.
func ParseNamespaceList(page []byte) (NamespaceList, error) {
	if len(page) < identifyBytes {
		return NamespaceList{}, shortPage(len(page), identifyBytes)
	}
	var l NamespaceList
	last := uint32(0)
	for i := range MaxNamespaces {
		id := binary.LittleEndian.Uint32(page[4*i:])
		switch {
		case id == 0:
			l.Irregular = l.Irregular || !zero(page[4*i:identifyBytes])
			return l, nil
		case id <= last || id >= everyNSID-1:
			l.Irregular = true
		default:
			last = id
		}
		l.add(id)
	}
	l.Full = true
	return l, nil
}

// add keeps what can be asked for, once.
func (l *NamespaceList) add(id uint32) {
	if id < everyNSID-1 && !slices.Contains(l.IDs, id) {
		l.IDs = append(l.IDs, id)
	}
}

// Descriptors are the identifiers of a namespace (CNS 03h): in hex, empty if not
// reported.
type Descriptors struct {
	EUI64, NGUID, UUID string
	// CommandSet is 0 for blocks, 1 for key-value, 2 for zones; it is there
	// from 2.0 on.
	CommandSet    byte
	HasCommandSet bool
	Others        int // descriptors of types not known here
}

// ParseDescriptors reads the list of descriptors: type, length, two reserved
// bytes, identifier; a length of 0 ends it.
func ParseDescriptors(page []byte) (Descriptors, error) {
	var d Descriptors
	if err := check(page, identifyBytes); err != nil {
		return d, err
	}
	rest, count := page[:identifyBytes], 0
	for ; len(rest) >= 4 && rest[1] != 0; count++ {
		end := 4 + int(rest[1])
		if end > len(rest) {
			return Descriptors{}, errors.New("a namespace descriptor is longer than its page")
		}
		d.add(rest[0], rest[4:end])
		rest = rest[end:]
	}
	if count == 0 {
		return Descriptors{}, errors.New("the page has no namespace descriptor")
	}
	return d, nil
}

func (d *Descriptors) add(kind byte, id []byte) {
	switch {
	case kind == 1 && len(id) == 8:
		d.EUI64 = identifier(id)
	case kind == 2 && len(id) == 16:
		d.NGUID = identifier(id)
	case kind == 3 && len(id) == 16:
		d.UUID = uuid(id)
	case kind == 4 && len(id) == 1:
		d.CommandSet, d.HasCommandSet = id[0], true
	default:
		d.Others++
	}
}

// uuid is written as RFC 9562 does.
func uuid(b []byte) string {
	if zero(b) {
		return ""
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
