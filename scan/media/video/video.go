// Package video finds pieces of films without the beginning of their file.
//
// # What is there to see
//
// What H.264, HEVC, VP9 and AV1 pack is the output of an arithmetic coder with adaptive probabilities: nothing tells it from
// uniform bytes. But it is cut into units of some kilobytes, a picture or a slice of one, and each begins with a header:
//
//	NAL units behind their length     nal.go         MP4, MOV, Matroska, HEIC (ISO/IEC 14496-15)
//	NAL units behind a start code     nal.go         transport streams, AVI (ITU-T H.264 and H.265, Annex B)
//	start codes of MPEG-1, 2 and 4    nal.go         also those of packs and packets
//	OBUs                              av1.go         AV1 specification, 5.3
//	frames of VP9                     vp9.go         VP9 specification, 6.2
//	elements of Matroska and WebM     matroska.go    RFC 8794, RFC 9559
//	packets, tags, chunks, frames     containers.go  transport streams, FLV, AVI, IVF
//
// A header says what the unit is, mostly how long it is, so where the next begins, and then come fields that are alike in all
// units of a film. Between two units lies nothing, or sound: then the chain goes on behind a gap.
//
// # The bound
//
// A chain is a way to read the bytes from a start position on: a unit, the gap behind it, the next unit. Let Q be a source that
// first draws a format by its share, and then for each unit from urns (urns.go): what it is, its size, the first bits of its payload, whether a
// gap follows and how long it is; whatever it does not draw is uniform. Read from the first byte to the last, Q/P with P uniform is a
// nonnegative martingale that starts at 1. One way to read is part of Q with the weight that its draws have, so its bits, the logarithm of its weight and
// of Q/P along it, are at most those of the whole, and by Ville's inequality
//
//	P(any chain from one start position reaches s bits) ≤ 2^-s
//
// whichever of all ways is taken, and wherever it stops. So a search may follow what looks best and leave out the rest: that costs
// power only. Urns learn from the units before them alone, and no byte counts twice: a unit begins behind what was
// looked at of the one before. [Finder.Find] looks from every byte on, and its caller pays for that.
//
// Emulation prevention (Annex B: no 000000, 000001, 000002 inside of a unit) is no evidence: in a megabyte of uniform bytes
// these are expected 0.19 times, so that their absence is worth a quarter of a bit.
package video

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/pairs"
	"shokyo.dev/shokyo/scan/proof"
)

const (
	// mayChance is what a unit adds at least that does not go on a chain by chance. One that adds less is taken where it is
	// close by, so that what lies between is no more than a block.
	mayChance = 8
	closeBy   = 4096

	// surely is what it adds to a chain that it belongs to.
	surely = 16

	// maySink is how much less than that it may be worth when the first bits of its payload were looked at.
	maySink = 2

	// chains is how many are open in each format.
	chains = 4

	// A chain of so many bits is not looked for again inside of itself.
	believed = 32

	// What a look at a place costs, a unit that is weighed, the urns of a chain that is begun or copied; so much work may be
	// done for so many bytes, and some to begin with.
	look, weighing, copying = 1, 8, 16
	bytesPerWork            = 8
	workAhead               = 1 << 15

	stretch = 32 << 10
)

// Finder finds units of films. The zero value is ready; it is for one goroutine.
type Finder struct {
	b      []byte
	need   float64
	open   [numFormats][chains]chain
	until  [numFormats]int // no unit is looked for before: a chain has them
	worked int
	at     int // how far the buffer was gone through
	found  []proof.Observation

	// Places in a stretch at which a unit may begin: all, and those of each first byte.
	all    []int
	places [len(firsts)][]int
}

// Find reports the pieces in b that have need bits, in ascending order.
func (f *Finder) Find(b []byte, need float64, report func(proof.Observation)) {
	f.b, f.need, f.worked, f.found = b, need, 0, f.found[:0]
	f.until = [numFormats]int{}
	for f.at = 0; f.at < len(b); f.at += stretch {
		f.scan(f.at, min(f.at+stretch, len(b)))
	}
	for k := range f.open {
		for i := range f.open[k] {
			f.close(&formats[k], &f.open[k][i])
		}
	}
	f.settle(report)
	f.b = nil
}

// pay says whether some more work may be done.
func (f *Finder) pay(work int) bool {
	if f.worked+work > f.at/bytesPerWork+workAhead {
		return false
	}
	f.worked += work
	return true
}

