package examine

import (
	"slices"
	"testing"

	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/words"
)

func says[S statements.AnyState](state S, text string) statements.Statement[S] {
	return statements.Statement[S]{State: state, Text: text}
}

// closedDrive says nothing.
func closedDrive() *statements.Drive {
	const why = "the bridge passes no commands"
	return &statements.Drive{Bus: "usb", Rotation: says(statements.RotationUnknown, why), Hidden: statements.Hidden{Statement: says(statements.HiddenUnknown, why)},
		Sanitize: says(statements.SanitizeUnknown, why), Security: says(statements.SecurityUnknown, why),
		Deallocated: says(statements.DeallocatedUnknown, why), AfterErase: says(statements.AfterEraseUnknown, why)}
}

// TestReportDrive: nothing that is not known becomes a number or a no.
func TestReportDrive(t *testing.T) {
	if ReportDrive(nil) != nil {
		t.Error("an image has a drive")
	}
	d := closedDrive()
	d.Pages = []statements.Page{{Bus: "scsi", Name: "inquiry", Command: []byte{0x12}, Data: []byte{1, 2}, Status: []byte{0x70}, Error: "x"}}
	d.Details = []statements.Detail{{Name: "a", Value: "b", From: "c", Why: words.Text{EN: "d", JA: "x"}}}
	r := ReportDrive(d)
	if r.Removable != nil || r.ReadOnly != nil || r.InUse != nil || r.Written != nil {
		t.Errorf("%+v", r)
	}
	for _, s := range []reports.Statement{r.Rotation, r.Sanitize, r.Security, r.Deallocated, r.AfterErase, {State: r.Hidden.State, Text: r.Hidden.Text}} {
		if s.State != "unknown" || s.Text == "" {
			t.Errorf("%+v", s)
		}
	}
	if !slices.Equal(r.Facts, []reports.DriveFact{{Name: "a", Value: "b", From: "c", Why: "d", WhyJA: "x"}}) ||
		!slices.Equal(r.Commands, []reports.SentCommand{{Bus: "scsi", Name: "inquiry", Command: "12", Data: "AQI=", Status: "70", Error: "x"}}) {
		t.Errorf("%+v, %+v", r.Facts, r.Commands)
	}
	d.Written = statements.Written{Known: true, Name: "n", Value: 5, UnitBytes: 512}
	if w := ReportDrive(d).Written; w == nil || *w != (reports.Written{Counter: "n", Value: 5, UnitBytes: 512}) {
		t.Errorf("%+v", w)
	}
	if got := sentCommands(d, nil, d); !slices.Equal(got, []string{"scsi inquiry"}) {
		t.Errorf("%q", got)
	}
}
