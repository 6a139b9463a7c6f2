// Package sorted sorts records that do not fit in memory: they are gathered up to a limit, sorted, and laid
// aside in one file as a run; at the end the runs are merged. The bytes of a record are its order.
package sorted

import (
	"bufio"
	"bytes"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

const (
	// RecordBytes is the length of a record.
	RecordBytes = 32
	// MinMemory is the least that a Sorter works with.
	MinMemory = 64 << 10
	// readBytes is what one run is given to be read ahead, while they are merged.
	readBytes = 32 << 10
)

// Record is what is sorted, in the order of its bytes.
type Record [RecordBytes]byte

// Sorter sorts what is added.
type Sorter struct {
	dir   string
	limit int // records
	held  []Record
	file  *os.File // of runs; nil: all are held
	runs  []run
	n     int64
	err   error
}

// run is a stretch of the file that is in order.
type run struct{ from, to int64 }

// New is a sorter that takes about so many bytes of memory, and what does not fit there in a folder.
func New(dir string, memory int64) *Sorter {
	return &Sorter{dir: dir, limit: int(max(memory, MinMemory) / 2 / RecordBytes)} // the other half is what else it takes
}

// Add adds a record.
func (s *Sorter) Add(r Record) {
	if len(s.held) >= s.limit {
		s.layAside()
	}
	if len(s.held) == cap(s.held) { // eightfold, so that little of it is there twice
		s.held = append(make([]Record, 0, min(s.limit, max(1024, 8*len(s.held)))), s.held...)
	}
	s.held = append(s.held, r)
	s.n++
}

// Len is how many records were added.
func (s *Sorter) Len() int64 { return s.n }

func (s *Sorter) sort() {
	slices.SortFunc(s.held, func(a, b Record) int { return bytes.Compare(a[:], b[:]) })
}

// layAside writes what is held as a run.
func (s *Sorter) layAside() {
	if s.err != nil || len(s.held) == 0 {
		s.held = s.held[:0]
		return
	}
	s.sort()
	if s.file == nil {
		if s.file, s.err = os.CreateTemp(s.dir, ".sort-*"); s.err != nil {
			return
		}
		os.Remove(s.file.Name()) // it goes with the process
	}
	at := int64(0)
	if n := len(s.runs); n > 0 {
		at = s.runs[n-1].to
	}
	w := bufio.NewWriterSize(io.NewOffsetWriter(s.file, at), 256<<10)
	for i := range s.held {
		w.Write(s.held[i][:])
	}
	s.err = w.Flush()
	s.runs = append(s.runs, run{at, at + int64(len(s.held))*RecordBytes})
	s.held = s.held[:0]
}

// All yields every record in order, once. What it takes is what was held, or a buffer for each run.
func (s *Sorter) All(yield func(*Record) error) error {
	defer s.Close()
	if len(s.runs) == 0 && s.err == nil {
		s.sort()
		for i := range s.held {
			if err := yield(&s.held[i]); err != nil {
				return err
			}
		}
		return nil
	}
	s.layAside()
	s.held = nil
	if s.err != nil {
		return fmt.Errorf("lay sorted sectors aside: %w", s.err)
	}
	for most := s.mostRuns(); len(s.runs) > most; {
		if err := s.mergeSome(most); err != nil {
			return fmt.Errorf("merge sorted sectors: %w", err)
		}
	}
	return s.merge(s.runs, yield)
}

// mostRuns is how many runs are merged at once with the memory that was given.
func (s *Sorter) mostRuns() int { return max(2, 2*s.limit*RecordBytes/readBytes) }

// mergeSome makes one run of the first few, at the end of the file.
func (s *Sorter) mergeSome(most int) error {
	few, end := s.runs[:most], s.runs[len(s.runs)-1].to
	w := bufio.NewWriterSize(io.NewOffsetWriter(s.file, end), readBytes)
	to := end
	err := s.merge(few, func(r *Record) error {
		to += RecordBytes
		_, err := w.Write(r[:])
		return err
	})
	s.runs = append(slices.Clone(s.runs[most:]), run{end, to})
	return errors.Join(err, w.Flush())
}

// merge yields the records of runs in order.
func (s *Sorter) merge(runs []run, yield func(*Record) error) error {
	h := make(heads, 0, len(runs))
	for _, r := range runs {
		x := &head{in: bufio.NewReaderSize(io.NewSectionReader(s.file, r.from, r.to-r.from), readBytes)}
		if _, err := io.ReadFull(x.in, x.record[:]); err != nil {
			return err
		}
		h = append(h, x)
	}
	heap.Init(&h)
	for len(h) > 0 {
		if err := yield(&h[0].record); err != nil {
			return err
		}
		switch _, err := io.ReadFull(h[0].in, h[0].record[:]); err {
		case nil:
			heap.Fix(&h, 0)
		case io.EOF:
			heap.Pop(&h)
		default:
			return err
		}
	}
	return nil
}

// Close lets go of what was laid aside.
func (s *Sorter) Close() {
	if s.file != nil {
		s.file.Close()
	}
	s.file, s.held, s.runs = nil, nil, nil
}

// head is the next record of a run.
type head struct {
	record Record
	in     *bufio.Reader
}

type heads []*head

func (h heads) Len() int           { return len(h) }
func (h heads) Less(i, j int) bool { return bytes.Compare(h[i].record[:], h[j].record[:]) < 0 }
func (h heads) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *heads) Push(x any)        { *h = append(*h, x.(*head)) }
func (h *heads) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
