package console

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/console"
)

// View draws the state: a head, the body of the step, what must not be missed,
// and the keys that work now.
func (m model) View() tea.View {
	v := tea.NewView(strings.Join(m.lines(), "\n"))
	v.AltScreen = true
	v.DisableBracketedPasteMode = true // pasted text is keys
	return v
}

func (m model) lines() []string {
	rule := page.Ink(page.Dim, "%s", strings.Repeat("-", max(m.width, 0)))
	foot := append(m.alert(), rule, m.keys())
	rows := []page.Row{m.head(), m.steps(), rule}
	room := max(m.height-len(rows)-len(foot), 0)
	body := m.body(room)
	rows = append(rows, body[:min(len(body), room)]...)
	for len(rows)+len(foot) < m.height {
		rows = append(rows, nil)
	}
	rows = append(rows, foot...)
	lines := make([]string, 0, m.height)
	for _, r := range rows[:min(len(rows), max(m.height, 0))] {
		lines = append(lines, r.Paint(m.width))
	}
	return lines
}

func (m model) body(room int) []page.Row {
	switch m.step {
	case stepDisks:
		return m.disksBody(room)
	case stepSettings:
		return m.form.Body(room, m.width, len(m.disks.Picked()), m.plan().Words())
	case stepConfirm:
		return m.confirmBody(room)
	case stepExamine:
		return m.examineBody(room)
	case stepResults:
		return m.resultsBody(room)
	}
	return []page.Row{nil, page.Ink(page.Bold, " %s", console.ShuttingDown.EN), nil, page.Say(" %s", console.PullStick.EN)}
}

// head is the top line: what this is, when it is, where reports go.
func (m model) head() page.Row {
	left := " shokyo " + m.release
	middle := m.clock.UTC().Format("2006-01-02 15:04:05 UTC")
	right := m.evidenceWords() + " "
	if n := len(m.unsaved()); n > 0 {
		right = console.NotSavedHead.Say(n, right).EN
	}
	space := max(m.width-len(middle)-len(right)-2, 0)
	return page.Row{page.Bar.Of(ascii.Column(left, min(space, 26)) + " " + middle + fmt.Sprintf("%*s", max(m.width-min(space, 26)-1-len(middle), 0), right))}
}

func (m model) evidenceWords() string {
	switch {
	case !m.evidence.known:
		return console.Evidence.EN
	case m.evidence.err != nil:
		return console.EvidenceNotReady.EN
	}
	return console.EvidenceFree.Say(bytesize.Label(m.evidence.free)).EN
}

// steps shows how far one has come.
func (m model) steps() (r page.Row) {
	for i, name := range []words.Text{console.StepDisks, console.StepSettings, console.StepConfirm, console.StepExamine, console.StepResults} {
		label := fmt.Sprintf("%d %s", i+1, name.EN)
		if step(i) == m.step {
			r = append(r, page.Bold.Of(" ["+label+"]"))
			continue
		}
		r = append(r, page.Dim.Of("  "+label+" "))
	}
	return r
}

// alert is what must not be missed, in two lines at the most: what happened, and
// what to do.
func (m model) alert() []page.Row {
	switch {
	case m.ask != askNothing:
		return m.questionRows()
	case m.form.Making:
		return []page.Row{page.Ink(page.Bold, " %s", console.MakingIdentity.EN)}
	case m.form.Checking:
		return []page.Row{page.Ink(page.Bold, " %s", console.TryingPhrase.EN)}
	case m.message != "":
		return page.Cut(page.Wrap(page.Red, " ! ", m.message, m.width-1), 2)
	case m.saving:
		return []page.Row{page.Ink(page.Bold, " %s", console.Saving.EN)}
	case m.otherStick() && m.step != stepOff && m.step != stepSettings:
		return page.Cut(page.Wrap(page.Yellow, " ! ", sentence(m.evidence.err)+console.PressU.EN, m.width-1), 2)
	case m.evidence.known && m.evidence.err != nil && m.step != stepOff:
		return page.Cut(page.Wrap(page.Yellow, " ! ", sentence(m.evidence.err)+console.InMemory.EN, m.width-1), 2)
	}
	return nil
}

func (m model) questionRows() []page.Row {
	n := len(m.unsaved())
	switch {
	case m.ask == askOtherStick:
		return []page.Row{page.Ink(page.Yellow, " %s", console.UseStick.EN), page.Say("   %s", console.UseStickMeans.EN)}
	case m.ask == askStop:
		return []page.Row{page.Ink(page.Yellow, " %s", console.Stop.EN), page.Say("   %s", console.StopMeans.EN)}
	case n > 0:
		return []page.Row{page.Ink(page.Red, " %s", console.Lose.Say(console.Reports(n)).EN),
			page.Say("   %s", console.LoseMeans.EN)}
	}
	return []page.Row{page.Ink(page.Yellow, " %s", console.ShutDown.EN), page.Say("   %s", console.NothingIsUnsaved.EN)}
}

// keys is the bottom line.
func (m model) keys() (r page.Row) {
	for _, k := range m.keysNow() {
		key, does, _ := strings.Cut(k, "=")
		r = append(r, page.Plain.Of(" "), page.Bar.Of(key), page.Plain.Of(" "+does+" "))
	}
	return r
}

func (m model) keysNow() []string {
	lose := len(m.unsaved()) > 0
	switch {
	case m.step == stepOff:
		return nil
	case m.ask == askOtherStick:
		return []string{console.KeyUseIt.EN, console.KeyNo.EN}
	case m.ask == askStop:
		return []string{console.KeyStop.EN, console.KeyNoGoOn.EN}
	case m.ask == askShutDown && lose:
		return []string{console.KeySave.EN, console.KeyLose.EN, console.KeyNo.EN}
	case m.ask == askShutDown:
		return []string{console.KeyYesShutDown.EN, console.KeyRestart.EN, console.KeyNo.EN}
	}
	keys := m.keysOnStep(lose)
	if m.otherStick() && m.step != stepSettings {
		keys = append(keys, console.KeyUseStick.EN)
	}
	return keys
}

func (m model) keysOnStep(lose bool) []string {
	switch m.step {
	case stepDisks:
		return m.disksKeys(lose)
	case stepSettings:
		return m.settingsKeys()
	case stepConfirm:
		return []string{console.KeyStart.EN, console.KeyBack.EN}
	case stepExamine:
		return m.examineKeys()
	}
	return m.resultsKeys(lose)
}

// sentence makes one of an error.
func sentence(err error) string {
	s := core.PlainWords(err)
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
