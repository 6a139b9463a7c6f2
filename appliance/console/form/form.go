// Package form is what a person fills in before an examination: how the disks are
// examined, what the report says about the case, and who signs it. It is a value: each
// key makes the next form.
package form

import (
	"strconv"
	"strings"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/console/estimate"
	"shokyo.dev/shokyo/appliance/console/page"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/console"
)

// The fields of the form, from the top.
const (
	FieldMode = iota
	FieldMinutes
	FieldOperator
	FieldCase
	FieldCustomer
	FieldSite
	FieldNote
	FieldIdentity
	FieldLabName
	FieldPassphrase
	FieldRepeat
	FieldGo
	Fields
)

// Form is what has been entered so far. It stays for the next disks, except for
// the passphrase.
type Form struct {
	Cursor   int
	Mode     int            // of estimate
	Entered  [Fields]string // of the fields that are typed
	LabName  string         // on the stick; "" if there is none
	Lab      bool           // sign with the lab's identity, or make one
	Making   bool           // the identity is being made
	Checking bool           // its passphrase is being tried
}

// New is an empty one.
func New() (f Form) {
	f.Entered[FieldMinutes] = "30"
	return f
}

// HaveIdentity learns whether there is a lab identity on the stick. If there is,
// it is what a lab wants.
func (f Form) HaveIdentity(name string, exists bool) Form {
	if !exists {
		name = ""
	} else if name == "" {
		name = console.NoName.EN
	}
	if had := f.LabName != ""; had != (name != "") {
		f.Lab = !had
	}
	f.LabName = name
	return f
}

// shown says whether a field is of use with what has been chosen above it.
func (f Form) shown(field int) bool {
	switch field {
	case FieldMinutes:
		return f.Mode == estimate.Timed
	case FieldPassphrase:
		return f.Lab
	case FieldLabName, FieldRepeat:
		return f.Lab && f.LabName == ""
	}
	return true
}

// Typed says whether a field takes text.
func Typed(field int) bool {
	return field != FieldMode && field != FieldIdentity && field != FieldGo
}

// Move goes to the next field that is shown, or the one before.
func (f Form) Move(by int) Form {
	for i := f.Cursor + by; i >= 0 && i < Fields; i += by {
		if f.shown(i) {
			f.Cursor = i
			break
		}
	}
	return f
}

// Turn changes a choice.
func (f Form) Turn(by int) Form {
	switch f.Cursor {
	case FieldMode:
		f.Mode = (f.Mode + by + estimate.Modes) % estimate.Modes
	case FieldIdentity:
		f.Lab = !f.Lab
	}
	return f
}

// longest is what fits into a field, and into a report's line.
const longest = 60

// Enter adds what was typed.
func (f Form) Enter(text string) Form {
	for _, c := range text {
		isDigit := c >= '0' && c <= '9'
		if c < ' ' || c > '~' || f.Cursor == FieldMinutes && (!isDigit || len(f.Entered[FieldMinutes]) >= 5) || len(f.Entered[f.Cursor]) >= longest {
			continue
		}
		f.Entered[f.Cursor] += string(c)
	}
	return f
}

// Erase takes the last character away.
func (f Form) Erase() Form {
	if s := f.Entered[f.Cursor]; s != "" {
		f.Entered[f.Cursor] = s[:len(s)-1]
	}
	return f
}

// Forget drops secrets.
func (f Form) Forget() Form {
	f.Entered[FieldPassphrase], f.Entered[FieldRepeat] = "", ""
	return f
}

// Wrong says what is missing before one can go on, and where.
func (f Form) Wrong() (field int, message string) {
	switch {
	case f.Mode == estimate.Timed && f.Minutes() == 0:
		return FieldMinutes, console.EnterMinutes.EN
	case !f.Lab:
	case f.LabName == "" && strings.TrimSpace(f.Entered[FieldLabName]) == "":
		return FieldLabName, console.EnterLabName.EN
	case f.Entered[FieldPassphrase] == "":
		return FieldPassphrase, console.EnterPassphrase.EN
	case f.LabName == "" && len(f.Entered[FieldPassphrase]) < 8:
		return FieldPassphrase, console.ShortPassphrase.EN
	case f.LabName == "" && f.Entered[FieldRepeat] != f.Entered[FieldPassphrase]:
		return FieldRepeat, console.PhrasesDiffer.EN
	}
	return 0, ""
}

