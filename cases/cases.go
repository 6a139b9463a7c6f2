// Package cases decides what several pieces of evidence come to together: reports of media, what is
// known of keys, checklists. It is the only place where that is done: [Decide] is pure, and looks at
// nothing but its [Input], which cases/folder gathers from a folder; cases/report prints what comes of it.
//
// A case asks for lines (the table of its template). A line is met, refuted, void, or open; open is the
// zero value: nobody has shown it. The case is erased only if every line it asks for is met and no
// evidence was refused. What refutes decides whether it was asked for or not.
//
// To add a line: a constant, a row in lines, its words in words/cases, and the templates that ask for it.
package cases

import (
	"slices"
	"strings"

	"shokyo.dev/shokyo/baseline"
	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/life"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	said "shokyo.dev/shokyo/words/cases"
)

// Outcome is the joint answer. The zero value claims nothing.
type Outcome uint8

const (
	Insufficient Outcome = iota
	Erased
	NotErased
	Void
)

func (o Outcome) String() string {
	return [...]string{"insufficient", "erased", "not-erased", "void"}[o]
}

// Result is what comes of a line.
type Result uint8

const (
	Open    Result = iota
	Met            // the evidence shows it
	Refuted        // the evidence shows that data, or a key, is there
	Blind          // the test did not see what it had to see
)

func (r Result) String() string { return [...]string{"open", "met", "refuted", "void"}[r] }

// Line is one thing that a case may ask for.
type Line string

const (
	Vouched       Line = "vouched" // asked for by every case
	TargetClean   Line = "target-clean"
	CorpusAbsent  Line = "corpus-absent"
	BlocksChanged Line = "blocks-changed"
	ControlSees   Line = "control-sees"
	SurvivorWhole Line = "survivor-whole"
	KeysGone      Line = "keys-gone"
	LogsAgree     Line = "logs-agree"
	Checklists    Line = "checklist"
)

// Template is a kind of case, and what it asks for.
type Template struct {
	Name     string
	Requires []Line
}

// Templates are the cases that there are.
var Templates = []Template{
	{"returned-disk", []Line{TargetClean}},
	{"self-encrypting-drive", []Line{TargetClean, BlocksChanged}},
	{"encrypted-volume", []Line{TargetClean, KeysGone}},
	{"encrypted-database", []Line{TargetClean, KeysGone, LogsAgree, Checklists}},
	{"trial", []Line{TargetClean, CorpusAbsent, ControlSees, SurvivorWhole, KeysGone}},
}

// Role is what a medium is in a case.
type Role string

const (
	Target   Role = "target"
	Control  Role = "control"
	Survivor Role = "survivor"
)

// Bundle is what a valid report of a medium says.
type Bundle struct {
	Evidence string // its name in the case
	Role     Role
	Outcome  verdict.Outcome
	Whole    bool   // all of the medium was judged, in full
	Settings string // tool, mode and depth
	Serial   string
	Corpora  []Corpus
	Baseline *Baseline // nil: it was held against none
}

// Baseline is what became of blocks that were recorded before the erasure.
type Baseline struct {
	Expect     baseline.Expect
	Compared   int64
	Unchanged  int64
	Vouched    bool // its signer was demanded when it was compared
	Identified bool // it is of this medium by serial number or WWN
}

// Corpus is what was seen of known files.
type Corpus struct {
	Seal      string
	Probative int64
	Found     int64
}

// Item is one of a checklist.
type Item struct {
	ID       string
	Answer   Answer
	Signed   bool // by an auditor, with a date, and with a reason where one is wanted
	Evidence []string
	List     string // the checklist's name in the case
}

// Answer is that of an item. The zero value is none.
type Answer uint8

const (
	Unanswered Answer = iota
	Yes
	NotApplicable
	No
)

// Input is all that a decision looks at.
type Input struct {
	Requires  []Line
	Signers   int      // whose evidence is taken, named by certificate; 0: anybody's
	CaseOpen  []string // evidence that does not say for which case it was made
	Recall    int64    // that the control has to show, in millionths
	Bundles   []Bundle
	Keys      []custody.Answer
	KeysFrom  []string // evidence of keys
	Logs      []life.Answer
	Items     []Item
	Checklist []string // evidence that is a checklist
	Before    []string // digests of the lists of what has to survive
	After     []string
	Evidence  []string // all that is in the case, by name
	Refused   int      // pieces of evidence
}

// Reason is why a line is what it is.
type Reason struct {
	Code string
	Text words.Text
}

// Judged is a line with what came of it.
type Judged struct {
	Line     Line
	Required bool
	Result   Result
	Reasons  []Reason
	Evidence []string // that it rests on
}

// Decision is the joint answer, with all lines.
type Decision struct {
	Outcome Outcome
	Lines   []Judged
}

