package main

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"shokyo.dev/shokyo/devices"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
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

// cleanExamination is a plan and a result that support no-residue.
func cleanExamination() (*scan.Plan, *scan.Result) {
	p := &scan.Plan{BlockBytes: 4096, Regions: []scan.Region{{Name: "medium", Length: 8192}}}
	r := &scan.Result{MediumBytes: 8192, Planned: 8192, Complete: true, ThresholdBits: 40}
	r.Classes[scan.Ciphertext] = 8192
	r.Regions = []scan.RegionResult{{Region: p.Regions[0], Planned: 8192, Classes: r.Classes, ReadBackCiphertext: 8192}}
	return p, r
}

func codes(list []scan.Reason) (out []string) {
	for _, r := range list {
		out = append(out, r.Code)
	}
	return out
}

// checkLanguages: each reason is there twice, with what the drive said in both.
func checkLanguages(t *testing.T, list []scan.Reason, said string) {
	t.Helper()
	japanese := func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) }
	for _, r := range list {
		if strings.ContainsFunc(r.Text, japanese) || !strings.ContainsFunc(r.TextJA, japanese) {
			t.Errorf("%s: %q, %q", r.Code, r.Text, r.TextJA)
		}
		if !strings.Contains(r.Text, said) || !strings.Contains(r.TextJA, said) {
			t.Errorf("%s does not quote %q: %q, %q", r.Code, said, r.Text, r.TextJA)
		}
		if strings.Contains(r.Text+r.TextJA, "%!") || strings.HasSuffix(r.Text, ": ") {
			t.Errorf("%s: %q, %q", r.Code, r.Text, r.TextJA)
		}
	}
}

// allDoubts is every doubt that a drive can give rise to.
func allDoubts() map[string]struct {
	said     string
	failures int64
	change   func(*devices.Drive)
} {
	return map[string]struct {
		said     string
		failures int64
		change   func(*devices.Drive)
	}{
		"hidden-capacity": {"1234567", 0, func(d *devices.Drive) {
			d.Hidden = devices.Hidden{Statement: says(devices.HiddenSome, "by an HPA"), Bytes: 1234567}
		}},
		"sanitize-in-progress": {"40 % done", 0, func(d *devices.Drive) {
			d.Sanitize = says(devices.SanitizeInProgress, "crypto erase, 40 % done")
		}},
		"sanitize-failed":      {"it failed", 0, func(d *devices.Drive) { d.Sanitize = says(devices.SanitizeFailed, "it failed") }},
		"locked-range":         {"TCG Opal 2", 0, func(d *devices.Drive) { d.Security = says(devices.SecurityLocked, "TCG Opal 2") }},
		"mbr-shadowed":         {"TCG Opal 2", 0, func(d *devices.Drive) { d.Security = says(devices.SecurityShadowed, "TCG Opal 2") }},
		"reads-fail-by-design": {"WACEREQ", 1, func(d *devices.Drive) { d.AfterErase = says(devices.AfterEraseError, "WACEREQ") }},
	}
}

// TestDriveDoubts: each has its code, and nothing else gives one.
func TestDriveDoubts(t *testing.T) {
	for code, test := range allDoubts() {
		d := openDrive()
		test.change(d)
		got := driveDoubts(d, test.failures)
		if !slices.Equal(codes(got), []string{code}) {
			t.Errorf("%s: %v", code, codes(got))
		}
		checkLanguages(t, got, test.said)
	}
	for name, d := range map[string]*devices.Drive{"an image": nil, "all is well": openDrive(), "nothing is known": closedDrive()} {
		for _, failures := range []int64{0, 512} {
			if got := driveDoubts(d, failures); len(got) != 0 {
				t.Errorf("%s: %v", name, codes(got))
			}
		}
	}
	d := openDrive()
	allDoubts()["reads-fail-by-design"].change(d)
	if got := driveDoubts(d, 0); len(got) != 0 { // no read failed
		t.Errorf("%v", codes(got))
	}
	for _, test := range allDoubts() {
		test.change(d)
	}
	if got := driveDoubts(d, 1); len(got) != 4 { // one for each statement
		t.Errorf("everything at once: %v", codes(got))
	}
}

// TestDoubtsDecide: with any doubt there is no no-residue, and residue is residue
// all the same.
func TestDoubtsDecide(t *testing.T) {
	if p, r := cleanExamination(); scan.Decide(p, r).Outcome != scan.NoResidue {
		t.Fatal("the clean examination is not clean")
	}
	doubts := map[string][]scan.Reason{"in-use": inUseDoubts(devices.Facts{Claimed: devices.No, InUseBy: "sdb1 mounted at /"})}
	for code, test := range allDoubts() {
		d := openDrive()
		test.change(d)
		doubts[code] = driveDoubts(d, test.failures)
	}
	e := &examination{plan: new(scan.Plan)}
	e.compareWritten(devices.Written{Known: true, Name: "n", Value: 1}, devices.Written{Known: true, Name: "n", Value: 2})
	doubts["drive-counted-writes"] = e.plan.Caveats
	for code, list := range doubts {
		p, r := cleanExamination()
		p.Caveats = list
		if v := scan.Decide(p, r); v.Outcome != scan.Inconclusive || v.Claim != scan.ClaimNone || !slices.Equal(codes(v.Reasons), []string{code}) {
			t.Errorf("%s: %v, claim %v, for %v", code, v.Outcome, v.Claim, codes(v.Reasons))
		}
		r.Regions[0].Classes[scan.Residue], r.Classes[scan.Residue] = 512, 512
		r.Regions[0].Classes[scan.Ciphertext] -= 512
		r.Classes[scan.Ciphertext] -= 512
		if v := scan.Decide(p, r); v.Outcome != scan.ResidueFound {
			t.Errorf("%s and residue: %v", code, v.Outcome)
		}
	}
}

