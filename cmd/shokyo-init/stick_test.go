package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/machine"
)

// A stick is set read-only like every disk before it is looked at, and only what
// is known to be it is made writable again.
func TestStickIsGuardedFirst(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "EVIDENCE") // it only borrows the name
	b.Attach("sdb", 2, "SHOKYOBOOT", "EVIDENCE")
	b.stick.read = func(p disks.Partition) (mark, error) {
		if !slices.Contains(b.flags, p.Disk+" true") {
			t.Errorf("%s was read before it was guarded", p.Disk)
		}
		if p.Disk == "sda" {
			return mark{}, errors.New("no GUID partition table")
		}
		return mark{number: "1"}, nil
	}
	if _, err := b.Evidence(); err != nil {
		t.Fatal(err)
	}
	if want := []string{"sda true", "sdb true", "sdb1 true", "sdb false"}; !slices.Equal(b.flags, want) {
		t.Error(b.flags)
	}
	b.guard.All()
	b.guard.All()
	if len(b.flags) != 4 || b.mounts != 1 || b.stick.disk() != "sdb" {
		t.Error("the guard came back: ", b.flags)
	}
	// Another medium under the same name is another disk.
	b.Pull("sda")
	b.Attach("sda", 3)
	b.guard.All()
	if got := b.flags[4:]; !slices.Equal(got, []string{"sda true"}) {
		t.Error(got)
	}
}

// A disk in a drive bay to which a stick was once copied is one to examine: it is
// not made writable. Of two sticks neither is, also when one was first.
func TestNoStickToWriteTo(t *testing.T) {
	b := newRig(t)
	b.stick.pluggable = func(disk string) bool { return disk != "sda" }
	b.Attach("sda", 1, "EVIDENCE")
	if _, err := b.Evidence(); err != errNoStick || len(b.flags) > 0 {
		t.Error(err, b.flags)
	}
	b.Attach("sdb", 2, "EVIDENCE")
	if _, err := b.Evidence(); err != nil || b.stick.disk() != "sdb" {
		t.Error(err)
	}
	b.Attach("sdc", 3, "EVIDENCE")
	if _, err := b.Evidence(); err != errTwoSticks || b.stick.disk() != "" {
		t.Error(err)
	}
	if slices.Contains(b.flags, "sdc false") || slices.Contains(b.flags, "sda false") {
		t.Error(b.flags)
	}
	b.Pull("sdb")
	if _, err := b.Evidence(); err != nil || b.stick.disk() != "sdc" {
		t.Error(err)
	}
}

// At the start a second stick gets the time to appear before the first is written to.
func TestSecondStickAtTheStart(t *testing.T) {
	b := newRig(t)
	b.stick.settle = stickAlone
	b.Attach("sda", 1, "EVIDENCE")
	b.onWait = func() { b.Attach("sdb", 2, "EVIDENCE") }
	if err := b.awaitStick(t.Context(), loaded(), stickLimit); err != errTwoSticks {
		t.Error(err)
	}
	if b.mounts != 0 || slices.Contains(b.flags, "sda false") {
		t.Error(b.mounts, b.flags)
	}
}

// The stick can be pulled between the new name of a report and the word that it is
// on the medium.
func TestSavedBeforeItWasSaid(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "bundle"), filepath.Join(dir, "reports")
	write(t, filepath.Join(from, "report.json"), "{}")
	for range 2 {
		if name, err := saveReportFolder(from, to, "x"); name != "x" || err != nil {
			t.Error(name, err)
		}
	}
	write(t, filepath.Join(from, "report.json"), "{ }")
	for range 2 {
		if name, err := saveReportFolder(from, to, "x"); name != "x-2" || err != nil {
			t.Error(name, err)
		}
	}
}

// Between looking for the stick and making it writable another disk can get its name:
// that one is guarded again.
func TestStickSwappedWhenMadeWritable(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "BOOT", "EVIDENCE")
	b.stick.readOnly = func(device string, on bool) error {
		if !on {
			b.Attach("sda", 2)
		}
		return b.setFlag(filepath.Base(device), on)
	}
	if err := b.stick.with(func(string) error { t.Error("it is used"); return nil }); err != errPulledOut || b.mounts > 0 {
		t.Error(err, b.mounts)
	}
	if last := b.flags[len(b.flags)-1]; last != "sda true" {
		t.Errorf("the flag of the other disk: %v", b.flags)
	}
}

