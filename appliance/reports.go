package appliance

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/appliance/stick/save"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/internal/wholefile"
)

// Where things are on the evidence partition.
const (
	reportsDir = "reports"
	logDir     = "log"
	readmeName = "README.txt"
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

// diskOf is what was examined, as the list of disks would have it.
func diskOf(d *exchange.Report, path string) core.Disk {
	m := &d.Medium
	return core.Disk{Path: path, Model: ascii.Printable(m.Model), Serial: ascii.Printable(m.Serial), Bytes: m.Bytes, Size: bytesize.Drive(m.Bytes)}
}

// maxReport is beyond any report.json: it lists findings up to a number.
const maxReport = 64 << 20

func readReport(bundle string) (d exchange.Report, err error) {
	b, err := wholefile.Read(filepath.Join(bundle, "report.json"), maxReport)
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	return d, err
}

// reasons are codes with their sentences, as people are shown them.
func reasons(d *exchange.Report) (lines []string) {
	for _, r := range d.Reasons {
		lines = append(lines, ascii.Printable(r.Code+": "+r.Text))
	}
	return lines
}

// part is what the verdict is about; empty: the whole disk.
func part(d *exchange.Report) string {
	if d.WholeMedium() {
		return ""
	}
	return ascii.Printable(cmp.Or(d.Scope.Text, "part of the disk"))
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
		a.say("NOT EXAMINED %s: %s", p.outcome.Source, p.outcome.Error)
	} else {
		a.saveReport(p)
	}
	return p.outcome
}

func (a *Appliance) saveReport(p *report) {
	o := &p.outcome
	var name string
	err := a.stick.With(func(dir string) (err error) {
		name, err = save.Beside(o.Bundle, filepath.Join(dir, reportsDir), p.folder)
		return err
	})
	if err != nil {
		if o.SaveError != core.PlainWords(err) { // it is tried again every few seconds
			a.say("NOT SAVED %s %s: %v", o.Source, o.Answer(), err)
		}
		o.SaveError = core.PlainWords(err)
		return
	}
	o.Saved, o.SaveError = "/"+reportsDir+"/"+name, ""
	a.say("saved %s %s", o.Saved, o.Answer())
	p.noted()
	os.RemoveAll(o.Bundle) // the stick has it, and memory is what unsaved ones need
}

// savedName is the name of a report's folder on the stick. The caller has locked.
func (a *Appliance) savedName(folder string) string {
	for _, p := range a.reports {
		if p.folder == folder && p.outcome.Saved != "" {
			return filepath.Base(p.outcome.Saved)
		}
	}
	return folder
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
		a.log.Journal.Add("the log was not saved: " + err.Error())
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
			a.show(screenUnsaved(err))
		}
		// A line can say anything: what is on its other end may echo.
		if line, _ := typed.Next(ctx, a.after(savePause)); line == screen.KeyUse {
			if err := a.TakeOtherStick(); err != nil {
				a.say("%v", err)
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
	a.say("reports go to the stick %s", disk)
	return nil
}

// table is a text beside the bundles, such as a summary of several disks.
type table struct {
	name  string                 // on the stick
	from  string                 // in memory
	ready func() bool            // whether what it names is on the stick
	make  func() ([]byte, error) // called once it is
	text  []byte
}

// saveTable takes the summary that shokyo scan makes, if there is one. It names the
// folders of the bundles, which have other names on the stick: so it is saved after
// them.
func (r *run) saveTable() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, kind := range []string{".json", ".csv"} {
		from := filepath.Join(r.out, "batch"+kind)
		if _, err := os.Stat(from); err == nil {
			r.tables = append(r.tables, table{name: r.name + "-batch" + kind, from: from, ready: r.bundlesSaved, make: func() ([]byte, error) { return r.summary(from) }})
		}
	}
	r.saveTables()
}

// bundlesSaved says whether no report of the run waits for the stick. The caller has
// locked.
func (r *run) bundlesSaved() bool {
	return !slices.ContainsFunc(r.reports, func(p *report) bool { return p.unsaved() && slices.Contains(r.folders, p.folder) })
}

func (r *run) summary(from string) ([]byte, error) {
	b, err := os.ReadFile(from)
	if err != nil {
		return nil, err
	}
	if filepath.Ext(from) == ".json" {
		return r.renameInJSON(b), nil
	}
	return r.renameInCSV(b)
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
				a.say("no %s: %v", t.name, err)
				continue
			}
		}
		err := a.stick.With(func(dir string) error {
			dir = filepath.Join(dir, reportsDir)
			ending := filepath.Ext(t.name)
			t.name = save.Unused(dir, strings.TrimSuffix(t.name, ending), ending) + ending
			return save.File(filepath.Join(dir, t.name), t.text)
		})
		if err != nil {
			left = append(left, t)
			continue
		}
		a.say("saved /%s/%s", reportsDir, t.name)
		os.Remove(t.from)
	}
	a.tables = left
}

// renameInJSON replaces the values of "bundle" in the text: decoding and encoding
// it would lose the order of its keys.
func (r *run) renameInJSON(b []byte) []byte {
	for i, d := range r.disks {
		b = bytes.ReplaceAll(b, bundleField(filepath.Base(d.Path)), bundleField(r.savedName(r.folders[i])))
	}
	return b
}

func bundleField(name string) []byte {
	quoted, _ := json.Marshal(name)
	return fmt.Appendf(nil, "\"bundle\": %s", quoted)
}

// renameInCSV does so in the column of that name.
func (r *run) renameInCSV(b []byte) ([]byte, error) {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("it can not be read: %v", err)
	}
	for c, title := range rows[0] {
		for _, row := range rows[1:] {
			if strings.TrimPrefix(title, "\ufeff") == "bundle" {
				row[c] = r.renamed(row[c])
			}
		}
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = bytes.Contains(b, []byte("\r\n"))
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (r *run) renamed(bundle string) string {
	for i, d := range r.disks {
		if filepath.Base(d.Path) == bundle {
			return r.savedName(r.folders[i])
		}
	}
	return bundle
}
