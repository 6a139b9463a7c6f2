package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"strings"
	"testing"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/imagetest"
	"shokyo.dev/shokyo/image/source"
)

// Containers made by hand, as the formats' descriptions have them: small, and with what no tool here writes.

// qcow2With is a disk of four clusters of 512 bytes: "A", nothing, zeros, and a place that the caller chooses.
func qcow2With(change func(b []byte)) imagetest.Memory {
	const cluster = 512
	b := make([]byte, 5*cluster)
	be := binary.BigEndian
	copy(b, qcow2Magic)
	be.PutUint32(b[4:], 3)
	be.PutUint32(b[20:], 9)
	be.PutUint64(b[24:], 4*cluster)
	be.PutUint32(b[36:], 1)
	be.PutUint64(b[40:], cluster)
	be.PutUint32(b[100:], 104)
	be.PutUint64(b[cluster:], 2*cluster|1<<63)
	be.PutUint64(b[2*cluster:], 3*cluster|1<<63)
	be.PutUint64(b[2*cluster+16:], qcow2Zero)
	be.PutUint64(b[2*cluster+24:], 4*cluster|1<<63)
	copy(b[3*cluster:], bytes.Repeat([]byte("A"), cluster))
	copy(b[4*cluster:], bytes.Repeat([]byte("B"), cluster))
	if change != nil {
		change(b)
	}
	return imagetest.Memory(b)
}

func crafted(b imagetest.Memory, backing map[string]imagetest.Memory, named ...string) (*disk.Opened, error) {
	return Open(&disk.Opening{Path: "dir/x", File: b, Backing: named, Open: func(path string) (source.Source, error) {
		if m, ok := backing[path]; ok {
			return m, nil
		}
		return nil, os.ErrNotExist
	}})
}

