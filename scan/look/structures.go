package look

import (
	"math"

	"shokyo.dev/shokyo/scan/filesystem"
	"shokyo.dev/shokyo/scan/keys"
	"shokyo.dev/shokyo/scan/marks"
	"shokyo.dev/shokyo/scan/partitions"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock"
)

// findStructures looks for partition tables, file systems and key headers at
// every sector, also in the context: a header there can explain what is here.
func (s *segment) findStructures() {
	cost := s.sectorCost()
	for off := 0; off+SectorBytes <= len(s.buf); off += SectorBytes {
		// A key header has 62 bits of magic and is never dismissed: on 100 TB of
		// random bytes one turns up with probability 4e-8, inside the budget.
		at := proof.Place{Buf: s.buf, Off: off, Base: s.base, Size: s.Size, Starts: s.starts}
		for _, o := range keys.Headers(at) {
			s.take(&o, o.Bits-cost-keysShare)
		}
		if s.sectors[off/SectorBytes].kind == dataSector {
			if st, ok := keys.Recognize(at); ok {
				s.weighStructure(&st, cost, keysShare)
			}
		}
		s.findStructure(at, cost)
	}
}

// findStructure asks the families that know structures by their fields; the first
// that answers counts. They nearly always say no, so no answer is handed around
// before it is known to be one.
func (s *segment) findStructure(at proof.Place, cost float64) {
	if st, ok := superblock.Recognize(at); ok { // before a boot sector is taken for FAT's
		s.weighStructure(&st, cost, superblockShare)
	} else if st, ok := filesystem.Recognize(at.Buf, at.Off); ok {
		s.weighStructure(&st, cost, filesystemShare)
	} else if st, ok := partitions.Recognize(at); ok {
		s.weighStructure(&st, cost, partitionsShare)
	} else if st, ok := marks.Recognize(at); ok {
		s.weighStructure(&st, cost, marksShare)
	}
}

// weighStructure lets one count that has the threshold after paying for the sectors
// tried and its family's share of the budget.
func (s *segment) weighStructure(st *proof.Observation, cost, share float64) {
	if bits := st.Bits - cost - share; bits >= s.Threshold {
		s.addStructure(st, bits)
	}
}

// sectorCost is what a detector pays, in bits, that tries every sector: the
// sectors of a block, and its part of those of the context.
func (s *segment) sectorCost() float64 {
	return math.Log2(float64(s.BlockBytes) / SectorBytes * s.positions)
}

// addStructure takes a structure, but not the rest of a table that was reported from its
// beginning.
func (s *segment) addStructure(st *proof.Observation, bits float64) {
	if !st.Explained && st.Kind == s.last.Kind && st.Start >= s.last.Start && st.Start < s.last.End {
		s.mark(st.Start, st.End, residueSector, detectorOf(st))
		return
	}
	if !st.Explained {
		s.last = *st
	}
	s.take(st, bits)
}

// take explains what an observation says is explained; the rest is residue.
func (s *segment) take(o *proof.Observation, bits float64) {
	if o.Explained {
		s.explain(o.Start, o.End, o.Kind)
		s.addExplanation(o.Start, o.End, o.Kind, o.Detail, o.Texts, o.Free)
		return
	}
	s.mark(o.Start, o.End, residueSector, detectorOf(o))
	s.addFinding(o.Start, o.End, detectorOf(o), o.Kind, bits, hush(o.Detail, o.Texts))
}

func detectorOf(o *proof.Observation) string {
	if o.Keys {
		return "keys"
	}
	return "filesystem"
}
