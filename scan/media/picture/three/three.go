// Package three finds places where three bytes stand at given distances: the rarest of what a format has at its
// beginnings, so that few places are looked at in another way.
package three

// Bytes are one byte, and two that stand behind it, each at a distance of its own from the first.
type Bytes struct {
	Value  [3]byte
	Behind [2]int
}

// Index is the first place of b with all three, or -1.
func (t *Bytes) Index(b []byte) int { return t.index(b) }

func (t *Bytes) indexGeneric(b []byte) int {
	first, second := t.Behind[0], t.Behind[1]
	for i := range len(b) - max(first, second) {
		if b[i] == t.Value[0] && b[i+first] == t.Value[1] && b[i+second] == t.Value[2] {
			return i
		}
	}
	return -1
}
