package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// unattended carries out a job. It says whether the computer is to end: if not, a
// person goes on at the console.
func (a *appliance) unattended(ctx context.Context, j *job) (end bool) {
	defer a.forgetJob()
	a.say("%s found: sample %s, identity %s, then %s", jobName, j.Sample, j.Identity, j.AtEnd)
	s, err := a.jobSettings(j)
	var disks []Disk
	var missing []string
	if err == nil {
		disks, missing, err = a.jobDisks(ctx, j)
	}
	if err != nil {
		return a.refuseJob(ctx, err, j)
	}
	n := a.examineJob(ctx, disks, missing, s)
	if n.examined == 0 {
		a.show(screenNothingExamined(j.AtEnd))
		a.awaitEnter(ctx, a.after(refusalPause))
	}
	a.say("done, %s", n)
	if j.AtEnd == thenConsole {
		a.Save(ctx) // the log, to its last line
	}
	return a.end(j.AtEnd)
}

// end does what comes after a job.
func (a *appliance) end(how string) bool {
	switch how {
	case thenPowerOff:
		a.PowerOff()
	case thenReboot:
		a.Reboot()
	}
	return how != thenConsole
}

// refusalPause lets a person read why nothing was examined.
const refusalPause = time.Minute

// refuseJob shows why a job is not carried out, and ends as the job says: with
// nobody there a computer that waits for a key waits for ever.
func (a *appliance) refuseJob(ctx context.Context, err error, j *job) bool {
	a.show(screenJobRefused(err, j.AtEnd))
	if err := a.saveJournal(); err != nil {
		a.say("the log is not saved: %v", err)
	}
	a.awaitEnter(ctx, a.after(refusalPause))
	if j.AtEnd == thenConsole {
		return false
	}
	a.say("done, 0 examined, 0 saved")
	return a.end(j.AtEnd)
}

// awaitEnter lets a person read: until the limit, or for as long as that takes (nil).
func (a *appliance) awaitEnter(ctx context.Context, limit <-chan time.Time) {
	typed, stop := a.ttys.awaitLines()
	defer stop()
	typed.next(ctx, limit)
}

const (
	settled     = 3 * time.Second  // without a new disk: all that are attached have appeared
	settleLimit = 60 * time.Second // for a disk that the job names
)

// jobDisks waits for the disks that the job names. A host adapter may take half a
// minute to find its disks, and tells nobody when it is done.
func (a *appliance) jobDisks(ctx context.Context, j *job) (chosen []Disk, missing []string, err error) {
	const pause = 500 * time.Millisecond
	var quiet time.Duration
	seen, waitedFor := "", ""
	for waited := time.Duration(0); ; waited += pause {
		now := strings.Join(a.stick.sys.wholeDisks(), " ")
		if quiet += pause; now != seen {
			seen, quiet = now, 0
		}
		if quiet >= settled || waited >= settleLimit || ctx.Err() != nil {
			all, err := a.Disks(ctx)
			if err != nil {
				return nil, nil, err
			}
			chosen, missing = j.Disks.choose(all)
			if len(missing) == 0 || waited >= settleLimit {
				return chosen, missing, a.foundDisks(chosen, missing)
			}
			if told := strings.Join(missing, ", "); told != waitedFor {
				a.say("waiting for %s, up to %v", told, settleLimit-waited)
				waitedFor = told
			}
			quiet = 0 // wait for a change, or as long again
		}
		a.wait(ctx, pause)
	}
}

func (a *appliance) foundDisks(chosen []Disk, missing []string) error {
	if len(chosen) == 0 {
		return fmt.Errorf("none of the disks that the job names is attached: %s", strings.Join(missing, ", "))
	}
	for _, word := range missing {
		a.say("NOT EXAMINED %s: no such disk is attached", word)
	}
	for _, d := range chosen {
		a.say("%s: %s %s, %s", d.Path, d.Model, d.Serial, d.Size)
	}
	return nil
}

func (a *appliance) jobSettings(j *job) (Settings, error) {
	s := Settings{Mode: j.Sample, Operator: j.Operator, Case: j.Case, Customer: j.Customer, Site: j.Site, Note: j.Note, Identity: j.Identity}
	if j.Identity != lab {
		return s, nil
	}
	err := a.stick.with(func(dir string) error {
		b, err := readSmall(filepath.Join(dir, filepath.FromSlash(j.PassphraseFile)), 4096)
		s.Passphrase = strings.TrimRight(string(b), "\r\n")
		if errors.Is(err, os.ErrNotExist) {
			return nil // nothing is wrong with the stick
		}
		return err
	})
	if err == nil && s.Passphrase == "" {
		err = fmt.Errorf("passphrase_file = %q is not there, or is empty", j.PassphraseFile)
	}
	if err == nil {
		err = a.CheckPassphrase(s.Passphrase)
	}
	return s, err
}

// count is how a job ended, for the last line.
type count struct{ examined, saved, missing int }

func (c count) String() string {
	s := fmt.Sprintf("%d examined, %d saved", c.examined, c.saved)
	if c.missing > 0 {
		s += fmt.Sprintf(", %d NOT ATTACHED", c.missing)
	}
	return s
}

// examineJob examines, and leaves beside the reports which disks there were none of.
func (a *appliance) examineJob(ctx context.Context, disks []Disk, missing []string, s Settings) count {
	tenths := make(map[string]int64)
	progress := func(p Progress) {
		if p.Planned > 0 && p.Done*10/p.Planned > tenths[p.Source] {
			tenths[p.Source] = p.Done * 10 / p.Planned
			a.say("%s %d0 %%, %d bytes residue, %d bytes unreadable", p.Source, tenths[p.Source], p.Residue, p.Unreadable)
		}
	}
	if len(missing) > 0 { // at once: hours later there may be no stick, or no program
		text := "The job named these, and no such disk was attached:\r\n" + strings.Join(missing, "\r\n") + "\r\n"
		a.saveText(stamp(a.now())+"-not-attached.txt", []byte(text))
	}
	if err := a.Examine(ctx, disks, s, progress, func(Outcome) {}); err != nil {
		a.say("NOT EXAMINED: %v", err)
	}
	a.saveUntilAllIs(ctx)
	n := a.counted()
	n.missing = len(missing)
	return n
}

func (a *appliance) counted() (n count) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.reports {
		if p.outcome.Verdict != "" {
			n.examined++
		}
		if p.outcome.Saved != "" {
			n.saved++
		}
	}
	return n
}

// forgetJob: what a person examines afterwards is not the job's.
func (a *appliance) forgetJob() {
	os.Remove(a.jobFile)
	a.jobFile = ""
}
