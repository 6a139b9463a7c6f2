// Package shapes turns the map of a document into shapes: the figure, the detailed map and the
// map to zoom into of report.html, of which report.pdf draws the first, and map.png. It
// draws nothing but map.png itself; a new picture is a file here.
package shapes

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

// Two
// rules: position is to scale, and what a reader must not miss (residue first)
// never gets smaller than can be seen, however little of a cell it is.

// band is one class within a cell and the share of the cell's height it gets.
type band struct {
	class scan.Class
	share float64
}

// Order is from top to bottom, the most important on top.
var Order = [...]scan.Class{
	scan.Residue, scan.Unreadable, scan.Metadata, scan.Pattern, scan.Fill, scan.Ciphertext, scan.Unread,
}

// leastShare is how much of a cell a class is given at least.
func leastShare(c scan.Class) float64 {
	switch c {
	case scan.Residue:
		return 0.8
	case scan.Unreadable:
		return 0.5
	case scan.Metadata:
		return 0.35
	}
	return 0.1
}

// bands gives the shares of the classes in a cell; they sum to 1.
func bands(c *reports.Cell) (list []band) {
	t := c.ByClass()
	var sum float64
	for _, class := range Order {
		if t[class] > 0 {
			share := max(min(float64(t[class])/float64(c.Length), 1), leastShare(class))
			list = append(list, band{class, share})
			sum += share
		}
	}
	if len(list) == 0 {
		return []band{{scan.Unread, 1}}
	}
	for i := range list {
		list[i].share /= sum
	}
	return list
}

// rect is a rectangle of one class.
type rect struct {
	X, Y, W, H num
	Class      string
}

// A product that is added to something is converted first: otherwise some
// processors round once and others twice (Go specification, "Floating-point
// operators"), and the same document would not be rendered to the same bytes.

// num is a coordinate: printed with at most two decimals.
type num float64

func (n num) String() string {
	return strconv.FormatFloat(math.Round(float64(n)*100)/100, 'f', -1, 64)
}

// stack cuts the box into one rectangle per band.
func stack(list []band, x, y, w, h float64) (out []rect) {
	for _, b := range list {
		part := float64(b.share * h)
		out = append(out, rect{num(x), num(y), num(w), num(part), b.class.String()})
		y += part
	}
	return out
}

// scale maps bytes of the medium to x.
type scale struct {
	x0, width float64
	size      int64
}

func (s scale) x(at int64) float64 {
	at = min(max(at, 0), s.size)
	return s.x0 + float64(float64(at)/float64(s.size)*s.width)
}

// span is the box of a run, cut at the edges of the medium.
func (s scale) span(start, length int64) (x, w float64) {
	end := start + min(max(length, 0), math.MaxInt64-max(start, 0))
	x = s.x(start)
	return x, s.x(end) - x
}

// strip draws the medium as one line, cell by cell; equal neighbours are one
// shape. Residue comes last, over its neighbours, and is never a mere hairline.
func strip(cells []reports.Cell, s scale, y, h float64) (out []rect) {
	const least = 2.5
	var residue []rect
	for i := 0; i < len(cells); {
		list := bands(&cells[i])
		j := i + 1
		for j < len(cells) && cells[j].Start == cells[j-1].Start+cells[j-1].Length && alike(list, bands(&cells[j])) {
			j++
		}
		last := cells[j-1]
		x, w := s.span(cells[i].Start, last.Start+last.Length-cells[i].Start)
		for _, r := range stack(list, x, y, w, h) {
			if r.Class != scan.Residue.String() {
				out = append(out, r)
				continue
			}
			r.W = max(r.W, least)
			r.X = min(r.X, num(s.x0+s.width-least)) // not over the edge
			residue = append(residue, r)
		}
		i = j
	}
	return append(out, residue...)
}

func alike(a, b []band) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].class != b[i].class || math.Abs(a[i].share-b[i].share) > 0.005 {
			return false
		}
	}
	return true
}

// mark points at the cells that hold a class: a bar over a long run, a sign
// over a short one, which alone would be too thin to see.
type mark struct {
	X, W num
	Bar  bool
}

// signWidth is the width of a sign: runs closer than that are marked as one.
const signWidth = 11

