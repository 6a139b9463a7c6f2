// Shokyo-init is what the stick starts: it turns a computer into an appliance
// that examines the disks attached to it, and leaves the signed reports on the
// stick. What it does is in the packages below appliance; in brackets, which.
//
// The kernel starts u-root's init as process 1, and that starts this program
// with nothing but the initramfs below it. In this order it
//
//  1. mounts what programs expect (package machine) and loads the kernel modules that
//     the image brings, no network driver among them (machine);
//  2. sets the kernel's read-only flag of every disk, and of those that appear
//     later, before anything reads them (disks). Nothing on a disk is ever
//     mounted, assembled or swapped to;
//  3. looks for the one partition that it may write to: EVIDENCE, on the stick that
//     the computer was started from (stick);
//  4. does what EVIDENCE:/job.toml says (job, appliance), or, if there is
//     none, lets a person choose (console).
//
// Scanning is not its business. It runs /bin/shokyo as a child process, so that
// what a hostile disk does to the scanner it does not do to the appliance, and
// a bundle that is finished is copied to the stick whole or not at all (stick/save).
// Until then it lies in memory, and saving can be tried again.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"shokyo.dev/shokyo/appliance"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/words/stick"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "check-job" { // where a stick is made: nothing may be mounted there
		os.Exit(job.CheckFile(os.Args[2], os.Stderr))
	}
	if _, err := os.Stat(appliance.ReleaseFile); err != nil {
		// It would set every disk of whoever tries it read-only, and in the end switch
		// the computer off.
		fmt.Fprintln(os.Stderr, stick.OwnImageOnly.EN)
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
	log := &screen.Log{TTYs: t, Journal: screen.NewJournal(time.Now, "/dev/kmsg")}
	a := appliance.New(log)
	if noFont != nil {
		log.Journal.Add(noFont.Error()) // small letters do as well
	}
	if failed != nil {
		log.Line(failed.Error())
	}
	if err := machine.HoldKernelKeys("/proc/sys/kernel", machine.DisableCtrlAltDel); err != nil {
		log.Say(stick.CtrlAltDel.Say(err))
	}
	a.Run(context.Background(), start)
	// The computer is to end here; the parent would start this again.
	a.Log(stick.NothingLeft.EN)
	a.PowerOff()
	select {}
}
