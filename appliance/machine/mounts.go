package machine

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mountPoint is a file system of the kernel's own making.
type mountPoint struct {
	target, kind, data string
	flags              uintptr
	optional           bool // not every computer has it
}

// mountPoints: /tmp and /run are file systems of their own because the root of
// an initramfs has no limit, and filling it ends in a panic. What is examined
// leaves its reports in /run until they are on the stick.
func mountPoints() []mountPoint {
	const plain = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	return []mountPoint{
		{target: "/proc", kind: "proc", flags: plain},
		{target: "/sys", kind: "sysfs", flags: plain},
		{target: "/dev", kind: "devtmpfs", flags: unix.MS_NOSUID, data: "mode=0755"},
		{target: "/dev/pts", kind: "devpts", data: "mode=620,ptmxmode=666"},
		{target: "/tmp", kind: "tmpfs", flags: plain, data: "size=25%"},
		{target: "/run", kind: "tmpfs", flags: plain, data: "size=50%,mode=0755"},
		{target: "/sys/kernel/security", kind: "securityfs", flags: plain, optional: true}, // the event log of the TPM
		{target: "/sys/firmware/efi/efivars", kind: "efivarfs", flags: plain | unix.MS_RDONLY, optional: true},
	}
}

// MountAll mounts what u-root's init has not mounted. It goes on after a
// failure: half a system can still say what is wrong with it.
func MountAll() error {
	var failed error
	for _, m := range mountPoints() {
		if err := m.mount(); err != nil && !m.optional {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

func (m mountPoint) mount() error {
	// Below /sys a folder is there or the computer does not have it.
	if err := os.MkdirAll(m.target, 0o755); err != nil && !m.optional {
		return err
	}
	if Mounted(m.target) {
		return nil
	}
	if err := unix.Mount(m.kind, m.target, m.kind, m.flags, m.data); err != nil && err != unix.EBUSY {
		return fmt.Errorf("mount %s: %w", m.target, err)
	}
	return nil
}

// Mounted says whether a folder lies on another file system than its parent.
// Mounting a tmpfs twice is no error, and would hide what lies in the first.
func Mounted(dir string) bool {
	var at, above unix.Stat_t
	if unix.Lstat(dir, &at) != nil || unix.Lstat(dir+"/..", &above) != nil {
		return false
	}
	return at.Dev != above.Dev
}
