// Package kerneltest makes a kernel that shows what a test wants.
package kerneltest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/kernel"
)

// Machine makes a host from lines of "path = content" under sys and proc;
// "path -> target" makes a link.
func Machine(t *testing.T, lines string) kernel.Host {
	t.Helper()
	root := t.TempDir()
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if name, target, ok := strings.Cut(line, " -> "); ok {
			path := filepath.Join(root, name)
			mkdir(t, filepath.Dir(path))
			if err := os.Symlink(filepath.Join(root, target), path); err != nil {
				t.Fatal(err)
			}
		} else if name, content, ok := strings.Cut(line, " = "); ok {
			path := filepath.Join(root, name)
			mkdir(t, filepath.Dir(path))
			if err := os.WriteFile(path, []byte(strings.ReplaceAll(content, "|", "\n")+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return kernel.Host{Sys: filepath.Join(root, "sys"), Proc: filepath.Join(root, "proc")}
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}
