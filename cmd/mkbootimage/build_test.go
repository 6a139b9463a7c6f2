package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/bootimage/disk"
	"shokyo.dev/shokyo/bootimage/uki"
)

func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
	return path
}

// smallBuild has a kernel and an initramfs of a few MiB that are none (for the
// kernel, which must be a PE program, stands the boot stub), and all else as it is.
func smallBuild(t *testing.T, o options) (*builder, uki.Kernel, []byte) {
	t.Helper()
	o.kernel, o.release, o.time = t.TempDir(), "test", time.Unix(fixedTime, 0)
	o.evidenceSize = disk.SmallestEvidence
	program, err := os.ReadFile(stub)
	if err != nil {
		t.Fatalf("%v: run scripts/install-test-tools", err)
	}
	put(t, filepath.Join(o.kernel, "boot", "vmlinuz-6.1"), string(program)+strings.Repeat("kernel", 300_000))
	put(t, filepath.Join(o.kernel, "control"), "Package: linux\nVersion: 6.1-1\n")
	put(t, filepath.Join(o.kernel, "usr/share/doc/linux/copyright"), "the kernel's copyright file")
	b := &builder{options: o, stdout: io.Discard}
	if err := b.findPackages(); err != nil {
		t.Fatal(err)
	}
	u, err := b.unified(bytes.Repeat([]byte("initramfs"), 300_000))
	if err != nil {
		t.Fatal(err)
	}
	program, err = b.program(u)
	if err != nil {
		t.Fatal(err)
	}
	return b, u, program
}

// files are those of a folder, with what is in them.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name()] = fmt.Sprintf("%x", sha256.Sum256(b))
	}
	return out
}

// TestFullDisk makes room bit by bit, so that writing fails in one file after
// the other. Until all fit, nothing may change.
func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting needs root")
	}
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	for _, name := range []string{imageName, programName, manifestName, sbomName} {
		put(t, filepath.Join(dir, name), "old "+name)
	}
	old := files(t, dir)
	b, u, program := smallBuild(t, options{out: dir})
	var failed []string // which files there was no room for
	err := error(syscall.ENOSPC)
	for mib := 1; err != nil; mib++ {
		if mib > 100 {
			t.Fatalf("no room in 100 MiB: %v", err)
		}
		if err := unix.Mount("", dir, "", unix.MS_REMOUNT, fmt.Sprintf("size=%dm", mib)); err != nil {
			t.Fatal(err)
		}
		again := *b
		if err = again.write(u, program); err == nil {
			break
		}
		if now := files(t, dir); !maps.Equal(now, old) {
			t.Fatalf("%d MiB, %v: %v is there, before it was %v", mib, err, now, old)
		}
		for _, name := range []string{imageName, programName, kernelName, initramfsName} {
			if strings.Contains(err.Error(), "/"+name+".part") {
				failed = append(failed, name)
			}
		}
		if !strings.Contains(err.Error(), dir+", where nothing was changed") || !strings.Contains(err.Error(), "make room") {
			t.Errorf("%d MiB: %v", mib, err)
		}
	}
	if got, want := slices.Compact(failed), []string{imageName, programName, kernelName, initramfsName}; !slices.Equal(got, want) {
		t.Errorf("it failed in %s, want in %s", got, want)
	}
	now := files(t, dir)
	if len(now) != 7 {
		t.Errorf("%v", now)
	}
	for name, sum := range old {
		if now[name] == sum || now[name] == "" {
			t.Errorf("%s is the old one", name)
		}
	}
	m := readManifest(t, dir)
	for _, i := range append(m.Outputs, m.Image) {
		if now[i.Name] != i.SHA256 {
			t.Errorf("%s is not that of the manifest", i.Name)
		}
	}
}

