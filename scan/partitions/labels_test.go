package partitions

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/scan/proof"
)

// Places and magic numbers, as the documents of the formats have them.
const (
	vtocSanity = 0x600DDEEE
	dkMagic    = 0xDABE
	bsdMagic   = 0x82564557
	ultrixAt   = 440
	dasdIPL1   = "\xC9\xD7\xD3\xF1\x00\x0A\x00\x00\x00\x00\x00\x0F\x03\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"
	ahdiSize   = 0x1C2
	ahdiTable  = 0x1C6
	ahdiBad    = 0x1F6
	ahdiEntry  = 12
)

// Labels that no tool of the test machine writes, field by field from their documents.

func solarisSector(whole bool) []byte {
	b := make([]byte, sector)
	put(b, 12, []uint32{vtocSanity, 1})
	put(b, 28, []uint16{512, 16})
	put(b, 72, []uint16{2, 0}) // root
	put(b, 76, []uint32{3024, 40320})
	put(b, 72+8*12, []uint16{1, 1}) // boot
	put(b, 76+8*12, []uint32{0, 3024})
	if whole {
		copy(b[328:], "DEFAULT cyl 1302 alt 2 hd 255 sec 63")
		put(b, 456, []uint32{1304, 1302})
		put(b, 464, []uint16{2, 0})
		put(b, 468, []uint32{255, 63})
		put(b, 476, []uint16{1, 0, 0, 3600})
		put(b, 508, uint16(dkMagic))
		put(b, 510, proof.XOR16(b[:510]))
	}
	return b
}

func unixwareSector() []byte {
	b := make([]byte, sector)
	put(b, 0, []uint32{1, 0xCA5E600D, 1})
	put(b, 24, []uint32{1024, 16, 63, 512, 63})
	put(b, 92, []uint32{1, 2, 1024, 16, 63, 512})
	put(b, 156, []uint32{vtocSanity, 1})
	put(b, 172, uint16(16))
	put(b, 216, []uint16{2, 0x200})
	put(b, 220, []uint32{126, 100000})
	return b
}

func ultrixSector() []byte {
	b := make([]byte, sector)
	put(b, ultrixAt, []uint32{0x032957, 1, 32768, 0, 131072, 32768})
	return b
}

func aixSector() []byte {
	b := make([]byte, sector)
	copy(b, "\xC9\xC2\xD4\xC1")
	big(b, 36, []uint32{0x2000, 8, 4096, 0, 64})
	copy(b[128:], random(3, 16))
	return b
}

func karmaSector() []byte {
	b := make([]byte, sector)
	b[274], b[290] = 0x4D, 0x4D
	put(b, 278, []uint32{63, 16000})
	put(b, 294, []uint32{16063, 16000})
	put(b, 510, uint16(0xAB56))
	return b
}

func plan9Sector() []byte {
	b := make([]byte, sector)
	copy(b, "part 9fat 0 204800\npart nvram 204800 204801\npart fossil 204801 40000000\n")
	return b
}

// ebcdic writes letters of code page 037 that names are made of.
func ebcdic(s string) []byte {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'A' && c <= 'I':
			b[i] = c - 'A' + 0xC1
		case c >= 'J' && c <= 'R':
			b[i] = c - 'J' + 0xD1
		case c >= 'S' && c <= 'Z':
			b[i] = c - 'S' + 0xE2
		case c >= '0' && c <= '9':
			b[i] = c - '0' + 0xF0
		default:
			b[i] = map[byte]byte{' ': 0x40, '.': 0x4B, '$': 0x5B, '#': 0x7B, '@': 0x7C, '-': 0x60, '_': 0x6D}[c]
		}
	}
	return b
}

// dasdVolumeBlock is the third block of a disk as fdasd leaves it.
func dasdVolumeBlock() []byte {
	b := bytes.Repeat([]byte{0xE5}, 4096)
	clear(b[:92])
	copy(b, ebcdic("VOL1VOL10X0150@"))
	copy(b[8+6:], "\x40\x00\x00\x00\x01\x01")
	for i := 8 + 12; i < 84; i++ {
		b[i] = 0x40
	}
	for i := 84; i < 92; i++ {
		b[i] = 0xE5
	}
	return b
}

