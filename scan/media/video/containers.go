package video

import (
	"encoding/binary"
	"math"
)

const (
	packetSync  = 0x47
	packetBytes = 188
	timedBytes  = 192

	zeroBefore, zeroBehind = 16, 16
)

// packet looks at what may be the first byte of a packet of an MPEG transport stream (ISO/IEC 13818-1, 2.4.3), alone or with a
// time before it.
func (f *Finder) packet(at int) {
	if at+timedBytes >= len(f.b) {
		return
	}
	if f.b[at+packetBytes] == packetSync {
		f.consider(ts188, at)
	}
	if f.b[at+timedBytes] == packetSync {
		f.consider(ts192, at)
	}
}

func readPacket188(b []byte, at int) (unit, bool) { return readPacket(b, at, packetBytes) }
func readPacket192(b []byte, at int) (unit, bool) { return readPacket(b, at, timedBytes) }

func readPacket(b []byte, at, bytes int) (x unit, ok bool) {
	if at < 0 || at+8 > len(b) || b[at] != packetSync {
		return x, false
	}
	return unit{at: at, fixed: 8, body: at + 1, most: 24, next: at + bytes}, true
}

// readIVF reads the header of a frame in IVF, its size and its time, little endian, and looks at how the
// frame begins: a size with zeros behind it is in many tables.
func readIVF(b []byte, at int) (x unit, ok bool) {
	if at < 0 || at+18 > len(b) {
		return x, false
	}
	n := binary.LittleEndian.Uint32(b[at:])
	if n == 0 || n >= 1<<octaves || !beginsFrame(b[at+12:]) {
		return x, false
	}
	return unit{at: at, size: int(n), fixed: 32, body: at + 4, most: 64, next: at + 12 + int(n)}, true
}

// beginsFrame says whether a frame of AV1 (a temporal delimiter), VP9 (its marker) or VP8 (RFC 6386 §9.1: a key frame's
// start code, or another's version) can begin so.
func beginsFrame(b []byte) bool {
	switch {
	case b[0] == 0x12 && b[1] == 0, b[0]>>6 == 2, b[3] == 0x9d && b[4] == 0x01 && b[5] == 0x2a:
		return true
	}
	return b[0]&1 == 1 && b[0]>>1&7 <= 3
}

// Tags of FLV (Adobe Flash Video File Format Specification 10.1, E.4.1): type, size, time, a stream's number that is 0.
const tagHeader, tagTail = 11, 4

var tagWeights = []float32{50, 45, 2} // sound, film, script

func flvType(c byte) bool { return c == 8 || c == 9 || c == 18 }

func readTag(b []byte, at int) (x unit, ok bool) {
	if at < 0 || at+16 > len(b) || !flvType(b[at]) {
		return x, false
	}
	n := int(binary.BigEndian.Uint32(b[at:]) & 0xffffff)
	if n == 0 || n >= 1<<octaves {
		return x, false
	}
	x = unit{at: at, symbol: min(int(b[at])-8, 2), size: n, fixed: 32, body: at + 4, most: 72, next: at + tagHeader + n + tagTail}
	if x.class = x.symbol; x.symbol == 1 {
		x.holds(b, at+tagHeader+5) // behind the codec, the kind of packet, a time
	}
	return x, true
}

// Chunks of AVI (Microsoft, "AVI RIFF File Reference"): a name, the size, little endian; at even offsets.
var chunkNames = []struct {
	name   string
	class  int
	weight float32
}{
	{"00dc", 0, 40}, {"01wb", 1, 40}, {"00db", 0, 4}, {"01dc", 0, 2}, {"00wb", 1, 2}, {"02wb", 1, 2}, {"ix00", 2, .5}, {"ix01", 2, .5},
	{"JUNK", 2, .5}, {"idx1", 2, .5},
}

var chunkWeights = func() (w []float32) {
	for _, c := range chunkNames {
		w = append(w, c.weight)
	}
	return w
}()

var chunkSizeGiven, chunkSizeZero = math.Log2(.95), math.Log2(.05)

func readChunk(b []byte, at int) (x unit, ok bool) {
	if at < 0 || at+16 > len(b) {
		return x, false
	}
	name, n := string(b[at:at+4]), int(binary.LittleEndian.Uint32(b[at+4:]))
	if n >= 1<<octaves {
		return x, false
	}
	for i := range chunkNames {
		if c := &chunkNames[i]; c.name == name {
			x = unit{at: at, symbol: i, class: c.class, size: n, fixed: 64 + chunkSizeGiven, body: at + 8, most: 32, next: at + 8 + n + n&1}
			if n == 0 {
				x.fixed = 64 + chunkSizeZero
			}
			return x, true
		}
	}
	return x, false
}
