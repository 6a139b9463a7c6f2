package marks

import (
	"crypto/md5"
	"hash/crc32"
	"strings"
	"testing"
)

// Labels of RAID controllers, written by offsets as their documents have them. Each
// fills the place that its firmware looks at on a medium of its own.

// onDisk puts a label n sectors before the end of a disk of zeros.
func onDisk(label []byte, n int) ([]byte, int) {
	b := make([]byte, 4<<10+n*sector)
	off := len(b) - n*sector
	copy(b[off:], label)
	return b, off
}

// span is [from, to) of a label.
type span [2]int

func raidCrafts() (list []craft) {
	add := func(kind string, label []byte, fromEnd int, free ...span) {
		b, off := onDisk(label, fromEnd)
		list = append(list, craft{kind: kind, buf: b, off: off, explained: true, free: free})
	}
	add("jmicron-raid", jmicronLabel(), 1, even(128)...) // the sum may be 0 or 1
	add("lsi-megaraid-ide", lsiLabel(), 1, span{6, 10}, span{10, 15}, span{0x10, 0x1D}, span{0x20, 0x2D}, span{0x30, 0x39}, span{0x40, 0x49}, span{0x1F0, 0x1F6})
	add("lsi-megaraid-ide", lsiThreeLabel(), 1, span{6, 12}, span{16, 496}, span{503, 508}, span{511, 512})
	add("lsi-megaraid-ide", lsiThreeHeadLabel(), 4, span{180, 184}, span{212, 216}, span{511, 512})
	add("nvidia-raid", nvidiaLabel(), 2)
	add("promise-fasttrak", promiseLabel(true), 63)
	add("promise-fasttrak", promiseLabel(false), 256)
	add("silicon-medley", siliconLabel(), 1, span{0x1FE, 0x200})
	add("via-raid", viaLabel(), 1)
	add("highpoint-raid", highpointThreeLabel(), 11, span{0, 1}, span{4, 0xA4})
	add("adaptec-hostraid", adaptecBlockLabel(), 1, span{4, 12}, span{0x12, 0x18}, span{0x34, 0x44}, span{0x6A, 0x8A}, span{0xF0, 0xF8}, span{0x104, 0x10A})
	add("adaptec-hostraid", adaptecTableLabel(), 17, span{4, 12}, span{0x18, 0x34})
	add("ite-raid", iteLabel(), 2, span{20, 32}, span{93, 94}, span{120, 128}, span{176, 180}, span{200, 208}, span{258, 259}, span{260, 293}, span{512, 536}, span{572, 573}, span{576, 577}, span{585, 590}, span{592, 608})
	add("sis-raid", sisLabel(), 16, span{2, 64})
	add("intel-rst", intelLabel(2, 1), 2, span{0x30, 0x34})
	m, off := intelDisk(intelLabel(4, 2))
	list = append(list, craft{kind: "intel-rst", buf: m, off: off, explained: true})
	b := make([]byte, 8<<10)
	copy(b[9*sector:], highpointTwoLabel())
	list = append(list, craft{kind: "highpoint-raid", buf: b, off: 9 * sector, explained: true,
		free: []span{{0x20, 0x21}, {0x24, 0x50}, {0x1D4, 0x1D8}, {0x1D9, 0x1E8}, {0x1E9, 0x1F8}}})
	return append(list, append(ddfCrafts(), geomCrafts()...)...)
}

// even are the even bytes below n: the low ones of words.
func even(n int) (list []span) {
	for at := 0; at < n; at += 2 {
		list = append(list, span{at, at + 1})
	}
	return list
}

func jmicronLabel() []byte {
	b := make([]byte, sector)
	copy(b, "JM")
	put(b, 2, uint16(1))
	put(b, 16, []uint32{0x4CF0, 0, 0x950})
	copy(b[32:], "raid0\x00Size")
	b[48], b[49] = 0, 7
	put(b, 0x40, []uint32{0x4CF0, 0x37D0})
	put(b, 4, -words16(b[:128]))
	return b
}

