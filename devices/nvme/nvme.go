// Package nvme asks an NVMe drive what it says of itself, and reads the answers.
//
// A host talks to an NVMe controller through queues in memory. A command is a
// submission queue entry of 64 bytes (NVMe Base Specification 2.1, Figure 92):
//
//	byte  0      opcode
//	byte  1      fused operation, PRP or SGL: the kernel's business, zero here
//	bytes 2-3    command identifier: the kernel's business, zero here
//	bytes 4-7    namespace identifier (NSID)
//	bytes 8-15   command dwords 2 and 3: zero in all that is sent here
//	bytes 16-39  metadata and data pointers: the kernel fills them in
//	bytes 40-63  command dwords 10 to 15: which page, how much of it
//
// All numbers are little-endian. The drive answers with data and a status. A
// drive is a controller and namespaces: a namespace is what the kernel shows as
// /dev/nvme0n1. Three things are easily missed, and all three can hold data:
//
//   - a namespace can be allocated but not attached to the controller: the
//     kernel shows no device for it (CNS 10h and 11h find it);
//   - capacity can be in no namespace at all (UNVMCAP);
//   - replay protected memory blocks (RPMBS) are a few MiB apart from both.
//
// Everything here is an admin command. [Permit] is the list of those that may
// be sent; a transport has to send them to the admin queue, because on an I/O
// queue the same opcodes mean other things (02h is Read there).
//
// What a drive answers is not trusted: parsers check bounds, refuse pages that
// say nothing (all zeros, which bridges make up) and never take a missing bit
// for a "no" where the specification does not make it one.
//
// Sources: NVMe Base Specification 1.4 and 2.1, NVM Command Set Specification
// 1.0 (Identify Namespace), and nvme-cli, whose bytes the tests compare with.
package nvme

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"shokyo.dev/shokyo/devices/answer"
)

// Transport carries one command to a device and brings back what it returns.
// Implementations refuse what Permit refuses.
type Transport interface {
	// Do sends a submission queue entry to the admin queue and fills data,
	// which is Length(command) bytes long. n is how many bytes came. status is
	// nil for success; otherwise two bytes, little-endian: the completion's
	// status field without phase tag. err is for what never reached the device
	// or never came back.
	Do(command, data []byte) (n int, status []byte, err error)
}

// bit is for bits that are defined to mean "no" when they are 0, also by drives
// older than the bit: they could not do what it stands for.
func bit[T ~uint8 | ~uint16 | ~uint32](v T, n int) answer.Answer {
	if v>>n&1 == 1 {
		return answer.Yes
	}
	return answer.No
}

// Uint128 is a number of 16 bytes, as NVMe counts bytes and commands.
type Uint128 struct{ Hi, Lo uint64 }

// Uint64 is the number if it fits; if not, the largest there is and false.
func (u Uint128) Uint64() (v uint64, fits bool) {
	if u.Hi != 0 {
		return 1<<64 - 1, false
	}
	return u.Lo, true
}

// IsZero is for fields in which 0 means "not reported".
func (u Uint128) IsZero() bool { return u == Uint128{} }

func (u Uint128) String() string {
	b := binary.BigEndian.AppendUint64(nil, u.Hi)
	b = binary.BigEndian.AppendUint64(b, u.Lo)
	return new(big.Int).SetBytes(b).String()
}

func uint128(b []byte) Uint128 {
	return Uint128{Hi: binary.LittleEndian.Uint64(b[8:16]), Lo: binary.LittleEndian.Uint64(b[:8])}
}

// text is a field of ASCII filled up with spaces; some drives use NUL.
func text(b []byte) string { return strings.Trim(string(b), " \x00") }

var errZeros = errors.New("the page is all zeros")

// check is what every parser does first. No page here is all zeros when a drive
// has filled it in.
func check(page []byte, want int) error {
	if len(page) < want {
		return shortPage(len(page), want)
	}
	if zero(page[:want]) {
		return errZeros
	}
	return nil
}

func shortPage(got, want int) error {
	return fmt.Errorf("the page has %d bytes, not %d", got, want)
}
