package walk

import (
	"encoding/binary"
	"slices"
)

// Repeated knows what the last parts of a chain began with. Random bytes that are written over and over make a chain
// of whatever searches for its next part: what comes again to the byte is no sound.
type Repeated struct {
	ring [16]uint64
	n    int
}

// Again says that a part that begins with b came before, of late.
func (r *Repeated) Again(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	v := binary.LittleEndian.Uint64(b)
	again := slices.Contains(r.ring[:min(r.n, len(r.ring))], v)
	r.ring[r.n%len(r.ring)] = v
	r.n++
	return again
}