// TestDriveRemarks: fill that was judged, on a drive that shows trimmed blocks as
// fill. A remark changes no verdict.
func TestDriveRemarks(t *testing.T) {
	for _, state := range devices.States[devices.DeallocatedState]() {
		for _, fill := range []int64{0, 4096} {
			for _, expect := range []scan.Expect{scan.ExpectErased, scan.ExpectAny} {
				d := openDrive()
				d.Deallocated = says(state, "DLFEAT")
				p, r := cleanExamination()
				r.Regions[0].ReadBackFill, r.Regions[0].Expect = fill, expect
				p.Remarks = driveRemarks(d, r)
				want := fill > 0 && (state == devices.DeallocatedZeros || state == devices.DeallocatedOnes) && expect != scan.ExpectAny
				if got := slices.Equal(codes(p.Remarks), []string{"deallocated-reads"}); got != want {
					t.Errorf("%s, %d bytes of fill, expecting %v: %v", state, fill, expect, codes(p.Remarks))
				}
				checkLanguages(t, p.Remarks, "DLFEAT")
				checkLanguages(t, p.Remarks, "4096")
				if v := scan.Decide(p, r); expect != scan.ExpectAny && v.Outcome != scan.NoResidue {
					t.Errorf("%s: %v", state, v.Outcome)
				}
			}
		}
	}
	_, r := cleanExamination()
	if got := driveRemarks(nil, r); got != nil {
		t.Errorf("an image: %v", codes(got))
	}
}

// TestDriveNotChecked: what is unknown is said to be, with the reason. Even of a
// drive that says it hides nothing, there are areas that no command opens.
func TestDriveNotChecked(t *testing.T) {
	hidden := openDrive()
	hidden.Hidden.State = devices.HiddenSome // has a doubt instead
	file := closedDrive()
	file.Bus = "file"
	for name, test := range map[string]struct {
		drive *devices.Drive
		said  string
		want  []string
	}{
		"an image":             {nil, "", nil},
		"an image, described":  {file, "", nil},
		"all is well":          {openDrive(), "H", []string{"hidden-areas"}},
		"nothing is known":     {closedDrive(), "the bridge passes no commands", []string{"hidden-areas", "locks-unknown", "sanitize-unknown"}},
		"capacity that is not": {hidden, "", nil},
	} {
		got := driveNotChecked(test.drive)
		if !slices.Equal(codes(got), test.want) {
			t.Errorf("%s: %v, want %v", name, codes(got), test.want)
		}
		checkLanguages(t, got, test.said)
	}
}

// TestCompareWritten: only the same counter, known both times, can differ.
func TestCompareWritten(t *testing.T) {
	w := func(name string, value uint64) devices.Written {
		return devices.Written{Known: name != "", Name: name, Value: value, UnitBytes: 512}
	}
	for name, test := range map[string]struct {
		before, after devices.Written
		doubt         bool
	}{
		"the same":          {w("n", 77), w("n", 77), false},
		"more":              {w("n", 77), w("n", 78), true},
		"less":              {w("n", 77), w("n", 3), true},
		"not known before":  {w("", 0), w("n", 78), false},
		"not known after":   {w("n", 77), w("", 0), false},
		"never known":       {w("", 0), w("", 0), false},
		"different counter": {w("n", 77), w("m", 78), false},
	} {
		e := &examination{plan: new(scan.Plan)}
		e.compareWritten(test.before, test.after)
		if got := slices.Equal(codes(e.plan.Caveats), []string{"drive-counted-writes"}); got != test.doubt || len(e.plan.Caveats) > 1 {
			t.Errorf("%s: %v", name, codes(e.plan.Caveats))
		}
		checkLanguages(t, e.plan.Caveats, "77")
	}
}

// TestInUseDoubts: by whom, or that it is not known.
func TestInUseDoubts(t *testing.T) {
	for _, test := range []struct {
		claimed devices.Answer
		by      string
		want    int
	}{{devices.Yes, "", 0}, {devices.Unknown, "", 0}, {devices.No, "sdb1 mounted at /mnt", 1}, {devices.No, "", 1}} {
		got := inUseDoubts(devices.Facts{Claimed: test.claimed, InUseBy: test.by})
		if len(got) != test.want {
			t.Errorf("claimed %s: %v", test.claimed, codes(got))
		}
		checkLanguages(t, got, test.by)
	}
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
	d.InUse = devices.Yes
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
