package console

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/bytesize"
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
	return []page.Row{nil, page.Ink(page.Bold, " The machine is being shut down."), nil, page.Say(" Pull the stick when the machine is off.")}
}

// head is the top line: what this is, when it is, where reports go.
func (m model) head() page.Row {
	left := " shokyo " + m.release
	middle := m.clock.UTC().Format("2006-01-02 15:04:05 UTC")
	right := m.evidenceWords() + " "
	if n := len(m.unsaved()); n > 0 {
		right = fmt.Sprintf("%d NOT SAVED, %s", n, right)
	}
	space := max(m.width-len(middle)-len(right)-2, 0)
	return page.Row{page.Bar.Of(ascii.Column(left, min(space, 26)) + " " + middle + fmt.Sprintf("%*s", max(m.width-min(space, 26)-1-len(middle), 0), right))}
}

func (m model) evidenceWords() string {
	switch {
	case !m.evidence.known:
		return "evidence ..."
	case m.evidence.err != nil:
		return "EVIDENCE NOT READY"
	}
	return "evidence " + bytesize.Label(m.evidence.free) + " free"
}

// steps shows how far one has come.
func (m model) steps() (r page.Row) {
	for i, name := range []string{"Disks", "Settings", "Confirm", "Examine", "Results"} {
		label := fmt.Sprintf("%d %s", i+1, name)
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
		return []page.Row{page.Ink(page.Bold, " Making the lab identity: some seconds ...")}
	case m.form.Checking:
		return []page.Row{page.Ink(page.Bold, " Trying the passphrase: some seconds ...")}
	case m.message != "":
		return page.Cut(page.Wrap(page.Red, " ! ", m.message, m.width-1), 2)
	case m.saving:
		return []page.Row{page.Ink(page.Bold, " Saving to the stick ...")}
	case m.otherStick() && m.step != stepOff && m.step != stepSettings:
		return page.Cut(page.Wrap(page.Yellow, " ! ", sentence(m.evidence.err)+" Or press u to use it.", m.width-1), 2)
	case m.evidence.known && m.evidence.err != nil && m.step != stepOff:
		return page.Cut(page.Wrap(page.Yellow, " ! ", sentence(m.evidence.err)+" Until then reports stay in memory.", m.width-1), 2)
	}
	return nil
}

func (m model) questionRows() []page.Row {
	n := len(m.unsaved())
	switch {
	case m.ask == askOtherStick:
		return []page.Row{page.Ink(page.Yellow, " Use the stick that is plugged in for the reports?"), page.Say("   It is written to from now on. Be sure that it is no disk to be examined.")}
	case m.ask == askStop:
		return []page.Row{page.Ink(page.Yellow, " Stop the examination?"), page.Say("   Disks that are not done get no verdict. Reports that are done are kept.")}
	case n > 0:
		return []page.Row{page.Ink(page.Red, " Shut down and LOSE %s?", page.Counted(n, "report")),
			page.Say("   They are only in memory. Put an evidence stick in and press s to save them.")}
	}
	return []page.Row{page.Ink(page.Yellow, " Shut down the machine?"), page.Say("   No report is waiting to be saved.")}
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
		return []string{"y=yes, use it", "n=no"}
	case m.ask == askStop:
		return []string{"y=yes, stop", "n=no, go on"}
	case m.ask == askShutDown && lose:
		return []string{"s=save", "x=shut down, lose them", "n=no"}
	case m.ask == askShutDown:
		return []string{"y=yes, shut down", "r=restart", "n=no"}
	}
	keys := m.keysOnStep(lose)
	if m.otherStick() && m.step != stepSettings {
		keys = append(keys, "u=use stick")
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
		return []string{"Enter=START", "Esc=back"}
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