// lines are all that is looked at, in the order in which people read them.
var lines = []struct {
	line  Line
	judge func(*Input, *Judged)
}{
	{Vouched, vouched},
	{TargetClean, targetClean},
	{CorpusAbsent, corpusAbsent},
	{BlocksChanged, blocksChanged},
	{ControlSees, controlSees},
	{SurvivorWhole, survivorWhole},
	{KeysGone, keysGone},
	{LogsAgree, logsAgree},
	{Checklists, checklists},
}

// Decide gives the joint answer.
func Decide(in *Input) (d Decision) {
	for _, l := range lines {
		j := Judged{Line: l.line, Required: l.line == Vouched || slices.Contains(in.Requires, l.line)}
		l.judge(in, &j)
		d.Lines = append(d.Lines, j)
	}
	d.Outcome = outcome(in, d.Lines)
	return d
}

func outcome(in *Input, list []Judged) Outcome {
	has := func(r Result) bool { return slices.ContainsFunc(list, func(j Judged) bool { return j.Result == r }) }
	missing := slices.ContainsFunc(list, func(j Judged) bool { return j.Required && j.Result != Met })
	switch {
	case has(Refuted):
		return NotErased
	case has(Blind):
		return Void
	case missing || in.Refused > 0 || len(in.Requires) == 0:
		return Insufficient
	}
	return Erased
}

func (j *Judged) because(code string, figures ...any) {
	j.Reasons = append(j.Reasons, Reason{code, said.Reasons.Say(code, figures...)})
}

// worst keeps the result that decides more: refuted over void over open over met.
func (j *Judged) worst(r Result) {
	order := []Result{Met, Open, Blind, Refuted}
	if slices.Index(order, r) > slices.Index(order, j.Result) {
		j.Result = r
	}
}

func (in *Input) of(role Role) (out []Bundle) {
	for _, b := range in.Bundles {
		if b.Role == role {
			out = append(out, b)
		}
	}
	return out
}

// vouched: anybody can make evidence, with whatever name in a certificate. Nothing is shown by what nobody known signed.
func vouched(in *Input, j *Judged) {
	if in.Signers == 0 {
		j.because("no-signers")
	} else {
		j.Result = Met
		j.because("signers-named", in.Signers)
	}
	for _, e := range in.CaseOpen {
		j.because("case-open", e)
	}
}

func targetClean(in *Input, j *Judged) {
	targets := in.of(Target)
	if len(targets) == 0 {
		j.because("no-target")
		return
	}
	j.Result = Met
	for _, b := range targets {
		j.Evidence = append(j.Evidence, b.Evidence)
		switch {
		case b.Outcome == verdict.ResidueFound:
			j.worst(Refuted)
			j.because("target-residue", b.Evidence)
		case b.Outcome != verdict.NoResidue:
			j.worst(Open)
			j.because("target-open", b.Evidence)
		case !b.Whole:
			j.worst(Open)
			j.because("target-part", b.Evidence)
		default:
			j.because("target-met", b.Evidence)
		}
	}
}

func corpusAbsent(in *Input, j *Judged) {
	targets := in.of(Target)
	if len(targets) == 0 {
		j.because("no-target")
		return
	}
	j.Result = Met
	for _, b := range targets {
		j.Evidence = append(j.Evidence, b.Evidence)
		probative, found := sum(b.Corpora)
		switch {
		case found > 0:
			j.worst(Refuted)
			j.because("corpus-found", b.Evidence, found)
		case probative == 0:
			j.worst(Open)
			j.because("no-corpus", b.Evidence)
		case !b.Whole || b.Outcome == verdict.Inconclusive:
			j.worst(Open)
			j.because("target-part", b.Evidence)
		default:
			j.because("corpus-none", b.Evidence, probative)
		}
	}
}

// blocksChanged: what a drive wrote with a key that is gone reads differently. Anybody can record blocks of anything, so
// whose record it is has to have been demanded.
func blocksChanged(in *Input, j *Judged) {
	targets := in.of(Target)
	if len(targets) == 0 {
		j.because("no-target")
		return
	}
	j.Result = Met
	for _, t := range targets {
		j.Evidence = append(j.Evidence, t.Evidence)
		switch b := t.Baseline; {
		case b == nil || b.Expect != baseline.Changed:
			j.worst(Open)
			j.because("no-baseline", t.Evidence)
		case b.Unchanged > 0:
			j.worst(Refuted)
			j.because("blocks-unchanged", t.Evidence, b.Unchanged, b.Compared)
		case b.Compared < baseline.MinBlocks:
			j.worst(Open)
			j.because("blocks-few", t.Evidence, b.Compared)
		case !b.Vouched:
			j.worst(Open)
			j.because("baseline-unvouched", t.Evidence)
		default:
			j.because("blocks-changed", t.Evidence, b.Compared)
			if !b.Identified {
				j.because("baseline-unidentified", t.Evidence)
			}
		}
	}
}

