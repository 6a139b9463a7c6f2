// Package machine is the computer that the stick was started on, as far as it is to be
// made an appliance: what programs expect to be mounted (mounts.go), the drivers
// (modules.go), keys and cables that end a program or the computer (keys.go), a parent
// that starts the program again should it fail (supervise.go), and the end.
//
// Disks are not its subject: see package disks.
package machine

import "golang.org/x/sys/unix"

// End asks the kernel directly (reboot(2)): ending the processes first is
// for systems that have some. It returns only where it is not allowed.
func End(reboot bool) error {
	unix.Sync()
	command := unix.LINUX_REBOOT_CMD_POWER_OFF
	if reboot {
		command = unix.LINUX_REBOOT_CMD_RESTART
	}
	return unix.Reboot(command)
}
