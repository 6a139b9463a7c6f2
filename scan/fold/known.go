package fold

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/bits"
	"slices"

	"shokyo.dev/shokyo/scan/look"
)

// What a medium shows of a corpus: which of its sectors, each once, however many copies there are.

// MaxKnownRuns bounds the runs that are listed; the counts go on.
const MaxKnownRuns = 1000

// knownState is what was found of a corpus.
type knownState struct {
	Places  Places          // that were found
	Sectors int64           // of the medium, with copies
	Shared  int64           // of the medium, that stand in several files
	Blocks  int64           // that hold a sector of one file
	Count   int64           // runs, as pages have them
	Runs    []look.KnownRun // the first that came; which, depends on the order
}

// addKnown adds what a page has, in ascending order for each corpus.
func (f *Folder) addKnown(runs []look.KnownRun) {
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
	Places  Places
	Found   int64           // sectors of the corpus that are probative, each once
	Sectors int64           // of the medium, with copies
	Shared  int64           // of the medium, that stand in several files
	Blocks  int64           // that hold a probative one
	Runs    []look.KnownRun // where, the first MaxKnownRuns that were come to, by offset
	Count   int64           // runs, as pages have them
}

func (f *Folder) knownResults() (out []KnownResult) {
	for i := range f.Known {
		k := &f.Known[i]
		r := KnownResult{Places: k.Places, Found: k.Places.Count(0, 1<<62), Sectors: k.Sectors, Shared: k.Shared, Blocks: k.Blocks, Count: k.Count}
		runs := slices.Clone(k.Runs)
		slices.SortFunc(runs, func(a, b look.KnownRun) int { return cmp.Compare(a.Offset, b.Offset) })
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

// Places is a set of places in a corpus. It takes memory where there are some: 512 bytes for 4,096 in a row.
type Places struct{ chunks map[int64]*chunk }

const chunkBits = 4096

type chunk [chunkBits / 64]uint64

// Add adds n places in a row. A negative one is none.
func (p *Places) Add(first, n int64) {
	if p.chunks == nil {
		p.chunks = map[int64]*chunk{}
	}
	for at := max(first, 0); at < first+n; at++ {
		c := p.chunks[at/chunkBits]
		if c == nil {
			c = new(chunk)
			p.chunks[at/chunkBits] = c
		}
		c[at%chunkBits/64] |= 1 << (at % 64)
	}
}

// Count is how many there are from lo on and before hi. It looks at no more chunks than there are.
func (p *Places) Count(lo, hi int64) (n int64) {
	if hi <= lo {
		return 0
	}
	from, to := lo/chunkBits, (hi-1)/chunkBits
	if to-from >= int64(len(p.chunks)) {
		for i, c := range p.chunks {
			if i >= from && i <= to {
				n += c.count(lo-i*chunkBits, hi-i*chunkBits)
			}
		}
		return n
	}
	for i := from; i <= to; i++ {
		if c := p.chunks[i]; c != nil {
			n += c.count(lo-i*chunkBits, hi-i*chunkBits)
		}
	}
	return n
}

// count counts the bits from lo on and before hi, either of which may lie beside the chunk.
func (c *chunk) count(lo, hi int64) (n int64) {
	lo, hi = max(lo, 0), min(hi, chunkBits)
	for i, w := range c {
		at := int64(i) * 64
		if at+64 <= lo || at >= hi {
			continue
		}
		if lo > at {
			w &= ^uint64(0) << (lo - at)
		}
		if hi < at+64 {
			w &= 1<<(hi-at) - 1
		}
		n += int64(bits.OnesCount64(w))
	}
	return n
}

// savedChunk is a chunk in a checkpoint.
type savedChunk struct {
	Number int64
	Bits   []byte
}

func (p Places) MarshalJSON() ([]byte, error) {
	list := make([]savedChunk, 0, len(p.chunks))
	for i, c := range p.chunks {
		b := make([]byte, 0, chunkBits/8)
		for _, w := range c {
			b = binary.LittleEndian.AppendUint64(b, w)
		}
		list = append(list, savedChunk{i, b})
	}
	slices.SortFunc(list, func(a, b savedChunk) int { return cmp.Compare(a.Number, b.Number) })
	return json.Marshal(list)
}

func (p *Places) UnmarshalJSON(b []byte) error {
	var list []savedChunk
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	p.chunks = make(map[int64]*chunk, len(list))
	for _, x := range list {
		if len(x.Bits) != chunkBits/8 || x.Number < 0 || x.Number > 1<<50 {
			return errors.New("places of a corpus that can not be")
		}
		c := new(chunk)
		for i := range c {
			c[i] = binary.LittleEndian.Uint64(x.Bits[8*i:])
		}
		p.chunks[x.Number] = c
	}
	return nil
}
