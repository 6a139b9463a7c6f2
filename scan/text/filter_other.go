//go:build !amd64 || purego

package text

func (t *tile) look(b *[tileBytes + ahead]byte) { t.lookGeneric(b) }
