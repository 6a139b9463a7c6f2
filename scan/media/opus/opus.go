// Package opus finds packets of Opus that follow each other, whatever the container.
//
// # The format
//
// A packet (RFC 6716, 3.1) begins with a byte that tells its mode, bandwidth and length, whether it is stereo, and how many frames
// are in it. Encoders choose it once: in a stream it is nearly always the same, and with one frame of 20 ms, as all use
// that were seen, its bits are xxx11s00. What follows comes from a range coder and is uniform but for its first
// bytes (silence, pitch, energies) and its last ones. No packet says how long it is: that stands in the container, Ogg far before, or Matroska beside.
//
// # The bound
//
// A chain is a start at a first byte, and packets behind it whose lengths are like those before: the model draws each length
// from a distribution around the mean of the earlier ones, then says that the byte behind it is the same as at the start, and weighs the byte
// that follows and the last one of the packet, which are near those of the packet before. All of these are normalised, so that
//
//	M(n) = Σ over the ways to divide the first n bytes into packets Π Q/P
//
// is a martingale for uniform bytes, which starts at 1 before the first byte: that too is weighed. The score of one way is at most M where its last packet ends, and by
// Ville's inequality M reaches 2^s anywhere with chance at most 2^-s. The best way is looked for (Viterbi), from all starts at once: it
// belongs to one start, for which the caller pays, as for every byte. To leave out chains, because they are of streams of zlib or
// come again to the byte, or to begin anew, costs power only.
package opus

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sync"

	"shokyo.dev/shokyo/scan/pairs"
	"shokyo.dev/shokyo/scan/proof"
)

const (
	// unit is how many units of a score are a bit.
	unit = 16

	kinds = 8 // values of a first byte that are looked for
	// recent is how many first bytes of a value are kept: between two packets one in 256 bytes looks like one.
	recent = 8

	shortest, longest = 16, 1300
	// behind is how many bytes from a first byte on are looked at.
	behind = 3
	// Lengths fall into classes, sixteen to a factor of two.
	perOctave = 16
	classes   = 12 * perOctave
	// Classes of a packet are at most so many from the mean; above and below they are too rare.
	spread   = 32
	numSteps = 2*spread + 1
)

// model.bin has weights: in eighths of a bit those of how many classes a length is from the mean of those before, for each degree of how much they
// spread; in sixteenths those of how far the second byte of a packet is from that of the packet before, and where that is the same the third, and how far the byte
// before a packet is from the one before the last packet: the ends of other packets, or the flags of blocks of Matroska, always the same.
//
//go:embed model.bin
var modelBin []byte

// model is what packets are held against.
type model struct {
	steps                  [degrees][numSteps]int32
	seconds, thirds, lasts [256]int32
	// classOf has the class of each length, and choices what it costs to say which length of the class it is.
	classOf, choices [longest + 1]uint8
	// likeliest is the most that the next length weighs, for each degree.
	likeliest [degrees]int32
}

// theModel is made when something is first compared with it, not at the start of every program.
var theModel = sync.OnceValue(func() *model {
	m := new(model)
	b := modelBin
	for i := range m.steps {
		b = weights(m.steps[i][:], b, 2)
	}
	for _, list := range []*[256]int32{&m.seconds, &m.thirds, &m.lasts} {
		b = weights(list[:], b, 1)
	}
	var members [classes]float64
	for n := 1; n <= longest; n++ {
		m.classOf[n] = uint8(class(n))
		members[m.classOf[n]]++
	}
	for n, c := range m.classOf {
		m.choices[n] = uint8(logUp(max(members[c], 1)))
	}
	for i := range m.steps {
		m.likeliest[i] = slices.Max(m.steps[i][:])
	}
	return m
})

// weights takes those of a list from b, and gives what is left of it.
func weights(list []int32, b []byte, step int32) []byte {
	for i := range list {
		list[i] = step * int32(int8(b[i]))
	}
	return b[len(list):]
}

// first is one first byte: the best way there.
type first struct {
	at, start int
	score     int32
	packets   int32
	zlib      int32 // first bytes on the way that begin a stream of zlib
	past      past
}

// ring has the last first bytes of one value: what of them is asked of every packet behind, and the rest.
type ring struct {
	ends [recent]ends
	of   [recent]first
	next uint
}

// ends is where a packet begins, the most that the score may be with a packet behind it, but for what is known of that one's bytes and
// length, and the bytes around: the last one before it, and the two behind its first.
type ends struct {
	at                  int
	most                int32
	last, second, third byte
}

