package console

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/disklist"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/console"
)

// Step 4: the examination, live.

// begin starts the examination of the chosen disks.
func (m model) begin() (model, tea.Cmd) {
	if len(m.disks.Picked()) == 0 { // the list has changed meanwhile
		m.step, m.message = stepDisks, console.ChosenGone.EN
		return m, nil
	}
	m.kept = m.unsaved()
	m.jobs = nil
	for _, d := range m.disks.Picked() {
		m.jobs = append(m.jobs, diskJob{disk: d})
	}
	settings, disks := m.settings(), m.disks.Picked()
	ctx, stop := context.WithCancel(m.ctx)
	m.step, m.stop, m.stopped, m.view, m.large = stepExamine, stop, false, 0, false
	m.form = m.form.Forget()
	return m, func() tea.Msg {
		m.core.Log(console.Examining.Say(console.Disks(len(disks)), settings.Mode).EN)
		err := m.core.Examine(ctx, disks, settings,
			func(p core.Progress) { m.send(progressMsg(p)) }, func(o core.Outcome) { m.send(outcomeMsg(o)) })
		stop()
		return endedMsg{err}
	}
}

// with changes the job of a source. The jobs are copied: an older state keeps
// its own.
func (m model) with(source string, change func(*diskJob)) model {
	m.jobs = slices.Clone(m.jobs)
	for i := range m.jobs {
		if m.jobs[i].disk.Path == source {
			change(&m.jobs[i])
		}
	}
	return m
}

func (m model) progressed(p core.Progress) model {
	return m.with(p.Source, func(j *diskJob) {
		if p.PerSecond == 0 { // at the end nothing is read; keep what it was
			p.PerSecond = j.progress.PerSecond
		}
		j.progress = p
	})
}

// cameOut takes what came of one disk. Another try to save may have come first, and
// have taken its report for one from before.
func (m model) cameOut(o core.Outcome) model {
	m.kept = slices.DeleteFunc(slices.Clone(m.kept), func(k core.Outcome) bool { return k.Bundle != "" && k.Bundle == o.Bundle })
	return m.with(o.Source, func(j *diskJob) { j.outcome = &o })
}

// ended is when all are done, or it could not be carried on.
func (m model) ended(err error) model {
	why := core.StoppedByPerson
	if err != nil && !m.stopped {
		why = err.Error()
	}
	for _, j := range m.jobs {
		if j.outcome == nil {
			m = m.cameOut(core.Outcome{Source: j.disk.Path, Error: why})
		} else if j.outcome.Error == "" {
			m.rates = m.plan().Learn(j.disk.Bus, j.progress.PerSecond)
		}
	}
	if m.ask == askStop {
		m.ask = askNothing
	}
	m.step, m.view = stepResults, 0
	m.large = len(m.jobs) == 1
	return m
}

func (m model) examineKey(key string) (model, tea.Cmd) {
	switch key {
	case "up", "k":
		m.view = max(m.view-1, 0)
	case "down", "j":
		m.view = max(min(m.view+1, len(m.jobs)-m.blocks()), 0)
	case "esc", "q":
		if !m.stopped {
			return m.leave(), nil
		}
	}
	return m, nil
}

func (m model) examineKeys() []string {
	keys := []string{console.KeyEscStop.EN}
	if len(m.jobs) > m.blocks() {
		keys = []string{console.KeyOtherDisks.EN, console.KeyEscStop.EN}
	}
	return keys
}

const blockRows = 5

// blocks is how many disks fit on the screen: less the head, the foot with its
// two lines of alert, the summary and the legend.
func (m model) blocks() int { return max((m.height-9)/blockRows, 1) }

func (m model) examineBody(room int) []page.Row {
	rows := []page.Row{m.summary()}
	first := max(min(m.view, len(m.jobs)-m.blocks()), 0)
	for _, j := range m.jobs[first:min(first+m.blocks(), len(m.jobs))] {
		rows = append(rows, nil)
		rows = append(rows, m.block(j)...)
	}
	for len(rows) < room-1 {
		rows = append(rows, nil)
	}
	return append(rows, page.Ink(page.Dim, " %s", console.Legend.EN))
}

