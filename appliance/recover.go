package appliance

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"shokyo.dev/shokyo/appliance/bundle"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/notice"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words/stick"
)

// runState is what is known of a call of shokyo scan. It lies beside the folder of
// its bundles, in memory, for the case that this program fails and is started again.
type runState struct {
	Started string // as in names of files
	Disks   []diskState
}

type diskState struct {
	Path, Model, Serial, Folder, Appearance string
	Bytes                                   int64
	Outcome                                 *core.Outcome // nil: not known yet
}

// note writes down how far the run is. A run that can not even begin with that is
// not begun: its reports would not be found.
func (r *run) note() error {
	s := runState{Started: r.name}
	for i, d := range r.disks {
		s.Disks = append(s.Disks, diskState{d.Path, d.Model, d.Serial, r.folders[i], d.Appearance, d.Bytes, r.outcomes[i]})
	}
	b, err := json.Marshal(s)
	if err == nil {
		err = save.AtOnce(r.out+noteEnding, b)
	}
	if err != nil {
		return fmt.Errorf("note the state of the examination in memory: %w", err)
	}
	return nil
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

// noteEnding makes the name of the note from that of the folder.
const noteEnding = ".json"

func (a *Appliance) notes() (paths []string) {
	paths, _ = filepath.Glob(filepath.Join(a.runDir, "out", "*"+noteEnding))
	return paths
}

// forgetRuns removes what is left of runs of which all is on the stick.
func (a *Appliance) forgetRuns() {
	for _, note := range a.notes() {
		out := strings.TrimSuffix(note, noteEnding)
		bundles, _ := filepath.Glob(filepath.Join(out, "*", "report.json"))
		tables, _ := filepath.Glob(filepath.Join(out, "batch.*"))
		if len(bundles)+len(tables) == 0 {
			os.RemoveAll(out)
			os.Remove(note)
		}
	}
}

// recoverReports takes in what an earlier start has left in memory, and saves it.
func (a *Appliance) recoverReports() {
	for _, note := range a.notes() {
		var s runState
		b, err := wholefile.Read(note, bundle.MaxReport)
		if err == nil {
			err = json.Unmarshal(b, &s)
		}
		if err != nil {
			a.say(stick.NoteUnreadable.Say(filepath.Base(note), err))
			continue
		}
		a.recoverRun(strings.TrimSuffix(note, noteEnding), s)
	}
}

func (a *Appliance) recoverRun(out string, s runState) {
	r := &run{Appliance: a, out: out, name: s.Started, done: func(core.Outcome) {}}
	for _, d := range s.Disks {
		r.disks, r.folders, r.outcomes = append(r.disks, core.Disk{Path: d.Path, Model: d.Model, Serial: d.Serial, Bytes: d.Bytes, Size: bytesize.Drive(d.Bytes), Appearance: d.Appearance}), append(r.folders, d.Folder), append(r.outcomes, d.Outcome)
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
