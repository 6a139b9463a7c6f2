package fold

import "shokyo.dev/shokyo/scan/medium"

// An empty container, a detached header, a slot of wrapped keys: what opens ciphertext looks as random as the ciphertext
// itself. Amid ciphertext nobody can see it. Amid fill it shows as an island, which is
// named with its place; what it is, nobody can tell (docs/decisions/0015-random-islands.md).

// Island is a stretch of bytes that look random, with fill on both sides. Offset and
// Length are exact to the sector, to the byte where the fill begins within one.
type Island struct {
	Offset int64
	Length int64
}

const (
	// MaxIslands bounds the islands that are listed; the count goes on.
	MaxIslands = 100

	longestIsland = 1 << 20 // LUKS1 and LUKS2 key slot areas are some 256 KiB each
	fillBeside    = 16 << 10

	// On a medium with more ciphertext than this share, or this much on a small one, what
	// stands amid fill is what was stored last, not a header.
	islandShare = 16
	islandBytes = 1 << 20
)

// findIslands lists the islands of a medium that is otherwise fill. Where extents or rims
// are not known exactly, islands are not known.
func (r *Result) findIslands(rims *rims, exact bool) {
	r.IslandsKnown = exact && rims.Count <= maxRims
	if !r.IslandsKnown || r.Classes[medium.Ciphertext] > max(islandBytes, r.Read()/islandShare) {
		return
	}
	starts, ends := map[int64]int64{}, map[int64]int64{}
	for _, m := range rims.List {
		starts[m.Lo], ends[m.Hi] = m.Start, m.End
	}
	for i, e := range r.Extents {
		if e.Class != medium.Ciphertext || e.Length > longestIsland || !r.fillAt(i-1) || !r.fillAt(i+1) || e.Length == r.MediumBytes {
			continue
		}
		lo, hi := e.Start, e.End()
		if at, ok := starts[lo]; ok {
			lo = at
		}
		if at, ok := ends[hi]; ok {
			hi = at
		}
		if r.IslandCount++; len(r.Islands) < MaxIslands {
			r.Islands = append(r.Islands, Island{lo, hi - lo})
		}
		r.IslandBytes += e.Length
	}
}

// fillAt says whether an extent is fill enough to stand beside an island: a long
// stretch, or up to the medium's edge, or nothing but the edge.
func (r *Result) fillAt(i int) bool {
	if i < 0 || i >= len(r.Extents) {
		return true
	}
	e := r.Extents[i]
	return e.Class == medium.Fill && (e.Length >= fillBeside || i == 0 || i == len(r.Extents)-1)
}
