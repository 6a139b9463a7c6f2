package console

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/estimate"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/appliance/core"
)

// Step 2: how the disks are examined, what the report says about the case, and
// who signs it.

// The fields of the form, from the top.
const (
	fieldMode = iota
	fieldMinutes
	fieldOperator
	fieldCase
	fieldCustomer
	fieldSite
	fieldNote
	fieldIdentity
	fieldLabName
	fieldPassphrase
	fieldRepeat
	fieldGo
	fields
)

// form is what has been entered so far. It stays for the next disks, except for
// the passphrase.
type form struct {
	cursor   int
	mode     int
	entered  [fields]string // of the fields that are typed
	labName  string         // on the stick; "" if there is none
	lab      bool           // sign with the lab's identity, or make one
	making   bool           // the identity is being made
	checking bool           // its passphrase is being tried
}

func newForm() (f form) {
	f.entered[fieldMinutes] = "30"
	return f
}

// haveIdentity learns whether there is a lab identity on the stick. If there is,
// it is what a lab wants.
func (f form) haveIdentity(name string, exists bool) form {
	if !exists {
		name = ""
	} else if name == "" {
		name = "(no name)"
	}
	if had := f.labName != ""; had != (name != "") {
		f.lab = !had
	}
	f.labName = name
	return f
}

// shown says whether a field is of use with what has been chosen above it.
func (f form) shown(field int) bool {
	switch field {
	case fieldMinutes:
		return f.mode == estimate.Timed
	case fieldPassphrase:
		return f.lab
	case fieldLabName, fieldRepeat:
		return f.lab && f.labName == ""
	}
	return true
}

// typed says whether a field takes text.
func typed(field int) bool {
	return field != fieldMode && field != fieldIdentity && field != fieldGo
}

// move goes to the next field that is shown, or the one before.
func (f form) move(by int) form {
	for i := f.cursor + by; i >= 0 && i < fields; i += by {
		if f.shown(i) {
			f.cursor = i
			break
		}
	}
	return f
}

// turn changes a choice.
func (f form) turn(by int) form {
	switch f.cursor {
	case fieldMode:
		f.mode = (f.mode + by + estimate.Modes) % estimate.Modes
	case fieldIdentity:
		f.lab = !f.lab
	}
	return f
}

// longest is what fits into a field, and into a report's line.
const longest = 60

// enter adds what was typed.
func (f form) enter(text string) form {
	for _, c := range text {
		isDigit := c >= '0' && c <= '9'
		if c < ' ' || c > '~' || f.cursor == fieldMinutes && (!isDigit || len(f.entered[fieldMinutes]) >= 5) || len(f.entered[f.cursor]) >= longest {
			continue
		}
		f.entered[f.cursor] += string(c)
	}
	return f
}

func (f form) erase() form {
	if s := f.entered[f.cursor]; s != "" {
		f.entered[f.cursor] = s[:len(s)-1]
	}
	return f
}

// forget drops secrets.
func (f form) forget() form {
	f.entered[fieldPassphrase], f.entered[fieldRepeat] = "", ""
	return f
}

// wrong says what is missing before one can go on, and where.
func (f form) wrong() (field int, message string) {
	switch {
	case f.mode == estimate.Timed && f.minutes() == 0:
		return fieldMinutes, "Enter how many minutes it may take."
	case !f.lab:
	case f.labName == "" && strings.TrimSpace(f.entered[fieldLabName]) == "":
		return fieldLabName, "Enter the name of the lab: it stands in every report."
	case f.entered[fieldPassphrase] == "":
		return fieldPassphrase, "Enter the passphrase of the lab's key, or choose the throw-away identity."
	case f.labName == "" && len(f.entered[fieldPassphrase]) < 8:
		return fieldPassphrase, "Use a passphrase of 8 characters or more: whoever has the stick can try many."
	case f.labName == "" && f.entered[fieldRepeat] != f.entered[fieldPassphrase]:
		return fieldRepeat, "The two passphrases differ. Enter the same again."
	}
	return 0, ""
}

func (f form) minutes() int64 {
	n, _ := strconv.ParseInt(f.entered[fieldMinutes], 10, 64)
	return n
}

func (m model) settingsKey(k tea.KeyPressMsg, name string) (model, tea.Cmd) {
	if m.form.making || m.form.checking {
		return m, nil
	}
	f := m.form
	switch {
	case name == "esc":
		m.step = stepDisks
	case name == "up" || name == "shift+tab":
		f = f.move(-1)
	case name == "enter" && f.cursor == fieldGo:
		return m.toConfirm()
	case name == "down" || name == "tab" || name == "enter":
		f = f.move(1)
	case name == "left" && !typed(f.cursor):
		f = f.turn(-1)
	case (name == "right" || name == "space") && !typed(f.cursor):
		f = f.turn(1)
	case !typed(f.cursor):
	case name == "backspace" || name == "ctrl+h":
		f = f.erase()
	case name == "ctrl+u":
		f.entered[f.cursor] = ""
	default:
		f = f.enter(k.Text)
	}
	m.form = f
	return m, nil
}

// toConfirm goes on when nothing is missing; a lab identity is made first.
func (m model) toConfirm() (model, tea.Cmd) {
	if field, message := m.form.wrong(); message != "" {
		m.form.cursor, m.message = field, message
		return m, nil
	}
	if m.form.lab && m.form.labName == "" {
		m.form.making = true
		return m, m.makeIdentity(strings.TrimSpace(m.form.entered[fieldLabName]), m.form.entered[fieldPassphrase])
	}
	if m.form.lab {
		m.form.checking = true
		return m, m.checkPassphrase(m.form.entered[fieldPassphrase])
	}
	m.step = stepConfirm
	return m, nil
}

