package partitions

import (
	"bytes"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// record is an MBR with one partition and no code.
func record() []byte {
	b := make([]byte, 1024)
	put(b, 440, uint32(0x12345678))
	copy(b[446:], "\x80\x20\x21\x00\x83\xFE\xFF\xFF")
	put(b, 454, []uint32{2048, 4096})
	b[510], b[511] = 0x55, 0xAA
	return b
}

func TestMBR(t *testing.T) {
	tests := []struct {
		name            string
		change          func(b []byte)
		base            int64
		kind            string
		found, explains bool
		start           int
	}{
		{"no code", func(b []byte) {}, 0, "mbr", true, true, 0},
		{"no code, nested", func(b []byte) {}, 1 << 20, "mbr", true, false, 0},
		{"no code, no partitions", func(b []byte) { clear(b[446:510]) }, 0, "mbr", true, true, 0},
		{"no code, no partitions, nested", func(b []byte) { clear(b[446:510]) }, 1 << 20, "", false, false, 0},
		{"nothing but 55 AA", func(b []byte) { clear(b[:510]) }, 0, "mbr", true, true, 0},
		{"nothing but 55 AA, nested", func(b []byte) { clear(b[:510]) }, 1 << 20, "ebr", true, true, 0},
		{"opening code and messages of GRUB", func(b []byte) {
			copy(b, "\xEB\x63\x90")
			copy(b[0x65:], random(24, 0x100))
			copy(b[0x180:], "GRUB \x00Geom\x00Hard Disk\x00Read\x00 Error\r\n")
		}, 0, "mbr", true, true, 440},
		{"unknown code", func(b []byte) { copy(b, random(25, 440)) }, 0, "mbr", true, true, 440},
		{"unknown code, protective", func(b []byte) { copy(b, random(25, 440)); b[450] = 0xEE }, 0, "mbr", true, true, 440},
		{"unknown code, nested", func(b []byte) { copy(b, random(25, 440)) }, 1 << 20, "mbr", true, false, 0},
		{"unknown code, no partitions", func(b []byte) { copy(b, random(25, 440)); clear(b[446:510]) }, 0, "", false, false, 0},
		{"unknown code, hidden between code and table", func(b []byte) { copy(b, random(25, 440)); b[445] = 9 }, 0, "mbr", true, false, 0},
		{"hidden between code and table", func(b []byte) { b[445] = 9 }, 0, "mbr", true, false, 0},
		{"copy protected", func(b []byte) { put(b, 444, uint16(0x5A5A)) }, 0, "mbr", true, true, 0},
		{"sector 0 of a cylinder", func(b []byte) { b[448] = 0 }, 0, "mbr", true, false, 0},
		{"extended", func(b []byte) { clear(b[:446]) }, 1 << 20, "ebr", true, true, 0},
		{"extended with a third entry", func(b []byte) { clear(b[:446]); copy(b[478:], b[446:462]) }, 1 << 20, "mbr", true, false, 0},
		{"status that does not exist", func(b []byte) { b[446] = 0x33 }, 0, "", false, false, 0},
		{"no signature", func(b []byte) { b[510] = 0x54 }, 0, "", false, false, 0},
	}
	for _, tt := range tests {
		b := record()
		tt.change(b)
		s, ok := Recognize(proof.Place{Buf: b, Base: tt.base})
		if ok != tt.found || s.Kind != tt.kind || s.Explained != tt.explains || s.Start != tt.start || ok && s.End != sector {
			t.Errorf("%s: %v %+v", tt.name, ok, s)
		}
		if judged := strings.Contains(s.Detail, "boot code not recognised: judged like any other data"); judged != (tt.start > 0) && tt.explains {
			t.Errorf("%s: %s", tt.name, s.Detail)
		}
	}
}

// TestGPT: what is explained and what is not.
func TestGPT(t *testing.T) {
	const size = 8 << 20
	disk := guidTable(size)
	reseal := func(b []byte) { // both checksums, after a change
		put(b, 512+88, crc32.ChecksumIEEE(b[1024:1024+128*128]))
		put(b, 512+16, proof.HoledCRC32(b[512:604], 16))
	}
	tests := []struct {
		name       string
		change     func(b []byte)
		base       int64
		explains   bool
		start, end int
	}{
		{"as made", func(b []byte) {}, 0, true, 512, 1024 + 16384},
		{"in another place", func(b []byte) {}, 1 << 20, false, 512, 1024 + 16384},
		{"bytes behind the header", func(b []byte) { b[512+200] = 1 }, 0, false, 512, 1024 + 16384},
		{"a longer header", func(b []byte) { put(b, 512+12, uint32(512)); put(b, 512+16, proof.HoledCRC32(b[512:1024], 16)) }, 0, true, 512, 1024 + 16384},
		{"bytes in a longer header", func(b []byte) {
			b[512+200] = 1
			put(b, 512+12, uint32(512))
			put(b, 512+16, proof.HoledCRC32(b[512:1024], 16))
		}, 0, false, 512, 1024 + 16384},
		{"a shorter header", func(b []byte) { put(b, 512+12, uint32(91)); put(b, 512+16, proof.HoledCRC32(b[512:603], 16)) }, 0, false, 0, 0},
		{"a header without end", func(b []byte) { put(b, 512+12, uint32(1<<31)) }, 0, false, 0, 0},
		{"bytes in an unused entry", func(b []byte) { b[1024+5*128+40] = 1; reseal(b) }, 0, false, 512, 1024 + 16384},
		{"bytes behind a name", func(b []byte) { b[1024+56+40] = 'x'; reseal(b) }, 0, false, 512, 1024 + 16384},
		{"reserved attribute", func(b []byte) { b[1024+48+2] = 1; reseal(b) }, 0, false, 512, 1024 + 16384},
		{"control character in a name", func(b []byte) { b[1024+56] = 7; reseal(b) }, 0, false, 512, 1024 + 16384},
		{"partition behind the end", func(b []byte) { b[1024+40+6] = 7; reseal(b) }, 0, false, 512, 1024 + 16384},
		{"two partitions on the same sectors", func(b []byte) { copy(b[1024+128:1024+256], b[1024:1024+128]); reseal(b) }, 0, false, 512, 1024 + 16384},
		{"two partitions side by side", func(b []byte) {
			copy(b[1024+128:1024+256], b[1024:1024+128])
			first, last := proof.LE64(b[1024+32:]), proof.LE64(b[1024+40:])
			put(b, 1024+128+32, []uint64{last + 1, 2*last - first + 1})
			reseal(b)
		}, 0, true, 512, 1024 + 16384},
		{"129 partitions", func(b []byte) { manyPartitions(b, 129) }, 0, false, 512, 1024 + 256*128},
		{"128 partitions", func(b []byte) { manyPartitions(b, 128) }, 0, true, 512, 1024 + 256*128},
		{"entries damaged", func(b []byte) { b[1024+3] ^= 1 }, 0, false, 512, 1024},
	}
	for _, tt := range tests {
		b := bytes.Clone(disk)
		tt.change(b)
		s, ok := Recognize(proof.Place{Buf: b, Off: 512, Base: tt.base})
		if ok != (tt.end > 0) || s.Explained != tt.explains || s.Start != tt.start || s.End != tt.end {
			t.Errorf("%s: %v %+v", tt.name, ok, s)
		}
	}
	// A page of the engine that holds the header but not its entries.
	s, ok := Recognize(proof.Place{Buf: disk[size-512:], Base: size - 512})
	if !ok || s.Kind != "gpt-backup" || !s.Explained || s.Start != 0 || s.End != 512 {
		t.Errorf("backup header alone: %v %+v", ok, s)
	}
	s, ok = Recognize(proof.Place{Buf: disk[size-64<<10:], Off: 64<<10 - 512, Base: size - 64<<10})
	if !ok || !s.Explained || s.Start != 64<<10-33*512 || s.End != 64<<10 || !slices.Equal(s.Texts, []string{"data"}) || strings.Contains(s.Detail, "data") {
		t.Errorf("backup header with entries: %v %+v", ok, s)
	}
}

// guidTable is a disk with one partition, named "data", and both copies of its table.
func guidTable(size int64) []byte {
	b := make([]byte, size)
	last := uint64(size/sector - 1)
	entry := b[1024:]
	copy(entry, random(40, 32))
	put(entry, 32, []uint64{2048, 4095})
	for i, c := range "data" {
		put(entry, 56+2*i, uint16(c))
	}
	copy(b[size-33*sector:], b[1024:1024+128*128])
	for _, h := range []struct{ my, other, array uint64 }{{1, last, 2}, {last, 1, last - 32}} {
		at := b[h.my*sector:]
		copy(at, "EFI PART")
		put(at, 8, []uint32{0x10000, 92})
		put(at, 24, []uint64{h.my, h.other, 34, last - 33})
		copy(at[56:], random(41, 16))
		put(at, 72, h.array)
		put(at, 80, []uint32{128, 128, crc32.ChecksumIEEE(b[1024 : 1024+128*128])})
		put(at, 16, proof.HoledCRC32(at[:92], 16))
	}
	return b
}

// manyPartitions makes an array of 256 entries, n of them used.
func manyPartitions(b []byte, n int) {
	entry := bytes.Clone(b[1024 : 1024+128])
	array := b[1024 : 1024+256*128]
	clear(array)
	for i := range n {
		copy(array[i*128:], entry)
		put(array, i*128+32, []uint64{uint64(4096 + i), uint64(4096 + i)})
	}
	put(b, 512+80, uint32(256))
	put(b, 512+88, crc32.ChecksumIEEE(array))
	put(b, 512+16, proof.HoledCRC32(b[512:604], 16))
}