func words16(b []byte) (sum uint16) {
	for i := 0; i < len(b); i += 2 {
		sum += uint16(b[i]) | uint16(b[i+1])<<8
	}
	return sum
}

func words32(b []byte) (sum uint32) {
	for i := 0; i < len(b); i += 4 {
		sum += uint32(b[i]) | uint32(b[i+1])<<8 | uint32(b[i+2])<<16 | uint32(b[i+3])<<24
	}
	return sum
}

func lsiLabel() []byte {
	b := make([]byte, sector)
	copy(b, "$XIDE$\x10\x0427\x04\x02\x02\x00\x04\x00")
	copy(b[0x10:], "\x01\x10\x80\x00\x02\x02\x30\x00\x00\x00\x56\x2C\x13")
	copy(b[0x20:], "\x08\x10\x80\x00\x02\x02\x50\x00\x00\x00\xE7\x2A\x26")
	copy(b[0x30:], "\x01\x10\x00\x2B\x96\x09\x00\x00")
	copy(b[0x40:], "\x11\x10\x00\x2B\x96\x09\x01\x00")
	copy(b[0x1F0:], "\x00\x01\x80\xE1\x40\x3B")
	return b
}

func lsiThreeLabel() []byte {
	b := make([]byte, sector)
	copy(b, "$_IDE$\xDE\x33\x31\x01\x40\x04")
	for i := range 8 {
		r := b[16+48*i:]
		put(r, 0, uint16(16))
		r[2], r[4], r[5] = 1, 2, 2
		put(r, 16, uint32(1<<20))
		r[28] = 0x11
	}
	for i := range 6 {
		put(b, 400+16*i, uint32(1<<20))
	}
	b[503] = 1
	put(b, 504, uint32(0x3B40E180))
	return b
}

func lsiThreeHeadLabel() []byte {
	b := make([]byte, sector)
	copy(b, "\x00\x32\x20\xA0")
	copy(b[16:], "SATA")
	put(b, 180, uint32(0x0D000003))
	put(b, 212, uint32(0x0D000003))
	copy(b[496:], "$_ENQ$31")
	b[511] = 0x55
	return b
}

func nvidiaLabel() []byte {
	b := make([]byte, sector)
	copy(b, "NVIDIA  ")
	put(b, 8, uint32(30))
	put(b, 16, uint16(100))
	b[18], b[19] = 3, 0xFF
	put(b, 20, []uint32{0x2543E200, 512})
	copy(b[28:], "STRIPE   298.12G\x00100")
	put(b, 52, uint32(0x00640044))
	copy(b[56:], random(40, 16))
	b[73], b[74], b[75] = 4, 4, 4
	put(b, 76, []uint32{0x80, 128, 65536, 7, 127, 512, 262144, 0, 0x80, 0x2543E200, 0})
	for i := 120; i < sector; i++ {
		b[i] = 0xFF
	}
	put(b, 12, -words32(b[:120]))
	return b
}

// promiseLabel: with old firmware unused bytes count down.
func promiseLabel(old bool) []byte {
	b := make([]byte, 4*sector)
	for i := range b {
		if old {
			b[i] = byte(-i)
		}
	}
	copy(b, "Promise Technology, Inc.")
	copy(b[24:], "\x00\x00\x02\x00\x21\x05\x7E\x71\x09\x00\x00\x00\x21\x05\x7F\x74\x09\x00")
	clear(b[0x200:0x2D4])
	copy(b[0x200:], "\x80\x00\x00\x00\x07\x00\x00\x00\x21\x05\x7E\x71\x09\x00\x00\x00")
	put(b, 0x214, []uint32{0x12A19E71, 0xFFFFFFFF, 0x008F0011})
	copy(b[0x220:], "\x01\x08\x01\x00")
	put(b, 0x224, uint32(0x129E5F20))
	put(b, 0x234, []uint32{7, 0x717E0521, 9})
	copy(b[0x294:], "PROMISE Array 1")
	put(b, 0x7FC, words32(b[:0x7FC]))
	return b
}

