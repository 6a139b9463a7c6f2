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
		if n++; f.Under(gate) || !f.Alive() {
			return n
		}
		if checked {
			f.Skip(16)
		}
		if !f.bare {
			f.element(&c)
		}
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
	last := &unheard
	if f.voice.known {
		before := f.voice
		last, f.voice = &before, voice{}
	}
	if id == pair && f.Mostly(1, 1, .85) == 1 { // one window for both channels
		groups, long := f.windows(last)
		if f.OneOf(2, joints2[:]) == 1 {
			f.flags(last, groups)
		}
		f.loudness()
		f.sections(last, groups, long)
	} else {
		f.loudness()
		groups, long := f.windows(last)
		f.sections(last, groups, long)
	}
	f.voice.known = f.Alive()
}

// voice is what is kept of a first channel for that of the next frame.
type voice struct {
	known bool
	bands int
	shape uint64
	// sequence of windows: long ones, the last before short ones, these, the first behind them
	sequence int
	middle   [128]uint8 // of each band: 1 it is middle and side, 2 it is not, 0 not known
	book     [64]uint8  // of each band: its codebook, and one more
}

// unheard stands for the voice before the first.
var unheard voice

// flags takes a bit for each band of each group, which is often that of the band before, or of the frame before.
func (f *frames) flags(last *voice, groups int) {
	before := 2
	for i := range min(f.voice.bands*groups, len(last.middle)) {
		v := int(f.Take(1))
		f.choose(1, middles, 3*int(last.middle[i])+before, v)
		f.voice.middle[i], before = uint8(2-v), v
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

// sequences are the chances of windows, by those of the frame before: a long one that starts short ones comes before
// them, one that stops them behind. The frame before need not be the one that was seen.
var sequences = [4][4]float64{
	{.86, .08, .03, .03},
	{.04, .02, .90, .04},
	{.04, .02, .47, .47},
	{.80, .14, .03, .03},
}

const (
	shortWindows = 2

	// sunk is below what an element has of which any more can come.
	sunk = 6
)

// windows takes how a channel's windows are, and gives the number of groups of them and whether they are long.
func (f *frames) windows(last *voice) (groups int, long bool) {
	f.Mostly(1, 0, .995)
	f.voice.sequence = f.OneOf(2, sequences[last.sequence][:])
	if last.known {
		f.voice.shape = f.Mostly(1, last.shape, .95)
	} else {
		f.voice.shape = f.Take(1)
	}
	if f.voice.sequence == shortWindows {
		f.voice.bands = int(f.Take(4))
		f.choose(4, shortCounts, 0, f.voice.bands)
		joined := f.Take(7)
		f.choose(7, groupings, 0, int(joined))
		f.sink()
		return 8 - bits.OnesCount64(joined), false
	}
	bands := int(f.Take(6))
	if bands > 51 {
		f.Fail()
		return 1, true
	}
	q := f.chance(bandCounts, 0, bands)/2 + 1./2/52 // it goes with the bit rate, of which there are many
	if last.known {
		q *= .4
		if bands == last.bands {
			q += .6
		}
	}
	f.Weigh(6, q)
	f.sink()
	f.voice.bands = bands
	f.Mostly(1, 0, .97)
	return 1, true
}

// sink ends what has so little that no more can come of it.
func (f *frames) sink() {
	if f.Sunk(sunk) {
		f.Fail()
	}
}

// sections takes which bands have which codebook: often that of the frame before.
func (f *frames) sections(last *voice, groups int, long bool) {
	w := longSections
	if !long {
		w = shortSections
	}
	for range groups {
		bands := f.voice.bands
		for before, at := 16, 0; at < bands && f.Alive(); {
			before = f.codebook(last, at, before, long)
			n := 0
			for v := w.escape; v == w.escape && f.Alive(); n += v {
				row := min(max(bands-at-n, 0), 31)
				v = int(f.Take(w.bits))
				f.choose(w.bits, w.table, row, v)
			}
			if n == 0 || at+n > bands {
				f.Fail()
				return
			}
			for end := at + n; at < end && long; at++ {
				f.voice.book[at] = uint8(before + 1)
			}
			if !long {
				at += n
			}
		}
	}
}

// codebook takes that of a band.
func (f *frames) codebook(last *voice, at, before int, long bool) int {
	book := int(f.Take(4))
	q := f.chance(codebooks, before, book)
	if was := int(last.book[at]) - 1; long && was >= 0 && was != before {
		q *= .6
		if was == book {
			q += .4
		}
	}
	f.Weigh(4, q)
	return book
}

// lengthsOfSections is how they are written: a number that is all ones is added to the next.
type lengthsOfSections struct {
	bits, escape int
	table        table
}

var (
	longSections  = lengthsOfSections{5, 31, longBands}
	shortSections = lengthsOfSections{3, 7, shortBands}
)
