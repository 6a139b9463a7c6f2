package disk

import (
	"errors"
	"io"
	"strings"
	"testing"

	"shokyo.dev/shokyo/image/imagetest"
	"shokyo.dev/shokyo/image/source"
)

// places is a table written down.
type places []Place

func (p places) Place(n int64) (Place, error) { return p[n], nil }
func (p places) Unpack(x Place) ([]byte, error) {
	if x.At == 0 {
		return nil, errors.New("damaged")
	}
	return []byte(strings.Repeat("U", 1024)), nil
}

// A cluster is what its place says: bytes of a file, zeros, what lies beneath, or an error; and only what has bytes is stored.
func TestClustered(t *testing.T) {
	const c = 512
	file := imagetest.Memory(strings.Repeat("f", 3*c/2))
	under := imagetest.Memory(strings.Repeat("u", 2*c+100))
	d := &Clustered{Files: []source.Source{file}, Bytes: 8 * c, Cluster: c, Under: Raw{under}, Table: places{
		{State: Plain}, {}, {}, {State: Zero}, {State: Packed, At: 1, Size: 9, Skip: c}, {State: Plain, At: c}, {State: Plain, At: 1 << 40}, {State: Packed, Size: 9},
	}}
	want := []string{strings.Repeat("f", c), strings.Repeat("u", c), strings.Repeat("u", 100) + strings.Repeat("\x00", c-100), strings.Repeat("\x00", c),
		strings.Repeat("U", c), strings.Repeat("f", c/2) + strings.Repeat("\x00", c/2), "", ""}
	stored := []bool{true, true, true, false, true, true, true, true}
	for i, w := range want {
		b := make([]byte, c)
		n, err := d.ReadAt(b, int64(i*c))
		if w == "" {
			if n != 0 || err == nil || errors.Is(err, io.EOF) {
				t.Errorf("cluster %d: %d bytes, %v", i, n, err)
			}
		} else if n != c || err != nil || string(b) != w {
			t.Errorf("cluster %d: %d bytes, %v, %q", i, n, err, b)
		}
		if _, is := d.Stored(int64(i * c)); is != stored[i] {
			t.Errorf("cluster %d stored: %v", i, is)
		}
	}
	if end, is := d.Stored(2*c + 100); is || end != 4*c {
		t.Errorf("behind what lies beneath: %v up to %d", is, end)
	}
	b := make([]byte, 4*c)
	if n, err := d.ReadAt(b, 4*c); n != 2*c || err == nil {
		t.Errorf("up to what is damaged: %d bytes, %v", n, err)
	}
	alone := &Clustered{Files: d.Files, Bytes: 2 * c, Cluster: c, Table: places{{State: Plain}, {}}}
	if n, err := alone.ReadAt(b, 0); n != 2*c || !errors.Is(err, io.EOF) {
		t.Errorf("to the end: %d bytes, %v", n, err)
	}
	if end, is := alone.Stored(c); is || end != 2*c {
		t.Errorf("nothing beneath: %v up to %d", is, end)
	}
	if _, err := alone.ReadAt(b, 2*c); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestParts(t *testing.T) {
	var j Joined
	j.Add(Zeros(3))
	j.Add(Zeros(0))
	j.Add(Part{Disk: Raw{imagetest.Memory("abcdef")}, From: 2, Bytes: 3})
	b := make([]byte, 10)
	if n, err := j.ReadAt(b, 1); n != 5 || !errors.Is(err, io.EOF) || string(b[:5]) != "\x00\x00cde" {
		t.Errorf("%d, %v, %q", n, err, b)
	}
	if end, is := j.Stored(0); is || end != 3 {
		t.Errorf("zeros: %v up to %d", is, end)
	}
	if end, is := j.Stored(4); !is || end != 6 {
		t.Errorf("bytes: %v up to %d", is, end)
	}
}

// Tables are bounded by their file before there is memory for them.
func TestTableOf(t *testing.T) {
	file := imagetest.Memory("0123456789")
	if b, err := TableOf(file, 2, 2, 4); err != nil || string(b) != "23456789" {
		t.Errorf("%q, %v", b, err)
	}
	for _, c := range [][3]int64{{3, 2, 4}, {-1, 1, 1}, {0, -1, 1}, {0, 1 << 62, 8}, {11, 0, 1}, {1 << 62, 1, 1}} {
		if _, err := TableOf(file, c[0], c[1], c[2]); err == nil {
			t.Errorf("%v: read", c)
		}
	}
}