func dasdLinuxBlock() []byte {
	b := make([]byte, 512)
	copy(b, ebcdic("LNX10X0200"))
	b[4+75] = 0xF2
	put(b, 4+76, uint64(0x2A1C0))
	return b
}

func dasdIPLBlock() []byte {
	b := bytes.Repeat([]byte{0xE5}, 4096)
	copy(b, dasdIPL1)
	return b
}

func dscb1() []byte {
	b := bytes.Repeat([]byte{0xE5}, 512)
	clear(b[:140])
	for i := range 75 {
		b[i] = 0x40
	}
	copy(b, ebcdic("LINUX.V0X0150.PART0001.NATIVE"))
	b[44] = 0xF1
	copy(b[45:], ebcdic("0X0150"))
	big(b, 51, uint16(1))
	copy(b[53:], "\x7c\x00\x01\x63\x01\x6d\x01\x00\x00")
	copy(b[62:75], ebcdic("IBM LINUX    "))
	return b
}

func dscb4() []byte {
	b := bytes.Repeat([]byte{0xE5}, 512)
	clear(b[:140])
	for i := range 44 {
		b[i] = 4
	}
	b[44] = 0xF4
	b[59] = 1
	copy(b[62:], random(4, 14))
	return b
}

func dscb5() []byte {
	b := make([]byte, 512)
	copy(b, "\x05\x05\x05\x05")
	b[44] = 0xF5
	return b
}

func cmsBlock() []byte {
	b := make([]byte, 512)
	copy(b, ebcdic("CMS1"))
	copy(b[4:], ebcdic("SCRTCH"))
	return b
}

func bigBSD() []byte {
	b := make([]byte, sector)
	big(b, 128, []uint32{bsdMagic, 0x00040000})
	big(b, 128+40, []uint32{512, 63, 16, 1000, 63 * 16, 1008000})
	big(b, 128+132, uint32(bsdMagic))
	big(b, 128+138, uint16(2))
	big(b, 128+148, []uint32{1000, 0, 1024})
	sum := proof.XOR16(b[128 : 128+180])
	put(b, 128+136, sum)
	return b
}

func sunSector() []byte {
	b := make([]byte, sector)
	copy(b, "SUN2.1G cyl 2733 alt 2 hd 19 sec 80")
	big(b, 128, uint32(1))
	big(b, 140, []uint16{8, 2, 0, 3, 1, 5, 0}) // root, swap, whole disk
	big(b, 188, uint32(vtocSanity))
	big(b, 420, []uint16{5400, 2735, 0, 0, 0, 1, 2733, 2, 19, 80})
	big(b, 444, []uint32{0, 100320, 66, 262960, 0, 4154160})
	big(b, 508, uint16(dkMagic))
	put(b, 510, proof.XOR16(b))
	return b
}

func sgiSector() []byte {
	b := make([]byte, sector)
	big(b, 0, uint32(0x0BE5A941))
	big(b, 4, []uint16{0, 1})
	copy(b[8:], "/unix")
	big(b, 32, []uint16{19, 0, 0, 80, 512, 1})
	copy(b[72:], "sgilabel")
	big(b, 80, []uint32{2, 512})
	copy(b[88:], "sash")
	big(b, 96, []uint32{4, 296448})
	big(b, 312, []uint32{4000, 4096, 10, 1000, 8096, 3})
	big(b, 504, -proof.BESum32(b))
	return b
}

// bsdSector is a label as FreeBSD has it, or OpenBSD.
func bsdSector(open bool) []byte {
	b := make([]byte, sector)
	put(b, 0, []uint32{bsdMagic, 4})
	copy(b[24:], "fictitious")
	put(b, 40, []uint32{512, 63, 255, 1000, 63 * 255, 16065000})
	if open {
		copy(b[64:72], random(6, 8)) // d_uid
		put(b, 114, uint16(1))
	} else {
		put(b, 72, []uint16{3600, 1})
	}
	put(b, 132, uint32(bsdMagic))
	put(b, 138, uint16(8))
	put(b, 148, []uint32{1000000, 16, 2048})
	put(b, 160, []byte{7, 8})
	put(b, 148+32, []uint32{16065000, 0})
	put(b, 136, proof.XOR16(b[:148+8*16]))
	return b
}

