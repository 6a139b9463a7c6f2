// Package look is the one sweep over a page: it gives every block of a page its class
// and says what in it is not what erasure leaves. It knows one page with its context, and
// nothing of plans, of the order of pages or of what other pages hold.
//
// # The sweep
//
// Every sector is fill, pattern or data. Then the detectors are asked in the order of
// their table (scan/detector): those that know structures at every sector, also in the
// context, those that sweep over the span, those that judge a block. What one takes is
// marked, explained or residue, and the next looks at what is left. Between them seams of
// fill (seam.go) and units laid end to end (repetition.go) are told from data. At last
// each block gets the worst class of what is in it (blocks.go). Blocks of ciphertext add up to
// windows in package gather.
//
// # To add a detector
//
//   - Write it in a package of its own below scan: bytes in, a proof.Observation out, with
//     the bound P(bits ≥ s) ≤ 2^-s in its comment and in docs/detection.md.
//   - Give it a row in the table (scan/detector): what it is called, its share of a block's budget (a test
//     adds them up), the positions it tries, how its findings join. In the table here (ways) say
//     how it is asked. A sweep is a method of segment that hands what it finds, paid
//     (price), to take.
//   - Its name needs words in reports, its share a row in docs/detection.md; tests find
//     what is missing.
//
// A structure, a mark or a kind of file is no detector: it is a row in the table of the
// package that knows such things.
package look

import (
	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/scan/compressed/brotli"
	"shokyo.dev/shokyo/scan/compressed/bzip2"
	"shokyo.dev/shokyo/scan/compressed/deflate"
	"shokyo.dev/shokyo/scan/compressed/lzma"
	"shokyo.dev/shokyo/scan/compressed/zstd"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/inside"
	"shokyo.dev/shokyo/scan/keyschedule"
	"shokyo.dev/shokyo/scan/media/opus"
	"shokyo.dev/shokyo/scan/media/picture"
	"shokyo.dev/shokyo/scan/media/sound"
	"shokyo.dev/shokyo/scan/media/video"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/repeats"
	"shokyo.dev/shokyo/scan/reused"
	"shokyo.dev/shokyo/scan/seen"
	"shokyo.dev/shokyo/scan/signature"
	"shokyo.dev/shokyo/scan/signature/keyfile"
	"shokyo.dev/shokyo/scan/text"
)

const (
	// SectorBytes is the finest unit that is looked at: a 512-byte sector.
	SectorBytes = proof.SectorSize
	// PageBytes is the most that is looked at together, aligned on the medium, besides
	// its context.
	PageBytes = 4 << 20
)

// Terms are what holds for every page of an examination.
type Terms struct {
	Size       int64   // of the medium
	BlockBytes int     // the unit that gets a class
	Threshold  float64 // in bits
	Places     []medium.Place
	// Scattered says that spans are looked at without context first, and with it only
	// where that raised an alarm: then the places of the context are not paid for.
	Scattered bool
	// Quick says that the dear detectors look only where there is doubt (doubt.go).
	Quick bool
	// Corpora are what is known to have been on the medium (known.go).
	Corpora []Corpus
}

// Looker looks at one span after the other. It has the working memory of all
// detectors: one for each worker.
type Looker struct {
	segment segment
}

func New(t Terms) *Looker {
	l := &Looker{segment: segment{Terms: t, detectors: new(detectors), atSectors: atSectors()}}
	for _, place := range t.Places {
		l.segment.starts = append(l.segment.starts, place.Start)
	}
	return l
}

// Span is a part of a page in a buffer with its context.
type Span struct {
	Buf    []byte
	Base   int64 // offset of Buf[0] on the medium; a multiple of SectorBytes
	Lo, Hi int   // the part of Buf that is looked at; the rest is its context
	Holes  []Hole
}

// Hole is a stretch of a buffer that the medium refused to give.
type Hole struct {
	Lo, Hi int
	Reason string
}

// Look classifies every block of a span and reports what was seen. What it gives is
// overwritten by the next look.
func (l *Looker) Look(v Span) *seen.Span {
	s := &l.segment
	s.base, s.buf, s.lo, s.hi = v.Base, v.Buf, v.Lo, v.Hi
	s.positions = 1
	if !s.Scattered {
		s.positions = float64(len(v.Buf)) / float64(v.Hi-v.Lo)
	}
	s.out.Reset(v.Hi - v.Lo)
	s.examine(v.Holes)
	return &s.out
}

// detectors are the families with their working memory.
type detectors struct {
	meter       entropy.Meter
	text        text.Finder
	repeats     repeats.Finder
	unit        unitFinder
	inside      inside.Finder
	reused      reused.Finder
	signature   signature.Finder
	keyschedule keyschedule.Finder
	keyfile     keyfile.Finder
	bzip2       bzip2.Finder
	brotli      brotli.Finder
	lzma        lzma.Finder
	sound       sound.Finder
	opus        opus.Finder
	deflate     deflate.Finder
	zstd        zstd.Finder
	picture     picture.Finder
	video       video.Finder
}

// segment is a wanted span of the medium in a buffer with its context.
type segment struct {
	Terms
	*detectors
	starts    []int64 // of the medium's partitions
	atSectors []detector.ID
	base      int64 // offset of buf[0] on the medium; a multiple of 512
	buf       []byte
	lo, hi    int // the wanted part of buf
	sectors   []sector
	positions float64           // start positions tried for each wanted byte; above 1 with context
	last      proof.Observation // the last residue structure that was reported
	found     int               // how often something was found
	doubts    []bool            // of each stretch, where they were weighed
	weighed   bool
	counted   []entropy.Tally // what the look for doubt counted, of each of the smallest windows
	glances   []glance        // and what it saw of each block
	block     block           // that is looked at
	data      []byte          // scratch: the data sectors of one block
	aside     []byte          // scratch: what lies around a seam
	asides    int             // how often it was used
	files     []file          // that begin at sectors
	tally     entropy.Tally

	out seen.Span
}
