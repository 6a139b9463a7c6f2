package look

import (
	"iter"
	"slices"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/keys/written"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/signature/keyfile"
	"shokyo.dev/shokyo/scan/text"
	"shokyo.dev/shokyo/words/report"
)

// findText reports printable runs. Bytes that are explained or overwritten do
// not count towards a run; each part that is left must stand on its own.
func (s *segment) findText() {
	for _, r := range s.textRuns(0, len(s.buf)) {
		for lo, hi := range s.unmasked(r.Start, r.End) {
			if lo == r.Start && hi == r.End {
				s.addText(r)
				continue
			}
			for _, part := range s.textRuns(lo, hi) {
				s.addText(part)
			}
		}
	}
}

// textRuns lists the runs in [lo, hi) of buf that are strong enough.
func (s *segment) textRuns(lo, hi int) (runs []text.Run) {
	s.text.Find(s.buf[lo:hi], s.Threshold+s.price(detector.Text), func(r text.Run) {
		r.Start, r.End = r.Start+lo, r.End+lo
		runs = append(runs, r)
	})
	return runs
}

func (s *segment) addText(r text.Run) {
	b := s.buf[r.Start:r.End]
	o := proof.Observation{Start: r.Start, End: r.End, Bits: r.Bits - s.price(detector.Text)}
	s.addWrittenKeys(r, o)
	o.Kind, o.Detail, o.Keys = r.Encoding.String(), text.Mask(b, r.Encoding, 48), false
	s.take(detector.Text, &o)
	for at := r.Start; at < r.End; {
		end := min(r.End, (at/SectorBytes+1)*SectorBytes)
		s.sectors[at/SectorBytes].text += end - at
		at = end
	}
}

// addWrittenKeys reports the keys that a run of text holds, with its bits, but those that were named already.
func (s *segment) addWrittenKeys(r text.Run, o proof.Observation) {
	var found []proof.Observation
	s.inside.Keys(s.buf[r.Start:r.End], r.Encoding, func(kind string, start, end int) {
		o.Start, o.End, o.Kind, o.Keys, o.Detail = r.Start+start, r.Start+end, kind, true, proof.Count(end-start, "byte")
		if kind == written.LUKS2Metadata {
			o.Detail = report.LUKS2Metadata.EN
		}
		if !s.holdsKeys(o.Start, o.End) {
			found = append(found, o)
		}
	})
	if len(found) == 0 && !s.holdsKeys(r.Start, r.End) && s.keyfile.InBase64(s.buf[r.Start:r.End], s.Threshold+s.price(detector.PrivateKeys)) {
		o.Start, o.End, o.Kind, o.Keys, o.Detail = r.Start, r.End, keyfile.PEM, true, proof.Count(r.End-r.Start, "byte")
		found = append(found, o)
	}
	for i := range found {
		s.take(detector.Text, &found[i])
	}
}

// holdsKeys says whether any of [lo, hi) was named as keys already.
func (s *segment) holdsKeys(lo, hi int) bool {
	return slices.ContainsFunc(s.sectors[lo/SectorBytes:(hi-1)/SectorBytes+1], func(x sector) bool {
		return x.kind == residueSector && x.by.HoldsKeys()
	})
}

// unmasked cuts [lo, hi) of buf into the parts in which nothing is masked. While a dear
// detector is asked at quick depth, what is in no doubt is masked too.
func (s *segment) unmasked(lo, hi int) iter.Seq2[int, int] { return cut(lo, hi, s.maskedUntil) }

// mostlyText is how many bytes of a sector are text where little else is in it: the ends of records, numbers between names.
const mostlyText = SectorBytes * 3 / 4

// searched are the parts of the span for a finder: what has a period of a few bytes is none of what they look for, though
// a pattern that overwrites can look like a chain of headers. But a key of 48 bytes may be what was written over and over. At quick
// depth text is searched before the dear ones, and what is mostly text is none of what they look for either.
func (s *segment) searched(d detector.ID) iter.Seq2[int, int] {
	return cut(0, len(s.buf), func(at int) (masked bool, end int) {
		masked, end = s.maskedUntil(at)
		x := &s.sectors[at/SectorBytes]
		return masked || !d.HoldsKeys() && x.kind == patternSector || s.Quick && ways[d].dear && x.text >= mostlyText, end
	})
}

// cut gives the parts of [lo, hi) that are not masked.
func cut(lo, hi int, maskedUntil func(at int) (bool, int)) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for lo < hi {
			masked, end := maskedUntil(lo)
			for same := true; end < hi && same; {
				m, next := maskedUntil(end)
				if same = m == masked; same {
					end = next
				}
			}
			if end = min(end, hi); !masked && !yield(lo, end) {
				return
			}
			lo = end
		}
	}
}

// maskedUntil says whether the byte at an offset is masked, and up to where the same
// holds at least. Of a sector that is judged without its head or tail (fill beyond a seam, a
// partition table behind boot code) these are masked and the rest is not.
func (s *segment) maskedUntil(at int) (masked bool, end int) {
	i := at / SectorBytes
	x, end := &s.sectors[i], i*SectorBytes+len(s.sector(i))
	switch start := i * SectorBytes; {
	case !s.doubtful(start):
		return true, end
	case x.head+x.tail == 0:
		return s.masked(i), end
	case at < start+x.head:
		return true, start + x.head
	case at < end-x.tail:
		return false, end - x.tail
	}
	return true, end
}

// masked sectors are not text, whatever their bytes look like.
func (s *segment) masked(i int) bool {
	x := s.sectors[i]
	switch x.kind {
	case fillSector, holeSector, explainedSector:
		return true
	case patternSector:
		return x.period <= wipePeriod
	}
	return false
}