func apmDriverBlock() []byte {
	b := make([]byte, sector)
	copy(b, "ER")
	big(b, 2, uint16(512))
	big(b, 4, uint32(40960))
	return b
}

func apmEntryBlock() []byte {
	b := make([]byte, sector)
	copy(b, "PM")
	big(b, 4, []uint32{2, 64, 40000})
	copy(b[16:], "Apple")
	copy(b[48:], "Apple_Free")
	big(b, 84, []uint32{40000, 0x33})
	return b
}

// rdbBlocks are a rigid disk block and one partition.
func rdbBlocks() []byte {
	b := make([]byte, 2*sector)
	copy(b, "RDSK")
	big(b, 4, []uint32{64, 0, 7, 512, 0x12, 1<<32 - 1, 1})
	for at := 32; at < 64; at += 4 {
		big(b, at, uint32(1<<32-1))
	}
	big(b, 64, []uint32{1000, 32, 2, 1, 1000})
	big(b, 128, []uint32{0, 63, 1, 999, 64})
	copy(b[160:], "QUANTUM ")
	big(b, 8, -proof.BESum32(b[:256]))
	part := b[sector:]
	copy(part, "PART")
	big(part, 4, []uint32{64, 0, 7, 1<<32 - 1, 1})
	copy(part[36:], "\x03DH0")
	big(part, 128, []uint32{16, 128, 0, 2, 1, 32, 2, 0, 0, 1, 999, 30, 0, 1<<24 - 1, 1<<31 - 2, 0, 0x444F5301})
	big(part, 8, -proof.BESum32(part[:256]))
	return b
}

// atariSector is a root sector of a medium of 24 MiB.
func atariSector() []byte {
	b := make([]byte, sector)
	big(b, ahdiSize, uint32(49152))
	copy(b[ahdiTable:], "\x01GEM")
	big(b, ahdiTable+4, []uint32{2, 40000})
	return b
}

func pc98Sectors() []byte {
	b := make([]byte, 2*sector)
	copy(b[4:], "IPL1")
	put(b, 510, uint16(0xAA55))
	copy(b[sector:], "\xA1\x91\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x07\x00\x09\x00")
	copy(b[sector+16:], "primary")
	return b
}

func loopSector() []byte {
	b := make([]byte, sector)
	copy(b, "GNU Parted Loopback 0")
	return b
}

