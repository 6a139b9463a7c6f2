package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/reports/sign"
)

// closedPipe is what a program writes into whose reader has gone.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	t.Cleanup(func() { w.Close() })
	return w
}

// A reader that goes away stops nothing: the bundles and the summary are written,
// and the exit status is that of the examination.
func TestReaderGoesAway(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the real program")
	}
	shokyo, dir := buildProgram(t), t.TempDir()
	var sources []string
	for i, name := range []string{"a.img", "b.img", "c.img"} {
		m := disktest.New(8<<20, uint64(i+1))
		if i == 1 {
			m.Plant(3<<20, []byte("a text that stands in the clear, long enough to be found by its printable run alone"))
		}
		sources = append(sources, filepath.Join(dir, name))
		if err := m.WriteFile(sources[i]); err != nil {
			t.Fatal(err)
		}
	}
	for name, gone := range map[string]struct{ out, err bool }{"stdout": {true, false}, "stderr": {false, true}, "both": {true, true}} {
		out := filepath.Join(dir, name)
		cmd := exec.Command(shokyo, append([]string{"scan", "--out", out, "--json", "--progress-json", "--parallel", "1"}, sources...)...)
		if gone.out {
			cmd.Stdout = closedPipe(t)
		}
		if gone.err {
			cmd.Stderr = closedPipe(t)
		}
		if code := exitCode(cmd.Run()); code != exitResidue {
			t.Errorf("%s: exit status %d, want %d", name, code, exitResidue)
		}
		if b := readBatch(t, out); b.Totals.Examined != 3 {
			t.Errorf("%s: %+v", name, b.Totals)
		}
		for _, s := range sources {
			if _, err := sign.Verify(filepath.Join(out, filepath.Base(s)), nil); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	// As head -1 does: it reads one line, then goes.
	cmd := exec.Command(shokyo, append([]string{"scan", "--out", filepath.Join(dir, "head"), "--json", "--parallel", "1", "--quiet"}, sources...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	stdout.Close()
	if code := exitCode(cmd.Wait()); err != nil || !strings.HasPrefix(line, `{"source":`) || code != exitResidue {
		t.Errorf("head: %q, %v, exit status %d", line, err, code)
	}
	if b := readBatch(t, filepath.Join(dir, "head")); b.Totals.Examined != 3 {
		t.Errorf("head: %+v", b.Totals)
	}
	// The other verbs.
	bundle := filepath.Join(dir, "stdout", "a.img")
	tampered := filepath.Join(dir, "stdout", "b.img")
	if err := os.Truncate(filepath.Join(tampered, "map.png"), 10); err != nil {
		t.Fatal(err)
	}
	pass := filepath.Join(dir, "pass")
	if err := os.WriteFile(pass, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want int
		args []string
	}{
		{exitInconclusive, []string{"verify", bundle}}, {exitOK, []string{"verify", bundle, "--any-signer"}}, {exitNotValid, []string{"verify", tampered}}, {exitNotValid, []string{"verify", filepath.Join(dir, "stdout"), "--json"}},
		{exitOK, []string{"report", bundle}}, {exitOK, []string{"report", bundle, "--json"}}, {exitNotValid, []string{"report", tampered}},
		{exitOK, []string{"help"}}, {exitOK, []string{"scan", "--help"}}, {exitOK, []string{"--version"}}, {exitUsage, []string{"scan"}}, {exitUsage, []string{"nothing"}},
		{exitOK, []string{"keygen", "--name", "N", "--out", filepath.Join(dir, "id"), "--passphrase-file", pass, "--json"}},
		{exitFailed, []string{"devices", "/dev/nowhere", "--json"}},
	} {
		cmd := exec.Command(shokyo, c.args...)
		cmd.Stdout, cmd.Stderr = closedPipe(t), closedPipe(t)
		if code := exitCode(cmd.Run()); code != c.want {
			t.Errorf("%v: exit status %d, want %d", c.args, code, c.want)
		}
	}
}

// A disk that is full under standard output is no reader that went away.
func TestResultCannotBePrinted(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the real program")
	}
	shokyo, dir := buildProgram(t), t.TempDir()
	img := filepath.Join(dir, "x.img")
	if err := disktest.New(1<<20, 1).WriteFile(img); err != nil {
		t.Fatal(err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	cmd := exec.Command(shokyo, "scan", img, "--out", filepath.Join(dir, "o"), "--json", "--quiet")
	var text strings.Builder
	cmd.Stdout, cmd.Stderr = full, &text
	if code := exitCode(cmd.Run()); code != exitFailed || !strings.Contains(text.String(), "print the result: ") {
		t.Errorf("exit status %d: %s", code, text.String())
	}
	if _, err := sign.Verify(filepath.Join(dir, "o", "x.img"), nil); err != nil {
		t.Error(err)
	}
}

// SIGTERM and SIGHUP end an examination as Ctrl-C does, with a checkpoint that it
// goes on from.
func TestSignalsThatEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and interrupts the real program")
	}
	shokyo, img, out := prepared(t)
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		w, cmd := launch(t, shokyo, img, out, append(eachGroup, "--resume")...)
		w.moved(t, "x.img.checkpoint", 2)
		cmd.Process.Signal(sig)
		if code := exitCode(cmd.Wait()); code != exitInterrupted {
			t.Fatalf("%v: exit status %d, want %d", sig, code, exitInterrupted)
		}
		if _, err := os.Stat(filepath.Join(out, "x.img.checkpoint")); err != nil {
			t.Errorf("%v: %v", sig, err)
		}
	}
	if err := exec.Command(shokyo, "scan", img, "--out", out, "--quiet", "--resume").Run(); err != nil {
		t.Errorf("resumed: %v", err)
	}
}

// Ctrl-Z stops the program, fg lets it go on, and nothing is lost.
func TestStoppedAndContinued(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and stops the real program")
	}
	shokyo, img, out := prepared(t)
	w := watch(t, out)
	cmd := exec.Command(shokyo, append([]string{"scan", img, "--out", out, "--quiet"}, eachGroup...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an orphaned group is not stopped (setpgid(2))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.follow(t, cmd).moved(t, "x.img.checkpoint", 1)
	if err := cmd.Process.Signal(syscall.SIGTSTP); err != nil {
		t.Fatal(err)
	}
	var status unix.WaitStatus
	if _, err := unix.Wait4(cmd.Process.Pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("not stopped: %v, %v", status, err)
	}
	if _, err := os.Stat(filepath.Join(out, "x.img")); err == nil {
		t.Error("it had ended before it was stopped: nothing was tried")
	}
	cmd.Process.Signal(syscall.SIGCONT)
	if code := exitCode(cmd.Wait()); code != exitOK {
		t.Errorf("exit status %d", code)
	}
	if _, err := sign.Verify(filepath.Join(out, "x.img"), nil); err != nil {
		t.Error(err)
	}
}

// Ctrl-C where a passphrase is asked for ends the call, with nothing left behind.
func TestInterruptedAtThePassphrase(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and interrupts the real program")
	}
	shokyo, dir := buildProgram(t), t.TempDir()
	img, pass := filepath.Join(dir, "x.img"), filepath.Join(dir, "pass")
	if err := errors.Join(disktest.New(1<<20, 1).WriteFile(img), os.WriteFile(pass, []byte("secret"), 0o600)); err != nil {
		t.Fatal(err)
	}
	id, out := filepath.Join(dir, "id"), filepath.Join(dir, "out")
	if text, err := exec.Command(shokyo, "keygen", "--name", "N", "--out", id, "--passphrase-file", pass).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, args := range [][]string{{"scan", img, "--out", out, "--identity", id}, {"keygen", "--name", "N", "--out", out}} {
		master, slave := openTerminal(t, 80, 24)
		cmd := exec.Command(shokyo, args...)
		cmd.Stdin, cmd.Stderr = slave, slave
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		slave.Close()
		text, buf := "", make([]byte, 1024)
		for !strings.Contains(text, "assphrase") {
			n, err := master.Read(buf)
			if err != nil {
				t.Fatalf("%v after %q", err, text)
			}
			text += string(buf[:n])
		}
		cmd.Process.Signal(os.Interrupt)
		if code := exitCode(cmd.Wait()); code != exitInterrupted {
			t.Errorf("%v: exit status %d", args, code)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%v: %s is left", args, out)
		}
	}
}
