//go:build !amd64 || purego

package three

func (t *Bytes) index(b []byte) int { return t.indexGeneric(b) }