// crafted are labels, the place that a system looks for each at, bytes that have no
// meaning or another one, and which of its bytes can be changed without a contradiction: numbers,
// identifiers and names.
var crafted = []struct {
	name, kind string
	buf        []byte
	at         int64
	unused     []int
	reseal     func(b []byte) // what the checksum is then
	free       [][2]int
}{
	{"MBR without code", "mbr", record()[:sector], 0, []int{445}, nil, [][2]int{{440, 444}, {447, 462}}},
	{"Sun", "sun-label", sunSector(), 0, []int{5, 131, 133, 141, 142, 174, 180, 188, 200, 264, 268, 300, 424, 426, 430, 440}, func(b []byte) { clear(b[510:]); put(b, 510, proof.XOR16(b)) }, nil},
	{"SGI", "sgi-label", sgiSector(), 0, []int{4, 6, 9, 35, 40, 44, 48, 60, 73, 105, 340, 344, 508}, func(b []byte) { clear(b[504:508]); big(b, 504, -proof.BESum32(b)) }, nil},
	{"FreeBSD", "bsd-label", bsdSector(false), sector, []int{41, 57, 65, 67, 95, 115, 170, 400}, func(b []byte) { clear(b[136:138]); put(b, 136, proof.XOR16(b[:276])) }, nil},
	{"OpenBSD", "bsd-label", bsdSector(true), sector, []int{95, 113, 117, 400}, func(b []byte) { clear(b[136:138]); put(b, 136, proof.XOR16(b[:276])) }, nil},
	{"BSD, other byte order", "bsd-label", bigBSD(), 0, []int{5}, nil, nil},
	{"Apple", "apm", apmDriverBlock(), 0, []int{8, 10, 12, 100}, nil, [][2]int{{2, 8}, {9, 10}, {11, 12}}},
	{"Apple's entry", "apm-entry", apmEntryBlock(), sector, []int{2, 18, 50, 80, 88, 92, 122, 200}, nil, [][2]int{{4, 80}, {84, 92}, {120, 136}}},
	{"Atari", "atari-ahdi", atariSector(), 0, []int{20, 440, ahdiBad}, nil, [][2]int{{ahdiSize, ahdiTable + 12}, {ahdiBad, 512}}},
	{"PC-98", "pc98", pc98Sectors(), 0, []int{0, 20, 514, 549}, nil, [][2]int{{512, 514}, {516, 544}}},
	{"loop", "parted-loop", loopSector(), 0, []int{40}, nil, nil},
	{"Solaris with checksum", "solaris-vtoc", solarisSector(true), sector, []int{5, 22, 28, 40, 84, 86, 264, 330, 490}, func(b []byte) { clear(b[510:]); put(b, 510, proof.XOR16(b)) }, nil},
	{"Solaris without", "solaris-vtoc", solarisSector(false), sector, []int{500}, nil, [][2]int{{20, 28}, {30, 31}, {72, 264}, {328, 456}}},
	{"UnixWare", "unixware-label", unixwareSector(), 29 * sector, []int{2, 10, 13, 37, 50, 130, 161, 165, 174, 180, 228, 232, 410}, nil, [][2]int{{0, 4}, {8, 36}, {40, 44}, {92, 116}, {160, 172}, {172, 174}, {216, 408}}},
	{"Ultrix", "ultrix-label", ultrixSector(), 31 * sector, []int{20, 468}, nil, [][2]int{{448, 512}}},
	{"AIX", "aix-label", aixSector(), 0, []int{5, 31, 62, 80, 126, 300}, nil, [][2]int{{24, 30}, {36, 62}, {64, 76}, {100, 126}, {128, 144}}},
	{"Karma", "karma", karmaSector(), 0, []int{10, 271, 274, 276, 400}, nil, [][2]int{{278, 286}, {294, 302}}},
	{"Plan 9", "plan9", plan9Sector(), sector, nil, nil, [][2]int{{5, 71}}},
	{"DASD volume", "dasd-label", dasdVolumeBlock(), 8192, []int{14, 30, 60, 83, 90}, nil, [][2]int{{8, 20}, {41, 55}}},
	{"DASD volume, Linux's layout", "dasd-label", dasdLinuxBlock(), 1024, []int{79, 400}, nil, [][2]int{{4, 88}}},
	{"DASD under CMS", "dasd-label", cmsBlock(), 4096, []int{400}, nil, [][2]int{{4, 84}}},
	{"DASD boot record", "dasd-boot-record", dasdIPLBlock(), 0, []int{5, 100}, nil, nil},
	{"DASD partition", "dasd-vtoc", dscb1(), 49152, []int{59, 78, 120, 145}, nil, [][2]int{{0, 115}, {135, 140}}},
	{"DASD table", "dasd-vtoc", dscb4(), 49152, []int{59, 90, 120, 131, 136, 200}, nil, [][2]int{{45, 76}, {105, 115}, {125, 131}, {132, 136}, {138, 140}}},
	{"DASD free space", "dasd-vtoc", dscb5(), 49152, []int{200}, nil, [][2]int{{4, 5}, {45, 140}}},
}

// medium is the size of that which crafted labels are on.
const medium = 24 << 20

func TestLabels(t *testing.T) {
	for _, c := range crafted {
		p := proof.Place{Buf: c.buf, Base: c.at, Size: medium}
		s, ok := Recognize(p)
		if !ok || s.Kind != c.kind || !s.Explained || s.Start != 0 || s.End != len(c.buf) || len(s.Texts) > 0 && c.kind != "dasd-label" {
			t.Errorf("%s: %v %+v", c.name, ok, s)
		}
		if s, _ := Recognize(proof.Place{Buf: c.buf, Base: c.at + 1<<30, Size: medium}); s.Explained {
			t.Errorf("%s: explained in another place", c.name)
		}
		// The start of a partition counts as much as that of the medium, for those that lie there.
		s, _ = Recognize(proof.Place{Buf: c.buf, Base: c.at + 1<<30, Size: medium, Starts: []int64{1 << 20, 1 << 30}})
		if inside := slices.Contains([]string{"solaris-vtoc", "unixware-label", "ultrix-label", "plan9", "bsd-label"}, c.kind); s.Explained != inside {
			t.Errorf("%s: explained in a partition: %v", c.name, s.Explained)
		}
		p.Buf = bytes.Clone(c.buf)
		flipped(t, c.name, p.Buf, p, c.free)
		for _, at := range c.unused {
			p.Buf = bytes.Clone(c.buf)
			p.Buf[at] ^= 0x9D
			if c.reseal != nil {
				c.reseal(p.Buf)
			}
			if s, ok := Recognize(p); !ok || s.Kind != c.kind || s.Explained || len(s.Texts) > 0 {
				t.Errorf("%s: with a byte at %d that does not belong there: %v %+v", c.name, at, ok, s)
			}
		}
	}
}