// noRings have no first bytes: those that are there are too far away.
var noRings = func() (list [kinds]ring) {
	for i := range list {
		for k := range list[i].ends {
			list[i].ends[k].at = -longest - 1
		}
	}
	return list
}()

// Finder finds them. The zero value is ready; it is for one goroutine.
type Finder struct {
	model  *model
	rings  [kinds]ring
	open   [kinds]first // a chain with what is needed, where it was highest
	found  []proof.Observation
	left   int   // of the work of a stretch
	places []int // of a batch: where packets may begin
	recent [kinds]repeated
}

// Work on crafted input: on average a byte is compared with one first byte before, one in six of uniform bytes. Where there are more of them the rest of a stretch is
// not looked at.
const (
	stretch = 64 << 10
	batch   = 4 << 10
)

// Find reports what has need bits, from the first byte of a chain to the third of the packet behind its last whole one, in ascending order.
func (f *Finder) Find(b []byte, need float64, report func(proof.Observation)) {
	f.model = theModel()
	f.rings, f.open, f.recent, f.found = noRings, [kinds]first{}, [kinds]repeated{}, f.found[:0]
	enough := int32(math.Ceil(need * unit))
	for lo := 0; lo < len(b); lo += batch {
		if lo%stretch == 0 {
			f.left = stretch
		}
		f.places = openings.Append(f.places[:0], b, max(lo, 1), min(lo+batch, len(b)-behind+1))
		for _, i := range f.places {
			if f.left <= 0 {
				break
			}
			kind := int(kindOf[b[i]])
			x := f.follow(kind, b, i)
			switch {
			case x.score < enough:
			case f.recent[kind].again(b, i):
				f.cut(kind, x)
			case 2*x.zlib <= x.packets+1:
				f.keep(kind, b, x)
			}
		}
	}
	for kind := range f.open {
		f.close(kind, b)
	}
	slices.SortStableFunc(f.found, func(x, y proof.Observation) int { return cmp.Compare(x.Start, y.Start) })
	until := 0
	for _, o := range f.found {
		if o.Start >= until {
			report(o)
			until = o.End
		}
	}
}

// configs are those that hold music: 20 ms of CELT of full bandwidth, of smaller ones down to wideband, and of Hybrid.
var configs = [kinds / 2]int{31, 27, 23, 15}

// kindOf numbers the first bytes of packets of these, mono and stereo; -1: another.
var kindOf = func() (of [256]int8) {
	for c := range of {
		of[c] = -1
	}
	for i, config := range configs {
		of[config<<3], of[config<<3|4] = int8(2*i), int8(2*i+1)
	}
	return of
}()

// openings are the same: their halves are those of no other byte.
var openings = pairs.New(pairs.Of([]byte{0x78, 0x7c, 0xb8, 0xbc, 0xd8, 0xdc, 0xf8, 0xfc}, nil))

// firsts weighs the first byte of a chain: half of all streams are stereo of full bandwidth, the others are alike.
var firsts = func() (list [kinds]int32) {
	for kind := range list {
		list[kind] = -logUp(2.0 * (kinds - 1) / 256)
	}
	list[1] = -logUp(2.0 / 256)
	return list
}()

// follow adds the first byte at i, with the best way there.
func (f *Finder) follow(kind int, b []byte, i int) *first {
	m, r := f.model, &f.rings[kind]
	last, second, third := b[i-1], b[i+1], b[i+2]
	x := first{at: i, start: i, score: firsts[kind]}
	for k := range uint(recent) {
		e := &r.ends[(r.next-1-k)%recent]
		n := i - e.at
		if f.left--; n > longest {
			break
		}
		// Most are worth less than a beginning even at the likeliest length.
		most := e.most + m.lasts[last-e.last] + m.seconds[second-e.second] - int32(m.choices[n])
		if second == e.second {
			most += m.thirds[third-e.third]
		}
		if most <= x.score || n < shortest {
			continue
		}
		p, c := &r.of[(r.next-1-k)%recent], int32(m.classOf[n])
		if score := most - m.most(p.past) + m.weigh(p.past, c); score > x.score {
			x = first{i, p.start, score, p.packets + 1, p.zlib, p.past.with(c)}
		}
	}
	if b[i] == zlibMethod && (second == 0x01 || second == 0x5e || second == 0x9c || second == 0xda) {
		x.zlib++
	}
	at := r.next % recent
	r.next++
	r.of[at] = x
	// Field by field: what was just written in parts is slow to read as a whole.
	e := &r.ends[at]
	e.at, e.most, e.last, e.second, e.third = i, x.score+sameFirst+m.most(x.past), last, second, third
	return &r.of[at]
}

