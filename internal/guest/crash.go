package guest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// crashSignals end a program that has a mistake of its own. Not among them:
// SIGKILL, by which a time limit or a lack of memory ends one.
var crashSignals = []syscall.Signal{syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGABRT, syscall.SIGILL, syscall.SIGFPE, syscall.SIGTRAP}

// maxStarts is how often a computer is switched on when the emulator crashes.
const maxStarts = 3

// despiteCrashes starts a computer and, when QEMU itself crashes, once more with
// the disks as they were: the computer has vanished then, and says nothing of the
// program in it. Debian 12's QEMU 7.2 did so once, by SIGSEGV, while the kernel
// loaded its modules, and not again in 600 starts. Whatever a program does to crash
// it every time still fails the test.
func despiteCrashes(t testing.TB, images []string, start func() error) error {
	t.Helper()
	kept, err := keepCopies(images, t.TempDir())
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		err := start()
		if n == maxStarts || !crashed(err) {
			return err
		}
		t.Logf("QEMU crashed (%v): start %d of at most %d", err, n+1, maxStarts)
		for i, image := range images {
			if err := copyFile(image, kept[i]); err != nil {
				return err
			}
		}
	}
}

func crashed(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && slices.Contains(crashSignals, status.Signal())
}

func keepCopies(files []string, dir string) (copies []string, err error) {
	for i, name := range files {
		to := filepath.Join(dir, fmt.Sprint(i))
		if err := copyFile(to, name); err != nil {
			return nil, err
		}
		copies = append(copies, to)
	}
	return copies, nil
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	return create(to, func(w io.Writer) error { _, err := io.Copy(w, in); return err })
}

// images are the files behind the disks.
func (m Machine) images() (files []string) {
	for _, d := range m.Disks {
		if d.Image != "" {
			files = append(files, d.Image)
		}
	}
	return files
}
