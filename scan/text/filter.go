package text

import (
	"encoding/binary"
	"sync"
)

// window is the step of the filter. A run of at least 2×window bytes covers
// window+1 bytes from some multiple of window on, and so all window pairs of
// neighbours that start there. A run of at least window bytes of two-byte units
// covers two units from some multiple of window/2 on, or from the byte behind it.
const window = 8

// Alphabets whose pairs of neighbours may start anywhere, those whose pairs are
// units, and those of the latter that are reported from window bytes on.
const (
	narrow     = 1<<inASCII | 1<<inUTF8 | 1<<inShiftJIS | 1<<inEUCJP
	japanese16 = 1<<inJapaneseLE | 1<<inJapaneseBE
	latin16    = 1<<inLatinLE | 1<<inLatinBE
)

// pairTable has a bit set for each alphabet in which no text contains the two
// bytes x, y as neighbours (UTF-16: in which they are no unit); index x | y<<8.
type pairTable [1 << 16]uint8

// nextWindow gives the first window at or behind w that may lie in a run, and a
// bit for each lane in which it may. No bits: there is none up to the end.
func (t *pairTable) nextWindow(b []byte, w int) (int, uint16) {
	for ; w+window < len(b); w += window {
		x, y := binary.LittleEndian.Uint64(b[w:]), binary.LittleEndian.Uint64(b[w+1:])
		even1, even2 := t[uint16(x)]|t[uint16(x>>16)], t[uint16(x>>32)]|t[x>>48]
		odd1, odd2 := t[uint16(y)]|t[uint16(y>>16)], t[uint16(y>>32)]|t[y>>48]
		even, odd := even1|even2, odd1|odd2
		hot0 := ^(even|odd)&narrow | ^even&japanese16 | ^(even1&even2)&latin16
		hot1 := ^odd&japanese16 | ^(odd1&odd2)&latin16
		if hot0|hot1 == 0 {
			continue
		}
		if hot := t.lookAround(b, w, hot0, hot1); hot != 0 {
			return w, hot
		}
	}
	if w+window/2 < len(b) { // a last half window: too little is left to look closer
		return w, latin16 | latin16<<numAlphabets
	}
	return len(b), 0
}

// lookAround clears the lanes in which neither the half window before nor the
// one behind goes on: seven more bytes of a run lie on the two sides.
func (t *pairTable) lookAround(b []byte, w int, hot0, hot1 uint8) uint16 {
	if w >= window/2 && w+window+window/2 < len(b) {
		c := b[w-4 : w+1]
		even, odd := t[pair(c[0], c[1])]|t[pair(c[2], c[3])], t[pair(c[1], c[2])]|t[pair(c[3], c[4])]
		c = b[w+8 : w+13]
		even2, odd2 := t[pair(c[0], c[1])]|t[pair(c[2], c[3])], t[pair(c[1], c[2])]|t[pair(c[3], c[4])]
		hot0 &^= (even|odd)&(even2|odd2)&narrow | even&even2&japanese16
		hot1 &^= odd & odd2 & japanese16
	}
	return uint16(hot0) | uint16(hot1)<<numAlphabets
}

func pair(x, y byte) uint16 { return uint16(x) | uint16(y)<<8 }

// around gives the stretch about at that is possible in an alphabet, not below
// floor and not further behind at than the shortest run is long.
func (t *pairTable) around(a *alphabet, b []byte, at, floor int) (lo, hi int) {
	lo, hi = at, at
	if a.unit == 2 {
		for lo-2 >= floor && t[pair(b[lo-2], b[lo-1])]&a.flag == 0 {
			lo -= 2
		}
		for hi < at+a.least && hi+1 < len(b) && t[pair(b[hi], b[hi+1])]&a.flag == 0 {
			hi += 2
		}
		return lo, hi
	}
	for lo > floor && t[pair(b[lo-1], b[lo])]&a.flag == 0 {
		lo--
	}
	for hi < at+a.least && hi+1 < len(b) && t[pair(b[hi], b[hi+1])]&a.flag == 0 {
		hi++
	}
	return lo, hi + 1
}

// possiblePairs is built once and never changed.
var possiblePairs = sync.OnceValue(func() *pairTable {
	t := new(pairTable)
	for i := range alphabets() {
		a := &alphabets()[i]
		if a.unit == 2 {
			a.rejectUnits(t)
		} else {
			a.rejectNeighbours(t)
		}
	}
	return t
})

func (a *alphabet) rejectUnits(t *pairTable) {
	for i := range t {
		if _, c := a.next([]byte{byte(i), byte(i >> 8)}); c == none {
			t[i] |= a.flag
		}
	}
}

// rejectNeighbours goes by which bytes begin a character, which end one, and
// which follow each other inside of one.
func (a *alphabet) rejectNeighbours(t *pairTable) {
	var begins, ends [256]bool
	inside := new([1 << 16]bool)
	for i := range t {
		x, y := byte(i), byte(i>>8)
		switch size, c := a.next([]byte{x, y}); {
		case a.encoding == UTF8 && x >= 0x80:
			// RFC 3629 §4, coarsely: longer characters are not tried one by one.
			follows := y >= 0x80 && y < 0xC0
			inside[i] = follows && x < 0xF1 && x != 0xC0 && x != 0xC1
			begins[x] = begins[x] || inside[i] && x >= 0xC2
			ends[y] = ends[y] || inside[i]
		case c != none && size == 1:
			begins[x], ends[x] = true, true
		case c != none:
			inside[i], begins[x], ends[y] = true, true, true
		}
	}
	for i := range t {
		if x, y := byte(i), byte(i>>8); !inside[i] && !(ends[x] && begins[y]) {
			t[i] |= a.flag
		}
	}
}
