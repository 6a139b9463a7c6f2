package disk

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/internal/tooltest"
)

// testDisk has all that a stick has, smaller.
func testDisk() Image {
	return Image{
		System: []bootimage.File{
			{Path: "/EFI/BOOT/BOOTX64.EFI", Data: bytes.Repeat([]byte("program "), 100_000)},
			{Path: "/syslinux/vmlinuz", Data: []byte("kernel")},
			{Path: "/syslinux/syslinux.cfg", Data: SyslinuxConfig("vmlinuz", "initramfs", "quiet")},
		},
		BIOS: true, EvidenceSize: 40 << 20, Time: time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC),
	}
}

func write(t *testing.T, d Image) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "usb.img")
	if err := d.Write(name); err != nil {
		t.Fatal(err)
	}
	return name
}

// program runs one of the host's.
func program(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(tooltest.Path(t, name), args...)
	cmd.Env = append(os.Environ(), "TZ=UTC", "MTOOLS_SKIP_CHECK=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func digestOf(t *testing.T, name string) [sha256.Size]byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// The second image is made in another folder, at another time of day for all
// that asks for it, in another time zone.
func TestDiskIsTheSameTwice(t *testing.T) {
	for name, format := range map[string]EvidenceFormat{"FAT32": FAT32, "exFAT": ExFAT} {
		t.Run(name, func(t *testing.T) {
			d := testDisk()
			d.Evidence = format
			first := digestOf(t, write(t, d))
			t.Setenv("TZ", "Asia/Tokyo")
			t.Setenv("SOURCE_DATE_EPOCH", "1000000000")
			if second := digestOf(t, write(t, d)); first != second {
				t.Errorf("%x, then %x", first, second)
			}
			d.Time = d.Time.Add(time.Hour)
			if other := digestOf(t, write(t, d)); first == other {
				t.Error("the time is nowhere in the image")
			}
		})
	}
}

// Other programs read what was written, and find no fault with it.
func TestDiskIsSound(t *testing.T) {
	d := testDisk()
	d.EvidenceFile = []bootimage.File{{Path: "/job.toml", Data: []byte("a job")}}
	image := write(t, d)
	size, err := d.SystemSize()
	if err != nil || size != smallestFAT32 {
		t.Errorf("system partition of %d bytes, %v", size, err)
	}
	if out := program(t, "sgdisk", "-v", image); !strings.Contains(out, "No problems found") {
		t.Errorf("sgdisk: %s", out)
	}
	for partition, want := range map[string][]string{
		"1": {"C12A7328-F81F-11D2-BA4B-00A0C93EC93B", strings.ToUpper(SystemGUID), "Attribute flags: 0000000000000004"},
		"2": {"EBD0A0A2-B9E5-4433-87C0-68B6B72699C7", strings.ToUpper(EvidenceGUID), "Partition name: 'EVIDENCE'"},
	} {
		out := program(t, "sgdisk", "-i", partition, image)
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("partition %s: no %s in\n%s", partition, w, out)
			}
		}
	}
	system := part(t, image, firstByte, size)
	evidence := part(t, image, firstByte+size, d.EvidenceSize)
	for _, fs := range []string{system, evidence} {
		if out := program(t, "fsck.vfat", "-n", "-v", fs); strings.Contains(out, "Invalid") || !strings.Contains(out, "32 bit entries") {
			t.Errorf("fsck.vfat: %s", out)
		}
	}
	if out := program(t, "mtype", "-i", evidence, "::/job.toml"); out != "a job" {
		t.Errorf("job.toml is %q", out)
	}
	for _, f := range d.System {
		copied := filepath.Join(t.TempDir(), "file")
		program(t, "mcopy", "-i", system, "::"+f.Path, copied)
		if digestOf(t, copied) != sha256.Sum256(f.Data) {
			t.Errorf("%s is not what was put in", f.Path)
		}
	}
	if out := program(t, "mdir", "-a", "-i", system, "::/syslinux"); strings.Count(out, "2026-01-02") != 6 || !strings.Contains(out, "5D0F-0002") || !strings.Contains(out, "SHOKYOBOOT") {
		t.Errorf("mdir: %s", out)
	}
}

// part copies a partition to a file of its own.
func part(t *testing.T, image string, start, size int64) string {
	t.Helper()
	in, err := os.Open(image)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(t.TempDir(), "part"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, io.NewSectionReader(in, start, size)); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Name()
}

func TestBootSectors(t *testing.T) {
	f, err := os.Open(write(t, testDisk()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, firstByte+7*sectorSize)
	if _, err := io.ReadFull(f, b); err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(BootCode)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, code) || b[450] != 0xee || b[510] != 0x55 || b[511] != 0xaa {
		t.Error("the first sector is not boot code and protective table")
	}
	boot, backup := b[firstByte:firstByte+sectorSize], b[firstByte+6*sectorSize:]
	if !bytes.Equal(boot, backup) || !bytes.Contains(boot, []byte("SYSLINUX")) || binary.LittleEndian.Uint32(boot[28:]) != firstByte/sectorSize {
		t.Error("the boot sectors are not SYSLINUX's, twice, with the partition's place")
	}
}

func TestExFATIsSound(t *testing.T) {
	d := testDisk()
	d.BIOS, d.Evidence = false, ExFAT
	image := write(t, d)
	fs := part(t, image, firstByte+smallestFAT32, d.EvidenceSize)
	if out := program(t, "fsck.exfat", "-n", fs); !strings.Contains(out, "clean") {
		t.Error(out)
	}
	f, err := os.OpenFile(fs, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte{1}, serialOffset); err != nil { // the checksum is looked at
		t.Fatal(err)
	}
	out, err := exec.Command("/usr/sbin/fsck.exfat", "-n", fs).CombinedOutput()
	if err == nil {
		t.Errorf("a wrong checksum passes: %s", out)
	}
}

