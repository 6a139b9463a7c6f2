// Package bootimage makes a USB stick's image that boots a Linux kernel with
// programs of ours: from Debian's packages as they are, and bit-identical
// whenever it is made from the same ones. Here are the kernel, its modules and
// the initramfs; each other part of the image has a package of its own.
//
// What is in the image, from the outside in:
//
//   - a GUID partition table (UEFI specification 2.10, §5.3) with two
//     partitions: the EFI system partition and EVIDENCE, where the programs may
//     write (package disk);
//   - on the system partition /EFI/BOOT/BOOTX64.EFI, the file that every UEFI
//     firmware starts from a removable medium (§3.5.1.1), and SYSLINUX for
//     computers with a BIOS;
//   - that file is a unified kernel image: systemd's boot stub, a PE program,
//     with the kernel, its command line and the initramfs appended as sections
//     (UAPI Group Specifications, "Unified Kernel Image"). One file, so one hash
//     and one signature cover all that runs (package uki);
//   - the initramfs: a cpio archive with the programs and the kernel modules
//     ([WriteInitramfs], [Kernel.Modules]).
//
// A TPM of the computer keeps hashes of what was started, in registers (PCRs)
// that can only be extended. All that goes into four of them comes from the
// image, so their values are known when it is made (uki.Predict): whoever has the
// image's manifest (package manifest) can tell from a TPM's signed quote that it was this image
// that ran. That is worth something only if others can make the same image
// and compare. Hence nothing in it depends on the clock, on chance, on the
// folder it was made in or on who made it.
package bootimage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Kernel is Debian's kernel package as it was unpacked, not installed: the
// image below boot/, the modules below lib/modules/, and the package's control
// file beside them.
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
	k, err := KernelIn(filepath.Join(cache, "shokyo", "kernel"))
	if err == nil {
		_, err = k.Package()
	}
	if err != nil {
		return Kernel{}, fmt.Errorf("find the kernel: %w: run scripts/install-test-tools", err)
	}
	return k, nil
}

// KernelIn is the kernel whose package was unpacked into dir.
func KernelIn(dir string) (Kernel, error) {
	images, err := filepath.Glob(filepath.Join(dir, "boot", "vmlinuz-*"))
	if err != nil || len(images) != 1 {
		return Kernel{}, errors.Join(err, fmt.Errorf("%d kernels in %s, want one", len(images), filepath.Join(dir, "boot")))
	}
	return Kernel{Dir: dir, Release: strings.TrimPrefix(filepath.Base(images[0]), "vmlinuz-")}, nil
}

// Image is the path of the bootable kernel.
func (k Kernel) Image() string { return filepath.Join(k.Dir, "boot", "vmlinuz-"+k.Release) }

// moduleDir is where the modules and their lists are.
func (k Kernel) moduleDir() string { return filepath.Join(k.Dir, "lib", "modules", k.Release) }

// Package is the Debian package the kernel comes from. Unpacking loses its
// version, so scripts/install-test-tools keeps the control file (deb-control(5)).
func (k Kernel) Package() (Package, error) {
	b, err := os.ReadFile(filepath.Join(k.Dir, "control"))
	if err != nil {
		return Package{}, fmt.Errorf("the kernel's version: %w", err)
	}
	return parseControl(string(b))
}

// Package names a Debian package.
type Package struct {
	Name, Version, Architecture string
}

// parseControl reads the fields of a control file that name the package.
// Continued lines begin with a space and are of no interest.
func parseControl(control string) (p Package, err error) {
	for line := range strings.Lines(control) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "Package":
			p.Name = value
		case "Version":
			p.Version = value
		case "Architecture":
			p.Architecture = value
		}
	}
	if p.Name == "" || p.Version == "" {
		return p, errors.New("a control file without package or version")
	}
	return p, nil
}
