package look

// findSignatures looks for the beginnings of files, also in the context before
// the segment: what was validated there may reach into it.
func (s *segment) findSignatures() {
	cost := s.sectorCost() + signatureShare
	for off := 0; off < s.hi; off += SectorBytes {
		if s.sectors[off/SectorBytes].kind != dataSector {
			continue
		}
		if o, ok := s.signature.At(s.buf, off); ok && o.Bits-cost >= s.Threshold {
			s.mark(o.Start, o.End, residueSector, "signature")
			s.addFinding(o.Start, o.End, "signature", o.Kind, o.Bits-cost, o.Detail)
		}
	}
}
