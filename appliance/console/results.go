package console

import (
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/disklist"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/words/console"
)

// Step 5: the verdicts, and whether they are saved.

// unsaved are the reports that are only in memory, of this round and of those
// before.
func (m model) unsaved() (list []core.Outcome) {
	for _, j := range m.jobs {
		if j.outcome != nil && notSaved(*j.outcome) {
			list = append(list, *j.outcome)
		}
	}
	for _, o := range m.kept {
		if notSaved(o) {
			list = append(list, o)
		}
	}
	return list
}

func notSaved(o core.Outcome) bool { return o.Bundle != "" && o.Saved == "" }

// saved takes what another try to save came to. A bundle is known by where it
// lies in memory: the same path of a device can be another disk by now.
func (m model) saved(tried []core.Outcome) model {
	first, asked := m.fresh, m.saving
	m.fresh, m.saving = false, false
	if first && m.step == stepDisks && len(m.jobs) == 0 {
		return m.foundResults(tried)
	}
	m.jobs, m.kept = slices.Clone(m.jobs), slices.Clone(m.kept)
	for _, t := range tried {
		if o := m.bundle(t.Bundle); o != nil {
			o.Saved, o.SaveError = t.Saved, t.SaveError
		} else if notSaved(t) { // left from before this console
			m.kept = append(m.kept, t)
		}
	}
	if left := m.unsaved(); asked && len(left) > 0 {
		m.message = console.NotSavedYet.Say(console.Reports(len(left)), sentence(errors.New(left[0].SaveError))).EN
	}
	return m
}

// foundResults begins with what a job, or this program before it failed, has left:
// what came of each disk is to be seen before the next are chosen.
func (m model) foundResults(all []core.Outcome) model {
	for _, o := range all {
		m.jobs = append(m.jobs, diskJob{disk: core.Disk{Path: o.Source, Model: o.Model, Serial: o.Serial, Size: "-"}, outcome: &o})
	}
	if len(all) > 0 {
		m.step, m.large = stepResults, len(all) == 1
	}
	return m
}

// bundle finds an outcome and makes it one that can be changed: older states of
// the model keep theirs.
func (m model) bundle(path string) *core.Outcome {
	for i, j := range m.jobs {
		if j.outcome != nil && j.outcome.Bundle == path {
			o := *j.outcome
			m.jobs[i].outcome = &o
			return &o
		}
	}
	for i := range m.kept {
		if m.kept[i].Bundle == path {
			return &m.kept[i]
		}
	}
	return nil
}

func (m model) resultsKey(key string) (model, tea.Cmd) {
	switch key {
	case "up", "k":
		m.view = max(m.view-1, 0)
	case "down", "j":
		m.view = max(min(m.view+1, len(m.jobs)-1), 0)
	case "enter", "esc":
		m.large = len(m.jobs) == 1 || key == "enter" && !m.large
	case "s":
		return m.saveAgain()
	case "n":
		return m.nextDisks()
	case "q":
		return m.leave(), nil
	}
	return m, nil
}

// nextDisks starts over. What is not saved stays in memory, and in view.
func (m model) nextDisks() (model, tea.Cmd) {
	m.kept, m.jobs = m.unsaved(), nil
	m.step, m.looking, m.disks, m.form.Cursor = stepDisks, true, disklist.List{}, 0
	return m, m.findDisks()
}

func (m model) resultsKeys(unsaved bool) (keys []string) {
	if len(m.jobs) > 1 {
		keys = []string{console.KeyMove.EN, console.KeyLarge.EN}
		if m.large {
			keys[1] = console.KeyTable.EN
		}
	}
	if unsaved {
		keys = append(keys, console.KeySaveAgain.EN)
	}
	return append(keys, console.KeyNextDisks.EN, console.KeyShutDown.EN)
}

func (m model) resultsBody(room int) []page.Row {
	if m.view >= len(m.jobs) {
		return nil
	}
	if m.large {
		return m.oneResult(m.jobs[m.view], room)
	}
	return m.allResults(room)
}

// verdictWords is the verdict in words and its colour. A clean one that is not about
// the whole disk does not stand alone.
func verdictWords(o core.Outcome) page.Piece {
	switch o.Verdict {
	case exchange.NoResidue:
		if o.Scope != "" {
			return page.Green.Of(console.Sample.Then(console.NoResidue).EN)
		}
		return page.Green.Of(console.NoResidue.EN)
	case exchange.ResidueFound:
		return page.Red.Of(console.ResidueFound.EN)
	case exchange.Inconclusive:
		return page.Yellow.Of(console.Inconclusive.EN)
	}
	return page.Yellow.Of(console.NoVerdict.EN)
}

// meaning says it plainly, with what to do.
func meaning(o core.Outcome) string {
	switch o.Verdict {
	case exchange.NoResidue:
		if o.Scope != "" {
			return console.SampleMeans.Say(o.Scope).EN
		}
		return console.NoResidueMeans.EN
	case exchange.ResidueFound:
		return console.ResidueFoundMeans.EN
	case exchange.Inconclusive:
		return console.InconclusiveMeans.EN
	}
	if o.Error == core.StoppedByPerson {
		return console.StoppedMeans.EN
	}
	return console.NoVerdictMeans.EN
}

