//go:build !purego

package deflate

import "golang.org/x/sys/cpu"

//go:noescape
func headsAVX2(b *byte, masks *uint64, n int)

//go:noescape
func headsAVX512(b *byte, masks *uint64, n int)

// kernel is a way to search for heads with several words at once: so many, reading so many
// bytes behind the first of them.
type kernel struct {
	search func(b *byte, masks *uint64, n int)
	words  int
	reach  int
}

// kernels are those that this processor has, the fastest first.
func kernels() (list []kernel) {
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512VBMI {
		list = append(list, kernel{headsAVX512, 8, 9 + 64})
	}
	if cpu.X86.HasAVX2 {
		list = append(list, kernel{headsAVX2, 4, 9 + 14 + 16})
	}
	return list
}

var fastest = kernels()

// heads is headsGeneric, faster.
func heads(b []byte, masks []uint64) {
	if len(fastest) > 0 {
		fastest[0].heads(b, masks)
		return
	}
	headsGeneric(b, masks)
}

// heads leaves what is less than all words, or too near to the end, to headsGeneric.
func (k kernel) heads(b []byte, masks []uint64) {
	done := 0
	if n := min(len(masks)/k.words, (len(b)-k.reach)/(stride*k.words)+1); len(b) >= k.reach && n > 0 {
		done = n * k.words
		k.search(&b[0], &masks[0], n)
	}
	headsGeneric(b[stride*done:], masks[done:])
}
