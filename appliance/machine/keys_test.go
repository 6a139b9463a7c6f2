package machine

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// Without stayAlive the test itself would end, or stop.
func TestKeysDoNotEndIt(t *testing.T) {
	StayAlive()
	for _, s := range []unix.Signal{unix.SIGINT, unix.SIGQUIT, unix.SIGTSTP, unix.SIGHUP, unix.SIGTERM} {
		if err := unix.Tgkill(os.Getpid(), unix.Gettid(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHoldKernelKeys(t *testing.T) {
	dir := t.TempDir()
	if err := HoldKernelKeys(dir, nil); err == nil {
		t.Error("a computer without settings was not noticed")
	}
	write(t, filepath.Join(dir, "cad_pid"), "")
	write(t, filepath.Join(dir, "sysrq"), "")
	off := false
	if err := HoldKernelKeys(dir, func() error { off = true; return nil }); err != nil || !off {
		t.Fatal(err, off)
	}
	if got := read(t, filepath.Join(dir, "cad_pid")); got != strconv.Itoa(os.Getpid()) {
		t.Error(got)
	}
	if got := read(t, filepath.Join(dir, "sysrq")); got != "0" {
		t.Error(got)
	}
	if err := HoldKernelKeys(dir, func() error { return unix.EPERM }); !errors.Is(err, unix.EPERM) {
		t.Error(err)
	}
}
