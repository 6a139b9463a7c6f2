// Package keys reads the headers of LUKS volumes and says which key slots are
// live. Ciphertext whose volume key still lies in a live slot is not erased: it
// is one passphrase away. So a header is not just recognised but read, both
// versions of it, and LUKS2's secondary copy as well as the primary.
//
// Crypto-erasure (cryptsetup luksErase) overwrites the key slot areas with
// random bytes and removes the slots from the header; the header itself stays.
// Without slots it is book-keeping that can be explained, but only if every
// byte of it has a meaning: LUKS2's metadata is JSON, into which anybody can
// put anything. A wiped header may hold the members that the format defines,
// with values of the form that the format defines, and nothing else.
//
// Formats: LUKS1 On-Disk Format Specification 1.2.3; LUKS2 On-Disk Format
// Specification 1.1.0 (Milan Brož). Binary numbers are big endian.
package keys

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"shokyo.dev/shokyo/scan/proof"
)

// LiveKeySlot is the kind of an observation that says a key slot can still be opened.
const LiveKeySlot = "live-key-slot"

// Headers says what the LUKS header at a place is, whatever else may be there. Only one
// that is whole and lists no live key slot is explained; one that cannot be trusted and
// yet lists live slots is two observations.
func Headers(p proof.Place) []proof.Observation {
	if !mayBegin(p.Buf, p.Off) { // nearly always
		return nil
	}
	v, ok := parseLUKS(p.Buf, p.Off, p.Base)
	if !ok {
		return nil
	}
	return v.observations()
}

func (v *Volume) observations() (list []proof.Observation) {
	o := proof.Observation{Start: v.Start, End: v.End, Bits: v.Bits, Keys: true, Detail: v.Detail, Texts: v.Texts}
	switch {
	case v.Foreign:
		o.Kind = v.Kind + "-foreign-token"
	case v.Damaged:
		o.Kind = v.Kind + "-damaged"
	case v.Live == 0:
		o.Kind, o.Keys, o.Explained, o.Free = v.Kind+"-wiped", false, true, v.Free
	}
	if o.Kind != "" {
		list = append(list, o)
	}
	if v.Live > 0 {
		o.Kind, o.Detail, o.Texts = LiveKeySlot, fmt.Sprintf("%s, live key slots: %s", v.Kind, v.liveSlots()), nil
		list = append(list, o)
	}
	return list
}

// liveSlots lists the numbers of the live slots.
func (v *Volume) liveSlots() string {
	var live []string
	for _, slot := range v.Slots {
		if slot.Live {
			live = append(live, strconv.Itoa(slot.Index))
		}
	}
	return strings.Join(live, ", ")
}

// Slot is one key slot of a volume.
type Slot struct {
	Index int
	// Live says that the slot can be opened with its passphrase. LUKS2 removes
	// a slot that is killed, so there every slot listed is live; that includes
	// the slot of a running re-encryption and unbound ones.
	Live           bool
	Offset, Length int64 // of the key material, in bytes from the start of the volume
	Detail         string
}

// Volume is what one header says.
type Volume struct {
	Version   int // 1, 2
	Secondary bool
	Kind      string // "luks1", "luks2"
	// Start and End are the bytes of buf that are the header and its JSON up to
	// the closing brace; not the zeros behind them.
	Start, End int
	Slots      []Slot
	Live       int // number of live slots
	// Damaged says that the magic number is right but the header cannot be
	// trusted, or that a header without live slots holds what no LUKS header
	// holds. It is not to be explained. Problem says why.
	Damaged bool
	Problem string
	// Foreign says that the only thing against the header is a token of a type
	// that nobody here knows. It may be another program's secret or a note, so
	// the header is not to be explained (Damaged is set too), but it is whole.
	Foreign bool
	// Verified says that all that vouches for the header was seen and fits. A
	// LUKS2 header whose JSON area reaches beyond the buffer is read, but its
	// checksum is not computed. LUKS1 has no checksum: all fields are in range.
	Verified            bool
	Tokens              int
	tokenTypes          []string // of a header without slots, the known ones
	UUID, Cipher, Label string
	VolumeStart         int64 // place of the volume on the medium; of a secondary header by what it says
	DataOffset          int64 // of the ciphertext, in bytes from the start of the volume
	// Bits is the strength: random bytes pass for a header with probability 2^-Bits.
	Bits   float64
	Detail string // one sentence
	// Texts are the readable texts in it that anybody could have chosen; they never
	// reach an output in clear.
	Texts []string
	Free  int // bytes of it that may have any value by their format, at most
}

const (
	magicBytes   = 6
	binaryHeader = 4096 // LUKS2 §2.1
	wordLUKS     = 'L' | 'U'<<8 | 'K'<<16 | 'S'<<24
	wordSKUL     = 'S' | 'K'<<8 | 'U'<<16 | 'L'<<24

	// magicBits is what magic number and version prove: 64 bits, with three
	// combinations that are accepted (LUKS 1, LUKS 2, SKUL 2).
	magicBits = 62
)

// parseLUKS reads the header at buf[off:]; buf[0] lies at byte base of the
// medium. false means that there is none. Magic number and version are enough
// to be taken for a header, whatever follows: a damaged one is reported as such.
func parseLUKS(buf []byte, off int, base int64) (v Volume, ok bool) {
	if !mayBegin(buf, off) {
		return Volume{}, false
	}
	magic, version := string(buf[off:off+magicBytes]), proof.BE16(buf[off+magicBytes:])
	switch {
	case magic == "LUKS\xba\xbe" && version == 1:
		return parseLUKS1(buf, off, base), true
	case magic == "LUKS\xba\xbe" && version == 2, magic == "SKUL\xba\xbe" && version == 2:
		return parseLUKS2(buf, off, base), true
	}
	return Volume{}, false
}

func mayBegin(buf []byte, off int) bool {
	if off < 0 || off > len(buf)-512 {
		return false
	}
	word := binary.LittleEndian.Uint32(buf[off:])
	return word == wordLUKS || word == wordSKUL
}

// damage notes the first reason why the header is not to be trusted.
func (v *Volume) damage(problem string) {
	v.Damaged = true
	if v.Problem == "" {
		v.Problem = problem
	}
}

// require damages the header unless ok.
func (v *Volume) require(ok bool, problem string) {
	if !ok {
		v.damage(problem)
	}
}

// field reads a text that is padded with zeros; ok says that the padding is
// zero and the text printable.
func field(b []byte) (s string, ok bool) {
	n := 0
	for n < len(b) && b[n] != 0 {
		n++
	}
	s = string(b[:n])
	return s, proof.AllZero(b[n:]) && printable(s)
}

func printable(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || r < ' ' || r == 0x7F {
			return false
		}
	}
	return true
}

// uuid: 36 characters of hexadecimal digits and dashes, as libuuid writes them.
func uuid(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		hex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
		if dash && c != '-' || !dash && !hex {
			return false
		}
	}
	return true
}
