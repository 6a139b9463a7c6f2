package build

import (
	"math"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/power"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/report"
)

// noticed reads the measured table at this examination's threshold.
func noticed(p *scan.Plan, r *scan.Result) reports.Noticed {
	out := reports.Noticed{ThresholdBits: bits(r.ThresholdBits), PieceBytes: []int64{}, Rows: []reports.NoticedRow{}}
	measured, rows, ok := power.At(r.ThresholdBits)
	if !ok {
		note := report.NothingMeasured.Say(words.Number(out.ThresholdBits))
		out.Note, out.NoteJA = note.EN, note.JA
		return out
	}
	out.MeasuredBits = measured
	for _, size := range power.Sizes {
		if size <= r.MediumBytes {
			out.PieceBytes = append(out.PieceBytes, size)
		}
	}
	share := 1.0
	if p.Mode != scan.Full {
		share = sampled(p, r)
	}
	for _, t := range power.Types() {
		name := report.PieceTypes.Say(t)
		row := reports.NoticedRow{Type: t, Name: name.EN, NameJA: name.JA, Percent: make([]*float64, len(out.PieceBytes))}
		for _, m := range rows {
			if m.Code == t {
				percent := m.For(measured)
				for i, size := range out.PieceBytes {
					row.Percent[i] = chance(p, share, size, percent[:], i)
				}
			}
		}
		out.Rows = append(out.Rows, row)
	}
	note := noticedNote(p, r, &out)
	out.Note, out.NoteJA = note.EN, note.JA
	return out
}

// chance is a measured percentage; for a sample, that of one block of the piece, times
// the chance that the sample has one. A piece that fills n blocks is met with
// probability 1-(1-f)^n by random blocks; of other samples no more is claimed than f,
// the chance of one block averaged over where it lies.
func chance(p *scan.Plan, share float64, size int64, percent []float64, i int) *float64 {
	x := percent[i]
	if p.Mode != scan.Full {
		x = percent[min(i, 1)] // of 512 bytes, or one block
		blocks := 1.0
		if p.Mode == scan.Random {
			blocks = math.Max(1, float64(size/int64(p.BlockBytes)))
		}
		x *= 1 - math.Pow(1-share, blocks)
	}
	if percent[i] == power.NotMeasured || x < 0 {
		return nil
	}
	x = math.Floor(finite(x)*10) / 10
	return &x
}

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
