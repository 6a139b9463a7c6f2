package look

import (
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
)

// atSectors are the detectors that are asked at every sector.
func atSectors() (list []detector.ID) {
	for d := range ways {
		if ways[d].at != nil {
			list = append(list, detector.ID(d))
		}
	}
	return list
}

// findStructures looks for partition tables, file systems and key headers at
// every sector, also in the context: a header there can explain what is here.
func (s *segment) findStructures() {
	s.asides = 0
	for off := 0; off+SectorBytes <= len(s.buf); off += SectorBytes {
		if s.overwritten(off / SectorBytes) {
			continue
		}
		at := proof.Place{Buf: s.buf, Off: off, Base: s.base, Size: s.Size, Starts: s.starts}
		for _, d := range s.atSectors {
			if s.recognize(d, at) && !ways[d].aside {
				break
			}
		}
	}
}

// overwritten says that a sector is one byte value or a short word over and over: no structure begins with
// it, though fields of nothing but 04 or F1 can look like one.
func (s *segment) overwritten(i int) bool {
	p := s.sectors[i].period
	return p > 0 && p <= wipePeriod
}

// recognize puts a place before a detector, which nearly always says no.
func (s *segment) recognize(d detector.ID, at proof.Place) bool {
	r := &ways[d]
	if r.whole != nil {
		for _, o := range r.whole(at) {
			o.Bits -= s.price(d)
			s.take(d, &o)
		}
	}
	if r.aside && s.sectors[at.Off/SectorBytes].kind != dataSector {
		return false
	}
	o, ok := r.at(at)
	if !ok || !o.Explained && !s.standsAlone(d, at, &o) {
		return false
	}
	s.weigh(d, &o)
	return true
}

// weigh lets a structure count that has the threshold when its detector has paid, but not
// the rest of a table that was reported from its beginning.
func (s *segment) weigh(d detector.ID, o *proof.Observation) {
	if o.Bits -= s.price(d); o.Bits < s.Threshold {
		return
	}
	switch {
	case o.Explained:
	case o.Kind == s.last.Kind && o.Start >= s.last.Start && o.Start < s.last.End:
		s.condemn(d.Reports(o), o.Start, o.End)
		return
	default:
		s.last = *o
	}
	s.take(d, o)
}

// take explains what an observation says is explained; the rest is residue.
func (s *segment) take(d detector.ID, o *proof.Observation) {
	if o.Explained {
		s.explain(o.Start, o.End, o.Kind)
		s.addExplanation(o)
		return
	}
	d = d.Reports(o)
	s.condemn(d, o.Start, o.End)
	s.addFinding(d, o)
}
