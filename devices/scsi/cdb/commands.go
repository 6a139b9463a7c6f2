// Package cdb is what goes over the wire to a SCSI device and comes back besides data:
// command descriptor blocks, of which Permit lists those that may be sent
// (commands.go), and sense data (sense.go).
//
// To ask for something more, add its builder and its row in readings.
package cdb

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Limits of what one command may bring.
const (
	MaxPage       = 64 << 10 // bytes of a page
	MaxReadBlocks = 8192     // of one READ: 4 MiB of 512-byte blocks
)

// Operation codes (annex of operation codes in SPC-5): all that this package
// knows, and all of them bring data in or none.
const (
	opTestUnitReady      = 0x00
	opRequestSense       = 0x03
	opInquiry            = 0x12
	opModeSense6         = 0x1a
	opReadCapacity10     = 0x25
	opReadDefects10      = 0x37
	opLogSense           = 0x4d
	opModeSense10        = 0x5a
	opRead16             = 0x88
	opServiceActionIn16  = 0x9e // service action 10h: READ CAPACITY (16)
	opReportLUNs         = 0xa0
	opSecurityProtocolIn = 0xa2
	opMaintenanceIn      = 0xa3 // service action 0Ch: REPORT SUPPORTED OPERATION CODES
	opReadDefects12      = 0xb7
	opSanitize           = 0x48 // asked about, never sent
)

// TestUnitReady asks whether the medium can be read now.
func TestUnitReady() []byte { return make([]byte, 6) }

// RequestSense asks for the state the device is in, as sense data of the fixed
// format: on a device that is busy for long it holds the progress.
func RequestSense(allocation uint8) []byte {
	return []byte{opRequestSense, 0, 0, 0, allocation, 0}
}

// Inquiry asks for the standard INQUIRY data.
func Inquiry(allocation uint16) []byte {
	return be16at([]byte{opInquiry, 0, 0, 0, 0, 0}, 3, allocation)
}

// VPD asks for a page of vital product data: INQUIRY with the EVPD bit.
func VPD(page byte, allocation uint16) []byte {
	return be16at([]byte{opInquiry, 1, page, 0, 0, 0}, 3, allocation)
}

// ModeSense6 asks for the current values of a mode page.
func ModeSense6(page, allocation byte) []byte {
	return []byte{opModeSense6, 0, page & 0x3f, 0, allocation, 0}
}

// ModeSense10 is the same with a length of two bytes.
func ModeSense10(page byte, allocation uint16) []byte {
	return be16at([]byte{opModeSense10, 0, page & 0x3f, 0, 0, 0, 0, 0, 0, 0}, 7, allocation)
}

// LogSense asks for the cumulative values (PC = 01b) of a log page and has
// nothing saved (SP = 0).
func LogSense(page byte, allocation uint16) []byte {
	return be16at([]byte{opLogSense, 0, 0x40 | page&0x3f, 0, 0, 0, 0, 0, 0, 0}, 7, allocation)
}

// ReadCapacity10 asks for the last block and the block length (SBC-5 5.20).
func ReadCapacity10() []byte { return append([]byte{opReadCapacity10}, make([]byte, 9)...) }

// ReadCapacity16 asks for more of the same (SBC-5 5.21).
func ReadCapacity16(allocation uint32) []byte {
	c := make([]byte, 16)
	c[0], c[1] = opServiceActionIn16, 0x10
	binary.BigEndian.PutUint32(c[10:], allocation)
	return c
}

// List is one of a drive's two defect lists.
type List byte

const (
	Grown   List = 0x08 // REQ_GLIST: found in use
	Primary List = 0x10 // REQ_PLIST: found when the drive was made
)

// defectFormat is the format of defects that is asked for: "bytes from index"
// (SBC-5 6.2), which most disks have. Others answer in a format of their own.
const defectFormat = 4

// ReadDefects10 asks for a defect list (SBC-5 5.22).
func ReadDefects10(list List, allocation uint16) []byte {
	c := make([]byte, 10)
	c[0], c[2] = opReadDefects10, byte(list&(Primary|Grown))|defectFormat
	return be16at(c, 7, allocation)
}

// ReadDefects12 is the same for long lists (SBC-5 5.23, table 93).
func ReadDefects12(list List, allocation uint32) []byte {
	c := make([]byte, 12)
	c[0], c[1] = opReadDefects12, byte(list&(Primary|Grown))|defectFormat
	binary.BigEndian.PutUint32(c[6:], allocation)
	return c
}

// ReportLUNs asks which logical units the target has.
func ReportLUNs(allocation uint32) []byte {
	c := make([]byte, 12)
	c[0] = opReportLUNs
	binary.BigEndian.PutUint32(c[6:], allocation)
	return c
}

// SecurityProtocolIn asks for data of a security protocol.
func SecurityProtocolIn(protocol byte, specific uint16, allocation uint32) []byte {
	c := make([]byte, 12)
	c[0], c[1] = opSecurityProtocolIn, protocol
	binary.BigEndian.PutUint16(c[2:], specific)
	binary.BigEndian.PutUint32(c[6:], allocation)
	return c
}

