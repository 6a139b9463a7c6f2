// Shokyo-init is what the stick starts: it turns a computer into an appliance
// that examines the disks attached to it, and leaves the signed reports on the
// stick.
//
// The kernel starts u-root's init as process 1, and that starts this program
// with nothing but the initramfs below it. In this order it
//
//  1. mounts what programs expect (boot.go) and loads the kernel modules that
//     the image brings, no network driver among them (modules.go);
//  2. sets the kernel's read-only flag of every disk, and of those that appear
//     later, before anything reads them (guard.go). Nothing on a disk is ever
//     mounted, assembled or swapped to;
//  3. looks for the one partition that it may write to: EVIDENCE, on the stick that
//     the computer was started from (which.go, mark.go, evidence.go);
//  4. does what EVIDENCE:/job.toml says (job.go, unattended.go), or, if there is
//     none, lets a person choose (console.go).
//
// Scanning is not its business. It runs /bin/shokyo as a child process, so that
// what a hostile disk does to the scanner it does not do to the appliance, and
// a bundle that is finished is copied to the stick whole or not at all (save.go).
// Until then it lies in memory, and saving can be tried again.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"shokyo.dev/shokyo/appliance/console"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/appliance/stick/mark"
)

// releaseFile says which image this is, and that it is one.
const releaseFile = "/etc/shokyo-release"

func main() {
	if len(os.Args) == 3 && os.Args[1] == "check-job" { // where a stick is made: nothing may be mounted there
		os.Exit(checkJobFile(os.Args[2], os.Stderr))
	}
	if _, err := os.Stat(releaseFile); err != nil {
		// It would set every disk of whoever tries it read-only, and in the end switch
		// the computer off.
		fmt.Fprintln(os.Stderr, "shokyo-init is what the stick starts: it runs in its own image only")
		os.Exit(1)
	}
	machine.StayAlive()
	failed := machine.MountAll()
	start, err := strconv.Atoi(os.Getenv(machine.StartVariable))
	if err != nil {
		machine.Supervise()
	}
	machine.QuietKernel()
	noFont := screen.EnlargeFont("/sys", "/dev/tty0")
	t := screen.OpenTTYs("/dev", "/sys/class/tty/console/active")
	a := newAppliance(t)
	if noFont != nil {
		a.log.Journal.Add(noFont.Error()) // small letters do as well
	}
	if failed != nil {
		a.say("%v", failed)
	}
	if err := machine.HoldKernelKeys("/proc/sys/kernel", machine.DisableCtrlAltDel); err != nil {
		a.say("Ctrl-Alt-Del may start the computer again at once: %v", err)
	}
	a.run(context.Background(), start)
	// The computer is to end here; the parent would start this again.
	a.Log("nothing is left to do: switching the computer off")
	a.PowerOff()
	select {}
}

// run takes the appliance from the loaded kernel to its end.
func (a *appliance) run(ctx context.Context, start int) {
	a.say("%s", a.release())
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
	job, err := a.readJob()
	switch {
	case err != nil:
		if a.refuseJob(ctx, err, job) {
			return
		}
	case job != nil:
		if a.unattended(ctx, job) {
			return
		}
	}
	a.attended(ctx)
}

// loadDrivers loads the kernel modules, and asks what one of them makes known: which
// stick the computer was started from.
func (a *appliance) loadDrivers() {
	// A reader does not tell that a card was put in: the kernel has to ask it, and does
	// not unless it is told how often (kernel: block/disk-events.c).
	if err := machine.Set("/sys/module/block/parameters", "events_dfl_poll_msecs", "2000"); err != nil {
		a.say("a card that is put into a reader later is not noticed: %v", err)
	}
	machine.LoadModules("/lib/modules", "/etc/modules", a.log)
	machine.MountAll() // efivarfs is a module
	o := mark.Boot("/sys/firmware/efi/efivars", "/proc/cmdline")
	a.stick.StartedFrom(o)
	a.Log("started from " + o.String())
}

// attended runs the console for as long as somebody may want it. It ends by
// switching off; if it fails it is started again, because a person has no other
// way to get at reports that are not saved yet.
func (a *appliance) attended(ctx context.Context) {
	for {
		err := a.log.TTYs.Relay(func(in, out *os.File) error { return console.Run(ctx, a, releaseFile, in, out) })
		if err == nil {
			return
		}
		a.show(screenConsoleFailed(err))
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
