package video

import (
	_ "embed"
	"sync"
)

// strength is how many draws what is expected of symbols counts for, and of sizes, gaps.
const (
	symbolStrength = 4
	sizeStrength   = 3
)

// How often the sizes of frames, and of the sound between them, lie in each octave.
var (
	frameSizes = [octaves]float32{.1, .5, .3, .3, .5, .8, 1.2, 1.6, 2.2, 2.7, 3.5, 4, 4, 4.5, 4.5, 4, 3, 1.6, .7, .3, .1, .05}
	soundSizes = [octaves]float32{.4, .4, .6, .6, .6, .6, 1, 2, 4, 4, 2, 1.5, 1.5, 1.5, 1, 1}
)

var priors = sync.OnceValue(func() *[numFormats]urns {
	all := new([numFormats]urns)
	for k := range all {
		all[k].fill(formats[k].symbols, formats[k].gap == far)
		all[k].body.load(priorBytes[modelOf[k]*modelBytes:])
	}
	return all
})

// fill makes urns of which nothing is known but how often each symbol is expected.
func (u *urns) fill(symbols []float32, far bool) {
	fillUrn(u.symbols[:], symbolStrength, symbols)
	fillUrn(u.sizes[:], sizeStrength, frameSizes[:])
	for c := range u.within {
		u.within[c] = [2]float32{.8, .7}
	}
	if u.joined = [2]float32{1, 1}; far {
		fillUrn(u.gaps[:], sizeStrength, frameSizes[:])
	} else {
		fillUrn(u.gaps[:], sizeStrength, soundSizes[:])
	}
}

// What is expected of the first bits of payloads was fitted to films of some twenty encoders and settings (TestTrain). It may be
// wrong, which costs power and not the bound.
//
//go:embed priors.bin
var priorBytes []byte

const (
	figure     = 60 // figures are in units of 1/60 draw
	modelBytes = maxClasses * maxBody * befores * 2
)

// modelOf is whose figures a format has: those with the same payload share them.
var modelOf = [numFormats]int{
	avc: 0, avcCodes: 0, hevc: 1, hevcCodes: 1, mpegCodes: 2, matroska: 3, av1: 4, vp9: 5, ivf: 6, ts188: 7, ts192: 7, flv: 8, avi: 9,
}

const numModels = 10

func (b *bodies) load(figures []byte) {
	for c := range b {
		for i := range b[c] {
			for before := range b[c][i] {
				for bit := range 2 {
					b[c][i][before][bit] = float32(figures[0]) / figure
					figures = figures[1:]
				}
			}
		}
	}
}

// fillUrn shares so many draws out by weights.
func fillUrn(urn []float32, draws float32, weights []float32) {
	sum := float32(0)
	for _, w := range weights {
		sum += w
	}
	for i, w := range weights {
		urn[i] = draws * w / sum
	}
}
