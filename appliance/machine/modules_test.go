package machine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/appliance/screen"
)

func TestModules(t *testing.T) {
	dir := t.TempDir()
	console, err := os.Create(filepath.Join(dir, "console"))
	if err != nil {
		t.Fatal(err)
	}
	defer console.Close()
	log := &screen.Log{TTYs: screen.On(console), Journal: screen.NewJournal(time.Now, "")}
	wantPrinted := func(want ...string) {
		t.Helper()
		log.TTYs.Flush()
		for _, w := range want {
			if got := read(t, console.Name()); !strings.Contains(got, w) {
				t.Errorf("not printed: %q; but\n%s", w, got)
			}
		}
	}
	LoadModules(dir, filepath.Join(dir, "modules"), log)
	wantPrinted("no kernel modules are loaded: open ")
	write(t, filepath.Join(dir, "modules"), "1.0/a.ko\n\nb.ko\n")
	write(t, filepath.Join(dir, "1.0/a.ko"), "no module")
	LoadModules(dir, filepath.Join(dir, "modules"), log)
	wantPrinted("module 1.0/a.ko: ", "module b.ko: open ", "0 of 2 kernel modules loaded")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o755)); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
