package fold

import (
	"cmp"
	"math"
	"slices"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/plan"
	"shokyo.dev/shokyo/scan/seen"
	"shokyo.dev/shokyo/words/report"
)

// maxSeams on one medium are taken for the ends of overwriting. More are the ends of files
// (package look finds them).
const maxSeams = 8

// maxRims bounds the rims that are remembered. Beyond it seams and islands are not known
// to the byte, and islands are not named.
const maxRims = 4096

// rims are the rims of the whole medium.
type rims struct {
	List  []seen.Rim
	Count int64
	Seams int64
}

func (x *rims) add(m seen.Rim) {
	x.Count++
	if m.Bits > 0 {
		x.Seams++
	}
	if len(x.List) < maxRims {
		x.List = append(x.List, m)
	}
}

// judgeSeams makes residue of blocks with seams if there are too many, and gives their places.
func (f *Folder) judgeSeams() (condemned []plan.Span) {
	if f.Rims.Seams <= maxSeams {
		return nil
	}
	list := slices.Clone(f.Rims.List)
	slices.SortFunc(list, func(a, b seen.Rim) int { return cmp.Compare(a.Lo, b.Lo) })
	for _, m := range list {
		if m.Bits == 0 {
			continue
		}
		i := f.terms.Plan.RegionOf(m.Lo)
		g, n := &f.Regions[i], m.Hi-m.Lo
		g.Classes[medium.Ciphertext] -= n
		g.Classes[medium.Residue] += n
		g.Fill -= m.Fill
		g.Cipher -= n - m.Fill
		f.addFinding(i, seen.Finding{Offset: m.Lo, Length: n, Detector: detector.Statistics, Kind: "partly-filled", Bits: math.Min(m.Bits, maxSeamBits),
			Preview: report.PartlyFilled.EN})
		condemned = append(condemned, plan.Span{Lo: m.Lo, Hi: m.Hi})
	}
	return condemned
}

// maxSeamBits: a run is worth no more than the whole sector could be.
const maxSeamBits = 8 * look.SectorBytes
