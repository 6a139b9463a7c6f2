package look

import (
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/filesystem"
	"shokyo.dev/shokyo/scan/keys"
	"shokyo.dev/shokyo/scan/marks"
	"shokyo.dev/shokyo/scan/partitions"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock"
)

// way is how a detector is asked: at every sector, with the sectors around it (whole, at), once for
// every span (sweep), for every block (block).
type way struct {
	whole  func(proof.Place) []proof.Observation // what proves itself and is never dismissed
	at     func(proof.Place) (proof.Observation, bool)
	aside  bool // at is asked in data only, and its answer keeps no other from being asked
	before func(*segment)
	sweep  func(*segment)
	block  func(*segment, *block)

	plain float64 // bits per byte by statistics, from which on they name what it found (compressed.go)
	dear  bool    // takes so long that at quick depth it looks only where there is doubt (doubt.go)
}

// ways has every detector, in the order in which they are asked: first all that is
// asked at every sector, sector by sector, where the first answer counts; then what is
// asked once for the span; then what is asked of each block. Each marks what it takes,
// and those behind it look at what is left. What is decoded is asked of those that decode (decoded.go).
//
// It is filled in init because its functions read it.
var ways [detector.Count]way

func init() {
	ways = [detector.Count]way{
		detector.Keys:         {whole: keys.Headers, at: keys.Recognize, aside: true},
		detector.Superblocks:  {at: superblock.Recognize}, // before a boot sector is taken for FAT's
		detector.Filesystems:  {at: filesystem.Recognize},
		detector.Partitions:   {at: partitions.Recognize},
		detector.Marks:        {at: marks.Recognize},
		detector.Signatures:   {sweep: (*segment).findSignatures},
		detector.Embedded:     {before: (*segment).findSeams, sweep: (*segment).findEmbedded, dear: true}, // fill is no data of any that sweep over bytes
		detector.KeySchedules: {before: (*segment).findUnit, sweep: (*segment).findKeySchedules},
		detector.PrivateKeys:  {sweep: (*segment).findPrivateKeys},
		detector.Bzip2:        {sweep: (*segment).findBzip2, plain: plainBits, dear: true},
		detector.LZMA:         {sweep: (*segment).findLZMA, plain: plainBits},
		detector.Sound:        {sweep: (*segment).findSound, plain: plainBits, dear: true},
		detector.Opus:         {sweep: (*segment).findOpus, plain: plainMedia, dear: true},
		detector.Pictures:     {sweep: (*segment).findPictures, plain: plainMedia, dear: true},
		detector.Video:        {sweep: (*segment).findVideo, plain: plainMedia, dear: true},
		detector.Deflate:      {sweep: (*segment).findDeflate, plain: plainBits, dear: true},
		detector.Zstd:         {sweep: (*segment).findZstd, plain: plainBits, dear: true},
		detector.Brotli:       {sweep: (*segment).findBrotli, plain: plainBits, dear: true},
		detector.Text:         {sweep: (*segment).findText},
		detector.Repeats:      {sweep: (*segment).findRepeats},
		detector.Keystreams:   {sweep: (*segment).findKeystreams, dear: true},
		detector.Known:        {sweep: (*segment).findKnown},
		detector.Statistics:   {block: (*segment).measure},
	}
}

// price is what a detector pays, in bits.
func (s *segment) price(d detector.ID) float64 { return d.Price(float64(s.BlockBytes) * s.positions) }

// priceOf is what positions cost, in bits: those of a block, with its part of those of the context.
func (s *segment) priceOf(tries proof.Tries) float64 {
	return tries.Price(float64(s.BlockBytes) * s.positions)
}
