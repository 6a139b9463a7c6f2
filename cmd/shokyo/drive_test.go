package main

import (
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/statements"
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
	d.Hidden = statements.Hidden{Statement: says(statements.HiddenSome, "an HPA"), Bytes: 1 << 30}
	if got := driveLines(d); !slices.ContainsFunc(got, func(l [2]string) bool {
		return strings.HasPrefix(l[1], "hidden 1") && strings.HasSuffix(l[1], ": an HPA")
	}) {
		t.Errorf("%q", got)
	}
	if sizeWords(0) == "" || sectorWords(&statements.Drive{}) != "sectors unknown" {
		t.Error(sizeWords(0), sectorWords(&statements.Drive{}))
	}
}
