package scan

import (
	"fmt"
	"slices"
	"strings"
)

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
	if !r.IslandsKnown || r.Classes[Ciphertext] > max(islandBytes, r.Read()/islandShare) {
		return
	}
	starts, ends := map[int64]int64{}, map[int64]int64{}
	for _, m := range rims.List {
		starts[m.Lo], ends[m.Hi] = m.Start, m.End
	}
	for i, e := range r.Extents {
		if e.Class != Ciphertext || e.Length > longestIsland || !r.fillAt(i-1) || !r.fillAt(i+1) || e.Length == r.MediumBytes {
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
		r.islandBytes += e.Length
	}
}

// fillAt says whether an extent is fill enough to stand beside an island: a long
// stretch, or up to the medium's edge, or nothing but the edge.
func (r *Result) fillAt(i int) bool {
	if i < 0 || i >= len(r.Extents) {
		return true
	}
	e := r.Extents[i]
	return e.Class == Fill && (e.Length >= fillBeside || i == 0 || i == len(r.Extents)-1)
}

// The places of VeraCrypt's and TrueCrypt's headers (VeraCrypt Volume Format Specification): the first 128 KiB of a
// volume hold the header of the outer volume and, 64 KiB on, that of a hidden one; the last 128
// KiB hold their backups. A header has 512 bytes; the rest is random as well, or not written.
const (
	containerHeader = 512
	containerHalf   = 64 << 10
	containerArea   = 128 << 10
)

// isContainer says whether islands are all that is on the medium, and stand at two or
// more of the places where an encrypted container keeps its headers.
func (r *Result) isContainer(p *Plan) bool {
	if r.IslandCount == 0 || r.IslandCount > MaxIslands || r.islandBytes != r.Classes[Ciphertext] {
		return false
	}
	volumes := []span{{0, r.MediumBytes}}
	for _, g := range p.Places {
		volumes = append(volumes, span{g.Start, g.Start + g.Length})
	}
	return slices.ContainsFunc(volumes, func(v span) bool {
		front, back := false, false
		for _, x := range r.Islands {
			if !slices.Contains([]int64{containerHeader, containerHalf, containerHalf + containerHeader, containerArea}, x.Length) {
				return false
			}
			front = front || x.Offset == v.lo || x.Offset == v.lo+containerHalf
			back = back || x.Offset == v.hi-containerArea || x.Offset == v.hi-containerHalf
		}
		return front && back
	})
}

// islandReasons names the islands with their places, if there are any.
func islandReasons(p *Plan, r *Result) []Reason {
	if r.IslandCount == 0 {
		return nil
	}
	var en, ja []string
	for _, x := range r.Islands[:min(3, len(r.Islands))] {
		en = append(en, fmt.Sprintf("%d bytes at offset %d", x.Length, x.Offset))
		ja = append(ja, fmt.Sprintf("オフセット %d に %d バイト", x.Offset, x.Length))
	}
	if r.IslandCount > int64(len(en)) {
		en, ja = append(en, "…"), append(ja, "…")
	}
	whatEN, whatJA := "this may be the header of an encrypted container, or a key, that lives on", "暗号化コンテナーのヘッダーや鍵が生きたまま残っている可能性があります"
	if r.isContainer(p) {
		whatEN = "this is where VeraCrypt and TrueCrypt keep the header of a volume and its backup, and nothing else is on the medium; the key may live on"
		whatJA = "VeraCrypt や TrueCrypt がボリュームのヘッダーとその予備を置く位置であり、媒体にはほかに何もありません。鍵が生きたまま残っている可能性があります"
	}
	return []Reason{{ReasonRandomIsland,
		fmt.Sprintf("bytes that look random amid fill, places: %d (%s): %s; nobody can tell by looking", r.IslandCount, strings.Join(en, "; "), whatEN),
		fmt.Sprintf("一定値の中に、乱数に見える部分が %d か所あります(%s)。%s。見ただけでは誰にも判別できません", r.IslandCount, strings.Join(ja, "、"), whatJA)}}
}
