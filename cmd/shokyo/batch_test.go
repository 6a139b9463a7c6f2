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

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/tooltest"
	batches "shokyo.dev/shokyo/reports/batch"
	"shokyo.dev/shokyo/reports/sign"
)

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
	device := tooltest.LoopDevice(t, img)
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