// passphraseChecked goes on with a passphrase that opens the key: a wrong one would
// cost an examination.
func (m model) passphraseChecked(err error) (tea.Model, tea.Cmd) {
	m.form.checking = false
	if err != nil {
		m.form.cursor, m.message = fieldPassphrase, sentence(err)
		return m, nil
	}
	if m.step != stepSettings { // somebody has left meanwhile
		return m, nil
	}
	m.step = stepConfirm
	return m, tea.ClearScreen
}

func (m model) identityMade(msg identityMadeMsg) (tea.Model, tea.Cmd) {
	m.form.making = false
	if msg.err != nil {
		m.message = "The lab identity could not be made: " + msg.err.Error()
		return m, nil
	}
	m.form.labName = msg.name
	m.form.entered[fieldRepeat] = ""
	if m.step != stepSettings {
		return m, nil
	}
	m.step = stepConfirm
	return m, tea.ClearScreen
}

// plan is what was chosen, for estimates.
func (m model) plan() estimate.Plan {
	return estimate.Plan{Mode: m.form.mode, Minutes: m.form.minutes(), Disks: m.disks.picked(), Rates: m.rates}
}

// settings are what was chosen, as Core takes it.
func (m model) settings() core.Settings {
	e := m.form.entered
	s := core.Settings{Mode: m.plan().SampleMode(), Operator: e[fieldOperator], Case: e[fieldCase], Customer: e[fieldCustomer], Site: e[fieldSite],
		Note: e[fieldNote], Identity: core.ThrowAway}
	if m.form.lab {
		s.Identity, s.Passphrase = core.Lab, e[fieldPassphrase]
	}
	return s
}

func (m model) settingsKeys() []string {
	switch {
	case m.form.cursor == fieldGo:
		return []string{"Enter=go on", "Up=back to the fields", "Esc=disks"}
	case !typed(m.form.cursor):
		return []string{"Left/Right=change", "Enter=next field", "Up/Down=move", "Esc=disks"}
	}
	return []string{"type=fill in", "Enter=next field", "Up/Down=move", "Backspace=erase", "Esc=disks"}
}

func (m model) settingsBody(room int) []page.Row {
	rows := []page.Row{{page.Bold.Of(" How shall "), page.Bold.Of(page.Counted(len(m.disks.picked()), "disk")), page.Bold.Of(" be examined?"), page.Plain.Of(" What is left empty is empty in the report.")}}
	help := append([]page.Row{nil}, page.Wrap(page.Dim, "   ", m.helpWords(), m.width-2)...)
	var entry []page.Row
	for i := range fields {
		if m.form.shown(i) {
			entry = append(entry, m.fieldRow(i))
		}
	}
	// The help is cut first: a field that is not seen can not be filled in.
	if len(rows)+1+len(entry)+len(help) <= room {
		rows = append(rows, nil)
	}
	return append(append(rows, entry...), help...)
}

func (m model) fieldRow(i int) page.Row {
	cursor, color := "   ", page.Plain
	if i == m.form.cursor {
		cursor, color = " > ", page.Bold
	}
	switch i {
	case fieldGo:
		return page.Row{page.Plain.Of(cursor), color.Of("[ Go on ]")}
	case fieldMode:
		return page.Row{page.Plain.Of(cursor), color.Of(ascii.Column("Mode", 12)), color.Of("< " + [estimate.Modes]string{"full", "NIST sample", "timed sample"}[m.form.mode] + " >")}
	case fieldIdentity:
		return page.Row{page.Plain.Of(cursor), color.Of(ascii.Column("Signed with", 12)), color.Of("< " + m.form.identityWords() + " >")}
	}
	return page.Row{page.Plain.Of(cursor), color.Of(ascii.Column(fieldLabel(i), 12)), color.Of(m.form.fieldText(i))}
}

func fieldLabel(i int) string {
	return [fields]string{fieldMinutes: "Minutes", fieldOperator: "Operator", fieldCase: "Case", fieldCustomer: "Customer", fieldSite: "Site",
		fieldNote: "Note", fieldLabName: "Lab name", fieldPassphrase: "Passphrase", fieldRepeat: "Once more"}[i]
}

// fieldText shows what was typed, and where the next character goes. Of a secret
// only the length is seen.
func (f form) fieldText(i int) string {
	s := f.entered[i]
	if i == fieldPassphrase || i == fieldRepeat {
		s = strings.Repeat("*", len(s))
	}
	if i == f.cursor {
		s += "_"
	}
	return s
}

func (f form) identityWords() string {
	switch {
	case f.lab && f.labName == "":
		return "a new lab identity"
	case f.lab:
		return "lab identity: " + f.labName
	}
	return "throw-away identity"
}

// helpWords explains the field under the cursor.
func (m model) helpWords() string {
	switch m.form.cursor {
	case fieldMode, fieldMinutes:
		return m.plan().Words()
	case fieldOperator:
		return "Who examines: the name that stands in the report."
	case fieldCase:
		return "The number under which you keep this case or batch."
	case fieldCustomer:
		return "Whose disks these are."
	case fieldSite:
		return "Where the examination is made."
	case fieldNote:
		return "Anything else the report shall say."
	case fieldGo:
		return "Press Enter. Nothing starts yet: the next page shows what will be done."
	}
	return m.identityHelp()
}

func (m model) identityHelp() string {
	switch {
	case !m.form.lab:
		return "A throw-away identity proves that a report was not changed, but not who made it. Change it with Left/Right to a lab identity."
	case m.form.labName == "":
		return "A key is made for your lab and kept on this stick, encrypted with the passphrase. Nobody can recover a lost passphrase: write it down."
	}
	return "The lab's key lies on this stick, encrypted. Its passphrase is needed once for each round."
}
