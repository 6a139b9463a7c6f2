package bootimage

import (
	"os"
	"path/filepath"
	"testing"
)

func TestControl(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Package
		ok         bool
	}{
		{"whole", "Package: linux\nSource: other (1+2)\nVersion: 1-2\nArchitecture: amd64\nDescription: x\n Version: 9\n", Package{"linux", "1-2", "amd64"}, true},
		{"no line end", "Version: 2:1\nPackage: p", Package{"p", "2:1", ""}, true},
		{"no version", "Package: linux\n", Package{Name: "linux"}, false},
		{"empty", "", Package{}, false},
	} {
		if got, err := parseControl(c.text); got != c.want || (err == nil) != c.ok {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

// Not one kernel, or more than one, is an error: which one is in the image must
// not depend on chance.
func TestKernelIn(t *testing.T) {
	dir := t.TempDir()
	if _, err := KernelIn(dir); err == nil {
		t.Error("no kernel was found")
	}
	if err := os.MkdirAll(filepath.Join(dir, "boot"), 0o755); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"vmlinuz-6.1-a", "vmlinuz-6.1-b"} {
		if err := os.WriteFile(filepath.Join(dir, "boot", name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := KernelIn(dir)
		if first := i == 0; first != (err == nil) || first != (k.Release == "6.1-a") {
			t.Errorf("%d kernels: %v, %v", i+1, k, err)
		}
	}
	if _, err := (Kernel{Dir: dir}).Package(); err == nil {
		t.Error("a kernel without a control file has a version")
	}
}
