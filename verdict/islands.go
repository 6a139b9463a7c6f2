package verdict

import (
	"slices"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/reason"
)

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
func isContainer(p *scan.Plan, r *scan.Result) bool {
	if r.IslandCount == 0 || r.IslandCount > scan.MaxIslands || r.IslandBytes != r.Classes[scan.Ciphertext] {
		return false
	}
	volumes := append([]scan.Place{{Length: r.MediumBytes}}, p.Places...)
	return slices.ContainsFunc(volumes, func(v scan.Place) bool {
		front, back, end := false, false, v.Start+v.Length
		for _, x := range r.Islands {
			if !slices.Contains([]int64{containerHeader, containerHalf, containerHalf + containerHeader, containerArea}, x.Length) {
				return false
			}
			front = front || x.Offset == v.Start || x.Offset == v.Start+containerHalf
			back = back || x.Offset == end-containerArea || x.Offset == end-containerHalf
		}
		return front && back
	})
}

// islandReasons names the islands with their places, if there are any.
func islandReasons(p *scan.Plan, r *scan.Result) []Reason {
	if r.IslandCount == 0 {
		return nil
	}
	var places []words.Text
	for _, x := range r.Islands[:min(3, len(r.Islands))] {
		places = append(places, reason.IslandAt.Say(x.Length, x.Offset))
	}
	if r.IslandCount > int64(len(places)) {
		places = append(places, words.Alike("…"))
	}
	what := reason.IslandIsHeader
	if isContainer(p, r) {
		what = reason.IslandsAreContainer
	}
	return []Reason{because(ReasonRandomIsland, r.IslandCount, words.Join(places, words.Semicolon), what)}
}
