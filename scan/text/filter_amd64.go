//go:build !purego

package text

import "golang.org/x/sys/cpu"

// look fills a tile from its bytes and those ahead.
func (t *tile) look(b *[tileBytes + ahead]byte) {
	if cpu.X86.HasAVX2 {
		lookAVX2(t, b, &ruleHalves)
		return
	}
	t.lookGeneric(b)
}

// lookAVX2 is lookGeneric.
//
//go:noescape
func lookAVX2(t *tile, b *[tileBytes + ahead]byte, rules *halves)
