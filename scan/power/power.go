// Package power says what would have been noticed: the measured chance, in percent, that a
// contiguous piece of data of a type and a size, without its beginning, is called residue.
// It is data with its provenance (table.go), the rule how to read it at another
// threshold, and how types make up what a reader knows (groups.go).
//
// The figures are measured, not proven. `make accuracy` takes them from the files of Debian
// packages that no detector was tuned on, with a confidence interval over the files; other
// encoders of the same format can differ by tens of points. docs/detection.md says how, and
// what of it was measured; what the table is of stands in table.go.
package power

// Sizes are those of the pieces, in bytes.
var Sizes = [...]int64{512, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20}

// Thresholds are those that were measured at, in bits: that of a medium of 860 GB and of
// 100 TB. One of 1 TB has 48.2 bits, and is read at the second. At that of a smaller one more
// are noticed.
var Thresholds = [...]float64{48, 55}

// NotMeasured stands where no file was long enough.
const NotMeasured = -1

// Cell is how many of 100 pieces are noticed, and the low end of the 95 % interval. Both
// are NotMeasured, or neither.
type Cell struct{ Percent, Low float64 }

// Measured says whether it was.
func (c Cell) Measured() bool { return c.Percent != NotMeasured }

// Row is one type at one depth: cells by threshold and size.
type Row struct {
	Code  string
	Depth string // of the plan
	Cells [len(Thresholds)][len(Sizes)]Cell
}

// Cells are what was measured of a type, or of several, by size.
type Cells [len(Sizes)]Cell

// Measure is what was measured at one threshold and depth.
type Measure struct {
	Threshold float64
	types     map[string]Cells
}

// At is what was measured at a depth for a threshold: at the next higher one, which
// understates. Above the last, and at a depth that nobody stated, nothing was.
func At(bits float64, depth string) (m Measure, ok bool) {
	for i, theta := range Thresholds {
		if bits > theta {
			continue
		}
		m = Measure{theta, map[string]Cells{}}
		for _, r := range table {
			if r.Depth == depth {
				m.types[r.Code] = r.Cells[i]
			}
		}
		return m, len(m.types) > 0
	}
	return m, false
}

// Type is what was measured of one type; false: nothing.
func (m Measure) Type(code string) (Cells, bool) {
	c, ok := m.types[code]
	return c, ok
}

// Kind is what was measured of a kind: at each size the weakest of its types, of those that
// were measured there. False: nothing at any.
func (m Measure) Kind(k Kind) (out Cells, ok bool) {
	for i := range out {
		out[i] = Cell{NotMeasured, NotMeasured}
	}
	for _, code := range k.Types {
		cells, measured := m.types[code]
		ok = ok || measured
		for i := range out {
			if measured && cells[i].Measured() {
				out[i] = weaker(out[i], cells[i])
			}
		}
	}
	return out, ok
}

// weaker takes the worse of both figures.
func weaker(a, b Cell) Cell {
	if !a.Measured() {
		return b
	}
	return Cell{min(a.Percent, b.Percent), min(a.Low, b.Low)}
}