// Minutes are those of a timed sample.
func (f Form) Minutes() int64 {
	n, _ := strconv.ParseInt(f.Entered[FieldMinutes], 10, 64)
	return n
}

// Body draws the form for so many disks. Help explains the mode that is chosen.
func (f Form) Body(room, width, disks int, help string) []page.Row {
	rows := []page.Row{{page.Bold.Of(" " + console.HowExamined.Say(console.Disks(disks)).EN), page.Plain.Of(" " + console.LeftEmpty.EN)}}
	explained := append([]page.Row{nil}, page.Wrap(page.Dim, "   ", f.helpWords(help), width-2)...)
	var entry []page.Row
	for i := range Fields {
		if f.shown(i) {
			entry = append(entry, f.row(i))
		}
	}
	// The help is cut first: a field that is not seen can not be filled in.
	if len(rows)+1+len(entry)+len(explained) <= room {
		rows = append(rows, nil)
	}
	return append(append(rows, entry...), explained...)
}

func (f Form) row(i int) page.Row {
	cursor, color := "   ", page.Plain
	if i == f.Cursor {
		cursor, color = " > ", page.Bold
	}
	switch i {
	case FieldGo:
		return page.Row{page.Plain.Of(cursor), color.Of(console.GoOn.EN)}
	case FieldMode:
		return page.Row{page.Plain.Of(cursor), color.Of(ascii.Column(console.Mode.EN, 12)), color.Of("< " + [estimate.Modes]words.Text{console.ModeFull, console.ModeNIST, console.ModeTimed}[f.Mode].EN + " >")}
	case FieldIdentity:
		return page.Row{page.Plain.Of(cursor), color.Of(ascii.Column(console.SignedWith.EN, 12)), color.Of("< " + f.IdentityWords() + " >")}
	}
	return page.Row{page.Plain.Of(cursor), color.Of(ascii.Column(Label(i), 12)), color.Of(f.text(i))}
}

// Label is what a field is called.
func Label(i int) string {
	return [Fields]words.Text{FieldMinutes: console.MinutesMay, FieldOperator: console.Operator, FieldCase: console.Case, FieldCustomer: console.Customer, FieldSite: console.Site,
		FieldNote: console.Note, FieldLabName: console.LabName, FieldPassphrase: console.Passphrase, FieldRepeat: console.OnceMore}[i].EN
}

// text shows what was typed, and where the next character goes. Of a secret
// only the length is seen.
func (f Form) text(i int) string {
	s := f.Entered[i]
	if i == FieldPassphrase || i == FieldRepeat {
		s = strings.Repeat("*", len(s))
	}
	if i == f.Cursor {
		s += "_"
	}
	return s
}

// IdentityWords say who signs.
func (f Form) IdentityWords() string {
	switch {
	case f.Lab && f.LabName == "":
		return console.NewLab.EN
	case f.Lab:
		return console.Lab.Say(f.LabName).EN
	}
	return console.ThrowAway.EN
}

// helpWords explains the field under the cursor.
func (f Form) helpWords(mode string) string {
	switch f.Cursor {
	case FieldMode, FieldMinutes:
		return mode
	case FieldOperator:
		return console.HelpOperator.EN
	case FieldCase:
		return console.HelpCase.EN
	case FieldCustomer:
		return console.HelpCustomer.EN
	case FieldSite:
		return console.HelpSite.EN
	case FieldNote:
		return console.HelpNote.EN
	case FieldGo:
		return console.HelpGoOn.EN
	}
	return f.identityHelp()
}

func (f Form) identityHelp() string {
	switch {
	case !f.Lab:
		return console.HelpThrow.EN
	case f.LabName == "":
		return console.HelpNewLab.EN
	}
	return console.HelpLab.EN
}
