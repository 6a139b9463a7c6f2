package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/reports"
	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/scan"
)

func TestShare(t *testing.T) {
	for _, c := range []struct {
		sources, cores, parallel, workers int // given
		wantParallel, wantWorkers         int
	}{
		{1, 2, 0, 0, 1, 2}, {1, 64, 0, 0, 1, 16}, {1, 64, 0, 100, 1, 100}, {1, 1, 0, 0, 1, 1},
		{2, 2, 0, 0, 2, 2}, {2, 64, 0, 0, 2, 16}, {3, 16, 0, 0, 3, 5}, {4, 64, 0, 0, 4, 8},
		{16, 64, 0, 0, 16, 2}, {100, 64, 0, 0, 16, 2}, {100, 2, 0, 0, 16, 2}, {100, 64, 4, 0, 4, 8},
		{8, 64, 1, 0, 1, 16}, {8, 8, 0, 16, 2, 16}, {8, 8, 0, 40, 1, 40}, {8, 8, 3, 10, 3, 10},
	} {
		f := scanFlags{parallel: c.parallel, workers: c.workers}
		k, n := f.share(c.sources, c.cores)
		if k != c.wantParallel || n != c.wantWorkers {
			t.Errorf("%+v: %d sources by %d workers", c, k, n)
		}
		if k > maxParallel || c.workers == 0 && k*n > maxTotalWorkers {
			t.Errorf("%+v: too many", c)
		}
	}
	if got := memoryFor(1, scan.MaxWorkers); got != memoryLimit {
		t.Errorf("one examination gets %d bytes, not %d", got, memoryLimit)
	}
	if memoryFor(16, 2) <= memoryFor(8, 2) || memoryFor(16, 2) > 3<<30 {
		t.Errorf("16 get %d bytes", memoryFor(16, 2))
	}
}

// batchFolder has three media, the second with residue, and an output folder.
func batchFolder(t *testing.T) (dir, out string, sources []string) {
	t.Helper()
	dir = t.TempDir()
	for i, name := range []string{"a.img", "b.img", "c.img"} {
		m := disktest.New(96<<20, uint64(i+1))
		if i == 1 {
			m.Plant(3<<20, []byte("a text that stands in the clear, long enough to be found by its printable run alone"))
		}
		sources = append(sources, filepath.Join(dir, name))
		if err := m.WriteFile(sources[i]); err != nil {
			t.Fatal(err)
		}
	}
	out = filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir, out, sources
}

func batchCommand(shokyo, out string, sources []string, flags ...string) *exec.Cmd {
	args := append([]string{"scan", "--out", out, "--checkpoint", "0s", "--workers", "1"}, flags...)
	return exec.Command(shokyo, append(args, sources...)...)
}

