package fold

import (
	"cmp"
	"errors"
	"slices"

	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/sectors"
	"shokyo.dev/shokyo/scan/seen"
)

// What a medium shows of a corpus: which of its sectors, each once, however many copies there are.

// MaxKnownRuns bounds the runs that are listed; the counts go on.
const MaxKnownRuns = 1000

// knownState is what was found of a corpus.
type knownState struct {
	Places  sectors.Set     // that were found
	Sectors int64           // of the medium, with copies
	Shared  int64           // of the medium, that stand in several files
	Blocks  int64           // that hold a sector of one file
	Count   int64           // runs, as pages have them
	Runs    []seen.KnownRun // the first that came; which, depends on the order
}

// addKnown adds what a page has, in ascending order for each corpus.
func (f *Folder) addKnown(runs []seen.KnownRun) {
	block := int64(f.terms.Plan.BlockBytes)
	last := int64(-1) // block that was counted
	for i, r := range runs {
		k := &f.Known[r.Corpus]
		if i == 0 || runs[i-1].Corpus != r.Corpus {
			last = -1
		}
		if r.Shared() {
			k.Shared += r.Sectors
			continue
		}
		from, to := r.Offset/block, (r.Offset+r.Sectors*look.SectorBytes-1)/block
		k.Blocks += to - max(from, last+1) + 1
		last = to
		k.Sectors += r.Sectors
		k.Places.Add(r.Place, r.Sectors)
		if k.Count++; len(k.Runs) < MaxKnownRuns {
			k.Runs = append(k.Runs, r)
		}
	}
}

func (k *knownState) check() error {
	if min(k.Sectors, k.Shared, k.Blocks, k.Count) < 0 || len(k.Runs) > MaxKnownRuns {
		return errors.New("what it says of a corpus does not fit")
	}
	return nil
}

// KnownResult is what a medium shows of a corpus.
type KnownResult struct {
	Places  sectors.Set
	Found   int64           // sectors of the corpus that are probative, each once
	Sectors int64           // of the medium, with copies
	Shared  int64           // of the medium, that stand in several files
	Blocks  int64           // that hold a probative one
	Runs    []seen.KnownRun // where, the first MaxKnownRuns that were come to, by offset
	Count   int64           // runs, as pages have them
}

func (f *Folder) knownResults() (out []KnownResult) {
	for i := range f.Known {
		k := &f.Known[i]
		r := KnownResult{Places: k.Places, Found: k.Places.Count(0, 1<<62), Sectors: k.Sectors, Shared: k.Shared, Blocks: k.Blocks, Count: k.Count}
		runs := slices.Clone(k.Runs)
		slices.SortFunc(runs, func(a, b seen.KnownRun) int { return cmp.Compare(a.Offset, b.Offset) })
		for _, x := range runs {
			if n := len(r.Runs); n > 0 && r.Runs[n-1].Goes(x.Corpus, x.Offset, x.Place) { // over the edge of a page
				r.Runs[n-1].Sectors += x.Sectors
				r.Count--
				continue
			}
			r.Runs = append(r.Runs, x)
		}
		out = append(out, r)
	}
	return out
}
