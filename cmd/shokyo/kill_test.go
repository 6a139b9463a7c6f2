package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/examine/checkpoint"
	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/verdict"
)

// strip takes what may differ between two examinations of one medium out of a
// report: times, ids, interruptions and who signed.
func strip(report []byte) (string, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(report, &fields); err != nil {
		return "", err
	}
	for _, name := range []string{"id", "times", "interruptions", "identity", "iso_17025"} {
		if _, ok := fields[name]; !ok {
			return "", errors.New("the report has no field " + name)
		}
		delete(fields, name)
	}
	b, err := json.Marshal(fields)
	return string(b), err
}

func buildProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shokyo")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// watcher tells when a file appears in a folder under its final name, as long as
// the program that makes it lives.
type watcher struct {
	fd    int
	pidfd int // of the program; -1: it is not watched
}

// follow makes a wait for a file fail when the program ends without it.
func (w watcher) follow(t *testing.T, cmd *exec.Cmd) watcher {
	t.Helper()
	fd, err := unix.PidfdOpen(cmd.Process.Pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	w.pidfd = fd
	return w
}

// ready waits until there are events to be read.
func (w watcher) ready(t *testing.T) {
	t.Helper()
	fds := []unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}, {Fd: int32(w.pidfd), Events: unix.POLLIN}}
	for {
		_, err := unix.Poll(fds, -1)
		switch {
		case err == unix.EINTR:
		case err != nil:
			t.Fatal(err)
		case fds[0].Revents != 0:
			return
		default:
			t.Fatal("the program ended before the file was there that the test waits for")
		}
	}
}

