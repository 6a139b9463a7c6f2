package verdict

import (
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan"
)

// A known file that can still be read is residue, also where the plan only describes.
func TestCorpus(t *testing.T) {
	in := &Input{
		Plan:   &scan.Plan{Regions: []scan.Region{{Name: "medium", Length: 1 << 20}}},
		Result: &scan.Result{MediumBytes: 1 << 20, Planned: 1 << 20, Complete: true, Regions: []scan.RegionResult{{Region: scan.Region{Length: 1 << 20}, Planned: 1 << 20, ReadBackCiphertext: 1 << 20}}},
	}
	in.Result.Classes[scan.Ciphertext], in.Result.Regions[0].Classes[scan.Ciphertext] = 1<<20, 1<<20
	codes := func(v Verdict) (out []Code) {
		for _, r := range v.Reasons {
			out = append(out, r.Code)
		}
		return out
	}
	if v := Decide(in); v.Outcome != NoResidue || slices.Contains(codes(v), ReasonCorpusNotFound) {
		t.Error(v)
	}
	in.Corpora = []Corpus{{Name: "a", Probative: 7000}, {Name: "b", Probative: 9, Most: 12_345}}
	v := Decide(in)
	if want := []Code{ReasonNoResidue, ReasonCorpusNotFound, ReasonCorpusNotFound}; v.Outcome != NoResidue || !slices.Equal(codes(v), want) {
		t.Error(v)
	}
	if a, b := v.Reasons[1], v.Reasons[2]; strings.Contains(a.Text, "at most") || !strings.Contains(a.Text, "7000") || !strings.Contains(b.Text, "at most 1.23 %") || !strings.Contains(b.TextJA, "1.23 %") {
		t.Error(a, b)
	}
	in.Corpora[1].Found = 1
	for _, expect := range []scan.Expect{scan.ExpectErased, scan.ExpectAny} {
		in.Result.Regions[0].Expect = expect
		if v := Decide(in); v.Outcome != ResidueFound || !slices.Equal(codes(v), []Code{ReasonCorpusFound}) || !strings.Contains(v.Reasons[0].Text, "1 of 9") {
			t.Error(v)
		}
	}
}
