package scsi

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/scsi/cdb"
)

// maxBlockBytes is far above any block length there is (4224).
const maxBlockBytes = 64 << 10

// Capacity is what READ CAPACITY says. What the 10-byte command does not tell
// is unknown.
type Capacity struct {
	Blocks     uint64 // the last LBA and one
	BlockBytes uint32 // without protection information; 520, 524, 528 on array disks
	// PerPhysical blocks make one physical block; 0: unknown.
	PerPhysical uint32
	Aligned     uint16 // the lowest LBA at the start of a physical block
	// Protected says that every block carries 8 bytes of protection information
	// besides, of a ProtectionType 1 to 3 (SBC-5, protection information model).
	Protected      answer.Answer
	ProtectionType byte
	// Intervals of protection information in a block: 2 to this power.
	IntervalExponent byte
	Provisioned      answer.Answer // LBPME: blocks may be unmapped
	UnmappedZeros    answer.Answer // LBPRZ: unmapped blocks read as zeros
}

// Bytes is the size of the medium as reads see it.
func (c Capacity) Bytes() int64 { return int64(c.Blocks) * int64(c.BlockBytes) }

// PhysicalBytes is the physical block; 0: unknown.
func (c Capacity) PhysicalBytes() int { return int(c.PerPhysical) * int(c.BlockBytes) }

// ParseCapacity10 reads the data of SBC-5 5.20.2. Its last LBA FFFFFFFFh means: ask the
// longer command.
func ParseCapacity10(b []byte) (c Capacity, err error) {
	if len(b) < 8 {
		return c, tooShort("READ CAPACITY (10) data", len(b), 8)
	}
	last := be.Uint32(b)
	if last == math.MaxUint32 {
		return c, errors.New("the drive has more blocks than READ CAPACITY (10) can tell")
	}
	c = Capacity{Blocks: uint64(last) + 1, BlockBytes: be.Uint32(b[4:])}
	return c, c.check()
}

// ParseCapacity16 reads the data of SBC-5 5.21.2. Bytes 12 to 15 are required, because
// zeros in their place would say that there is no protection information.
func ParseCapacity16(b []byte) (c Capacity, err error) {
	if len(b) < 16 {
		return c, tooShort("READ CAPACITY (16) data", len(b), 16)
	}
	last := be.Uint64(b)
	if last == math.MaxUint64 {
		return c, errors.New("READ CAPACITY (16) gives a last block of FFFFFFFFFFFFFFFFh")
	}
	c = Capacity{Blocks: last + 1, BlockBytes: be.Uint32(b[8:]), PerPhysical: 1 << (b[13] & 0xf),
		Aligned: be.Uint16(b[14:]) & 0x3fff, Protected: answer.Of(b[12]&1 != 0),
		Provisioned: answer.Of(b[14]&0x80 != 0), UnmappedZeros: answer.Of(b[14]&0x40 != 0)}
	if c.Protected == answer.Yes {
		c.ProtectionType, c.IntervalExponent = b[12]>>1&7+1, b[13]>>4
	}
	return c, c.check()
}

func (c Capacity) check() error {
	if c.BlockBytes == 0 || c.BlockBytes > maxBlockBytes {
		return fmt.Errorf("the drive gives a block length of %d bytes", c.BlockBytes)
	}
	if c.Blocks > math.MaxInt64/uint64(c.BlockBytes) {
		return fmt.Errorf("the drive gives a capacity of %d blocks of %d bytes: that is no drive", c.Blocks, c.BlockBytes)
	}
	return nil
}

// Control is what MODE SENSE for the control page tells: the parameter header
// (SBC-5, mode parameters), the block descriptor, and the page (SPC-5, Control
// mode page).
type Control struct {
	WriteProtected answer.Answer // header, WP: by switch, by software or because the drive gave up writing
	SoftwareWP     answer.Answer // control page, SWP
	// Of the block descriptor; 0: not there, or more than it can tell.
	Blocks     uint64
	BlockBytes uint32
}

// ParseControl6 reads the answer of MODE SENSE (6) for page 0Ah.
func ParseControl6(b []byte) (c Control, err error) {
	if len(b) < 4 {
		return c, tooShort("MODE SENSE (6) data", len(b), 4)
	}
	return parseControl(b[:min(len(b), 1+int(b[0]))], b[2], 4, int(b[3]))
}

// ParseControl10 reads the answer of MODE SENSE (10) for page 0Ah.
func ParseControl10(b []byte) (c Control, err error) {
	if len(b) < 8 {
		return c, tooShort("MODE SENSE (10) data", len(b), 8)
	}
	return parseControl(b[:min(len(b), 2+int(be.Uint16(b)))], b[3], 8, int(be.Uint16(b[6:])))
}

