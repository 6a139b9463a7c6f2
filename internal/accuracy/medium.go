package main

import (
	"slices"

	"shokyo.dev/shokyo/internal/accuracy/ground"
)

// patch is a piece of a file on a medium.
type patch struct {
	at    int64
	bytes []byte
	file  string
}

func (p *patch) end() int64 { return p.at + int64(len(p.bytes)) }

// medium is ciphertext with pieces in it, in ascending order. The mode changes every
// stretch, so that every mode has as many pieces as any other.
type medium struct {
	size    int64
	grounds []*ground.Ground
	patches []patch
}

const stretch = 4 << 20

func newMedium(seed uint64) *medium {
	m := &medium{}
	for _, mode := range ground.Modes {
		m.grounds = append(m.grounds, ground.New(mode, seed))
	}
	return m
}

func (m *medium) Size() int64 { return m.size }

// ReadAt gives what is asked for within the medium.
func (m *medium) ReadAt(p []byte, off int64) (int, error) {
	for at := off; at < off+int64(len(p)); {
		end := min(off+int64(len(p)), (at/stretch+1)*stretch)
		m.grounds[at/stretch%int64(len(m.grounds))].ReadAt(p[at-off:end-off], at)
		at = end
	}
	for i := m.firstBehind(off); i < len(m.patches) && m.patches[i].at < off+int64(len(p)); i++ {
		x := &m.patches[i]
		from, to := max(x.at, off), min(x.end(), off+int64(len(p)))
		copy(p[from-off:to-off], x.bytes[from-x.at:])
	}
	return len(p), nil
}

// firstBehind is the number of the first piece that ends behind off.
func (m *medium) firstBehind(off int64) int {
	i, _ := slices.BinarySearchFunc(m.patches, off, func(p patch, off int64) int {
		if p.end() > off {
			return 1
		}
		return -1
	})
	return i
}

// touched gives the numbers of the pieces that [lo, hi) overlaps: from, to.
func (m *medium) touched(lo, hi int64) (from, to int) {
	from = m.firstBehind(lo)
	for to = from; to < len(m.patches) && m.patches[to].at < hi; to++ {
	}
	return from, to
}