// consider takes a place where a unit of a format may begin.
func (f *Finder) consider(id formatID, at int) {
	if at <= f.until[id] && f.until[id] > 0 || !f.pay(look) {
		return
	}
	k := &formats[id]
	x, ok := k.read(f.b, at)
	if !ok || !f.pay(weighing) {
		return
	}
	alone, ok := id.prior().weigh(f.b, &x, k.gate-maySink)
	if !ok || alone < k.gate {
		return
	}
	c, bits := f.behind(id, &x)
	switch {
	case c != nil && c.bits+bits > alone && (bits >= mayChance || bits > 0 && x.at-c.behind() <= closeBy):
		if bits < mayChance { // it may be there by chance
			if !f.pay(copying) {
				return
			}
			c = f.fork(id, c)
		}
		c.step(x.at)
		c.add(f.b, &x, bits)
	case alone >= k.begin && f.pay(copying):
		c = f.room(id, nil)
		c.begin(id.prior(), f.b, &x, alone)
	default:
		return
	}
	f.follow(id, c)
}

// behind is the open chain that a unit goes on best, and what it adds. The strongest is asked first, and no other if the unit
// surely belongs to it.
func (f *Finder) behind(id formatID, x *unit) (best *chain, bits float64) {
	open := &f.open[id]
	strongest := 0
	for i := range open {
		if open[i].units > 0 && open[i].bits > open[strongest].bits {
			strongest = i
		}
	}
	for i := range open {
		c := &open[(strongest+i)%chains]
		if c.units == 0 {
			continue
		}
		way, ok := c.reach(x.at, formats[id].gap)
		if !ok || !f.pay(weighing) {
			continue
		}
		if n := way + c.urns.bits(f.b, x); best == nil || c.bits+n > best.bits+bits {
			if best, bits = c, n; i == 0 && bits >= surely {
				break
			}
		}
	}
	return best, bits
}

// follow walks on from unit to unit as long as nothing is between them.
func (f *Finder) follow(id formatID, c *chain) {
	k := &formats[id]
	for c.next > 0 && c.next < len(f.b) {
		x, ok := k.read(f.b, c.next)
		if !ok || !f.pay(weighing) {
			break
		}
		way, ok := c.reach(x.at, 1)
		bits := way + c.urns.bits(f.b, &x)
		if !ok || bits <= 0 {
			break
		}
		c.step(x.at)
		c.add(f.b, &x, bits)
	}
	if c.bits >= believed {
		f.until[id] = max(f.until[id], c.last)
	}
}

// room is a chain that may be begun, but not the one to keep: the weakest goes, or one that nothing can go on any more.
func (f *Finder) room(id formatID, keep *chain) *chain {
	open := &f.open[id]
	var worst *chain
	for i := range open {
		c := &open[i]
		switch {
		case c == keep:
		case c.units == 0:
			return c
		case worst == nil || f.value(id, c) < f.value(id, worst):
			worst = c
		}
	}
	f.close(&formats[id], worst)
	return worst
}

// value is what a chain has, as long as something can go it on.
func (f *Finder) value(id formatID, c *chain) float64 {
	if c.behind()+formats[id].gap < f.at {
		return -1
	}
	return c.bits
}

// fork keeps a chain as it is, beside its copy.
func (f *Finder) fork(id formatID, c *chain) *chain {
	d := f.room(id, c)
	*d = *c
	return d
}

// close reports a chain if it has what is needed, and forgets it.
func (f *Finder) close(k *format, c *chain) {
	if c.units > 0 && c.best-k.share >= f.need {
		f.found = append(f.found, proof.Observation{Kind: k.kind, Start: c.start, End: c.end, Bits: c.best - k.share,
			Detail: fmt.Sprintf("%d units", c.units)})
	}
	c.units = 0
}

// settle reports what was found in ascending order. What several chains found in one place is
// reported once, by the name of the longest; of several that are about as long, of the strongest.
func (f *Finder) settle(report func(proof.Observation)) {
	slices.SortFunc(f.found, func(a, b proof.Observation) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(b.Bits, a.Bits), cmp.Compare(a.Kind, b.Kind))
	})
	for i := 0; i < len(f.found); {
		o, best := f.found[i], &f.found[i]
		for i++; i < len(f.found) && f.found[i].Start < o.End; i++ {
			x := &f.found[i]
			o.End, o.Bits = max(o.End, x.End), max(o.Bits, x.Bits)
			if cmp.Or(cmp.Compare(octave(x.End-x.Start), octave(best.End-best.Start)), cmp.Compare(x.Bits, best.Bits)) > 0 {
				best, o.Kind, o.Detail = x, x.Kind, x.Detail
			}
		}
		report(o)
	}
}

