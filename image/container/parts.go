package container

import (
	"io"
	"sort"
)

// part is a stretch of a disk.
type part struct {
	Disk
	from, size int64
}

func (p part) Size() int64 { return p.size }

func (p part) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off >= p.size {
		return 0, io.EOF
	}
	n, err := p.Disk.ReadAt(b[:min(int64(len(b)), p.size-off)], p.from+off)
	if err == nil && n < len(b) {
		err = io.EOF
	}
	return n, err
}

func (p part) Stored(off int64) (int64, bool) {
	end, stored := p.Disk.Stored(p.from + off)
	return min(end-p.from, p.size), stored
}

// zeros is a disk of nothing but zeros that nobody stored.
type zeros int64

func (z zeros) Size() int64                    { return int64(z) }
func (z zeros) Stored(off int64) (int64, bool) { return int64(z), false }
func (z zeros) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off >= int64(z) {
		return 0, io.EOF
	}
	n := min(int64(len(b)), int64(z)-off)
	clear(b[:n])
	if n < int64(len(b)) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// joined is disks end to end.
type joined struct {
	parts []piece
	size  int64
}

type piece struct {
	Disk
	start int64
}

func (j *joined) Size() int64 { return j.size }

// at is the part that a byte of the disk lies in. None of them is empty.
func (j *joined) at(off int64) *piece {
	return &j.parts[sort.Search(len(j.parts), func(i int) bool { return j.parts[i].start > off })-1]
}

func (j *joined) ReadAt(b []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, io.EOF
	}
	for n < len(b) && off < j.size {
		p := j.at(off)
		k, err := p.ReadAt(b[n:n+int(min(int64(len(b)-n), p.start+p.Size()-off))], off-p.start)
		n, off = n+k, off+int64(k)
		if err != nil && err != io.EOF || k == 0 {
			return n, err
		}
	}
	if n < len(b) {
		err = io.EOF
	}
	return n, err
}

func (j *joined) Stored(off int64) (int64, bool) {
	if off >= j.size {
		return j.size, true
	}
	p := j.at(off)
	end, stored := p.Stored(off - p.start)
	return p.start + end, stored
}