func TestBadDisks(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Image)
	}{
		{"evidence too small", func(d *Image) { d.EvidenceSize = 20 << 20 }},
		{"evidence too large", func(d *Image) { d.EvidenceSize = LargestEvidence + mebibyte }},
		{"half a mebibyte", func(d *Image) { d.EvidenceSize++ }},
		{"files on exFAT", func(d *Image) {
			d.Evidence, d.EvidenceFile = ExFAT, []bootimage.File{{Path: "/job.toml", Data: []byte("x")}}
		}},
		{"a file that is not there", func(d *Image) { d.System[0] = bootimage.File{Path: "/x", Host: "/nonexistent"} }},
	} {
		d := testDisk()
		c.change(&d)
		if err := d.Write(filepath.Join(t.TempDir(), "usb.img")); err == nil {
			t.Errorf("%s: an image was made", c.name)
		}
	}
}

func TestSystemSize(t *testing.T) {
	// One file of 60 MiB: 122,880 clusters with eight bytes each in the tables.
	d := Image{System: []bootimage.File{{Path: "/x", Data: make([]byte, 60<<20)}}}
	if got, err := d.SystemSize(); err != nil || got != 62<<20 {
		t.Errorf("%d, %v", got, err)
	}
}

// memory is a volume of bytes.
type memory []byte

func (m memory) ReadAt(b []byte, at int64) (int, error) {
	if at < 0 || at+int64(len(b)) > int64(len(m)) {
		return 0, io.EOF
	}
	return copy(b, m[at:]), nil
}

func (m memory) WriteAt(b []byte, at int64) (int, error) {
	if at < 0 || at+int64(len(b)) > int64(len(m)) {
		return 0, io.ErrShortWrite
	}
	return copy(m[at:], b), nil
}

// tinyFAT has a boot sector, one table of one sector, a root directory in
// cluster 2 and one below it in cluster 3. It is far too small to be FAT32, which
// settleFAT does not mind.
func tinyFAT() memory {
	m := make(memory, 64*512)
	le := binary.LittleEndian
	le.PutUint16(m[11:], 512)
	m[13], m[16] = 1, 1
	le.PutUint16(m[14:], 32)
	le.PutUint32(m[32:], 64)
	le.PutUint32(m[36:], 1)
	le.PutUint32(m[44:], 2)
	le.PutUint16(m[50:], 6)
	table := m[32*512:]
	for _, c := range []int{2, 3} {
		le.PutUint32(table[c*4:], 0x0fffffff)
	}
	root := m[33*512:]
	copy(root, "DIR        \x10")
	root[26] = 3
	below := m[34*512:]
	copy(below, "..         \x10")
	below[26] = 2
	copy(below[32:], "\xe5ELETED TXT\x20")
	copy(below[64:], "Along name \x0f")
	return m
}

func TestSettleFAT(t *testing.T) {
	m := tinyFAT()
	if err := settleFAT(m, 0, 0x12345678, time.Date(2026, 11, 22, 7, 8, 9, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	const date, clock = 46<<9 | 11<<5 | 22, 7<<11 | 8<<5 | 4
	for name, entry := range map[string][]byte{"DIR": m[33*512:], "..": m[34*512:], "deleted": m[34*512+32:]} {
		le := binary.LittleEndian
		if le.Uint16(entry[14:]) != clock || le.Uint16(entry[16:]) != date || le.Uint16(entry[18:]) != date || le.Uint16(entry[22:]) != clock || le.Uint16(entry[24:]) != date {
			t.Errorf("%s: % x", name, entry[:32])
		}
	}
	if long := m[34*512+64:]; long[14] != 0 || long[26] != 0 {
		t.Error("a long name was changed")
	}
	if m[34*512+26] != 0 {
		t.Error(".. in the root does not go by 0")
	}
	if !bytes.Equal(m[:512], m[6*512:7*512]) || binary.LittleEndian.Uint32(m[67:]) != 0x12345678 {
		t.Error("the boot sector is not settled")
	}
}

func FuzzSettleFAT(f *testing.F) {
	f.Add([]byte(tinyFAT()))
	loop := tinyFAT()
	binary.LittleEndian.PutUint32(loop[32*512+8:], 2) // the root follows itself
	f.Add([]byte(loop))
	f.Add(make([]byte, 512))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := memory(bytes.Clone(b))
		if settleFAT(m, 0, 1, time.Unix(fuzzTime, 0)) != nil {
			return
		}
		again := memory(bytes.Clone(m))
		if err := settleFAT(again, 0, 1, time.Unix(fuzzTime, 0)); err == nil && !bytes.Equal(m, again) {
			t.Error("settling twice changes something")
		}
	})
}

const fuzzTime = 1767225600

func TestSettleExFATRefuses(t *testing.T) {
	if err := settleExFAT(make(memory, 24*512), 1); err == nil {
		t.Error("zeros pass for exFAT")
	}
	if err := settleExFAT(make(memory, 512), 1); err == nil {
		t.Error("a short volume passes for exFAT")
	}
}

func TestCopySparse(t *testing.T) {
	for _, size := range []int{0, 1, 64 << 10, 64<<10 + 1, 300_000} {
		from := make([]byte, size)
		if size > 100_000 {
			from[size-1], from[70_000] = 1, 2
		}
		to := make(memory, size)
		if err := copySparse(to, bytes.NewReader(from)); err != nil || !bytes.Equal(from, to) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}