func parseControl(b []byte, device byte, header, descriptors int) (c Control, err error) {
	if len(b) < header+descriptors {
		return c, tooShort("MODE SENSE data", len(b), header+descriptors)
	}
	c.WriteProtected = answer.Of(device&0x80 != 0)
	if d := b[header : header+descriptors]; len(d) == 8 {
		c.Blocks, c.BlockBytes = uint64(be.Uint32(d)), be.Uint32(d[4:])&0xffffff
		if c.Blocks == math.MaxUint32 {
			c.Blocks = 0
		}
	}
	page := b[header+descriptors:]
	if len(page) >= 5 && page[0]&0x7f == 0x0a {
		c.SoftwareWP = answer.Of(page[4]&0x08 != 0)
	}
	return c, nil
}

// DefectList is the header of a defect list: how many there are, not where.
type DefectList struct {
	Count  uint32
	Format byte // of the address descriptors that are counted (SBC-5 6.2)
}

// ParseDefects10 reads SBC-5 table 92.
func ParseDefects10(b []byte, list cdb.List) (d DefectList, err error) {
	if len(b) < 4 {
		return d, tooShort("READ DEFECT DATA (10) header", len(b), 4)
	}
	length := uint32(be.Uint16(b[2:]))
	if length >= 0xfff8 {
		return d, errors.New("the defect list is longer than READ DEFECT DATA (10) can tell")
	}
	return countDefects(b[1], list, length)
}

// ParseDefects12 reads SBC-5 table 94.
func ParseDefects12(b []byte, list cdb.List) (d DefectList, err error) {
	if len(b) < 8 {
		return d, tooShort("READ DEFECT DATA (12) header", len(b), 8)
	}
	length := be.Uint32(b[4:])
	if length == math.MaxUint32 {
		return d, errors.New("the defect list is longer than READ DEFECT DATA (12) can tell")
	}
	return countDefects(b[1], list, length)
}

// countDefects reads the valid bits (PLISTV and GLISTV lie where the request
// bits lay), the format, and divides by the size of its descriptors.
func countDefects(flags byte, list cdb.List, length uint32) (d DefectList, err error) {
	if cdb.List(flags)&list != list {
		return d, errors.New("the answer does not contain the defect list that was asked for")
	}
	each := uint32(8)
	d.Format = flags & 7
	switch d.Format {
	case 0: // short block
		each = 4
	case 6, 7:
		return d, fmt.Errorf("the defect list is in a vendor's own format %d, so it cannot be counted", d.Format)
	}
	if length%each != 0 {
		return d, fmt.Errorf("the defect list of %d bytes is no multiple of %d", length, each)
	}
	d.Count = length / each
	return d, nil
}

// ParseLUNs reads what SPC-5 gives for REPORT LUNS: the logical units of the target, 8 bytes
// each. A drive with two actuators shows as two logical units, each with a part
// of the medium. What does not fit into b is missing from the list, so it is an
// error.
func ParseLUNs(b []byte) (luns []uint64, err error) {
	if len(b) < 8 {
		return nil, tooShort("REPORT LUNS data", len(b), 8)
	}
	length := be.Uint32(b)
	if uint64(length) > uint64(len(b)-8) {
		return nil, fmt.Errorf("the list of logical units has %d bytes, of which %d came", length, len(b)-8)
	}
	luns = []uint64{}
	for p := b[8 : 8+length]; len(p) >= 8; p = p[8:] {
		luns = append(luns, be.Uint64(p))
	}
	return luns, nil
}

// ParseSecurityProtocols reads the list of security protocols (SPC-5,
// security protocol information, supported security protocols list).
func ParseSecurityProtocols(b []byte) (protocols []byte, err error) {
	if len(b) < 8 {
		return nil, tooShort("SECURITY PROTOCOL IN data", len(b), 8)
	}
	n := int(be.Uint16(b[6:]))
	if n > len(b)-8 {
		return nil, tooShort("list of security protocols", len(b), 8+n)
	}
	return bytes.Clone(b[8 : 8+n]), nil
}

// ParseSupported reads the answer about one command (SPC-5, REPORT SUPPORTED
// OPERATION CODES, one_command parameter data).
func ParseSupported(b []byte) (answer.Answer, error) {
	if len(b) < 4 {
		return answer.Unknown, tooShort("REPORT SUPPORTED OPERATION CODES data", len(b), 4)
	}
	switch b[1] & 7 { // SUPPORT
	case 1:
		return answer.No, nil
	case 3, 5: // as the standard says, or in a way of the vendor
		return answer.Yes, nil
	}
	return answer.Unknown, errors.New("the drive does not say now whether it supports the command")
}