// scan stops at the bytes that units have.
func (f *Finder) scan(lo, hi int) {
	for at := f.index(0, lo, hi); at < hi; at = f.index(0, at+1, hi) {
		at = f.inZeros(at, hi)
		f.zero(at)
	}
	f.list(lo, hi)
	for _, at := range f.places[0] {
		if mayBeBlock(f.b, at) {
			f.consider(matroska, at)
		}
	}
	for _, at := range f.places[1] {
		f.packet(at)
	}
	for _, at := range f.places[2] {
		f.frameOBU(at)
	}
	for _, at := range f.places[3] {
		f.consider(vp9, at)
	}
}

// firsts are the bytes that units have besides a 00, and these with what may follow.
var firsts = [...]struct {
	first   byte
	product pairs.Product
}{
	{simpleBlock, pairs.Of([]byte{simpleBlock}, pairs.Range(0x10, 0xff))},
	{packetSync, pairs.Of([]byte{packetSync}, nil)},
	{obuFrame, pairs.Of([]byte{obuFrame}, nil)},
	{frameShown, pairs.Of([]byte{frameShown}, pairs.Range(0x00, 0x3f))},
}

var (
	openings = func() *pairs.Set {
		var list []pairs.Product
		for _, x := range firsts {
			list = append(list, x.product)
		}
		return pairs.New(list...)
	}()
	// numberOf numbers the first bytes.
	numberOf = func() (of [256]uint8) {
		for i, x := range firsts {
			of[x.first] = uint8(i)
		}
		return of
	}()
)

// list fills places with what may begin in [lo, hi).
func (f *Finder) list(lo, hi int) {
	f.all = openings.Append(f.all[:0], f.b, lo, hi)
	for k := range f.places {
		f.places[k] = slices.Grow(f.places[k][:0], len(f.all)+1)
	}
	for _, at := range f.all {
		list := &f.places[numberOf[f.b[at]]]
		*list = append(*list, at)
	}
}

// index is where a byte stands next in [at, hi); hi: nowhere.
func (f *Finder) index(c byte, at, hi int) int {
	if n := bytes.IndexByte(f.b[at:hi], c); n >= 0 {
		return at + n
	}
	return hi
}

// inZeros passes over zeros with nothing but zeros around them, and gives one of the last.
func (f *Finder) inZeros(at, hi int) int {
	if at < 16 || binary.LittleEndian.Uint64(f.b[at-8:]) != 0 || binary.LittleEndian.Uint64(f.b[at-16:]) != 0 {
		return at
	}
	for at+16 <= hi && binary.LittleEndian.Uint64(f.b[at+8:]) == 0 {
		at += 8
	}
	return at
}

// zero looks at what a 00 can belong to.
func (f *Finder) zero(at int) {
	if at < zeroBefore || at+zeroBehind > len(f.b) {
		return
	}
	w := binary.BigEndian.Uint64(f.b[at:])
	if w>>48 < 0x20 { // the length of a NAL unit, below 2 MiB
		head := byte(w >> 24)
		if avcSymbol[head] >= 0 {
			f.consider(avc, at)
		}
		if hevcType[head] && byte(w>>16)-1 < 3 {
			f.consider(hevc, at)
		}
	}
	if w>>40 == 1 {
		f.startCode(at, byte(w>>32), byte(w>>24))
	}
	if w>>40 == 0 && flvType(f.b[at-8]) {
		f.consider(flv, at-8)
	}
	if w>>24 == 0 && f.b[at-4] == 0 {
		f.consider(ivf, at-7)
	}
	if c := f.b[at-7]; c-'0' < 10 || c == 'i' {
		f.consider(avi, at-7)
	}
	if f.b[at-3]-0x81 < 8 {
		f.blockBefore(at)
	}
}

// startCode looks at a start code by the two bytes behind it.
func (f *Finder) startCode(at int, head, next byte) {
	if avcSymbol[head] >= 0 {
		f.consider(avcCodes, at)
	}
	if hevcType[head] && next-1 < 3 {
		f.consider(hevcCodes, at)
	}
	f.consider(mpegCodes, at)
}
