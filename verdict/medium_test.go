package verdict

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/statements"
	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/scan"
)

// TestInUseDoubts: by whom, or that it is not known.
func TestInUseDoubts(t *testing.T) {
	for _, test := range []struct {
		claimed answer.Answer
		by      string
		want    int
	}{{answer.Yes, "", 0}, {answer.Unknown, "", 0}, {answer.No, "sdb1 mounted at /mnt", 1}, {answer.No, "", 1}} {
		got := useDoubts(&kernel.Facts{Claimed: test.claimed, InUseBy: test.by})
		if len(got) != test.want {
			t.Errorf("claimed %s: %v", test.claimed, codes(got))
		}
		checkLanguages(t, got, test.by)
	}
}

// TestLength: what may be missing at the end, and what says that nothing is.
func TestLength(t *testing.T) {
	const n = 8192
	for name, test := range map[string]struct {
		medium Medium
		said   string // in the doubt
		doubts []Code
		remark bool
	}{
		"whole":                                {Medium{SizeBytes: n}, "", nil, false},
		"damaged":                              {Medium{SizeBytes: n, Defect: errors.New("ends at 77")}, "ends at 77", []Code{ReasonImageDefect}, false},
		"shorter than its table":               {Medium{SizeBytes: n, TableBytes: n + 512}, "8704", []Code{ReasonMediumTruncated}, false},
		"as long as its table":                 {Medium{SizeBytes: n, TableBytes: n}, "", nil, false},
		"shorter than stated":                  {Medium{SizeBytes: n, StatedBytes: n + 1}, "8193", []Code{ReasonMediumTruncated}, false},
		"as stated":                            {Medium{SizeBytes: n, StatedBytes: n}, "", nil, false},
		"parts may follow":                     {Medium{SizeBytes: n, OpenEnded: true, Parts: 3}, "8192", []Code{ReasonMaybeTruncated}, false},
		"one part alone":                       {Medium{SizeBytes: n, OpenEnded: true, Parts: 1}, "8192", []Code{ReasonMaybeTruncated}, false},
		"parts may follow, but it is stated":   {Medium{SizeBytes: n, OpenEnded: true, Parts: 3, StatedBytes: n}, "", nil, true},
		"parts are missing":                    {Medium{SizeBytes: n, OpenEnded: true, Parts: 3, StatedBytes: n + 1}, "8193", []Code{ReasonMediumTruncated}, false},
		"a GPT ends there":                     {Medium{SizeBytes: n, OpenEnded: true, TableBytes: n, TableIsLast: true}, "", nil, false},
		"a GPT ends before":                    {Medium{SizeBytes: n, OpenEnded: true, TableBytes: n - 512, TableIsLast: true}, "8192", []Code{ReasonMaybeTruncated}, false},
		"partitions of an MBR end there":       {Medium{SizeBytes: n, OpenEnded: true, TableBytes: n}, "8192", []Code{ReasonMaybeTruncated}, false},
		"a GPT goes on, parts are missing":     {Medium{SizeBytes: n, OpenEnded: true, TableBytes: n + 512, TableIsLast: true}, "8704", []Code{ReasonMediumTruncated}, false},
		"stated, and the table goes on":        {Medium{SizeBytes: n, StatedBytes: n, TableBytes: n + 512}, "8704", []Code{ReasonMediumTruncated}, false},
		"damaged, and shorter than was stated": {Medium{SizeBytes: n, StatedBytes: n + 1, Defect: errors.New("x")}, "", []Code{ReasonImageDefect, ReasonMediumTruncated}, false},
	} {
		in := cleanInput()
		in.Medium = test.medium
		v := Decide(in)
		got := codes(v.Reasons)
		if clean := len(test.doubts) == 0; clean != (v.Outcome == NoResidue) || !clean && !slices.Equal(got, test.doubts) {
			t.Errorf("%s: %v %v, want %v", name, v.Outcome, got, test.doubts)
		}
		if slices.Contains(got, ReasonSizeStated) != test.remark {
			t.Errorf("%s: %v", name, got)
		}
		if len(test.doubts) > 0 {
			checkLanguages(t, v.Reasons, test.said)
		}
		want := slices.Clone(test.doubts)
		if test.remark {
			want = append(want, ReasonSizeStated)
		}
		if foreseen := codes(Foreseen(&test.medium)); !slices.Equal(foreseen, want) {
			t.Errorf("%s: foreseen is %v, want %v", name, foreseen, want)
		}
	}
}