// TestRDB: partitions count where a rigid disk block, whole, gives them a place.
func TestRDB(t *testing.T) {
	tests := []struct {
		name       string
		change     func(b []byte)
		base       int64
		disk, part bool
	}{
		{"as made", func([]byte) {}, 0, true, true},
		{"in another place", func([]byte) {}, 1 << 20, false, false},
		{"in sector 9", func(b []byte) {}, 9 * sector, true, false}, // the whole start of the medium must be seen
		{"block damaged", func(b []byte) { b[70] ^= 1 }, 0, false, false},
		{"block with something hidden", func(b []byte) { b[400] = 1 }, 0, false, false},
		{"partition behind the area", func(b []byte) { big(b, 132, uint32(0)); big(b, 8, uint32(0)); big(b, 8, -proof.BESum32(b[:256])) }, 0, true, false},
		{"partition with something hidden", func(b []byte) { b[sector+400] = 1 }, 0, true, false},
		{"partition damaged", func(b []byte) { b[sector+166] ^= 1 }, 0, true, false},
	}
	for _, tt := range tests {
		b := rdbBlocks()
		tt.change(b)
		disk, _ := Recognize(proof.Place{Buf: b, Base: tt.base})
		part, _ := Recognize(proof.Place{Buf: b, Off: sector, Base: tt.base})
		if disk.Explained != tt.disk || part.Explained != tt.part {
			t.Errorf("%s: %+v %+v", tt.name, disk, part)
		}
	}
	b := rdbBlocks()
	flipped(t, "block", b, proof.Place{Buf: b}, nil)
	flipped(t, "partition", b, proof.Place{Buf: b, Off: sector}, nil)
	for block, fields := range [][]int{{12, 17, 20, 41, 85, 109, 157, 162, 220, 300}, {12, 20, 25, 36, 50, 70, 250, 300}} {
		for _, at := range fields {
			b := rdbBlocks()
			own := b[block*sector:][:sector]
			own[at] ^= 0x9D
			big(own, 8, uint32(0))
			big(own, 8, -proof.BESum32(own[:256]))
			s, ok := Recognize(proof.Place{Buf: b, Off: block * sector})
			if kind := []string{"amiga-rdb", "amiga-partition"}[block]; !ok || s.Kind != kind || s.Explained {
				t.Errorf("%s: with a byte at %d that does not belong there: %v %+v", kind, at, ok, s)
			}
		}
	}
	for _, id := range []string{"LSEG", "FSHD", "BADB"} {
		code := make([]byte, sector)
		copy(code, id)
		big(code, 4, uint32(128))
		copy(code[20:], random(8, 492))
		big(code, 8, -proof.BESum32(code))
		if s, ok := Recognize(proof.Place{Buf: code}); !ok || s.Explained || s.Kind != "amiga-"+strings.ToLower(id) {
			t.Errorf("%s: %v %+v", id, ok, s)
		}
	}
}

// flipped changes each byte of what is explained, all bits or one: it must not stay
// explained, but for bytes that are free.
func flipped(t *testing.T, name string, buf []byte, p proof.Place, free [][2]int) {
	t.Helper()
	var wrong []int
	s, _ := Recognize(p)
	for i := s.Start; i < s.End; i++ {
		if slices.ContainsFunc(free, func(f [2]int) bool { return i-s.Start >= f[0] && i-s.Start < f[1] }) {
			continue
		}
		for _, bits := range []byte{0xFF, 1, 0x10} {
			buf[i] ^= bits
			if again, ok := Recognize(p); ok && again.Explained && again.Start <= i && i < again.End {
				wrong = append(wrong, i-s.Start)
			}
			buf[i] ^= bits
		}
	}
	if len(wrong) > 0 {
		t.Errorf("%s: %s stays explained with any of these bytes changed: %d", name, s.Kind, slices.Compact(wrong))
	}
}

