package codec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/source"
)

// ringBytes is how much decoded data is kept: readers may be this far behind
// the one that is furthest ahead before decoding has to start over.
const ringBytes = 64 << 20

// stepBytes is how much is decoded at once.
const stepBytes = 256 << 10

// Stream serves a compressed source at any offset. The decoder only goes
// forward, so the last ringBytes of its output are kept in a ring; a read
// behind that starts over from the beginning: right, but slow.
//
// Memory: the ring, 1 MiB of read-ahead, and the decoder's window, which is
// 32 KiB for gzip and at most 128 MiB for zstd.
type Stream struct {
	name  string
	src   source.Source
	codec *Codec
	size  int64
	ends  foreign.Ends // of what it decodes to

	mu   sync.Mutex
	dec  *decoder
	ring []byte
	lo   int64 // the ring holds [lo, hi) of the decoded bytes,
	hi   int64 // byte x at x % len(ring)
	err  error // why decoding can not go on behind hi
}

// Open decodes everything once. The defect is not nil when only a part
// could be decoded; an error means that nothing can be served.
func Open(ctx context.Context, name string, src source.Source, c *Codec, progress func(done, total int64)) (s *Stream, defect, err error) {
	ends, used, cause := measure(ctx, src, c, progress)
	size := ends.Size
	if ctx.Err() != nil {
		return nil, nil, fmt.Errorf("decode %s: %w", name, ctx.Err())
	}
	if cause != nil {
		defect = fmt.Errorf("%s %s at byte %d of its %d: %d bytes could be decoded, the rest is lost: %w",
			name, c.meaning(cause), used, src.Size(), size, cause)
	}
	if size == 0 {
		if defect == nil {
			defect = fmt.Errorf("%s decodes to nothing: there is nothing to examine", name)
		}
		return nil, nil, defect
	}
	s = &Stream{name: name, src: src, codec: c, size: size, ends: ends}
	s.ring = make([]byte, min(size, ringBytes))
	return s, defect, nil
}

// measure counts what decodes and keeps its ends, how much of the source that
// took, and why it ended, if not at the end.
func measure(ctx context.Context, src source.Source, c *Codec, progress func(done, total int64)) (ends foreign.Ends, used int64, cause error) {
	d := newDecoder(src, c)
	defer d.Close()
	buf := make([]byte, stepBytes)
	for ctx.Err() == nil {
		n, err := d.read(buf)
		if ends.Add(buf[:n]); ends.Size < 0 {
			return foreign.Ends{}, d.consumed(), errors.New("more than 2^63 bytes")
		}
		if progress != nil {
			progress(d.consumed(), src.Size())
		}
		if err != nil {
			if err == io.EOF {
				err = nil
			}
			return ends, d.consumed(), err
		}
	}
	return ends, d.consumed(), ctx.Err()
}

// Ends are those of what it decodes to.
func (s *Stream) Ends() *foreign.Ends { return &s.ends }

// Size is the number of bytes it decodes to.
func (s *Stream) Size() int64 { return s.size }

func (s *Stream) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("read %s at %d: negative offset", s.name, off)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for n < len(p) {
		at := off + int64(n)
		if at >= s.size {
			return n, io.EOF
		}
		if err := s.seek(at); err != nil {
			return n, fmt.Errorf("read %s at %d: %w", s.name, at, err)
		}
		from := int(at % int64(len(s.ring)))
		upTo := int(min(int64(len(s.ring)), int64(from)+s.hi-at))
		n += copy(p[n:], s.ring[from:upTo])
	}
	return n, nil
}

// seek decodes until the byte at the given offset is in the ring.
func (s *Stream) seek(at int64) error {
	if s.dec == nil || at < s.lo {
		s.restart()
	}
	for s.hi <= at {
		if s.err != nil {
			return s.err
		}
		s.step()
	}
	return nil
}

func (s *Stream) restart() {
	if s.dec != nil {
		s.dec.Close()
	}
	s.dec = newDecoder(s.src, s.codec)
	s.lo, s.hi, s.err = 0, 0, nil
}

// step decodes some more into the ring, over what is oldest there.
func (s *Stream) step() {
	from := int(s.hi % int64(len(s.ring)))
	upTo := min(len(s.ring), from+stepBytes)
	s.lo = max(s.lo, s.hi+int64(upTo-from)-int64(len(s.ring)))
	n, err := s.dec.read(s.ring[from:upTo])
	s.hi += int64(n)
	if err == io.EOF && s.hi < s.size {
		err = errors.New("the image decodes to less than before: it was changed")
	}
	s.err = err
}

func (s *Stream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dec != nil {
		s.dec.Close()
		s.dec, s.err = nil, nil
	}
	return nil
}
