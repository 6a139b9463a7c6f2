//go:build !amd64 || purego

package entropy

func take(h, sector *counts) (squares uint64) { return takeGeneric(h, sector) }

func countStuffed(b []byte) uint64 { return countStuffedGeneric(b) }
