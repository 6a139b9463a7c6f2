package archive

import (
	"sync"

	"github.com/klauspost/compress/zstd"
)

// zstdLimit bounds what one frame may decode to.
const zstdLimit = 1 << 20

// zstdDecoder fences the third-party decoder: no goroutines, bounded output and
// window, and a panic is an error like any other.
type zstdDecoder struct {
	dec *zstd.Decoder
	out []byte
}

// zstdDecoders are kept from call to call: a decoder and its output are some 2 MiB.
var zstdDecoders = sync.Pool{New: func() any { return new(zstdDecoder) }}

// zstdSize decodes one whole frame and returns the length of its output. The
// decoder compares the frame's checksum and content size, where it has them.
func zstdSize(frame []byte) (n int, ok bool) {
	z := zstdDecoders.Get().(*zstdDecoder)
	defer zstdDecoders.Put(z)
	return z.size(frame)
}

func (z *zstdDecoder) size(frame []byte) (n int, ok bool) {
	if z.dec == nil {
		dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxMemory(zstdLimit), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return 0, false
		}
		z.dec, z.out = dec, make([]byte, 0, zstdLimit)
	}
	defer func() {
		if recover() != nil {
			n, ok = 0, false
			*z = zstdDecoder{} // its state is unknown now
		}
	}()
	out, err := z.dec.DecodeAll(frame, z.out[:0])
	return len(out), err == nil
}
