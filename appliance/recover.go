package appliance

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/notice"
	"shokyo.dev/shokyo/appliance/runstate"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words/stick"
)

// note writes down how far the run is. A run that can not even begin with that is
// not begun: its reports would not be found.
func (r *run) note() error {
	s := runstate.State{Started: r.name}
	for i, d := range r.disks {
		s.Disks = append(s.Disks, runstate.Of(d, r.folders[i], r.outcomes[i]))
	}
	return s.Write(r.out)
}

// noteOf is for the report with that folder. Whoever calls it has locked the reports.
func (r *run) noteOf(folder string) func(core.Outcome) {
	return func(o core.Outcome) {
		r.outcomes[slices.Index(r.folders, folder)] = &o
		if err := r.note(); err != nil {
			r.Log(err.Error()) // the report is there all the same
		}
	}
}

// outDir is where the folders of all calls lie, in memory.
func (a *Appliance) outDir() string { return filepath.Join(a.runDir, "out") }

// recoverReports takes in what an earlier start has left in memory, and saves it.
func (a *Appliance) recoverReports() {
	for _, out := range runstate.Noted(a.outDir()) {
		s, err := runstate.Read(out)
		if err != nil {
			a.say(stick.NoteUnreadable.Say(filepath.Base(out), err))
			continue
		}
		a.recoverRun(out, s)
	}
}

func (a *Appliance) recoverRun(out string, s runstate.State) {
	r := &run{Appliance: a, out: out, name: s.Started, done: func(core.Outcome) {}}
	for _, d := range s.Disks {
		r.disks, r.folders, r.outcomes = append(r.disks, d.Listed()), append(r.folders, d.Folder), append(r.outcomes, d.Outcome)
	}
	unfinished, _ := filepath.Glob(filepath.Join(out, "*.checkpoint*"))
	for _, path := range unfinished {
		os.Remove(path) // nobody goes on with it, and it holds much memory
	}
	for i, d := range s.Disks {
		switch {
		case d.Outcome != nil && d.Outcome.Saved != "":
			a.adopt(&report{folder: d.Folder, outcome: *d.Outcome, note: r.noteOf(d.Folder)})
		case d.Outcome != nil:
			a.keep(&report{folder: d.Folder, outcome: *d.Outcome, note: r.noteOf(d.Folder)})
		case r.finished(i):
			r.accept(i, r.bundleOf(i))
		default:
			r.fail(i, stick.ProgramFailed.EN)
		}
	}
	r.saveTable()
}

// adopt takes in a report with which there is nothing left to do.
func (a *Appliance) adopt(p *report) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reports = append(a.reports, p)
}

// maxFailures is how often the program may fail before nothing is done any more but
// to save reports.
const maxFailures = 3

// afterFailure is how a start begins that follows on a failure. It says whether the
// computer is to end.
func (a *Appliance) afterFailure(ctx context.Context, start int, why string) (end bool) {
	a.show(notice.Failed(why))
	a.recoverReports()
	j := a.lastJob()
	if j != nil || start > maxFailures {
		a.saveUntilAllIs(ctx)
	}
	if j != nil {
		a.say(stick.NotToEnd)
		a.say(stick.Done.Say(a.counted().text()))
		a.forgetJob()
		if j.AtEnd != job.ThenConsole { // a new start would begin it again
			return a.end(job.ThenPowerOff)
		}
	}
	if start > maxFailures {
		a.show(notice.FailedAgain())
		a.awaitEnter(ctx, nil)
		return a.end(job.ThenPowerOff)
	}
	a.show(stick.GoOn.EN) // the console would draw over what stands there
	typed, stop := a.log.TTYs.AwaitLines()
	defer stop()
	for entered := false; !entered && ctx.Err() == nil; {
		a.Save(ctx)
		_, entered = typed.Next(ctx, a.after(savePause))
	}
	return false
}

// lastJob is the job that was being carried out, nil if there was none.
func (a *Appliance) lastJob() *job.Job {
	b, err := wholefile.Read(filepath.Join(a.runDir, job.Name), job.MaxBytes)
	if err != nil {
		return nil
	}
	j, err := job.Parse(b)
	if err != nil {
		return nil // it would not have been begun
	}
	a.jobFile = filepath.Join(a.runDir, job.Name)
	if a.keepCase(j) != nil {
		return nil
	}
	return j
}
