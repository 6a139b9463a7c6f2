package fat

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

var le = binary.LittleEndian

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{62}).Read(b)
	return b
}

// files is a sector of a table in which every file has ten clusters, but for other things in between.
func files(width int, other func(i int) (uint32, bool)) []byte {
	b := make([]byte, 516)
	for i := range 512 * 8 / width {
		v := uint32(0x200 + i + 1)
		if i%10 == 9 {
			v = 1<<width - 1
			if width == 32 {
				v >>= 4
			}
		}
		if o, ok := other(i); ok {
			v = o
		}
		switch width {
		case 32:
			le.PutUint32(b[4*i:], v)
		case 16:
			le.PutUint16(b[2*i:], uint16(v))
		default:
			at := i * 3 / 2
			le.PutUint16(b[at:], le.Uint16(b[at:])|uint16(v&0xFFF)<<(4*(i&1)))
		}
	}
	return b[:512]
}

func TestTables(t *testing.T) {
	for _, width := range []int{16, 32} {
		o, ok := Recognize(proof.Place{Buf: files(width, func(int) (uint32, bool) { return 0, false })})
		if !ok || o.Kind != "fat-table" || o.End < 500 {
			t.Errorf("FAT%d: %v %+v", width, ok, o)
		}
		// A table of growing numbers, one run of which is of links.
		grow := func(i int) (uint32, bool) { return uint32(0x210 + 3*i), i > 30 }
		if o, ok := Recognize(proof.Place{Buf: files(width, grow)}); ok && o.End > 31*width/8 {
			t.Errorf("FAT%d: growing numbers are links: %+v", width, o)
		}
		// No end.
		none := func(i int) (uint32, bool) { return uint32(0x200 + i + 1), true }
		if o, ok := Recognize(proof.Place{Buf: files(width, none)}); ok && o.Kind == "fat-table" {
			t.Errorf("FAT%d: a table without an end: %+v", width, o)
		}
	}
}

// TestPhases: pairs of 12-bit entries begin at any of three bytes of a sector.
func TestPhases(t *testing.T) {
	b := make([]byte, 3*512+3)
	for i := range 1024 {
		v := uint16(0x200+i+1) & 0xFFF
		if i%40 == 39 {
			v = 0xFFF
		}
		at := i * 3 / 2
		le.PutUint16(b[at:], le.Uint16(b[at:])|v<<(4*(i&1)))
	}
	for off := range 3 {
		if o, ok := Recognize(proof.Place{Buf: b, Off: 512 * off}); !ok || o.Bits < 200 {
			t.Errorf("sector %d: %v %+v", off, ok, o)
		}
	}
}

func TestBeginnings(t *testing.T) {
	for begin, name := range map[string]string{"\xF8\xFF\xFF\x0F\xFF\xFF\xFF\x07\xFF\xFF\xFF\x0F": "FAT32", "\xF8\xFF\xFF\xFF\xFF\xFF\xFF\xFF": "exFAT", "\xF8\xFF\xFF\x7F": "FAT16", "\xF0\xFF\xFF": "FAT12"} {
		b := make([]byte, 512)
		copy(b, begin)
		if o, ok := beginning(proof.Place{Buf: b}); !ok || o.Detail[:5] != name {
			t.Errorf("%s: %v %+v", name, ok, o)
		}
		copy(b[len(begin):], random(512))
		if o, ok := beginning(proof.Place{Buf: b}); ok {
			t.Errorf("%s and random bytes: %+v", name, o)
		}
	}
}
