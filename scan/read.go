package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"sync"
	"syscall"
	"time"

	"shokyo.dev/shokyo/scan/look"
)

// reader reads stretches of a source and finds what it cannot give.
type reader struct {
	ctx     context.Context
	src     Source
	sector  int // halving ends here: the logical block of the medium
	retries int
	now     func() time.Time
	alive   func() error // nil: only the read errors tell
	turn    *sync.Mutex  // held by the one worker that is with what fails
}

// outcome is what came of reading a stretch.
type outcome struct {
	holes   []look.Hole
	trouble bool  // first pass: it is left for later, the buffer holds nothing
	gone    error // ErrGone: the medium is not there any more
	took    time.Duration
}

// read fills buf from off. When ctx ends the rest is left out. The first pass asks
// once; later ones find what cannot be read, see carefully.
func (r *reader) read(buf []byte, off int64, how pass, left allowance) (out outcome) {
	if r.ctx.Err() != nil {
		return out
	}
	if how == secondPass {
		out.holes, out.gone = r.carefully(buf, off, left)
		return out
	}
	n, err := 0, error(nil)
	n, out.took, err = r.once(buf, off)
	switch {
	case err == nil:
	case errors.Is(err, ErrGone):
		out.gone = err
	case ended(err):
		out.holes = []look.Hole{r.ended(buf, n, off, err)}
	case how == firstPass:
		out.trouble = true
	default:
		out.holes, out.gone = r.carefully(buf, off, left)
	}
	return out
}

// once makes one read. It gives all of buf or an error, ErrGone if the medium is
// not there any more, and how long it took.
func (r *reader) once(buf []byte, off int64) (n int, took time.Duration, err error) {
	start := r.now()
	n, err = r.src.ReadAt(buf, off)
	took = r.now().Sub(start)
	switch {
	case n == len(buf):
		return n, took, nil
	case err == nil:
		err = io.ErrNoProgress
	case vanished(err):
		err = fmt.Errorf("%w: %w", ErrGone, err)
	case r.alive != nil: // a pulled drive may give EIO, or end at 0 (Linux del_gendisk), for ever
		if dead := r.alive(); dead != nil {
			err = fmt.Errorf("%w: %w, %w", ErrGone, err, dead)
		}
	}
	return n, took, err
}

// ended is the hole behind what came of buf: whole sectors stay.
func (r *reader) ended(buf []byte, n int, off int64, err error) look.Hole {
	n = r.whole(0, n, off)
	clear(buf[n:])
	return look.Hole{Lo: n, Hi: len(buf), Reason: errorCode(err)}
}

// whole is where the last sector ends that came whole when a read from lo ended
// at end. Sectors are those of the medium, wherever on it the buffer lies.
func (r *reader) whole(lo, end int, off int64) int {
	sector := int64(r.sector)
	return max(lo, int((off+int64(end))/sector*sector-off))
}

// middle is where a piece that failed is cut: of all ends of sectors in it the one
// with the most zeros at the end of its number. So whatever a piece begins with,
// all others are aligned to their own length: after a read that was cut short at
// an odd place, O_DIRECT refuses (EINVAL) only the one that begins there.
func (r *reader) middle(h look.Hole, off int64) (mid int, ok bool) {
	sector := int64(r.sector)
	first, last := (off+int64(h.Lo))/sector, (off+int64(h.Hi)-1)/sector
	if first == last {
		return 0, false
	}
	zeros := bits.Len64(uint64(first^last)) - 1
	return int(last>>zeros<<zeros*sector - off), true
}

// timeBudget is the reason of what was not asked for any more.
const timeBudget = "time-budget"

// carefully finds what cannot be read by halving down to the sector; it is left
// zero and returned as holes, in order. Large pieces come first, so that when the
// time budget ends most is known; then each sector that failed is tried again.
// On the spot, too, only one worker at a time does this.
func (r *reader) carefully(buf []byte, off int64, left allowance) (holes []look.Hole, gone error) {
	r.turn.Lock()
	defer r.turn.Unlock()
	whole := look.Hole{Lo: 0, Hi: len(buf), Reason: timeBudget}
	for queue := []look.Hole{whole}; len(queue) > 0 && r.ctx.Err() == nil; queue = queue[1:] {
		h := queue[0]
		if left.spent(h == whole) {
			clear(buf[h.Lo:h.Hi])
			holes = append(holes, look.Hole{Lo: h.Lo, Hi: h.Hi, Reason: timeBudget})
			continue
		}
		n, took, err := r.once(buf[h.Lo:h.Hi], off+int64(h.Lo))
		left.charge(took)
		if err == nil {
			continue
		}
		h.Lo = r.whole(h.Lo, h.Lo+n, off) // keep the whole sectors that came
		clear(buf[h.Lo:h.Hi])
		h.Reason = errorCode(err)
		mid, more := r.middle(h, off)
		switch {
		case errors.Is(err, ErrGone):
			return nil, err
		case ended(err) || !more:
			holes = append(holes, h)
		default:
			queue = append(queue, look.Hole{Lo: h.Lo, Hi: mid, Reason: h.Reason}, look.Hole{Lo: mid, Hi: h.Hi, Reason: h.Reason})
		}
	}
	for i := 0; i < r.retries && gone == nil; i++ {
		holes, gone = r.again(holes, buf, off, left)
	}
	slices.SortFunc(holes, func(a, b look.Hole) int { return cmp.Compare(a.Lo, b.Lo) })
	return holes, gone
}

// again tries once more what was asked for and refused, and gives what still is.
func (r *reader) again(holes []look.Hole, buf []byte, off int64, left allowance) (still []look.Hole, gone error) {
	for _, h := range holes {
		if h.Hi-h.Lo > r.sector || h.Reason == timeBudget || left.spent(false) || r.ctx.Err() != nil {
			still = append(still, h)
			continue
		}
		_, took, err := r.once(buf[h.Lo:h.Hi], off+int64(h.Lo))
		left.charge(took)
		switch {
		case errors.Is(err, ErrGone):
			return nil, err
		case err != nil:
			clear(buf[h.Lo:h.Hi])
			still = append(still, look.Hole{Lo: h.Lo, Hi: h.Hi, Reason: errorCode(err)})
		}
	}
	return still, nil
}

// ended says that halving would not help: the medium is shorter than it said.
// io.ErrUnexpectedEOF says less: a part of an image ends, and the next may go on.
func ended(err error) bool { return errors.Is(err, io.EOF) }

// vanished says that the medium is not there any more. It may come back: this
// is no property of a sector.
func vanished(err error) bool {
	return errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.EBADF)
}

// errorCode names a read error in a region's reason. Linux gives ENODATA for a
// medium error, EILSEQ for failed protection information, ETIMEDOUT for a drive
// that did not answer, EIO for most of the rest (block/blk-core.c, blk_errors).
func errorCode(err error) string {
	for _, c := range []struct {
		err  error
		code string
	}{
		{io.EOF, "ended-early"}, {io.ErrUnexpectedEOF, "ended-early"}, {io.ErrNoProgress, "short-read"},
		{syscall.EIO, "EIO"}, {syscall.ENODATA, "ENODATA"}, {syscall.EILSEQ, "EILSEQ"},
		{syscall.ETIMEDOUT, "ETIMEDOUT"}, {syscall.ENOLINK, "ENOLINK"},
	} {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return fmt.Sprintf("errno-%d", int(errno))
	}
	return "read-error"
}
