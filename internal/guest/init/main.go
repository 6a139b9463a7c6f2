// Init is the first and only program of the guest's user space (package guest).
//
// As process 1 it mounts what programs expect, loads the modules the host
// chose, waits for the disks, runs the steps of /job.json, writes what they
// left to the scratch disk as a tar archive and powers the machine off. Under
// any other process number it is the helper of a step: see helpers.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/guest/job"
)

func main() {
	if os.Getpid() != 1 {
		os.Exit(help(os.Args[1:]))
	}
	if err := boot(); err != nil {
		fmt.Println("guest init:", err) // the serial console: all that is left to tell the host
	}
	unix.Sync()
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	select {} // process 1 must not end
}

func boot() error {
	if err := mountAll(); err != nil {
		return err
	}
	j, err := load(job.Path)
	if err != nil {
		return err
	}
	os.Setenv("PATH", "/bin") // for finding the steps' programs
	g := &guest{job: j}
	g.timed(&g.report.Seconds.Modules, g.loadModules)
	g.timed(&g.report.Seconds.Disks, g.awaitDisks)
	g.timed(&g.report.Seconds.Steps, g.runSteps)
	g.look(func(s *job.Sighting) *job.Attributes { return &s.After })
	return g.bringBack()
}

func load(path string) (j job.Job, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return j, err
	}
	return j, json.Unmarshal(b, &j)
}

// guest is the machine while it does its job.
type guest struct {
	job    job.Job
	report job.Report
}

func (g *guest) problem(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	fmt.Println("guest init:", text)
	g.report.Problems = append(g.report.Problems, text)
}

func (g *guest) timed(seconds *float64, f func()) {
	start := time.Now()
	f()
	*seconds = time.Since(start).Seconds()
}

// mountAll mounts what the kernel does not mount for an initramfs. /tmp is a
// tmpfs of its own: the root of an initramfs has no size limit.
func mountAll() error {
	for _, m := range []struct{ target, kind string }{
		{"/proc", "proc"}, {"/sys", "sysfs"}, {"/dev", "devtmpfs"}, {"/tmp", "tmpfs"},
	} {
		if err := os.MkdirAll(m.target, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(m.kind, m.target, m.kind, 0, ""); err != nil && err != unix.EBUSY {
			return fmt.Errorf("mount %s: %w", m.target, err)
		}
	}
	return nil
}

// loadModules loads in the host's order: every module after those it needs.
func (g *guest) loadModules() {
	for _, m := range g.job.Modules {
		if err := loadModule(m); err != nil {
			g.problem("load %s: %v", m.Path, err)
		}
	}
}

func loadModule(m job.Module) error {
	f, err := os.Open(m.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.FinitModule(int(f.Fd()), m.Parameters, 0)
}
