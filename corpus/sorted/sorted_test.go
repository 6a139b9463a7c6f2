package sorted

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"testing"
)

// In as many runs as you like, merged in one go or in several: all that was added, in order.
func TestSorts(t *testing.T) {
	const held = MinMemory / 2 / RecordBytes
	for _, n := range []int{0, 1, held, held + 1, 7*held + 3} {
		dir := t.TempDir()
		s := New(dir, 0)
		r := rand.New(rand.NewPCG(1, uint64(n)))
		var sum uint64
		for range n {
			var x Record
			binary.BigEndian.PutUint64(x[:], r.Uint64N(uint64(n))) // some twice
			binary.BigEndian.PutUint64(x[24:], r.Uint64())
			sum += binary.BigEndian.Uint64(x[24:])
			s.Add(x)
		}
		if len(s.held) > held || s.Len() != int64(n) {
			t.Errorf("%d records are held, %d were added", len(s.held), s.Len())
		}
		var last Record
		got := 0
		if err := s.All(func(x *Record) error {
			if bytes.Compare(last[:], x[:]) > 0 {
				t.Fatal("not in order")
			}
			last = *x
			got++
			sum -= binary.BigEndian.Uint64(x[24:])
			return nil
		}); err != nil || got != n || sum != 0 {
			t.Errorf("%d of %d records, %v, sum off by %d", got, n, err, sum)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Error(left)
		}
	}
}

func TestSaysWhyItCannot(t *testing.T) {
	s := New("/nonexistent/folder", 0)
	for range 3 * MinMemory / RecordBytes { // a few runs
		s.Add(Record{})
	}
	if err := s.All(func(*Record) error { return nil }); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	s, stop := New(t.TempDir(), 0), errors.New("enough")
	s.Add(Record{})
	if err := s.All(func(*Record) error { return stop }); err != stop {
		t.Error(err)
	}
}
