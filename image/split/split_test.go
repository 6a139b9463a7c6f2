package split

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"shokyo.dev/shokyo/image/imagetest"
	"shokyo.dev/shokyo/image/source"
)

// A name may be anything: no panic, and a counter lies inside it.
func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"disk_001.img", "diskAA.part1of2.gz", "分割１.img", "x.\xff00", "(((", "99999999999999999999.1"} {
		f.Add(s, s+"0")
	}
	f.Fuzz(func(t *testing.T, base, other string) {
		if len(base) > 255 || len(other) > 255 { // no file is called so
			return
		}
		name := plain(base)
		for _, p := range places(base) {
			if p.from < 0 || p.from >= p.to || p.to > len(name) {
				t.Fatalf("%q: %+v", base, p)
			}
			r := row{place: p, own: name[p.from:p.to]}
			if text, ok := r.counter(name, plain(other)); ok {
				r.see(text, other)
				r.isPart()
			}
		}
		countedOf(name)
		numberBehind(name, plain(other))
		soundsLikePart(base)
	})
}

// shrunk is a part that has lost its end since it was opened.
type shrunk struct{ imagetest.Bytes }

func (s shrunk) Size() int64 { return int64(len(s.Bytes)) + 100 }

func TestShrunkPart(t *testing.T) {
	j, err := Join([]string{"a", "b"}, []source.Source{shrunk{make([]byte, 400)}, imagetest.Bytes(bytes.Repeat([]byte{1}, 500))})
	if err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 1000)
	n, err := j.ReadAt(p, 0)
	if n != 400 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read over the lost end: %d bytes, %v", n, err)
	}
	if n, err := j.ReadAt(p[:500], 500); n != 500 || err != nil {
		t.Errorf("the part behind: %d bytes, %v", n, err)
	}
	if j, err = Join([]string{"a", "b"}, []source.Source{imagetest.Bytes(make([]byte, 500)), shrunk{make([]byte, 400)}}); err != nil {
		t.Fatal(err)
	}
	if n, err := j.ReadAt(p, 0); n != 900 || !errors.Is(err, io.EOF) {
		t.Errorf("the last part lost its end: %d bytes, %v; want its end", n, err)
	}
}
