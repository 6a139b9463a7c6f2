package mark

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"shokyo.dev/shokyo/internal/gpt"
	"shokyo.dev/shokyo/internal/tooltest"
)

// memory is a disk that takes a number of writes and then has no power any more.
type memory struct {
	data   []byte
	writes int // that are left
}

func (m *memory) ReadAt(b []byte, off int64) (int, error) {
	return bytes.NewReader(m.data).ReadAt(b, off)
}

func (m *memory) WriteAt(b []byte, off int64) (int, error) {
	if m.writes == 0 || off < 0 || off+int64(len(b)) > int64(len(m.data)) {
		return 0, io.ErrShortWrite
	}
	m.writes--
	return copy(m.data[off:], b), nil
}

func (m *memory) Sync() error { return nil }

// hostProgram runs one of the host's.
func hostProgram(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(tooltest.Path(t, name), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

const (
	someNumber   = "1234-4567-89ab-789abcdef0"
	newStickGUID = guidOfShokyo + NoNumber
	stickSize    = 80 << 20
)

// newStick makes what the image builder makes, with other people's programs: only
// the partitions, and the file system on the first.
func newStickImage(t testing.TB) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "stick.img")
	f, err := os.Create(path)
	if err := errors.Join(err, f.Truncate(stickSize), f.Close()); err != nil {
		t.Fatal(err)
	}
	hostProgram(t, "sgdisk", "--disk-guid="+newStickGUID+"01",
		"--new=1:1M:+36M", "--typecode=1:ef00", "--partition-guid=1:"+newStickGUID+roleSystem,
		"--new=2:0:0", "--typecode=2:0700", "--change-name=2:EVIDENCE", "--partition-guid=2:"+newStickGUID+roleEvidence, path)
	hostProgram(t, "mkfs.vfat", "-F", "32", "-s", "1", "-i", "5d0f0002", "--offset=2048", path, "36864")
	return path
}