// Nor is another disk given the stick's number.
func TestStickSwappedWhenNumbered(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "BOOT", "EVIDENCE")
	b.stick.dev = t.TempDir()
	write(t, filepath.Join(b.stick.dev, "sda"), "another disk")
	p := disks.Partition{Name: "sda2", Disk: "sda", Number: 2, Appearance: b.sys.Appearance("sda")}
	b.Attach("sda", 2)
	if err := b.stick.writeNumber(p, newNumber()); !errors.Is(err, errPulledOut) {
		t.Error(err)
	}
	if got := read(t, filepath.Join(b.stick.dev, "sda")); got != "another disk" {
		t.Errorf("%q", got)
	}
}

// An earlier start in the same second, by a clock without a battery, keeps its log
// and its summary.
func TestNothingIsReplaced(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "EVIDENCE")
	for _, name := range []string{"log/20261122-070000.txt", "reports/20261122-070000-batch.csv"} {
		write(t, b.onStick(name), "earlier")
	}
	b.stick.mount = func(string, string) error { return errProtected }
	b.saveText("20261122-070000-batch.csv", []byte("new"))
	b.stick.mount = func(string, string) error { return nil }
	b.Log("first")
	b.Save(t.Context())
	b.Log("second")
	b.Save(t.Context())
	for name, want := range map[string]string{
		"log/20261122-070000.txt": "earlier", "reports/20261122-070000-batch.csv": "earlier", "reports/20261122-070000-batch-2.csv": "new"} {
		if got := read(t, b.onStick(name)); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := read(t, b.onStick("log/20261122-070000-2.txt")); !strings.Contains(got, "first") || !strings.Contains(got, "second") {
		t.Error(got)
	}
}

// A serial number can be made up to look like the name that another disk gets.
func TestFolderNames(t *testing.T) {
	b := newRig(t)
	r := &run{appliance: b.appliance, name: stamp(b.now()), disks: []Disk{
		{Path: "/dev/sda", Serial: "S"}, {Path: "/dev/sdc", Serial: "s-sdb"}, {Path: "/dev/sdb", Serial: "S"}, {Path: "/dev/sdd", Serial: "../../x"}}}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	want := []string{"20261122-070000-S", "20261122-070000-s-sdb", "20261122-070000-S-sdb-sdb", "20261122-070000-______x"}
	if !slices.Equal(r.folders, want) {
		t.Error(r.folders)
	}
}

func TestStickStates(t *testing.T) {
	b := newRig(t)
	if _, err := b.Evidence(); err != errNoStick {
		t.Error(err)
	}
	b.Attach("sda", 1, "EVIDENCE")
	b.Attach("sdb", 2, "EVIDENCE")
	if _, err := b.Evidence(); err != errTwoSticks {
		t.Error(err)
	}
	b.Pull("sda")
	if free, err := b.Evidence(); err != nil || free <= 0 || b.stick.at.Disk != "sdb" {
		t.Error(free, err)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{unix.ENOSPC, errFull.Error()}, {unix.EROFS, errProtected.Error()}, {unix.EIO, "input/output error"},
	} {
		before := b.mounts
		err := b.stick.with(func(string) error { return fmt.Errorf("write: %w", c.err) })
		if !errors.Is(err, c.err) || !strings.HasPrefix(strings.TrimPrefix(err.Error(), "write: "), c.want) {
			t.Error(err)
		}
		if _, err := b.Evidence(); err != nil || b.mounts != before+1 {
			t.Error("it was not mounted anew: ", err)
		}
	}
	err := b.stick.with(func(string) error { b.Pull("sdb"); return unix.EIO })
	if err == nil || !strings.HasPrefix(err.Error(), "the stick was pulled") {
		t.Error(err)
	}
	b.Attach("sdc", 4, "EVIDENCE")
	b.stick.mount = func(string, string) error { return errProtected }
	if _, err := b.Evidence(); err != errProtected || b.stick.disk() != "sdc" {
		t.Error(err)
	}
	b.stick.readOnly = func(_ string, on bool) error {
		if !on {
			return errors.New("the flag did not become 0")
		}
		return nil
	}
	if _, err := b.Evidence(); !errors.Is(err, errProtected) {
		t.Error(err)
	}
}