func siliconLabel() []byte {
	b := make([]byte, sector)
	put(b, 0, []uint16{0x0C5A, 0x3FFF, 0xC837, 16, 0, 0, 63})
	copy(b[20:], "            M50T4NJP")
	copy(b[46:], "2.10    ")
	copy(b[54:], "ST3160827AS                             ")
	put(b, 96, uint32(0x2F000000))
	put(b, 0x6C, uint64(0x0DF943B0))
	put(b, 0x78, uint32(0x0FFFFFFF))
	put(b, 0x104, []uint16{0x3114, 0x1095, 0, 2})
	copy(b[0x10C:], "\x53\x31\x14\x12\x07\x05")
	put(b, 0x112, uint16(128))
	b[0x116], b[0x117] = 0, 1
	put(b, 0x124, uint32(1))
	copy(b[0x12E:], "SiI Mirrored Set")
	put(b, 0x13E, -words16(b[:0x13E]))
	put(b, 0x1FE, uint16(0xDFA5))
	return b
}

func viaLabel() []byte {
	b := make([]byte, sector)
	copy(b, "\x55\xAA\x01\x05\x00\x42\x00\x59\x1C\x1D")
	put(b, 14, []uint32{0xF58EE032, 0xF58EE032, 0xF3A1E032})
	sum := byte(0)
	for _, c := range b[:50] {
		sum += c
	}
	b[50], b[511] = sum, 2*sum
	return b
}

func highpointTwoLabel() []byte {
	b := make([]byte, sector)
	put(b, 32, []uint32{0x5A7816F0, 0xCEB206B2, 0, 4})
	copy(b[48:], "\x02\x07\x00\x00")
	put(b, 52, []uint32{0x25433D00, 0, 0x12345678})
	b[64] = 0x80
	put(b, 0x1D4, uint32(0x7FFFFFFF))
	copy(b[0x1D9:], "SharkR0")
	return b
}

func highpointThreeLabel() []byte {
	b := make([]byte, sector)
	put(b, 0, []uint32{0x5A7816F3, 0xDA01DA01})
	copy(b[8:], "\x10\x01\x00\x01")
	put(b, 12, uint32(0x262AE700))
	copy(b[16:], "\x05\x02\x00\x07")
	put(b, 24, uint32(0x7FFFFFFF))
	copy(b[0x2C:], "RAID_0_0\x00\x00RAID_1")
	copy(b[0x40:], "No description")
	copy(b[0x80:], "BIOS")
	return b
}

func adaptecBlockLabel() []byte {
	b := make([]byte, sector)
	copy(b, "\x37\xFC\x4D\x1E")
	copy(b[0x38:], "\x82\x02\x02\x03\x00\x00\x00\x08\x91\xAA\x70\x59")
	copy(b[0x100:], "DPTM\x01\x11\xC8\x27")
	return b
}

func adaptecTableLabel() []byte {
	b := make([]byte, 16*sector)
	big(b, 0, []uint32{0x900765C4, 2})
	big(b, 8, []uint16{127, 3, 64, 0})
	b[0x22] = 0x10
	sum := uint16(0)
	for i := range 3 {
		r := b[64+64*i:]
		big(r, 0, []uint16{4, 1})
		copy(r[4:], random(byte(i), 4))
		r[8] = 1
		big(r, 20, uint32(0x04472000))
		copy(r[48:], "ZERO            ")
	}
	for _, c := range b[64 : 64+3*64] {
		sum += uint16(c)
	}
	big(b, 14, sum)
	return b
}

func iteLabel() []byte {
	b := make([]byte, 2*sector)
	copy(b[20:], "\x09\x20\x11\x24\x05\x06\x00\x00\x01\x02\x03\x04")
	copy(b[54:], "Integrated Technology Express Inc       ")
	put(b, 120, []uint32{1, 2})
	put(b, 200, uint64(1<<28))
	b[258] = 1
	b[292] = 64
	copy(b[512:], "\x01\x02\x03\x04")
	b[572], b[576], b[585] = 128, 2, 1
	put(b, 586, uint32(1<<27))
	return b
}

