//go:build !amd64 || purego

package deflate

func variants() map[string]func([]byte, []uint64) {
	return map[string]func([]byte, []uint64){"generic": headsGeneric}
}
