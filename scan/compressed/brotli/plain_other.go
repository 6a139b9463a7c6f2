//go:build !amd64 || purego

package brotli

func withoutPlain(b []byte, n int) int { return withoutPlainGeneric(b, n) }
