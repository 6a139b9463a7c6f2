package verdict

import (
	"fmt"
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan"
)

// The places of VeraCrypt's and TrueCrypt's headers (VeraCrypt Volume Format Specification): the first 128 KiB of a
// volume hold the header of the outer volume and, 64 KiB on, that of a hidden one; the last 128
// KiB hold their backups. A header has 512 bytes; the rest is random as well, or not written.
const (
	containerHeader = 512
	containerHalf   = 64 << 10
	containerArea   = 128 << 10
)

type extent struct{ lo, hi int64 }

// isContainer says whether islands are all that is on the medium, and stand at two or
// more of the places where an encrypted container keeps its headers.
func isContainer(p *scan.Plan, r *scan.Result) bool {
	if r.IslandCount == 0 || r.IslandCount > scan.MaxIslands || r.IslandBytes != r.Classes[scan.Ciphertext] {
		return false
	}
	volumes := []extent{{0, r.MediumBytes}}
	for _, g := range p.Places {
		volumes = append(volumes, extent{g.Start, g.Start + g.Length})
	}
	return slices.ContainsFunc(volumes, func(v extent) bool {
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
func islandReasons(p *scan.Plan, r *scan.Result) []Reason {
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
	if isContainer(p, r) {
		whatEN = "this is where VeraCrypt and TrueCrypt keep the header of a volume and its backup, and nothing else is on the medium; the key may live on"
		whatJA = "VeraCrypt や TrueCrypt がボリュームのヘッダーとその予備を置く位置であり、媒体にはほかに何もありません。鍵が生きたまま残っている可能性があります"
	}
	return []Reason{{ReasonRandomIsland,
		fmt.Sprintf("bytes that look random amid fill, places: %d (%s): %s; nobody can tell by looking", r.IslandCount, strings.Join(en, "; "), whatEN),
		fmt.Sprintf("一定値の中に、乱数に見える部分が %d か所あります(%s)。%s。見ただけでは誰にも判別できません", r.IslandCount, strings.Join(ja, "、"), whatJA)}}
}
