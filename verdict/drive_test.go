package verdict

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/scan"
)

func says[S statements.AnyState](state S, text string) statements.Statement[S] {
	return statements.Statement[S]{State: state, Text: text}
}

// openDrive is a drive that says of everything that all is well.
func openDrive() *statements.Drive {
	return &statements.Drive{Bus: "ata", Rotation: says(statements.Rotating, "R"),
		Hidden: statements.Hidden{Statement: says(statements.HiddenNone, "H")}, Sanitize: says(statements.SanitizeNoFailure, "S"),
		Security: says(statements.SecurityOff, "L"), Deallocated: says(statements.DeallocatedUndefined, "D"), AfterErase: says(statements.AfterEraseData, "E")}
}

// closedDrive says nothing.
func closedDrive() *statements.Drive {
	const why = "the bridge passes no commands"
	return &statements.Drive{Bus: "usb", Rotation: says(statements.RotationUnknown, why), Hidden: statements.Hidden{Statement: says(statements.HiddenUnknown, why)},
		Sanitize: says(statements.SanitizeUnknown, why), Security: says(statements.SecurityUnknown, why),
		Deallocated: says(statements.DeallocatedUnknown, why), AfterErase: says(statements.AfterEraseUnknown, why)}
}

// cleanInput is an examination that supports no-residue.
func cleanInput() *Input {
	p, r := clean()
	return &Input{Plan: p, Result: r}
}

func codes(list []Reason) (out []Code) {
	for _, r := range list {
		out = append(out, r.Code)
	}
	return out
}

