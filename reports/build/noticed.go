package build

import (
	"math"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/power"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// noticed reads the measured table at this examination's threshold and depth.
func noticed(p *scan.Plan, r *scan.Result) reports.Noticed {
	out := reports.Noticed{ThresholdBits: bits(r.ThresholdBits), Depth: p.Depth.String(), PieceBytes: []int64{}, Rows: []reports.NoticedRow{}, Groups: []reports.NoticedGroup{}}
	m, ok := power.At(r.ThresholdBits, out.Depth)
	if !ok {
		note := report.NothingMeasured.Say(words.Number(out.ThresholdBits), report.Depths.Say(out.Depth))
		out.Note, out.NoteJA = note.EN, note.JA
		return out
	}
	out.MeasuredBits = m.Threshold
	for _, size := range power.Sizes {
		if size <= r.MediumBytes {
			out.PieceBytes = append(out.PieceBytes, size)
		}
	}
	s := sieve{plan: p, share: 1, sizes: out.PieceBytes}
	if p.Mode != scan.Full {
		s.share = sampled(p, r)
	}
	all := noticedKinds{sieve: s}
	for _, g := range power.Groups {
		name, kinds := report.PieceGroups.Say(g.Code), noticedKinds{sieve: s}
		for _, k := range g.Kinds {
			for _, code := range k.Types {
				if cells, ok := m.Type(code); ok {
					out.Rows = append(out.Rows, s.row(g.Code, code, cells))
				}
			}
			if cells, ok := m.Kind(k); ok {
				kinds.add(k.Code, cells)
				all.add(k.Code, cells)
			}
		}
		if text := kinds.sentences(); text.EN != "" {
			out.Groups = append(out.Groups, reports.NoticedGroup{Group: g.Code, Name: name.EN, NameJA: name.JA, Text: text.EN, TextJA: text.JA})
		}
	}
	brief, note := all.brief(), noticedNote(p, r, &out)
	out.Brief = reports.Sentence{Text: brief.EN, TextJA: brief.JA}
	out.Note, out.NoteJA = note.EN, note.JA
	return out
}

// sieve is what an examination lets pass of what was measured.
type sieve struct {
	plan  *scan.Plan
	share float64 // of the regions that is read
	sizes []int64 // of the pieces that fit on the medium
}

func (s *sieve) row(group, code string, cells power.Cells) reports.NoticedRow {
	name := report.PieceTypes.Say(code)
	row := reports.NoticedRow{Type: code, Name: name.EN, NameJA: name.JA, Group: group, Percent: make([]*float64, len(s.sizes)), Low: make([]*float64, len(s.sizes))}
	for i := range s.sizes {
		if c := s.chance(cells, i); c.Measured() {
			row.Percent[i], row.Low[i] = &c.Percent, &c.Low
		}
	}
	return row
}

// chance is what was measured at a size; for a sample, of one block of the piece, times
// the chance that the sample has one. A piece that fills n blocks is met with
// probability 1-(1-f)^n by random blocks; of other samples no more is claimed than f,
// the chance of one block averaged over where it lies. And of no sample more than of all.
func (s *sieve) chance(cells power.Cells, i int) power.Cell {
	if s.plan.Mode == scan.Full || !cells[i].Measured() {
		return cells[i]
	}
	x := cells[min(i, 1)] // of 512 bytes, or one block
	if !x.Measured() {
		return x
	}
	blocks := 1.0
	if s.plan.Mode == scan.Random {
		blocks = math.Max(1, float64(s.sizes[i]/int64(s.plan.BlockBytes)))
	}
	met := 1 - math.Pow(1-s.share, blocks)
	return power.Cell{Percent: min(tenth(x.Percent*met), cells[i].Percent), Low: min(tenth(x.Low*met), cells[i].Low)}
}

func tenth(x float64) float64 { return math.Floor(finite(x)*10) / 10 }

func noticedNote(p *scan.Plan, r *scan.Result, n *reports.Noticed) words.Text {
	note := report.Measured.Say(words.Number(n.MeasuredBits), words.Number(n.ThresholdBits))
	if p.Mode != scan.Full {
		note = note.Then(report.MeasuredOfSample.Say(words.Percent(r.Planned, max(regionBytes(p), 1))))
	}
	if p.BlockBytes != 4096 {
		note = note.Then(report.MeasuredBlocks.Say(words.Grouped(int64(p.BlockBytes))))
	}
	return note
}

func regionBytes(p *scan.Plan) (n int64) {
	for _, g := range p.Regions {
		n += g.Length
	}
	return n
}