func marks(cells []reports.Cell, class scan.Class, s scale) (out []mark) {
	var x0, x1 float64
	open := false
	flush := func() {
		switch w := x1 - x0; {
		case !open:
		case w >= signWidth:
			out = append(out, mark{num(x0), num(w), true})
		default:
			centre := min(max((x0+x1)/2, s.x0+signWidth/2.), s.x0+s.width-signWidth/2.)
			out = append(out, mark{num(centre), signWidth, false})
		}
	}
	for i := range cells {
		t := cells[i].ByClass()
		if t[class] == 0 {
			continue
		}
		x, w := s.span(cells[i].Start, cells[i].Length)
		if open && x-x1 < signWidth {
			x1 = x + w
			continue
		}
		flush()
		x0, x1, open = x, x+w, true
	}
	flush()
	return out
}

// tick is a place on the axis of offsets.
type tick struct {
	X      num
	Label  string
	Anchor string
}

// axis puts 4 to 8 round offsets under the medium, and its end.
func axis(s scale) (out []tick) {
	step := int64(512)
	for s.size/step > 8 {
		step *= 2
	}
	unit := step // the labels are whole numbers of one unit
	for unit%1024 == 0 && unit > 1024 {
		unit /= 1024
	}
	unit = step / unit
	name := strings.Fields(bytesize.Report(unit))[1]
	room := float64(s.width * 0.09) // for the label of the end
	for at := int64(0); s.x(at) < s.x0+s.width-room; at += step {
		anchor := "middle"
		if at == 0 {
			anchor = "start"
		}
		out = append(out, tick{num(s.x(at)), strconv.FormatInt(at/unit, 10) + " " + name, anchor})
	}
	return append(out, tick{num(s.x0 + s.width), bytesize.Report(s.size), "end"})
}

// named is a labelled piece of the medium: a partition, a region of the plan.
type named struct {
	X, W  num
	Label string
}

// place adds a labelled piece; a label that does not fit is left out, the
// tables have it.
func place(s scale, label string, start, length int64) named {
	x, w := s.span(start, length)
	// A CJK character is about 12 units wide in the figure, a Latin one 6.5.
	var need float64
	for _, c := range label {
		need += 6.5
		if c >= 0x1100 {
			need += 5.5
		}
	}
	if need+6 > w {
		label = ""
	}
	return named{num(x), num(max(w, 1)), label}
}

// curve is a run of cells that have an entropy: the mean as a line, the range
// from least to greatest as an area.
type curve struct{ Mean, Range string }

func curves(cells []reports.Cell, s scale, y, h float64) (out []curve) {
	level := func(e float64) float64 { return y + float64(h*(1-min(max(e, 0), 8)/8)) }
	for i := 0; i < len(cells); {
		if cells[i].EntropyBlocks <= 0 {
			i++
			continue
		}
		var mean, top []string
		var bottom []string // backwards, to close the area
		for ; i < len(cells) && cells[i].EntropyBlocks > 0; i++ {
			c := &cells[i]
			x, w := s.span(c.Start, c.Length)
			mean = append(mean, point(x, level(c.EntropyMean)), point(x+w, level(c.EntropyMean)))
			top = append(top, point(x, level(c.EntropyMax)), point(x+w, level(c.EntropyMax)))
			bottom = append(bottom, point(x, level(c.EntropyMin)), point(x+w, level(c.EntropyMin)))
		}
		for k := len(bottom) - 1; k >= 0; k-- {
			top = append(top, bottom[k])
		}
		out = append(out, curve{strings.Join(mean, " "), strings.Join(top, " ")})
	}
	return out
}

func point(x, y float64) string {
	f := func(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
	return f(x) + "," + f(y)
}

// gridColumns is how many cells stand in one row of the detailed map.
const gridColumns = 64

func gridRows(cells []reports.Cell) int { return (len(cells) + gridColumns - 1) / gridColumns }

// Foremost picks n regions, those first that a reader must not miss, and
// gives them in the order of the medium.
func Foremost(all []reports.Region, n int) []reports.Region {
	if len(all) <= n {
		return all
	}
	picked := make([]reports.Region, 0, n)
	for _, c := range Order {
		for _, r := range all {
			if len(picked) < n && r.Class == c.String() {
				picked = append(picked, r)
			}
		}
	}
	slices.SortFunc(picked, func(a, b reports.Region) int {
		if a.Start < b.Start {
			return -1
		}
		return 1
	})
	return picked
}
