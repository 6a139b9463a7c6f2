package reports

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

//go:embed report.html.tmpl
var htmlTemplate string

// How many rows of a table are printed. What is left out is said ([Cut]).
const (
	maxRegionRows      = 40
	maxFindingRows     = 80
	maxExplanationRows = 100
	maxCountRows       = 100
	maxLabelRows       = 40
	maxPartitionRows   = 100
	maxPlanRows        = 100
	maxFactRows        = 400
)

// RenderHTML gives report.html: one file, no script, nothing fetched. All
// text passes html/template, which escapes by context: what a medium says of
// itself cannot become markup. The same document gives the same bytes.
func RenderHTML(d *Document) []byte {
	t := template.Must(template.New("report").Funcs(template.FuncMap{
		"bytes": grouped, "size": binarySize, "percent": percent, "number": number, "bits": oneDecimal,
		"class": className, "meaning": classMeaning, "expect": expectName, "detector": detectorName,
		"status": statusName, "counter": counterName, "amount": amount, "claim": claimName, "state": stateName, "flag": yesNo,
		"sentence": sentence, "sentenceJA": sentenceJA, "figures": figures, "hex": hexOffset, "text": orEmpty,
		"family": familyName, "called": nameOf, "least": isFile, "percentage": percentage,
		"stop": func(start, length int64) int64 { return start + length },
	}).Parse(htmlTemplate))
	var b bytes.Buffer
	if err := t.Execute(&b, newPage(d)); err != nil {
		panic("reports: report.html.tmpl: " + err.Error())
	}
	return b.Bytes()
}

// page is what the template sees beside the document.
type page struct {
	D                *Document
	T                labels
	Name, Meaning    bi // of the verdict
	Method           bi
	ReadOnly         bi
	Untouched        bi
	Figure           figure
	Grid             grid
	Legend           []string
	ClassRows        []classRow
	Headerless       *Reason // beside a clean verdict: what it says nothing about
	About            *Scope  // where the headline does not say it
	Noticed          *bi     // beside a clean verdict: what would have stood out
	Regions          []Region
	MoreRegions      Cut
	Findings         []Finding
	MoreFindings     Cut
	Counts           []countRow
	MoreCounts       Cut
	Explanations     []Explanation
	MoreExplanations Cut
	Labels           []Label
	MoreLabels       Cut
	Partitions       []Partition
	MorePartitions   Cut
	PlanRegions      []PlanRegion
	MorePlan         Cut
	Facts            []DriveFact
	MoreFacts        Cut
}

func newPage(d *Document) *page {
	p := &page{
		D: d, T: reportLabels(), Method: methodName(d.Plan.Mode, d.Plan.Sample),
		Figure: newFigure(d), Grid: newGrid(d), Legend: legend(), ClassRows: classRows(d),
	}
	p.Name, p.Meaning = verdictText(d)
	p.ReadOnly, p.Untouched = yesNo(d.Medium.ReadOnlyFlag), yesNo(d.Medium.WriteGuard.Untouched)
	if i := slices.IndexFunc(d.NotChecked, func(r Reason) bool { return r.Code == headerless }); i >= 0 && d.hides() {
		p.Headerless = &d.NotChecked[i]
	}
	// The headline of a clean part names the part; residue is residue wherever it is.
	if clean := d.Verdict == verdict.NoResidue.String(); d.Scope.Text != "" && clean == d.WholeMedium() {
		p.About = &d.Scope
	}
	if brief := d.Noticed.brief(); d.Verdict == verdict.NoResidue.String() && brief.EN != "" {
		p.Noticed = &brief
	}
	p.Regions = foremost(d.Regions, maxRegionRows)
	p.MoreRegions = d.Cut("regions", len(d.Regions), len(p.Regions))
	counts := byImportance(d.FindingCount)
	p.Counts, p.MoreCounts = begin(d, "finding_counts", countRows(d, counts), maxCountRows)
	p.Findings = pick(d.Findings, counts, maxFindingRows)
	p.MoreFindings = d.Cut("findings", len(d.Findings), len(p.Findings))
	p.Explanations, p.MoreExplanations = begin(d, "explanations", d.Explanations, maxExplanationRows)
	p.Labels, p.MoreLabels = begin(d, "readable_labels", d.Labels, maxLabelRows)
	p.Partitions, p.MorePartitions = begin(d, "partitions", d.Medium.Partitions, maxPartitionRows)
	p.PlanRegions, p.MorePlan = begin(d, "", d.Plan.Regions, maxPlanRows)
	if d.Medium.Drive != nil {
		p.Facts, p.MoreFacts = begin(d, "", d.Medium.Drive.Facts, maxFactRows)
	}
	return p
}

// begin cuts a list of the document to the rows that are printed.
func begin[T any](d *Document, name string, all []T, most int) ([]T, Cut) {
	shown := all[:min(len(all), most)]
	return shown, d.Cut(name, len(all), len(shown))
}

