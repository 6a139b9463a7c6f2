//go:build !amd64 || purego

package zstd

func findStarts(b []byte, marks []starts) { findStartsGeneric(b, marks) }
