package batch

import (
	"bytes"
	_ "embed"
	"html/template"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	say "shokyo.dev/shokyo/words/batch"
	"shokyo.dev/shokyo/words/report"
)

//go:embed batch.html.tmpl
var page string

var html = template.Must(template.New("batch").Funcs(template.FuncMap{
	"label":   say.Page.Texts,
	"add":     func(a, b int) int { return a + b },
	"size":    bytesize.Report,
	"percent": words.Percent,
	"class":   (*Row).class,
	"verdict": (*Row).verdict,
	"totals":  (*Totals).text,
	"books": func(l *LedgerFacts, t *Totals) words.Text {
		return say.Books.Say(l.Name, t.LedgerSerials, t.LedgerNotExamined)
	},
	"more": (*Batch).more,
}).Parse(page))

// HTML is the page of a batch, in English and Japanese. It says what batch.json holds, and nothing else.
func (b *Batch) HTML() []byte {
	var out bytes.Buffer
	if err := html.Execute(&out, b); err != nil {
		panic("batch: the page of a batch: " + err.Error()) // the template fits the document
	}
	return out.Bytes()
}

// class is how the page paints a row. What is not known to be clean is never painted so.
func (r *Row) class() string {
	switch {
	case r.Status != statusExamined:
		return "open"
	case r.Verdict == verdict.NoResidue.String():
		return "clean"
	case r.Verdict == verdict.ResidueFound.String():
		return "residue"
	}
	return "open"
}

// verdict in words; that of a clean medium claims no more than was looked at.
func (r *Row) verdict() words.Text {
	switch class := r.class(); {
	case r.Status != statusExamined:
		return say.Page.Say("NotExamined")
	case class == "residue":
		return report.ResidueFound
	case class != "clean":
		return report.Inconclusive
	case r.Scope == scan.ScopeMedium.String():
		return report.NoResidue
	}
	return report.NoResidueIn.Say(words.Text{EN: r.ScopeText, JA: r.ScopeTextJA})
}

func (t *Totals) text() words.Text {
	all := say.Totals.Say(t.Sources, t.NoResidue, t.ResidueFound, t.Inconclusive, t.CouldNotRun)
	if t.NoResidueInPart == 0 {
		return all
	}
	return all.Then(words.Text{EN: ". ", JA: "。"}).Then(say.InPart.Say(t.NoResidueInPart))
}

// more says how many exceptions are counted and not listed.
func (b *Batch) more() words.Text {
	n := -len(b.Exceptions)
	for _, c := range b.ExceptionCounts {
		n += c.Count
	}
	if n <= 0 {
		return words.Text{}
	}
	return say.More.Say(n)
}
