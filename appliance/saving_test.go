package appliance

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/appliance/stick"
	"shokyo.dev/shokyo/appliance/stick/mark"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/exchange"
)

// At the start a second stick gets the time to appear before the first is written to.
func TestSecondStickAtTheStart(t *testing.T) {
	b := newRig(t)
	b.stick.Settle = stick.Alone
	b.Attach("sda", 1, "EVIDENCE")
	b.onWait = func() { b.Attach("sdb", 2, "EVIDENCE") }
	if err := b.awaitStick(t.Context(), loaded(), stickLimit); err != stick.ErrTwoSticks {
		t.Error(err)
	}
	if b.mounts != 0 || slices.Contains(b.flags, "sda false") {
		t.Error(b.mounts, b.flags)
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
	b.stick.Mount = func(string, string) error { return stick.ErrProtected }
	b.saveText("20261122-070000-batch.csv", []byte("new"))
	b.stick.Mount = func(string, string) error { return nil }
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
	r := &run{Appliance: b.Appliance, name: save.Stamp(b.now()), disks: []core.Disk{
		{Path: "/dev/sda", Serial: "S"}, {Path: "/dev/sdc", Serial: "s-sdb"}, {Path: "/dev/sdb", Serial: "S"}, {Path: "/dev/sdd", Serial: "../../x"}}}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	want := []string{"20261122-070000-S", "20261122-070000-s-sdb", "20261122-070000-S-sdb-sdb", "20261122-070000-______x"}
	if !slices.Equal(r.folders, want) {
		t.Error(r.folders)
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
	b.keep(&report{folder: "x", outcome: core.Outcome{Source: "/dev/sda", Verdict: exchange.NoResidue, Bundle: bundle}})
	all := b.Save(t.Context())
	if len(all) != 1 || all[0].Saved != "" || !strings.HasPrefix(all[0].SaveError, stick.ErrFull.Error()) {
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
	if _, err := b.Evidence(); !errors.Is(err, stick.ErrProtected) {
		t.Error(err)
	}
	if !machine.Mounted(b.stickFS) || machine.Mounted(b.runDir) || machine.Mounted("/not/there") {
		t.Error("what is mounted is not known")
	}
}

// In an unattended computer somebody can have another stick used, and nothing else on
// a line does: the other end of it may echo what it is shown.
func TestTypingTakesOtherStick(t *testing.T) {
	b := newRig(t)
	b.stick.StartedFrom(mark.Origin{Number: "1"})
	b.marks["sda"] = mark.Mark{Number: "2"}
	b.Attach("sda", 0, "EVIDENCE")
	keyboard, console, err := screen.NewTerminal()
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	keyboard.Write([]byte("u\r")) // too early: nobody was asked
	b.log.TTYs = screen.On(b.console, console)
	bundle := filepath.Join(b.runDir, "sdb")
	write(t, filepath.Join(bundle, "report.json"), "{}")
	b.keep(&report{folder: "x", outcome: core.Outcome{Source: "/dev/sdb", Verdict: exchange.NoResidue, Bundle: bundle}})
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
			if b.stick.Disk() != "" {
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
	if !b.allSaved() || b.stick.Disk() != "sda" {
		t.Error(asked, b.stick.Disk())
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
