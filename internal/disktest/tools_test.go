package disktest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
)

// tool runs a program of the operating system that judges what was made here,
// and returns what it printed and whether it was content. A missing program
// fails the test: it would otherwise pass without having tested anything.
func tool(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs " + name)
	}
	out, err := exec.Command(tooltest.Path(t, name), args...).CombinedOutput()
	return string(out), err
}

// approve fails the test unless the program ends with status 0.
func approve(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := tool(t, name, args...)
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return out
}

func save(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "medium.img")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
