// Package sectors remembers which sectors of a corpus were seen, by their numbers, in any order: in
// memory and in a checkpoint.
package sectors

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/bits"
	"slices"
)

// Set is a set of numbers. It takes memory where there are some: 512 bytes for 4,096 in a row.
type Set struct{ chunks map[int64]*chunk }

const chunkBits = 4096

type chunk [chunkBits / 64]uint64

// Add adds n places in a row. A negative one is none.
func (p *Set) Add(first, n int64) {
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
func (p *Set) Count(lo, hi int64) (n int64) {
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

func (p Set) MarshalJSON() ([]byte, error) {
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

func (p *Set) UnmarshalJSON(b []byte) error {
	var list []savedChunk
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	p.chunks = make(map[int64]*chunk, len(list))
	for _, x := range list {
		if len(x.Bits) != chunkBits/8 || x.Number < 0 || x.Number > 1<<50 {
			return errors.New("sectors of a corpus that can not be")
		}
		c := new(chunk)
		for i := range c {
			c[i] = binary.LittleEndian.Uint64(x.Bits[8*i:])
		}
		p.chunks[x.Number] = c
	}
	return nil
}
