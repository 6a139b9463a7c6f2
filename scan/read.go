package scan

import (
	"errors"
	"io"
	"syscall"
)

// hole is a stretch of a buffer that the medium refused to give.
type hole struct {
	lo, hi int // offsets in the buffer
	reason string
}

// reader reads stretches of a source and finds what it cannot give.
type reader struct {
	src    Source
	sector int // halving ends here: the logical block of the medium
}

// read fills buf from off. What cannot be read is left zero and returned as
// holes, in order, found by halving down to the sector.
func (r reader) read(buf []byte, off int64) []hole {
	return r.readRange(nil, buf, 0, len(buf), off)
}

func (r reader) readRange(holes []hole, buf []byte, lo, hi int, off int64) []hole {
	for lo < hi {
		n, err := r.src.ReadAt(buf[lo:hi], off+int64(lo))
		if n == hi-lo {
			return holes
		}
		if err == nil {
			err = io.ErrNoProgress
		}
		lo += n / r.sector * r.sector // keep the whole sectors that came
		clear(buf[lo:hi])
		if final(err) || hi-lo <= r.sector {
			return append(holes, hole{lo, hi, errorCode(err)})
		}
		mid := lo + max(r.sector, (hi-lo)/2/r.sector*r.sector)
		holes = r.readRange(holes, buf, lo, mid, off)
		lo = mid
	}
	return holes
}

// final says that halving would not help: the medium ended, or is gone.
func final(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.EBADF)
}

// errorCode names a read error in a region's reason.
func errorCode(err error) string {
	for _, c := range []struct {
		err  error
		code string
	}{
		{io.EOF, "ended-early"}, {io.ErrUnexpectedEOF, "ended-early"},
		{syscall.EIO, "EIO"}, {syscall.ENODATA, "ENODATA"}, {syscall.EILSEQ, "EILSEQ"},
		{syscall.ETIMEDOUT, "ETIMEDOUT"}, {syscall.ENODEV, "ENODEV"}, {syscall.ENXIO, "ENXIO"},
	} {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return "read-error"
}
