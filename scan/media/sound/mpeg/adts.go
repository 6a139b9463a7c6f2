package mpeg

import "math/bits"

// A frame of ADTS is a header, perhaps a checksum, and data blocks of AAC (ISO/IEC 14496-3 4.4.2). Of the first
// block's first element is weighed what stands before the scale factors: which element it is, how its windows are,
// and which bands are coded by which codebook.

// fixed is what is the same in all headers of a stream, besides what begin takes.
type fixed struct {
	profile, rate, private, channels, rights uint64
	open                                     bool // no buffer is kept track of
	blocks                                   uint64
}

var (
	profiles = [4]float64{.03, .9, .03, .04}
	aacRates = [16]float64{.01, .01, .02, .30, .38, .06, .03, .06, .05, .01, .01, .05, .01}
	aacChans = [8]float64{.02, .22, .62, .02, .02, .02, .07, .01}
	// frameOctaves are of frame lengths: less than 8 bytes, 16, 32, … 8192.
	frameOctaves = [14]float64{4: .01, 5: .02, 6: .05, 7: .13, 8: .23, 9: .30, 10: .20, 11: .04, 12: .01, 13: .01}
	repeated     = .5
	joints2      = [4]float64{.4, .3, .3, 0} // which bands are middle and side: none, some, all
)

const (
	adtsBytes = 7
	fullness  = 0x7ff // of a variable bit rate
)

func (f *frames) adts(v version, checked bool) (n int) {
	c := fixed{profile: uint64(f.OneOf(2, profiles[:])), rate: uint64(f.OneOf(4, aacRates[:])), private: f.Mostly(1, 0, .97),
		channels: uint64(f.OneOf(3, aacChans[:])), rights: f.Mostly(2, 0, .94)}
	for last := 0; f.Alive(); {
		start := (f.Pos() - 28) / 8
		length := f.adtsVariable(&c, n > 0, last)
		if n++; f.Bits() < gate || !f.Alive() {
			return n
		}
		if checked {
			f.Skip(16)
		}
		f.element(&c)
		f.To(start + length)
		f.Is(12, 0xfff)
		f.Is(4, uint64(v)&1<<3|bit(!checked))
		f.Is(2, c.profile)
		f.Is(4, c.rate)
		f.Is(1, c.private)
		f.Is(3, c.channels)
		f.Is(2, c.rights)
		last = length
	}
	return n
}

// adtsVariable takes the part of a header that is a frame's own, and gives the frame's length.
func (f *frames) adtsVariable(c *fixed, later bool, last int) int {
	f.Mostly(2, 0, .97) // a mark of ownership
	length := int(f.Take(13))
	f.Weigh(13, lengthChance(length, last))
	if length < adtsBytes+2 {
		f.Fail()
	}
	full, open := f.Take(11), .55
	switch is := full == fullness; {
	case !later:
		c.open = is
	case c.open:
		open = .98
	default:
		open = .02
	}
	if full == fullness {
		f.Weigh(11, open)
	} else {
		f.Weigh(11, (1-open)/fullness)
	}
	if later {
		f.Is(2, c.blocks)
	} else {
		c.blocks = f.Mostly(2, 0, .94)
	}
	return length
}

// lengthChance is that of a frame's length: one of its octave, or like the last, give or take an eighth.
func lengthChance(v, last int) float64 {
	k, lo := 0, 0
	for hi := 1; v >= hi; hi *= 2 {
		k, lo = k+1, hi
	}
	q := frameOctaves[k] / float64(max(1, lo))
	if last > 0 {
		q *= 1 - repeated
		if near := last / 8; v >= last-near && v <= last+near {
			q += repeated / float64(2*near+1)
		}
	}
	return q
}

const (
	single = 0 // kinds of elements
	pair   = 1
	filler = 6
)

// element takes the beginning of the first element of a frame.
func (f *frames) element(c *fixed) {
	usual := single
	if c.channels == 2 {
		usual = pair
	}
	id := int(f.Take(3))
	switch id {
	case usual:
		f.Weigh(3, .85)
	case filler:
		f.Weigh(3, .08)
	default:
		f.Weigh(3, .07/6)
	}
	if id != usual {
		return
	}
	f.Mostly(4, 0, .95)
	if id == pair && f.Mostly(1, 1, .85) == 1 { // one window for both channels
		bands, groups, long := f.windows()
		if f.OneOf(2, joints2[:]) == 1 {
			f.flags(bands * groups)
		}
		f.loudness()
		f.sections(bands, long)
		return
	}
	f.loudness()
	bands, _, long := f.windows()
	f.sections(bands, long)
}

// flags takes a bit for each band, which is often that of the band before.
func (f *frames) flags(n int) {
	last := 2
	for range n {
		v := int(f.Take(1))
		f.choose(1, middles, last, v)
		last = v
	}
}

// loudness takes a gain: quiet and loud ones are rare.
func (f *frames) loudness() {
	if v := f.Take(8); v >= 96 && v < 224 {
		f.Weigh(8, .9/128)
	} else {
		f.Weigh(8, .1/128)
	}
}

const shortWindows = 2

// windows takes how a channel's windows are, and gives the number of bands and of groups of windows, and whether they
// are long.
func (f *frames) windows() (bands, groups int, long bool) {
	f.Mostly(1, 0, .995)
	sequence := f.OneOf(2, []float64{.84, .05, .06, .05})
	f.Skip(1) // either shape
	if sequence == shortWindows {
		bands = int(f.Take(4))
		return bands, 8 - bits.OnesCount64(f.Take(7)), false
	}
	if bands = int(f.Take(6)); bands > 51 {
		f.Fail()
	}
	f.choose(6, bandCounts, 0, bands)
	f.Mostly(1, 0, .97)
	return bands, 1, true
}

// sections takes which bands have which codebook, where windows are long.
func (f *frames) sections(bands int, long bool) {
	const width, escape = 5, 31
	if !long {
		return
	}
	for last, left := 16, bands; left > 0 && f.Alive(); {
		book := int(f.Take(4))
		f.choose(4, codebooks, last, book)
		n := 0
		for v := escape; v == escape && f.Alive(); n += v {
			row := min(max(left-n, 0), escape)
			v = int(f.Take(width))
			f.choose(width, sections, row, v)
		}
		if last, left = book, left-n; n == 0 || left < 0 {
			f.Fail()
		}
	}
}
