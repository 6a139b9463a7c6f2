package console

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/console/disklist"
	"shokyo.dev/shokyo/appliance/console/form"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/internal/bytesize"
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
	rows := []page.Row{page.Ink(page.Bold, " Ready to examine %s:", page.Counted(len(disks), "disk"))}
	n := max(room-len(rows)-len(rest), 1)
	for i, d := range disks {
		if i == n-1 && len(disks) > n {
			rows = append(rows, page.Ink(page.Dim, "   ... and %d more", len(disks)-i))
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
		given = []string{"none"}
	}
	rows := append([]page.Row{nil}, page.Wrap(page.Plain, "   How      ", m.plan().Words(), m.width-1)...)
	rows = append(rows, page.Cut(page.Wrap(page.Plain, "   Details  ", strings.Join(given, ", "), m.width-1), 2)...)
	rows = append(rows, page.Say("   Signed   with the %s", m.form.IdentityWords()), page.Say("   Reports  %s", m.reportsWords()))
	rows = append(rows, page.Wrap(page.Plain, "   Proof    ", m.proofWords(), m.width-1)...)
	return append(rows, nil, page.Ink(page.Green, " Nothing is written to the disks: this stick has locked them against writing."),
		page.Ink(page.Bold, " Press Enter to START."))
}

func (m model) reportsWords() string {
	if m.evidence.err != nil {
		return "stay in memory until there is an evidence stick to save them to"
	}
	return "go to the evidence stick, " + bytesize.Label(m.evidence.free) + " free"
}

func (m model) proofWords() string {
	if m.tpm {
		return "the TPM of this machine attests in each report which image was running."
	}
	return "this machine has no TPM 2.0, or it is off in the firmware setup. Reports are valid, but nothing attests which image made them."
}