// claimText says how much a clean result proves.
func claimText(claim exchange.Claim) string {
	switch claim {
	case exchange.ClaimPhysicalCiphertext:
		return console.ClaimCiphertext.EN
	case exchange.ClaimLogical:
		return console.ClaimLogical.EN
	}
	return ""
}

const wideVerdict = 18 // the column of the table

// oneResult is the verdict so large that it can be read across the room.
func (m model) oneResult(j diskJob, room int) []page.Row {
	o := *j.outcome
	rows := []page.Row{{page.Bold.Of(" " + disklist.Identity(j.disk))}, nil}
	large := strings.TrimPrefix(verdictWords(o).Text, console.Sample.EN) // the line below says that it is one
	for _, line := range page.Banner(large) {
		rows = append(rows, page.Ink(verdictWords(o).Color, " %s", line))
	}
	rows = append(rows, nil)
	rows = append(rows, page.Wrap(page.Bold, " ", meaning(o), m.width-1)...)
	tail := m.savedRows(o)
	return append(append(rows, page.Cut(m.reasons(o), room-len(rows)-len(tail))...), tail...)
}

func (m model) reasons(o core.Outcome) (rows []page.Row) {
	if o.Error != "" {
		rows = append(rows, page.Wrap(page.Red, "   ! ", o.Error, m.width-1)...)
	}
	// How much it proves comes first: what comes last may not fit.
	if words := claimText(o.Claim); words != "" && o.Verdict == exchange.NoResidue {
		rows = append(rows, page.Wrap(page.Plain, "   - "+console.Proves.EN, words, m.width-1)...)
	}
	for _, r := range o.Reasons {
		rows = append(rows, page.Wrap(page.Plain, "   - ", r, m.width-1)...)
	}
	return rows
}

// savedRows says where the report is, or why it is not there.
func (m model) savedRows(o core.Outcome) (rows []page.Row) {
	rows = append(rows, savedRow(o))
	shown := m.evidence.err != nil && m.evidence.err.Error() == o.SaveError
	if notSaved(o) && o.SaveError != "" && !shown {
		rows = append(rows, page.Cut(page.Wrap(page.Yellow, "   ", o.SaveError, m.width-1), 2)...)
	}
	return rows
}

func savedRow(o core.Outcome) page.Row {
	switch {
	case o.Saved != "":
		return page.Row{page.Plain.Of(" " + console.ReportSaved.EN), page.Bold.Of(o.Saved)}
	case o.Bundle != "":
		return page.Ink(page.Red, " %s", console.ReportNotSaved.EN)
	}
	return page.Say(" %s", console.NoReport.EN)
}

func (m model) allResults(room int) []page.Row {
	rows := []page.Row{m.totals(), nil,
		page.Ink(page.Dim, "   %s %s %s %s %s", ascii.Column(console.Device.EN, disklist.WideDevice), ascii.Column(console.Model.EN, disklist.WideModel), ascii.Column(console.Serial.EN, disklist.WideSerial), ascii.Column(console.Verdict.EN, wideVerdict), console.Report.EN)}
	const details = 6
	n := max(room-len(rows)-1-details, 1)
	first, last := page.Window(m.view, len(m.jobs), n)
	for i := first; i < last; i++ {
		rows = append(rows, m.resultRow(i))
	}
	if last-first < len(m.jobs) {
		rows[1] = page.Ink(page.Dim, " %s", console.Shown.Say(last-first, len(m.jobs)).EN)
	}
	o := *m.jobs[m.view].outcome
	tail := m.savedRows(o)
	rows = append(rows, nil)
	rows = append(rows, page.Cut(append(page.Wrap(page.Bold, " ", meaning(o), m.width-1), m.reasons(o)...), room-len(rows)-len(tail))...)
	return append(rows, tail...)
}

func (m model) resultRow(i int) page.Row {
	j, cursor := m.jobs[i], "   "
	if i == m.view {
		cursor = " > "
	}
	word, saved := verdictWords(*j.outcome), page.Plain.Of(console.None.EN)
	switch {
	case j.outcome.Saved != "":
		saved.Text = console.Saved.EN
	case notSaved(*j.outcome):
		saved = page.Red.Of(console.NotSaved.EN)
	}
	return page.Row{page.Plain.Of(cursor), page.Plain.Of(ascii.Column(disklist.ShortName(j.disk), disklist.WideDevice) + " " + ascii.Column(j.disk.Model, disklist.WideModel) + " " + ascii.Column(j.disk.Serial, disklist.WideSerial) + " "),
		word.Color.Of(ascii.Column(word.Text, wideVerdict)), page.Plain.Of(" "), saved}
}

// totals counts the verdicts, the bad ones first.
func (m model) totals() (r page.Row) {
	r = page.Row{page.Bold.Of(" " + console.Disks(len(m.jobs)).EN + ":")}
	for _, o := range []core.Outcome{{Verdict: exchange.ResidueFound}, {Verdict: exchange.Inconclusive}, {}, {Verdict: exchange.NoResidue}, {Verdict: exchange.NoResidue, Scope: "a sample"}} {
		word, n := verdictWords(o), 0
		for _, j := range m.jobs {
			if verdictWords(*j.outcome) == word {
				n++
			}
		}
		if n > 0 {
			r = append(r, word.Color.Of("  "+console.Total.Say(n, strings.ToLower(word.Text)).EN))
		}
	}
	return r
}
