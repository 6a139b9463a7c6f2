package cases

import (
	"slices"
	"testing"

	"shokyo.dev/shokyo/baseline"
	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/life"
	"shokyo.dev/shokyo/verdict"
	said "shokyo.dev/shokyo/words/cases"
)

func all() (out []Line) {
	for _, l := range lines {
		out = append(out, l.line)
	}
	return out
}

// good is a case in which every line there is is asked for, and met.
func good() *Input {
	corpora := func(found int64) []Corpus { return []Corpus{{Seal: "s", Probative: 1000, Found: found}} }
	return &Input{
		Requires: all(), Signers: 1, Recall: 990_000,
		Bundles: []Bundle{
			{Evidence: "E1", Role: Target, Outcome: verdict.NoResidue, Whole: true, Settings: "1", Serial: "A", Corpora: corpora(0),
				Baseline: &Baseline{Expect: baseline.Changed, Compared: 10_000, Vouched: true, Identified: true}},
			{Evidence: "E2", Role: Control, Outcome: verdict.ResidueFound, Whole: true, Settings: "1", Serial: "B", Corpora: corpora(990)},
		},
		Keys: []custody.Answer{{Volume: "v", Key: "k", Result: custody.Complete}}, KeysFrom: []string{"E3"},
		Logs:  []life.Answer{{Volume: "v", Key: "k", Verdict: life.Consistent}},
		Items: []Item{{ID: "1", Answer: Yes, Signed: true, Evidence: []string{"E1"}}}, Checklist: []string{"E4"},
		Before: []string{"x"}, After: []string{"x"}, Evidence: []string{"E1", "E2", "E3", "E4"},
	}
}

func TestErased(t *testing.T) {
	d := Decide(good())
	if d.Outcome != Erased || len(d.Lines) != len(said.Lines) {
		t.Fatalf("%+v", d)
	}
	for _, j := range d.Lines {
		if j.Result != Met || len(j.Reasons) == 0 {
			t.Errorf("%+v", j)
		}
	}
	if d := Decide(&Input{}); d.Outcome != Insufficient {
		t.Errorf("nothing was asked, nothing was given: %v", d.Outcome)
	}
}

// Each of these alone keeps a case from being erased, by the line that it belongs to.
var spoiled = map[string]struct {
	by     func(*Input)
	line   Line
	result Result
	want   Outcome
	code   string
}{
	"no signers":   {func(in *Input) { in.Signers = 0 }, Vouched, Open, Insufficient, "no-signers"},
	"no baseline":  {func(in *Input) { in.Bundles[0].Baseline = nil }, BlocksChanged, Open, Insufficient, "no-baseline"},
	"of a host":    {func(in *Input) { in.Bundles[0].Baseline.Expect = baseline.Same }, BlocksChanged, Open, Insufficient, "no-baseline"},
	"a block left": {func(in *Input) { in.Bundles[0].Baseline.Unchanged = 1 }, BlocksChanged, Refuted, NotErased, "blocks-unchanged"},
	"few blocks":   {func(in *Input) { in.Bundles[0].Baseline.Compared = 99 }, BlocksChanged, Open, Insufficient, "blocks-few"},
	"whose blocks": {func(in *Input) { in.Bundles[0].Baseline.Vouched = false }, BlocksChanged, Open, Insufficient, "baseline-unvouched"},
	"no target":    {func(in *Input) { in.Bundles = in.Bundles[1:] }, TargetClean, Open, Insufficient, "no-target"},
	"residue":      {func(in *Input) { in.Bundles[0].Outcome = verdict.ResidueFound }, TargetClean, Refuted, NotErased, "target-residue"},
	"inconclusive": {func(in *Input) { in.Bundles[0].Outcome = verdict.Inconclusive }, TargetClean, Open, Insufficient, "target-open"},
	"sample":       {func(in *Input) { in.Bundles[0].Whole = false }, TargetClean, Open, Insufficient, "target-part"},
	"corpus found": {func(in *Input) { in.Bundles[0].Corpora[0].Found = 1 }, CorpusAbsent, Refuted, NotErased, "corpus-found"},
	"no corpus":    {func(in *Input) { in.Bundles[0].Corpora = nil }, CorpusAbsent, Open, Insufficient, "no-corpus"},
	"no control":   {func(in *Input) { in.Bundles = in.Bundles[:1] }, ControlSees, Open, Insufficient, "no-control"},
	"blind":        {func(in *Input) { in.Bundles[1].Corpora[0].Found = 989 }, ControlSees, Blind, Void, "control-blind"},
	"one of two blind": {func(in *Input) {
		for i := range 2 {
			in.Bundles[i].Corpora = append(in.Bundles[i].Corpora, Corpus{Seal: "t", Probative: 5})
		}
	}, ControlSees, Blind, Void, "control-blind"},
	"settings":      {func(in *Input) { in.Bundles[1].Settings = "2" }, ControlSees, Open, Insufficient, "settings-differ"},
	"same medium":   {func(in *Input) { in.Bundles[1].Serial = "A" }, ControlSees, Open, Insufficient, "same-medium"},
	"other corpus":  {func(in *Input) { in.Bundles[1].Corpora[0].Seal = "t" }, ControlSees, Open, Insufficient, "corpus-differs"},
	"no survivor":   {func(in *Input) { in.After = nil }, SurvivorWhole, Open, Insufficient, "no-survivor"},
	"harmed":        {func(in *Input) { in.After = []string{"y"} }, SurvivorWhole, Open, Insufficient, "survivor-changed"},
	"no keys":       {func(in *Input) { in.Keys = nil }, KeysGone, Open, Insufficient, "no-keys"},
	"no evidence":   {func(in *Input) { in.KeysFrom = nil }, KeysGone, Open, Insufficient, "no-keys"},
	"key there":     {func(in *Input) { in.Keys[0] = custody.Answer{Findings: []custody.Finding{{Weight: custody.Opens}}} }, KeysGone, Refuted, NotErased, "key-there"},
	"gap":           {func(in *Input) { in.Keys[0].Result = custody.Gap }, KeysGone, Open, Insufficient, "key-open"},
	"contradiction": {func(in *Input) { in.Keys[0].Result = custody.Contradiction }, KeysGone, Open, Insufficient, "key-open"},
	"no logs":       {func(in *Input) { in.Logs = nil }, LogsAgree, Open, Insufficient, "no-logs"},
	"forged log":    {func(in *Input) { in.Logs[0].Verdict = life.Inconsistent }, LogsAgree, Open, Insufficient, "logs-inconsistent"},
	"half a log":    {func(in *Input) { in.Logs[0].Verdict = life.Insufficient }, LogsAgree, Open, Insufficient, "logs-insufficient"},
	"no checklist":  {func(in *Input) { in.Items = nil }, Checklists, Open, Insufficient, "no-checklist"},
	"unanswered":    {func(in *Input) { in.Items[0].Answer = Unanswered }, Checklists, Open, Insufficient, "item-unanswered"},
	"answered no":   {func(in *Input) { in.Items[0].Answer = No }, Checklists, Open, Insufficient, "item-not-met"},
	"unsigned":      {func(in *Input) { in.Items[0].Signed = false }, Checklists, Open, Insufficient, "item-unsigned"},
	"unsupported":   {func(in *Input) { in.Items[0].Evidence = []string{"E9"} }, Checklists, Open, Insufficient, "item-unsupported"},
}

