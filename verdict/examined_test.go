package verdict

import (
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan"
)

// clean is a result that supports no-residue; each case spoils one thing.
func clean() (*scan.Plan, *scan.Result) {
	p := &scan.Plan{BlockBytes: 4096, Regions: []scan.Region{{Name: "medium", Length: 8192}}}
	r := &scan.Result{MediumBytes: 8192, Planned: 8192, Complete: true, ThresholdBits: 40}
	r.Classes[scan.Ciphertext] = 8192
	r.Regions = []scan.RegionResult{{Region: p.Regions[0], Planned: 8192, Classes: r.Classes, ReadBackCiphertext: 8192}}
	return p, r
}

func TestDecide(t *testing.T) {
	set := func(r *scan.Result, c scan.Class, n int64) {
		r.Classes[scan.Ciphertext] -= n
		r.Classes[c] += n
		r.Regions[0].Classes = r.Classes
	}
	for name, c := range map[string]struct {
		spoil func(*scan.Plan, *scan.Result)
		want  Outcome
		codes []Code
		claim Claim
	}{
		"clean":         {func(*scan.Plan, *scan.Result) {}, NoResidue, []Code{ReasonNoResidue}, ClaimPhysicalCiphertext},
		"some fill":     {func(_ *scan.Plan, r *scan.Result) { set(r, scan.Fill, 512); r.Regions[0].ReadBackFill = 512 }, NoResidue, []Code{ReasonNoResidue}, ClaimLogical},
		"some pattern":  {func(_ *scan.Plan, r *scan.Result) { set(r, scan.Pattern, 512); r.Regions[0].ReadBackFill = 512 }, NoResidue, []Code{ReasonNoResidue}, ClaimLogical},
		"metadata":      {func(_ *scan.Plan, r *scan.Result) { set(r, scan.Metadata, 512) }, NoResidue, []Code{ReasonNoResidue}, ClaimPhysicalCiphertext},
		"only metadata": {func(_ *scan.Plan, r *scan.Result) { set(r, scan.Metadata, 8192); r.Regions[0].ReadBackCiphertext = 0 }, NoResidue, []Code{ReasonNoResidue}, ClaimNone},
		"residue":       {func(_ *scan.Plan, r *scan.Result) { set(r, scan.Residue, 512) }, ResidueFound, []Code{ReasonResidue}, ClaimNone},
		"finding only":  {func(_ *scan.Plan, r *scan.Result) { r.Regions[0].Findings = 1 }, ResidueFound, []Code{ReasonResidue}, ClaimNone},
		"live key":      {func(_ *scan.Plan, r *scan.Result) { r.Regions[0].LiveKeys = 1 }, ResidueFound, []Code{ReasonLiveKeySlot}, ClaimNone},
		"unread":        {func(_ *scan.Plan, r *scan.Result) { set(r, scan.Unread, 512) }, Inconclusive, []Code{ReasonUnread}, ClaimNone},
		"unreadable":    {func(_ *scan.Plan, r *scan.Result) { set(r, scan.Unreadable, 512) }, Inconclusive, []Code{ReasonUnreadable}, ClaimNone},
		"residue wins": {func(_ *scan.Plan, r *scan.Result) {
			set(r, scan.Unread, 512)
			set(r, scan.Residue, 512)
			r.Complete = false
		}, ResidueFound, []Code{ReasonResidue}, ClaimNone},
		"cut short":        {func(_ *scan.Plan, r *scan.Result) { r.Complete = false }, Inconclusive, []Code{ReasonIncomplete}, ClaimNone},
		"nothing examined": {func(_ *scan.Plan, r *scan.Result) { *r = scan.Result{Complete: true} }, Inconclusive, []Code{ReasonNothingJudged, ReasonContradiction}, ClaimNone},
		"copies": {func(_ *scan.Plan, r *scan.Result) { r.Copies = scan.Copies{Units: 512, Again: 1, First: 16, Two: 4096} }, Inconclusive,
			[]Code{ReasonCopies}, ClaimNone},
		"sums differ":   {func(_ *scan.Plan, r *scan.Result) { r.Planned++ }, Inconclusive, []Code{ReasonContradiction}, ClaimNone},
		"fill expected": {func(_ *scan.Plan, r *scan.Result) { r.Regions[0].Expect = scan.ExpectFill }, Inconclusive, []Code{ReasonUnexpectedClass}, ClaimNone},
		"not judged":    {func(_ *scan.Plan, r *scan.Result) { r.Regions[0].Expect = scan.ExpectAny }, Inconclusive, []Code{ReasonNothingJudged}, ClaimNone},
		"any hides residue but not a key": {func(_ *scan.Plan, r *scan.Result) {
			r.Regions[0].Expect = scan.ExpectAny
			set(r, scan.Residue, 512)
			r.Regions[0].LiveKeys = 1
		}, ResidueFound, []Code{ReasonLiveKeySlot}, ClaimNone},
		"too small": {func(_ *scan.Plan, r *scan.Result) {
			r.Planned, r.Regions[0].Planned = 512, 512
			r.Classes = scan.ClassBytes{scan.Ciphertext: 512}
			r.Regions[0].Classes = r.Classes
		}, Inconclusive, []Code{ReasonTooSmall}, ClaimNone},
		"headers all over": {func(_ *scan.Plan, r *scan.Result) {
			r.Planned, r.Regions[0].Planned = 2<<20, 2<<20
			r.Classes = scan.ClassBytes{scan.Metadata: 2 << 20}
			r.Regions[0].Classes = r.Classes
		}, Inconclusive, []Code{ReasonExcessMetadata}, ClaimNone},
		"100,000 bytes in fields":     {func(_ *scan.Plan, r *scan.Result) { r.FreeBytes = 100_000 }, Inconclusive, []Code{ReasonExcessMetadata}, ClaimNone},
		"fields of two LUKS2 headers": {func(_ *scan.Plan, r *scan.Result) { r.FreeBytes = 32 << 10 }, NoResidue, []Code{ReasonNoResidue}, ClaimPhysicalCiphertext},
		"ciphertext expected, fill read": {func(_ *scan.Plan, r *scan.Result) {
			set(r, scan.Fill, 512)
			r.Regions[0].Expect, r.Regions[0].ReadBackFill = scan.ExpectCiphertext, 512
		}, Inconclusive, []Code{ReasonUnexpectedClass}, ClaimNone},
		"ciphertext expected, and read": {func(_ *scan.Plan, r *scan.Result) { r.Regions[0].Expect = scan.ExpectCiphertext }, NoResidue, []Code{ReasonNoResidue}, ClaimPhysicalCiphertext},
		"fields all over":               {func(_ *scan.Plan, r *scan.Result) { r.FreeBytes = maxFreeBytes + 1 }, Inconclusive, []Code{ReasonExcessMetadata}, ClaimNone},
		"partly described": {func(p *scan.Plan, r *scan.Result) {
			g := scan.RegionResult{Region: scan.Region{Name: "x", Expect: scan.ExpectAny}, Planned: 512, Classes: scan.ClassBytes{scan.Residue: 512}}
			r.Regions = append(r.Regions, g)
			r.Planned += 512
			r.Classes[scan.Residue] += 512
			p.Scope = scan.ScopeRegions
		}, NoResidue, []Code{ReasonNoResidue, ReasonDescribedOnly}, ClaimPhysicalCiphertext},
		"partly described, of the medium": {func(p *scan.Plan, r *scan.Result) {
			p.Regions = []scan.Region{{Name: "medium", Length: 4096}, {Name: "x", Start: 4096, Length: 4096, Expect: scan.ExpectAny}}
			r.Regions = []scan.RegionResult{{Region: p.Regions[0], Planned: 4096, Classes: scan.ClassBytes{scan.Ciphertext: 4096}}, {Region: p.Regions[1], Planned: 4096, Classes: scan.ClassBytes{scan.Residue: 4096}}}
			r.Classes = scan.ClassBytes{scan.Ciphertext: 4096, scan.Residue: 4096}
		}, Inconclusive, []Code{ReasonNotJudged}, ClaimNone},
		"sampled":               {func(p *scan.Plan, r *scan.Result) { p.Mode = scan.NIST }, NoResidue, []Code{ReasonNoResidue, ReasonSampled}, ClaimPhysicalCiphertext},
		"quick":                 {func(p *scan.Plan, r *scan.Result) { p.Depth = scan.Quick }, NoResidue, []Code{ReasonNoResidue, ReasonQuick}, ClaimPhysicalCiphertext},
		"a gap between regions": {func(p *scan.Plan, r *scan.Result) { r.MediumBytes += 512 }, Inconclusive, []Code{ReasonNotJudged}, ClaimNone},
		"residue beside a gap":  {func(p *scan.Plan, r *scan.Result) { r.MediumBytes += 512; set(r, scan.Residue, 512) }, ResidueFound, []Code{ReasonResidue}, ClaimNone},
		"key material":          {func(_ *scan.Plan, r *scan.Result) { r.Regions[0].KeyMaterial = 1 }, ResidueFound, []Code{ReasonKeyMaterial}, ClaimNone},
		"key material where nothing is judged": {func(_ *scan.Plan, r *scan.Result) {
			r.Regions[0].Expect = scan.ExpectAny
			r.Regions[0].KeyMaterial = 1
		}, ResidueFound, []Code{ReasonKeyMaterial}, ClaimNone},
		"regions": {func(p *scan.Plan, r *scan.Result) { p.Scope = scan.ScopeRegions; r.MediumBytes *= 2 }, NoResidue, []Code{ReasonNoResidue, ReasonPartialPlan}, ClaimPhysicalCiphertext},
		"some holes": {func(_ *scan.Plan, r *scan.Result) {
			set(r, scan.Fill, 4096)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 4096, 4096, 4096
		}, NoResidue, []Code{ReasonNoResidue, ReasonHoles}, ClaimLogical},
		"holes and stored zeros": {func(_ *scan.Plan, r *scan.Result) {
			set(r, scan.Fill, 8192)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 8192, 0, 4096
		}, NoResidue, []Code{ReasonNoResidue, ReasonHoles}, ClaimLogical},
		"nothing but holes": {func(_ *scan.Plan, r *scan.Result) {
			set(r, scan.Fill, 8192)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 8192, 0, 8192
		}, Inconclusive, []Code{ReasonNothingStored}, ClaimNone},
		"holes and a partition table": {func(_ *scan.Plan, r *scan.Result) {
			set(r, scan.Metadata, 4096)
			set(r, scan.Fill, 4096)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 4096, 0, 4096
		}, Inconclusive, []Code{ReasonNothingStored}, ClaimNone},
		"holes, and what is stored is not judged": {func(p *scan.Plan, r *scan.Result) {
			set(r, scan.Fill, 8192)
			r.Regions[0].ReadBackFill, r.Regions[0].ReadBackCiphertext, r.Regions[0].Holes = 8192, 0, 8192
			r.Regions = append(r.Regions, scan.RegionResult{Region: scan.Region{Name: "x", Expect: scan.ExpectAny}, Planned: 512, Classes: scan.ClassBytes{scan.Ciphertext: 512}, ReadBackCiphertext: 512})
			r.Planned += 512
			r.Classes[scan.Ciphertext] += 512
			p.Scope = scan.ScopeRegions
		}, Inconclusive, []Code{ReasonNothingStored}, ClaimNone},
	} {
		p, r := clean()
		c.spoil(p, r)
		v := Decide(&Input{Plan: p, Result: r})
		var codes []Code
		for _, reason := range v.Reasons {
			codes = append(codes, reason.Code)
		}
		if v.Outcome != c.want || !slices.Equal(codes, c.codes) || v.Claim != c.claim {
			t.Errorf("%s: %v %v %v, want %v %v %v", name, v.Outcome, codes, v.Claim, c.want, c.codes, c.claim)
		}
	}
}

