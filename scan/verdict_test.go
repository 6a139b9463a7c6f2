package scan

import (
	"slices"
	"strings"
	"testing"
)

// clean is a result that supports no-residue; each case spoils one thing.
func clean() (*Plan, *Result) {
	p := &Plan{BlockBytes: 4096, Regions: []Region{{Name: "medium", Length: 8192}}}
	r := &Result{MediumBytes: 8192, Planned: 8192, Complete: true, ThresholdBits: 40}
	r.Classes[Ciphertext] = 8192
	r.Regions = []RegionResult{{Region: p.Regions[0], Planned: 8192, Classes: r.Classes, ReadBackCiphertext: 8192}}
	return p, r
}

func TestDecide(t *testing.T) {
	set := func(r *Result, c Class, n int64) {
		r.Classes[Ciphertext] -= n
		r.Classes[c] += n
		r.Regions[0].Classes = r.Classes
	}
	for name, c := range map[string]struct {
		spoil func(*Plan, *Result)
		want  Outcome
		codes []string
		claim Claim
	}{
		"clean":            {func(*Plan, *Result) {}, NoResidue, []string{ReasonNoResidue}, ClaimPhysicalCiphertext},
		"some fill":        {func(_ *Plan, r *Result) { set(r, Fill, 512); r.Regions[0].ReadBackFill = 512 }, NoResidue, []string{ReasonNoResidue}, ClaimLogical},
		"some pattern":     {func(_ *Plan, r *Result) { set(r, Pattern, 512); r.Regions[0].ReadBackFill = 512 }, NoResidue, []string{ReasonNoResidue}, ClaimLogical},
		"metadata":         {func(_ *Plan, r *Result) { set(r, Metadata, 512) }, NoResidue, []string{ReasonNoResidue}, ClaimPhysicalCiphertext},
		"only metadata":    {func(_ *Plan, r *Result) { set(r, Metadata, 8192); r.Regions[0].ReadBackCiphertext = 0 }, NoResidue, []string{ReasonNoResidue}, ClaimNone},
		"residue":          {func(_ *Plan, r *Result) { set(r, Residue, 512) }, ResidueFound, []string{ReasonResidue}, ClaimNone},
		"finding only":     {func(_ *Plan, r *Result) { r.Regions[0].Findings = 1 }, ResidueFound, []string{ReasonResidue}, ClaimNone},
		"live key":         {func(_ *Plan, r *Result) { r.Regions[0].LiveKeys = 1 }, ResidueFound, []string{ReasonLiveKeySlot}, ClaimNone},
		"unread":           {func(_ *Plan, r *Result) { set(r, Unread, 512) }, Inconclusive, []string{ReasonUnread}, ClaimNone},
		"unreadable":       {func(_ *Plan, r *Result) { set(r, Unreadable, 512) }, Inconclusive, []string{ReasonUnreadable}, ClaimNone},
		"residue wins":     {func(_ *Plan, r *Result) { set(r, Unread, 512); set(r, Residue, 512); r.Complete = false }, ResidueFound, []string{ReasonResidue}, ClaimNone},
		"cut short":        {func(_ *Plan, r *Result) { r.Complete = false }, Inconclusive, []string{ReasonIncomplete}, ClaimNone},
		"caveat":           {func(p *Plan, _ *Result) { p.Caveats = []Reason{{Code: "x"}} }, Inconclusive, []string{"x"}, ClaimNone},
		"nothing examined": {func(_ *Plan, r *Result) { *r = Result{Complete: true} }, Inconclusive, []string{ReasonNothingJudged, ReasonContradiction}, ClaimNone},
		"sums differ":      {func(_ *Plan, r *Result) { r.Planned++ }, Inconclusive, []string{ReasonContradiction}, ClaimNone},
		"fill expected":    {func(_ *Plan, r *Result) { r.Regions[0].Expect = ExpectFill }, Inconclusive, []string{ReasonUnexpectedClass}, ClaimNone},
		"not judged":       {func(_ *Plan, r *Result) { r.Regions[0].Expect = ExpectAny }, Inconclusive, []string{ReasonNothingJudged}, ClaimNone},
		"any hides residue but not a key": {func(_ *Plan, r *Result) {
			r.Regions[0].Expect = ExpectAny
			set(r, Residue, 512)
			r.Regions[0].LiveKeys = 1
		}, ResidueFound, []string{ReasonLiveKeySlot}, ClaimNone},
		"too small": {func(_ *Plan, r *Result) {
			r.Planned, r.Regions[0].Planned = 512, 512
			r.Classes = Tally{Ciphertext: 512}
			r.Regions[0].Classes = r.Classes
		}, Inconclusive, []string{ReasonTooSmall}, ClaimNone},
		"headers all over": {func(_ *Plan, r *Result) {
			r.Planned, r.Regions[0].Planned = 2<<20, 2<<20
			r.Classes = Tally{Metadata: 2 << 20}
			r.Regions[0].Classes = r.Classes
		}, Inconclusive, []string{ReasonExcessMetadata}, ClaimNone},
		"fields all over": {func(_ *Plan, r *Result) { r.FreeBytes = maxFreeBytes + 1 }, Inconclusive, []string{ReasonExcessMetadata}, ClaimNone},
		"partly described": {func(p *Plan, r *Result) {
			g := RegionResult{Region: Region{Name: "x", Expect: ExpectAny}, Planned: 512, Classes: Tally{Residue: 512}}
			r.Regions = append(r.Regions, g)
			r.Planned += 512
			r.Classes[Residue] += 512
			p.Scope = ScopeRegions
		}, NoResidue, []string{ReasonNoResidue, ReasonDescribedOnly}, ClaimPhysicalCiphertext},
		"partly described, of the medium": {func(p *Plan, r *Result) {
			p.Regions = []Region{{Name: "medium", Length: 4096}, {Name: "x", Start: 4096, Length: 4096, Expect: ExpectAny}}
			r.Regions = []RegionResult{{Region: p.Regions[0], Planned: 4096, Classes: Tally{Ciphertext: 4096}}, {Region: p.Regions[1], Planned: 4096, Classes: Tally{Residue: 4096}}}
			r.Classes = Tally{Ciphertext: 4096, Residue: 4096}
		}, Inconclusive, []string{ReasonNotJudged}, ClaimNone},
		"sampled":               {func(p *Plan, r *Result) { p.Mode = NIST }, NoResidue, []string{ReasonNoResidue, ReasonSampled}, ClaimPhysicalCiphertext},
		"a gap between regions": {func(p *Plan, r *Result) { r.MediumBytes += 512 }, Inconclusive, []string{ReasonNotJudged}, ClaimNone},
		"residue beside a gap":  {func(p *Plan, r *Result) { r.MediumBytes += 512; set(r, Residue, 512) }, ResidueFound, []string{ReasonResidue}, ClaimNone},
		"key material":          {func(_ *Plan, r *Result) { r.Regions[0].KeyMaterial = 1 }, ResidueFound, []string{ReasonKeyMaterial}, ClaimNone},
		"key material where nothing is judged": {func(_ *Plan, r *Result) {
			r.Regions[0].Expect = ExpectAny
			r.Regions[0].KeyMaterial = 1
		}, ResidueFound, []string{ReasonKeyMaterial}, ClaimNone},
		"regions": {func(p *Plan, r *Result) { p.Scope = ScopeRegions; r.MediumBytes *= 2 }, NoResidue, []string{ReasonNoResidue, ReasonPartialPlan}, ClaimPhysicalCiphertext},
		"some holes": {func(_ *Plan, r *Result) {
			set(r, Fill, 4096)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 4096, 4096, 4096
		}, NoResidue, []string{ReasonNoResidue, ReasonHoles}, ClaimLogical},
		"holes and stored zeros": {func(_ *Plan, r *Result) {
			set(r, Fill, 8192)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 8192, 0, 4096
		}, NoResidue, []string{ReasonNoResidue, ReasonHoles}, ClaimLogical},
		"nothing but holes": {func(_ *Plan, r *Result) {
			set(r, Fill, 8192)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 8192, 0, 8192
		}, Inconclusive, []string{ReasonNothingStored}, ClaimNone},
		"holes and a partition table": {func(_ *Plan, r *Result) {
			set(r, Metadata, 4096)
			set(r, Fill, 4096)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 4096, 0, 4096
		}, Inconclusive, []string{ReasonNothingStored}, ClaimNone},
		"holes, and what is stored is not judged": {func(p *Plan, r *Result) {
			set(r, Fill, 8192)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 8192, 0, 8192
			r.Regions = append(r.Regions, RegionResult{Region: Region{Name: "x", Expect: ExpectAny}, Planned: 512, Classes: Tally{Ciphertext: 512}, ReadBackCiphertext: 512})
			r.Planned += 512
			r.Classes[Ciphertext] += 512
			p.Scope = ScopeRegions
		}, Inconclusive, []string{ReasonNothingStored}, ClaimNone},
	} {
		p, r := clean()
		c.spoil(p, r)
		v := Decide(p, r)
		var codes []string
		for _, reason := range v.Reasons {
			codes = append(codes, reason.Code)
		}
		if v.Outcome != c.want || !slices.Equal(codes, c.codes) || v.Claim != c.claim {
			t.Errorf("%s: %v %v %v, want %v %v %v", name, v.Outcome, codes, v.Claim, c.want, c.codes, c.claim)
		}
	}
}

