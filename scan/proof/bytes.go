package proof

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"shokyo.dev/shokyo/internal/bytesize"
)

// Numbers in the byte order of the medium, and how people read them.

func LE16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }
func LE32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
func LE64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }
func BE16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }
func BE32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }
func BE64(b []byte) uint64 { return binary.BigEndian.Uint64(b) }

// Window is buf[off:off+n], or nothing where the buffer ends before.
func Window(buf []byte, off, n int) ([]byte, bool) {
	if off < 0 || n < 0 || off > len(buf) || n > len(buf)-off {
		return nil, false
	}
	return buf[off : off+n : off+n], true
}

// Count writes a number of things.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if stem, ok := strings.CutSuffix(thing, "y"); ok && !strings.HasSuffix(stem, "e") { // entries, keys
		thing = stem + "ie"
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// BytesOf writes a size as a structure states it.
func BytesOf(n uint64) string { return bytesize.Stated(n) }

// BlocksOf is the size of n units of the given number of bytes, saturating:
// the numbers come from the medium.
func BlocksOf(n, unit uint64) string {
	if unit != 0 && n > (1<<64-1)/unit {
		return "more than 16 EiB"
	}
	return BytesOf(n * unit)
}

// Day writes a Unix time as a date; times on the medium can be anything.
func Day(unix int64) string {
	if unix <= 0 || unix > 1<<34 {
		return "an unknown date"
	}
	return time.Unix(unix, 0).UTC().Format(time.DateOnly)
}

// FileMode says that the mode of a file has one of the seven types that Unix knows: fifo … socket.
func FileMode(mode uint16) bool { return 0x1556>>(mode>>12)&1 == 1 }

// AllZero says that b holds nothing but zeros.
func AllZero(b []byte) bool {
	for len(b) >= 8 {
		if LE64(b) != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// Words lists what reads as text in bytes that are numbers by their format, identifiers
// among them: runs of four and more letters, digits and blanks, if the letters beyond
// the third of each are six. A random byte is one with chance 63/256, so that 32 random
// bytes, two GUIDs, have words once in 8,000 times.
func Words(b []byte) (words []string) {
	const short, enough = 3, 6
	beyond := 0
	for len(b) > 0 {
		n := 0
		for n < len(b) && wordByte(b[n]) {
			n++
		}
		if n > short {
			words = append(words, string(b[:n]))
			beyond += n - short
		}
		b = b[min(n+1, len(b)):]
	}
	if beyond < enough {
		return nil
	}
	return words
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ' '
}

// Drawn says that the letters and digits of an identifier or of base64 are as programs
// make them, and not a text without blanks: that small letters, capitals or digits are more
// than 60 % of them, and four standard deviations more than 26 of 62, comes once in 25,000
// times. A is not counted as a capital, for zeros are A in base64; hexadecimal digits are no text.
func Drawn(s string) bool {
	var small, capitals, digits, n int
	hex := true
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z':
			small++
		case c >= 'A' && c <= 'Z':
			if capitals++; c == 'A' {
				capitals--
			}
		case c >= '0' && c <= '9':
			digits++
		default:
			continue
		}
		n++
		hex = hex && (c <= '9' || c >= 'a' && c <= 'f')
	}
	const share = 26.0 / 62
	most := share*float64(n) + 4*math.Sqrt(share*(1-share)*float64(n))
	return hex || float64(max(small, capitals, digits)) <= max(most, 0.6*float64(n))
}

// NotFill counts the bytes that are neither 00 nor FF.
func NotFill(b []byte) (n int) {
	for _, c := range b {
		if c != 0 && c != 0xFF {
			n++
		}
	}
	return n
}
