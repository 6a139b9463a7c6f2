package guest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Kernel is Debian's kernel package as it was unpacked, not installed: the
// image below boot/, the modules below lib/modules/.
type Kernel struct {
	Dir     string
	Release string // "6.1.0-56-amd64"
}

// FindKernel looks where scripts/install-test-tools puts the kernel: in
// shokyo/kernel below $XDG_CACHE_HOME or ~/.cache.
func FindKernel() (Kernel, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return Kernel{}, fmt.Errorf("find the kernel: %w", err)
	}
	k := Kernel{Dir: filepath.Join(cache, "shokyo", "kernel")}
	images, err := filepath.Glob(filepath.Join(k.Dir, "boot", "vmlinuz-*"))
	if err != nil || len(images) != 1 {
		return Kernel{}, errors.Join(err, fmt.Errorf("%d kernels in %s, want one: run scripts/install-test-tools", len(images), k.Dir))
	}
	k.Release = strings.TrimPrefix(filepath.Base(images[0]), "vmlinuz-")
	return k, nil
}

// Image is the path of the bootable kernel.
func (k Kernel) Image() string { return filepath.Join(k.Dir, "boot", "vmlinuz-"+k.Release) }

// moduleDir is where the modules and their lists are.
func (k Kernel) moduleDir() string { return filepath.Join(k.Dir, "lib", "modules", k.Release) }
