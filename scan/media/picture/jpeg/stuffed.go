package jpeg

import "bytes"

// stuffed is entropy-coded data without what was put in so that a decoder does not take it for
// markers (T.81 B.1.1.5): 00 behind FF is left out, and at restart markers it is cut into parts.
type stuffed struct {
	data   []byte
	at     []int32 // of each 00 that was left out, in data
	parts  []part
	taken  int  // bytes that were read
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
	s.data, s.at, s.parts, s.taken, s.intact = s.data[:0], s.at[:0], append(s.parts[:0], part{}), 0, true
	s.more(b)
}

// more takes what b, which was read to some place, has behind it.
func (s *stuffed) more(b []byte) {
	for s.intact && s.taken < len(b) {
		plain := bytes.IndexByte(b[s.taken:], 0xFF)
		if plain < 0 {
			plain = len(b) - s.taken
		}
		s.data = append(s.data, b[s.taken:s.taken+plain]...)
		s.taken += plain
		if s.taken+1 >= len(b) {
			break
		}
		s.marker(b[s.taken+1])
	}
	s.parts[len(s.parts)-1].hi = len(s.data)
}

// marker takes FF and what stands behind it.
func (s *stuffed) marker(m byte) {
	switch {
	case m == 0:
		s.data = append(s.data, 0xFF)
		s.at = append(s.at, int32(len(s.data)))
	case m&0xF8 == 0xD0:
		s.parts[len(s.parts)-1].hi = len(s.data)
		s.parts = append(s.parts, part{lo: len(s.data), raw: s.taken + 2, zeros: len(s.at), marker: m})
	default:
		s.intact = false
		return
	}
	s.taken += 2
}

// raw is where a byte of data lies in what was read.
func (s *stuffed) raw(p *part, at int, zeros int) int { return p.raw + at - p.lo + zeros - p.zeros }