func TestZeroValuesClaimNothing(t *testing.T) {
	if Outcome(0) != Inconclusive || Class(0) != Unread || Claim(0) != ClaimNone || Scope(0) != ScopeMedium {
		t.Error("a zero value claims something")
	}
	if v := Decide(&Plan{}, &Result{}); v.Outcome != Inconclusive {
		t.Errorf("nothing at all is %v", v.Outcome)
	}
}

// Every reason must be told in Japanese too, figures included.
func TestReasonsInJapanese(t *testing.T) {
	const size = 1 << 20
	region := func(expect Expect, classes Tally, findings, keys int64) (*Plan, *Result) {
		g := Region{Name: `r"1`, Length: size / 2, Expect: expect}
		r := &Result{MediumBytes: size, Classes: classes, Planned: classes.Total(), ThresholdBits: 34.56, Complete: true}
		r.Regions = []RegionResult{{Region: g, Planned: r.Planned, Classes: classes, Findings: findings, LiveKeys: keys}}
		return &Plan{Mode: NIST, Scope: ScopeRegions, Regions: []Region{g}}, r
	}
	seen := map[string]bool{}
	check := func(p *Plan, r *Result) {
		for _, reason := range Decide(p, r).Reasons {
			seen[reason.Code] = true
			ja := reason.TextJA
			if ja == "" {
				t.Errorf("%s has no Japanese", reason.Code)
			}
			for _, figure := range strings.FieldsFunc(reason.Text, func(c rune) bool { return c < '0' || c > '9' }) {
				if !strings.Contains(ja, figure) {
					t.Errorf("%s: %q lacks the figure %s of %q", reason.Code, ja, figure, reason.Text)
				}
			}
		}
	}
	check(region(ExpectErased, Tally{Ciphertext: 77777}, 0, 0))
	check(region(ExpectErased, Tally{Residue: 777}, 3, 2))
	check(region(ExpectFill, Tally{Ciphertext: 777, Unread: 5, Unreadable: 6}, 0, 0))
	p, r := region(ExpectErased, Tally{Ciphertext: 77777}, 0, 0)
	r.Regions = append(r.Regions, RegionResult{Region: Region{Expect: ExpectAny}, Planned: 33, Classes: Tally{Residue: 22, Fill: 11}})
	r.Planned += 33
	r.Classes[Residue], r.Classes[Fill] = 22, 11
	check(p, r)
	p.Scope = ScopeMedium
	check(p, r)
	p, r = region(ExpectErased, Tally{Residue: 777}, 3, 2)
	r.Regions[0].KeyMaterial = 5
	check(p, r)
	check(region(ExpectErased, Tally{Ciphertext: 44, Metadata: 2 << 20}, 0, 0))
	check(region(ExpectErased, Tally{Ciphertext: 44}, 0, 0))
	p, r = region(ExpectAny, Tally{Fill: 1}, 0, 0)
	r.Complete = false
	check(p, r)
	r.Complete, r.Planned = true, 99
	check(p, r)
	for _, code := range []string{
		ReasonResidue, ReasonLiveKeySlot, ReasonIncomplete, ReasonUnread, ReasonUnreadable,
		ReasonUnexpectedClass, ReasonNothingJudged, ReasonContradiction, ReasonNoResidue, ReasonTooSmall, ReasonDescribedOnly, ReasonExcessMetadata,
		ReasonSampled, ReasonPartialPlan, ReasonNotJudged, ReasonKeyMaterial,
	} {
		if !seen[code] {
			t.Errorf("the reason %s was not tested", code)
		}
	}
}
