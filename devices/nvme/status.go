package nvme

import (
	"encoding/binary"
	"fmt"

	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Status is the status field of a completion without its phase tag: status code
// in bits 7:0, status code type in 10:8, "do not retry" in 14 (NVMe Base 2.1,
// Completion Queue Entry). 0 is success. As an error it is what the drive said.
type Status uint16

// ParseStatus reads what a Transport returned. A status that is not two bytes
// long is nothing a drive said.
func ParseStatus(status []byte) (Status, error) {
	if len(status) != 2 {
		return 0, fmt.Errorf("an NVMe status has 2 bytes, not %d", len(status))
	}
	return Status(binary.LittleEndian.Uint16(status)), nil
}

// code is status code type and status code.
func (s Status) code() uint16 { return uint16(s) & 0x7FF }

// Unsupported: the drive does not know the command or the page. Drives use
// Invalid Field for pages they do not have as often as Invalid Log Page.
func (s Status) Unsupported() bool {
	switch s.code() {
	case 0x001, 0x002, 0x109:
		return true
	}
	return false
}

// String is the specification's name for it.
func (s Status) String() string {
	if name := s.name(); name != "" {
		return name
	}
	return fmt.Sprintf("status type %Xh, code %02Xh", s.code()>>8, s.code()&0xFF)
}

// name knows what reading can be answered with (Base 2.1, Status Code fields).
func (s Status) name() string {
	switch s.code() {
	case 0x000:
		return "Successful Completion"
	case 0x001:
		return "Invalid Command Opcode"
	case 0x002:
		return "Invalid Field in Command"
	case 0x004:
		return "Data Transfer Error"
	case 0x005:
		return "Commands Aborted due to Power Loss Notification"
	case 0x006:
		return "Internal Error"
	case 0x007:
		return "Command Abort Requested"
	case 0x00B:
		return "Invalid Namespace or Format"
	case 0x00C:
		return "Command Sequence Error"
	case 0x015:
		return "Operation Denied"
	case 0x01C:
		return "Sanitize Failed"
	case 0x01D:
		return "Sanitize In Progress"
	case 0x082:
		return "Namespace Not Ready"
	case 0x084:
		return "Format In Progress"
	case 0x109:
		return "Invalid Log Page"
	case 0x281:
		return "Unrecovered Read Error"
	case 0x286:
		return "Access Denied" // a locked TCG range
	}
	return ""
}

// Text says what the answer means for the question.
func (s Status) Text() words.Text {
	if s.Unsupported() {
		return drive.NVMeUnsupported.Say(s.String())
	}
	return drive.NVMeRefused.Say(s.String())
}

func (s Status) Error() string { return s.Text().EN }

// Receive sends SecurityReceive for tcg.Discover. A refusal is a Status.
func Receive(t Transport, protocol byte, specific uint16, buf []byte) (n int, err error) {
	return do(t, SecurityReceive(protocol, specific, len(buf)), buf)
}

// do sends a permitted command and turns every failure into one error; n is
// never more than there is room for.
func do(t Transport, command, buf []byte) (n int, err error) {
	if _, err := Permit(command); err != nil {
		return 0, err
	}
	n, status, err := t.Do(command, buf)
	if err != nil {
		return 0, err
	}
	if status != nil {
		s, err := ParseStatus(status)
		if err != nil {
			return 0, err
		}
		if s.code() != 0 {
			return 0, s
		}
	}
	return min(max(n, 0), len(buf)), nil
}
