package nvme

import (
	"encoding/binary"
	"errors"
)

// How long the logs are.
const (
	smartBytes    = 512
	firmwareBytes = 512
	effectsBytes  = 4096
	sanitizeBytes = 512
	errorBytes    = 64 // of one entry
	maxErrors     = 64 // entries asked for: what fits into one transfer
)

// SMART is the health log (02h; NVMe Base 2.1, 5.1.12.1.3). Its counters are of
// the drive's whole life and no host can set them back: beside the kernel's they
// are a second, independent count of what was written during an examination.
type SMART struct {
	CriticalWarning byte   // 0
	Kelvin          uint16 // 1-2: composite temperature; 0 if not reported
	SparePercent    byte   // 3: available spare
	SpareThreshold  byte   // 4
	UsedPercent     byte   // 5: of the rated endurance; may be over 100

	// In thousands of 512 bytes, rounded up: one more block may not show.
	UnitsRead, UnitsWritten Uint128 // 32-47, 48-63
	// Every write command shows here.
	HostReads, HostWrites Uint128 // 64-79, 80-95

	PowerCycles     Uint128 // 112-127
	PowerOnHours    Uint128 // 128-143
	UnsafeShutdowns Uint128 // 144-159
	MediaErrors     Uint128 // 160-175: data that could not be read or was wrong
	ErrorEntries    Uint128 // 176-191: entries ever made in the error log
}

// ParseSMART reads log 02h.
func ParseSMART(page []byte) (SMART, error) {
	if err := check(page, smartBytes); err != nil {
		return SMART{}, err
	}
	return SMART{
		CriticalWarning: page[0],
		Kelvin:          binary.LittleEndian.Uint16(page[1:]),
		SparePercent:    page[3],
		SpareThreshold:  page[4],
		UsedPercent:     page[5],
		UnitsRead:       uint128(page[32:]),
		UnitsWritten:    uint128(page[48:]),
		HostReads:       uint128(page[64:]),
		HostWrites:      uint128(page[80:]),
		PowerCycles:     uint128(page[112:]),
		PowerOnHours:    uint128(page[128:]),
		UnsafeShutdowns: uint128(page[144:]),
		MediaErrors:     uint128(page[160:]),
		ErrorEntries:    uint128(page[176:]),
	}, nil
}

// Firmware is the firmware slot log (03h).
type Firmware struct {
	Active    int       // byte 0, bits 2:0: the slot that runs; 0 if not stated
	Next      int       // bits 6:4: the slot that runs after a reset; 0 if the same
	Revisions [7]string // from 8 on: of slots 1 to 7; empty if the slot is
}

// ParseFirmware reads log 03h.
func ParseFirmware(page []byte) (Firmware, error) {
	if err := check(page, firmwareBytes); err != nil {
		return Firmware{}, err
	}
	f := Firmware{Active: int(page[0] & 7), Next: int(page[0] >> 4 & 7)}
	for i := range f.Revisions {
		f.Revisions[i] = text(page[8+8*i : 16+8*i])
	}
	return f, nil
}

// Errors is the error log (01h), newest first, empty entries left out. Drives
// may lose it when power goes.
type Errors struct{ Entries []ErrorEntry }

// ErrorEntry is a command that failed.
type ErrorEntry struct {
	Count     uint64 // 0-7: number of the error in the drive's life
	Queue     uint16 // 8-9: 0 is the admin queue
	Command   uint16 // 10-11
	Status    Status // 12-13, without phase tag
	LBA       uint64 // 16-23: the first block with the error, if it is about one
	Namespace uint32 // 24-27
}

// ParseErrors reads log 01h, as many whole entries as came. No entries is an
// answer: an error log may be empty.
func ParseErrors(page []byte) (Errors, error) {
	if len(page) < errorBytes {
		return Errors{}, shortPage(len(page), errorBytes)
	}
	var e Errors
	page = page[:min(len(page), maxErrors*errorBytes)]
	for ; len(page) >= errorBytes; page = page[errorBytes:] {
		if count := binary.LittleEndian.Uint64(page); count != 0 {
			e.Entries = append(e.Entries, parseError(count, page))
		}
	}
	return e, nil
}

func parseError(count uint64, entry []byte) ErrorEntry {
	u16 := binary.LittleEndian.Uint16
	return ErrorEntry{
		Count:     count,
		Queue:     u16(entry[8:]),
		Command:   u16(entry[10:]),
		Status:    Status(u16(entry[12:]) >> 1),
		LBA:       binary.LittleEndian.Uint64(entry[16:]),
		Namespace: binary.LittleEndian.Uint32(entry[24:]),
	}
}

// Effects is the log of commands supported and their effects (05h): a dword for
// each opcode. Bit 0: supported; bit 1: may change block contents; 2: namespace
// capabilities; 3: the set of namespaces; 4: controller capabilities.
type Effects struct {
	Admin, IO [256]uint32 // 0-1023, 1024-2047
}

// ParseEffects reads log 05h.
func ParseEffects(page []byte) (Effects, error) {
	var e Effects
	if err := check(page, effectsBytes); err != nil {
		return e, err
	}
	for i := range 256 {
		e.Admin[i] = binary.LittleEndian.Uint32(page[4*i:])
		e.IO[i] = binary.LittleEndian.Uint32(page[1024+4*i:])
	}
	if e.Admin[opIdentify]&1 == 0 || e.Admin[opGetLogPage]&1 == 0 {
		return Effects{}, errors.New("it says that Identify or Get Log Page, which it has just answered, is not supported")
	}
	return e, nil
}