// A screen that asks for the free room does not wait for a report being saved.
func TestFreeWhileSaving(t *testing.T) {
	b := newRig(t)
	b.Attach("sda", 1, "EVIDENCE")
	if _, err := b.Evidence(); err != nil {
		t.Fatal(err)
	}
	err := b.stick.with(func(string) error {
		free, err := b.Evidence()
		if free <= 0 {
			t.Error(free)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func tree(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		if err == nil && !d.IsDir() {
			rel += "=" + read(t, path)
		}
		names = append(names, rel)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names[1:]
}

func TestSaveFolder(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "sda"), filepath.Join(t.TempDir(), "reports")
	write(t, filepath.Join(from, "report.json"), "{}")
	write(t, filepath.Join(from, "deep", "map.png"), strings.Repeat("x", 3<<20))
	write(t, filepath.Join(from, "empty"), "")
	write(t, filepath.Join(to, ".partial-a", "old"), "of an earlier attempt")
	if err := saveFolder(from, to, "a"); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, to), append([]string{"a"}, prefixed("a/", tree(t, from))...); !slices.Equal(got, want) {
		t.Errorf("%.200q", got)
	}
	if err := saveFolder(from, to, "a"); err == nil || !strings.Contains(err.Error(), "nothing is overwritten") {
		t.Error(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(from, "link")); err != nil {
		t.Fatal(err)
	}
	if err := saveFolder(from, to, "b"); err == nil {
		t.Error("a link was followed")
	}
	if got := tree(t, to); len(got) != len(tree(t, from)) {
		t.Error("something is left of it: ", got)
	}
}

func prefixed(p string, names []string) (out []string) {
	for _, n := range names {
		out = append(out, p+n)
	}
	return out
}

// A stick that loses what it took is noticed.
func TestCompareFolders(t *testing.T) {
	for change, want := range map[string]bool{"same": true, "": false, "sane": false, "same and more": false} {
		a, b := t.TempDir(), t.TempDir()
		write(t, filepath.Join(a, "x/f"), "same")
		write(t, filepath.Join(b, "x/f"), change)
		if err := compareFolders(a, b); (err == nil) != want {
			t.Errorf("%q: %v", change, err)
		}
	}
	a := t.TempDir()
	write(t, filepath.Join(a, "f"), "")
	if err := compareFolders(a, t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	broken := io.MultiReader(strings.NewReader("a"), errorReader{})
	if _, err := sameBytes(broken, strings.NewReader("a")); err != unix.EIO {
		t.Error(err)
	}
}

type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, unix.EIO }

func TestSaveFile(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"one", "two"} {
		if err := saveFile(filepath.Join(dir, "log", "x.txt"), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := tree(t, dir); !slices.Equal(got, []string{"log", "log/x.txt=two"}) {
		t.Error(got)
	}
	write(t, filepath.Join(dir, ".partial-y/z"), "")
	removeUnfinished(dir)
	if got := tree(t, dir); len(got) != 2 {
		t.Error(got)
	}
}

// On a real file system that is full: the report is not there by half, the stick
// keeps what it had, and there is room again when something went.
func TestFullStick(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting needs root")
	}
	b := newRig(t)
	b.Attach("sdz", 1, "EVIDENCE")
	if err := unix.Mount("tmpfs", b.stickFS, "tmpfs", 0, "size=256k"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Unmount(b.stickFS, unix.MNT_DETACH) })
	write(t, b.onStick("other.bin"), strings.Repeat("x", 200<<10))
	bundle := filepath.Join(b.runDir, "sda")
	write(t, filepath.Join(bundle, "report.json"), "{}")
	write(t, filepath.Join(bundle, "map.png"), strings.Repeat("y", 100<<10))
	b.keep(&report{folder: "x", outcome: Outcome{Source: "/dev/sda", Verdict: "no-residue", Bundle: bundle}})
	all := b.Save(t.Context())
	if len(all) != 1 || all[0].Saved != "" || !strings.HasPrefix(all[0].SaveError, errFull.Error()) {
		t.Fatalf("%+v", all)
	}
	if got := tree(t, b.onStick("reports")); len(got) != 0 {
		t.Error("half a report: ", got)
	}
	if err := os.Remove(b.onStick("other.bin")); err != nil {
		t.Fatal(err)
	}
	if all = b.Save(t.Context()); all[0].Saved != "/reports/x" || all[0].SaveError != "" {
		t.Errorf("%+v", all)
	}
	if got := tree(t, b.onStick("reports")); len(got) != 3 {
		t.Error(got)
	}
	if err := unix.Mount("", b.stickFS, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Evidence(); !errors.Is(err, errProtected) {
		t.Error(err)
	}
	if !machine.Mounted(b.stickFS) || machine.Mounted(b.runDir) || machine.Mounted("/not/there") {
		t.Error("what is mounted is not known")
	}
}
