package look

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/repeats"
	"shokyo.dev/shokyo/scan/seen"
	"shokyo.dev/shokyo/words/report"
)

// A buffer of random bytes that was written over and over is a pattern of a long period, not data. The same
// thing is what a bad mode of encryption leaves of zeros: one sector's key stream in every sector, or one block
// of ECB in every block. What tells them apart is what stands beside it: encrypted data do not
// repeat. So the pages only note what they are made of, and at the end of the
// examination, when everything beside it is known, the repetition stands or falls as a
// whole (docs/decisions/0014-long-patterns.md).

// unitFinder remembers what was made of the last unit: the next page has the same.
type unitFinder struct {
	repeats.Tiler
	print string
	clean bool
}

// findUnit looks for a unit that all of the segment's data is made of. It is held against every detector
// once: what was found at sectors is not data any more, so that the unit lacks it, and the rest is done here, before
// anything sweeps over the bytes: what has come once proves nothing more when it comes again.
func (s *segment) findUnit() {
	u := &s.unit
	data := repeats.Sectors{Buf: s.buf, Base: s.base, Lo: s.lo / SectorBytes, Hi: (s.hi + SectorBytes - 1) / SectorBytes,
		Use: func(i int) bool { return s.sectors[i].whole() }}
	if !u.Find(data) || !s.cleanUnit() {
		return
	}
	s.out.Unit = repeats.Repetition{Period: len(u.Bytes), Print: u.print}
	for i, match := range u.Match {
		if !match {
			continue
		}
		s.sectors[i] = sector{kind: patternSector, period: len(u.Bytes)}
		if s.wanted(i * SectorBytes) {
			s.out.Unit.Bytes += int64(len(s.sector(i)))
		}
	}
}

// cleanUnit says whether no detector sees anything in the unit.
func (s *segment) cleanUnit() bool {
	sum := sha256.Sum256(s.unit.Bytes)
	if print := hex.EncodeToString(sum[:]); print != s.unit.print {
		s.unit.print = print
		s.unit.clean = s.plainUnit() && !s.unitRepeats() && !s.unitHasFile() && !s.unitHolds()
	}
	return s.unit.clean
}

// plainUnit tests the bytes of the unit as those of blocks and windows are tested. It makes
// no more tests than the page has that is made of it.
func (s *segment) plainUnit() bool {
	var open [len(seen.WindowSizes) - 1]entropy.Window // of a page's windows
	for at := 0; at < len(s.unit.Bytes); at += s.BlockBytes {
		end := min(len(s.unit.Bytes), at+s.BlockBytes)
		if s.meter.Block(s.unit.Bytes[at:end], &open[0].Tally)-s.price(detector.Statistics) >= s.Threshold {
			return false
		}
		open[0].History.Merge(s.meter.History())
		open[0].Lanes.Merge(s.meter.Lanes())
		for i := range open {
			if end < len(s.unit.Bytes) && int64(end)%seen.WindowSizes[i] != 0 {
				break
			}
			if open[i].Bits() >= s.Threshold {
				return false
			}
			if i+1 < len(open) {
				open[i+1].Merge(&open[i])
			}
			open[i] = entropy.Window{}
		}
	}
	return true
}

// unitRepeats says whether 16 bytes come again within the unit: ECB text, say. A unit whose length is no
// multiple of 16 stands on the medium at every distance from one.
func (s *segment) unitRepeats() (any bool) {
	step := repeats.Step(len(s.unit.Bytes))
	for at := 0; at < repeats.Unit && at < len(s.unit.Bytes) && !any; at += step {
		s.repeats.Find(s.unit.Bytes[at:], nil, func(int) { any = true })
	}
	return any
}

// unitHasFile looks for the beginnings of files where no sector begins: a file of any length, laid
// end to end, begins at any byte.
func (s *segment) unitHasFile() bool {
	if len(s.unit.Bytes)%SectorBytes == 0 {
		return false
	}
	price := s.priceOf(proof.EveryByte) + detector.Signatures.Row().Share
	twice := slices.Concat(s.unit.Bytes, s.unit.Bytes)
	for at := range s.unit.Bytes {
		if o, ok := s.signature.At(twice, at); ok && o.Bits-price >= s.Threshold {
			return true
		}
	}
	return false
}

// unitHolds asks all that sweep over bytes of two units in a row, and of no more of them: in ten a chain of headers whose
// lengths lead around the unit by chance comes back to where it began, and proves anything.
func (s *segment) unitHolds() bool {
	twice := segment{Terms: s.Terms, detectors: s.detectors, positions: s.positions, buf: slices.Concat(s.unit.Bytes, s.unit.Bytes)}
	twice.hi = len(twice.buf)
	twice.classifySectors(nil)
	for d := detector.KeySchedules; d < detector.Repeats; d++ {
		ways[d].sweep(&twice)
	}
	s.inside.NewPage()
	return twice.found > 0
}

// patternsBesideData makes residue of short patterns that a cipher may have made of zeros where they share
// their block with data: the block's class would not show them to what judges the whole medium.
func (s *segment) patternsBesideData(lo, hi int) {
	data, pattern := false, -1
	for i := lo / SectorBytes; i*SectorBytes < hi; i++ {
		switch x := &s.sectors[i]; {
		case x.kind == dataSector:
			data = true
		case x.kind == patternSector && x.period%8 == 0 && x.period <= entropy.MaxPeriod:
			pattern = i * SectorBytes
		}
	}
	if data && pattern >= 0 {
		s.take(detector.Repeats, &proof.Observation{Kind: unitKind, Start: pattern, End: pattern + SectorBytes, Bits: unitBits(), Detail: report.RepeatedUnit.EN})
	}
}

// unitKind is what a repetition that does not stand is called. By chance sixteen bytes hardly ever come again.
const unitKind = "repeated-unit"

func unitBits() float64 { return repeats.Bits(PageBytes/repeats.Unit) - detector.Repeats.Row().Share }

// RepeatedUnit is the finding of a repetition that does not stand.
func RepeatedUnit(off, length int64) seen.Finding {
	return seen.Finding{Offset: off, Length: length, Detector: detector.Repeats, Kind: unitKind, Bits: unitBits(), Preview: report.RepeatedUnit.EN}
}
