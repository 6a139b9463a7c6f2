package console

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/disklist"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/exchange"
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
		m.message = fmt.Sprintf("Not saved yet: %s. %s", page.Counted(len(left), "report"), sentence(errors.New(left[0].SaveError)))
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
		keys = []string{"Up/Down=move", "Enter=large"}
		if m.large {
			keys[1] = "Enter=table"
		}
	}
	if unsaved {
		keys = append(keys, "s=save again")
	}
	return append(keys, "n=next disks", "q=shut down")
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
			return page.Green.Of("SAMPLE: NO RESIDUE")
		}
		return page.Green.Of("NO RESIDUE")
	case exchange.ResidueFound:
		return page.Red.Of("RESIDUE FOUND")
	case exchange.Inconclusive:
		return page.Yellow.Of("INCONCLUSIVE")
	}
	return page.Yellow.Of("NO VERDICT")
}

// meaning says it plainly, with what to do.
func meaning(o core.Outcome) string {
	switch o.Verdict {
	case exchange.NoResidue:
		if o.Scope != "" {
			return "Nothing recoverable was found where this examination looked, which was only " + o.Scope + "."
		}
		return "Nothing recoverable was found where this examination looked."
	case exchange.ResidueFound:
		return "Data that can be recovered is still on this disk. It is not erased: erase it again, then examine it again."
	case exchange.Inconclusive:
		return "It can not be said whether anything is left. The reasons say why; do not treat this disk as erased."
	}
	if o.Error == core.StoppedByPerson {
		return "The examination was stopped, so there is no verdict. Do not treat this disk as erased."
	}
	return "This disk was not examined to the end, so there is no verdict. Do not treat it as erased. If it does not answer, try another cable or port, then examine it again."
}

// claimText says how much a clean result proves.
func claimText(claim exchange.Claim) string {
	switch claim {
	case exchange.ClaimPhysicalCiphertext:
		return "what was read cannot be told from ciphertext; whether it is the old one, or random bytes written over it, reading cannot tell."
	case exchange.ClaimLogical:
		return "zeros or another fill were read back. What lies in flash cells behind them was not seen: this proves less than reading ciphertext does."
	}
	return ""
}

const wideVerdict = 18 // the column of the table

// oneResult is the verdict so large that it can be read across the room.
func (m model) oneResult(j diskJob, room int) []page.Row {
	o := *j.outcome
	rows := []page.Row{{page.Bold.Of(" " + disklist.Identity(j.disk))}, nil}
	large := strings.TrimPrefix(verdictWords(o).Text, "SAMPLE: ") // the line below says that it is one
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
		rows = append(rows, page.Wrap(page.Plain, "   - proves: ", words, m.width-1)...)
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
		return page.Row{page.Plain.Of(" report saved: "), page.Bold.Of(o.Saved)}
	case o.Bundle != "":
		return page.Ink(page.Red, " REPORT NOT SAVED: it is in memory. Put an evidence stick in and press s.")
	}
	return page.Say(" no report")
}

func (m model) allResults(room int) []page.Row {
	rows := []page.Row{m.totals(), nil,
		page.Ink(page.Dim, "   %s %s %s %s %s", ascii.Column("Device", disklist.WideDevice), ascii.Column("Model", disklist.WideModel), ascii.Column("Serial", disklist.WideSerial), ascii.Column("Verdict", wideVerdict), "Report")}
	const details = 6
	n := max(room-len(rows)-1-details, 1)
	first, last := page.Window(m.view, len(m.jobs), n)
	for i := first; i < last; i++ {
		rows = append(rows, m.resultRow(i))
	}
	if last-first < len(m.jobs) {
		rows[1] = page.Ink(page.Dim, " %d of %d are shown.", last-first, len(m.jobs))
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
	word, saved := verdictWords(*j.outcome), page.Plain.Of("none")
	switch {
	case j.outcome.Saved != "":
		saved.Text = "saved"
	case notSaved(*j.outcome):
		saved = page.Red.Of("NOT SAVED")
	}
	return page.Row{page.Plain.Of(cursor), page.Plain.Of(ascii.Column(disklist.ShortName(j.disk), disklist.WideDevice) + " " + ascii.Column(j.disk.Model, disklist.WideModel) + " " + ascii.Column(j.disk.Serial, disklist.WideSerial) + " "),
		word.Color.Of(ascii.Column(word.Text, wideVerdict)), page.Plain.Of(" "), saved}
}

// totals counts the verdicts, the bad ones first.
func (m model) totals() (r page.Row) {
	r = page.Row{page.Bold.Of(" " + page.Counted(len(m.jobs), "disk") + ":")}
	for _, o := range []core.Outcome{{Verdict: exchange.ResidueFound}, {Verdict: exchange.Inconclusive}, {}, {Verdict: exchange.NoResidue}, {Verdict: exchange.NoResidue, Scope: "a sample"}} {
		word, n := verdictWords(o), 0
		for _, j := range m.jobs {
			if verdictWords(*j.outcome) == word {
				n++
			}
		}
		if n > 0 {
			r = append(r, word.Color.Of(fmt.Sprintf("  %d %s", n, strings.ToLower(word.Text))))
		}
	}
	return r
}
