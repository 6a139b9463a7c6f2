package shapes

import (
	"fmt"
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

// Figure is the first picture: lanes of marks, the strip, the axis, what the
// medium is divided into, and the entropy below, all over one axis.
type Figure struct {
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

func NewFigure(d *reports.Document) Figure {
	s := scale{figureX, figureW, d.Medium.SizeBytes}
	f := Figure{
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

// Grid is the second picture.
type Grid struct {
	Cells     []rect
	Rows      []level
	Height    num
	CellBytes int64
}

const gridCell = 13.5 // 64 of them beside the offsets

func NewGrid(d *reports.Document) (g Grid) {
	cells := d.Map.Cells
	for i := range cells {
		x, y := figureX+float64(float64(i%gridColumns)*gridCell), float64(float64(i/gridColumns)*gridCell)
		g.Cells = append(g.Cells, stack(bands(&cells[i]), x, y, gridCell-1, gridCell-1)...)
		if i%gridColumns == 0 {
			g.Rows = append(g.Rows, level{num(y + gridCell - 3.5), bytesize.Report(cells[i].Start)})
		}
	}
	if len(cells) > 0 {
		g.CellBytes = cells[0].Length
	}
	g.Height = num(float64(max(gridRows(cells), 1)) * gridCell)
	return g
}
