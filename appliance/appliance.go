// Package appliance is the Core of the stick. From start to end (start.go) it waits for
// the stick, carries out the job that lies on it (job.go, unattended.go) or gives the
// screen to the console, and begins again after a failure (recover.go, runstate). Disks are
// examined by a child, whose lines are read (examine.go); what it leaves is on its way to
// the stick until it is there (reports.go).
package appliance

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"shokyo.dev/shokyo/appliance/child"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/lab"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/appliance/notice"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/appliance/stick"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/wholefile"
	said "shokyo.dev/shokyo/words/stick"
)

// Appliance is the Core of the stick.
type Appliance struct {
	log   *screen.Log
	guard *disks.Guard
	stick *stick.Stick

	program  child.Program // shokyo
	runDir   string        // in memory: bundles until they are saved
	jobFile  string        // the job that is being carried out; "" if there is none
	caseFile string        // what it says of the order; "" if it says nothing
	started  time.Time
	logLock  sync.Mutex
	logName  string // on the stick; "" before the log was saved once

	now      func() time.Time
	after    func(time.Duration) <-chan time.Time
	powerOff func(reboot bool) error

	running atomic.Pointer[[]core.Disk] // what is being examined; nil: nothing

	mu      sync.Mutex
	reports []*report // of the last call of Examine, and older ones that are not saved yet
	tables  []table   // summaries that are not saved yet
}

// New is the appliance that this computer becomes.
func New(log *screen.Log) *Appliance {
	a := &Appliance{log: log, program: "/bin/shokyo", runDir: "/run/shokyo",
		now: time.Now, after: time.After, powerOff: machine.End, started: time.Now()}
	a.guard = disks.NewGuard("/sys", "/dev", a.say)
	a.stick = stick.New("/sys", "/dev", "/evidence", a.guard)
	a.stick.State, a.stick.Busy = filepath.Join(a.runDir, "stick"), a.examining
	if err := os.MkdirAll("/evidence", 0o755); err != nil {
		a.Log(err.Error())
	}
	err := os.MkdirAll(a.runDir, 0o700)
	if err == nil {
		err = a.log.Journal.Keep(filepath.Join(a.runDir, "journal"))
	}
	if err != nil {
		a.Log(err.Error())
	}
	return a
}

// release is what /etc/shokyo-release calls this image.
func (a *Appliance) release() string {
	b, err := wholefile.Read(ReleaseFile, 1<<10)
	if err != nil {
		return said.UnknownRelease.EN
	}
	return strings.TrimSpace(string(b))
}

// wait sleeps, or less long if the context ends.
func (a *Appliance) wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-a.after(d):
	}
}

// awaitStick waits until the drivers are loaded and the stick is there, or gives the
// reason why it is not.
func (a *Appliance) awaitStick(ctx context.Context, drivers <-chan struct{}, limit time.Duration) error {
	const pause = 100 * time.Millisecond
	for loading := true; loading && ctx.Err() == nil; {
		a.stick.Look() // the time in which a second one may appear passes meanwhile
		select {
		case <-drivers:
			loading = false
		default:
			a.wait(ctx, pause)
		}
	}
	for waited := time.Duration(0); ; waited += pause {
		_, err := a.stick.Free()
		// Two sticks do not become one, and what can not be mounted stays so.
		if err == nil || !stick.Missing(err) || waited >= limit || ctx.Err() != nil {
			return err
		}
		if waited == stickPatience {
			a.say(said.WaitingForStick.Say(limit))
		}
		a.wait(ctx, pause)
	}
}

// askForStick waits for a stick that is late for as long as it takes, or until
// somebody wants to go on without one.
func (a *Appliance) askForStick(ctx context.Context, why error) {
	if why == nil {
		return
	}
	typed, stop := a.log.TTYs.AwaitLines()
	defer stop()
	for shown := ""; why != nil; _, why = a.stick.Free() {
		if why.Error() != shown && !errors.Is(why, stick.ErrSettling) {
			shown = why.Error()
			a.show(notice.NoStick(why))
		}
		if line, _ := typed.Next(ctx, a.after(stickPause)); line == screen.KeyGoOn || ctx.Err() != nil {
			return
		}
	}
	a.say(said.StickIsThere)
}

// Evidence says how much room the stick has.
func (a *Appliance) Evidence() (free int64, err error) { return a.stick.Free() }

func (a *Appliance) lab() lab.Lab {
	return lab.Lab{Stick: a.stick, Program: a.program, RunDir: a.runDir}
}

// LabIdentity is the name in the certificate on the stick.
func (a *Appliance) LabIdentity() (name string, exists bool) { return a.lab().Identity() }

// CheckPassphrase says what is wrong with the lab identity's passphrase.
func (a *Appliance) CheckPassphrase(passphrase string) error {
	return a.lab().CheckPassphrase(passphrase)
}

// MakeLabIdentity makes a key and a certificate, and saves them.
func (a *Appliance) MakeLabIdentity(name, passphrase string) error {
	err := a.lab().Make(name, passphrase)
	if err == nil {
		a.say(said.SavedIdentity.Say(lab.Dir, name))
	}
	return err
}

// welcomeOnStick prepares the stick: what an earlier start could not finish goes,
// and the file that explains the rest is there.
func (a *Appliance) welcomeOnStick() {
	err := a.stick.With(func(dir string) error {
		save.RemoveUnfinished(filepath.Join(dir, save.ReportsDir))
		save.RemoveUnfinished(dir)
		readme := filepath.Join(dir, save.ReadmeName)
		if _, err := os.Lstat(readme); err == nil {
			return nil
		}
		return save.File(readme, notice.Readme())
	})
	if err != nil {
		a.say(said.NotPrepared.Say(err))
	}
}