// freeBytes are those of what the tools write that can be changed without a
// contradiction.
func freeBytes() map[string][][2]int {
	numbers := func(from, to, size int, fields ...[2]int) (free [][2]int) {
		for at := from; at < to; at += size {
			for _, f := range fields {
				free = append(free, [2]int{at + f[0], at + f[1]})
			}
		}
		return free
	}
	entries := numbers(446, 510, 16, [2]int{1, 16})
	return map[string][][2]int{
		"mbr":                 append(entries, [2]int{440, 444}),
		"ebr":                 entries,
		"minix-subpartitions": numbers(446, 510, 16, [2]int{1, 4}, [2]int{4, 16}),
		"apm":                 {{2, 8}, {9, 10}, {11, 12}},
		"apm-entry":           {{4, 80}, {84, 91}, {91, 92}, {120, 136}},
		"atari-ahdi":          append(numbers(ahdiTable, ahdiBad, ahdiEntry, [2]int{0, 12}), [2]int{ahdiSize, ahdiTable}, [2]int{ahdiBad, 512}),
		"pc98":                numbers(512, 1024, 32, [2]int{0, 2}, [2]int{4, 32}),
	}
}

// TestTexts: names that people chose are handed on, those of tools are not, and
// neither stands in a description.
func TestTexts(t *testing.T) {
	sun := func(name string) func(testing.TB, string) {
		return func(t testing.TB, img string) {
			tooltest.Run(t, "s\nw\n", "fdisk", img)
			b := make([]byte, sector)
			copy(b, file(t, img))
			clear(b[:128])
			copy(b, name)
			put(b, 510, uint16(0))
			put(b, 510, proof.XOR16(b))
			writeAt(t, img, 0, b)
		}
	}
	tests := []struct {
		name  string
		make  func(testing.TB, string)
		texts []string
	}{
		{"gpt", tool("sgdisk", "-n", "1:2048:+4M", "-c", "1:Jane Doe 1970-01-01"), []string{"Jane Doe 1970-01-01"}},
		{"mac", parted("mac", "mkpart", "Jane", "hfs", "1MiB", "8MiB"), []string{"Jane"}},
		{"pc98", parted("pc98", "mkpart", "primary", "fat16", "1MiB", "8MiB", "name", "1", "JANE"), []string{"JANE"}},
		{"amiga", parted("amiga", "mkpart", "affs1", "1MiB", "8MiB", "name", "1", "Jane"), []string{"Jane1"}}, // parted leaves the end of "DHX1"
		{"sun", sun("Jane's disk"), []string{"Jane's disk"}},
		{"sun, geometry of another", sun("Linux cyl 9 alt 0 hd 1 sec 2"), []string{"Linux cyl 9 alt 0 hd 1 sec 2"}},
		{"sgi", func(t testing.TB, img string) {
			tooltest.Run(t, "G\nw\n", "fdisk", img)
			b := make([]byte, sector)
			copy(b, file(t, img))
			copy(b[8:24], "/janes_unix")
			big(b, 504, uint32(0))
			big(b, 504, -proof.BESum32(b))
			writeAt(t, img, 0, b)
		}, []string{"/janes_unix"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			img := tooltest.Blank(t, 16)
			tt.make(t, img)
			var texts []string
			for _, h := range scan(file(t, img), 0, 16<<20) {
				if !h.Explained {
					t.Errorf("not explained: %+v", h)
				}
				for _, s := range h.Texts {
					if !slices.Contains(texts, s) {
						texts = append(texts, s)
					}
				}
				for _, s := range tt.texts {
					if strings.Contains(h.Detail, s) {
						t.Errorf("%q stands in %q", s, h.Detail)
					}
				}
			}
			if !slices.Equal(texts, tt.texts) {
				t.Errorf("texts %q", texts)
			}
		})
	}
}
