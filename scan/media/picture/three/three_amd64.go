//go:build !purego

package three

import "golang.org/x/sys/cpu"

const step = 64

// index is indexGeneric, faster.
func (t *Bytes) index(b []byte) int {
	if !cpu.X86.HasAVX2 {
		return t.indexGeneric(b)
	}
	at := 0
	if steps := (len(b) - max(t.Behind[0], t.Behind[1])) / step; steps > 0 {
		if at = indexAVX2(t, &b[0], steps); at < steps*step {
			return at
		}
	}
	if i := t.indexGeneric(b[at:]); i >= 0 {
		return at + i
	}
	return -1
}

// indexAVX2 is the first place in so many steps, or what is behind them.
//
//go:noescape
func indexAVX2(t *Bytes, b *byte, steps int) int
