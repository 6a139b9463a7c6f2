package appliance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/notice"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/stick"
)

// unattended carries out a job. It says whether the computer is to end: if not, a
// person goes on at the console.
func (a *Appliance) unattended(ctx context.Context, j *job.Job) (end bool) {
	defer a.forgetJob()
	a.say(stick.JobFound.Say(job.Name, j.Sample, j.Identity, j.AtEnd))
	s, err := a.jobSettings(j)
	var chosen selection
	if err == nil {
		chosen, err = a.jobDisks(ctx, j)
	}
	if err != nil {
		return a.refuseJob(ctx, err, j)
	}
	n := a.examineJob(ctx, j, chosen, s)
	if n.examined == 0 {
		a.show(notice.NothingExamined(j.AtEnd))
		a.awaitEnter(ctx, a.after(refusalPause))
	}
	a.say(stick.Done.Say(n.text()))
	if j.AtEnd == job.ThenConsole {
		a.Save(ctx) // the log, to its last line
	}
	return a.end(j.AtEnd)
}

// end does what comes after a job.
func (a *Appliance) end(how string) bool {
	switch how {
	case job.ThenPowerOff:
		a.PowerOff()
	case job.ThenReboot:
		a.Reboot()
	}
	return how != job.ThenConsole
}

// refusalPause lets a person read why nothing was examined.
const refusalPause = time.Minute

// refuseJob shows why a job is not carried out, and ends as the job says: with
// nobody there a computer that waits for a key waits for ever.
func (a *Appliance) refuseJob(ctx context.Context, err error, j *job.Job) bool {
	a.show(notice.JobRefused(err, j.AtEnd))
	if err := a.saveJournal(); err != nil {
		a.say(stick.LogNotSaved.Say(err))
	}
	a.awaitEnter(ctx, a.after(refusalPause))
	if j.AtEnd == job.ThenConsole {
		return false
	}
	a.say(stick.Done.Say(count{}.text()))
	return a.end(j.AtEnd)
}

// awaitEnter lets a person read: until the limit, or for as long as that takes (nil).
func (a *Appliance) awaitEnter(ctx context.Context, limit <-chan time.Time) {
	typed, stop := a.log.TTYs.AwaitLines()
	defer stop()
	typed.Next(ctx, limit)
}

const (
	settled     = 3 * time.Second  // without a new disk: all that are attached have appeared
	settleLimit = 60 * time.Second // for a disk that the job names, or that can be seen to come
)

// selection is what a job is for, of what is attached.
type selection struct {
	disks   []core.Disk
	missing []job.Missed
	seen    map[string]bool // the appearances of all disks that were there
}

// jobDisks waits for the disks that the job names. A host adapter may take half a
// minute to find its disks, and tells nobody when it is done. Listing the disks takes
// minutes when one of them is dying: it is done again when something has changed.
func (a *Appliance) jobDisks(ctx context.Context, j *job.Job) (s selection, err error) {
	const pause = 500 * time.Millisecond
	var quiet time.Duration
	seen, listed, waitedFor := "", "", ""
	for waited := time.Duration(0); ; waited += pause {
		now := strings.Join(a.appearances(), "\n")
		if quiet += pause; now != seen {
			seen, quiet = now, 0
		}
		last := waited >= settleLimit || ctx.Err() != nil
		if last || quiet >= settled && now != listed && !a.stick.Coming() {
			began := a.now()
			if s, err = a.choose(ctx, j); err != nil {
				return s, err
			}
			if len(s.missing) == 0 || last {
				return s, a.foundDisks(s)
			}
			if told := s.missingWords(); told != waitedFor {
				a.say(stick.WaitingFor.Say(told, settleLimit-waited))
				waitedFor = told
			}
			listed, waited = now, waited+a.now().Sub(began)
		}
		a.wait(ctx, pause)
	}
}

func (a *Appliance) appearances() (all []string) {
	for _, disk := range a.stick.Sys.WholeDisks() {
		all = append(all, a.stick.Sys.Appearance(disk))
	}
	return all
}

// choose lists the disks and takes those that the job is for.
func (a *Appliance) choose(ctx context.Context, j *job.Job) (s selection, err error) {
	s.seen = make(map[string]bool)
	for _, appearance := range a.appearances() {
		s.seen[appearance] = true
	}
	all, err := a.Disks(ctx)
	if err != nil {
		return s, err
	}
	for _, d := range all {
		s.seen[d.Appearance] = true
	}
	s.disks, s.missing = j.Disks.Choose(all)
	return s, nil
}

func (s *selection) missingWords() string {
	var words []string
	for _, m := range s.missing {
		words = append(words, m.What)
	}
	return strings.Join(words, ", ")
}

