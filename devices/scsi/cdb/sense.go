package cdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Key is a sense key: what kind of trouble (SPC-5, sense key field).
type Key byte

const (
	NoSense        Key = 0x0
	RecoveredError Key = 0x1
	NotReady       Key = 0x2
	MediumError    Key = 0x3
	HardwareError  Key = 0x4
	IllegalRequest Key = 0x5
	UnitAttention  Key = 0x6
	DataProtect    Key = 0x7
	AbortedCommand Key = 0xb
)

func (k Key) String() string {
	names := [...]string{"no sense", "recovered error", "not ready", "medium error", "hardware error",
		"illegal request", "unit attention", "data protect", "blank check", "vendor specific", "copy aborted",
		"aborted command", "reserved", "volume overflow", "miscompare", "completed"}
	return names[k&0xf]
}

// Code is the additional sense code with its qualifier: ASC<<8 | ASCQ.
type Code uint16

// The codes that mean something to an examination.
const (
	SanitizeInProgress    Code = 0x041b // LOGICAL UNIT NOT READY, SANITIZE IN PROGRESS
	FormatInProgress      Code = 0x0404
	OperationInProgress   Code = 0x0407
	SelfTestInProgress    Code = 0x0409
	NeedsStart            Code = 0x0402 // INITIALIZING COMMAND REQUIRED: spun down
	WriteAfterSanitize    Code = 0x1115 // WRITE AFTER SANITIZE REQUIRED: an error by design
	DefectListNotFound    Code = 0x1c00
	InvalidOperationCode  Code = 0x2000
	InvalidFieldInCommand Code = 0x2400
	NotSupported          Code = 0x2500 // LOGICAL UNIT NOT SUPPORTED
	FormatCorrupted       Code = 0x3100 // MEDIUM FORMAT CORRUPTED
	FormatFailed          Code = 0x3101
	SanitizeFailed        Code = 0x3103
	NoMedium              Code = 0x3a00
)

// Words of the common codes, as in the annex of SPC-5; empty for others.
func (c Code) Words() string {
	for _, w := range []struct {
		code  Code
		words string
	}{
		{0x0000, "no additional sense information"},
		{0x0016, "operation in progress"},
		{0x0400, "logical unit not ready, cause not reportable"},
		{0x0401, "logical unit is in process of becoming ready"},
		{NeedsStart, "logical unit not ready, initializing command required"},
		{0x0403, "logical unit not ready, manual intervention required"},
		{FormatInProgress, "logical unit not ready, format in progress"},
		{OperationInProgress, "logical unit not ready, operation in progress"},
		{SelfTestInProgress, "logical unit not ready, self-test in progress"},
		{0x0411, "logical unit not ready, notify (enable spinup) required"},
		{0x0414, "logical unit not ready, space allocation in progress"},
		{SanitizeInProgress, "logical unit not ready, sanitize in progress"},
		{0x041e, "logical unit not ready, microcode activation required"},
		{0x0424, "depopulation in progress"},
		{0x0425, "depopulation restoration in progress"},
		{0x0800, "logical unit communication failure"},
		{0x0b00, "warning"},
		{0x0b01, "warning, specified temperature exceeded"},
		{0x1000, "id crc or ecc error"},
		{0x1001, "logical block guard check failed"},
		{0x1002, "logical block application tag check failed"},
		{0x1003, "logical block reference tag check failed"},
		{0x1100, "unrecovered read error"},
		{0x1104, "unrecovered read error, auto reallocate failed"},
		{0x110b, "unrecovered read error, recommend reassignment"},
		{0x110c, "unrecovered read error, recommend rewrite the data"},
		{0x1114, "read error, logical block marked bad by application client"},
		{WriteAfterSanitize, "write after sanitize required"},
		{DefectListNotFound, "defect list not found"},
		{0x1c01, "primary defect list not found"},
		{0x1c02, "grown defect list not found"},
		{InvalidOperationCode, "invalid command operation code"},
		{0x2002, "access denied, no access rights"},
		{0x2100, "logical block address out of range"},
		{InvalidFieldInCommand, "invalid field in command"},
		{NotSupported, "logical unit not supported"},
		{0x2700, "write protected"},
		{0x2800, "not ready to ready change, medium may have changed"},
		{0x2900, "power on, reset, or bus device reset occurred"},
		{0x2a01, "mode parameters changed"},
		{0x2a09, "capacity data has changed"},
		{FormatCorrupted, "medium format corrupted"},
		{FormatFailed, "format command failed"},
		{SanitizeFailed, "sanitize command failed"},
		{0x3104, "depopulation failed"},
		{NoMedium, "medium not present"},
		{0x3e01, "logical unit failure"},
		{0x3f01, "microcode has been changed"},
		{0x3f0e, "reported luns data has changed"},
		{0x4400, "internal target failure"},
		{0x5d00, "failure prediction threshold exceeded"},
		{0x5dff, "failure prediction threshold exceeded (false)"},
		{0x7471, "logical unit access not authorized"},
	} {
		if w.code == c {
			return w.words
		}
	}
	return ""
}

func (c Code) String() string {
	hex := fmt.Sprintf("%02Xh/%02Xh", byte(c>>8), byte(c))
	if w := c.Words(); w != "" {
		return w + " (" + hex + ")"
	}
	return "additional sense code " + hex
}

