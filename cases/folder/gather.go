package folder

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/baseline"
	"shokyo.dev/shokyo/cases"
	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/record"
	"shokyo.dev/shokyo/custody/volumes"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/countersign"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	said "shokyo.dev/shokyo/words/cases"
)

// Problem is why a piece of evidence is refused.
type Problem struct {
	Evidence string
	Code     string
	Text     words.Text
}

// Gathered is what a case comes to.
type Gathered struct {
	Input    cases.Input
	Problems []Problem
	Answers  []custody.Answer
}

// gatherer goes over the evidence of a case.
type gatherer struct {
	*Case
	now     time.Time
	out     Gathered
	records []*record.Record
	seen    map[string]string // ids of reports and seals, and the evidence that has them
	start   time.Time         // when the first target was begun
}

// Gather checks all evidence of a case as of a time, and gives what is to be decided on.
func (c *Case) Gather(now time.Time) *Gathered {
	g := &gatherer{Case: c, now: now, seen: map[string]string{}}
	g.out.Input = cases.Input{Requires: templateOf(c.Head.Template).Requires, Signers: len(c.Head.Signers), Recall: int64(math.Round(c.Head.Recall * 1e4))}
	for i := range c.Evidence {
		e := &c.Evidence[i]
		if g.there(e) && g.take(e) {
			g.out.Input.Evidence = append(g.out.Input.Evidence, e.ID)
		}
	}
	g.keys()
	refused := map[string]bool{}
	for _, p := range g.out.Problems {
		refused[p.Evidence] = true
	}
	g.out.Input.Refused = len(refused)
	return &g.out
}

// refuse notes what is wrong; it is false.
func (g *gatherer) refuse(e *Evidence, code string, figures ...any) bool {
	g.out.Problems = append(g.out.Problems, Problem{e.ID, code, said.Problems.Say(code, figures...)})
	return false
}