func sum(list []Corpus) (probative, found int64) {
	for _, c := range list {
		probative, found = probative+c.Probative, found+c.Found
	}
	return probative, found
}

// controlSees: a test that does not see what is there says nothing where it sees nothing. It has
// to be the same test: the same settings, looking for the same files, and on another medium.
func controlSees(in *Input, j *Judged) {
	controls := in.of(Control)
	if len(controls) == 0 {
		j.because("no-control")
		return
	}
	j.Result = Met
	for _, b := range controls {
		j.Evidence = append(j.Evidence, b.Evidence)
		for _, t := range in.of(Target) {
			in.compare(j, &b, &t)
		}
		in.saw(j, &b)
	}
}

func (in *Input) compare(j *Judged, control, target *Bundle) {
	switch {
	case control.Settings != target.Settings:
		j.worst(Open)
		j.because("settings-differ", control.Evidence)
	case control.Serial != "" && control.Serial == target.Serial:
		j.worst(Open)
		j.because("same-medium", control.Evidence)
	case !slices.Equal(seals(control), seals(target)):
		j.worst(Open)
		j.because("corpus-differs", control.Evidence)
	}
}

func seals(b *Bundle) (out []string) {
	for _, c := range b.Corpora {
		out = append(out, c.Seal)
	}
	slices.Sort(out)
	return out
}

// saw holds each corpus by itself to the demanded share.
func (in *Input) saw(j *Judged, b *Bundle) {
	if len(b.Corpora) == 0 {
		j.worst(Open)
		j.because("no-corpus", b.Evidence)
	}
	for _, c := range b.Corpora {
		seen, wanted := words.Percent(c.Found, c.Probative), words.Percent(in.Recall, 1e6)
		if float64(c.Found)*1e6 >= float64(in.Recall)*float64(c.Probative) && c.Found > 0 {
			j.because("control-saw", b.Evidence, seen, wanted)
			continue
		}
		j.worst(Blind)
		j.because("control-blind", b.Evidence, seen, wanted)
	}
}

func survivorWhole(in *Input, j *Judged) {
	switch {
	case len(in.Before) == 0 || len(in.After) == 0:
		j.because("no-survivor")
	case slices.Equal(slices.Sorted(slices.Values(in.Before)), slices.Sorted(slices.Values(in.After))):
		j.Result = Met
		j.because("survivor-same")
	default:
		j.because("survivor-changed")
	}
}

func keysGone(in *Input, j *Judged) {
	if len(in.Keys) == 0 || len(in.KeysFrom) == 0 {
		j.because("no-keys")
		return
	}
	j.Result, j.Evidence = Met, in.KeysFrom
	for i := range in.Keys {
		a := &in.Keys[i]
		switch {
		case a.Opens():
			j.worst(Refuted)
			j.because("key-there", a.Key, a.Volume, codes(a.Findings))
		case a.Result != custody.Complete:
			j.worst(Open)
			j.because("key-open", a.Key, a.Volume, codes(a.Findings))
		default:
			j.because("key-gone", a.Key, a.Volume)
		}
	}
}

func codes(findings []custody.Finding) string {
	var list []string
	for _, f := range findings {
		list = append(list, f.Code)
	}
	return strings.Join(list, ", ")
}

// logsAgree: logs that contradict themselves show nothing; they do not show that a key is there.
func logsAgree(in *Input, j *Judged) {
	if len(in.Logs) == 0 {
		j.because("no-logs")
		return
	}
	j.Result, j.Evidence = Met, in.KeysFrom
	for i := range in.Logs {
		switch a := &in.Logs[i]; a.Verdict {
		case life.Consistent:
			j.because("logs-consistent", a.Key, a.Volume)
		case life.Inconsistent:
			j.worst(Open)
			j.because("logs-inconsistent", a.Key, a.Volume, codes(a.Findings))
		default:
			j.worst(Open)
			j.because("logs-insufficient", a.Key, a.Volume, codes(a.Findings))
		}
	}
}

// checklists: an item that nobody answered is not passed.
func checklists(in *Input, j *Judged) {
	if len(in.Items) == 0 {
		j.because("no-checklist")
		return
	}
	j.Result, j.Evidence = Met, in.Checklist
	met := 0
	for _, x := range in.Items {
		code := ""
		switch {
		case x.Answer == Unanswered:
			code = "item-unanswered"
		case x.Answer == No:
			code = "item-not-met"
		case !x.Signed:
			code = "item-unsigned"
		case slices.ContainsFunc(x.Evidence, func(e string) bool { return !slices.Contains(in.Evidence, e) }):
			code = "item-unsupported"
		default:
			met++
			continue
		}
		j.worst(Open)
		j.because(code, x.ID)
	}
	j.because("items-met", met)
}
