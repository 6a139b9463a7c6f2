package appliance

import (
	"context"
	"errors"

	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/stick"
)

// PowerOff saves what can be saved and switches the computer off.
func (a *Appliance) PowerOff() { a.leave(stick.SwitchingOff, false) }

// Reboot does the same and starts it again.
func (a *Appliance) Reboot() { a.leave(stick.StartingAgain, true) }

// leave lets go of the stick first: a file system that was unmounted needs no
// repair at the next computer. Whoever calls it has asked, if reports are unsaved.
func (a *Appliance) leave(how words.Text, reboot bool) {
	if !a.allSaved() {
		a.Save(context.Background()) // a summary, which nobody was asked about
	}
	if !a.allSaved() {
		a.say(stick.Lost)
	}
	a.say(how)
	if err := errors.Join(a.saveJournal(), a.saveLog("-kernel.txt", machine.KernelMessages())); err != nil {
		a.say(stick.LogNotSaved.Say(err))
	}
	a.stick.Release()
	a.log.TTYs.Flush()
	if err := a.powerOff(reboot); err != nil {
		a.say(stick.CanNotDoSo.Say(err))
	}
}
