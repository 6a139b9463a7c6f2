package look

// findSignatures looks for the beginnings of files, also in the context before
// the segment: what was validated there may reach into it.
func (s *segment) findSignatures() {
	price := s.price(Signatures)
	for off := 0; off < s.hi; off += SectorBytes {
		if s.sectors[off/SectorBytes].kind != dataSector {
			continue
		}
		if o, ok := s.signature.At(s.buf, off); ok && o.Bits-price >= s.Threshold {
			o.Bits -= price
			s.take(Signatures, &o)
		}
	}
}
