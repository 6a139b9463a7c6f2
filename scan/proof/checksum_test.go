package proof

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// TestChecksums: the check values of the CRC catalogue (CRC-32/ISO-HDLC, CRC-32/JAMCRC,
// CRC-32/ISCSI), and a hole counts as zeros.
func TestChecksums(t *testing.T) {
	b := []byte("123456789")
	filled, zeros := []byte("12345678abcd9"), []byte("12345678\x00\x00\x00\x009")
	for _, tt := range []struct {
		name      string
		got, want uint32
	}{
		{"CRC32C", CRC32C(b), 0xE3069283},
		{"RawCRC32", RawCRC32(1<<32-1, b), 0x340BC6D9},
		{"RawCRC32 in two steps", RawCRC32(RawCRC32(1<<32-1, b[:4]), b[4:]), 0x340BC6D9},
		{"RawCRC32C", RawCRC32C(1<<32-1, b), ^uint32(0xE3069283)},
		{"HoledCRC32", HoledCRC32(filled, 8), ^RawCRC32(1<<32-1, zeros)},
		{"HoledCRC32C", HoledCRC32C(filled, 8), CRC32C(zeros)},
		{"HoledBigCRC32", HoledBigCRC32(filled, 8), BigCRC(32, 0x04C11DB7, zeros)},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %#x, want %#x", tt.name, tt.got, tt.want)
		}
	}
}

// TestBigCRC: the check values of CRC-16/XMODEM and of CRC-32 from zero.
func TestBigCRC(t *testing.T) {
	if got := BigCRC(16, 0x1021, []byte("123456789")); got != 0x31C3 {
		t.Errorf("%#x", got)
	}
	if got := BigCRC(32, 0x04C11DB7, []byte("123456789")); got != 0x89A1897F {
		t.Errorf("%#x", got)
	}
}

// TestFletcher: over the block and then its checksum both sums vanish modulo
// 2^32-1, which is what the reference asks of a valid object.
func TestFletcher(t *testing.T) {
	b := make([]byte, 4096)
	_, _ = rand.NewChaCha8([32]byte{21}).Read(b)
	binary.LittleEndian.PutUint64(b, Fletcher64(b[8:]))
	var s1, s2 uint64
	for _, half := range [][]byte{b[8:], b[:8]} {
		for i := 0; i < len(half); i += 4 {
			s1 = (s1 + uint64(LE32(half[i:]))) % (1<<32 - 1)
			s2 = (s2 + s1) % (1<<32 - 1)
		}
	}
	if s1 != 0 || s2 != 0 {
		t.Errorf("sums %d and %d", s1, s2)
	}
}