func watch(t *testing.T, dir string) watcher {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err == nil {
		_, err = unix.InotifyAddWatch(fd, dir, unix.IN_MOVED_TO|unix.IN_CREATE)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return watcher{fd, -1}
}

// prepared gives the program, 128 MiB of ciphertext and an empty output folder.
func prepared(t *testing.T) (shokyo, img, out string) {
	t.Helper()
	dir := t.TempDir()
	img, out = filepath.Join(dir, "x.img"), filepath.Join(dir, "out")
	if err := disktest.New(128<<20, 4).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	return buildProgram(t), img, out
}

// launch starts an examination and watches its output folder, which it makes.
func launch(t *testing.T, shokyo, img, out string, flags ...string) (watcher, *exec.Cmd) {
	t.Helper()
	if err := os.MkdirAll(out, 0o755); err != nil {
		t.Fatal(err)
	}
	w := watch(t, out)
	cmd := exec.Command(shokyo, append([]string{"scan", img, "--out", out, "--quiet"}, flags...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return w.follow(t, cmd), cmd
}

// eachGroup makes an examination slow enough to be met at a checkpoint.
var eachGroup = []string{"--checkpoint", "0s", "--workers", "1"}

// moved waits until n files were renamed to name.
func (w watcher) moved(t *testing.T, name string, n int) {
	t.Helper()
	w.until(t, n, func(mask uint32, file string) bool { return file == name && mask&unix.IN_MOVED_TO != 0 })
}

// until waits for n events that fit.
func (w watcher) until(t *testing.T, n int, fits func(mask uint32, file string) bool) {
	t.Helper()
	buf := make([]byte, 64<<10)
	for n > 0 {
		w.ready(t)
		got, err := unix.Read(w.fd, buf)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < got; {
			e := (*unix.InotifyEvent)(unsafe.Pointer(&buf[at]))
			full := at + unix.SizeofInotifyEvent
			if fits(e.Mask, unix.ByteSliceToString(buf[full:full+int(e.Len)])) {
				n--
			}
			at = full + int(e.Len)
		}
	}
}

// Killed at any checkpoint, no bundle is there; resumed, the report is that of
// an examination that was never interrupted.
func TestKilledAndResumed(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and kills the real program")
	}
	shokyo, dir := buildProgram(t), t.TempDir()
	m := disktest.New(160<<20, 4)
	m.Plant(3<<20, []byte("a text that stands in the clear, long enough to be found by its printable run alone"))
	m.Fill(70<<20, 9<<20, 0)
	img := filepath.Join(dir, "x.img")
	if err := m.WriteFile(img); err != nil {
		t.Fatal(err)
	}
	run := func(out string, more ...string) *exec.Cmd {
		return exec.Command(shokyo, append([]string{"scan", img, "--out", out, "--quiet", "--checkpoint", "0s", "--workers", "1"}, more...)...)
	}
	whole := filepath.Join(dir, "whole")
	if err := run(whole).Run(); exitCode(err) != exitResidue {
		t.Fatalf("uninterrupted: %v", err)
	}
	for _, kill := range []int{1, 4} {
		for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT} {
			out := filepath.Join(dir, sig.String()+string(rune('0'+kill)))
			w, cmd := launch(t, shokyo, img, out, eachGroup...)
			w.moved(t, "x.img.checkpoint", kill)
			cmd.Process.Signal(sig)
			if code := exitCode(cmd.Wait()); sig == syscall.SIGINT && code != exitInterrupted {
				t.Errorf("interrupted: exit status %d", code)
			}
			bundle := filepath.Join(out, "x.img")
			if _, err := os.Stat(bundle); err == nil {
				t.Fatalf("%v at checkpoint %d: a bundle is there: the program was too fast to be killed, or left half a bundle", sig, kill)
			}
			if err := run(out).Run(); exitCode(err) != exitFailed {
				t.Errorf("without --resume: %v, want a refusal", err)
			}
			if err := run(out, "--resume").Run(); exitCode(err) != exitResidue {
				t.Fatalf("resumed: %v", err)
			}
			if _, err := sign.Verify(bundle, nil); err != nil {
				t.Error(err)
			}
			sameReports(t, filepath.Join(whole, "x.img"), bundle)
			if left, _ := filepath.Glob(filepath.Join(out, "*.checkpoint*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		}
	}
}

// Killed while the bundle is being written, there is a whole one or none.
func TestKilledWhileWriting(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and kills the real program")
	}
	shokyo, dir := buildProgram(t), t.TempDir()
	img := filepath.Join(dir, "x.img")
	if err := disktest.New(20<<20, 4).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		out := filepath.Join(dir, string(rune('a'+i)))
		w, cmd := launch(t, shokyo, img, out)
		w.until(t, 1, func(_ uint32, name string) bool { return strings.HasPrefix(name, ".x.img.partial-") })
		cmd.Process.Kill()
		cmd.Wait()
		bundle := filepath.Join(out, "x.img")
		if _, err := os.Stat(bundle); err != nil {
			if text, err := exec.Command(shokyo, "scan", img, "--out", out, "--quiet", "--resume").CombinedOutput(); err != nil {
				t.Errorf("resumed: %v %s", err, text)
			}
		}
		if _, err := sign.Verify(bundle, nil); err != nil {
			t.Error(err)
		}
	}
}

// A file cut off under the examination is no clean medium.
func TestShrinkingFile(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the real program")
	}
	shokyo, img, out := prepared(t)
	w, cmd := launch(t, shokyo, img, out, eachGroup...)
	w.moved(t, "x.img.checkpoint", 1)
	if err := os.Truncate(img, 1<<20); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(cmd.Wait()); code != exitInconclusive {
		t.Fatalf("exit status %d, want %d", code, exitInconclusive)
	}
	v, err := sign.Verify(filepath.Join(out, "x.img"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []verdict.Code{verdict.ReasonMediumChanged, verdict.ReasonUnreadable} {
		if !slices.ContainsFunc(v.Document.Reasons, func(r reports.Reason) bool { return verdict.Code(r.Code) == code }) {
			t.Errorf("no reason %s among %v", code, v.Document.Reasons)
		}
	}
}

// Without room for its report an examination does not begin; a disk that fills up
// meanwhile costs nothing.
func TestFullDisk(t *testing.T) {
	if testing.Short() || os.Getuid() != 0 {
		t.Skip("mounts a small file system: needs root")
	}
	shokyo, img, out := prepared(t)
	mount := func(size string) {
		if err := unix.Mount("tmpfs", out, "tmpfs", 0, "size="+size); err != nil {
			t.Skipf("mount: %v", err)
		}
	}
	mount("1m")
	text, err := exec.Command(shokyo, "scan", img, "--out", out, "--quiet").CombinedOutput()
	if exitCode(err) != exitFailed || !strings.Contains(string(text), "make room") {
		t.Errorf("no room: %v %s", err, text)
	}
	unix.Unmount(out, 0)
	mount("52m") // more than the program reserves
	t.Cleanup(func() { unix.Unmount(out, unix.MNT_DETACH) })
	w, cmd := launch(t, shokyo, img, out, eachGroup...)
	w.moved(t, "x.img.checkpoint", 1)
	full, err := os.Create(filepath.Join(out, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	full.ReadFrom(zeros{})
	full.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("with the disk full: %v", err)
	}
	if _, err := sign.Verify(filepath.Join(out, "x.img"), nil); err != nil {
		t.Error(err)
	}
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// interrupt starts an examination and stops it at its first checkpoint.
func interrupt(t *testing.T, shokyo, img, out string, more ...string) {
	t.Helper()
	w, cmd := launch(t, shokyo, img, out, append(more, eachGroup...)...)
	w.moved(t, filepath.Base(img)+".checkpoint", 1)
	cmd.Process.Signal(syscall.SIGINT)
	if code := exitCode(cmd.Wait()); code != exitInterrupted {
		t.Fatalf("exit status %d, want %d", code, exitInterrupted)
	}
}

// What was written to the medium between two runs must not slip through.
func TestResumeRefusesAChangedMedium(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and interrupts the real program")
	}
	shokyo, dir := buildProgram(t), t.TempDir()
	img := filepath.Join(dir, "x.img")
	if err := disktest.New(128<<20, 4).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	for name, flags := range map[string][]string{"digest": nil, "no-digest": {"--no-digest"}} {
		out := filepath.Join(dir, name)
		interrupt(t, shokyo, img, out, flags...)
		f, err := os.OpenFile(img, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte("plaintext that was written after this place had been read"), 4096); err != nil {
			t.Fatal(err)
		}
		f.Close()
		cmd := exec.Command(shokyo, append([]string{"scan", img, "--out", out, "--quiet", "--resume"}, flags...)...)
		text, err := cmd.CombinedOutput()
		if exitCode(err) != exitFailed || !strings.Contains(string(text), "cannot be resumed") {
			t.Errorf("%s: %v %s", name, err, text)
		}
		if _, err := os.Stat(filepath.Join(out, "x.img")); err == nil {
			t.Errorf("%s: there is a bundle", name)
		}
	}
}

// Two examinations must not write to one bundle.
func TestOneExaminationPerBundle(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the real program")
	}
	shokyo, img, out := prepared(t)
	r, err := checkpoint.Take(filepath.Join(out, "x.img"+checkpoint.Suffix))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := exec.Command(shokyo, "scan", img, "--out", out, "--quiet").CombinedOutput()
	if exitCode(err) != exitFailed || !strings.Contains(string(text), "another examination is writing") {
		t.Errorf("%v %s", err, text)
	}
}

func sameReports(t *testing.T, a, b string) {
	t.Helper()
	var texts [2]string
	for i, dir := range []string{a, b} {
		raw, err := os.ReadFile(filepath.Join(dir, "report.json"))
		if err != nil {
			t.Fatal(err)
		}
		if texts[i], err = strip(raw); err != nil {
			t.Fatal(err)
		}
	}
	if texts[0] != texts[1] {
		t.Errorf("the reports of %s and %s differ", a, b)
	}
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}
