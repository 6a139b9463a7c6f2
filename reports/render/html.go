// Package render prints a document: as a page (HTML), as a ddrescue map, as rows (CSV), as
// CASE/UCO and as Digital Forensics XML; pictures are of reports/render/shapes. It decides nothing, and the same
// document gives the same bytes: reports/sign compares them. What it says stands in words;
// the labels of the page are words/page. A new format is a file here and a row in the
// table of reports/sign.
package render

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/render/shapes"
	"shokyo.dev/shokyo/reports/render/sheet"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/kinds"
	labels "shokyo.dev/shokyo/words/page"
	"shokyo.dev/shokyo/words/report"
)

//go:embed report.html.tmpl
var htmlTemplate string

// How many rows of a table are printed. What is left out is said ([reports.Cut]).
const (
	maxRegionRows      = 40
	maxFindingRows     = 80
	maxExplanationRows = 100
	maxCountRows       = 100
	maxLabelRows       = 40
	maxPartitionRows   = 100
	maxPlanRows        = 100
	maxFactRows        = 400
	maxCorpusRows      = 40
)

// HTML gives report.html, the page of a bundle: in both languages.
func HTML(d *reports.Document) []byte { return HTMLIn(d, words.Both) }

// HTMLIn gives the page in one or two languages: one file, no script, nothing fetched. All
// text passes html/template, which escapes by context: what a medium says of
// itself cannot become markup. The same document gives the same bytes.
func HTMLIn(d *reports.Document, languages words.Languages) []byte {
	t := template.Must(template.New("report").Option("missingkey=error").Funcs(template.FuncMap{
		"say": languages.Of, "own": func() string { return languages[0] }, "single": func() bool { return len(languages) == 1 },
		"codes": func() bool { return slices.Contains(languages, "en") }, // they are English
		"both":  func(en, ja string) words.Text { return words.Text{EN: en, JA: ja} }, "lines": stated,
		"bytes": words.Grouped, "size": bytesize.Report, "percent": words.Percent, "number": words.Number, "bits": oneDecimal,
		"class": report.Classes.Say, "meaning": report.ClassMeanings.Say, "expect": report.Expectations.Say, "medium": report.MediumKinds.Say, "covers": report.TreeCovers.Say,
		"status": report.Statuses.Say, "state": report.States.Say, "counter": CounterName, "amount": Amount, "claim": claimName, "flag": YesNo,
		"sentence": words.Whole, "sentenceJA": words.WholeJA, "figures": words.GroupDigits, "hex": hexOffset, "text": orEmpty,
		"family": func(code string) words.Text { return kinds.FamilyOf(code).Text }, "called": called, "why": Why, "region": RegionName, "shown": Shown, "least": isFile,
		"stop": func(start, length int64) int64 { return start + length },
	}).Parse(htmlTemplate))
	var b bytes.Buffer
	p := newPage(d)
	p.Zoom, p.Grid = shapes.NewZoom(d), shapes.NewGrid(d) // which paper has not
	if err := t.Execute(&b, p); err != nil {
		panic("render: report.html.tmpl: " + err.Error())
	}
	return b.Bytes()
}

// page is what the template sees beside the document.
type page struct {
	D                *reports.Document
	T                map[string]words.Text // page.Labels
	Label            map[string]words.Text // page.Order
	Name, Meaning    words.Text            // of the verdict
	Logo             template.URL          // empty: none
	Issued           string
	Times            []string
	Sure             words.Text // how likely a false alarm is
	Zoom             *shapes.Part
	Method           words.Text
	ReadOnly         words.Text
	Untouched        words.Text
	Stated           []sheet.Group // what the laboratory wrote down
	StatedNote       words.Text
	Digests          []sheet.Row // of the files it was written in
	GlossaryTitle    words.Text
	Glossary         []labels.Term
	Figure           shapes.Figure
	Grid             shapes.Grid
	Legend           []string
	ClassRows        []classRow
	Headerless       *reports.Reason   // beside a clean verdict: what it says nothing about
	About            *reports.Scope    // where the headline does not say it
	Noticed          *reports.Sentence // beside a clean verdict: what would have stood out
	NoticedRows      []noticedRow
	Regions          []reports.Region
	MoreRegions      reports.Cut
	Findings         []reports.Finding
	MoreFindings     reports.Cut
	Counts           []countRow
	MoreCounts       reports.Cut
	Explanations     []reports.Explanation
	NothingRead      bool // lists are empty because of that
	MoreExplanations reports.Cut
	Corpora          []corpusPart
	Labels           []reports.Label
	MoreLabels       reports.Cut
	Partitions       []reports.Partition
	MorePartitions   reports.Cut
	PlanRegions      []reports.PlanRegion
	MorePlan         reports.Cut
	Facts            []reports.DriveFact
	MoreFacts        reports.Cut
}

