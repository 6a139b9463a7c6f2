//go:build !amd64 || purego

package deflate

func variants() map[string]func(*scratch, []byte) []uint16 {
	return map[string]func(*scratch, []byte) []uint16{"generic": (*scratch).searchGeneric}
}
