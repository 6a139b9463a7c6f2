// Package inflate decodes DEFLATE as evidence: gzip, and the zlib streams of git and Flash, are
// confirmed by it. It knows no other compression; a stream of another kind gets a room of its own, or a
// file in the room of the only format that has it.
package inflate

import (
	"sync"

	"shokyo.dev/shokyo/scan/proof"
)

// A decoder decodes DEFLATE (RFC 1951) as strictly as the encoders write it,
// because only what random bytes fail is evidence. Go's own decoder is too
// generous for that: it takes a code without an end-of-block symbol and then
// decodes any bytes for ever, one random start in 130,000.
//
// What it is worth:
//
//   - A stored block: the complement of its length 16, its padding one a bit.
//   - A dynamic block header: the lengths of three prefix codes that all have
//     to be complete. Measured, not derived: 40 of 5.2·10^10 random bit offsets
//     hold a valid one. If the true rate were 2^-28 (194 expected), 40 or fewer
//     would be seen with a chance below 10^-30; 27 bits are claimed.
//   - A fixed block, and the symbols of any block: nothing. A short fixed block
//     that ends by chance starts at one random offset in 200.
//
// The three ways on keep the bound together: a quarter of all random block
// headers are of the stored type and a quarter fixed, and of the dynamic ones
// 2^-28 get on with 27 bits: 1/4 + 1/4 + 1/2 = 1.
//
// What stands behind the stream is worth its full size: a CRC-32 of the output
// and its length were compared with nothing before.
type decoder struct {
	out  []byte // decoded so far, at most storedLimit
	bits float64
	in   int // bytes of input that the blocks decoded so far have used

	src  []byte
	next int
	hold uint64
	held uint

	lit, dist, fixedLit, fixedDist prefixCode
	lens                           [320]uint8
}

// decoders are kept from call to call: their output is some 150 KiB.
var decoders = sync.Pool{New: func() any { return new(decoder) }}

// Pass decodes the stream ahead of a cursor, awards what it is worth and passes it. If
// the stream ends, trailer gets its output and checks what follows.
func Pass(p *proof.Cursor, trailer func(out []byte)) {
	if p.Broken() {
		return
	}
	z := decoders.Get().(*decoder)
	defer decoders.Put(z)
	switch z.decode(p.Rest()) {
	case streamDone:
		p.Want(true, z.bits)
		p.Skip(z.in)
		trailer(z.out)
	case streamOpen:
		p.Want(len(z.out) >= 256, z.bits) // far beyond what any random start reaches
		p.Skip(z.next)
	default:
		p.Fail()
	}
}

const (
	// inflateLimit is as far as symbols are decoded: small files are checked as
	// a whole, and a medium with a gzip header in every sector does not stall us.
	inflateLimit = 16 << 10
	// storedLimit bounds the output of stored blocks: two of the largest.
	storedLimit = 2 * (1<<16 - 1)
	// dynamicBits is the worth of a valid dynamic block header.
	dynamicBits = 27
)

// endOfStream says how a stream ended.
type endOfStream uint8

const (
	streamBroken endOfStream = iota // not DEFLATE
	streamOpen                      // all that was there, or all that is wanted, decoded
	streamDone                      // the final block ended; in is where
)

// prefixCode is a canonical Huffman code: how many codes of each length, and
// the symbols in the order of their codes.
type prefixCode struct {
	count  [16]uint16
	symbol [288]uint16
}

// build makes the code from code lengths. It wants it complete, but for a
// single code of one bit where that is allowed (RFC 1951 §3.2.7).
func (h *prefixCode) build(lens []uint8, single bool) bool {
	h.count = [16]uint16{}
	for _, n := range lens {
		h.count[n]++
	}
	left := 1
	for i := 1; i < 16; i++ {
		if left = left<<1 - int(h.count[i]); left < 0 {
			return false
		}
	}
	used := len(lens) - int(h.count[0])
	if left > 0 && !(single && used == 1 && h.count[1] == 1) {
		return false
	}
	var at [16]uint16
	for i := 1; i < 15; i++ {
		at[i+1] = at[i] + h.count[i]
	}
	for s, n := range lens {
		if n != 0 {
			h.symbol[at[n]] = uint16(s)
			at[n]++
		}
	}
	h.count[0] = 0
	return true
}

