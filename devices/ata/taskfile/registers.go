package taskfile

import (
	"encoding/binary"
	"fmt"

	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Registers are the task file as the drive left it (SAT-4 §12.2.5).
type Registers struct {
	Error, Status, Device byte
	Count                 uint16
	LBA                   uint64

	// Wide tells that COUNT(15:8) and LBA(47:24) were carried too. Without it
	// they read as zero here and mean nothing.
	Wide bool
}

// Bits of STATUS and ERROR (ACS-3 §6, outputs).
const (
	statusERR  = 1 << 0
	StatusDF   = 1 << 5 // device fault
	statusDRDY = 1 << 6
	statusBSY  = 1 << 7

	ErrorABRT = 1 << 2
	errorIDNF = 1 << 4
	errorUNC  = 1 << 6
)

// Failed tells that the drive ended the command with an error.
func (r *Registers) Failed() bool { return r.Status&(statusERR|StatusDF) != 0 }

func (r *Registers) ErrorText() words.Text {
	switch {
	case r.Status&StatusDF != 0:
		return drive.ATAFault
	case r.Error&ErrorABRT != 0:
		return drive.ATAAbort
	case r.Error&errorIDNF != 0:
		return drive.ATANoAddress
	case r.Error&errorUNC != 0:
		return drive.ATAUnread
	}
	return drive.ATAError.Say(r.Status, r.Error)
}

// sense is what SPC-4 §4.5 puts into every format.
type sense struct {
	key, asc, ascq byte
	Registers      *Registers // nil: none came
}

// passThroughInformation is ASC/ASCQ 00h/1Dh, ATA PASS-THROUGH INFORMATION
// AVAILABLE: registers as asked for, and no error.
func (s sense) passThroughInformation() bool { return s.asc == 0x00 && s.ascq == 0x1d }

func ParseSense(b []byte) (sense, error) {
	if len(b) < 8 {
		return sense{}, fmt.Errorf("sense data of %d bytes", len(b))
	}
	switch b[0] & 0x7f {
	case 0x72, 0x73:
		return descriptorSense(b), nil
	case 0x70, 0x71:
		return fixedSense(b)
	}
	return sense{}, fmt.Errorf("sense data with response code %02Xh", b[0]&0x7f)
}

// descriptorSense walks the descriptors behind the 8-byte header (SPC-4 §4.5.2)
// until it finds the ATA Status Return descriptor, type 09h.
func descriptorSense(b []byte) sense {
	s := sense{key: b[1] & 0x0f, asc: b[2], ascq: b[3]}
	rest := b[8:min(len(b), 8+int(b[7]))]
	for len(rest) >= 2 {
		length := 2 + int(rest[1])
		if rest[0] == 0x09 && length == 14 && len(rest) >= 14 {
			s.Registers = returnDescriptor(rest)
			return s
		}
		rest = rest[min(len(rest), length):]
	}
	return s
}

// returnDescriptor reads SAT-4 §12.2.5. As in the command, the registers come
// as pairs; EXTEND (byte 2 bit 0) tells whether the first of each counts.
func returnDescriptor(d []byte) *Registers {
	r := Registers{
		Error: d[3], Count: uint16(d[5]),
		LBA:    uint64(d[7]) | uint64(d[9])<<8 | uint64(d[11])<<16,
		Device: d[12], Status: d[13],
	}
	if d[2]&1 != 0 {
		r.Wide = true
		r.Count |= uint16(d[4]) << 8
		r.LBA |= uint64(d[6])<<24 | uint64(d[8])<<32 | uint64(d[10])<<40
	}
	return &r
}

// fixedSense reads the format that some bridges, and Linux for errors, return.
// INFORMATION (bytes 3 to 6) holds ERROR, STATUS, DEVICE and COUNT(7:0), the
// command-specific field (8 to 11) flags and LBA(23:0) (SAT-4 §12.2.2.7).
// The same bytes mean other things for other errors: they count as registers
// only with VALID set, and with 00h/1Dh or a STATUS that says there was an error.
func fixedSense(b []byte) (sense, error) {
	if len(b) < 14 {
		return sense{}, fmt.Errorf("fixed sense data of %d bytes", len(b))
	}
	s := sense{key: b[2] & 0x0f, asc: b[12], ascq: b[13]}
	r := Registers{
		Error: b[3], Status: b[4], Device: b[5], Count: uint16(b[6]),
		LBA: uint64(b[9]) | uint64(b[10])<<8 | uint64(b[11])<<16,
		// EXTEND, and neither COUNT(15:8) nor LBA(47:24) is other than zero:
		// then what was not carried is known all the same.
		Wide: b[8]&0xe0 == 0x80,
	}
	if old := linuxSense(b); old != nil {
		s.Registers = old
		return s, nil
	}
	valid := b[0]&0x80 != 0
	if valid && (s.passThroughInformation() || r.Status&(statusBSY|statusDRDY|statusERR) == statusDRDY|statusERR) {
		s.Registers = &r
	}
	return s, nil
}

// linuxSense reads what Linux returned for errors before 6.11, seen with Debian's
// 6.1: VALID clear, and the registers in the wrong places, from byte 8 on; behind
// byte 17, LBA(7:0), the sense data end. Nothing else looks like it: INFORMATION
// empty, no sense-key specific bytes (15), and an error in what would be STATUS.
func linuxSense(b []byte) *Registers {
	if len(b) < 18 || b[0] != 0x70 || binary.BigEndian.Uint32(b[3:]) != 0 || b[15] != 0 {
		return nil
	}
	if b[8] == 0 || b[9]&(statusBSY|statusDRDY|statusERR) != statusDRDY|statusERR {
		return nil
	}
	return &Registers{Error: b[8], Status: b[9], Device: b[10], Count: uint16(b[11]), LBA: uint64(b[17])}
}

// Judge turns what a command returned into registers, if any came, and the
// reason why there is no answer in it. Both at once: a refusal by the drive.
func Judge(status []byte) (*Registers, words.Text) {
	if status == nil {
		return nil, words.Text{}
	}
	s, err := ParseSense(status)
	if err != nil {
		return nil, drive.ATANonsense.Say(err)
	}
	if s.Registers == nil {
		return nil, s.text()
	}
	// A drive at the end of a command has DRDY set and BSY clear; a bridge that
	// fills in zeros has not.
	if s.Registers.Status&(statusBSY|statusDRDY) != statusDRDY {
		return nil, drive.ATANotItsOwn.Say(s.Registers.Status)
	}
	if s.Registers.Failed() {
		return s.Registers, s.Registers.ErrorText()
	}
	if s.key > 1 {
		return nil, s.text() // an error of the translator's, whatever the registers
	}
	return s.Registers, words.Text{}
}

// text says what sense data without registers means; empty if it is no error.
func (s sense) text() words.Text {
	switch {
	case s.key <= 1:
		return words.Text{}
	case s.UnknownCommand():
		return drive.ATANotPassed
	case s.key == 5 && s.asc == 0x24:
		return drive.ATAThisRefused
	case s.key == 0x0b:
		return drive.ATANoReason
	}
	return words.Alike(fmt.Sprintf("sense key %Xh, ASC/ASCQ %02Xh/%02Xh", s.key, s.asc, s.ascq))
}

// UnknownCommand is ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE.
func (s sense) UnknownCommand() bool { return s.key == 5 && s.asc == 0x20 && s.ascq == 0 }
