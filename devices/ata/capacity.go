package ata

import (
	"encoding/binary"
	"errors"
	"fmt"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// DCO is what DEVICE CONFIGURATION IDENTIFY returns: what the drive could do if
// its overlay were taken away (ATA8-ACS, B1h/C2h).
type DCO struct {
	Revision uint16 // word 0
	Sectors  uint64 // words 3-6 hold the last address
}

// ParseDCO reads the 512 bytes. Their checksum, in word 255, is mandatory; a page
// of zeros has sum zero too, but not the signature.
func ParseDCO(page []byte) (*DCO, error) {
	if len(page) < taskfile.SectorBytes {
		return nil, fmt.Errorf("DCO data of %d bytes instead of %d", len(page), taskfile.SectorBytes)
	}
	if pageChecksum(page) != answer.Yes {
		return nil, errors.New("DCO data fail their checksum (word 255)")
	}
	last := wordsAt(page, 3, 4)
	if last == 0 || last >= 1<<48-1 {
		return nil, fmt.Errorf("DCO data name %d as the last address", last)
	}
	return &DCO{Revision: word(page, 0), Sectors: last + 1}, nil
}

// Capacity is page 02h of the IDENTIFY DEVICE data log (ACS-3 §9.11): the same
// capacity as in words 100-103, from another place.
type Capacity struct {
	Sectors uint64 // 0: not reported
}

// ParseCapacity reads the page. Each quadword has a bit 63 that makes it valid.
func ParseCapacity(page []byte) (*Capacity, error) {
	if err := logPage(page, 2); err != nil {
		return nil, err
	}
	q := binary.LittleEndian.Uint64(page[8:])
	if q>>63 == 0 {
		return &Capacity{}, nil
	}
	return &Capacity{Sectors: q & (1<<48 - 1)}, nil
}

// parseNativeMax28 reads READ NATIVE MAX ADDRESS: bits 27:24 of the last address
// are in DEVICE.
func parseNativeMax28(r *taskfile.Registers) (uint64, error) {
	last := uint64(r.Device&0x0f)<<24 | r.LBA&0xffffff
	if last == 0x0fffffff {
		return 0, errors.New("the address does not fit into 28 bits")
	}
	return sectorsUpTo(last)
}

// parseNativeMax48 reads READ NATIVE MAX ADDRESS EXT and GET NATIVE MAX ADDRESS
// EXT.
func parseNativeMax48(r *taskfile.Registers) (uint64, error) {
	if !r.Wide {
		return 0, errors.New("only the lower half of the registers came back")
	}
	return sectorsUpTo(r.LBA)
}

func sectorsUpTo(last uint64) (uint64, error) {
	if last == 0 || last >= 1<<48-1 {
		return 0, fmt.Errorf("contradictory: %d as the last address", last)
	}
	return last + 1, nil
}

// Hidden is whether a drive has more sectors than it shows.
type Hidden struct {
	Answer  answer.Answer
	Sectors uint64 // hidden, at least; 0 unless Answer is Yes
	Sources []Source
}

// Source is one way to know.
type Source struct {
	Name    string
	Page    string        // of Permit
	Answer  answer.Answer // more sectors here than the user has?
	Sectors uint64        // 0: not known
	Why     words.Text    // for No without a number, and for Unknown
}

// Hidden compares all sources of the drive's true size with userSectors, the size
// that the system shows, in logical sectors of the drive.
//
// One larger value is enough for Yes. No needs every source to say no: the same
// size, or a valid IDENTIFY word that says there is no such feature. Whatever is
// smaller than the size in use contradicts it, and counts as not known.
func (d *Drive) Hidden(userSectors uint64) Hidden {
	h := Hidden{Sources: []Source{d.shown(), d.hostProtected(), d.accessible(), d.overlay()}}
	var largest uint64
	no := 0
	for i := range h.Sources {
		s := &h.Sources[i]
		s.compare(userSectors)
		switch s.Answer {
		case answer.Yes:
			largest = max(largest, s.Sectors)
		case answer.No:
			no++
		}
	}
	switch {
	case largest > 0:
		h.Answer, h.Sectors = answer.Yes, largest-userSectors
	case no == len(h.Sources):
		h.Answer = answer.No
	}
	return h
}

func (s *Source) compare(user uint64) {
	switch {
	case s.Sectors == 0:
	case user == 0:
		s.Why = drive.ATASizeInUse
	case s.Sectors < user:
		s.Why = drive.ATATooSmall.Say(s.Sectors, user)
	default:
		s.Answer = answer.Of(s.Sectors > user)
	}
}

// shown is the size that IDENTIFY names: a bridge or controller may show less.
func (d *Drive) shown() Source {
	s := Source{Name: "IDENTIFY", Page: taskfile.PageIdentify, Why: d.Why(taskfile.PageIdentify)}
	if d.Identify == nil {
		return s
	}
	s.Sectors = d.Identify.Sectors
	if s.Sectors == 0 {
		s.Why = drive.ATANoSize
	} else if d.Capacity != nil && d.Capacity.Sectors != 0 && d.Capacity.Sectors != s.Sectors {
		s.Why = drive.ATATwoSizes.Say(s.Sectors, d.Capacity.Sectors)
		s.Sectors = 0
	}
	return s
}

func (d *Drive) hostProtected() Source {
	page := taskfile.PageNativeMaxExt
	if d.Identify != nil && (d.Identify.LBA48 != answer.Yes || d.short) {
		page = taskfile.PageNativeMax
	}
	return d.source("HPA", page, d.NativeMax, func(id *Identify) answer.Answer { return id.HPA })
}

func (d *Drive) accessible() Source {
	return d.source("AMA", taskfile.PageAccessibleMax, d.AccessibleMax, func(id *Identify) answer.Answer { return id.AMA })
}

func (d *Drive) overlay() Source {
	var sectors *uint64
	if d.DCO != nil {
		sectors = &d.DCO.Sectors
	}
	return d.source("DCO", taskfile.PageDCO, sectors, func(id *Identify) answer.Answer { return id.DCO })
}

func (d *Drive) source(name, page string, sectors *uint64, feature func(*Identify) answer.Answer) Source {
	s := Source{Name: name, Page: page, Why: d.Why(page)}
	switch {
	case sectors != nil:
		s.Sectors, s.Why = *sectors, words.Text{}
	case d.Identify != nil && feature(d.Identify) == answer.No:
		s.Answer = answer.No
	}
	return s
}
