package main

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
	"time"
	"unicode/utf16"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/screen"
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
	if err := numberStick(f, 512, someNumber); err != nil {
		t.Fatal(err)
	}
	now, err := readMark(f, 512, 2)
	if err != nil || now != (mark{someNumber, "BC9A-78AB"}) {
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
		done := numberStick(m, 512, someNumber)
		if _, err := gpt.Read(m, 512, 1); err != nil {
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
		if err := numberStick(again, 512, someNumber); err != nil {
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
	for _, at := range []int{512, 512 + 56, 1024 + 5, 1024 + 128*100} {
		m := &memory{bytes.Clone(good), 100}
		m.data[at] ^= 1
		damaged := bytes.Clone(m.data)
		if err := numberStick(m, 512, someNumber); err == nil || !bytes.Equal(m.data, damaged) {
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
		numberStick(&memory{bytes.Clone(disk), 100}, block, someNumber)
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
		{"a stick, by UEFI", strings.ToUpper(newStickGUID + roleSystem), line, origin{Number: noNumber}},
		{"another disk, by UEFI", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", line + " FSUUID=5D0F-0002", origin{}},
		{"its evidence, by UEFI", newStickGUID + roleEvidence, line, origin{}},
		{"by BIOS", "", line + " FSUUID=5D0F-0002\n", origin{Volume: "5D0F-0002"}},
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

func TestNewNumber(t *testing.T) {
	a, b := newNumber(), newNumber()
	if a == b || len(a) != len(noNumber) || a[5] != '4' || !strings.Contains("89ab", a[10:11]) {
		t.Error(a, b)
	}
	for _, n := range []string{a, noNumber} {
		bytes, err := parseNumber(n)
		if err != nil || gpt.GUID(slices.Concat([]byte{0x2e, 0x6a, 0x0f, 0x5d}, bytes, []byte{3})) != guidOfShokyo+n+"03" {
			t.Errorf("%s: %x, %v", n, bytes, err)
		}
	}
	for _, n := range []string{"", "1234", noNumber + "00", strings.Replace(noNumber, "4", "x", 1)} {
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
	if err := numberStick(&memory{disk, 100}, 512, someNumber); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(disk[2<<20:37<<20], before) {
		t.Error("a file was written over")
	}
}

// withSticks attaches "sda=1 sdb=2", in that order: the sticks of those numbers.
func withSticks(t *testing.T, o origin, sticks string) *rig {
	t.Helper()
	b := newRig(t)
	b.stick.origin = o
	for i, word := range strings.Fields(sticks) {
		disk, number, _ := strings.Cut(word, "=")
		b.marks[disk] = mark{number, "V" + number}
		b.Attach(disk, i, "EVIDENCE")
	}
	return b
}

// Only the stick that the computer was started from is written to, whichever other
// is there, and whether or not it is there itself.
func TestOtherSticks(t *testing.T) {
	for _, c := range []struct {
		origin  origin
		sticks  string
		want    string
		wantErr error
	}{
		{origin{Number: "1"}, "sda=1 sdb=2", "sda", nil},
		{origin{Number: "2"}, "sda=1 sdb=2", "sdb", nil},
		{origin{Number: "2"}, "sda=1 sdb=" + noNumber, "", errOtherStick},
		{origin{Number: noNumber}, "sda=1 sdb=" + noNumber, "sdb", nil},
		{origin{Number: noNumber, Next: "2"}, "sda=1 sdb=2", "sdb", nil},
		{origin{Number: "1"}, "sda=1 sdb=1", "", errTwoSticks}, // a copy
		{origin{Number: "1"}, "sda=2", "", errOtherStick},
		{origin{Number: "1"}, "", "", errNoStick},
		{origin{Volume: "V2"}, "sda=1 sdb=2", "sdb", nil},
		{origin{Volume: "V3"}, "sda=1 sdb=2", "", errOtherStick},
		{origin{}, "sda=1 sdb=2", "", errTwoSticks},
		{origin{}, "sda=1", "sda", nil},
	} {
		b := withSticks(t, c.origin, c.sticks)
		_, err := b.Evidence()
		if !errors.Is(err, c.wantErr) || b.stick.disk() != c.want {
			t.Errorf("%+v, %s: %q, %v", c.origin, c.sticks, b.stick.disk(), err)
		}
		b.wantWritable(c.want)
	}
}

// wantWritable: no other disk was ever made writable.
func (b *rig) wantWritable(disks ...string) {
	b.t.Helper()
	for _, flag := range b.flags {
		if disk, made := strings.CutSuffix(flag, " false"); made && !slices.Contains(disks, disk) {
			b.t.Errorf("%s was made writable", disk)
		}
	}
}

// A stick that is used for the first time gets its number before anything is written
// to it, and is the one from then on: beside other new sticks, when it was pulled,
// and after a failure of the program.
func TestFirstUse(t *testing.T) {
	for _, o := range []origin{{Number: noNumber}, {Volume: "V" + noNumber}, {}} {
		b := withSticks(t, o, "sda="+noNumber)
		b.stick.mount = func(string, string) error {
			if b.marks["sda"].number == noNumber || !slices.Contains(b.flags, "sda false") {
				t.Error("it was mounted before it had a number")
			}
			return nil
		}
		if _, err := b.Evidence(); err != nil {
			t.Fatal(err)
		}
		again := newRigIn(t, filepath.Dir(b.runDir))
		again.stick.startedFrom(o)
		again.marks = b.marks
		for _, b := range []*rig{b, again} {
			b.Attach("sdb", 2, "EVIDENCE")
			b.marks["sdb"] = mark{noNumber, "V" + noNumber}
			if _, err := b.Evidence(); err != nil || b.stick.disk() != "sda" {
				t.Errorf("%+v: %v", o, err)
			}
			b.Pull("sda")
			if _, err := b.Evidence(); !errors.Is(err, errOtherStick) {
				t.Errorf("%+v: %v", o, err)
			}
			b.Attach("sda", 3, "EVIDENCE")
			b.wantWritable("sda")
		}
	}
}

// The number may be on the stick though writing it failed, or not be there though it
// did not; and the program may fail in between.
func TestFirstUseFails(t *testing.T) {
	for _, c := range []struct {
		err     error
		written bool
		want    error
	}{
		{nil, false, nil}, {io.ErrShortWrite, false, io.ErrShortWrite}, {unix.EIO, true, unix.EIO}, {unix.EROFS, false, errProtected},
	} {
		for i, o := range []origin{{Number: noNumber}, {Volume: "V" + noNumber}, {Number: noNumber}, {Volume: "V" + noNumber}} {
			b := withSticks(t, o, "sda="+noNumber)
			number := b.stick.number
			b.stick.number = func(p disks.Partition, n string) error {
				if c.written {
					number(p, n)
				}
				return c.err
			}
			if _, err := b.Evidence(); err == nil || !errors.Is(err, c.want) && c.want != nil || b.mounts != 0 {
				t.Errorf("%+v: %v", c, err)
			}
			b.stick.number = number
			if i > 1 {
				marks := b.marks
				b = newRigIn(t, filepath.Dir(b.runDir))
				b.marks = marks
				b.stick.startedFrom(o)
			}
			if _, err := b.Evidence(); err != nil || b.stick.disk() != "sda" {
				t.Errorf("%+v: it is not the stick any more: %v", c, err)
			}
		}
	}
}

// Another stick takes the place of the one that is missed when somebody says so, and
// never by itself: whenever it was plugged in.
func TestAnotherStickInItsPlace(t *testing.T) {
	b := withSticks(t, origin{Number: "1"}, "sdb=2")
	if err := b.awaitStick(t.Context(), loaded(), stickLimit); !errors.Is(err, errOtherStick) || b.waited < stickLimit {
		t.Fatal(err, b.waited)
	}
	b.Pull("sdb")
	b.Attach("sdb", 9, "EVIDENCE")
	if _, err := b.Evidence(); !errors.Is(err, errOtherStick) {
		t.Fatal(err)
	}
	b.marks["sdc"] = mark{number: "3"}
	b.Attach("sdc", 2, "EVIDENCE")
	if err := b.TakeOtherStick(); !errors.Is(err, errTwoSticks) {
		t.Error(err)
	}
	b.Pull("sdb")
	b.running.Store(&[]Disk{{Path: "/dev/sdc"}})
	if err := b.TakeOtherStick(); !errors.Is(err, errBusy) {
		t.Error(err)
	}
	b.running.Store(nil)
	b.wantWritable()
	if err := b.TakeOtherStick(); err != nil {
		t.Error(err)
	}
	if _, err := b.Evidence(); err != nil || b.stick.disk() != "sdc" {
		t.Fatal(err, b.stick.disk())
	}
	b.wantPrinted("reports go to the stick sdc\n")
	// The stick that was used until then is a disk again.
	b = withSticks(t, origin{Number: "1"}, "sda=1")
	if _, err := b.Evidence(); err != nil {
		t.Fatal(err)
	}
	b.Attach("sdc", 3, "EVIDENCE")
	b.marks["sdc"] = mark{number: "3"}
	b.stick.become(origin{Number: "3"})
	if _, err := b.Evidence(); err != nil || b.stick.disk() != "sdc" || !slices.Contains(b.flags[2:], "sda true") {
		t.Error(err, b.flags)
	}
	b.wantWritable("sda", "sdc")
	// After a failure of the program it still is. What it was started from is not.
	b = newRigIn(t, filepath.Dir(b.runDir))
	b.marks["sdc"], b.marks["sda"] = mark{number: "3"}, mark{number: "1"}
	b.stick.startedFrom(origin{Number: "1"})
	b.Attach("sda", 4, "EVIDENCE")
	if _, err := b.Evidence(); err != nil || b.stick.disk() != "sdc" {
		t.Error(err, b.stick.disk())
	}
	if err := b.TakeOtherStick(); err != nil { // there is nothing to take: the stick is there
		t.Error(err)
	}
	b.wantWritable("sdc")
}

// A stick is left alone for a while after it appeared: a copy of it may come a moment
// later. So it is after each time.
func TestStickSettles(t *testing.T) {
	b := withSticks(t, origin{Number: "1"}, "sda=1")
	b.stick.settle = stickAlone
	b.marks["sdb"] = mark{number: "1"}
	for _, c := range []struct {
		do   func()
		wait time.Duration
		want error
	}{
		{func() {}, 0, errSettling},
		{func() {}, stickAlone - 1, errSettling},
		{func() {}, 1, nil},
		{func() { b.Attach("sdb", 2, "EVIDENCE") }, 0, errTwoSticks},
		{func() { b.Pull("sda") }, time.Hour, errSettling},
		{func() {}, stickAlone, nil},
		{func() { b.Pull("sdb") }, 0, errNoStick},
		{func() { b.Attach("sdb", 5, "EVIDENCE"); b.coming = true }, stickAlone, errSettling},
		{func() {}, stickOnItsWay - 1, errSettling},
		{func() {}, 1, nil}, // it does not come
		{func() { b.Pull("sdb"); b.coming = false }, 0, errNoStick},
		{func() { b.Attach("sdb", 3, "EVIDENCE") }, 0, errSettling},
		{func() { b.running.Store(&[]Disk{{Path: "/dev/sdb"}}) }, time.Minute, errBusy},
		{func() { b.running.Store(nil) }, 0, nil},
	} {
		c.do()
		b.waited += c.wait
		if _, err := b.Evidence(); !errors.Is(err, c.want) {
			t.Errorf("after %v: %v, want %v", b.waited, err, c.want)
		}
	}
}

// What was read of a stick is not read again: it may be a disk that is dying.
func TestMarkIsReadOnce(t *testing.T) {
	b := newRig(t)
	reads := 0
	b.stick.read = func(disks.Partition) (mark, error) {
		if reads++; reads == 1 {
			return mark{}, unix.EIO
		}
		return mark{number: "1"}, nil
	}
	b.Attach("sda", 1, "EVIDENCE")
	for range 5 {
		b.Evidence()
	}
	if reads != 1 {
		t.Errorf("%d times", reads)
	}
	b.waited += stickOnItsWay
	for range 5 {
		b.Evidence()
	}
	if reads != 2 {
		t.Errorf("%d times", reads)
	}
}

// In an unattended computer somebody can have another stick used, and nothing else on
// a line does: the other end of it may echo what it is shown.
func TestTypingTakesOtherStick(t *testing.T) {
	b := withSticks(t, origin{Number: "1"}, "sda=2")
	keyboard, console, err := screen.NewTerminal()
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	keyboard.Write([]byte("u\r")) // too early: nobody was asked
	b.log.TTYs = screen.On(b.console, console)
	bundle := filepath.Join(b.runDir, "sdb")
	write(t, filepath.Join(bundle, "report.json"), "{}")
	b.keep(&report{folder: "x", outcome: Outcome{Source: "/dev/sdb", Verdict: "no-residue", Bundle: bundle}})
	asked := 0
	b.after = func(time.Duration) <-chan time.Time {
		switch asked++; asked {
		case 2:
			keyboard.Write([]byte("\r"))
			return nil
		case 3:
			keyboard.Write([]byte("\x04\rREPORTS ARE NOT SAVED YET\r"))
			return nil
		case 4, 5:
			if b.stick.disk() != "" {
				t.Error("an echo has a stick used")
			}
			keyboard.Write([]byte("u\r"))
			return nil
		}
		ready := make(chan time.Time)
		close(ready)
		return ready
	}
	b.saveUntilAllIs(t.Context())
	if !b.allSaved() || b.stick.disk() != "sda" {
		t.Error(asked, b.stick.disk())
	}
}
