package scan

import (
	"context"
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
	ctx    context.Context
	src    Source
	sector int // halving ends here: the logical block of the medium
}

// read fills buf from off. What cannot be read is left zero and returned as
// holes, in order, found by halving down to the sector. When ctx ends the rest
// is left out; gone is set when the medium is not there any more.
func (r reader) read(buf []byte, off int64) (holes []hole, gone error) {
	return r.readRange(nil, buf, 0, len(buf), off)
}

func (r reader) readRange(holes []hole, buf []byte, lo, hi int, off int64) ([]hole, error) {
	for lo < hi && r.ctx.Err() == nil {
		n, err := r.src.ReadAt(buf[lo:hi], off+int64(lo))
		if n == hi-lo {
			return holes, nil
		}
		if err == nil {
			err = io.ErrNoProgress
		}
		lo += n / r.sector * r.sector // keep the whole sectors that came
		clear(buf[lo:hi])
		if vanished(err) {
			return append(holes, hole{lo, hi, errorCode(err)}), err
		}
		if ended(err) || hi-lo <= r.sector {
			return append(holes, hole{lo, hi, errorCode(err)}), nil
		}
		mid := lo + max(r.sector, (hi-lo)/2/r.sector*r.sector)
		var gone error
		if holes, gone = r.readRange(holes, buf, lo, mid, off); gone != nil {
			return append(holes, hole{mid, hi, errorCode(gone)}), gone
		}
		lo = mid
	}
	return holes, nil
}

// ended says that halving would not help: the medium is shorter than it said.
func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// vanished says that the medium is not there any more. It may come back: this
// is no property of a sector.
func vanished(err error) bool {
	return errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.EBADF)
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