// TestPublish: the manifest goes first and comes last, and what cannot be moved
// is known before.
func TestPublish(t *testing.T) {
	dir := t.TempDir()
	out := outputs{dir: dir}
	put(t, out.path(manifestName), "old")
	put(t, out.part("a"), "of a killed run")
	for _, name := range []string{"a", "b", manifestName} {
		if err := out.addBytes(name, []byte("new")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(out.path("b"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := out.publish(); err == nil || !strings.Contains(err.Error(), "b: a folder has that name") {
		t.Error(err)
	}
	if b, err := os.ReadFile(out.path(manifestName)); string(b) != "old" {
		t.Errorf("the manifest is %q, %v", b, err)
	}
	// Now it fails between the files: neither manifest may be there.
	if err := errors.Join(os.Remove(out.path("b")), os.Remove(out.part("b"))); err != nil {
		t.Fatal(err)
	}
	if err := out.publish(); err == nil {
		t.Error("b was moved")
	}
	if err := out.discard(); err != nil {
		t.Error(err)
	}
	if got := slices.Sorted(maps.Keys(files(t, dir))); !slices.Equal(got, []string{"a"}) {
		t.Errorf("%s is there", got)
	}
}

// TestInputs: what gets into an image besides the system's files is in the
// manifest; programs that are only used are not in the bill of materials.
func TestInputs(t *testing.T) {
	job := `disks = "all"`
	for name, c := range map[string]struct {
		options
		want, not []string
	}{
		"FAT32": {options{job: "some.toml", jobText: []byte(job)}, []string{"gptmbr.bin syslinux-common", "syslinux syslinux", "job.toml "}, []string{"mkfs.exfat"}},
		"exFAT": {options{evidence: disk.ExFAT}, []string{"gptmbr.bin syslinux-common", "syslinux syslinux", "mkfs.exfat exfatprogs"}, []string{"job.toml"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.out = t.TempDir()
			b, u, program := smallBuild(t, c.options)
			if err := b.write(u, program); err != nil {
				t.Fatal(err)
			}
			inputs := make(map[string]entry)
			for _, i := range readManifest(t, c.out).Inputs {
				inputs[i.Name] = i
			}
			for _, want := range c.want {
				name, pkg, _ := strings.Cut(want, " ")
				if i := inputs[name]; i.Package != pkg || (i.Version == "") != (pkg == "") || i.Bytes == 0 {
					t.Errorf("%s: %+v", name, i)
				}
			}
			for _, not := range c.not {
				if i, ok := inputs[not]; ok {
					t.Errorf("%+v", i)
				}
			}
			if i, sum := inputs[jobName], fmt.Sprintf("%x", sha256.Sum256([]byte(job))); c.job != "" && i.SHA256 != sum {
				t.Errorf("%+v, want %s", i, sum)
			}
			sbom, err := os.ReadFile(filepath.Join(c.out, sbomName))
			if err != nil || bytes.Contains(sbom, []byte("exfatprogs")) || !bytes.Contains(sbom, []byte("syslinux-common")) {
				t.Errorf("%v\n%s", err, sbom)
			}
		})
	}
}

// TestJob asks the program itself: what it would not carry out is not built.
func TestJob(t *testing.T) {
	work := t.TempDir()
	b := &builder{options: options{source: "../..", init: appliance, release: "test", job: "my.toml", jobText: []byte("disks = \"all\"\nsampel = \"full\"\n")}, stdout: io.Discard}
	_, err := b.programFiles(work)
	if err == nil || !strings.Contains(err.Error(), "-job (JOB) my.toml would not be carried out: job.toml has an unknown key: sampel") {
		t.Errorf("%v", err)
	}
	b.jobText = []byte(`disks = "all"`)
	if err := b.checkJob(filepath.Join(work, "shokyo-init")); err != nil {
		t.Error(err)
	}
}

// A folder that is no kernel's gets the advice that makes it one.
func TestKernelFolder(t *testing.T) {
	dir := t.TempDir()
	b := &builder{options: options{kernel: dir}}
	for _, want := range []string{"0 kernels in", "control: no such file"} {
		_, err := b.findKernel()
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "dpkg-deb -x linux-image-*.deb "+dir) || strings.Contains(err.Error(), "install-test-tools") {
			t.Errorf("%v, want %s", err, want)
		}
		put(t, filepath.Join(dir, "boot", "vmlinuz-6.1"), "")
	}
}
