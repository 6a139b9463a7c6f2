package main

import (
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/reports"
)

func says[S devices.AnyState](state S, text string) devices.Statement[S] {
	return devices.Statement[S]{State: state, Text: text}
}

// open is a drive that says of everything that all is well.
func openDrive() *devices.Drive {
	return &devices.Drive{Bus: "ata", Rotation: says(devices.Rotating, "R"),
		Hidden: devices.Hidden{Statement: says(devices.HiddenNone, "H")}, Sanitize: says(devices.SanitizeNoFailure, "S"),
		Security: says(devices.SecurityOff, "L"), Deallocated: says(devices.DeallocatedUndefined, "D"), AfterErase: says(devices.AfterEraseData, "E")}
}

// closedDrive says nothing.
func closedDrive() *devices.Drive {
	const why = "the bridge passes no commands"
	return &devices.Drive{Bus: "usb", Rotation: says(devices.RotationUnknown, why), Hidden: devices.Hidden{Statement: says(devices.HiddenUnknown, why)},
		Sanitize: says(devices.SanitizeUnknown, why), Security: says(devices.SecurityUnknown, why),
		Deallocated: says(devices.DeallocatedUnknown, why), AfterErase: says(devices.AfterEraseUnknown, why)}
}

// TestReportDrive: nothing that is not known becomes a number or a no.
func TestReportDrive(t *testing.T) {
	if reportDrive(nil) != nil {
		t.Error("an image has a drive")
	}
	d := closedDrive()
	d.Pages = []devices.Page{{Bus: "scsi", Name: "inquiry", Command: []byte{0x12}, Data: []byte{1, 2}, Status: []byte{0x70}, Error: "x"}}
	d.Details = []devices.Detail{{Name: "a", Value: "b", From: "c", Why: "d"}}
	r := reportDrive(d)
	if r.Removable != nil || r.ReadOnly != nil || r.InUse != nil || r.Written != nil {
		t.Errorf("%+v", r)
	}
	for _, s := range []reports.Statement{r.Rotation, r.Sanitize, r.Security, r.Deallocated, r.AfterErase, {State: r.Hidden.State, Text: r.Hidden.Text}} {
		if s.State != "unknown" || s.Text == "" {
			t.Errorf("%+v", s)
		}
	}
	if !slices.Equal(r.Facts, []reports.DriveFact{{Name: "a", Value: "b", From: "c", Why: "d"}}) ||
		!slices.Equal(r.Commands, []reports.SentCommand{{Bus: "scsi", Name: "inquiry", Command: "12", Data: "AQI=", Status: "70", Error: "x"}}) {
		t.Errorf("%+v, %+v", r.Facts, r.Commands)
	}
	d.Written = devices.Written{Known: true, Name: "n", Value: 5, UnitBytes: 512}
	if w := reportDrive(d).Written; w == nil || *w != (reports.Written{Counter: "n", Value: 5, UnitBytes: 512}) {
		t.Errorf("%+v", w)
	}
	if got := sentCommands(d, nil, d); !slices.Equal(got, []string{"scsi inquiry"}) {
		t.Errorf("%q", got)
	}
}

// TestDriveLines: each line that is unknown says why; names from a drive can not
// move the cursor.
func TestDriveLines(t *testing.T) {
	d := closedDrive()
	d.Firmware, d.Users = "\x1b[2J", []string{"sdb1 mounted at /", "sdb2 used as swap"}
	d.InUse = answer.Yes
	lines := map[string]string{}
	for _, l := range driveLines(d) {
		lines[l[0]] = l[1]
	}
	for _, name := range []string{"rotation", "hidden capacity", "sanitize", "locks", "trimmed reads"} {
		if lines[name] != "unknown: the bridge passes no commands" {
			t.Errorf("%s: %q", name, lines[name])
		}
	}
	for name, want := range map[string]string{"removable": "unknown", "read-only": "unknown", "world-wide name": "-", "in use": "yes: sdb1 mounted at /, sdb2 used as swap"} {
		if lines[name] != want {
			t.Errorf("%s: %q, want %q", name, lines[name], want)
		}
	}
	if strings.Contains(lines["firmware"], "\x1b") {
		t.Errorf("firmware %q", lines["firmware"])
	}
	d.Hidden = devices.Hidden{Statement: says(devices.HiddenSome, "an HPA"), Bytes: 1 << 30}
	if got := driveLines(d); !slices.ContainsFunc(got, func(l [2]string) bool {
		return strings.HasPrefix(l[1], "hidden 1") && strings.HasSuffix(l[1], ": an HPA")
	}) {
		t.Errorf("%q", got)
	}
	if sizeWords(0) == "" || sectorWords(&devices.Drive{}) != "sectors unknown" {
		t.Error(sizeWords(0), sectorWords(&devices.Drive{}))
	}
}
