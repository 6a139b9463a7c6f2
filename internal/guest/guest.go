// Package guest boots Debian's kernel in an emulated computer with emulated
// drives, runs programs there and brings back what they said.
//
// A verifier that is to be believed about real drives has to be tried with a
// real kernel: its drivers, its error codes, its sysfs, its pass-through. The
// machine that runs the tests has none of that to offer, and no right to load
// modules. QEMU has NVMe, AHCI, SCSI and USB drives made of plain files; it
// makes chosen sectors unreadable; and what is in the files afterwards can be
// compared with what was in them before.
//
// How it works:
//
//  1. the kernel package is unpacked, never installed (scripts/install-test-tools,
//     [bootimage.FindKernel]); the modules are put in an order that needs no modprobe
//     ([bootimage.Kernel.Modules]);
//  2. an initramfs is written with nothing in it but those modules, the
//     programs under test and one program of ours, init;
//  3. QEMU starts the kernel directly, without firmware or boot loader, always
//     in software: some ten seconds until init runs;
//  4. init does the [job.Job] and writes a tar archive onto a scratch disk, from
//     its first byte: no file system is needed on either side;
//  5. the test reads the archive and judges.
package guest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/internal/guest/job"
)

// emulator is QEMU for the only processor that Debian's package of ours runs on.
const emulator = "qemu-system-x86_64"

// bootLimit is far above what any machine takes: a guest that hangs must not
// hold up the tests for ever.
const bootLimit = 10 * time.Minute

// scratchBytes is how much the guest may bring back. The file is sparse.
const scratchBytes = 256 << 20

// Boot runs the machine until it powers itself off and returns what came back.
// Everything that goes wrong outside of the steps ends the test, with the
// guest's console.
func Boot(t testing.TB, m Machine) *Results {
	t.Helper()
	kernel, err := bootimage.FindKernel()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files, err := m.files(kernel, dir)
	if err != nil {
		t.Fatal(err)
	}
	console, took, err := m.run(t, kernel, files, dir)
	var results *Results
	if err == nil {
		results, err = readResults(scratchIn(dir))
	}
	if err != nil {
		t.Fatalf("%v\nthe guest's console:\n%s", err, console)
	}
	results.Console, results.Took = console, took
	for _, p := range results.Report.Problems {
		t.Errorf("guest: %s", p)
	}
	return results
}

// run starts the kernel with these files and waits for its end. The console is
// returned in any case.
func (m Machine) run(t testing.TB, k bootimage.Kernel, files []File, dir string) (console string, took time.Duration, err error) {
	initramfs := filepath.Join(dir, "initramfs")
	err = errors.Join(create(initramfs, func(w io.Writer) error { return bootimage.WriteInitramfs(w, nil, files) }), m.writeFaults(dir))
	if err != nil {
		return "", 0, err
	}
	err = despiteCrashes(t, m.images(), func() error {
		if err := sparse(scratchIn(dir)); err != nil {
			return err
		}
		start := time.Now()
		var err error
		console, err = runEmulator(m.arguments(k, initramfs, scratchIn(dir), dir))
		took = time.Since(start)
		return err
	})
	return console, took, err
}

func scratchIn(dir string) string { return filepath.Join(dir, "scratch") }

// runEmulator is QEMU, from its start to its end.
func runEmulator(args []string) (console string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), bootLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, emulator, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	if ctx.Err() != nil {
		err = fmt.Errorf("the guest did not end within %v", bootLimit)
	} else if errors.Is(err, exec.ErrNotFound) {
		err = fmt.Errorf("%w: run scripts/install-test-tools", err)
	}
	return out.String(), err
}

// files are those of the initramfs: init, the modules, the job, and the machine's own.
func (m Machine) files(kernel bootimage.Kernel, dir string) ([]File, error) {
	modules, err := kernel.Modules(m.modules())
	if err != nil {
		return nil, err
	}
	init := filepath.Join(dir, "init")
	if err := build(init, "build", "./internal/guest/init"); err != nil {
		return nil, err
	}
	j := job.Job{Disks: m.expected(), Steps: m.Steps, Keep: m.Keep}
	files := append([]File{{Path: "/init", Host: init}}, m.Files...)
	for _, mod := range modules {
		path := "/modules/" + mod.Name + ".ko"
		files = append(files, File{Path: path, Host: mod.Path})
		j.Modules = append(j.Modules, job.Module{Path: path, Parameters: mod.Parameters})
	}
	b, err := json.Marshal(j)
	return append(files, File{Path: job.Path, Data: b}), err
}

// expected is how the guest recognises each disk.
func (m Machine) expected() (out []job.Disk) {
	for i, d := range m.Disks {
		e := job.Disk{Name: d.Name, Serial: d.Serial, Absent: d.Detached}
		if d.Bus == NVMe {
			e.Namespace, _ = m.namespace(i)
		}
		out = append(out, e)
	}
	return out
}

func (m Machine) writeFaults(dir string) error {
	for i, d := range m.Disks {
		if len(d.BadSectors) == 0 {
			continue
		}
		if err := os.WriteFile(d.faultFile(i, dir), d.faults(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func create(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

func sparse(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(scratchBytes), f.Close())
}
