package appliance

import (
	"context"
	"errors"

	"shokyo.dev/shokyo/appliance/machine"
)

// PowerOff saves what can be saved and switches the computer off.
func (a *Appliance) PowerOff() { a.leave("switching off", false) }

// Reboot does the same and starts it again.
func (a *Appliance) Reboot() { a.leave("starting again", true) }

// leave lets go of the stick first: a file system that was unmounted needs no
// repair at the next computer. Whoever calls it has asked, if reports are unsaved.
func (a *Appliance) leave(how string, reboot bool) {
	if !a.allSaved() {
		a.Save(context.Background()) // a summary, which nobody was asked about
	}
	if !a.allSaved() {
		a.say("reports that are not saved are lost")
	}
	a.say("%s", how)
	if err := errors.Join(a.saveJournal(), a.saveLog("-kernel.txt", machine.KernelMessages())); err != nil {
		a.say("the log is not saved: %v", err)
	}
	a.stick.Release()
	a.log.TTYs.Flush()
	if err := a.powerOff(reboot); err != nil {
		a.say("can not do so: %v: use the power button", err)
	}
}
