// Package tooltest runs the tools of the operating system that tests need: to make file
// systems and tables, or to judge what was made here. A missing tool is a failure, not a reason to skip: make test installs
// them.
package tooltest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Path is where a tool is, also in the sbin folders that are not in everybody's PATH.
func Path(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if err != nil {
			path, err = exec.LookPath(filepath.Join(dir, name))
		}
	}
	if err != nil {
		t.Fatalf("%s is missing: make test installs it (scripts/install-test-tools)", name)
	}
	return path
}

// Command is one tool, not run yet.
func Command(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	if testing.Short() {
		t.Skip("runs Debian tools; not with -short")
	}
	return exec.Command(Path(t, name), args...)
}

// Output executes one tool and gives what it says.
func Output(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	out, err := Command(t, name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
	return out
}

// Run executes one tool.
func Run(t testing.TB, stdin string, name string, args ...string) {
	t.Helper()
	cmd := Command(t, name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "HOME="+t.TempDir()) // some keep notes there
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// Save writes bytes to a file of the test, for the tools to look at.
func Save(t testing.TB, b []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "medium.img")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Blank is an empty image of n MiB.
func Blank(t testing.TB, mib int64) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.img")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(mib << 20); err != nil {
		t.Fatal(err)
	}
	return name
}

// LoopDevice attaches a file as a block device for the time of the test.
func LoopDevice(t testing.TB, file string) (device string) {
	t.Helper()
	out, err := exec.Command(Path(t, "losetup"), "-f", "--show", file).Output()
	if err != nil {
		t.Fatalf("losetup: %v", err)
	}
	device = strings.TrimSpace(string(out))
	t.Cleanup(func() {
		exec.Command(Path(t, "delpart"), device, "1").Run()
		exec.Command(Path(t, "blockdev"), "--setrw", device).Run()
		if err := exec.Command(Path(t, "losetup"), "-d", device).Run(); err != nil {
			t.Error(err)
		}
	})
	return device
}

// Tree is a folder with a few files whose names are long, short and Japanese.
func Tree(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for i := range 120 {
		sub := filepath.Join(dir, fmt.Sprintf("folder%d", i%3))
		if err := os.MkdirAll(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(sub, fmt.Sprintf("a file with a long name %03d 請求書.txt", i))
		if err := os.WriteFile(name, bytes.Repeat([]byte("shokyo "), 30*i), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