func TestEachSpoilsAlone(t *testing.T) {
	for name, c := range spoiled {
		in := good()
		c.by(in)
		d := Decide(in)
		if d.Outcome != c.want {
			t.Errorf("%s: %v, want %v", name, d.Outcome, c.want)
		}
		for _, j := range d.Lines {
			if j.Line != c.line {
				continue
			}
			if j.Result != c.result || !slices.ContainsFunc(j.Reasons, func(r Reason) bool { return r.Code == c.code && r.Text.JA != "" }) {
				t.Errorf("%s: %v %+v", name, j.Result, j.Reasons)
			}
		}
	}
	in := good()
	in.Refused = 1
	if d := Decide(in); d.Outcome != Insufficient {
		t.Errorf("evidence was refused: %v", d.Outcome)
	}
}

// What shows that data are there outweighs a test that was blind, asked for or not; an open line
// that nobody asked for weighs nothing.
func TestWeights(t *testing.T) {
	in := good()
	in.Bundles[0].Corpora[0].Found, in.Bundles[1].Corpora[0].Found = 1, 0
	if d := Decide(in); d.Outcome != NotErased {
		t.Errorf("found on the target, and not on the control: %v", d.Outcome)
	}
	in = good()
	in.Requires = []Line{KeysGone}
	in.Bundles[0].Outcome = verdict.ResidueFound
	if d := Decide(in); d.Outcome != NotErased {
		t.Errorf("residue that nobody asked for: %v", d.Outcome)
	}
	in = good()
	in.CaseOpen = []string{"E1"}
	if d := Decide(in); d.Outcome != Erased || d.Lines[0].Reasons[1].Code != "case-open" {
		t.Errorf("evidence that names no case: %+v", d.Lines[0])
	}
	in = good()
	in.Signers, in.Requires = 0, []Line{TargetClean}
	if d := Decide(in); d.Outcome != Insufficient {
		t.Errorf("nobody vouches, and nobody asked: %v", d.Outcome)
	}
	in = good()
	in.Requires, in.Items, in.After = []Line{TargetClean}, nil, nil
	if d := Decide(in); d.Outcome != Erased {
		t.Errorf("open lines that nobody asked for: %v", d.Outcome)
	}
	in = good()
	in.Bundles = append(in.Bundles, Bundle{Evidence: "E9", Role: Target, Outcome: verdict.Inconclusive, Settings: "1", Corpora: in.Bundles[0].Corpora})
	if d := Decide(in); d.Outcome != Insufficient {
		t.Errorf("one of two targets: %v", d.Outcome)
	}
	for o := Insufficient; o <= Void; o++ {
		if _, ok := said.Outcomes[o.String()]; !ok {
			t.Errorf("%v has no words", o)
		}
	}
	for _, tpl := range Templates {
		if !slices.Contains(tpl.Requires, TargetClean) {
			t.Errorf("%s asks nothing of the target", tpl.Name)
		}
	}
}