func newPage(d *reports.Document) *page {
	p := &page{
		D: d, T: labels.Labels.Texts(), Label: labels.Order.Texts(), Logo: logo(d), Sure: sure(d),
		Issued: reports.Clocks(d.Times.Finished, d.Times.FinishedLocal)[0], Times: d.Times.Period(), Method: d.Method(),
		Stated: sheet.Groups(d), StatedNote: labels.StatedNote, Digests: sheet.Digests(d), GlossaryTitle: labels.GlossaryTitle, Glossary: labels.Glossary,
		Figure: shapes.NewFigure(d), Legend: legend(), ClassRows: classRows(d), NothingRead: d.Coverage.ReadBytes == 0,
	}
	p.Name, p.Meaning = verdictText(d)
	p.ReadOnly, p.Untouched = YesNo(d.Medium.ReadOnlyFlag), YesNo(d.Medium.WriteGuard.Untouched)
	if i := slices.IndexFunc(d.NotChecked, func(r reports.Reason) bool { return r.Code == reports.Headerless }); i >= 0 && d.HidesVolume() {
		p.Headerless = &d.NotChecked[i]
	}
	// The headline of a clean part names the part; residue is residue wherever it is.
	if clean := d.Verdict == verdict.NoResidue.String(); d.Scope.Text != "" && clean == d.WholeMedium() {
		p.About = &d.Scope
	}
	if brief := &d.Noticed.Brief; d.Verdict == verdict.NoResidue.String() && brief.Text != "" {
		p.Noticed = brief
	}
	p.NoticedRows = noticedRows(&d.Noticed)
	p.Regions = shapes.Foremost(d.Regions, maxRegionRows)
	p.MoreRegions = d.Cut("regions", len(d.Regions), len(p.Regions))
	counts := reports.ByImportance(d.FindingCount)
	p.Counts, p.MoreCounts = begin(d, "finding_counts", countRows(d, counts), maxCountRows)
	p.Findings = pick(d.Findings, counts, maxFindingRows)
	p.MoreFindings = d.Cut("findings", len(d.Findings), len(p.Findings))
	p.Explanations, p.MoreExplanations = begin(d, "explanations", d.Explanations, maxExplanationRows)
	p.Corpora = corpusParts(d)
	p.Labels, p.MoreLabels = begin(d, "readable_labels", d.Labels, maxLabelRows)
	p.Partitions, p.MorePartitions = begin(d, "partitions", d.Medium.Partitions, maxPartitionRows)
	p.PlanRegions, p.MorePlan = begin(d, "", d.Plan.Regions, maxPlanRows)
	if d.Medium.Drive != nil {
		p.Facts, p.MoreFacts = begin(d, "", d.Medium.Drive.Facts, maxFactRows)
	}
	return p
}

// begin cuts a list of the document to the rows that are printed.
func begin[T any](d *reports.Document, name string, all []T, most int) ([]T, reports.Cut) {
	shown := all[:min(len(all), most)]
	return shown, d.Cut(name, len(all), len(shown))
}

// countRow is a kind with the places of its first findings.
type countRow struct {
	reports.FindingCount
	Places []int64
}

// maxPlaces are shown of each kind.
const maxPlaces = 3

func countRows(d *reports.Document, counts []reports.FindingCount) (out []countRow) {
	for _, c := range counts {
		row := countRow{FindingCount: c}
		for i := range d.Findings {
			if f := &d.Findings[i]; f.Detector == c.Detector && f.Kind == c.Kind && len(row.Places) < maxPlaces {
				row.Places = append(row.Places, f.Offset)
			}
		}
		out = append(out, row)
	}
	return out
}

// pick chooses at most n findings, the more important kinds first and each kind in the
// order of the medium: at first a few of each, then more of those that say most.
func pick(all []reports.Finding, counts []reports.FindingCount, n int) (out []reports.Finding) {
	kinds := make([][]reports.Finding, len(counts)+1) // the last: of a kind that is not counted
	for _, f := range all {
		i := slices.IndexFunc(counts, func(c reports.FindingCount) bool { return c.Detector == f.Detector && c.Kind == f.Kind })
		if i < 0 {
			i = len(counts)
		}
		kinds[i] = append(kinds[i], f)
	}
	take := make([]int, len(kinds))
	for _, most := range []int{3, 12, n} {
		for i, k := range kinds {
			more := max(0, min(len(k), most)-take[i])
			more = min(more, n)
			take[i], n = take[i]+more, n-more
		}
	}
	for i, k := range kinds {
		out = append(out, k[:take[i]]...)
	}
	return out
}

// isFile says that a kind's length is only the part of a file that was checked.
func isFile(detector string) bool { return detector == "signature" || detector == "embedded" }

// noticedRow is one type of data with what was measured of it.
type noticedRow struct {
	Begins bool // a group
	Group  words.Text
	Name   words.Text
	Cells  []noticedCell
}

// noticedCell are figures as they are printed; Low is nothing in older reports.
type noticedCell struct{ Percent, Low string }

func noticedRows(n *reports.Noticed) (rows []noticedRow) {
	last := ""
	for _, r := range n.Rows {
		row := noticedRow{Begins: r.Group != last, Group: report.PieceGroups.Say(r.Group), Name: words.Text{EN: r.Name, JA: r.NameJA}}
		for i, x := range r.Percent {
			c := noticedCell{Percent: percentage(x)}
			if x != nil && i < len(r.Low) {
				c.Low = percentage(r.Low[i])
			}
			row.Cells = append(row.Cells, c)
		}
		rows, last = append(rows, row), r.Group
	}
	return rows
}

func percentage(x *float64) string {
	if x == nil {
		return "–"
	}
	return words.Number(*x)
}

// legend lists the classes, the most important first.
func legend() (out []string) {
	for _, c := range shapes.Order {
		out = append(out, c.String())
	}
	return out
}

// classRow sums up one class.
type classRow struct {
	Class   string
	Bytes   int64
	Regions int
}

func classRows(d *reports.Document) (out []classRow) {
	t := d.Statistics.Classes.ByClass()
	// The statistics are of the plan; the table is of the medium, where what
	// the plan left out was not read either.
	t[scan.Unread] = 0
	t[scan.Unread] = d.Medium.SizeBytes - t.Total()
	for _, c := range shapes.Order {
		row := classRow{Class: c.String(), Bytes: t[c]}
		for i := range d.Regions {
			if d.Regions[i].Class == row.Class {
				row.Regions++
			}
		}
		out = append(out, row)
	}
	return out
}
