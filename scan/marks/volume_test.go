package marks

import (
	"hash/crc32"
	"testing"
)

// Superblocks of the device mapper, of clusters and caches, and of Windows' dynamic
// disks, written by offsets as their documents have them.

func volumeCrafts() (list []craft) {
	add := func(kind string, label []byte, free ...span) {
		b := make([]byte, 4<<10+max(len(label), 4<<10))
		copy(b[4<<10:], label)
		list = append(list, craft{kind: kind, buf: b, off: 4 << 10, explained: true, free: free})
	}
	add("dm-integrity", integrityLabel(), span{8, 30}, span{32, 40}, span{48, 64})
	add("dm-verity", verityLabel(), span{12, 13}, span{16, 65}, span{72, 81}, span{88, 120})
	add("dm-thin", thinLabel())
	add("dm-cache", cacheLabel())
	add("dm-era", eraLabel())
	add("dm-raid", dmRAIDLabel(), span{4, 148})
	add("dm-mirror-log", mirrorLogLabel(), span{4, 16}, span{1024, 2048})
	add("dm-snapshot", snapshotLabel(), span{4, 5}, span{12, 16})
	add("dm-writecache", writecacheLabel(), span{4, 12}, span{16, 32}, span{64, 512})
	add("vdo", vdoLabel())
	add("stratis", stratisLabel())
	add("drbd", drbdLabel(8), span{0, 48}, span{56, 60}, span{63, 96})
	add("drbd", drbdLabel(9), span{0, 16}, span{48, 60}, span{63, 104}, span{112, 1392})
	add("drbd-activity-log", drbdLogLabel())
	add("bcache", bcacheLabel(1))
	add("bcache", bcacheLabel(0))
	add("ldm-header", ldmHeaderLabel(), span{8, 391})
	add("ldm-database", ldmContentsLabel(), span{8, 28}, span{36, 104})
	add("ldm-database", ldmDatabaseLabel(), span{4, 256})
	add("ldm-database", ldmRecordsLabel(), span{4, 128}, span{132, 144}, span{260, 272}, span{388, 400})
	add("md-bitmap", bitmapLabel(), span{4, 136}, span{256, 512})
	return list
}

func integrityLabel() []byte {
	b := make([]byte, sector)
	copy(b, "integrt\x00\x05\x0F")
	put(b, 10, uint16(4))
	put(b, 12, uint32(88))
	put(b, 16, uint64(130000))
	put(b, 24, uint32(8))
	return b
}

func verityLabel() []byte {
	b := make([]byte, sector)
	copy(b, "verity\x00\x00")
	put(b, 8, []uint32{1, 1})
	copy(b[16:], random(50, 16))
	copy(b[32:], "sha256")
	put(b, 64, []uint32{4096, 4096})
	put(b, 72, uint64(4096))
	put(b, 80, uint16(32))
	copy(b[88:], random(51, 32))
	return b
}

// persistentLabel has the kernel's CRC-32C, without the last inversion, over all
// but its own place.
func persistentLabel(magic uint64, turn uint32, fill func([]byte)) []byte {
	b := make([]byte, 4096)
	copy(b[16:], random(52, 16))
	put(b, 32, magic)
	fill(b)
	put(b, 0, ^crc32.Checksum(b[4:], crc32.MakeTable(crc32.Castagnoli))^turn)
	return b
}

func thinLabel() []byte {
	return persistentLabel(27022010, 160774, func(b []byte) {
		put(b, 40, []uint32{2, 1})
		put(b, 48, []uint64{7, 0, 16384, 5, 1, 2}) // transaction, held root, data space map
		put(b, 192, []uint64{4096, 9, 3, 4})
		put(b, 320, []uint64{8, 9})
		put(b, 336, []uint32{128, 8})
		put(b, 344, uint64(4096))
	})
}

func cacheLabel() []byte {
	return persistentLabel(0o6142003, 9031977, func(b []byte) {
		put(b, 40, uint32(2))
		copy(b[44:], "smq")
		put(b, 60, uint32(4))
		put(b, 64, []uint64{4096, 9, 3, 4})
		put(b, 192, []uint64{8, 9, 10, 128, 4})
		put(b, 232, []uint32{128, 8, 4096})
	})
}

