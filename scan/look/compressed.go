package look

import (
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
)

// finder looks for one kind of data in the whole of some bytes: what has need bits is
// reported, in ascending order, with its place in them.
type finder func(b []byte, need float64, report func(proof.Observation))

// findIn reports what a finder sees in what is left of the span.
func (s *segment) findIn(d detector.ID, find finder) {
	s.eachIn(d, find, func(o *proof.Observation) { s.takeUnlessPlain(d, o) })
}

// eachIn hands on what a finder sees in what is left of the span, and has paid.
func (s *segment) eachIn(d detector.ID, find finder, take func(*proof.Observation)) {
	price := s.price(d)
	for lo, hi := range s.searched(d) {
		find(s.buf[lo:hi], s.Threshold+price, func(o proof.Observation) {
			o.Start, o.End, o.Bits = o.Start+lo, o.End+lo, o.Bits-price
			take(&o)
		})
	}
}

// What statistics save of a byte, at least, of what is not what a finder took it for. Chains of chunks and
// frames with sums and syncs hold for all that files of their kind have, but one stretch in a thousand; what
// those of pictures and films lead over hardly ever comes to a tenth of a byte. Machine code, tables and text that were
// taken for one of them nearly all come to more.
const (
	plainBits  = 2
	plainMedia = 0.3

	plainMost = 64 << 10 // bytes that are asked
)

// takeUnlessPlain takes what a finder saw. It proved that the bytes are not uniform, and that stands; but a stretch
// of a document that statistics explain better has their name.
func (s *segment) takeUnlessPlain(d detector.ID, o *proof.Observation) (taken bool) {
	b := s.buf[o.Start:min(o.End, o.Start+plainMost)]
	bits := s.meter.Cheaply(b, nil) * float64(o.End-o.Start) / float64(len(b)) // of all, as of these
	if taken = bits < ways[d].plain*float64(o.End-o.Start) || bits-s.price(detector.Statistics) < o.Bits; !taken {
		d, o.Kind, o.Detail = detector.Statistics, BlockKind, ""
	}
	s.take(d, o)
	return taken
}

func (s *segment) findBzip2()    { s.findIn(detector.Bzip2, s.bzip2.Find) }
func (s *segment) findSound()    { s.findIn(detector.Sound, s.sound.Find) }
func (s *segment) findOpus()     { s.findIn(detector.Opus, s.opus.Find) }
func (s *segment) findPictures() { s.findIn(detector.Pictures, s.picture.Find) }
func (s *segment) findVideo()    { s.findIn(detector.Video, s.video.Find) }
func (s *segment) findBrotli()   { s.findIn(detector.Brotli, s.brotli.Find) }

func (s *segment) findKeySchedules() {
	s.eachIn(detector.KeySchedules, s.keyschedule.Find, func(o *proof.Observation) { s.take(detector.KeySchedules, o) })
}

// findPrivateKeys leaves out those at the start of a sector that have their name already.
func (s *segment) findPrivateKeys() {
	s.eachIn(detector.PrivateKeys, s.keyfile.Find, func(o *proof.Observation) {
		if !s.holdsKeys(o.Start, o.End) {
			s.take(detector.PrivateKeys, o)
		}
	})
}

func (s *segment) findDeflate() { s.decodeIn(detector.Deflate, s.deflate.Find) }
func (s *segment) findZstd()    { s.decodeIn(detector.Zstd, s.zstd.Find) }
