package video

// format is one way to cut a film into units.
type format struct {
	kind string
	// share is what a start position pays for being tried for this format too, in bits: 2^-share add up to at most 1.
	share   float64
	symbols []float32 // how often each is expected
	// read reads the header of the unit that begins at a byte, if one can.
	read func(b []byte, at int) (unit, bool)
	// What a unit must be worth by itself to be looked at, and to begin a chain. Not to look costs power only.
	gate, begin float64
	gap         int // how far apart two units may be
}

type formatID uint8

const (
	avc formatID = iota
	hevc
	avcCodes
	hevcCodes
	mpegCodes
	matroska
	av1
	vp9
	ivf
	ts188
	ts192
	flv
	avi
	numFormats
)

const (
	near = 1 << 16 // sound between two frames
	far  = 1 << 17 // a frame
)

// It is filled in init because its functions read it.
var formats [numFormats]format

func init() {
	formats = [numFormats]format{
		avc:       {kind: "h264-units", share: 1.5, symbols: avcWeights, read: readAVC, gate: 8, begin: 12, gap: near},
		hevc:      {kind: "hevc-units", share: 3, symbols: hevcWeights, read: readHEVC, gate: 8, begin: 12, gap: near},
		avcCodes:  {kind: "h264-units", share: 4, symbols: avcWeights, read: readAVCCode, gate: 8, begin: 12, gap: far},
		hevcCodes: {kind: "hevc-units", share: 5, symbols: hevcWeights, read: readHEVCCode, gate: 8, begin: 12, gap: far},
		mpegCodes: {kind: "mpeg-video", share: 6, symbols: mpegWeights, read: readMPEGCode, gate: 8, begin: 12, gap: far},
		matroska:  {kind: "matroska-blocks", share: 2.5, symbols: elementWeights, read: readElement, gate: 8, begin: 12, gap: near},
		av1:       {kind: "av1-units", share: 3, symbols: obuWeights, read: readOBU, gate: 8, begin: 12, gap: near},
		vp9:       {kind: "vp9-frames", share: 5, symbols: frameWeights, read: readFrame, gate: 8, begin: 12, gap: far},
		ivf:       {kind: "ivf-frames", share: 6, symbols: one, read: readIVF, gate: 8, begin: 12, gap: near},
		ts188:     {kind: "mpeg-ts-packets", share: 6, symbols: one, read: readPacket188, gate: 6, begin: 6, gap: near},
		ts192:     {kind: "mpeg-ts-packets", share: 6, symbols: one, read: readPacket192, gate: 6, begin: 6, gap: near},
		flv:       {kind: "flv-tags", share: 6, symbols: tagWeights, read: readTag, gate: 8, begin: 12, gap: near},
		avi:       {kind: "avi-chunks", share: 6, symbols: chunkWeights, read: readChunk, gate: 8, begin: 12, gap: near},
	}
}

var one = []float32{1}

// prior is what is expected of a chain's first unit.
func (id formatID) prior() *urns { return &priors()[id] }
