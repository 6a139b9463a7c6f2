package optical

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

var le, be = binary.LittleEndian, binary.BigEndian

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{64}).Read(b)
	return b
}

// folder is a directory with two records besides its own and its parent's.
func folder() []byte {
	b := make([]byte, block)
	at := 0
	for i, name := range []string{"\x00", "\x01", "LETTER.TXT;1", "PHOTO.JPG;1"} {
		r := b[at:]
		r[0] = byte(recordBytes+len(name)+1) &^ 1
		both(r[2:], uint32(30+i))
		both(r[10:], 2048)
		copy(r[18:], []byte{124, 5, 17, 12, 30, 0, 36})
		r[28], r[31] = 1, 1
		r[32] = byte(len(name))
		copy(r[33:], name)
		at += int(r[0])
	}
	return b
}

func both(b []byte, v uint32) {
	le.PutUint32(b, v)
	be.PutUint32(b[4:], v)
}

func TestDirectory(t *testing.T) {
	whole, ok := Directory(proof.Place{Buf: folder()})
	if !MayBeDirectory((*[sector]byte)(folder())) || !ok || whole.Detail != "ISO 9660 directory with 4 entries" {
		t.Errorf("%v %+v", ok, whole)
	}
	for _, at := range []int{1, 2, 7, 10, 17, 19, 20, 21, 22, 23, 26, 27, 28, 30} {
		b := folder()
		b[at] ^= 0x40
		if o, ok := Directory(proof.Place{Buf: b}); ok {
			t.Errorf("byte %d changed: %+v", at, o)
		}
	}
}

func TestPathTable(t *testing.T) {
	b := append([]byte("\x01\x00\x13\x00\x00\x00\x01\x00\x00\x00\x04\x00\x14\x00\x00\x00\x01\x00DOCS\x05\x00\x15\x00\x00\x00\x02\x00MUSIC\x00\x04\x00\x16\x00\x00\x00\x02\x00WORK"), random(512)...)
	whole, ok := pathTable(proof.Place{Buf: b})
	if !ok || whole.Detail != "ISO 9660 path table of 4 directories" {
		t.Errorf("%v %+v", ok, whole)
	}
	b[16] = 3 // a parent behind it
	if o, _ := pathTable(proof.Place{Buf: b}); o.Bits > whole.Bits-60 {
		t.Errorf("%+v", o)
	}
}