// SanitizeSupported asks whether the drive has SANITIZE with a service action:
// REPORT SUPPORTED OPERATION CODES for one command with a service action
// (REPORTING OPTIONS 010b).
func SanitizeSupported(action SanitizeAction, allocation uint32) []byte {
	c := make([]byte, 12)
	c[0], c[1], c[2], c[3], c[5] = opMaintenanceIn, 0x0c, 2, opSanitize, byte(action)
	binary.BigEndian.PutUint32(c[6:], allocation)
	return c
}

// Read16 reads blocks whatever their length: 520-byte blocks, too,
// which the kernel's block layer refuses. RDPROTECT is 0: on a drive formatted
// with protection information that information is not transferred.
func Read16(lba uint64, blocks uint32) []byte {
	c := make([]byte, 16)
	c[0] = opRead16
	binary.BigEndian.PutUint64(c[2:], lba)
	binary.BigEndian.PutUint32(c[10:], blocks)
	return c
}

func be16at(c []byte, at int, v uint16) []byte {
	binary.BigEndian.PutUint16(c[at:], v)
	return c
}

// reading is a command on the list: its bytes, of which some bits are free.
type reading struct {
	name  string
	fixed []byte // the command with all free bits zero
	free  []byte // the bits that may be anything
	// The length that the command asks for: bytes, or blocks of a READ.
	at, width, most int
}

// readings is the whole list. Every command that this package builds is on it,
// and nothing else: a page that is not named here is not asked for.
func readings() []reading {
	list := []reading{
		{"test-unit-ready", TestUnitReady(), make([]byte, 6), 0, 0, 0},
		sized("request-sense", RequestSense(0), 4, 1, MaxPage),
		sized("inquiry", Inquiry(0), 3, 2, MaxPage),
		sized("mode-sense-6-0ah", ModeSense6(0x0a, 0), 4, 1, MaxPage),
		sized("mode-sense-10-0ah", ModeSense10(0x0a, 0), 7, 2, MaxPage),
		{"read-capacity-10", ReadCapacity10(), make([]byte, 10), 0, 0, 0},
		sized("read-capacity-16", ReadCapacity16(0), 10, 4, MaxPage),
		sized("report-luns", ReportLUNs(0), 6, 4, MaxPage),
		sized("security-protocols", SecurityProtocolIn(0, 0, 0), 6, 4, MaxPage),
		sized("security-level-0-discovery", SecurityProtocolIn(1, 1, 0), 6, 4, MaxPage),
		sized("read-16", Read16(0, 0), 10, 4, MaxReadBlocks).freed(2, 8),
	}
	for _, page := range []byte{0x00, 0x80, 0x83, 0x89, 0xb0, 0xb1, 0xb2} {
		list = append(list, sized(fmt.Sprintf("vpd-%02xh", page), VPD(page, 0), 3, 2, MaxPage))
	}
	for _, page := range []byte{0x00, 0x02, 0x03, 0x05, 0x06, 0x0d, 0x0e, 0x11, 0x15, 0x2f} {
		list = append(list, sized(fmt.Sprintf("log-%02xh", page), LogSense(page, 0), 7, 2, MaxPage))
	}
	for _, l := range []struct {
		name string
		list List
	}{{"primary", Primary}, {"grown", Grown}} {
		list = append(list,
			sized("defects-10-"+l.name, ReadDefects10(l.list, 0), 7, 2, MaxPage),
			sized("defects-12-"+l.name, ReadDefects12(l.list, 0), 6, 4, MaxPage))
	}
	for _, a := range SanitizeActions() {
		list = append(list, sized("sanitize-supported-"+a.short(), SanitizeSupported(a, 0), 6, 4, MaxPage))
	}
	return list
}

// sized is a command whose length field, of width bytes at a place, is free up
// to a number.
func sized(name string, command []byte, at, width, most int) reading {
	r := reading{name, command, make([]byte, len(command)), at, width, most}
	return r.freed(at, width)
}

// freed lets bytes of the command be anything.
func (r reading) freed(at, width int) reading {
	for i := range width {
		r.free[at+i] = 0xff
	}
	return r
}

// is compares all bits that are not free, and so the operation code, service
// action, page, subpage, page control, reserved bits and control byte.
func (r reading) is(command []byte) bool {
	if len(command) != len(r.fixed) {
		return false
	}
	for i, b := range command {
		if b&^r.free[i] != r.fixed[i] {
			return false
		}
	}
	return true
}

// length is what the command asks for.
func (r reading) length(command []byte) uint64 {
	var n uint64
	for _, b := range command[r.at : r.at+r.width] {
		n = n<<8 | uint64(b)
	}
	return n
}

// Permit is the allow-list of this bus, the one place: it names a command that
// may be sent, or refuses it. Nothing on the list moves data to the drive or
// changes what it holds or how it works.
//
// ATA PASS-THROUGH (85h, A1h) is not on it: what may go through is the business
// of the package ata.
func Permit(command []byte) (name string, err error) { return permit(readings(), command) }

func permit(list []reading, command []byte) (name string, err error) {
	if len(command) == 0 {
		return "", errors.New("an empty scsi command is not sent")
	}
	for _, r := range list {
		if !r.is(command) {
			continue
		}
		if n := r.length(command); n > uint64(r.most) {
			return "", fmt.Errorf("scsi command %s asks for %d, more than %d: ask for less", r.name, n, r.most)
		}
		return r.name, nil
	}
	return "", fmt.Errorf("scsi command % x is not on the list of commands that only read", command[:min(len(command), 32)])
}
