package appliance

import (
	"context"
	"os"
	"time"

	"shokyo.dev/shokyo/appliance/console"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/appliance/notice"
	"shokyo.dev/shokyo/appliance/stick/mark"
	"shokyo.dev/shokyo/words/stick"
)

// ReleaseFile says which image this is, and that it is one.
const ReleaseFile = "/etc/shokyo-release"

// Run takes the appliance from the loaded kernel to its end.
func (a *Appliance) Run(ctx context.Context, start int) {
	a.Log(a.release())
	a.stick.Clear()
	go a.guard.Watch(ctx)
	drivers := make(chan struct{})
	go func() { a.loadDrivers(); close(drivers) }()
	err := a.awaitStick(ctx, drivers, stickLimit)
	a.guard.All()
	if start > 1 {
		if a.afterFailure(ctx, start, os.Getenv(machine.FailureVariable)) {
			return
		}
		a.attended(ctx)
		return
	}
	a.askForStick(ctx, err)
	a.welcomeOnStick()
	order, err := a.readJob()
	switch {
	case err != nil:
		if a.refuseJob(ctx, err, order) {
			return
		}
	case order != nil:
		if a.unattended(ctx, order) {
			return
		}
	}
	a.attended(ctx)
}

// loadDrivers loads the kernel modules, and asks what one of them makes known: which
// stick the computer was started from.
func (a *Appliance) loadDrivers() {
	// A reader does not tell that a card was put in: the kernel has to ask it, and does
	// not unless it is told how often (kernel: block/disk-events.c).
	if err := machine.Set("/sys/module/block/parameters", "events_dfl_poll_msecs", "2000"); err != nil {
		a.say(stick.CardsUnnoticed.Say(err))
	}
	machine.LoadModules("/lib/modules", "/etc/modules", a.log)
	machine.MountAll() // efivarfs is a module
	o := mark.Boot("/sys/firmware/efi/efivars", "/proc/cmdline")
	a.stick.StartedFrom(o)
	a.say(stick.StartedFrom.Say(o))
}

// attended runs the console for as long as somebody may want it. It ends by
// switching off; if it fails it is started again, because a person has no other
// way to get at reports that are not saved yet.
func (a *Appliance) attended(ctx context.Context) {
	for {
		err := a.log.TTYs.Relay(func(in, out *os.File) error { return console.Run(ctx, a, ReleaseFile, in, out) })
		if err == nil {
			return
		}
		a.show(notice.ConsoleFailed(err))
		a.saveUntilAllIs(ctx)
		a.wait(ctx, consolePause)
	}
}

const (
	// stickLimit is long for USB: a second by design (usb-storage.delay_use), and
	// some sticks and hubs need ten more.
	stickLimit = 30 * time.Second
	// stickPatience is how long that goes without saying.
	stickPatience = 3 * time.Second
	// stickPause is how often one is looked for that is late.
	stickPause   = time.Second / 2
	consolePause = 10 * time.Second
)