// there says whether evidence is as it was added, once.
func (g *gatherer) there(e *Evidence) bool {
	sum, err := Digest(filepath.Join(g.Dir, e.Path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return g.refuse(e, "missing")
	case err != nil:
		return g.refuse(e, "not-valid", reports.Clean(err.Error()))
	case sum != e.SHA256:
		return g.refuse(e, "changed")
	case e.Added.After(g.now.Add(time.Minute)):
		return g.refuse(e, "future", reports.Stamp(e.Added))
	}
	if first := g.same(e); first != "" {
		return g.refuse(e, "repeated", first)
	}
	return true
}

// take reads what evidence of a kind says.
func (g *gatherer) take(e *Evidence) bool {
	in := &g.out.Input
	switch e.Kind {
	case "bundle":
		return g.bundle(e)
	case "keys":
		return g.record(e)
	case "checklist":
		return g.checklist(e)
	case "survivor-before":
		in.Before = append(in.Before, e.SHA256)
	case "survivor-after":
		in.After = append(in.After, e.SHA256)
	}
	return true
}

// fits says whether signed evidence belongs to this case. A time that cannot be read is none that is known to be past.
func (g *gatherer) fits(e *Evidence, id, caseID, signer string, made time.Time) bool {
	if first := g.seen[id]; first != "" {
		return g.refuse(e, "repeated", first)
	}
	g.seen[id] = e.ID
	switch {
	case caseID != "" && caseID != g.Head.ID:
		return g.refuse(e, "another-case", reports.Clean(caseID))
	case made.IsZero() || made.After(g.now.Add(time.Minute)):
		return g.refuse(e, "future", reports.Stamp(made))
	case len(g.Head.Signers) > 0 && !slices.ContainsFunc(g.Head.Signers, func(s string) bool { return strings.EqualFold(s, signer) }):
		return g.refuse(e, "another-signer", signer)
	}
	if caseID == "" {
		g.out.Input.CaseOpen = append(g.out.Input.CaseOpen, e.ID)
	}
	return true
}

func (g *gatherer) bundle(e *Evidence) bool {
	v, err := sign.Verify(filepath.Join(g.Dir, e.Path), (*x509.Certificate)(nil))
	if err != nil {
		return g.refuse(e, "not-valid", reports.Clean(err.Error()))
	}
	d := v.Document
	finished, _ := time.Parse(time.RFC3339, d.Times.Finished)
	if !g.fits(e, d.ID, d.Examination.Case, v.CertificateSHA256, finished) {
		return false
	}
	for _, s := range v.Countersigned {
		if s.Decision == countersign.Rejected {
			return g.refuse(e, "rejected", reports.Clean(s.Name))
		}
	}
	b := cases.Bundle{Evidence: e.ID, Role: cases.Role(e.Role), Outcome: outcome(d.Verdict), Whole: d.WholeMedium(), Serial: strings.TrimSpace(d.Medium.Serial),
		Settings: fmt.Sprint(d.Tool.Version, " ", d.Tool.Commit, " ", d.Plan.Mode, " ", d.Plan.Depth, " ", d.BlockBytes)}
	if x := d.Baseline; x != nil {
		b.Baseline = &cases.Baseline{Expect: baseline.Expect(x.Expect), Compared: x.Compared, Unchanged: x.Unchanged, Vouched: x.SignerGiven, Identified: x.Identified}
	}
	for _, c := range d.Corpora {
		b.Corpora = append(b.Corpora, cases.Corpus{Seal: c.SealSHA256, Probative: c.Probative, Found: c.Found})
	}
	g.out.Input.Bundles = append(g.out.Input.Bundles, b)
	if begun, err := time.Parse(time.RFC3339, d.Times.Started); err == nil && b.Role == cases.Target && (g.start.IsZero() || begun.Before(g.start)) {
		g.start = begun
	}
	return true
}

// outcome reads the word of a report; another is inconclusive.
func outcome(word string) verdict.Outcome {
	for _, o := range []verdict.Outcome{verdict.NoResidue, verdict.ResidueFound} {
		if o.String() == word {
			return o
		}
	}
	return verdict.Inconclusive
}

func (g *gatherer) record(e *Evidence) bool {
	o, err := record.Open(filepath.Join(g.Dir, e.Path), nil)
	if err != nil {
		return g.refuse(e, "not-valid", reports.Clean(err.Error()))
	}
	if !g.fits(e, o.SHA256, o.Case, o.Signer.CertificateSHA256, o.Made) {
		return false
	}
	g.records = append(g.records, o.Record)
	g.out.Input.KeysFrom = append(g.out.Input.KeysFrom, e.ID)
	return true
}

// keys puts the keys of the case's volumes to the rules. When a medium was examined, its report says; who states that it was
// later is not believed.
func (g *gatherer) keys() {
	all := record.Join(g.records...)
	list := slices.Clone(g.Volumes)
	for i := range list {
		if x := &list[i].Examined; x.IsZero() || !g.start.IsZero() && g.start.Before(*x) {
			*x = g.start
		}
	}
	g.out.Answers = (&custody.Ledger{Objects: all.Objects, Events: all.Events, Volumes: list}).Check()
	g.out.Input.Keys = g.out.Answers
	g.out.Input.Logs = all.Lives(list)
}

// maxChecklist is more than a list of some hundred items has.
const maxChecklist = 256 << 10

// checklist is a file with tables [[item]].
type checklist struct {
	Title string `toml:"title"`
	Item  []struct {
		ID       string   `toml:"id"`
		Text     string   `toml:"text"`
		TextJA   string   `toml:"text_ja"`
		Source   string   `toml:"source"`
		Answer   string   `toml:"answer"`
		Reason   string   `toml:"reason"`
		Evidence []string `toml:"evidence"`
		Auditor  string   `toml:"auditor"`
		Date     string   `toml:"date"`
	} `toml:"item"`
}

// answers are the words for an answer. Any other is none.
var answers = map[string]cases.Answer{"yes": cases.Yes, "no": cases.No, "partly": cases.No, "not-applicable": cases.NotApplicable}

func (g *gatherer) checklist(e *Evidence) bool {
	b, err := wholefile.Read(filepath.Join(g.Dir, e.Path), maxChecklist)
	var list checklist
	if err == nil {
		err = volumes.Decode(b, maxChecklist, &list)
	}
	if err == nil && len(list.Item) == 0 {
		err = errors.New("has no [[item]]")
	}
	if err != nil {
		return g.refuse(e, "not-valid", reports.Clean(err.Error()))
	}
	for _, x := range list.Item {
		item := cases.Item{ID: reports.Clean(x.ID), Answer: answers[x.Answer], Evidence: x.Evidence, List: e.ID}
		day, err := time.Parse(time.DateOnly, x.Date)
		item.Signed = x.ID != "" && x.Auditor != "" && err == nil && !day.After(g.now) && (item.Answer != cases.NotApplicable || x.Reason != "")
		g.out.Input.Items = append(g.out.Input.Items, item)
	}
	g.out.Input.Checklist = append(g.out.Input.Checklist, e.ID)
	return true
}