func TestZeroValuesClaimNothing(t *testing.T) {
	if Outcome(0) != Inconclusive || scan.Class(0) != scan.Unread || Claim(0) != ClaimNone || scan.Scope(0) != scan.ScopeMedium {
		t.Error("a zero value claims something")
	}
	if v := Decide(&Input{Plan: &scan.Plan{}, Result: &scan.Result{}}); v.Outcome != Inconclusive {
		t.Errorf("nothing at all is %v", v.Outcome)
	}
}

// Every reason must be told in Japanese too, figures included.
func TestReasonsInJapanese(t *testing.T) {
	const size = 1 << 20
	region := func(expect scan.Expect, classes scan.ClassBytes, findings, keys int64) (*scan.Plan, *scan.Result) {
		g := scan.Region{Name: `r"1`, Length: size / 2, Expect: expect}
		r := &scan.Result{MediumBytes: size, Classes: classes, Planned: classes.Total(), ThresholdBits: 34.56, Complete: true}
		r.Regions = []scan.RegionResult{{Region: g, Planned: r.Planned, Classes: classes, Findings: findings, LiveKeys: keys}}
		return &scan.Plan{Mode: scan.NIST, Scope: scan.ScopeRegions, Regions: []scan.Region{g}}, r
	}
	seen := map[Code]bool{}
	check := func(p *scan.Plan, r *scan.Result) {
		for _, reason := range Decide(&Input{Plan: p, Result: r}).Reasons {
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
	check(region(scan.ExpectErased, scan.ClassBytes{scan.Ciphertext: 77777}, 0, 0))
	check(region(scan.ExpectErased, scan.ClassBytes{scan.Residue: 777}, 3, 2))
	check(region(scan.ExpectFill, scan.ClassBytes{scan.Ciphertext: 777, scan.Unread: 5, scan.Unreadable: 6}, 0, 0))
	p, r := region(scan.ExpectErased, scan.ClassBytes{scan.Ciphertext: 77777}, 0, 0)
	r.Regions = append(r.Regions, scan.RegionResult{Region: scan.Region{Expect: scan.ExpectAny}, Planned: 33, Classes: scan.ClassBytes{scan.Residue: 22, scan.Fill: 11}})
	r.Planned += 33
	r.Classes[scan.Residue], r.Classes[scan.Fill] = 22, 11
	check(p, r)
	p.Scope = scan.ScopeMedium
	check(p, r)
	p, r = region(scan.ExpectErased, scan.ClassBytes{scan.Residue: 777}, 3, 2)
	r.Regions[0].KeyMaterial = 5
	check(p, r)
	check(region(scan.ExpectErased, scan.ClassBytes{scan.Ciphertext: 44, scan.Metadata: 2 << 20}, 0, 0))
	check(region(scan.ExpectErased, scan.ClassBytes{scan.Ciphertext: 44}, 0, 0))
	p, r = region(scan.ExpectAny, scan.ClassBytes{scan.Fill: 1}, 0, 0)
	r.Complete = false
	check(p, r)
	r.Complete, r.Planned = true, 99
	check(p, r)
	for _, code := range []Code{
		ReasonResidue, ReasonLiveKeySlot, ReasonIncomplete, ReasonUnread, ReasonUnreadable,
		ReasonUnexpectedClass, ReasonNothingJudged, ReasonContradiction, ReasonNoResidue, ReasonTooSmall, ReasonDescribedOnly, ReasonExcessMetadata,
		ReasonSampled, ReasonPartialPlan, ReasonNotJudged, ReasonKeyMaterial,
	} {
		if !seen[code] {
			t.Errorf("the reason %s was not tested", code)
		}
	}
}

// What no-residue rests on is a sentence with the budget in it: one in how many, not bits.
func TestCleanIsSaidWithoutBits(t *testing.T) {
	p, r := clean()
	r.Budget = 1e-6
	said := Decide(&Input{Plan: p, Result: r}).Reasons[0]
	for _, s := range []string{said.Text, said.TextJA} {
		if !strings.Contains(s, "8192") || !strings.Contains(s, "1,000,000") || strings.Contains(s, "bits") || strings.Contains(s, "ビット") {
			t.Errorf("%q", s)
		}
	}
}