// checkLanguages: each reason is there twice, with what the drive said in both.
func checkLanguages(t *testing.T, list []Reason, said string) {
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

// harmless is a state that is judged to be no doubt.
const harmless Code = ""

// TestEveryStateIsJudged: each state that a drive can have is a doubt or is listed as harmless,
// before and after; a new one is neither, and fails here. What is not known is said to be, or
// its absence proves nothing (AfterErase, Deallocated: the claim is no stronger for it; Rotation
// has no bearing).
func TestEveryStateIsJudged(t *testing.T) {
	axis(t, "hidden", map[statements.HiddenState]Code{
		statements.HiddenUnknown: harmless, statements.HiddenNone: harmless, statements.HiddenSome: ReasonHiddenCapacity,
	}, func(d *statements.Drive, s statements.HiddenState) {
		d.Hidden = statements.Hidden{Statement: says(s, "word"), Bytes: 1234567}
	})
	axis(t, "sanitize", map[statements.SanitizeState]Code{
		statements.SanitizeUnknown: harmless, statements.SanitizeNotSupported: harmless, statements.SanitizeNever: harmless,
		statements.SanitizeSucceeded: harmless, statements.SanitizeNoFailure: harmless,
		statements.SanitizeInProgress: ReasonSanitizeInProgress, statements.SanitizeFailed: ReasonSanitizeFailed,
	}, func(d *statements.Drive, s statements.SanitizeState) { d.Sanitize = says(s, "word") })
	axis(t, "security", map[statements.SecurityState]Code{
		statements.SecurityUnknown: harmless, statements.SecurityNone: harmless, statements.SecurityOff: harmless, statements.SecurityUnlocked: harmless,
		statements.SecurityShadowed: ReasonMBRShadowed, statements.SecurityLocked: ReasonLockedRange,
	}, func(d *statements.Drive, s statements.SecurityState) { d.Security = says(s, "word") })
	axis(t, "after erase", map[statements.AfterEraseState]Code{
		statements.AfterEraseUnknown: harmless, statements.AfterEraseData: harmless, statements.AfterEraseError: ReasonReadsFailByDesign,
	}, func(d *statements.Drive, s statements.AfterEraseState) { d.AfterErase = says(s, "word") })
	axis(t, "deallocated", map[statements.DeallocatedState]Code{
		statements.DeallocatedUnknown: harmless, statements.DeallocatedZeros: harmless, statements.DeallocatedOnes: harmless, statements.DeallocatedUndefined: harmless,
	}, func(d *statements.Drive, s statements.DeallocatedState) { d.Deallocated = says(s, "word") })
	axis(t, "rotation", map[statements.RotationState]Code{
		statements.RotationUnknown: harmless, statements.SolidState: harmless, statements.Rotating: harmless,
	}, func(d *statements.Drive, s statements.RotationState) { d.Rotation = says(s, "word") })
}

func axis[S statements.AnyState](t *testing.T, name string, judged map[S]Code, set func(*statements.Drive, S)) {
	t.Helper()
	for _, s := range statements.States[S]() {
		want, ok := judged[s]
		if !ok {
			t.Errorf("%s: whether %s is a doubt was not said", name, s)
		}
		for _, after := range []bool{false, true} {
			in := cleanInput()
			in.Before, in.After = openDrive(), openDrive()
			d := in.Before
			if after {
				d = in.After
			}
			set(d, s)
			unread := Code("")
			if want == ReasonReadsFailByDesign { // only says what read errors mean
				spoil(in.Result, scan.Unreadable)
				unread = ReasonUnreadable
			}
			v := Decide(in)
			expected := slices.DeleteFunc([]Code{want, unread}, func(c Code) bool { return c == "" })
			switch {
			case len(expected) == 0 && v.Outcome != NoResidue, len(expected) > 0 && (v.Outcome != Inconclusive || v.Claim != ClaimNone || !slices.Equal(codes(v.Reasons), expected)):
				t.Errorf("%s is %s, after: %v: %v because of %v, want %v", name, s, after, v.Outcome, codes(v.Reasons), expected)
			case want != harmless:
				checkLanguages(t, v.Reasons[:1], "word")
			}
			spoil(in.Result, scan.Residue)
			if v := Decide(in); v.Outcome != ResidueFound {
				t.Errorf("%s is %s, and residue: %v", name, s, v.Outcome)
			}
		}
	}
}

// spoil gives a sector of ciphertext another class.
func spoil(r *scan.Result, c scan.Class) {
	r.Classes[scan.Ciphertext] -= 512
	r.Classes[c] += 512
	r.Regions[0].Classes = r.Classes
}

// TestDriveDoubts: each statement has its own, which is told once; without a drive there is none.
func TestDriveDoubts(t *testing.T) {
	for name, d := range map[string]*statements.Drive{"an image": nil, "all is well": openDrive(), "nothing is known": closedDrive()} {
		for _, class := range []scan.Class{scan.Ciphertext, scan.Unreadable} {
			in := cleanInput()
			in.Before, in.After = d, d
			spoil(in.Result, class)
			if got := driveDoubts(in); len(got) != 0 {
				t.Errorf("%s: %v", name, codes(got))
			}
		}
	}
	in := cleanInput()
	in.Before, in.After = openDrive(), openDrive()
	for _, d := range []*statements.Drive{in.Before, in.After} {
		d.Hidden = statements.Hidden{Statement: says(statements.HiddenSome, "H"), Bytes: 5}
		d.Sanitize, d.Security, d.AfterErase = says(statements.SanitizeFailed, "S"), says(statements.SecurityLocked, "L"), says(statements.AfterEraseError, "E")
	}
	in.After.Sanitize = says(statements.SanitizeInProgress, "S")
	in.After.Hidden.Bytes = 6
	if got, want := codes(driveDoubts(in)), []Code{ReasonHiddenCapacity, ReasonSanitizeFailed, ReasonLockedRange, ReasonSanitizeInProgress}; !slices.Equal(got, want) {
		t.Errorf("no read failed: %v, want %v", got, want)
	}
	spoil(in.Result, scan.Unreadable)
	got := driveDoubts(in)
	if want := []Code{ReasonHiddenCapacity, ReasonSanitizeFailed, ReasonLockedRange, ReasonReadsFailByDesign, ReasonSanitizeInProgress}; !slices.Equal(codes(got), want) {
		t.Errorf("%v, want %v", codes(got), want)
	}
	checkLanguages(t, got[:1], "5") // as it was before
}

// TestDriveRemarks: fill that was judged, on a drive that shows trimmed blocks as
// fill. A remark changes no verdict.
func TestDriveRemarks(t *testing.T) {
	for _, state := range statements.States[statements.DeallocatedState]() {
		for _, fill := range []int64{0, 4096} {
			for _, expect := range []scan.Expect{scan.ExpectErased, scan.ExpectAny} {
				in := cleanInput()
				in.Before = openDrive()
				in.Before.Deallocated = says(state, "DLFEAT")
				in.After = in.Before
				in.Result.Regions[0].ReadBackFill, in.Result.Regions[0].Expect = fill, expect
				remarks := driveRemarks(in.Before, in.Result)
				want := fill > 0 && (state == statements.DeallocatedZeros || state == statements.DeallocatedOnes) && expect != scan.ExpectAny
				if got := slices.Equal(codes(remarks), []Code{ReasonDeallocatedReads}); got != want {
					t.Errorf("%s, %d bytes of fill, expecting %v: %v", state, fill, expect, codes(remarks))
				}
				checkLanguages(t, remarks, "DLFEAT")
				checkLanguages(t, remarks, "4096")
				v := Decide(in)
				if expect != scan.ExpectAny && v.Outcome != NoResidue {
					t.Errorf("%s: %v", state, v.Outcome)
				}
				if told := slices.Contains(codes(v.Reasons), ReasonDeallocatedReads); told != want {
					t.Errorf("%s: %v", state, codes(v.Reasons))
				}
			}
		}
	}
	in := cleanInput()
	in.Result.Regions[0].ReadBackFill = 4096
	if got := driveRemarks(nil, in.Result); got != nil {
		t.Errorf("an image: %v", codes(got))
	}
}

// TestDriveNotChecked: what is unknown is said to be, with the reason. Even of a
// drive that says it hides nothing, there are areas that no command opens.
func TestDriveNotChecked(t *testing.T) {
	hidden := openDrive()
	hidden.Hidden.State = statements.HiddenSome // has a doubt instead
	file := closedDrive()
	file.Kind = kernel.File
	for name, test := range map[string]struct {
		drive *statements.Drive
		said  string
		want  []Code
	}{
		"an image":             {nil, "", nil},
		"an image, described":  {file, "", nil},
		"all is well":          {openDrive(), "H", []Code{ReasonHiddenAreas}},
		"nothing is known":     {closedDrive(), "the bridge passes no commands", []Code{ReasonHiddenAreas, ReasonLocksUnknown, ReasonSanitizeUnknown}},
		"capacity that is not": {hidden, "", nil},
	} {
		in := cleanInput()
		in.Before = test.drive
		got := Decide(in).NotChecked
		if !slices.Equal(codes(got), test.want) {
			t.Errorf("%s: %v, want %v", name, codes(got), test.want)
		}
		checkLanguages(t, got, test.said)
	}
}

// TestCompareWritten: only the same counter, known both times, can differ.
func TestCompareWritten(t *testing.T) {
	w := func(name string, value uint64) statements.Written {
		return statements.Written{Known: name != "", Name: name, Value: value, UnitBytes: 512}
	}
	for name, test := range map[string]struct {
		before, after statements.Written
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
		in := cleanInput()
		in.Before, in.After = openDrive(), openDrive()
		in.Before.Written, in.After.Written = test.before, test.after
		v := Decide(in)
		if got := slices.Equal(codes(v.Reasons), []Code{ReasonDriveCountedWrites}); got != test.doubt || got != (v.Outcome == Inconclusive) {
			t.Errorf("%s: %v", name, codes(v.Reasons))
		}
		if test.doubt {
			checkLanguages(t, v.Reasons, "77")
		}
	}
}
