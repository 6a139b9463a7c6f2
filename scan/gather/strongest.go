package gather

import (
	"slices"

	"shokyo.dev/shokyo/entropy"
)

// A window that raises an alarm says that there is something in it, not where: a piece of 64 KiB shall not make residue
// of a MiB. So the run of its parts is looked for that carries the evidence, and the rest is tested again without it.
// That is no test of uniform bytes, and pays nothing: the window has refuted them already. It describes where.
// What begins or ends within a part is rounded up to it, and a weak end may be left to the larger windows.

// part is one of the smallest windows, which raised no alarm by itself.
type part struct {
	counts    entropy.Window
	from, to  int  // its pieces
	condemned bool // by a larger window
}

// addPart keeps one of the smallest windows.
func (p *Page) addPart(w *openWindow) {
	n := len(p.parts)
	p.parts = slices.Grow(p.parts, 1)[:n+1]
	x := &p.parts[n]
	x.counts.Set(&w.counts)
	x.from, x.to, x.condemned = w.piece, len(p.Pieces), false
}

// locate condemns the parts that carry the evidence of window i. The window keeps the rest.
func (p *Page) locate(i int, bits float64) {
	w := &p.open[i]
	rest := Locate(p.left(w.part), p.threshold, func(x []*part) float64 { return sum(x).Bits() }, func(run []*part) {
		for _, x := range run {
			x.condemned = true
		}
		p.Findings = append(p.Findings, Condemn(p.Pieces[run[0].from:run[len(run)-1].to], p.Windows[i].WindowBytes, bits))
	})
	w.counts = *sum(rest)
}

// left are the parts from one on that are not condemned.
func (p *Page) left(from int) (list []*part) {
	for i := range p.parts[from:] {
		if x := &p.parts[from+i]; !x.condemned {
			list = append(list, x)
		}
	}
	return list
}

func sum(parts []*part) *entropy.Window {
	var w entropy.Window
	for _, x := range parts {
		w.Merge(&x.counts)
	}
	return &w
}

const (
	// rounds is how often a window is searched; what raises an alarm still is condemned as a whole.
	rounds = 3
	// vain is what must be won, in bits, where a part is to be left out.
	vain = 2
)

// Locate condemns runs of a window's parts until the rest of them, which it gives, raises no alarm.
func Locate[P any](parts []P, threshold float64, bits func([]P) float64, condemn func([]P)) (rest []P) {
	for round := 1; len(parts) > 0 && bits(parts) >= threshold; round++ {
		lo, hi := 0, len(parts)
		if round < rounds {
			lo, hi = Strongest(len(parts), func(lo, hi int) float64 { return bits(parts[lo:hi]) })
		}
		condemn(parts[lo:hi])
		parts = slices.Delete(parts, lo, hi)
	}
	return parts
}

// Strongest gives the run of n parts that scores highest, as far as moving either end, first by half of them and at last
// by one, tells: what is in it in vain dilutes the evidence.
func Strongest(n int, bits func(lo, hi int) float64) (lo, hi int) {
	lo, hi = 0, n
	best := bits(lo, hi)
	try := func(from, to int) bool {
		if from < 0 || to > n || from >= to {
			return false
		}
		got, need := bits(from, to), best
		if to-from < hi-lo {
			need += vain
		}
		if got <= need {
			return false
		}
		lo, hi, best = from, to, got
		return true
	}
	for step := n / 2; step > 0; step /= 2 {
		for try(lo+step, hi) || try(lo, hi-step) || try(lo-step, hi) || try(lo, hi+step) {
		}
	}
	return lo, hi
}
