package console

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/bytesize"
)

// piece is a part of a row in one colour (the parameters of SGR, ECMA-48
// 8.3.117). A colour never says anything that the text does not.
type piece struct{ color, text string }

type row []piece

const (
	plain  = ""
	bold   = "1"
	dim    = "2"
	green  = "1;32"
	yellow = "1;33"
	red    = "1;31"
	bar    = "7" // reversed
)

func say(format string, args ...any) row { return row{{plain, fmt.Sprintf(format, args...)}} }

func ink(color, format string, args ...any) row { return row{{color, fmt.Sprintf(format, args...)}} }

// paint makes a row what goes to the terminal: at most width columns, and nothing
// in it but printable ASCII and our own colours, wherever the text came from.
func (r row) paint(width int) string {
	var b strings.Builder
	for _, p := range r {
		t := ascii.Clip(ascii.Printable(p.text), width)
		width -= len(t)
		switch {
		case t == "":
		case p.color == plain:
			b.WriteString(t)
		default:
			b.WriteString("\x1b[" + p.color + "m" + t + "\x1b[0m")
		}
	}
	return b.String()
}

// wrap breaks a text into rows of at most width columns, the first indented by
// first, the others by as many blanks.
func wrap(color, first, s string, width int) (rows []row) {
	for _, line := range ascii.Wrap(first, s, width) {
		rows = append(rows, row{{color, line}})
	}
	return rows
}

// cut keeps n rows; the last then says that there were more.
func cut(rows []row, n int) []row {
	if len(rows) <= n {
		return rows
	}
	if n <= 0 {
		return nil
	}
	return append(rows[:n-1:n-1], ink(dim, "   ... %s more", counted(len(rows)-n+1, "line")))
}

// View draws the state: a head, the body of the step, what must not be missed,
// and the keys that work now.
func (m model) View() tea.View {
	v := tea.NewView(strings.Join(m.lines(), "\n"))
	v.AltScreen = true
	v.DisableBracketedPasteMode = true // pasted text is keys
	return v
}

func (m model) lines() []string {
	rule := ink(dim, "%s", strings.Repeat("-", max(m.width, 0)))
	foot := append(m.alert(), rule, m.keys())
	rows := []row{m.head(), m.steps(), rule}
	room := max(m.height-len(rows)-len(foot), 0)
	body := m.body(room)
	rows = append(rows, body[:min(len(body), room)]...)
	for len(rows)+len(foot) < m.height {
		rows = append(rows, nil)
	}
	rows = append(rows, foot...)
	lines := make([]string, 0, m.height)
	for _, r := range rows[:min(len(rows), max(m.height, 0))] {
		lines = append(lines, r.paint(m.width))
	}
	return lines
}

func (m model) body(room int) []row {
	switch m.step {
	case stepDisks:
		return m.disksBody(room)
	case stepSettings:
		return m.settingsBody(room)
	case stepConfirm:
		return m.confirmBody(room)
	case stepExamine:
		return m.examineBody(room)
	case stepResults:
		return m.resultsBody(room)
	}
	return []row{nil, ink(bold, " The machine is being shut down."), nil, say(" Pull the stick when the machine is off.")}
}

// head is the top line: what this is, when it is, where reports go.
func (m model) head() row {
	left := " shokyo " + m.release
	middle := m.clock.UTC().Format("2006-01-02 15:04:05 UTC")
	right := m.evidenceWords() + " "
	if n := len(m.unsaved()); n > 0 {
		right = fmt.Sprintf("%d NOT SAVED, %s", n, right)
	}
	space := max(m.width-len(middle)-len(right)-2, 0)
	return row{{bar, ascii.Column(left, min(space, 26)) + " " + middle + fmt.Sprintf("%*s", max(m.width-min(space, 26)-1-len(middle), 0), right)}}
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
func (m model) steps() (r row) {
	for i, name := range []string{"Disks", "Settings", "Confirm", "Examine", "Results"} {
		label := fmt.Sprintf("%d %s", i+1, name)
		if step(i) == m.step {
			r = append(r, piece{bold, " [" + label + "]"})
			continue
		}
		r = append(r, piece{dim, "  " + label + " "})
	}
	return r
}

// alert is what must not be missed, in two lines at the most: what happened, and
// what to do.
func (m model) alert() []row {
	switch {
	case m.ask != askNothing:
		return m.questionRows()
	case m.form.making:
		return []row{ink(bold, " Making the lab identity: some seconds ...")}
	case m.form.checking:
		return []row{ink(bold, " Trying the passphrase: some seconds ...")}
	case m.message != "":
		return cut(wrap(red, " ! ", m.message, m.width-1), 2)
	case m.saving:
		return []row{ink(bold, " Saving to the stick ...")}
	case m.otherStick() && m.step != stepOff && m.step != stepSettings:
		return cut(wrap(yellow, " ! ", sentence(m.evidence.err)+" Or press u to use it.", m.width-1), 2)
	case m.evidence.known && m.evidence.err != nil && m.step != stepOff:
		return cut(wrap(yellow, " ! ", sentence(m.evidence.err)+" Until then reports stay in memory.", m.width-1), 2)
	}
	return nil
}

func (m model) questionRows() []row {
	n := len(m.unsaved())
	switch {
	case m.ask == askOtherStick:
		return []row{ink(yellow, " Use the stick that is plugged in for the reports?"), say("   It is written to from now on. Be sure that it is no disk to be examined.")}
	case m.ask == askStop:
		return []row{ink(yellow, " Stop the examination?"), say("   Disks that are not done get no verdict. Reports that are done are kept.")}
	case n > 0:
		return []row{ink(red, " Shut down and LOSE %s?", counted(n, "report")),
			say("   They are only in memory. Put an evidence stick in and press s to save them.")}
	}
	return []row{ink(yellow, " Shut down the machine?"), say("   No report is waiting to be saved.")}
}

// keys is the bottom line.
func (m model) keys() (r row) {
	for _, k := range m.keysNow() {
		key, does, _ := strings.Cut(k, "=")
		r = append(r, piece{plain, " "}, piece{bar, key}, piece{plain, " " + does + " "})
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

// roughTime has two units: 12s, 4m05s, 1h02m, 3d04h.
func roughTime(d time.Duration) string {
	s := int64(d / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	case s < 48*3600:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	}
	return fmt.Sprintf("%dd%02dh", s/86400, s/3600%24)
}

// aboutTime is for estimates: no more digits than they are worth.
func aboutTime(d time.Duration) string {
	minutes := int64(d/time.Minute) + 1
	switch {
	case minutes < 2:
		return "a minute"
	case minutes <= 100:
		return fmt.Sprintf("%d minutes", minutes)
	case minutes <= 48*60:
		return fmt.Sprintf("%d hours", (minutes+59)/60)
	}
	return fmt.Sprintf("%d days", (minutes+24*60-1)/(24*60))
}

// counted writes 1 disk, 2 disks.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
