package main

import (
	"path/filepath"
	"testing"
)

func TestModules(t *testing.T) {
	b := newRig(t)
	dir := t.TempDir()
	b.loadModules(dir, filepath.Join(dir, "modules"))
	b.wantPrinted("no kernel modules are loaded: open ")
	write(t, filepath.Join(dir, "modules"), "1.0/a.ko\n\nb.ko\n")
	write(t, filepath.Join(dir, "1.0/a.ko"), "no module")
	b.loadModules(dir, filepath.Join(dir, "modules"))
	b.wantPrinted("module 1.0/a.ko: ", "module b.ko: open ", "0 of 2 kernel modules loaded")
}