func (m model) summary() page.Row {
	var done int
	for _, j := range m.jobs {
		if j.outcome != nil {
			done++
		}
	}
	if m.stopped {
		return page.Ink(page.Yellow, " %s", console.Stopping.EN)
	}
	r := page.Row{page.Bold.Of(" " + console.Done.Say(done, console.Disks(len(m.jobs))).EN)}
	if n := len(m.jobs) - m.blocks(); n > 0 {
		r = append(r, page.Dim.Of("  "+console.DoNotFit.Say(n).EN))
	}
	return r
}

// block is one disk in four rows.
func (m model) block(j diskJob) []page.Row {
	p := j.progress
	name := page.Bold.Of(" " + ascii.Column(disklist.ShortName(j.disk), disklist.WideDevice) + " " + ascii.Column(j.disk.Model, disklist.WideModel) + " " + ascii.Column(j.disk.Serial, disklist.WideSerial))
	last := page.Row{page.Plain.Of(" ")}
	last = append(last, mapRow(p.Map)...)
	if j.outcome != nil {
		word := verdictWords(*j.outcome)
		return []page.Row{{name, word.Color.Of("  " + word.Text)}, savedRow(*j.outcome), amounts(p), last}
	}
	return []page.Row{{name, page.Plain.Of("  " + phaseWords(p))}, meterRow(p), amounts(p), last}
}

// phaseWords says what is going on; nothing where it goes on in a way that is not known here.
func phaseWords(p core.Progress) string {
	switch p.Phase {
	case exchange.PhaseUnknown:
		if p.Done > 0 {
			return ""
		}
		return exchange.Waiting.String()
	case exchange.SecondPass:
		return console.SecondPass.EN
	case exchange.Finishing:
		return console.Finishing.EN
	}
	return p.Phase.String()
}

// meterRow is how far, how fast, how long still: in 79 columns at the most.
func meterRow(p core.Progress) page.Row {
	const wideBar = 18
	if p.Planned <= 0 {
		return page.Say(" [%s]   0%%", strings.Repeat(" ", wideBar))
	}
	share := min(max(float64(p.Done)/float64(p.Planned), 0), 1)
	full := int(share * wideBar)
	left := ""
	if p.SecondsLeft > 0 || p.SecondsLeft == 0 && p.Phase == exchange.Reading && p.Done > 0 {
		left = console.TimeLeft.Say(page.RoughTime(time.Duration(min(p.SecondsLeft, 1e9)) * time.Second)).EN
	}
	return page.Say(" [%s%s] %3d%%  %s  %s/s  %s", strings.Repeat("=", full), strings.Repeat(" ", wideBar-full), int(share*100),
		console.Part.Say(bytesize.Label(p.Done), bytesize.Label(p.Planned)).EN, bytesize.Label(p.PerSecond), left)
}

// amounts are what must not be missed while it runs.
func amounts(p core.Progress) page.Row {
	return page.Row{page.Plain.Of(" "), amount(console.Residue, p.Residue, page.Red), page.Plain.Of("   "), amount(console.Unreadable, p.Unreadable, page.Yellow)}
}

func amount(what words.Text, n int64, color page.Color) page.Piece {
	if n <= 0 {
		return page.Plain.Of(console.NoneSoFar.Say(what).EN)
	}
	return color.Of(what.EN + " " + bytesize.Label(n))
}

// mapRow colours the runs of a map.
func mapRow(signs string) (r page.Row) {
	signs = ascii.Clip(ascii.Printable(cmp.Or(signs, strings.Repeat(string(exchange.SignUnread), exchange.MapSigns))), exchange.MapSigns)
	for signs != "" {
		run := len(signs) - len(strings.TrimLeft(signs, signs[:1]))
		r = append(r, mapColor(signs[0]).Of(signs[:run]))
		signs = signs[run:]
	}
	return r
}

func mapColor(sign byte) page.Color {
	switch sign {
	case exchange.SignResidue:
		return page.Red
	case exchange.SignUnreadable:
		return page.Yellow
	case exchange.SignCiphertext:
		return "32"
	case exchange.SignMetadata:
		return "36"
	}
	return page.Dim
}
