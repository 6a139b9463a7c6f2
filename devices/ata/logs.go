package ata

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
)

// LogDirectory is log 00h: how many pages each general purpose log has.
type LogDirectory struct{ Pages [256]uint16 }

// ParseLogDirectory reads the page: word 0 is the version, 0001h, word n the
// number of pages of log n (ACS-3 §9, General Purpose Log Directory).
func ParseLogDirectory(page []byte) (*LogDirectory, error) {
	if len(page) < taskfile.SectorBytes {
		return nil, fmt.Errorf("log directory of %d bytes instead of %d", len(page), taskfile.SectorBytes)
	}
	if v := word(page, 0); v != 1 {
		return nil, fmt.Errorf("log directory of version %04Xh", v)
	}
	d := &LogDirectory{}
	for n := 1; n < len(d.Pages); n++ {
		d.Pages[n] = word(page, n)
	}
	return d, nil
}

// PageList is page 00h of logs 04h and 30h: which pages the log has.
type PageList struct{ Pages []byte }

// Has tells whether the list names a page.
func (l *PageList) Has(page byte) bool { return slices.Contains(l.Pages, page) }

// ParsePageList reads the page: the number of entries in byte 8, then a byte
// each.
func ParsePageList(page []byte) (*PageList, error) {
	if err := logPage(page, 0); err != nil {
		return nil, err
	}
	n := int(page[8])
	return &PageList{Pages: slices.Clone(page[9 : 9+n])}, nil // at most 264 of 512 bytes
}

// logPage checks the header of a page of logs 04h and 30h: revision 0001h in
// bytes 0-1, the page's number in byte 2. A drive or bridge that returns some
// other page, or zeros, is found out here.
func logPage(page []byte, number byte) error {
	if len(page) < taskfile.SectorBytes {
		return fmt.Errorf("log page of %d bytes instead of %d", len(page), taskfile.SectorBytes)
	}
	if page[2] != number {
		return fmt.Errorf("log page %02Xh came instead of %02Xh", page[2], number)
	}
	if v := word(page, 0); v == 0 || v == 0xffff {
		return errors.New("log page has no revision")
	}
	return nil
}

// Statistic is one counter of the device statistics log. Byte 7 of its quadword
// says whether the drive has it (bit 7), whether its value is valid (bit 6) and
// whether it is on a scale of the vendor's (bit 5) (ACS-4 §9.5).
type Statistic struct {
	Supported  answer.Answer
	Valid      bool // Value may be used
	Normalized bool
	Value      uint64
}

// statistic reads the quadword at an offset, with a value of so many bytes.
func statistic(page []byte, offset, bytes int) Statistic {
	q := binary.LittleEndian.Uint64(page[offset:])
	flags := byte(q >> 56)
	if flags&0x80 == 0 {
		return Statistic{Supported: answer.No}
	}
	s := Statistic{Supported: answer.Yes, Valid: flags&0x40 != 0, Normalized: flags&0x20 != 0}
	if s.Valid {
		s.Value = q & (1<<(8*bytes) - 1)
	}
	return s
}

// GeneralStatistics is page 01h of log 04h (ACS-4 §9.5.4).
type GeneralStatistics struct {
	PowerOnResets  Statistic // bytes 8-15
	PowerOnHours   Statistic // 16-23
	SectorsWritten Statistic // 24-31: logical sectors, over the drive's life
	WriteCommands  Statistic // 32-39
	SectorsRead    Statistic // 40-47
	ReadCommands   Statistic // 48-55
}

// ParseGeneralStatistics reads page 01h.
func ParseGeneralStatistics(page []byte) (*GeneralStatistics, error) {
	if err := logPage(page, 1); err != nil {
		return nil, err
	}
	return &GeneralStatistics{
		PowerOnResets:  statistic(page, 8, 4),
		PowerOnHours:   statistic(page, 16, 4),
		SectorsWritten: statistic(page, 24, 6),
		WriteCommands:  statistic(page, 32, 6),
		SectorsRead:    statistic(page, 40, 6),
		ReadCommands:   statistic(page, 48, 6),
	}, nil
}

// RotatingStatistics is page 03h of log 04h.
type RotatingStatistics struct {
	SpindleHours          Statistic // bytes 8-15
	Reallocated           Statistic // 32-39: logical sectors
	ReadRecovery          Statistic // 40-47: attempts
	ReallocationCandidate Statistic // 56-63: logical sectors
}

// ParseRotatingStatistics reads page 03h.
func ParseRotatingStatistics(page []byte) (*RotatingStatistics, error) {
	if err := logPage(page, 3); err != nil {
		return nil, err
	}
	return &RotatingStatistics{
		SpindleHours:          statistic(page, 8, 4),
		Reallocated:           statistic(page, 32, 4),
		ReadRecovery:          statistic(page, 40, 4),
		ReallocationCandidate: statistic(page, 56, 4),
	}, nil
}

// ErrorStatistics is page 04h of log 04h.
type ErrorStatistics struct {
	Uncorrectable Statistic // bytes 8-15: reported to the host
}

// ParseErrorStatistics reads page 04h.
func ParseErrorStatistics(page []byte) (*ErrorStatistics, error) {
	if err := logPage(page, 4); err != nil {
		return nil, err
	}
	return &ErrorStatistics{Uncorrectable: statistic(page, 8, 4)}, nil
}

// InterfaceStatistics is page 06h of log 04h.
type InterfaceStatistics struct {
	CRCErrors Statistic // bytes 24-31
}

// ParseInterfaceStatistics reads page 06h.
func ParseInterfaceStatistics(page []byte) (*InterfaceStatistics, error) {
	if err := logPage(page, 6); err != nil {
		return nil, err
	}
	return &InterfaceStatistics{CRCErrors: statistic(page, 24, 4)}, nil
}

// SolidStateStatistics is page 07h of log 04h.
type SolidStateStatistics struct {
	PercentUsed Statistic // bytes 8-15: of the endurance, may pass 100
}

// ParseSolidStateStatistics reads page 07h.
func ParseSolidStateStatistics(page []byte) (*SolidStateStatistics, error) {
	if err := logPage(page, 7); err != nil {
		return nil, err
	}
	return &SolidStateStatistics{PercentUsed: statistic(page, 8, 1)}, nil
}