func sisLabel() []byte {
	b := make([]byte, sector)
	copy(b, "\x10\x00\xF0\x22")
	put(b, 8, uint32(0x01801039))
	put(b, 12, uint16(128))
	put(b, 16, uint32(1200000000))
	copy(b[20:], "ST3160827AS                             ")
	return b
}

// intelLabel is an anchor; what is over its first sector stands before it.
func intelLabel(disks, volumes int) []byte {
	size := 216 + 48*disks + volumes*(164+4*(disks-1))
	m := make([]byte, (size+sector-1)/sector*sector)
	copy(m, "Intel Raid ISM Cfg Sig. 1.2.02\x00\x00")
	put(m, 36, []uint32{uint32(size), 0xFF55B73B, 464, 0, 0xC0000000})
	m[56], m[57] = byte(disks), byte(volumes)
	put(m, 64, uint32(0xFF55B73B))
	at := 216
	for i := range disks {
		copy(m[at:], "Y25VXYQE")
		put(m, at+16, []uint32{0x098ABA00, uint32(i) << 16, 0x13A})
		at += 48
	}
	for v := range volumes {
		copy(m[at:], "RAID_Volume")
		m[at+11] = '1' + byte(v)
		put(m, at+16, uint64(0x13157000))
		vol := m[at+80:]
		mp := vol[32:]
		put(mp, 4, []uint32{0x098AB800, 0x000098AB})
		put(mp, 12, uint16(256))
		mp[15], mp[16], mp[17], mp[18], mp[19] = 5, byte(disks), 1, 0xFF, 1
		for i := range disks {
			put(mp, 48+4*i, uint32(i))
		}
		at += 164 + 4*(disks-1)
	}
	put(m, 32, words32(m[:size]))
	return m
}

// intelDisk puts an anchor of several sectors where firmware looks for it.
func intelDisk(m []byte) (b []byte, off int) {
	b = make([]byte, 8<<10)
	off = len(b) - 2*sector
	copy(b[off:], m[:sector])
	copy(b[off-len(m)+sector:], m[sector:])
	return b, off
}

func ddfRecordOf(signature uint32, size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = 0xFF
	}
	big(b, 0, signature)
	return b
}

// ddfSum is a CRC as mdadm computes it (raw) or as FreeBSD does.
func ddfSum(b []byte, raw bool) []byte {
	big(b, 4, uint32(0xFFFFFFFF))
	sum := crc32.ChecksumIEEE(b)
	if raw {
		sum = ^crc32.Update(0xFFFFFFFF, crc32.IEEETable, b)
	}
	big(b, 4, sum)
	return b
}

const ddfGUID = "Linux-MD20240518\xBE\x2E\x61\x74\x9D\x36\x7D\xA1"