func eraLabel() []byte {
	return persistentLabel(2126579579, 146538381, func(b []byte) {
		put(b, 40, uint32(1))
		put(b, 44, []uint64{4096, 9, 3, 4})
		put(b, 172, []uint32{128, 8, 4096, 3})
	})
}

func dmRAIDLabel() []byte {
	b := make([]byte, sector)
	copy(b, "DmRd")
	put(b, 4, []uint32{1, 2, 1})
	put(b, 16, []uint64{40, 0, 1<<64 - 1, 1<<64 - 1})
	put(b, 48, []uint32{1, 0, 0})
	return b
}

func mirrorLogLabel() []byte {
	b := make([]byte, 4096)
	copy(b, "rRiM")
	put(b, 4, uint32(2))
	put(b, 8, uint64(8000))
	for i := range 1000 {
		b[1024+i] = 0xFF
	}
	b[1500] = 0x0F
	return b
}

func snapshotLabel() []byte {
	b := make([]byte, sector)
	copy(b, "SnAp")
	put(b, 4, []uint32{1, 1, 8})
	return b
}

func writecacheLabel() []byte {
	b := make([]byte, sector)
	put(b, 0, []uint32{0x23489321, 1, 4096, 0})
	put(b, 16, []uint64{10000, 3})
	for i := 64; i < sector; i++ {
		b[i] = 0xFF
	}
	return b
}

func vdoLabel() []byte {
	b := make([]byte, sector)
	copy(b, "dmvdo001")
	put(b, 8, []uint32{5, 4, 0})
	put(b, 20, uint64(93))
	put(b, 28, uint32(131337))
	copy(b[32:], random(53, 24))
	put(b, 56, uint32(0))
	put(b, 60, uint64(1))
	put(b, 68, uint32(1))
	put(b, 72, uint64(100))
	put(b, 89, crc32.ChecksumIEEE(b[:89]))
	return b
}

func stratisLabel() []byte {
	b := make([]byte, sector)
	copy(b[4:], "!Stra0tis\x86\xFF\x02^\x41rh")
	put(b, 20, uint64(1<<21))
	copy(b[32:], "0123456789abcdef0123456789abcdeffedcba9876543210fedcba9876543210")
	put(b, 96, []uint64{2032, 0, 0, 1700000000})
	put(b, 0, crc32.Checksum(b[4:], crc32.MakeTable(crc32.Castagnoli)))
	return b
}

func drbdLabel(version int) []byte {
	b := make([]byte, 4096)
	big(b, 0, uint64(130000))
	big(b, 8, uint64(4))
	if version == 8 {
		big(b, 60, uint32(0x8374026B))
	} else {
		big(b, 60, uint32(0x8374026D))
	}
	big(b, 64, []uint32{80, 0xFFFFFFC0, 257, 0xFFFFFFB8, 4096, 0})
	if version == 8 {
		big(b, 88, []uint32{1, 8})
		return b
	}
	big(b, 88, []uint32{3, 0xFFFFFFFF, 1, 8})
	for i := range 32 {
		big(b, 112+32*i+20, uint32(0xFFFFFFFF))
	}
	return b
}

func drbdLogLabel() []byte {
	b := make([]byte, 4096)
	big(b, 0, []uint32{0x69CB65A2, 12, 0})
	big(b, 12, []uint16{0, 2, 1237, 0})
	for i := range 62 {
		big(b, 36+2*(2+i), uint16(0xFFFF))
		big(b, 164+4*(2+i), uint32(0xFFFFFFFF))
	}
	big(b, 164, []uint32{17, 18})
	for i := range 919 {
		big(b, 420+4*i, uint32(0xFFFFFFFF))
	}
	big(b, 8, ^crc32.Update(0xFFFFFFFF, crc32.MakeTable(crc32.Castagnoli), b))
	return b
}

func bcacheLabel(version uint64) []byte {
	b := make([]byte, sector)
	put(b, 8, []uint64{8, version})
	copy(b[24:], "\xC6\x85\x73\xF6\x4E\x1A\x45\xCA\x82\x65\xF5\x7F\x48\xBA\x6D\x81")
	copy(b[40:], random(54, 32))
	copy(b[72:], "fast")
	end := 208
	put(b, 184, uint64(16))
	put(b, 192, []uint16{8, 1024})
	if version == 0 {
		put(b, 206, uint16(3))
		put(b, 208, []uint64{1, 2, 3})
		end += 24
	}
	sum := ^uint64(0) // ECMA-182, bit by bit
	for _, c := range b[8:end] {
		sum ^= uint64(c) << 56
		for range 8 {
			carry := sum >> 63
			sum <<= 1
			if carry != 0 {
				sum ^= 0x42F0E1EBA9EA3693
			}
		}
	}
	put(b, 0, ^sum)
	return b
}