// decode starts on src and goes on until the stream ends, breaks, or has put
// out enough.
func (z *decoder) decode(src []byte) endOfStream {
	if z.out == nil {
		z.out = make([]byte, 0, storedLimit+inflateLimit+258)
		z.buildFixed()
	}
	z.src, z.next, z.hold, z.held = src, 0, 0, 0
	z.out, z.bits, z.in = z.out[:0], 0, 0
	defer func() { z.src = nil }()
	for range 4096 {
		final, ok := z.take(1)
		if !ok {
			return streamOpen
		}
		if end := z.block(); end != streamDone {
			return end
		}
		z.in = z.next - int(z.held/8)
		if final == 1 {
			return streamDone
		}
	}
	return streamBroken
}

// block decodes one block; streamDone means that it ended.
func (z *decoder) block() endOfStream {
	kind, ok := z.take(2)
	if !ok {
		return streamOpen
	}
	switch kind {
	case 0:
		return z.stored()
	case 1:
		return z.symbols(&z.fixedLit, &z.fixedDist)
	case 2:
		if end := z.dynamic(); end != streamDone {
			return end
		}
		z.bits += dynamicBits
		return z.symbols(&z.lit, &z.dist)
	}
	return streamBroken
}

// stored passes a stored block, or as much of it as is there.
func (z *decoder) stored() endOfStream {
	padding := z.held % 8
	if v, _ := z.take(padding); v != 0 {
		return streamBroken
	}
	n, ok1 := z.take(16)
	inverse, ok2 := z.take(16)
	if !ok1 || !ok2 {
		return streamOpen
	}
	if n != inverse^0xffff {
		return streamBroken
	}
	z.bits += float64(padding) + 16
	z.next -= int(z.held / 8) // whole bytes were read ahead
	z.hold, z.held = 0, 0
	if z.next+int(n) > len(z.src) || len(z.out)+int(n) > storedLimit {
		z.next = len(z.src)
		return streamOpen
	}
	z.out = append(z.out, z.src[z.next:z.next+int(n)]...)
	z.next += int(n)
	return streamDone
}

// codeOrder is the order of the code length code's lengths (RFC 1951 §3.2.7).
const codeOrder = "\x10\x11\x12\x00\x08\x07\x09\x06\x0a\x05\x0b\x04\x0c\x03\x0d\x02\x0e\x01\x0f"

// dynamic reads the header of a dynamic block.
func (z *decoder) dynamic() endOfStream {
	head, ok := z.take(14)
	nlit, ndist, ncode := int(head&31)+257, int(head>>5&31)+1, int(head>>10)+4
	if !ok {
		return streamOpen
	}
	if nlit > 286 || ndist > 30 {
		return streamBroken
	}
	var lens [19]uint8
	for i := range ncode {
		n, ok := z.take(3)
		if !ok {
			return streamOpen
		}
		lens[codeOrder[i]] = uint8(n)
	}
	if !z.lit.build(lens[:], false) {
		return streamBroken
	}
	if end := z.lengths(nlit + ndist); end != streamDone {
		return end
	}
	all := z.lens[:nlit+ndist]
	if all[256] == 0 || !z.lit.build(all[:nlit], false) || !z.distances(all[nlit:]) {
		return streamBroken
	}
	return streamDone
}

// distances builds the distance code; none at all is allowed when the block has
// literals only.
func (z *decoder) distances(lens []uint8) bool {
	for _, n := range lens {
		if n != 0 {
			return z.dist.build(lens, true)
		}
	}
	z.dist.count = [16]uint16{}
	return true
}