// countRow is a kind with the places of its first findings.
type countRow struct {
	FindingCount
	Places []int64
}

// maxPlaces are shown of each kind.
const maxPlaces = 3

func countRows(d *Document, counts []FindingCount) (out []countRow) {
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
func pick(all []Finding, counts []FindingCount, n int) (out []Finding) {
	kinds := make([][]Finding, len(counts)+1) // the last: of a kind that is not counted
	for _, f := range all {
		i := slices.IndexFunc(counts, func(c FindingCount) bool { return c.Detector == f.Detector && c.Kind == f.Kind })
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
func isFile(detector string) bool { return detector == "signature" }

func percentage(x *float64) string {
	if x == nil {
		return "–"
	}
	return number(*x)
}

// legend lists the classes, the most important first.
func legend() (out []string) {
	for _, c := range drawOrder {
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

func classRows(d *Document) (out []classRow) {
	t := d.Statistics.Classes.tally()
	// The statistics are of the plan; the table is of the medium, where what
	// the plan left out was not read either.
	t[scan.Unread] = 0
	t[scan.Unread] = d.Medium.SizeBytes - t.Total()
	for _, c := range drawOrder {
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

// foremost picks n regions, those first that a reader must not miss, and
// gives them in the order of the medium.
func foremost(all []Region, n int) []Region {
	if len(all) <= n {
		return all
	}
	picked := make([]Region, 0, n)
	for _, c := range drawOrder {
		for _, r := range all {
			if len(picked) < n && r.Class == c.String() {
				picked = append(picked, r)
			}
		}
	}
	slices.SortFunc(picked, func(a, b Region) int {
		if a.Start < b.Start {
			return -1
		}
		return 1
	})
	return picked
}

// figure is the first picture: lanes of marks, the strip, the axis, what the
// medium is divided into, and the entropy below, all over one axis.
type figure struct {
	Lanes      []lane
	Strip      []rect
	Axis       []tick
	Partitions []named
	Plan       []named
	Curves     []curve
	Levels     []level
	Random     num
	ShowRandom bool
}

// lane holds the marks of one class.
type lane struct {
	Y     num
	Class string
	Marks []mark
}

// level is a horizontal line of the entropy profile.
type level struct {
	Y     num
	Label string
}

// Geometry of the figure, in the units of its view box (1000 wide).
const (
	figureX, figureW   = 128, 868
	laneY, laneH       = 12, 15
	stripY, stripH     = 54, 62
	entropyY, entropyH = 196, 96
)

func newFigure(d *Document) figure {
	s := scale{figureX, figureW, d.Medium.SizeBytes}
	f := figure{
		Strip:  strip(d.Map.Cells, s, stripY, stripH),
		Axis:   axis(s),
		Curves: curves(d.Map.Cells, s, entropyY, entropyH),
		Random: entropyY + entropyH*(1-7.955/8), ShowRandom: d.BlockBytes == 4096,
	}
	for i, c := range []scan.Class{scan.Residue, scan.Unreadable, scan.Metadata} {
		f.Lanes = append(f.Lanes, lane{num(laneY + i*laneH), c.String(), marks(d.Map.Cells, c, s)})
	}
	for _, p := range d.Medium.Partitions {
		f.Partitions = append(f.Partitions, place(s, strings.TrimSpace(p.Name+" "+p.Label), p.Start, p.Length))
	}
	for _, g := range d.Plan.Regions {
		f.Plan = append(f.Plan, place(s, g.Name, g.Start, g.Length))
	}
	for e := 0; e <= 8; e += 2 {
		f.Levels = append(f.Levels, level{num(entropyY + float64(entropyH*(1-float64(e)/8))), fmt.Sprint(e)})
	}
	return f
}

// grid is the second picture.
type grid struct {
	Cells     []rect
	Rows      []level
	Height    num
	CellBytes int64
}

const gridCell = 13.5 // 64 of them beside the offsets

func newGrid(d *Document) (g grid) {
	cells := d.Map.Cells
	for i := range cells {
		x, y := figureX+float64(float64(i%gridColumns)*gridCell), float64(float64(i/gridColumns)*gridCell)
		g.Cells = append(g.Cells, stack(bands(&cells[i]), x, y, gridCell-1, gridCell-1)...)
		if i%gridColumns == 0 {
			g.Rows = append(g.Rows, level{num(y + gridCell - 3.5), binarySize(cells[i].Start)})
		}
	}
	if len(cells) > 0 {
		g.CellBytes = cells[0].Length
	}
	g.Height = num(float64(max(gridRows(cells), 1)) * gridCell)
	return g
}

func oneDecimal(x float64) string { return fmt.Sprintf("%.1f", x) }

func hexOffset(n int64) string { return fmt.Sprintf("%X", n) }

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
