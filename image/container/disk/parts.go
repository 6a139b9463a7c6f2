package disk

import (
	"io"
	"sort"
)

// Part is a stretch of a disk.
type Part struct {
	Disk
	From, Bytes int64
}

func (p Part) Size() int64 { return p.Bytes }

func (p Part) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off >= p.Bytes {
		return 0, io.EOF
	}
	n, err := p.Disk.ReadAt(b[:min(int64(len(b)), p.Bytes-off)], p.From+off)
	if err == nil && n < len(b) {
		err = io.EOF
	}
	return n, err
}

func (p Part) Stored(off int64) (int64, bool) {
	end, stored := p.Disk.Stored(p.From + off)
	return min(end-p.From, p.Bytes), stored
}

// Zeros is a disk of nothing but zeros that nobody stored.
type Zeros int64

func (z Zeros) Size() int64                    { return int64(z) }
func (z Zeros) Stored(off int64) (int64, bool) { return int64(z), false }
func (z Zeros) ReadAt(b []byte, off int64) (int, error) {
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

// Joined is disks end to end.
type Joined struct {
	parts []piece
	size  int64
}

type piece struct {
	Disk
	start int64
}

// Add puts a disk at the end; an empty one is none.
func (j *Joined) Add(d Disk) {
	if d.Size() > 0 {
		j.parts = append(j.parts, piece{d, j.size})
		j.size += d.Size()
	}
}

func (j *Joined) Size() int64 { return j.size }

// at is the part that a byte of the disk lies in. None of them is empty.
func (j *Joined) at(off int64) *piece {
	return &j.parts[sort.Search(len(j.parts), func(i int) bool { return j.parts[i].start > off })-1]
}

func (j *Joined) ReadAt(b []byte, off int64) (n int, err error) {
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

func (j *Joined) Stored(off int64) (int64, bool) {
	if off >= j.size {
		return j.size, true
	}
	p := j.at(off)
	end, stored := p.Stored(off - p.start)
	return p.start + end, stored
}
