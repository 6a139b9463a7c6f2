package jpeg

// stuffed is entropy-coded data without what was put in so that a decoder does not take it for
// markers (T.81 B.1.1.5): 00 behind FF is left out, and at restart markers it is cut into parts.
type stuffed struct {
	data   []byte
	at     []int32 // of each 00 that was left out, in data
	parts  []part
	intact bool // no other marker came before the end
}

// part is what lies between restart markers.
type part struct {
	lo, hi int  // in data
	raw    int  // where it begins in what was read
	zeros  int  // of at that lie before it
	marker byte // D0 to D7, at its beginning; 0: none
}

// read takes bytes up to a marker that is no restart.
func (s *stuffed) read(b []byte) {
	s.data, s.at, s.parts = s.data[:0], s.at[:0], s.parts[:0]
	p, i := part{}, 0
	for ; i < len(b); i++ {
		c := b[i]
		if c != 0xFF {
			s.data = append(s.data, c)
			continue
		}
		if i+1 == len(b) {
			break
		}
		switch m := b[i+1]; {
		case m == 0:
			s.data = append(s.data, c)
			s.at = append(s.at, int32(len(s.data)))
			i++
		case m&0xF8 == 0xD0:
			p.hi = len(s.data)
			s.parts = append(s.parts, p)
			p = part{lo: len(s.data), raw: i + 2, zeros: len(s.at), marker: m}
			i++
		default:
			s.end(p)
			s.intact = false
			return
		}
	}
	s.end(p)
	s.intact = true
}

func (s *stuffed) end(p part) {
	p.hi = len(s.data)
	s.parts = append(s.parts, p)
}

// raw is where a byte of data lies in what was read.
func (s *stuffed) raw(p *part, at int, zeros int) int { return p.raw + at - p.lo + zeros - p.zeros }
