package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
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

// hostProgram runs one of the host's, also of those that only root has in the PATH.
func hostProgram(t testing.TB, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		path = filepath.Join("/usr/sbin", name)
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	if errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%v: run scripts/install-test-tools", err)
	}
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

const (
	newStickGUID = guidOfShokyo + noNumber
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
	was, err := readMark(bytes.NewReader(before), 512, 2)
	if err != nil || was != (mark{noNumber, "5D0F-0002"}) {
		t.Fatal(was, err)
	}
	f, err := openStick(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := numberStick(f, 512); err != nil {
		t.Fatal(err)
	}
	now, err := readMark(f, 512, 2)
	if err != nil || now.number == noNumber || now.volume == was.volume || len(now.number) != len(noNumber) || now.number[5] != '4' || !strings.Contains("89ab", now.number[10:11]) {
		t.Fatal(now, err)
	}
	if out := hostProgram(t, "sgdisk", "--verify", "--print", path); !strings.Contains(out, "No problems found") || !strings.Contains(out, strings.ToUpper(guidOfShokyo+now.number+"01")) {
		t.Error(out)
	}
	for number, role := range map[string]string{"1": roleSystem, "2": roleEvidence} {
		if out := hostProgram(t, "sgdisk", "--info="+number, path); !strings.Contains(out, "unique GUID: "+strings.ToUpper(guidOfShokyo+now.number+role)) {
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
		done := numberStick(m, 512)
		if _, err := readTable(m, 512, 1); err != nil {
			t.Fatalf("after %d writes: %v", writes, err)
		}
		now, err := readMark(m, 512, 2)
		if err != nil || (now.number != noNumber) != (done == nil) {
			t.Fatalf("after %d writes: %v, %v, %v", writes, now, err, done)
		}
		if done == nil {
			if writes < 4 {
				t.Errorf("only %d writes", writes)
			}
			return
		}
		again := &memory{m.data, 100}
		if err := numberStick(again, 512); err != nil {
			t.Errorf("after %d writes, once more: %v", writes, err)
		}
		if now, err := readMark(again, 512, 2); err != nil || now.number == noNumber {
			t.Errorf("after %d writes, once more: %v, %v", writes, now, err)
		}
	}
}

// A damaged table is left alone.
func TestNumberStickRefuses(t *testing.T) {
	good := readImage(t, newStickImage(t))
	for _, at := range []int{512, 512 + gptDiskGUID, 1024 + 5, 1024 + 128*100} {
		m := &memory{bytes.Clone(good), 100}
		m.data[at] ^= 1
		damaged := bytes.Clone(m.data)
		if err := numberStick(m, 512); err == nil || !bytes.Equal(m.data, damaged) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

// gptOf makes the parts of a GPT that are looked at, in blocks of 512 bytes.
func gptOf(first uint64, count, size uint32, id []byte) []byte {
	disk := make([]byte, 64<<10)
	copy(disk[512:], "EFI PART")
	binary.LittleEndian.PutUint64(disk[512+gptEntries:], first)
	binary.LittleEndian.PutUint32(disk[512+gptEntryCount:], count)
	binary.LittleEndian.PutUint32(disk[512+gptEntrySize:], size)
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
		{"evidence", good, 512, 2, noNumber},
		{"other entry", good, 512, 1, ""},
		{"other role", gptOf(2, 128, 128, other), 512, 2, ""},
		{"entries of 256 bytes", gptOf(3, 4, 256, evidenceBytes()), 512, 2, noNumber},
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
		got, err := readMark(bytes.NewReader(c.disk), c.block, c.partition)
		if got.number != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func FuzzMark(f *testing.F) {
	f.Add(gptOf(2, 128, 128, evidenceBytes())[:4096], int64(512), 2)
	f.Add([]byte("EFI PART"), int64(4096), -1)
	f.Add(readImage(f, newStickImage(f))[:40<<10], int64(512), 2)
	f.Fuzz(func(t *testing.T, disk []byte, block int64, number int) {
		m, err := readMark(bytes.NewReader(disk), block, number)
		if err == nil && len(m.number) != len(noNumber) {
			t.Errorf("%q", m)
		}
		numberStick(&memory{bytes.Clone(disk), 100}, block)
	})
}

func TestNumberOf(t *testing.T) {
	for guid, want := range map[string]string{
		newStickGUID + "03": noNumber, newStickGUID + "02": "", newStickGUID + "x03": "", guidOfShokyo + "03": "", "": "",
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
		want                        origin
	}{
		{"a stick, by UEFI", strings.ToUpper(newStickGUID + roleSystem), line, origin{number: noNumber}},
		{"another disk, by UEFI", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", line + " FSUUID=5D0F-0002", origin{}},
		{"its evidence, by UEFI", newStickGUID + roleEvidence, line, origin{}},
		{"by BIOS", "", line + " FSUUID=5D0F-0002\n", origin{volume: "5D0F-0002"}},
		{"by a network", "", line, origin{}},
		{"nothing is known", "", "", origin{}},
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
		if got := bootOrigin(dir, filepath.Join(dir, "cmdline")); got != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	if efiString([]byte{1, 2}) != "" || efiString([]byte{6, 0, 0, 0, 'a', 0, 'b'}) != "a" {
		t.Error("a short variable")
	}
}

// withMarks gives each stick of the rig its mark.
func withMarks(t *testing.T, marks map[string]mark) *rig {
	t.Helper()
	b := newRig(t)
	b.stick.read = func(p partition) (mark, error) { return marks[p.disk], nil }
	b.stick.number = func(p partition) error {
		marks[p.disk] = mark{"of " + p.disk, "OF-" + p.disk}
		return nil
	}
	return b
}

// Only the stick that the computer was started from is written to, whichever other
// is there, and whether or not it is there itself.
func TestOtherSticks(t *testing.T) {
	for _, c := range []struct {
		origin  origin
		sticks  string // "sda=1 ...", in the order of the kernel's names
		want    string
		wantErr error
	}{
		{origin{number: "1"}, "sda=1 sdb=2", "sda", nil},
		{origin{number: "2"}, "sda=1 sdb=2", "sdb", nil},
		{origin{number: "2"}, "sda=1 sdb=" + noNumber, "", errOtherStick},
		{origin{number: noNumber}, "sda=1 sdb=" + noNumber, "sdb", nil},
		{origin{number: "1"}, "sda=1 sdb=1", "", errTwoSticks}, // a copy
		{origin{number: "1"}, "sda=2", "", errOtherStick},
		{origin{number: "1"}, "", "", errNoStick},
		{origin{volume: "V2"}, "sda=1 sdb=2", "sdb", nil},
		{origin{volume: "V3"}, "sda=1 sdb=2", "", errOtherStick},
		{origin{}, "sda=1 sdb=2", "", errTwoSticks},
		{origin{}, "sda=1", "sda", nil},
	} {
		marks := make(map[string]mark)
		b := withMarks(t, marks)
		b.stick.origin = c.origin
		for i, word := range strings.Fields(c.sticks) {
			disk, number, _ := strings.Cut(word, "=")
			marks[disk] = mark{number, "V" + number}
			b.attach(disk, i, "EVIDENCE")
		}
		_, err := b.Evidence()
		if err != c.wantErr || b.stick.disk() != c.want {
			t.Errorf("%+v, %s: %q, %v", c.origin, c.sticks, b.stick.disk(), err)
		}
		for _, flag := range b.flags {
			if disk, made := strings.CutSuffix(flag, " false"); made && disk != c.want {
				t.Errorf("%+v, %s: %s was made writable", c.origin, c.sticks, disk)
			}
		}
	}
}

// A stick that is used for the first time gets its number before anything is
// written to it, and is still the one that the computer was started from.
func TestFirstUse(t *testing.T) {
	for _, o := range []origin{{number: noNumber}, {volume: "5D0F-0002"}, {}} {
		marks := map[string]mark{"sda": {noNumber, "5D0F-0002"}}
		b := withMarks(t, marks)
		b.stick.origin = o
		b.attach("sda", 1, "EVIDENCE")
		b.stick.mount = func(string, string) error {
			if marks["sda"].number == noNumber || !slices.Contains(b.flags, "sda false") {
				t.Error("it was mounted before it had a number")
			}
			return nil
		}
		if _, err := b.Evidence(); err != nil {
			t.Fatal(err)
		}
		b.attach("sdb", 2, "EVIDENCE")
		marks["sdb"] = mark{noNumber, "5D0F-0002"}
		if _, err := b.Evidence(); o.known() && (err != nil || b.stick.disk() != "sda") || !o.known() && err != errTwoSticks {
			t.Errorf("%+v: %v", o, err)
		}
		if marks["sdb"].number != noNumber {
			t.Error("the other stick was written to")
		}
	}
	b := newRig(t)
	b.attach("sda", 1, "EVIDENCE")
	b.numbers["sda"] = noNumber
	b.stick.number = func(partition) error { return nil } // it takes the write and loses it
	if _, err := b.Evidence(); !errors.Is(err, errProtected) || b.mounts != 0 {
		t.Error(err)
	}
	b.stick.number = func(partition) error { return fmt.Errorf("write: %w", io.ErrShortWrite) }
	if _, err := b.Evidence(); !errors.Is(err, io.ErrShortWrite) || b.mounts != 0 {
		t.Error(err)
	}
}

// Another stick takes the place of the one that is missed if a person plugs it in
// after that. What was there before stays what it is: a disk to examine.
func TestAnotherStickInItsPlace(t *testing.T) {
	marks := map[string]mark{"sda": {"1", ""}, "sdb": {"2", ""}, "sdc": {"3", ""}, "sdd": {"1", ""}}
	b := withMarks(t, marks)
	b.stick.origin = origin{number: "1"}
	b.attach("sdb", 1, "EVIDENCE")
	b.onWait = func() {
		if b.waited > stickLimit/2 {
			b.attach("sdc", 2, "EVIDENCE") // a disk that takes its time
		}
	}
	if err := b.awaitStick(t.Context(), loaded(), stickLimit); err != errOtherStick || b.waited < stickLimit {
		t.Fatal(err, b.waited)
	}
	if _, err := b.Evidence(); err != errOtherStick {
		t.Fatal(err) // missed, from now on
	}
	b.pull("sdc")
	b.attach("sdc", 3, "EVIDENCE")
	if _, err := b.Evidence(); err != nil || b.stick.disk() != "sdc" {
		t.Fatal(err, b.stick.disk())
	}
	b.attach("sdd", 4, "EVIDENCE") // the one that was missed
	if _, err := b.Evidence(); err != nil || b.stick.disk() != "sdd" {
		t.Fatal(err, b.stick.disk())
	}
	b.pull("sdd")
	if _, err := b.Evidence(); err != errOtherStick {
		t.Error("sdc is taken, which nobody plugged in since: ", err, b.stick.disk())
	}
	if slices.Contains(b.flags, "sdb false") {
		t.Error(b.flags)
	}
}