// sameFirst is what it is worth that a packet has the first byte that it must have.
const sameFirst = 8 * unit

// past is what is known of the lengths before: the mean of their classes, and how far they are from it; zero: nothing.
type past struct{ mean, spread int32 } // in sixteenths

const (
	pastUnit = 16
	pastRate = 4 // a quarter of a mean is the last length

	// impossible is the weight of what the model never says.
	impossible = -1 << 20
)

// weigh weighs the class of the next length.
func (m *model) weigh(p past, class int32) int32 {
	if p.mean == 0 {
		return firstLength
	}
	d := class - p.mean/pastUnit + spread
	if uint32(d) >= numSteps {
		return impossible
	}
	return m.steps[p.degree()][d]
}

// most is the most that weigh says.
func (m *model) most(p past) int32 {
	if p.mean == 0 {
		return firstLength
	}
	return m.likeliest[p.degree()]
}

// degree is how much lengths spread, from 0 on.
func (p past) degree() int { return min(bits.Len32(uint32(p.spread)/(pastUnit/2)), degrees-1) }

const (
	degrees     = 5
	firstSpread = 4 * pastUnit
)

// with is the past of what follows.
func (p past) with(class int32) past {
	if p.mean == 0 {
		return past{class * pastUnit, firstSpread}
	}
	d := class*pastUnit - p.mean
	return past{p.mean + d/pastRate, p.spread + (max(d, -d)-p.spread)/pastRate}
}

// firstLength is the weight of each class for the first packet, in which all are equally likely.
var firstLength = -logUp(float64(class(longest) - class(shortest) + 1))

// class is that of a length.
func class(n int) int32 { return int32(perOctave * math.Log2(float64(n))) }

// logUp is log2 in units, rounded up.
func logUp(n float64) int32 { return int32(math.Ceil(unit * math.Log2(n))) }

// zlibMethod is the first byte of a stream of zlib (RFC 1950), DEFLATE with 32 KiB, which is one of packets too. Streams of about
// equal length that follow each other, as the pages of a document do, are no sound.
const zlibMethod = 0x78

// repeated knows what stood before the packets of late, of chains that have what is needed. Random bytes that are written over and over make a
// chain without end: what comes again to the byte is no sound.
type repeated struct {
	ring [64]uint64
	n    int
}

// again says that what stands before a place did so before a packet already.
func (r *repeated) again(b []byte, at int) bool {
	if at < 8 {
		return false
	}
	v := binary.LittleEndian.Uint64(b[at-8:])
	if v == 0 { // silence is filled up with zeros
		return false
	}
	if slices.Contains(r.ring[:min(r.n, len(r.ring))], v) {
		return true
	}
	r.ring[r.n%len(r.ring)] = v
	r.n++
	return false
}

// cut begins anew at x, the last of its ring.
func (f *Finder) cut(kind int, x *first) {
	r := &f.rings[kind]
	*x = first{at: x.at, start: x.at, score: firsts[kind]}
	r.ends[(r.next-1)%recent].most = x.score + sameFirst + firstLength
}

// comesAgain says that what stands in a chain does so behind it as well, at two places of its second quarter or of its third.
func comesAgain(chain []byte) bool {
	return comesAgainAt(chain, 2) && comesAgainAt(chain, 3) || comesAgainAt(chain, 4) && comesAgainAt(chain, 5)
}

func comesAgainAt(chain []byte, eighths int) bool {
	const probe = 32
	at := len(chain) * eighths / 8
	return at+probe < len(chain) && bytes.Contains(chain[at+1:], chain[at:at+probe])
}

// keep has the chain to x in mind, if it is better than what it overlaps.
func (f *Finder) keep(kind int, b []byte, x *first) {
	o := &f.open[kind]
	if x.start > o.at {
		f.close(kind, b)
	}
	if x.score > o.score {
		*o = *x
	}
}

// close is the end of a chain: what follows does not belong to it.
func (f *Finder) close(kind int, b []byte) {
	if o := f.open[kind]; o.score > 0 && !comesAgain(b[o.start:o.at]) {
		f.found = append(f.found, proof.Observation{Kind: "opus-packets", Start: o.start, End: o.at + behind, Bits: float64(o.score) / unit,
			Detail: fmt.Sprintf("%d in a row", o.packets)})
	}
	f.open[kind] = first{}
}
