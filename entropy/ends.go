package entropy

import "encoding/binary"

// RunAtEnd is the length of the run of equal bytes at the end of b; 0 where it is shorter than eight.
func RunAtEnd(b []byte) int {
	n := len(b)
	if n < 8 || binary.LittleEndian.Uint64(b[n-8:]) != uint64(b[n-1])*0x0101010101010101 {
		return 0
	}
	i := n - 8
	for i > 0 && b[i-1] == b[n-1] {
		i--
	}
	return n - i
}

// RunAtStart is the same at the start.
func RunAtStart(b []byte) int {
	if len(b) < 8 || binary.LittleEndian.Uint64(b) != uint64(b[0])*0x0101010101010101 {
		return 0
	}
	i := 8
	for i < len(b) && b[i] == b[0] {
		i++
	}
	return i
}