func ddfCrafts() (list []craft) {
	add := func(b []byte, raw bool) {
		disk := make([]byte, 4<<10+len(b))
		copy(disk[4<<10:], ddfSum(b, raw))
		list = append(list, craft{kind: "ddf", buf: disk, off: 4 << 10, explained: true})
	}
	for kind := range byte(3) {
		h := ddfRecordOf(0xDE11DE11, sector)
		copy(h[8:], ddfGUID)
		copy(h[32:], "01.02.00")
		big(h, 40, []uint32{1, 0x3923F6E3})
		copy(h[48:], "\x00\x00\x00")
		big(h, 96, uint64(69632))
		h[112] = kind
		big(h, 116, uint32(32768))
		big(h, 120, uint64(36864))
		big(h, 128, []uint16{1023, 255, 64, 7, 256})
		big(h, 192, []uint32{1, 1, 2, 128, 130, 32, 162, 455, 617, 1})
		add(h, kind == 0)
	}
	c := ddfRecordOf(0xAD111111, sector)
	copy(c[8:], ddfGUID)
	big(c, 32, []uint32{0xDEADBEEF, 0})
	copy(c[40:], "LSI MegaRAID\x00\x00\x00\x00")
	copy(c[64:], "localhost\x00")
	add(c, true)

	p := ddfRecordOf(0x22222222, 1024)
	big(p, 8, []uint16{2, 15})
	for i := range 2 {
		e := p[64+64*i:]
		copy(e, ddfGUID)
		big(e, 24, uint32(0x3B4E2D2E+i))
		big(e, 28, []uint16{5, 1})
		big(e, 32, uint64(0x9000))
		copy(e[40:], " Information: nil\x00")
	}
	add(p, true)

	v := ddfRecordOf(0xDDDDDDDD, 1024)
	big(v, 8, []uint16{1, 15})
	copy(v[64:], ddfGUID)
	big(v, 64+24, uint16(0))
	big(v, 64+28, []uint16{0, 0x1234})
	copy(v[64+32:], "\x00\x02")
	copy(v[64+48:], "home\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	add(v, false)

	d := ddfRecordOf(0x33333333, sector)
	copy(d[8:], ddfGUID)
	big(d, 32, uint32(0x3B4E2D2E))
	d[36], d[37] = 1, 1
	copy(d[38:], "Linux                           ")
	add(d, true)

	r := ddfRecordOf(0xEEEEEEEE, 7*sector)
	copy(r[8:], ddfGUID)
	big(r, 32, []uint32{0x3923F6E3, 1})
	big(r, 64, uint16(2))
	copy(r[66:], "\x07\x05\x00\x01\x00\xFF")
	big(r, 72, []uint64{0x9000, 0x12000})
	big(r, 512, []uint32{0x3B4E2D2E, 0x5A6582B5})
	big(r, 512+4*256, []uint64{0, 0})
	add(r, true)

	s := ddfRecordOf(0x55555555, 7*sector)
	big(s, 8, uint32(0x3923F6E3))
	s[19] = 1
	big(s, 20, []uint16{1, 4})
	copy(s[32:], ddfGUID)
	big(s, 56, uint16(0))
	add(s, false)

	u := ddfRecordOf(0x88888888, 2*sector)
	copy(u[8:], ddfGUID)
	add(u, true)

	g := ddfRecordOf(0xABADB10C, sector)
	big(g, 8, uint16(1))
	big(g, 10, uint32(64))
	big(g, 24, uint64(1<<20))
	big(g, 32, uint64(0x1234))
	big(g, 40, uint32(5))
	big(g, 44, uint16(8))
	add(g, false)

	w := ddfRecordOf(0x01DBEEF0, sector)
	big(w, 8, uint64(0x1000))
	add(w, true)
	return list
}

func geomCrafts() (list []craft) {
	add := func(kind, magic string, size int, hash bool, fill func(b []byte), free ...span) {
		b := make([]byte, 4<<10+sector)
		s := b[4<<10:]
		copy(s, magic)
		put(s, 16, uint32(4))
		copy(s[20:], "gm0")
		fill(s)
		if hash {
			sum := md5.Sum(s[:size])
			copy(s[size:], sum[:])
		}
		list = append(list, craft{kind: kind, buf: b, off: 4 << 10, explained: true, free: free})
	}
	sync := func(s []byte, at int) {
		put(s, at, uint64(1<<30))
		put(s, at+8, uint32(512))
	}
	add("geom-mirror", "GEOM::MIRROR", 119, true, func(s []byte) {
		put(s, 36, []uint32{0x1234, 0x5678})
		s[44] = 2
		put(s, 53, byte(1))
		sync(s, 59)
		copy(s[95:], "ada0")
		put(s, 111, uint64(1<<30))
	})
	add("geom-raid3", "GEOM::RAID3", 112, true, func(s []byte) {
		put(s, 36, uint32(0x1234))
		put(s, 40, []uint16{0, 3})
		sync(s, 52)
		put(s, 104, uint64(1<<30))
	})
	add("geom-stripe", "GEOM::STRIPE", 0, false, func(s []byte) {
		put(s, 36, uint32(0x1234))
		put(s, 40, []uint16{0, 2})
		put(s, 44, uint32(65536))
		put(s, 64, uint64(1<<30))
	}, span{16, 72})
	add("geom-concat", "GEOM::CONCAT", 0, false, func(s []byte) {
		put(s, 36, uint32(0x1234))
		put(s, 40, []uint16{0, 2})
		put(s, 60, uint64(1<<30))
	}, span{16, 84})
	add("geom-label", "GEOM::LABEL", 0, false, func(s []byte) { put(s, 36, uint64(1<<30)) }, span{16, 44})
	return list
}

// TestIntelExtended: an anchor of more than a sector is found by its first, and
// covers what stands before that.
func TestIntelExtended(t *testing.T) {
	m := intelLabel(6, 2)
	if len(m) <= sector {
		t.Fatal("the label fits a sector")
	}
	b, off := intelDisk(m)
	s, ok := recognize(b, off)
	if !ok || !s.Explained || s.Start != off-len(m)+sector || s.End != off+sector {
		t.Fatalf("%v %+v", ok, s)
	}
	b[s.Start+3] ^= 1
	if s, ok := recognize(b, off); !ok || s.Explained {
		t.Errorf("with one bit changed: %v %+v", ok, s)
	}
}

// TestHandedOn: whatever text there is reaches Texts, and no Detail.
func TestHandedOn(t *testing.T) {
	for kind, want := range map[string]string{
		"highpoint-raid": "SharkR0", "intel-rst": "RAID_Volume1", "geom-mirror": "gm0", "promise-fasttrak": "PROMISE Array 1",
		"silicon-medley": "ST3160827AS", "nvidia-raid": "STRIPE   298.12G", "ddf": "localhost", "ldm-database": "Volume1",
		"dm-cache": "smq", "bcache": "fast", "md-raid-superblock": "host:0", "lvm2-metadata": "vg0",
	} {
		found := false
		for _, c := range crafted(t) {
			s, _ := recognize(c.buf, c.off)
			if strings.Contains(s.Detail, want) {
				t.Errorf("%s: printed in %q", kind, s.Detail)
			}
			for _, text := range s.Texts {
				found = found || s.Kind == kind && text == want
			}
		}
		if !found {
			t.Errorf("%s: %q is not handed on", kind, want)
		}
	}
}

// TestPlaces: a controller's label is explained only where its firmware looks for
// it; where nobody knows the size of the medium it is.
func TestPlaces(t *testing.T) {
	for _, c := range raidCrafts() {
		if c.kind == "ddf" || strings.HasPrefix(c.kind, "geom") {
			continue // they lie on partitions, too, or have a checksum that says enough
		}
		moved := append(make([]byte, sector), append(c.buf, make([]byte, sector)...)...)
		s, ok := recognize(moved, c.off+sector)
		if c.kind == "sis-raid" {
			ok, s.Kind = !ok, c.kind // two bytes of magic: it is looked for in its place only
		}
		if !ok || s.Kind != c.kind || s.Explained {
			t.Errorf("%s, a sector before its place: %v %+v", c.kind, ok, s)
		}
	}
	b := make([]byte, 16<<10) // sectors of 4096 bytes
	copy(b[8<<10:], intelLabel(6, 2))
	if s, ok := recognize(b, 8<<10); !ok || !s.Explained || s.Start != 8<<10 || s.End != 12<<10 {
		t.Errorf("anchor in a sector of 4096 bytes: %v %+v", ok, s)
	}
}

// TestVendorData: bytes that only their maker understands are explained while they
// are few.
func TestVendorData(t *testing.T) {
	for n, explains := range map[int]bool{0: true, 100: true, 200: false} {
		c := ddfRecordOf(0xAD111111, sector)
		copy(c[8:], ddfGUID)
		copy(c[40:], "LSI MegaRAID\x00\x00\x00\x00")
		copy(c[64:], random(60, n))
		if s, ok := recognize(ddfSum(c, true), 0); !ok || s.Explained != explains {
			t.Errorf("%d bytes: %v %+v", n, ok, s)
		}
	}
}
