package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/guest/job"
)

// statusHelper is the exit status when a helper itself fails: none of shokyo's.
const statusHelper = 125

const helpersUsage = `helpers of a step:
  init write DEVICE              try every way to write that is no pass-through; one line each: how, what came of it
  init pull DISK DIR COMMAND...  run COMMAND; at the first checkpoint in DIR, take DISK out
  init drop DISK DIR COMMAND...  the same, but DISK stays visible and answers nothing
  init rescan DISK               look for a pulled DISK again and wait until it is there
  init revive DISK               let a dropped DISK answer again
`

// help runs a helper: what a test does to the machine besides running programs.
func help(args []string) (status int) {
	var err error
	switch {
	case len(args) == 2 && args[0] == "write":
		err = tryWriting(args[1])
	case len(args) > 3 && args[0] == "pull":
		status, err = interfere("delete", "1", args[1], args[2], args[3:])
	case len(args) > 3 && args[0] == "drop":
		status, err = interfere("state", "offline", args[1], args[2], args[3:])
	case len(args) == 2 && args[0] == "revive":
		err = setDevice(args[1], "state", "running")
	case len(args) == 2 && args[0] == "rescan":
		err = rescan(args[1])
	default:
		fmt.Fprint(os.Stderr, helpersUsage)
		return statusHelper
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "init:", err)
		return statusHelper
	}
	return status
}

// interfere runs the command, and when the command's first checkpoint appears in
// dir it writes to an attribute of the disk's SCSI device. The command is stopped
// meanwhile, so that it cannot be faster.
//
// "delete" is what the kernel does when a drive is pulled out. "offline" is what
// error recovery makes of a drive that does not answer any more: the disk keeps
// its node and its size, and every read is EIO.
func interfere(attribute, value, disk, dir string, command []string) (status int, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	appeared, err := watch(dir)
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	err = appeared(".checkpoint")
	cmd.Process.Signal(unix.SIGSTOP)
	if err == nil {
		err = setDevice(disk, attribute, value)
	}
	cmd.Process.Signal(unix.SIGCONT)
	cmd.Wait()
	return cmd.ProcessState.ExitCode(), err
}

func setDevice(disk, attribute, value string) error {
	d, err := named(disk)
	if err != nil {
		return err
	}
	line := []byte(value + "\n") // "state" insists on the end of the line
	return os.WriteFile(filepath.Join("/sys/block", find(d), "device", attribute), line, 0)
}

func named(disk string) (job.Disk, error) {
	j, err := load(job.Path)
	if err != nil {
		return job.Disk{}, err
	}
	for _, d := range j.Disks {
		if d.Name == disk {
			return d, nil
		}
	}
	return job.Disk{}, fmt.Errorf("no disk %q", disk)
}

// watch returns a function that waits until a file whose name ends so is
// renamed into dir.
func watch(dir string) (func(suffix string) error, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		return nil, err
	}
	if _, err := unix.InotifyAddWatch(fd, dir, unix.IN_MOVED_TO); err != nil {
		return nil, err
	}
	return func(suffix string) error {
		buf := make([]byte, 64<<10)
		for {
			n, err := unix.Read(fd, buf)
			if err != nil && err != unix.EINTR {
				return err
			}
			// Names are padded with NUL; no need to take the events apart.
			if n > 0 && bytes.Contains(buf[:n], []byte(suffix+"\x00")) {
				return nil
			}
		}
	}, nil
}

// rescan asks every SCSI host to look at all its targets.
func rescan(disk string) error {
	d, err := named(disk)
	if err != nil {
		return err
	}
	hosts, err := filepath.Glob("/sys/class/scsi_host/*/scan")
	if err != nil {
		return err
	}
	for _, h := range hosts {
		if err := os.WriteFile(h, []byte("- - -"), 0); err != nil {
			return err
		}
	}
	name := await(d)
	if name == "" {
		return fmt.Errorf("%s did not come back", disk)
	}
	fmt.Println(name)
	return nil
}