func readBatch(t *testing.T, out string) (b batches.Batch) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(out, batches.File))
	if err == nil {
		err = json.Unmarshal(raw, &b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Ctrl-C stops all, each with its checkpoint, and leaves no summary; killed or
// interrupted, the batch goes on and ends as one that was never stopped.
func TestBatchStoppedAndResumed(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and kills the real program")
	}
	shokyo := buildProgram(t)
	dir, _, sources := batchFolder(t)
	whole := filepath.Join(dir, "whole")
	if err := batchCommand(shokyo, whole, sources, "--quiet").Run(); exitCode(err) != exitResidue {
		t.Fatalf("not stopped: %v", err)
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		out := filepath.Join(dir, sig.String())
		if err := os.Mkdir(out, 0o755); err != nil {
			t.Fatal(err)
		}
		// b.img is done before: it has to be taken over.
		w := watch(t, out)
		cmd := batchCommand(shokyo, out, sources[1:2], "--quiet")
		if err := cmd.Run(); exitCode(err) != exitResidue {
			t.Fatal(err)
		}
		cmd = batchCommand(shokyo, out, []string{sources[0], sources[2], filepath.Join(dir, "missing.img")}, "--json")
		var text, lines strings.Builder
		cmd.Stderr, cmd.Stdout = &text, &lines
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		w.follow(t, cmd).each(t, "a.img.checkpoint", "c.img.checkpoint")
		cmd.Process.Signal(sig)
		code := exitCode(cmd.Wait())
		if sig == syscall.SIGINT {
			if code != exitInterrupted || strings.Count(text.String(), "goes on") != 1 || strings.Count(text.String(), "img: interrupted; ") != 2 ||
				!strings.Contains(text.String(), "missing.img does not exist") {
				t.Errorf("exit status %d: %s", code, text.String())
			}
			if strings.Count(lines.String(), "\n") != 3 || strings.Count(lines.String(), `"error":"interrupted; --resume goes on"`) != 2 {
				t.Errorf("%s", lines.String())
			}
		}
		for _, name := range []string{"a.img", "c.img", "batch.json", "batch.csv"} {
			if _, err := os.Stat(filepath.Join(out, name)); err == nil {
				t.Errorf("%v: there is a %s", sig, name)
			}
		}
		if err := batchCommand(shokyo, out, sources, "--quiet", "--resume").Run(); exitCode(err) != exitResidue {
			t.Fatalf("resumed: %v", err)
		}
		for _, s := range sources {
			name := filepath.Base(s)
			if _, err := sign.Verify(filepath.Join(out, name), nil); err != nil {
				t.Error(err)
			}
			sameReports(t, filepath.Join(whole, name), filepath.Join(out, name))
		}
		if got, want := readBatch(t, out).Totals, readBatch(t, whole).Totals; got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		if left, _ := filepath.Glob(filepath.Join(out, "*.checkpoint*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

// each waits until each of the files was renamed into place.
func (w watcher) each(t *testing.T, names ...string) {
	t.Helper()
	seen := make(map[string]bool)
	w.until(t, len(names), func(mask uint32, file string) bool {
		for _, n := range names {
			if n == file && !seen[n] {
				seen[n] = true
				return true
			}
		}
		return false
	})
}

// What cannot be written at the end costs nothing: the bundles are there.
func TestBatchSummaryCannotBeWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the real program")
	}
	shokyo := buildProgram(t)
	_, out, sources := batchFolder(t)
	if err := os.MkdirAll(filepath.Join(out, batches.CSV, "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := batchCommand(shokyo, out, sources, "--quiet", "--resume") // which takes what is there for a summary
	var text strings.Builder
	cmd.Stderr = &text
	if code := exitCode(cmd.Run()); code != exitResidue || !strings.Contains(text.String(), "repeat the command with --resume") {
		t.Errorf("exit status %d: %s", code, text.String())
	}
	if err := os.RemoveAll(filepath.Join(out, batches.CSV)); err != nil {
		t.Fatal(err)
	}
	if err := batchCommand(shokyo, out, sources, "--quiet", "--resume").Run(); exitCode(err) != exitResidue {
		t.Error(err)
	}
	if b := readBatch(t, out); b.Totals.Examined != 3 {
		t.Errorf("%+v", b.Totals)
	}
}

// After a restart a path can name another drive. The bundle of the one that was
// there before must not speak for it.
func TestResumeTellsDrivesApart(t *testing.T) {
	dir := t.TempDir()
	img := filepath.Join(dir, "x.img")
	if err := disktest.New(1<<20, 1).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(img)
	if err != nil {
		t.Fatal(err)
	}
	at := func(d time.Duration) *reports.Document {
		g := reports.WriteGuard{Counters: []reports.Counter{{Name: "size_bytes", After: 1 << 20}, {Name: "modified_unix_us", After: info.ModTime().Add(d).UnixMicro()}}}
		return &reports.Document{Medium: reports.Medium{WriteGuard: g}}
	}
	e := &examination{program: &program{ctx: t.Context()}, flags: &scanFlags{}, source: img, bundle: "o/x.img"}
	if err := e.stillIs(at(0)); err != nil {
		t.Error(err)
	}
	for name, d := range map[string]*reports.Document{"another time": at(time.Microsecond), "no time": {}} {
		if err := e.stillIs(d); err == nil || !strings.Contains(err.Error(), "changed or replaced") {
			t.Errorf("%s: %v", name, err)
		}
	}
	e.source = filepath.Join(dir, "put away")
	if err := e.stillIs(at(0)); err != nil {
		t.Error(err)
	}
	e.source = dir // there, but no medium: nothing can be said
	if err := e.stillIs(at(0)); err == nil || !strings.Contains(err.Error(), "cannot be told") {
		t.Error(err)
	}
}

// A failed examination tells which drive it was, as far as that was known.
func TestKnownOfAFailure(t *testing.T) {
	e := &examination{source: "/dev/sdx"}
	if m := e.known(); m.Path != "/dev/sdx" || m.Serial != "" || m.SizeBytes != 0 {
		t.Errorf("%+v", m)
	}
	img := filepath.Join(t.TempDir(), "x.img")
	if err := disktest.New(1<<20, 1).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	medium, err := devices.Open(img)
	if err != nil {
		t.Fatal(err)
	}
	defer medium.Close()
	e.media = []*devices.Medium{medium}
	if m := e.known(); m.Kind != "file" || m.SizeBytes != 0 {
		t.Errorf("%+v", m)
	}
}

// loopDevice attaches a file as a block device for the time of the test.
func loopDevice(t *testing.T, file string) (device string) {
	t.Helper()
	out, err := exec.Command("losetup", "-f", "--show", file).Output()
	if err != nil {
		t.Fatalf("losetup: %v", err)
	}
	device = strings.TrimSpace(string(out))
	t.Cleanup(func() {
		exec.Command("delpart", device, "1").Run()
		exec.Command("blockdev", "--setrw", device).Run()
		if err := exec.Command("losetup", "-d", device).Run(); err != nil {
			t.Error(err)
		}
	})
	return device
}

// What a drive says of itself is asked by path, and a path can come to lead to
// another one than was opened.
func TestDescribeAnotherDrive(t *testing.T) {
	if testing.Short() || os.Getuid() != 0 {
		t.Skip("attaches loop devices: needs root")
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		t.Skip("no loop devices here")
	}
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	var paths []string
	for _, name := range []string{"x.img", "y.img"} {
		img := filepath.Join(t.TempDir(), name)
		if err := disktest.New(1<<20, 1).WriteFile(img); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, loopDevice(t, img))
	}
	medium, err := devices.Open(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	defer medium.Close()
	e := &examination{source: paths[0], media: []*devices.Medium{medium}}
	if d, err := e.describe(); err != nil || d.Bus != "loop" {
		t.Errorf("%+v, %v", d, err)
	}
	e.source = paths[1]
	if d, err := e.describe(); err == nil || d != nil {
		t.Errorf("%+v, %v", d, err)
	}
}

// On real block devices: a batch does not take over what is done from a path that
// has come to name another medium, or may have, because it tells no serial number;
// and a drive and its partition are one medium.
func TestBatchOfBlockDevices(t *testing.T) {
	if testing.Short() || os.Getuid() != 0 {
		t.Skip("attaches loop devices: needs root")
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		t.Skip("no loop devices here")
	}
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	shokyo, dir := buildProgram(t), t.TempDir()
	img, other, out := filepath.Join(dir, "x.img"), filepath.Join(dir, "y.img"), filepath.Join(dir, "out")
	for _, path := range []string{img, other} {
		if err := disktest.New(4<<20, 1).WriteFile(path); err != nil {
			t.Fatal(err)
		}
	}
	device := loopDevice(t, img)
	scan := func(sources ...string) (int, string) {
		text, err := exec.Command(shokyo, append([]string{"scan", "--quiet", "--resume", "--out", out}, sources...)...).CombinedOutput()
		return exitCode(err), string(text)
	}
	if code, text := scan(device, other); code != exitOK {
		t.Fatalf("exit status %d: %s", code, text)
	}
	if b := readBatch(t, out); b.Rows[0].SizeBytes != 4<<20 || !slices.Contains(b.Rows[0].Exceptions, "no-serial") {
		t.Errorf("%+v", b.Rows[0])
	}
	if code, text := scan(device, other); code != exitFailed || !strings.Contains(text, "tells no serial number") {
		t.Errorf("exit status %d: %s", code, text)
	}
	if b := readBatch(t, out); b.Rows[0].Status != "could-not-run" || b.Rows[1].Status != "examined" {
		t.Errorf("%+v", b.Rows)
	}
	if err := os.Truncate(img, 5<<20); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command("losetup", "-c", device).CombinedOutput(); err != nil {
		t.Fatalf("losetup: %v %s", err, text)
	}
	if code, text := scan(device, other); code != exitFailed || !strings.Contains(text, "is the report of another medium") {
		t.Errorf("exit status %d: %s", code, text)
	}
	if b := readBatch(t, out); b.Rows[0].Status != "could-not-run" || b.Rows[0].SizeBytes != 5<<20 || b.Rows[1].Status != "examined" {
		t.Errorf("%+v", b.Rows)
	}
	if text, err := exec.Command("addpart", device, "1", "2048", "2048").CombinedOutput(); err != nil {
		t.Fatalf("addpart: %v %s", err, text)
	}
	partition := device + "p1"
	if code, text := scan(device, partition); code != exitUsage || !strings.Contains(text, "is a partition of the other") {
		t.Errorf("exit status %d: %s", code, text)
	}
}