func readImage(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A new stick gets a number, and is otherwise what it was, in the eyes of those who
// made it. A second number it does not get here: that is for who calls.
func TestNumberStick(t *testing.T) {
	path := newStickImage(t)
	before := readImage(t, path)
	was, err := Read(bytes.NewReader(before), 512, 2)
	if err != nil || was != (Mark{NoNumber, "5D0F-0002"}) {
		t.Fatal(was, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := Write(f, 512, someNumber); err != nil {
		t.Fatal(err)
	}
	now, err := Read(f, 512, 2)
	if err != nil || now != (Mark{someNumber, "BC9A-78AB"}) {
		t.Fatal(now, err)
	}
	if out := hostProgram(t, "sgdisk", "--verify", "--print", path); !strings.Contains(out, "No problems found") || !strings.Contains(out, strings.ToUpper(guidOfShokyo+now.Number+"01")) {
		t.Error(out)
	}
	for number, role := range map[string]string{"1": roleSystem, "2": roleEvidence} {
		if out := hostProgram(t, "sgdisk", "--info="+number, path); !strings.Contains(out, "unique GUID: "+strings.ToUpper(guidOfShokyo+now.Number+role)) {
			t.Error(out)
		}
	}
	after := readImage(t, path)
	system := filepath.Join(t.TempDir(), "system")
	write(t, system, string(after[1<<20:37<<20]))
	hostProgram(t, "fsck.vfat", "-n", system)
	changed := 0
	for i := range after {
		if after[i] != before[i] {
			changed++
			if inTable := i < 34*512 || i >= stickSize-33*512; !inTable && i != i/512*512+fatSerial+i%512-fatSerial {
				t.Fatalf("byte %d was changed", i)
			}
		}
	}
	if changed > 2*(3*11+8)+2*4 { // three GUIDs and two sums in each table, two serial numbers
		t.Errorf("%d bytes were changed", changed)
	}
}

// However far it came when the power failed, the primary table is whole, and the
// stick has a number or none.
func TestNumberStickCutOff(t *testing.T) {
	before := readImage(t, newStickImage(t))
	for writes := 0; ; writes++ {
		m := &memory{bytes.Clone(before), writes}
		done := Write(m, 512, someNumber)
		if _, err := gpt.Read(m, 512, 1); err != nil {
			t.Fatalf("after %d writes: %v", writes, err)
		}
		now, err := Read(m, 512, 2)
		if err != nil || (now.Number != NoNumber) != (done == nil) {
			t.Fatalf("after %d writes: %v, %v, %v", writes, now, err, done)
		}
		if done == nil {
			if writes < 4 {
				t.Errorf("only %d writes", writes)
			}
			return
		}
		again := &memory{m.data, 100}
		if err := Write(again, 512, someNumber); err != nil {
			t.Errorf("after %d writes, once more: %v", writes, err)
		}
		if now, err := Read(again, 512, 2); err != nil || now.Number == NoNumber {
			t.Errorf("after %d writes, once more: %v, %v", writes, now, err)
		}
	}
}

// A damaged table is left alone.
func TestNumberStickRefuses(t *testing.T) {
	good := readImage(t, newStickImage(t))
	for _, at := range []int{512, 512 + 56, 1024 + 5, 1024 + 128*100} {
		m := &memory{bytes.Clone(good), 100}
		m.data[at] ^= 1
		damaged := bytes.Clone(m.data)
		if err := Write(m, 512, someNumber); err == nil || !bytes.Equal(m.data, damaged) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

// gptOf makes the parts of a GPT that are looked at, in blocks of 512 bytes.
func gptOf(first uint64, count, size uint32, id []byte) []byte {
	disk := make([]byte, 64<<10)
	copy(disk[512:], "EFI PART")
	binary.LittleEndian.PutUint64(disk[512+72:], first)
	binary.LittleEndian.PutUint32(disk[512+80:], count)
	binary.LittleEndian.PutUint32(disk[512+84:], size)
	if first < 100 && size < 4096 {
		copy(disk[first*512+uint64(size)+16:], id) // entry 2
	}
	return disk
}

func evidenceBytes() []byte {
	return []byte{0x2e, 0x6a, 0x0f, 0x5d, 0, 0, 0, 0x40, 0x80, 0, 0, 0, 0, 0, 0, 3}
}

func TestReadMark(t *testing.T) {
	good := gptOf(2, 128, 128, evidenceBytes())
	other := evidenceBytes()
	other[15] = 2 // a system partition
	for _, c := range []struct {
		name      string
		disk      []byte
		block     int64
		partition int
		want      string
	}{
		{"evidence", good, 512, 2, NoNumber},
		{"other entry", good, 512, 1, ""},
		{"other role", gptOf(2, 128, 128, other), 512, 2, ""},
		{"entries of 256 bytes", gptOf(3, 4, 256, evidenceBytes()), 512, 2, NoNumber},
		{"no such entry", gptOf(2, 1, 128, evidenceBytes()), 512, 2, ""},
		{"entry 0", good, 512, 0, ""},
		{"no block size", good, 0, 2, ""},
		{"huge blocks", good, 1 << 40, 2, ""},
		{"entries far away", gptOf(1<<63, 128, 128, nil), 512, 2, ""},
		{"entries behind the end", gptOf(1<<39, 128, 128, nil), 512, 2, ""},
		{"entries of 0 bytes", gptOf(2, 128, 0, nil), 512, 2, ""},
		{"no GPT", make([]byte, 4096), 512, 2, ""},
		{"empty", nil, 512, 2, ""},
	} {
		got, err := Read(bytes.NewReader(c.disk), c.block, c.partition)
		if got.Number != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func FuzzMark(f *testing.F) {
	f.Add(gptOf(2, 128, 128, evidenceBytes())[:4096], int64(512), 2)
	f.Add([]byte("EFI PART"), int64(4096), -1)
	f.Add(readImage(f, newStickImage(f))[:40<<10], int64(512), 2)
	f.Fuzz(func(t *testing.T, disk []byte, block int64, number int) {
		m, err := Read(bytes.NewReader(disk), block, number)
		if err == nil && len(m.Number) != len(NoNumber) {
			t.Errorf("%q", m)
		}
		Write(&memory{bytes.Clone(disk), 100}, block, someNumber)
	})
}

func TestNumberOf(t *testing.T) {
	for guid, want := range map[string]string{
		newStickGUID + "03": NoNumber, newStickGUID + "02": "", newStickGUID + "x03": "", guidOfShokyo + "03": "", "": "",
		"c12a7328-f81f-11d2-ba4b-00a0c93ec903": "",
	} {
		if got, ours := numberOf(guid, roleEvidence); ours != (want != "") || ours && got != want {
			t.Errorf("%s: %q", guid, got)
		}
	}
}

// What boot loaders say, and what is none of it.
func TestBootOrigin(t *testing.T) {
	const line = "BOOT_IMAGE=vmlinuz console=tty0 quiet initrd=initramfs"
	for _, c := range []struct {
		name, variable, commandLine string
		want                        Origin
	}{
		{"a stick, by UEFI", strings.ToUpper(newStickGUID + roleSystem), line, Origin{Number: NoNumber}},
		{"another disk, by UEFI", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", line + " FSUUID=5D0F-0002", Origin{}},
		{"its evidence, by UEFI", newStickGUID + roleEvidence, line, Origin{}},
		{"by BIOS", "", line + " FSUUID=5D0F-0002\n", Origin{Volume: "5D0F-0002"}},
		{"by a network", "", line, Origin{}},
		{"nothing is known", "", "", Origin{}},
	} {
		dir := t.TempDir()
		if c.variable != "" {
			b := []byte{6, 0, 0, 0}
			for _, u := range append(utf16.Encode([]rune(c.variable)), 0) {
				b = binary.LittleEndian.AppendUint16(b, u)
			}
			write(t, filepath.Join(dir, loaderPartition), string(b))
		}
		if c.commandLine != "" {
			write(t, filepath.Join(dir, "cmdline"), c.commandLine)
		}
		if got := Boot(dir, filepath.Join(dir, "cmdline")); got != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	if efiString([]byte{1, 2}) != "" || efiString([]byte{6, 0, 0, 0, 'a', 0, 'b'}) != "a" {
		t.Error("a short variable")
	}
}

func TestNewNumber(t *testing.T) {
	a, b := NewNumber(), NewNumber()
	if a == b || len(a) != len(NoNumber) || a[5] != '4' || !strings.Contains("89ab", a[10:11]) {
		t.Error(a, b)
	}
	for _, n := range []string{a, NoNumber} {
		bytes, err := parseNumber(n)
		if err != nil || gpt.GUID(slices.Concat([]byte{0x2e, 0x6a, 0x0f, 0x5d}, bytes, []byte{3})) != guidOfShokyo+n+"03" {
			t.Errorf("%s: %x, %v", n, bytes, err)
		}
	}
	for _, n := range []string{"", "1234", NoNumber + "00", strings.Replace(NoNumber, "4", "x", 1)} {
		if b, err := parseNumber(n); err == nil {
			t.Errorf("%q: %x", n, b)
		}
	}
}

// The copy of the boot sector is only written where there is one.
func TestNoCopyOfTheBootSector(t *testing.T) {
	disk := readImage(t, newStickImage(t))
	disk[1<<20+fatBackup], disk[1<<20+fatBackup+1] = 0xff, 0xff // 32 MiB on
	before := bytes.Clone(disk[2<<20 : 37<<20])
	if err := Write(&memory{disk, 100}, 512, someNumber); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(disk[2<<20:37<<20], before) {
		t.Error("a file was written over")
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
