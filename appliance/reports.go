package appliance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/notice"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words/stick"
)

// report is the outcome of one disk on its way to the stick. A bundle that could
// not be saved stays in memory until it can.
type report struct {
	folder  string // its name on the stick
	outcome core.Outcome
	note    func(core.Outcome) // keeps it for a start after a failure of this program; nil: nobody does
}

func (p *report) noted() {
	if p.note != nil {
		p.note(p.outcome)
	}
}

// unsaved says whether there is something that the stick should have.
func (p *report) unsaved() bool { return p.outcome.Bundle != "" && p.outcome.Saved == "" }

// keep takes a new report in, saves it if it can, and gives what came of it.
func (a *Appliance) keep(p *report) core.Outcome {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reports = append(a.reports, p)
	p.noted()
	if p.outcome.Error != "" {
		a.say(stick.NotExamined.Say(p.outcome.Source, p.outcome.Error))
	} else {
		a.saveReport(p)
	}
	return p.outcome
}

func (a *Appliance) saveReport(p *report) {
	o := &p.outcome
	var name string
	err := a.stick.With(func(dir string) (err error) {
		name, err = save.Beside(o.Bundle, filepath.Join(dir, save.ReportsDir), p.folder)
		return err
	})
	if err != nil {
		if o.SaveError != core.PlainWords(err) { // it is tried again every few seconds
			a.say(stick.NotSaved.Say(o.Source, o.Answer(), err))
		}
		o.SaveError = core.PlainWords(err)
		return
	}
	o.Saved, o.SaveError = "/"+save.ReportsDir+"/"+name, ""
	a.say(stick.Saved.Say(o.Saved, o.Answer()))
	p.noted()
	os.RemoveAll(o.Bundle) // the stick has it, and memory is what unsaved ones need
}

// known says whether there is an outcome that belongs to that folder.
func (a *Appliance) known(folder string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.reports {
		if p.folder == folder {
			return true
		}
	}
	return false
}

// dropSaved forgets what is done with, before the next disks.
func (a *Appliance) dropSaved() {
	a.mu.Lock()
	defer a.mu.Unlock()
	var left []*report
	for _, p := range a.reports {
		if p.unsaved() {
			left = append(left, p)
		}
	}
	a.reports = left
}

// Save tries again what is not on the stick yet. It gives the outcomes of the
// last examination, and those before it that were still to be saved.
func (a *Appliance) Save(context.Context) (all []core.Outcome) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.reports {
		if p.unsaved() {
			a.saveReport(p)
		}
		all = append(all, p.outcome)
	}
	a.saveTables()
	if err := a.saveJournal(); err != nil {
		a.log.Journal.Add(stick.LogWasNot.Say(err).EN)
	}
	return all
}

// allSaved says whether switching off loses nothing.
func (a *Appliance) allSaved() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.reports {
		if p.unsaved() {
			return false
		}
	}
	return len(a.tables) == 0
}

// savePause is how often a stick that is not there is looked for.
const savePause = 5 * time.Second

// saveUntilAllIs does not give up: what is in memory exists nowhere else. Somebody can
// have another stick used.
func (a *Appliance) saveUntilAllIs(ctx context.Context) {
	a.Save(ctx)
	if a.allSaved() {
		return
	}
	typed, stop := a.log.TTYs.AwaitLines()
	defer stop()
	for tries := 0; ctx.Err() == nil && !a.allSaved(); tries++ {
		if tries%12 == 0 {
			_, err := a.Evidence()
			a.show(notice.Unsaved(err))
		}
		// A line can say anything: what is on its other end may echo.
		if line, _ := typed.Next(ctx, a.after(savePause)); line == screen.KeyUse {
			if err := a.TakeOtherStick(); err != nil {
				a.Log(err.Error())
			}
		}
		a.Save(ctx)
	}
}

// TakeOtherStick has the stick used that is there, in place of the one that the
// computer was started from.
func (a *Appliance) TakeOtherStick() error {
	disk, err := a.stick.TakeOther()
	if err != nil {
		return fmt.Errorf("no other stick is used: %w", err)
	}
	a.logLock.Lock()
	a.logName = "" // it has files of its own
	a.logLock.Unlock()
	a.say(stick.OtherStick.Say(disk))
	return nil
}

// maxTable is more than a file of a summary has.
const maxTable = 256 << 20

// table is a text beside the bundles, such as a summary of several disks.
type table struct {
	name  string                 // on the stick
	from  string                 // in memory
	ready func() bool            // whether what it names is on the stick
	make  func() ([]byte, error) // called once it is
	text  []byte
}

// The files of a summary, the list that people open and the seal over all of them last.
var summary = []string{".html", ".json", ".pem", ".csv", ".dsse"}

// saveTable takes the summary that shokyo scan makes, if there is one, to the byte: it is signed. It
// names the bundles by their digests, for their folders have other names on the stick, and is saved
// after them.
func (r *run) saveTable() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, kind := range summary {
		from := filepath.Join(r.out, "batch"+kind)
		if _, err := os.Stat(from); err == nil {
			r.tables = append(r.tables, table{name: r.name + "-batch" + kind, from: from, ready: r.bundlesSaved, make: func() ([]byte, error) { return wholefile.Read(from, maxTable) }})
		}
	}
	r.saveTables()
}

// bundlesSaved says whether no report of the run waits for the stick. The caller has
// locked.
func (r *run) bundlesSaved() bool {
	return !slices.ContainsFunc(r.reports, func(p *report) bool { return p.unsaved() && slices.Contains(r.folders, p.folder) })
}

// saveText saves a text beside the bundles, now or when it can be.
func (a *Appliance) saveText(name string, text []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tables = append(a.tables, table{name: name, text: text})
	a.saveTables()
}

func (a *Appliance) saveTables() {
	var left []table
	for _, t := range a.tables {
		if t.text == nil && !t.ready() {
			left = append(left, t)
			continue
		}
		if t.text == nil { // now: with the next disks it is forgotten where the reports are
			var err error
			if t.text, err = t.make(); err != nil {
				a.say(stick.NoTable.Say(t.name, err))
				continue
			}
		}
		err := a.stick.With(func(dir string) error {
			dir = filepath.Join(dir, save.ReportsDir)
			ending := filepath.Ext(t.name)
			t.name = save.Unused(dir, strings.TrimSuffix(t.name, ending), ending) + ending
			return save.File(filepath.Join(dir, t.name), t.text)
		})
		if err != nil {
			left = append(left, t)
			continue
		}
		a.say(stick.SavedTable.Say(save.ReportsDir, t.name))
		os.Remove(t.from)
	}
	a.tables = left
}
