package look

import (
	"math"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/seen"
)

// Corpus is what is known to have been on the medium, as hashes of its sectors (package corpus).
type Corpus interface {
	// Find says whether a sector is one of it, and its place in it; -1: it stands in several files, and
	// proves nothing. It is asked by many goroutines at once.
	Find(sector []byte) (place int64, ok bool)
	// Entries is how many sectors can be found.
	Entries() int64
	// Identity tells it from all others.
	Identity() string
}

// KnownKind is what a finding of sectors that are known is called.
const KnownKind = "known-sectors"

// knownBits is the strength of a match before anything is paid: 128 bits of HMAC-SHA-256. A sector of uniform bytes
// has a given hash with probability 2^-128, so any of n with at most n·2^-128.
const knownBits = 128

// findKnown looks up every wanted sector in every corpus. What is explained stays so: a partition table outlives
// the files.
func (s *segment) findKnown() {
	for n, c := range s.Corpora {
		first := len(s.out.Known)
		for i := s.lo / SectorBytes; (i+1)*SectorBytes <= s.hi; i++ {
			switch s.sectors[i].kind {
			case fillSector, holeSector, explainedSector:
				continue
			}
			if place, ok := c.Find(s.sector(i)); ok {
				s.addKnown(n, s.base+int64(i)*SectorBytes, place)
			}
		}
		bits := knownBits - math.Log2(float64(c.Entries())*float64(len(s.Corpora))) - s.price(detector.Known)
		for _, r := range s.out.Known[first:] {
			if lo := int(r.Offset - s.base); !r.Shared() && bits >= s.Threshold {
				s.take(detector.Known, &proof.Observation{Kind: KnownKind, Start: lo, End: lo + int(r.Sectors)*SectorBytes, Bits: bits})
			}
		}
	}
}

func (s *segment) addKnown(corpus int, offset, place int64) {
	if n := len(s.out.Known); n > 0 {
		if last := &s.out.Known[n-1]; last.Goes(corpus, offset, place) {
			last.Sectors++
			return
		}
	}
	s.out.Known = append(s.out.Known, seen.KnownRun{Corpus: corpus, Offset: offset, Sectors: 1, Place: place})
}
