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
		name = "(no name)"
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
		return FieldMinutes, "Enter how many minutes it may take."
	case !f.Lab:
	case f.LabName == "" && strings.TrimSpace(f.Entered[FieldLabName]) == "":
		return FieldLabName, "Enter the name of the lab: it stands in every report."
	case f.Entered[FieldPassphrase] == "":
		return FieldPassphrase, "Enter the passphrase of the lab's key, or choose the throw-away identity."
	case f.LabName == "" && len(f.Entered[FieldPassphrase]) < 8:
		return FieldPassphrase, "Use a passphrase of 8 characters or more: whoever has the stick can try many."
	case f.LabName == "" && f.Entered[FieldRepeat] != f.Entered[FieldPassphrase]:
		return FieldRepeat, "The two passphrases differ. Enter the same again."
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
	rows := []page.Row{{page.Bold.Of(" How shall "), page.Bold.Of(page.Counted(disks, "disk")), page.Bold.Of(" be examined?"), page.Plain.Of(" What is left empty is empty in the report.")}}
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
		return page.Row{page.Plain.Of(cursor), color.Of("[ Go on ]")}
	case FieldMode:
		return page.Row{page.Plain.Of(cursor), color.Of(ascii.Column("Mode", 12)), color.Of("< " + [estimate.Modes]string{"full", "NIST sample", "timed sample"}[f.Mode] + " >")}
	case FieldIdentity:
		return page.Row{page.Plain.Of(cursor), color.Of(ascii.Column("Signed with", 12)), color.Of("< " + f.IdentityWords() + " >")}
	}
	return page.Row{page.Plain.Of(cursor), color.Of(ascii.Column(Label(i), 12)), color.Of(f.text(i))}
}

// Label is what a field is called.
func Label(i int) string {
	return [Fields]string{FieldMinutes: "Minutes", FieldOperator: "Operator", FieldCase: "Case", FieldCustomer: "Customer", FieldSite: "Site",
		FieldNote: "Note", FieldLabName: "Lab name", FieldPassphrase: "Passphrase", FieldRepeat: "Once more"}[i]
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
		return "a new lab identity"
	case f.Lab:
		return "lab identity: " + f.LabName
	}
	return "throw-away identity"
}

// helpWords explains the field under the cursor.
func (f Form) helpWords(mode string) string {
	switch f.Cursor {
	case FieldMode, FieldMinutes:
		return mode
	case FieldOperator:
		return "Who examines: the name that stands in the report."
	case FieldCase:
		return "The number under which you keep this case or batch."
	case FieldCustomer:
		return "Whose disks these are."
	case FieldSite:
		return "Where the examination is made."
	case FieldNote:
		return "Anything else the report shall say."
	case FieldGo:
		return "Press Enter. Nothing starts yet: the next page shows what will be done."
	}
	return f.identityHelp()
}

func (f Form) identityHelp() string {
	switch {
	case !f.Lab:
		return "A throw-away identity proves that a report was not changed, but not who made it. Change it with Left/Right to a lab identity."
	case f.LabName == "":
		return "A key is made for your lab and kept on this stick, encrypted with the passphrase. Nobody can recover a lost passphrase: write it down."
	}
	return "The lab's key lies on this stick, encrypted. Its passphrase is needed once for each round."
}
