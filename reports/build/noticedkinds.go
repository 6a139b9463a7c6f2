package build

import (
	"slices"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/scan/power"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// What would have been noticed, in sentences. Each figure in them is taken from the table of
// package power.

const (
	surely   = 90 // of 100 pieces: what a reader may count on
	unlikely = 5  // of 100: not noticed
)

// noticedKinds are kinds with what was measured of them.
type noticedKinds struct {
	sieve
	names []words.Text
	cells []power.Cells
}

func (k *noticedKinds) add(code string, cells power.Cells) {
	for i := range k.sizes {
		cells[i] = k.chance(cells, i)
	}
	k.names, k.cells = append(k.names, report.PieceKinds.Say(code)), append(k.cells, cells)
}

// from is the size, by number, from which on a kind is noticed surely, as far as it was
// measured, and how many of 100 pieces then are. Without one it is the largest that was
// measured; -1: none was.
func (k *noticedKinds) from(kind int) (size int, low float64, sure bool) {
	size, low = -1, 100
	for i := len(k.sizes) - 1; i >= 0; i-- {
		switch c := k.cells[kind][i]; {
		case !c.Measured():
		case c.Low >= surely:
			size, low, sure = i, min(low, c.Low), true
		case !sure:
			return i, c.Low, false
		default:
			return size, low, sure
		}
	}
	return size, low, sure
}

// upTo is the largest size, by number, at which a kind is not noticed, before the first at which it surely is
// now and then; -1: none. That two of a few dozen pieces were noticed between others of which none was does not say
// that larger ones are.
func (k *noticedKinds) upTo(kind int) (size int) {
	size = -1
	for i := range k.sizes {
		switch c := k.cells[kind][i]; {
		case !c.Measured():
		case c.Percent < unlikely:
			size = i
		case c.Low >= 1:
			return size
		}
	}
	return size
}

// clause gathers the kinds of which the same is said.
type clause struct {
	size  int
	sure  bool
	low   float64 // the weakest of them
	kinds []words.Text
}

// clauses are the kinds by the size from which on they are noticed, in the order of sizes.
func (k *noticedKinds) clauses() (list []clause) {
	for kind, name := range k.names {
		size, low, sure := k.from(kind)
		if size < 0 {
			continue
		}
		i := slices.IndexFunc(list, func(c clause) bool {
			return c.size == size && c.sure == sure && (sure || (c.low < 1) == (low < 1))
		})
		if i < 0 {
			i = len(list)
			list = append(list, clause{size: size, sure: sure, low: low})
		}
		list[i].kinds, list[i].low = append(list[i].kinds, name), min(list[i].low, low)
	}
	slices.SortStableFunc(list, func(a, b clause) int {
		switch {
		case a.sure != b.sure && a.sure:
			return -1
		case a.sure != b.sure:
			return 1
		}
		return a.size - b.size
	})
	return list
}

// sentences say of each kind of a group from which size on it is noticed.
func (k *noticedKinds) sentences() words.Text {
	var list []words.Text
	for _, c := range k.clauses() {
		kinds, size := words.Join(c.kinds, words.Comma), bytesize.Report(k.sizes[c.size])
		switch {
		case c.sure:
			list = append(list, report.NoticedFrom.Say(kinds, int(c.low), size))
		case c.low >= 1:
			list = append(list, report.NoticedRarely.Say(kinds, int(c.low), size))
		default:
			list = append(list, report.NoticedNever.Say(kinds, size))
		}
	}
	text := words.Join(list, report.NextKinds)
	return words.Text{EN: words.Whole(text.EN), JA: words.WholeJA(text.JA)}
}

// brief sums all kinds up for the first page: what is noticed from which size on, and what
// is not.
func (k *noticedKinds) brief() words.Text {
	if len(k.sizes) == 0 {
		return words.Text{}
	}
	var list []words.Text
	for _, c := range k.clauses() {
		if c.sure {
			list = append(list, report.BriefFrom.Say(bytesize.Report(k.sizes[c.size]), words.Join(c.kinds, words.Comma)))
		}
	}
	if len(list) == 0 {
		return report.BriefNone.Say(bytesize.Report(k.sizes[len(k.sizes)-1]), surely)
	}
	return report.NoticedBrief.Say(surely, words.Join(list, report.NextKinds)).Then(k.missed())
}

// missed names what is not noticed, the largest pieces first.
func (k *noticedKinds) missed() words.Text {
	var list []words.Text
	for size := len(k.sizes) - 1; size >= 0; size-- {
		var kinds []words.Text
		for kind, name := range k.names {
			if k.upTo(kind) == size {
				kinds = append(kinds, name)
			}
		}
		if len(kinds) > 0 {
			list = append(list, report.NotNoticedOf.Say(bytesize.Report(k.sizes[size]), words.Join(kinds, words.Comma)))
		}
	}
	if len(list) == 0 {
		return words.Text{}
	}
	return report.NotNoticed.Say(unlikely, words.Join(list, report.NextKinds))
}
