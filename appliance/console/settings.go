package console

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/console/estimate"
	"shokyo.dev/shokyo/appliance/console/form"
	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/words/console"
)

// Step 2: how the disks are examined, what the report says about the case, and
// who signs it.

func (m model) settingsKey(k tea.KeyPressMsg, name string) (model, tea.Cmd) {
	if m.form.Making || m.form.Checking {
		return m, nil
	}
	f := m.form
	switch {
	case name == "esc":
		m.step = stepDisks
	case name == "up" || name == "shift+tab":
		f = f.Move(-1)
	case name == "enter" && f.Cursor == form.FieldGo:
		return m.toConfirm()
	case name == "down" || name == "tab" || name == "enter":
		f = f.Move(1)
	case name == "left" && !form.Typed(f.Cursor):
		f = f.Turn(-1)
	case (name == "right" || name == "space") && !form.Typed(f.Cursor):
		f = f.Turn(1)
	case !form.Typed(f.Cursor):
	case name == "backspace" || name == "ctrl+h":
		f = f.Erase()
	case name == "ctrl+u":
		f.Entered[f.Cursor] = ""
	default:
		f = f.Enter(k.Text)
	}
	m.form = f
	return m, nil
}

// toConfirm goes on when nothing is missing; a lab identity is made first.
func (m model) toConfirm() (model, tea.Cmd) {
	if field, message := m.form.Wrong(); message != "" {
		m.form.Cursor, m.message = field, message
		return m, nil
	}
	if m.form.Lab && m.form.LabName == "" {
		m.form.Making = true
		return m, m.makeIdentity(strings.TrimSpace(m.form.Entered[form.FieldLabName]), m.form.Entered[form.FieldPassphrase])
	}
	if m.form.Lab {
		m.form.Checking = true
		return m, m.checkPassphrase(m.form.Entered[form.FieldPassphrase])
	}
	m.step = stepConfirm
	return m, nil
}

// passphraseChecked goes on with a passphrase that opens the key: a wrong one would
// cost an examination.
func (m model) passphraseChecked(err error) (tea.Model, tea.Cmd) {
	m.form.Checking = false
	if err != nil {
		m.form.Cursor, m.message = form.FieldPassphrase, sentence(err)
		return m, nil
	}
	if m.step != stepSettings { // somebody has left meanwhile
		return m, nil
	}
	m.step = stepConfirm
	return m, tea.ClearScreen
}

func (m model) identityMade(msg identityMadeMsg) (tea.Model, tea.Cmd) {
	m.form.Making = false
	if msg.err != nil {
		m.message = console.IdentityFailed.Say(msg.err.Error()).EN
		return m, nil
	}
	m.form.LabName = msg.name
	m.form.Entered[form.FieldRepeat] = ""
	if m.step != stepSettings {
		return m, nil
	}
	m.step = stepConfirm
	return m, tea.ClearScreen
}

// plan is what was chosen, for estimates.
func (m model) plan() estimate.Plan {
	return estimate.Plan{Mode: m.form.Mode, Minutes: m.form.Minutes(), Disks: m.disks.Picked(), Rates: m.rates}
}

// settings are what was chosen, as Core takes it.
func (m model) settings() core.Settings {
	e := m.form.Entered
	s := core.Settings{Mode: m.plan().SampleMode(), Operator: e[form.FieldOperator], Case: e[form.FieldCase], Customer: e[form.FieldCustomer], Site: e[form.FieldSite],
		Note: e[form.FieldNote], Identity: core.ThrowAway}
	if m.form.Lab {
		s.Identity, s.Passphrase = core.Lab, e[form.FieldPassphrase]
	}
	return s
}

func (m model) settingsKeys() []string {
	switch {
	case m.form.Cursor == form.FieldGo:
		return []string{console.KeyGoOn.EN, console.KeyBackUp.EN, console.KeyEscDisks.EN}
	case !form.Typed(m.form.Cursor):
		return []string{console.KeyChange.EN, console.KeyNextField.EN, console.KeyMove.EN, console.KeyEscDisks.EN}
	}
	return []string{console.KeyType.EN, console.KeyNextField.EN, console.KeyMove.EN, console.KeyErase.EN, console.KeyEscDisks.EN}
}
