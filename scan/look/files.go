package look

// findSignatures looks for the beginnings of files, also in the context before
// the segment: what was validated there may reach into it.
func (s *segment) findSignatures() {
	cost := s.sectorCost() + signatureShare
	for off := 0; off < s.hi; off += SectorBytes {
		if s.sectors[off/SectorBytes].kind != dataSector {
			continue
		}
		if m, ok := s.signature.At(s.buf[off:]); ok && m.Bits-cost >= s.Threshold {
			s.mark(off, off+m.Length, residueSector, "signature")
			s.addFinding(off, off+m.Length, "signature", m.Kind, m.Bits-cost, m.Detail)
		}
	}
}