// lengths reads n run-length coded code lengths into z.lens.
func (z *decoder) lengths(n int) endOfStream {
	for i := 0; i < n; {
		s, end := z.symbol(&z.lit)
		if end != streamDone {
			return end
		}
		if s < 16 {
			z.lens[i] = uint8(s)
			i++
			continue
		}
		extra, least := [3]uint{2, 3, 7}[s-16], [3]int{3, 3, 11}[s-16]
		more, ok := z.take(extra)
		if !ok {
			return streamOpen
		}
		repeat, value := least+int(more), uint8(0)
		if i+repeat > n || s == 16 && i == 0 {
			return streamBroken
		}
		if s == 16 {
			value = z.lens[i-1]
		}
		for range repeat {
			z.lens[i] = value
			i++
		}
	}
	return streamDone
}

// Length and distance codes (RFC 1951 §3.2.5).
var (
	lengthBase    = [29]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra   = [29]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distanceBase  = [30]uint16{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distanceExtra = [30]uint8{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
)

// symbols decodes until the end-of-block symbol.
func (z *decoder) symbols(lit, dist *prefixCode) endOfStream {
	for len(z.out) < inflateLimit {
		s, end := z.symbol(lit)
		switch {
		case end != streamDone:
			return end
		case s < 256:
			z.out = append(z.out, byte(s))
		case s == 256:
			return streamDone
		default:
			if end := z.copy(s-257, dist); end != streamDone {
				return end
			}
		}
	}
	return streamOpen
}

// copy decodes a match and carries it out.
func (z *decoder) copy(code int, dist *prefixCode) endOfStream {
	if code >= len(lengthBase) {
		return streamBroken
	}
	extra, ok := z.take(uint(lengthExtra[code]))
	if !ok {
		return streamOpen
	}
	length := int(lengthBase[code]) + int(extra)
	d, end := z.symbol(dist)
	if end != streamDone {
		return end
	}
	if d >= len(distanceBase) {
		return streamBroken
	}
	if extra, ok = z.take(uint(distanceExtra[d])); !ok {
		return streamOpen
	}
	from := len(z.out) - int(distanceBase[d]) - int(extra)
	if from < 0 {
		return streamBroken
	}
	for i := range length {
		z.out = append(z.out, z.out[from+i])
	}
	return streamDone
}

// symbol decodes one symbol, a bit at a time: streams are short here.
func (z *decoder) symbol(h *prefixCode) (int, endOfStream) {
	code, first, at := 0, 0, 0
	for n := 1; n < 16; n++ {
		bit, ok := z.take(1)
		if !ok {
			return 0, streamOpen
		}
		code |= int(bit)
		count := int(h.count[n])
		if code-count < first {
			return int(h.symbol[at+code-first]), streamDone
		}
		at += count
		first = (first + count) << 1
		code <<= 1
	}
	return 0, streamBroken
}

// take reads up to 16 bits, least significant first.
func (z *decoder) take(n uint) (uint32, bool) {
	for z.held < n {
		if z.next >= len(z.src) {
			return 0, false
		}
		z.hold |= uint64(z.src[z.next]) << z.held
		z.next++
		z.held += 8
	}
	v := uint32(z.hold) & (1<<n - 1)
	z.hold >>= n
	z.held -= n
	return v, true
}

// buildFixed makes the codes of fixed blocks (RFC 1951 §3.2.6).
func (z *decoder) buildFixed() {
	var lens [288]uint8
	for i := range lens {
		switch {
		case i < 144 || i >= 280:
			lens[i] = 8
		case i < 256:
			lens[i] = 9
		default:
			lens[i] = 7
		}
	}
	z.fixedLit.build(lens[:], false)
	for i := range 30 { // 30 of 32 codes of five bits: not complete, on purpose
		z.fixedDist.symbol[i] = uint16(i)
	}
	z.fixedDist.count[5] = 30
}
