package look

import (
	"fmt"
	"math"
	"strconv"
	"strings"

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
		if v, ok := keys.ParseLUKS(s.buf, off, s.base); ok {
			s.addVolume(&v, v.Bits-cost-keysShare)
		}
		at := proof.Place{Buf: s.buf, Off: off, Base: s.base, Size: s.Size, Starts: s.starts}
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

func (s *segment) addStructure(st *proof.Observation, bits float64) {
	if st.Explained {
		s.explain(st.Start, st.End, st.Kind)
		s.addExplanation(st.Start, st.End, st.Kind, st.Detail, st.Texts, st.Free)
		return
	}
	detector := "filesystem"
	if st.Keys {
		detector = "keys"
	}
	s.mark(st.Start, st.End, residueSector, detector)
	if st.Kind == s.last.Kind && st.Start >= s.last.Start && st.Start < s.last.End {
		return // the rest of a table that was reported from its beginning
	}
	s.last = *st
	s.addFinding(st.Start, st.End, detector, st.Kind, bits, hush(st.Detail, st.Texts))
}

// addVolume judges a LUKS header. Only one that is whole and lists no key slot
// is explained.
func (s *segment) addVolume(v *keys.Volume, bits float64) {
	if v.Live == 0 && !v.Damaged {
		kind := v.Kind + "-wiped"
		s.explain(v.Start, v.End, kind)
		s.addExplanation(v.Start, v.End, kind, v.Detail, v.Texts, v.Free)
		return
	}
	s.mark(v.Start, v.End, residueSector, "keys")
	detail := hush(v.Detail, v.Texts)
	switch {
	case v.Foreign:
		s.addFinding(v.Start, v.End, "keys", v.Kind+"-foreign-token", bits, detail)
	case v.Damaged:
		s.addFinding(v.Start, v.End, "keys", v.Kind+"-damaged", bits, detail)
	}
	var live []string
	for _, slot := range v.Slots {
		if slot.Live {
			live = append(live, strconv.Itoa(slot.Index))
		}
	}
	if len(live) > 0 {
		s.addFinding(v.Start, v.End, "keys", LiveKeySlot, bits, fmt.Sprintf("%s, live key slots: %s", v.Kind, strings.Join(live, ", ")))
	}
}
