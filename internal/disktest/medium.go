package disktest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
)

// Medium is a medium of any size that costs no memory: ciphertext, except
// where something was planted. What was planted last lies on top. It may be
// read, and changed, by several goroutines.
type Medium struct {
	size int64
	base *Stream

	mu       sync.RWMutex
	overlays []overlay
	failures []failure
	limit    int64 // reads end here: size, unless the medium shrank
	onRead   func(off, length int64, err error)
}

// An overlay covers [off, off+length) with data or, where data is nil, with fill.
type overlay struct {
	off, length int64
	data        []byte
	fill        byte
}

type failure struct {
	off, length int64
	err         error
	left        *atomic.Int64 // reads of nothing else that still fail; nil: all
}

// New returns a medium full of the ciphertext that belongs to seed.
func New(size int64, seed uint64) *Medium {
	return &Medium{size: size, limit: size, base: Keystream(seed)}
}

// Size is what the medium says of itself; Shrink does not change it.
func (m *Medium) Size() int64 { return m.size }

// Plant lays b over the bytes at off. b is not copied: leave it alone
// afterwards. What reaches past either end of the medium is cut off.
func (m *Medium) Plant(off int64, b []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.overlays = append(m.overlays, overlay{off: off, length: int64(len(b)), data: b})
}

// Fill lays length bytes of value v over the bytes at off.
func (m *Medium) Fill(off, length int64, v byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.overlays = append(m.overlays, overlay{off: off, length: length, fill: v})
}

// Fail makes every read that touches [off, off+length) fail with err and give
// no bytes at all, as a drive's command does that meets a bad sector.
func (m *Medium) Fail(off, length int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failures = append(m.failures, failure{off: off, length: length, err: err})
}

// FailTimes makes reads that touch [off, off+length) fail with err until those
// that ask for nothing else have failed so many times: a weak sector, which a
// drive gives after several attempts.
func (m *Medium) FailTimes(off, length int64, err error, times int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := failure{off: off, length: length, err: err, left: &atomic.Int64{}}
	f.left.Store(int64(times))
	m.failures = append(m.failures, f)
}

// fails says whether a read of [off, end) fails, and counts it.
func (f *failure) fails(off, end int64) bool {
	if f.off >= end || off >= f.off+f.length {
		return false
	}
	if f.left != nil && f.off <= off && end <= f.off+f.length {
		return f.left.Add(-1) >= 0
	}
	return f.left == nil || f.left.Load() > 0
}

// OnRead calls f in every read before it returns, with what was asked for and
// the error it will give, from whatever goroutine reads. That is the place to
// let time pass on a test's clock, or to pull the drive out.
func (m *Medium) OnRead(f func(off, length int64, err error)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.onRead = f
}

// Shrink ends the medium at size: from now on reads behind it give io.EOF,
// while Size goes on claiming the old one (a file truncated during the scan).
func (m *Medium) Shrink(size int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.limit = min(size, m.size)
}

// ReadAt implements io.ReaderAt.
func (m *Medium) ReadAt(p []byte, off int64) (int, error) {
	n, err := m.readAt(p, off)
	m.mu.RLock()
	onRead := m.onRead
	m.mu.RUnlock()
	if onRead != nil {
		onRead(off, int64(len(p)), err)
	}
	return n, err
}

func (m *Medium) readAt(p []byte, off int64) (int, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if off < 0 {
		return 0, errors.New("medium: negative offset")
	}
	if off >= m.limit {
		return 0, io.EOF
	}
	var end error
	if int64(len(p)) > m.limit-off {
		p, end = p[:m.limit-off], io.EOF
	}
	for i := range m.failures {
		if f := &m.failures[i]; f.fails(off, off+int64(len(p))) {
			return 0, f.err
		}
	}
	m.render(p, off)
	return len(p), end
}

// render writes what lies at off into p: the base, then the overlays, oldest
// first. The base is not worth computing under an overlay that hides it all.
func (m *Medium) render(p []byte, off int64) {
	first := 0
	for i, o := range m.overlays {
		if o.off <= off && off+int64(len(p)) <= o.off+o.length {
			first = i + 1
		}
	}
	if first == 0 {
		m.base.ReadAt(p, off)
	} else {
		first--
	}
	for _, o := range m.overlays[first:] {
		o.paint(p, off)
	}
}

// paint copies the part of o that lies inside p, whose first byte is at off.
func (o overlay) paint(p []byte, off int64) {
	from, to := max(o.off, off), min(o.off+o.length, off+int64(len(p)))
	if from >= to {
		return
	}
	dst := p[from-off : to-off]
	if o.data != nil {
		copy(dst, o.data[from-o.off:])
		return
	}
	for i := range dst {
		dst[i] = o.fill
	}
}

// WriteFile writes the medium as an image file. A medium with failing sectors
// cannot be written: a file has no way to refuse.
func (m *Medium) WriteFile(path string) error {
	return WriteWhole(path, func(f *os.File) error {
		_, err := io.CopyBuffer(struct{ io.Writer }{f}, io.NewSectionReader(m, 0, m.size), make([]byte, 1<<20))
		return err
	})
}

// WriteWhole makes a file that is complete or not there: a half-written disk
// image must never be taken for a whole one.
func WriteWhole(path string, write func(*os.File) error) error {
	partial := path + ".partial"
	f, err := os.Create(partial)
	if err != nil {
		return fmt.Errorf("make %s: %w", path, err)
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = os.Rename(partial, path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(partial))
	}
	return nil
}
