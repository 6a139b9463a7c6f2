package corpus

import (
	"cmp"
	"math"
	"slices"
)

// FileRecall is a file with how many of its probative sectors were found, each once.
type FileRecall struct {
	Number int
	File
	Found int64
}

// Recall is what was found of a corpus, file by file.
type Recall struct {
	Found int64        // sectors
	Some  int64        // files of which something was found
	Whole int64        // files of which every probative sector was found
	Files []FileRecall // of these the ones of which most was found, in the order of the corpus
}

// Recall counts what was found by file. count gives how many places from one on and before another were
// found; of the files that show something at most so many are listed.
func (c *Corpus) Recall(count func(lo, hi int64) int64, most int) (r Recall) {
	for i := range c.files.len() {
		f := FileRecall{Number: i, File: c.files.file(i)}
		if f.Found = min(count(f.First, f.First+f.Sectors()), f.Probative); f.Found == 0 {
			continue
		}
		r.Found += f.Found
		r.Some++
		if f.Found == f.Probative {
			r.Whole++
		}
		if r.Files = append(r.Files, f); len(r.Files) >= 2*most+64 {
			r.Files = mostFound(r.Files, most)
		}
	}
	r.Files = mostFound(r.Files, most)
	slices.SortFunc(r.Files, func(a, b FileRecall) int { return cmp.Compare(a.Number, b.Number) })
	return r
}

func mostFound(list []FileRecall, most int) []FileRecall {
	slices.SortFunc(list, func(a, b FileRecall) int {
		return cmp.Or(-cmp.Compare(a.Found, b.Found), cmp.Compare(a.Number, b.Number))
	})
	return list[:min(len(list), most)]
}

// Sample is what was found in a part of a medium that was drawn by chance.
type Sample struct {
	Blocks       int64   // that were read
	Of           int64   // that could have been
	Independent  int64   // pieces that were drawn: blocks, or runs of them
	Hit          int64   // blocks in which something was found
	Sectors      int64   // that were found, copies included
	BlockSectors float64 // sectors in a block
}

// Estimate is the recall of the whole medium as a sample shows it, as parts of 1: the most likely, and an interval of
// 95 % confidence.
type Estimate struct{ Recall, Low, High float64 }

// z95 leaves out 2.5 % on either side of a normal distribution.
const z95 = 1.959964

// Estimate is Wilson's interval (1927) for the part of the medium's blocks that hold a known sector, in sectors of a
// corpus of so many. Blocks that were drawn together are taken for one draw each, which is
// the worst that they can be; and a block may hold as many as fit, which is what the upper end is about. Where nothing was found the upper end
// lies above that of the exact interval (3.84 for 3.69 of n draws). Copies on the medium count: then the recall is overstated.
func (s *Sample) Estimate(probative int64) (e Estimate) {
	if s.Blocks == 0 || s.Of == 0 || probative == 0 {
		return Estimate{0, 0, 1}
	}
	n, p := float64(max(min(s.Independent, s.Blocks), 1)), float64(s.Hit)/float64(s.Blocks)
	middle := (p + z95*z95/(2*n)) / (1 + z95*z95/n)
	half := z95 / (1 + z95*z95/n) * math.Sqrt(p*(1-p)/n+z95*z95/(4*n*n))
	blocks := float64(s.Of) / float64(probative) // of the medium, for each sector of the corpus
	each := s.BlockSectors
	if s.Hit > 0 {
		each = float64(s.Sectors) / float64(s.Hit)
	}
	part := func(x float64) float64 { return min(max(x, 0), 1) }
	e = Estimate{part(p * blocks * each), part((middle - half) * blocks * each), part((middle + half) * blocks * s.BlockSectors)}
	if s.Hit == 0 {
		e.Low = 0
	}
	return e
}
