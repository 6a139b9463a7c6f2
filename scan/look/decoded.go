package look

import (
	"slices"

	"shokyo.dev/shokyo/scan/compressed/deflate"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/text"
)

// What compressed data hold. A finder that decodes hands out what it decoded, and that is
// looked at again: for text, for the beginnings of files at its own sectors, for DEFLATE
// once more. What is seen there describes a finding that has proven itself already: it has
// that finding's place and bits, and the way into it as further steps of its path. It is no
// test of uniform bytes, has no share of a block's budget, and makes nothing residue.
//
// The first kind of text and the first file that are seen are reported; the rest of the bytes is
// like them. A medium says how much there is to decode, so there are budgets: what is left
// out then is only description.

const (
	decodedOnce  = 64 << 10 // bytes at each end that are looked at of what one finding decodes to
	decodedPage  = 2 << 20  // of all of a page's
	decodedCall  = 4 << 10  // what a look costs besides, in bytes
	decodedSteps = 2        // how deep: a gzip inside a gzip

	// decodedText is how many bits a run of text must have: some 20 characters of prose. In
	// decodedOnce random bytes there is one with probability 2^-24.
	decodedText = 40
)

// decoder is a finder that also says how what it found is decoded, one step of a path, and
// to what. Without a step nothing was decoded. What was is valid until report returns.
type decoder func(b []byte, need float64, report func(o proof.Observation, way string, decoded []byte))

// contents are what looks at decoded bytes, and what it may still look at on this page.
type contents struct {
	left   int
	nested *deflate.Finder // beside the one whose output it reads
	kinds  []string        // that were reported of the finding at hand
}

// decodeIn reports what a decoder sees in what is left of the span, and what is in that.
func (s *segment) decodeIn(d Detector, find decoder) {
	price := s.price(d)
	for lo, hi := range s.unmasked(0, len(s.buf)) {
		find(s.buf[lo:hi], s.Threshold+price, func(o proof.Observation, way string, decoded []byte) {
			o.Start, o.End, o.Bits = o.Start+lo, o.End+lo, o.Bits-price
			if !s.takeUnlessPlain(d, &o) {
				return
			}
			s.contents.kinds = s.contents.kinds[:0]
			s.lookInto(&o, medium.Path{way}, decoded)
		})
	}
}

// lookInto looks at what a finding decodes to, behind these steps.
func (s *segment) lookInto(of *proof.Observation, inside medium.Path, decoded []byte) {
	c := &s.contents
	if inside[len(inside)-1] == "" || len(decoded) == 0 || c.left <= 0 || of.End <= s.lo || of.Start >= s.hi {
		return
	}
	// Without what was decoded before, the beginning has holes, and what copies them has too:
	// text is read where there are fewest.
	first, last := decoded[:min(len(decoded), decodedOnce)], decoded[max(0, len(decoded)-decodedOnce):]
	c.left -= len(first) + len(last) + decodedCall
	s.textInside(of, inside, last)
	s.fileInside(of, inside, first)
	if len(inside) == decodedSteps {
		return
	}
	if c.nested == nil {
		c.nested = new(deflate.Finder)
	}
	c.nested.Find(first, s.Threshold+s.price(Deflate), func(_ proof.Observation, way string, further []byte) {
		s.lookInto(of, append(slices.Clip(inside), way), further)
	})
}

// textInside reports the encoding that most of the text in b has, with its longest run.
func (s *segment) textInside(of *proof.Observation, inside medium.Path, b []byte) {
	var bytes [text.NumEncodings]int
	var longest [text.NumEncodings]text.Run
	most := text.Encoding(0)
	s.text.Find(b, decodedText, func(r text.Run) {
		e := r.Encoding
		if r.End-r.Start > longest[e].End-longest[e].Start {
			longest[e] = r
		}
		if bytes[e] += r.End - r.Start; bytes[e] > bytes[most] {
			most = e
		}
		s.keysInside(of, inside, b[r.Start:r.End], e)
	})
	if bytes[most] > 0 {
		r := longest[most]
		s.describe(of, inside, Decoded, most.String(), text.Mask(b[r.Start:r.End], most, 48))
	}
}

// keysInside reports the keys that a decoded text holds. Who has the medium has them as well.
func (s *segment) keysInside(of *proof.Observation, inside medium.Path, b []byte, e text.Encoding) {
	s.keysIn(b, e, func(kind string, _, _ int) { s.describe(of, inside, Keys, kind, "") })
}

// fileInside reports the first beginning of a file at a sector of b.
func (s *segment) fileInside(of *proof.Observation, inside medium.Path, b []byte) {
	for off := 0; off+SectorBytes <= len(b); off += SectorBytes {
		if o, ok := s.signature.At(b, off); ok {
			s.describe(of, inside, Decoded.reports(&o), o.Kind, o.Detail)
			return
		}
	}
}

// describe lists what is inside a finding, once for each kind: as Decoded, or as Keys. What of the finding is wanted is its place.
func (s *segment) describe(of *proof.Observation, inside medium.Path, d Detector, kind, detail string) {
	if !slices.Contains(s.contents.kinds, kind) {
		s.contents.kinds = append(s.contents.kinds, kind)
		s.list(d, &proof.Observation{Kind: kind, Start: max(of.Start, s.lo), End: min(of.End, s.hi), Bits: of.Bits, Detail: detail}, inside)
	}
}