func TestCrafted(t *testing.T) {
	d, err := crafted(qcow2With(nil), nil)
	if err != nil || d.Defect != nil || len(d.Notes) > 0 {
		t.Fatalf("%+v, %v", d, err)
	}
	want := strings.Repeat("A", 512) + strings.Repeat("\x00", 1024) + strings.Repeat("B", 512)
	got := make([]byte, 2048)
	if n, err := d.ReadAt(got, 0); n != 2048 || err != nil || string(got) != want {
		t.Errorf("%d bytes, %v, %q", n, err, got)
	}
	for at, want := range map[int64]bool{0: true, 512: false, 1000: false, 1024: false, 1536: true, 2047: true} {
		if _, stored := d.Stored(at); stored != want {
			t.Errorf("at %d stored: %v", at, stored)
		}
	}
	if end, _ := d.Stored(512); end != 1536 {
		t.Errorf("nothing is stored up to %d", end)
	}
	outside, err := crafted(qcow2With(func(b []byte) { binary.BigEndian.PutUint64(b[1024:], 1<<40|1<<63) }), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := outside.ReadAt(got, 0); err == nil || n != 0 {
		t.Errorf("a cluster outside of the file: %d bytes, %v", n, err)
	}
	if n, err := outside.ReadAt(got[:512], 1536); err != nil || n != 512 {
		t.Errorf("the cluster behind it: %d bytes, %v", n, err)
	}
}

// What is not all there is said, and never served as whole.
func TestSaid(t *testing.T) {
	be := binary.BigEndian
	named := func(b []byte) {
		be.PutUint64(b[8:], 300)
		be.PutUint32(b[16:], 4)
		copy(b[300:], "base")
	}
	for name, c := range map[string]struct {
		change       func(b []byte)
		defect, note string
	}{
		"rests on another": {named, `calls "base", and that was not given: --backing`, ""},
		"LUKS":             {func(b []byte) { be.PutUint32(b[32:], 2) }, "LUKS", ""},
		"AES":              {func(b []byte) { be.PutUint32(b[32:], 1) }, "AES", ""},
		"corrupt":          {func(b []byte) { be.PutUint64(b[72:], qcow2Corrupt) }, "corrupt", ""},
		"a snapshot":       {func(b []byte) { be.PutUint32(b[60:], 3) }, "", "snapshots: 3"},
	} {
		d, err := crafted(qcow2With(c.change), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if said := errors.Join(d.Defect); (said == nil) != (c.defect == "") || said != nil && !strings.Contains(said.Error(), c.defect) {
			t.Errorf("%s: %v", name, d.Defect)
		}
		if all := strings.Join(d.Notes, " "); !strings.Contains(all, c.note) || c.note == "" && all != "" {
			t.Errorf("%s: %q", name, all)
		}
	}
	base := imagetest.Memory(strings.Repeat("C", 1100))
	d, err := crafted(qcow2With(named), map[string]imagetest.Memory{"b": base}, "b")
	if err != nil || d.Defect != nil {
		t.Fatal(d, err)
	}
	got := make([]byte, 2048)
	if _, err := d.ReadAt(got, 0); err != nil || string(got[500:1030]) != strings.Repeat("A", 12)+strings.Repeat("C", 512)+strings.Repeat("\x00", 6) {
		t.Errorf("%v, %q", err, got)
	}
}

// What no table covers, or what says what cannot be, is an error before anything of that size is asked for.
func TestRefused(t *testing.T) {
	be := binary.BigEndian
	for name, change := range map[string]func(b []byte){
		"clusters of a byte":   func(b []byte) { be.PutUint32(b[20:], 0) },
		"clusters of 4 GiB":    func(b []byte) { be.PutUint32(b[20:], 32) },
		"an endless disk":      func(b []byte) { be.PutUint64(b[24:], 1<<63) },
		"a disk of an EiB":     func(b []byte) { be.PutUint64(b[24:], 1<<60) },
		"no table":             func(b []byte) { be.PutUint32(b[36:], 0) },
		"a table elsewhere":    func(b []byte) { be.PutUint64(b[40:], 1<<62) },
		"an unknown feature":   func(b []byte) { be.PutUint64(b[72:], 1<<40) },
		"data in another file": func(b []byte) { be.PutUint64(b[72:], qcow2DataFile) },
		"an endless name":      func(b []byte) { be.PutUint64(b[8:], 1<<62); be.PutUint32(b[16:], 1<<31) },
	} {
		if d, err := crafted(qcow2With(change), nil); err == nil {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// differing is a VHD of two blocks of 4 KiB: of the first the second sector is its own, the other block is its parent's.
func differing() imagetest.Memory {
	const block = 4096
	be := binary.BigEndian
	footer := make([]byte, vhdFooter)
	copy(footer, vhdCookie)
	be.PutUint64(footer[16:], 512)
	be.PutUint64(footer[48:], 2*block)
	be.PutUint32(footer[60:], vhdDiffers)
	be.PutUint32(footer[64:], vhdSum(footer, 64))
	head := make([]byte, 1024)
	copy(head, vhdSparse)
	be.PutUint64(head[16:], 1536)
	be.PutUint32(head[28:], 2)
	be.PutUint32(head[32:], block)
	be.PutUint32(head[36:], vhdSum(head, 36))
	b := append(append([]byte{}, footer...), head...)
	table := make([]byte, 512)
	be.PutUint32(table, 4) // sector of the first block
	be.PutUint32(table[4:], vhdAbsent)
	b = append(b, table...)
	bitmap := make([]byte, 512)
	bitmap[0] = 0x40
	b = append(append(b, bitmap...), bytes.Repeat([]byte("D"), block)...)
	return append(b, footer...)
}

func TestVHDOfSectors(t *testing.T) {
	parent := imagetest.Memory(strings.Repeat("P", 8192))
	d, err := crafted(differing(), map[string]imagetest.Memory{"p": parent}, "p")
	if err != nil || d.Defect != nil || d.Format != "VHD" {
		t.Fatalf("%+v, %v", d, err)
	}
	got := make([]byte, 8192)
	if _, err := d.ReadAt(got, 0); err != nil || string(got) != strings.Repeat("P", 512)+strings.Repeat("D", 512)+strings.Repeat("P", 7168) {
		t.Errorf("%v, %q", err, got)
	}
	alone, err := crafted(differing(), nil)
	if err != nil || alone.Defect == nil {
		t.Fatalf("%+v, %v", alone, err)
	}
	if _, stored := alone.Stored(0); stored {
		t.Error("a sector of the parent is stored")
	}
	if end, stored := alone.Stored(512); !stored || end != 1024 {
		t.Errorf("its own sector: %v up to %d", stored, end)
	}
	b := differing()
	b[len(b)-1] ^= 1 // the footer: its copy is used, and that is said
	if d, err := crafted(b, map[string]imagetest.Memory{"p": parent}, "p"); err != nil || d.Defect == nil {
		t.Errorf("a damaged footer: %+v, %v", d, err)
	}
}

// A descriptor has no files of other folders read.
func TestDescriptor(t *testing.T) {
	flat := imagetest.Memory(strings.Repeat("F", 1024))
	beside := map[string]imagetest.Memory{"dir/f": flat, "dir/../f": flat, "/f": flat, "f": flat}
	d, err := crafted(imagetest.Memory(vmdkDescriptor+"\nRW 1 ZERO\nRW 1 FLAT \"f\" 1\nRW 0 FLAT \"f\" 0\nRW 2 VMFS \"f\"\n"), beside)
	if err != nil || d.Defect != nil || d.Size() != 2048 {
		t.Fatalf("%+v, %v", d, err)
	}
	got := make([]byte, 2048)
	if _, err := d.ReadAt(got, 0); err != nil || string(got) != strings.Repeat("\x00", 512)+strings.Repeat("F", 1536) {
		t.Errorf("%v, %q", err, got)
	}
	if end, stored := d.Stored(0); stored || end != 512 {
		t.Errorf("zeros: %v up to %d", stored, end)
	}
	for _, name := range []string{"../f", "/f", "a/f", ""} {
		if d, err := crafted(imagetest.Memory(vmdkDescriptor+"\nRW 2 FLAT \""+name+"\" 0\n"), beside); err == nil {
			t.Errorf("%q: %+v", name, d)
		}
	}
	if d, err := crafted(imagetest.Memory(vmdkDescriptor+"\nRW 3 FLAT \"f\" 0\n"), beside); err != nil || d.Defect == nil {
		t.Errorf("an extent that is too short: %+v, %v", d, err)
	}
	for _, text := range []string{"", "RW 0 ZERO\n", "RW 9999999999999999 ZERO\nRW 9999999999999999 ZERO\n", "RW 2 SESPARSE \"f\"\n"} {
		if d, err := crafted(imagetest.Memory(vmdkDescriptor+"\n"+text), beside); err == nil {
			t.Errorf("%q: %+v", text, d)
		}
	}
}

// vhdxOf is a VHDX of two blocks of 1 MiB, the first of which begins with an X, and of the second there is what the state says.
func vhdxOf(state uint64, change func(b []byte)) imagetest.Memory {
	le := binary.LittleEndian
	b := make([]byte, 6<<20)
	copy(b, vhdxMagic)
	header := b[vhdxHeaders:][:vhdxHeader]
	copy(header, "head")
	le.PutUint64(header[8:], 7)
	r := b[vhdxRegions:][:vhdxRegion]
	copy(r, "regi")
	le.PutUint32(r[8:], 2)
	for i, at := range map[string]uint64{vhdxTable: 2 << 20, vhdxMetadata: 1 << 20} {
		e := r[16:]
		if i == vhdxMetadata {
			e = r[48:]
		}
		copy(e, i)
		le.PutUint64(e[16:], at)
		le.PutUint32(e[24:], 1<<20)
		le.PutUint32(e[28:], 1)
	}
	m := b[1<<20:]
	copy(m, "metadata")
	le.PutUint16(m[10:], 3)
	for i, item := range []struct{ name, data string }{
		{vhdxFile, string(le.AppendUint32(le.AppendUint32(nil, 1<<20), 0))},
		{vhdxSize, string(le.AppendUint64(nil, 2<<20))},
		{vhdxSector, string(le.AppendUint32(nil, 512))},
	} {
		e := m[32+32*i:]
		copy(e, item.name)
		le.PutUint32(e[16:], uint32(64<<10+8*i))
		le.PutUint32(e[20:], uint32(len(item.data)))
		copy(m[64<<10+8*i:], item.data)
	}
	le.PutUint64(b[2<<20:], 3<<20|vhdxWhole)
	le.PutUint64(b[2<<20+8:], 4<<20|state)
	copy(b[3<<20:], "X")
	copy(b[4<<20:], "Y")
	if change != nil {
		change(b)
	}
	le.PutUint32(header[4:], 0)
	le.PutUint32(header[4:], crc32.Checksum(header, castagnoli))
	le.PutUint32(r[4:], 0)
	le.PutUint32(r[4:], crc32.Checksum(r, castagnoli))
	return imagetest.Memory(b)
}

func TestVHDX(t *testing.T) {
	for state, want := range map[uint64]string{vhdxNotPresent: "X\x00-", vhdxUndefined: "X\x00-", vhdxZero: "X\x00-", vhdxUnmapped: "X\x00-", vhdxWhole: "XY+", vhdxPartly: "X", 4: "X"} {
		d, err := crafted(vhdxOf(state, nil), nil)
		if err != nil || d.Defect != nil || d.Size() != 2<<20 || d.Format != "VHDX" {
			t.Errorf("state %d: %+v, %v", state, d, err)
			continue
		}
		var a, b [1]byte
		d.ReadAt(a[:], 0)
		got := string(a[:])
		if n, err := d.ReadAt(b[:], 1<<20); n == 1 && err == nil {
			sign := "-"
			if _, stored := d.Stored(1 << 20); stored {
				sign = "+"
			}
			got += string(b[:]) + sign
		}
		if got != want {
			t.Errorf("state %d: %q, want %q", state, got, want)
		}
	}
	open := vhdxOf(vhdxWhole, func(b []byte) { b[vhdxHeaders+50] = 1 })
	if d, err := crafted(open, nil); err != nil || d.Defect == nil || !strings.Contains(d.Defect.Error(), "log") {
		t.Errorf("not closed: %+v, %v", d, err)
	}
	for name, at := range map[string]int{"its header": vhdxHeaders + 100, "its regions": vhdxRegions + 100} {
		b := vhdxOf(vhdxWhole, nil)
		b[at] ^= 1
		if d, err := crafted(b, nil); err == nil {
			t.Errorf("%s is damaged: %+v", name, d)
		}
	}
	for name, change := range map[string]func(b []byte){
		"no blocks":       func(b []byte) { clear(b[1<<20+64<<10:][:4]) },
		"an endless disk": func(b []byte) { b[1<<20+64<<10+8+7] = 0x80 },
		"no sectors":      func(b []byte) { clear(b[1<<20+64<<10+16:][:4]) },
		"a short table":   func(b []byte) { binary.LittleEndian.PutUint32(b[vhdxRegions+16+24:], 8) },
		"a needed region": func(b []byte) { copy(b[vhdxRegions+8:], "\x03"); b[vhdxRegions+16+64+28] = 1 },
	} {
		if d, err := crafted(vhdxOf(vhdxWhole, change), nil); err == nil {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// sparseVMDK has two grains of 512 bytes, one of which is there.
func sparseVMDK() imagetest.Memory {
	le := binary.LittleEndian
	b := make([]byte, 4*512)
	copy(b, vmdkMagic)
	le.PutUint64(b[12:], 2)
	le.PutUint64(b[20:], 1)
	le.PutUint32(b[44:], 2)
	le.PutUint64(b[56:], 1)
	le.PutUint32(b[512:], 2)
	le.PutUint32(b[1024+4:], 3)
	copy(b[1536:], "G")
	return imagetest.Memory(b)
}

// smallVDI has two blocks of 512 bytes, one of which is there.
func smallVDI() imagetest.Memory {
	le := binary.LittleEndian
	b := make([]byte, 3*512)
	copy(b[64:], vdiSignature)
	le.PutUint16(b[70:], 1)
	le.PutUint32(b[340:], 512)
	le.PutUint32(b[344:], 1024)
	le.PutUint64(b[368:], 1024)
	le.PutUint32(b[376:], 512)
	le.PutUint32(b[384:], 2)
	le.PutUint32(b[512:], vdiNone)
	copy(b[1024:], "V")
	return imagetest.Memory(b)
}

func TestSmall(t *testing.T) {
	for name, b := range map[string]imagetest.Memory{"VMDK": sparseVMDK(), "VDI": smallVDI()} {
		d, err := crafted(b, nil)
		if err != nil || d.Defect != nil || d.Format != name || d.Size() != 1024 {
			t.Errorf("%s: %+v, %v", name, d, err)
			continue
		}
		got := make([]byte, 1024)
		d.ReadAt(got, 0)
		_, first := d.Stored(0)
		_, second := d.Stored(512)
		if got[0] != 0 || got[512] != map[string]byte{"VMDK": 'G', "VDI": 'V'}[name] || first || !second {
			t.Errorf("%s: %q, stored %v, %v", name, got[510:514], first, second)
		}
	}
}
