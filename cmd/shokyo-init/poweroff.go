package main

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"
)

// PowerOff saves what can be saved and switches the computer off.
func (a *appliance) PowerOff() { a.leave("switching off", false) }

// Reboot does the same and starts it again.
func (a *appliance) Reboot() { a.leave("starting again", true) }

// leave lets go of the stick first: a file system that was unmounted needs no
// repair at the next computer. Whoever calls it has asked, if reports are unsaved.
func (a *appliance) leave(how string, reboot bool) {
	if !a.allSaved() {
		a.Save(context.Background()) // a summary, which nobody was asked about
	}
	if !a.allSaved() {
		a.say("reports that are not saved are lost")
	}
	a.say("%s", how)
	if err := errors.Join(a.saveJournal(), a.saveLog("-kernel.txt", kernelMessages())); err != nil {
		a.say("the log is not saved: %v", err)
	}
	a.stick.release()
	a.log.TTYs.Flush()
	if err := a.powerOff(reboot); err != nil {
		a.say("can not do so: %v: use the power button", err)
	}
}

// endComputer asks the kernel directly (reboot(2)): ending the processes first is
// for systems that have some. It returns only where it is not allowed.
func endComputer(reboot bool) error {
	unix.Sync()
	command := unix.LINUX_REBOOT_CMD_POWER_OFF
	if reboot {
		command = unix.LINUX_REBOOT_CMD_RESTART
	}
	return unix.Reboot(command)
}