func (a *Appliance) foundDisks(s selection) error {
	if len(s.disks) == 0 {
		return fmt.Errorf("none of the disks that the job names is attached: %s", s.missingWords())
	}
	a.sayMissed(s.missing)
	for _, d := range s.disks {
		a.Log(fmt.Sprintf("%s: %s %s, %s", d.Path, d.Model, d.Serial, d.Size))
	}
	return nil
}

func (a *Appliance) sayMissed(missing []job.Missed) {
	for _, m := range missing {
		a.say(stick.NotExamined.Say(m.What, m.Why))
	}
}

// saveMissed leaves beside the reports what there is no report of.
func (a *Appliance) saveMissed(missing []job.Missed) {
	if len(missing) == 0 {
		return
	}
	var text strings.Builder
	text.WriteString(stick.MissedList.EN + "\r\n")
	for _, m := range missing {
		fmt.Fprintf(&text, "%s: %s\r\n", m.What, m.Why)
	}
	a.saveText(save.Stamp(a.now())+"-not-examined.txt", []byte(text.String()))
}

// cameLate are the disks that a job for all is for as well, and that came when the
// examination had begun.
func (a *Appliance) cameLate(ctx context.Context, j *job.Job, s selection) (late []job.Missed) {
	isNew := func(appearance string) bool { return !s.seen[appearance] }
	if !slices.Equal(j.Disks, job.Choice{job.All}) || !slices.ContainsFunc(a.appearances(), isNew) {
		return nil
	}
	all, err := a.Disks(ctx)
	if err != nil {
		return []job.Missed{{What: stick.LateDisks.EN, Why: err.Error()}}
	}
	for _, d := range all {
		if !d.Stick && !d.Empty() && isNew(d.Appearance) && !a.hasReport(d) {
			late = append(late, job.Missed{What: d.Path + " (" + d.Name() + ")", Why: stick.CameLate.EN})
		}
	}
	return late
}

// hasReport says whether a disk was examined all the same: in the place of another,
// or it was only attached anew. Without a serial number nothing tells it from the
// next one of its kind.
func (a *Appliance) hasReport(d core.Disk) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return d.Serial != "" && slices.ContainsFunc(a.reports, func(p *report) bool {
		o := p.outcome
		return o.Verdict != exchange.VerdictUnknown && o.Source == d.Path && core.Same(d, core.Disk{Model: o.Model, Serial: o.Serial})
	})
}

func (a *Appliance) jobSettings(j *job.Job) (core.Settings, error) {
	s := core.Settings{Mode: j.Sample, Depth: j.Depth, Operator: j.Operator, Case: j.Case, Customer: j.Customer, Site: j.Site, Note: j.Note, Identity: j.Identity}
	if j.Identity != core.Lab {
		return s, nil
	}
	err := a.stick.With(func(dir string) error {
		b, err := wholefile.Read(filepath.Join(dir, filepath.FromSlash(j.PassphraseFile)), 4096)
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
type count struct{ examined, saved, not int }

func (c count) text() words.Text {
	t := stick.Count.Say(c.examined, c.saved)
	if c.not > 0 {
		t = t.Then(stick.CountMissed.Say(c.not))
	}
	return t
}

// examineJob examines, and leaves beside the reports which disks there are none of.
func (a *Appliance) examineJob(ctx context.Context, j *job.Job, chosen selection, s core.Settings) count {
	tenths := make(map[string]int64)
	progress := func(p core.Progress) {
		if p.Planned > 0 && p.Done*10/p.Planned > tenths[p.Source] {
			tenths[p.Source] = p.Done * 10 / p.Planned
			a.say(stick.Tenth.Say(p.Source, tenths[p.Source], p.Residue, p.Unreadable))
		}
	}
	a.saveMissed(chosen.missing) // at once: hours later there may be no stick, or no program
	err := a.Examine(ctx, chosen.disks, s, progress, func(core.Outcome) {})
	if err != nil {
		a.say(stick.NoneExamined.Say(err))
	}
	late := a.cameLate(ctx, j, chosen)
	a.sayMissed(late)
	a.saveMissed(late)
	a.saveUntilAllIs(ctx)
	n := a.counted()
	if err != nil && n.examined+n.not == 0 { // it could not even begin
		n.not = len(chosen.disks)
	}
	n.not += len(chosen.missing) + len(late)
	return n
}

func (a *Appliance) counted() (n count) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.reports {
		if p.outcome.Verdict != exchange.VerdictUnknown {
			n.examined++
		}
		if p.outcome.Error != "" || p.outcome.Verdict == exchange.VerdictUnknown {
			n.not++ // also of a report whose verdict nobody here knows
		}
		if p.outcome.Saved != "" {
			n.saved++
		}
	}
	return n
}

// forgetJob: what a person examines afterwards is not the job's.
func (a *Appliance) forgetJob() {
	os.Remove(a.jobFile)
	os.Remove(a.caseFile)
	a.jobFile, a.caseFile = "", ""
}