// TestChanges: a file that was written to meanwhile, or may have been.
func TestChanges(t *testing.T) {
	unchanged := Change{Changes: written.Changes{Changed: answer.No, Text: "T"}}
	changed := Change{Changes: written.Changes{Changed: answer.Yes, Text: "T"}}
	unknown := Change{Changes: written.Changes{Changed: answer.Unknown, Text: "T"}}
	lost := Change{Err: errors.New("T")}
	for name, test := range map[string]struct {
		changes  []Change
		resumed  bool
		notAsked error
		want     []Code
		outcome  Outcome
	}{
		"unchanged":              {[]Change{unchanged, unchanged}, true, nil, []Code{ReasonNoResidue}, NoResidue},
		"one of two":             {[]Change{unchanged, changed}, false, nil, []Code{ReasonMediumChanged}, Inconclusive},
		"not known":              {[]Change{lost}, false, nil, []Code{ReasonMediumUnchecked}, Inconclusive},
		"nothing to compare":     {[]Change{unknown}, false, nil, []Code{ReasonNoResidue}, NoResidue},
		"attached anew":          {[]Change{unknown}, true, nil, []Code{ReasonNoResidue, ReasonAttachedAnew}, NoResidue},
		"not asked again":        {nil, false, errors.New("T"), []Code{ReasonMediumUnchecked}, Inconclusive},
		"changed and not asked":  {[]Change{changed}, false, errors.New("T"), []Code{ReasonMediumChanged, ReasonMediumUnchecked}, Inconclusive},
		"anew, and then changed": {[]Change{unknown, changed}, true, nil, []Code{ReasonMediumChanged}, Inconclusive},
	} {
		in := cleanInput()
		in.Changes, in.Resumed, in.NotAsked = test.changes, test.resumed, test.notAsked
		v := Decide(in)
		if v.Outcome != test.outcome || !slices.Equal(codes(v.Reasons), test.want) {
			t.Errorf("%s: %v %v, want %v", name, v.Outcome, codes(v.Reasons), test.want)
		}
		for _, r := range v.Reasons {
			if r.Code != ReasonNoResidue && (!strings.Contains(r.Text, "T") || r.TextJA == "") {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}

// TestMediumNotChecked: in the order in which a report has it, whatever the outcome.
func TestMediumNotChecked(t *testing.T) {
	in := cleanInput()
	in.Before = openDrive()
	in.Facts.Partition = answer.Yes
	in.Medium.ImageNotes, in.Medium.TableNotes = []string{"odd image"}, []string{"odd table"}
	in.Trailers = &Trailers{Layout: "520", Bytes: 77, Compressed: true}
	in.Result.Regions[0].Holes = 512
	want := []Code{ReasonHoles, ReasonHiddenAreas, ReasonRestOfDrive, ReasonSectorTrailers, ReasonImageNote, ReasonPartitionTableNote}
	for range 2 {
		v := Decide(in)
		if !slices.Equal(codes(v.NotChecked), want) {
			t.Errorf("%v: %v, want %v", v.Outcome, codes(v.NotChecked), want)
		}
		checkLanguages(t, v.NotChecked, "")
		spoil(in.Result, scan.Residue)
	}
}

// TestNeverAskedAgain: a drive that was asked before and not after has not said that nothing
// happened, also where nobody says why it was not asked.
func TestNeverAskedAgain(t *testing.T) {
	in := cleanInput()
	in.Before = openDrive()
	if v := Decide(in); v.Outcome != Inconclusive || !slices.Equal(codes(v.Reasons), []Code{ReasonMediumUnchecked}) {
		t.Errorf("%v %v", v.Outcome, codes(v.Reasons))
	}
	in.After = openDrive()
	if v := Decide(in); v.Outcome != NoResidue {
		t.Errorf("%v %v", v.Outcome, codes(v.Reasons))
	}
}

// TestOrder: reasons are listed as they come to be known: what was before, what happened
// meanwhile, what the drive says, and last what was read.
func TestOrder(t *testing.T) {
	in := cleanInput()
	in.Medium = Medium{SizeBytes: 1, Defect: errors.New("x"), TableBytes: 2, StatedBytes: 3}
	in.Changes, in.NotAsked = []Change{{Changes: written.Changes{Changed: answer.Yes}}}, errors.New("x")
	in.Before, in.After = openDrive(), openDrive()
	in.Before.Security = says(statements.SecurityLocked, "x")
	in.Before.Written, in.After.Written = statements.Written{Known: true, Value: 1}, statements.Written{Known: true, Value: 2}
	in.Facts.Claimed = answer.No
	in.Trailers = &Trailers{Compressed: true}
	in.Result.Complete = false
	want := []Code{ReasonImageDefect, ReasonMediumTruncated, ReasonMediumTruncated, ReasonMediumChanged, ReasonMediumUnchecked,
		ReasonLockedRange, ReasonDriveCountedWrites, ReasonInUse, ReasonTrailersUnexamined, ReasonIncomplete}
	if got := codes(Decide(in).Reasons); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	spoil(in.Result, scan.Residue)
	if v := Decide(in); v.Outcome != ResidueFound || !slices.Equal(codes(v.Reasons), []Code{ReasonResidue}) {
		t.Errorf("%v %v", v.Outcome, codes(v.Reasons))
	}
}

// TestUnattested: a machine without a TPM is told from one whose TPM fails.
func TestUnattested(t *testing.T) {
	if r := Unattested(errors.Join(errors.New("x"), fs.ErrNotExist)); r.Code != ReasonNoTPM || r.Text == "" || r.TextJA == "" {
		t.Errorf("%+v", r)
	}
	r := Unattested(errors.New("it is busy"))
	if r.Code != ReasonTPMFailed {
		t.Errorf("%+v", r)
	}
	checkLanguages(t, []Reason{r}, "it is busy")
}

// TestSettles: what one outcome alone has.
func TestSettles(t *testing.T) {
	for code, want := range map[Code]Outcome{ReasonResidue: ResidueFound, ReasonLiveKeySlot: ResidueFound, ReasonKeyMaterial: ResidueFound, ReasonNoResidue: NoResidue} {
		if got, sure := code.Settles(); !sure || got != want {
			t.Errorf("%s: %v %v", code, got, sure)
		}
	}
	for _, code := range []Code{ReasonHoles, ReasonRandomIsland, ReasonInUse, "of another version"} {
		if _, sure := code.Settles(); sure {
			t.Errorf("%s", code)
		}
	}
}
