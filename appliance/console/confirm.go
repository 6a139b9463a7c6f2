package console

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/disklist"
	"shokyo.dev/shokyo/appliance/console/form"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/console"
)

// Step 3: what will be done. Nothing happens before it has been read.

func (m model) confirmKey(key string) (model, tea.Cmd) {
	switch key {
	case "esc", "left":
		m.step = stepSettings
	case "enter":
		return m.begin()
	}
	return m, nil
}

func (m model) confirmBody(room int) []page.Row {
	disks := m.disks.Picked()
	rest := m.confirmRest()
	rows := []page.Row{page.Ink(page.Bold, " %s", console.Ready.Say(console.Disks(len(disks))).EN)}
	n := max(room-len(rows)-len(rest), 1)
	for i, d := range disks {
		if i == n-1 && len(disks) > n {
			rows = append(rows, page.Ink(page.Dim, "   %s", console.MoreDisks.Say(len(disks)-i).EN))
			break
		}
		rows = append(rows, page.Say("   %s", disklist.Identity(d)))
	}
	return append(rows, rest...)
}

func (m model) confirmRest() []page.Row {
	s := m.settings()
	var given []string
	for i, v := range []string{s.Operator, s.Case, s.Customer, s.Site, s.Note} {
		if v != "" {
			given = append(given, strings.ToLower(form.Label(form.FieldOperator+i))+" "+v)
		}
	}
	if given == nil {
		given = []string{console.NoDetails.EN}
	}
	rows := append([]page.Row{nil}, page.Wrap(page.Plain, label(console.How), m.plan().Words(), m.width-1)...)
	rows = append(rows, page.Cut(page.Wrap(page.Plain, label(console.Details), strings.Join(given, ", "), m.width-1), 2)...)
	rows = append(rows, page.Say("%s%s", label(console.Signed), console.WithThe.Say(m.form.IdentityWords()).EN), page.Say("%s%s", label(console.Reported), m.reportsWords()))
	rows = append(rows, page.Wrap(page.Plain, label(console.Proof), m.proofWords(), m.width-1)...)
	return append(rows, nil, page.Ink(page.Green, " %s", console.DisksLocked.EN),
		page.Ink(page.Bold, " %s", console.PressEnter.EN))
}

// label is what stands before a row.
func label(t words.Text) string { return "   " + ascii.Column(t.EN, 8) + " " }

func (m model) reportsWords() string {
	if m.evidence.err != nil {
		return console.ToMemory.EN
	}
	return console.ToStick.Say(bytesize.Label(m.evidence.free)).EN
}

func (m model) proofWords() string {
	if m.tpm {
		return console.TPMAttests.EN
	}
	return console.NoTPM.EN
}