// Sense is what a device says when a command did not simply succeed.
type Sense struct {
	Key      Key
	Code     Code
	Deferred bool // of an earlier command (response codes 71h, 73h)
	// Progress is how much of a running operation is done, in 65536ths.
	Progress      uint16
	ProgressKnown bool
	// Information is mostly the LBA of the first block with the error.
	Information      uint64
	InformationValid bool
}

// ParseSense reads sense data of either format (SPC-5, sense data).
func ParseSense(b []byte) (s Sense, err error) {
	if len(b) == 0 {
		return s, errors.New("no sense data")
	}
	switch b[0] & 0x7f {
	case 0x70, 0x71:
		s, err = parseFixed(b)
	case 0x72, 0x73:
		s, err = parseDescriptors(b)
	default:
		return s, fmt.Errorf("sense data of an unknown format %02Xh", b[0])
	}
	s.Deferred = b[0]&1 == 1
	return s, err
}

// parseFixed reads sense data of fixed format. A device may stop behind the sense key;
// then there is no code.
func parseFixed(b []byte) (s Sense, err error) {
	if len(b) < 8 {
		return s, fmt.Errorf("sense data of %d bytes is too short", len(b))
	}
	s.Key = Key(b[2] & 0xf)
	if b[0]&0x80 != 0 {
		s.Information, s.InformationValid = uint64(binary.BigEndian.Uint32(b[3:])), true
	}
	b = b[:min(len(b), 8+int(b[7]))]
	if len(b) >= 14 {
		s.Code = Code(binary.BigEndian.Uint16(b[12:]))
	}
	if len(b) >= 18 {
		s.progress(b[15:18])
	}
	return s, nil
}

// parseDescriptors reads sense data of descriptor format and, of its descriptors,
// information (00h), sense key specific (02h) and another progress indication (0Ah).
func parseDescriptors(b []byte) (s Sense, err error) {
	if len(b) < 4 {
		return s, fmt.Errorf("sense data of %d bytes is too short", len(b))
	}
	s.Key, s.Code = Key(b[1]&0xf), Code(binary.BigEndian.Uint16(b[2:]))
	if len(b) < 8 {
		return s, nil
	}
	for d := b[8:min(len(b), 8+int(b[7]))]; len(d) >= 2; {
		n := 2 + int(d[1])
		if n > len(d) {
			break
		}
		s.descriptor(d[:n])
		d = d[n:]
	}
	return s, nil
}

func (s *Sense) descriptor(d []byte) {
	switch {
	case d[0] == 0x00 && len(d) >= 12 && d[2]&0x80 != 0:
		s.Information, s.InformationValid = binary.BigEndian.Uint64(d[4:]), true
	case d[0] == 0x02 && len(d) >= 7:
		s.progress(d[4:7])
	case d[0] == 0x0a && len(d) >= 8 && !s.ProgressKnown:
		s.Progress, s.ProgressKnown = binary.BigEndian.Uint16(d[6:]), true
	}
}

// progress reads the sense key specific field, which is a progress indication
// for these two keys only (SPC-5, sense key
// specific sense data).
func (s *Sense) progress(b []byte) {
	if b[0]&0x80 != 0 && (s.Key == NoSense || s.Key == NotReady) {
		s.Progress, s.ProgressKnown = binary.BigEndian.Uint16(b[1:]), true
	}
}

func (s Sense) String() string {
	var out strings.Builder
	if s.Deferred {
		out.WriteString("deferred ")
	}
	fmt.Fprintf(&out, "%v: %v", s.Key, s.Code)
	if s.InformationValid && s.Key != IllegalRequest {
		fmt.Fprintf(&out, ", at %d", s.Information)
	}
	if s.ProgressKnown {
		fmt.Fprintf(&out, ", %d %% done", uint32(s.Progress)*100/65536)
	}
	return out.String()
}

// SenseText says in words what sense data mean.
func SenseText(status []byte) string {
	s, err := ParseSense(status)
	if err != nil {
		return fmt.Sprintf("%v (% x)", err, status[:min(len(status), 32)])
	}
	return s.String()
}

// Condition is what state sense data show a drive to be in, from best to worst.
type Condition uint8

const (
	ConditionUnknown Condition = iota
	Ready
	Busy         // with something else, or becoming ready
	Stopped      // spun down, or without a medium
	Formatting   // FORMAT UNIT runs
	Sanitizing   // SANITIZE runs
	Unformatted  // a format failed or was interrupted
	SanitizeDied // a SANITIZE failed: the drive refuses reads until another one succeeds
)

func (c Condition) String() string {
	names := [...]string{"unknown", "ready", "not ready", "stopped", "format in progress",
		"sanitize in progress", "format failed", "sanitize failed"}
	if int(c) < len(names) {
		return names[c]
	}
	return names[0]
}

// Condition is what the sense data show, ConditionUnknown if they are about
// something else.
func (s Sense) Condition() Condition {
	switch s.Code {
	case SanitizeInProgress:
		return Sanitizing
	case SanitizeFailed:
		return SanitizeDied
	case FormatInProgress:
		return Formatting
	case FormatFailed, FormatCorrupted:
		return Unformatted
	case NeedsStart, NoMedium, 0x3a01, 0x3a02, 0x0411:
		return Stopped
	}
	if s.Key == NotReady {
		return Busy
	}
	return ConditionUnknown
}