const ldmGUID = "1b77da20-c717-11d0-a5be-00a0c91db73c"

func ldmHeaderLabel() []byte {
	b := make([]byte, sector)
	copy(b, "PRIVHEAD")
	big(b, 8, uint32(0x1234))
	big(b, 12, []uint16{2, 11})
	for i := range 3 {
		copy(b[48+64*i:], ldmGUID)
	}
	copy(b[0xF0:], "HOST-Dg0")
	big(b, 0x11B, []uint64{63, 1 << 21, 1 << 21, 2048, 1, 2045})
	return b
}

func ldmContentsLabel() []byte {
	b := make([]byte, sector)
	copy(b, "TOCBLOCK")
	big(b, 12, []uint64{3, 3})
	copy(b[0x24:], "config")
	big(b, 0x2E, []uint64{17, 1481})
	copy(b[0x46:], "log")
	big(b, 0x50, []uint64{1498, 224})
	return b
}

func ldmDatabaseLabel() []byte {
	b := make([]byte, sector)
	copy(b, "VMDB")
	big(b, 4, []uint32{1000, 128, 512})
	big(b, 16, []uint16{1, 4, 10})
	copy(b[22:], "HOST-Dg0")
	copy(b[53:], ldmGUID)
	return b
}

func ldmRecordsLabel() []byte {
	b := make([]byte, sector)
	for i := range 4 {
		r := b[128*i:]
		copy(r, "VBLK")
		big(r, 4, uint32(4+i))
	}
	big(b, 8, uint32(1))
	big(b, 14, uint16(1))
	copy(b[16:], "\x00\x00\x00\x51")
	big(b, 20, uint32(60))
	copy(b[24:], "\x01\x05\x07Volume1\x03gen")
	return b
}

func bitmapLabel() []byte {
	b := make([]byte, 4096)
	copy(b, "bitm")
	put(b, 4, uint32(4))
	copy(b[8:], random(55, 16))
	put(b, 24, []uint64{9, 9, 1 << 21})
	put(b, 48, []uint32{0, 1 << 20, 5, 0, 8, 0})
	for i := 256 + 128; i < len(b); i++ {
		b[i] = 0xFF // beyond the end of the array
	}
	b[300], b[301] = 0x11, 0x80
	return b
}

// TestBitmaps: bits are data of anybody's. Whole regions are alike in a real
// bitmap; more than a little that is neither 00 nor FF is not explained.
func TestBitmaps(t *testing.T) {
	tests := []struct {
		name     string
		change   func(b []byte)
		explains bool
	}{
		{"some bits", func(b []byte) { copy(b[256:], random(56, 100)) }, true},
		{"too many bits", func(b []byte) { copy(b[256:], random(56, 700)) }, false},
		{"a text", func(b []byte) { copy(b[280:], "the password is swordfish") }, false},
	}
	for _, tt := range tests {
		b := bitmapLabel()
		put(b, 40, uint64(1<<25))
		tt.change(b)
		if s, ok := recognize(b, 0); !ok || s.Explained != tt.explains {
			t.Errorf("%s: %v %+v", tt.name, ok, s)
		}
	}
}

// TestDRBDVersions: the last byte of the magic number is the version's.
func TestDRBDVersions(t *testing.T) {
	for last, explains := range map[byte]bool{0x6B: true, 0x67: false, 0x70: false} {
		b := drbdLabel(8)
		b[63] = last
		if s, ok := recognize(b, 0); ok && s.Explained != explains || !ok && explains {
			t.Errorf("%#x: %v %+v", last, ok, s)
		}
	}
	b := drbdLabel(9) // 9's layout under a number that no version has
	b[63] = 0x70
	if s, ok := recognize(b, 0); !ok || s.Explained {
		t.Errorf("%v %+v", ok, s)
	}
}
