// Package read is how a medium is read that may be dying, sparse or gone.
//
// A Reader reads one stretch: at once, or by halving until it has found each sector that
// cannot be read, within an Allowance of time (read.go). When to do which is told in Pass: what
// reads well is read first, and Stretches are what was put off for later, Skipping how far the
// trouble is given a wide berth, Pace what is slow (defer.go). Where a file stores nothing a
// HoleFinder knows (source.go). What was read is looked at elsewhere (package look); a hole
// in it is a stretch of zeros with the reason why nothing came.
package read

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

// ErrGone says that the medium vanished (ENXIO, ENODEV, or Reader.Alive said so):
// a cable, a pulled drive.
var ErrGone = errors.New("the medium is not there any more")

// Reader reads stretches of a source and finds what it cannot give.
type Reader struct {
	Ctx     context.Context
	Source  Source
	Sector  int // halving ends here: the logical block of the medium
	Retries int
	Now     func() time.Time
	Alive   func() error // nil: only the read errors tell
	Turn    *sync.Mutex  // held by the one worker that is with what fails
}

// Outcome is what came of reading a stretch.
type Outcome struct {
	Holes   []look.Hole
	Trouble bool  // first pass: it is left for later, the buffer holds nothing
	Gone    error // ErrGone: the medium is not there any more
	Took    time.Duration
}

// Read fills buf from off. When ctx ends the rest is left out. The first pass asks
// once; later ones find what cannot be read, see carefully.
func (r *Reader) Read(buf []byte, off int64, how Pass, left Allowance) (out Outcome) {
	if r.Ctx.Err() != nil {
		return out
	}
	if how == SecondPass {
		out.Holes, out.Gone = r.carefully(buf, off, left)
		return out
	}
	n, err := 0, error(nil)
	n, out.Took, err = r.Once(buf, off)
	switch {
	case err == nil:
	case errors.Is(err, ErrGone):
		out.Gone = err
	case ended(err):
		out.Holes = []look.Hole{r.ended(buf, n, off, err)}
	case how == FirstPass:
		out.Trouble = true
	default:
		out.Holes, out.Gone = r.carefully(buf, off, left)
	}
	return out
}

// Once makes one read. It gives all of buf or an error, ErrGone if the medium is
// not there any more, and how long it took.
func (r *Reader) Once(buf []byte, off int64) (n int, took time.Duration, err error) {
	start := r.Now()
	n, err = r.Source.ReadAt(buf, off)
	took = r.Now().Sub(start)
	switch {
	case n == len(buf):
		return n, took, nil
	case err == nil:
		err = io.ErrNoProgress
	case vanished(err):
		err = fmt.Errorf("%w: %w", ErrGone, err)
	case r.Alive != nil: // a pulled drive may give EIO, or end at 0 (Linux del_gendisk), for ever
		if dead := r.Alive(); dead != nil {
			err = fmt.Errorf("%w: %w, %w", ErrGone, err, dead)
		}
	}
	return n, took, err
}

// ended is the hole behind what came of buf: whole sectors stay.
func (r *Reader) ended(buf []byte, n int, off int64, err error) look.Hole {
	n = r.whole(0, n, off)
	clear(buf[n:])
	return look.Hole{Lo: n, Hi: len(buf), Reason: errorCode(err)}
}

// whole is where the last sector ends that came whole when a read from lo ended
// at end. Sectors are those of the medium, wherever on it the buffer lies.
func (r *Reader) whole(lo, end int, off int64) int {
	sector := int64(r.Sector)
	return max(lo, int((off+int64(end))/sector*sector-off))
}

// middle is where a piece that failed is cut: of all ends of sectors in it the one
// with the most zeros at the end of its number. So whatever a piece begins with,
// all others are aligned to their own length: after a read that was cut short at
// an odd place, O_DIRECT refuses (EINVAL) only the one that begins there.
func (r *Reader) middle(h look.Hole, off int64) (mid int, ok bool) {
	sector := int64(r.Sector)
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
func (r *Reader) carefully(buf []byte, off int64, left Allowance) (holes []look.Hole, gone error) {
	r.Turn.Lock()
	defer r.Turn.Unlock()
	whole := look.Hole{Lo: 0, Hi: len(buf), Reason: timeBudget}
	for queue := []look.Hole{whole}; len(queue) > 0 && r.Ctx.Err() == nil; queue = queue[1:] {
		h := queue[0]
		if left.spent(h == whole) {
			clear(buf[h.Lo:h.Hi])
			holes = append(holes, look.Hole{Lo: h.Lo, Hi: h.Hi, Reason: timeBudget})
			continue
		}
		n, took, err := r.Once(buf[h.Lo:h.Hi], off+int64(h.Lo))
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
	for i := 0; i < r.Retries && gone == nil; i++ {
		holes, gone = r.again(holes, buf, off, left)
	}
	slices.SortFunc(holes, func(a, b look.Hole) int { return cmp.Compare(a.Lo, b.Lo) })
	return holes, gone
}

// again tries once more what was asked for and refused, and gives what still is.
func (r *Reader) again(holes []look.Hole, buf []byte, off int64, left Allowance) (still []look.Hole, gone error) {
	for _, h := range holes {
		if h.Hi-h.Lo > r.Sector || h.Reason == timeBudget || left.spent(false) || r.Ctx.Err() != nil {
			still = append(still, h)
			continue
		}
		_, took, err := r.Once(buf[h.Lo:h.Hi], off+int64(h.Lo))
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
