package ata

import (
	"errors"
	"fmt"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata/taskfile"
)

// PowerMode is what CHECK POWER MODE returns in COUNT(7:0).
type PowerMode uint8

// SMARTStatus is the drive's verdict on its own health.
type SMARTStatus struct {
	Exceeded answer.Answer // a threshold was exceeded: failure is predicted
}

// parseSMARTStatus reads LBA(23:8): C24Fh is what was sent, 2CF4h is the alarm.
// Anything else was not said by the drive.
func parseSMARTStatus(r *taskfile.Registers) (*SMARTStatus, error) {
	switch r.LBA >> 8 & 0xffff {
	case 0xc24f:
		return &SMARTStatus{Exceeded: answer.No}, nil
	case 0x2cf4:
		return &SMARTStatus{Exceeded: answer.Yes}, nil
	}
	return nil, fmt.Errorf("SMART RETURN STATUS left %06Xh in LBA, neither C24F00h nor 2CF400h", r.LBA&0xffffff)
}

// SMART is SMART READ DATA: 30 attributes of 12 bytes from byte 2. The standards
// call them vendor specific; numbers and meanings are custom, and Value and Worst
// are the vendor's scale.
type SMART struct {
	Attributes []Attribute // in the order of the drive, each ID once
}

// Attribute is one SMART attribute.
type Attribute struct {
	ID           byte
	Flags        uint16
	Value, Worst byte
	Raw          uint64 // 48 bits
}

// Attributes that most vendors number alike.
const (
	AttributeReallocated  = 5
	AttributePowerOnHours = 9
	AttributePending      = 197
	AttributeOffline      = 198
	AttributeWritten      = 241
)

// Attribute finds one by its number.
func (s *SMART) Attribute(id byte) (Attribute, bool) {
	for _, a := range s.Attributes {
		if a.ID == id {
			return a, true
		}
	}
	return Attribute{}, false
}

const attributes, attributeBytes = 30, 12

// attributeTable checks a page of SMART data and calls each for the entries in
// use. The sum of all 512 bytes is zero (ATA-3), which zeros satisfy as well.
func attributeTable(page []byte, each func(entry []byte)) error {
	if len(page) < taskfile.SectorBytes {
		return fmt.Errorf("SMART data of %d bytes instead of %d", len(page), taskfile.SectorBytes)
	}
	page = page[:taskfile.SectorBytes]
	if same(page) {
		return fmt.Errorf("SMART data are nothing but %02Xh", page[0])
	}
	if sum(page) != 0 {
		return errors.New("SMART data fail their checksum (byte 511)")
	}
	for n := range attributes {
		if entry := page[2+n*attributeBytes:][:attributeBytes]; entry[0] != 0 {
			each(entry)
		}
	}
	return nil
}

// ParseSMART reads SMART READ DATA (B0h/D0h).
func ParseSMART(page []byte) (*SMART, error) {
	s := &SMART{}
	err := attributeTable(page, func(entry []byte) {
		if _, twice := s.Attribute(entry[0]); twice {
			return
		}
		a := Attribute{ID: entry[0], Flags: uint16(entry[1]) | uint16(entry[2])<<8, Value: entry[3], Worst: entry[4]}
		for i, b := range entry[5:11] {
			a.Raw |= uint64(b) << (8 * i)
		}
		s.Attributes = append(s.Attributes, a)
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Thresholds is SMART READ THRESHOLDS: an attribute whose Value is not above its
// threshold predicts failure. ATA-4 took the command out, drives kept it.
type Thresholds struct{ entries []threshold }

type threshold struct{ id, value byte }

// ParseThresholds reads SMART READ THRESHOLDS (B0h/D1h).
func ParseThresholds(page []byte) (*Thresholds, error) {
	t := &Thresholds{}
	err := attributeTable(page, func(entry []byte) {
		t.entries = append(t.entries, threshold{entry[0], entry[1]})
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}
