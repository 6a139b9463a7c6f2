package copies

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

func random(n int, seed uint64) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(b)
	return b
}

// sketched is the sketch of a medium, added in stretches in random order, and saved and loaded in between.
func sketched(t *testing.T, b []byte, seed uint64) *Sketch {
	t.Helper()
	const stretch = 1 << 16
	s, choose := &Sketch{}, For(int64(len(b)))
	for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm((len(b) + stretch - 1) / stretch) {
		s.Add(choose.Choose(nil, b[i*stretch:min(len(b), (i+1)*stretch)], int64(i*stretch)))
		if i%97 == 5 {
			saved, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			s = &Sketch{}
			if err := json.Unmarshal(saved, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

func TestCopiesAreSeen(t *testing.T) {
	const size = 9 << 20
	medium := func(change func(b []byte)) []byte {
		b := random(size, 1)
		change(b)
		return b
	}
	tiled := func(unit int) func(b []byte) {
		return func(b []byte) {
			for at := unit; at < len(b); at += unit {
				copy(b[at:], b[:unit])
			}
		}
	}
	for name, c := range map[string]struct {
		b    []byte
		want int // units of it that come again, at least
	}{
		"nothing comes again":          {medium(func([]byte) {}), 0},
		"a copy far away":              {medium(func(b []byte) { copy(b[7<<20:], b[1<<20:][:64<<10]) }), 64},
		"one that is moved by 8 bytes": {medium(func(b []byte) { copy(b[7<<20+8:], b[1<<20:][:64<<10]) }), 0},
		"two halves alike":             {medium(tiled(size / 2)), Most / 4},
		"three thirds alike":           {medium(tiled(size / 3)), Most / 4},
		"one buffer, six times":        {medium(tiled(size / 6)), 0},
		"and a part of it":             {medium(tiled(size/6 + 48<<10)), 0},
		"a buffer, and other things":   {medium(func(b []byte) { tiled(size / 8)(b[:size*3/4]) }), Most / 4},
		"two buffers":                  {medium(func(b []byte) { tiled(size / 16)(b[:size/2]); tiled(size / 12)(b[size/2:]) }), Most / 4},
	} {
		got := sketched(t, c.b, 1).Copies()
		if (got.Again > 0) != (c.want > 0) || got.Again < c.want || got.Units < Most/2 {
			t.Errorf("%s: %+v", name, got)
		}
		if other := sketched(t, c.b, 2).Copies(); other != got {
			t.Errorf("%s: in another order %+v, not %+v", name, other, got)
		}
		if c.want > 0 && (got.First >= got.Two || string(c.b[got.First:][:Unit]) != string(c.b[got.Two:][:Unit])) {
			t.Errorf("%s: at %d stands not what stands at %d", name, got.First, got.Two)
		}
	}
}

// Of small media all units are remembered, of others about as many as may be: four in five media have four times as many marks,
// give or take a factor of two.
func TestChooserThins(t *testing.T) {
	for _, size := range []int64{0, 4096, Most * Unit, 3 << 20, 16 << 20, 50 << 20} {
		b := random(int(min(size, 4<<20)), 3)
		got := float64(len(For(size).Choose(nil, b, 0))) / float64(max(len(b), 1)) * float64(size)
		units := float64(size / Unit)
		if lo, hi := min(units, 2*Most), min(units, 10*Most); got < 0.95*lo || got > 1.05*hi {
			t.Errorf("%d bytes: %.0f marks, want %.0f to %.0f", size, got, lo, hi)
		}
	}
	if For(math.MaxInt64).shift <= 0 {
		t.Error("nothing is chosen of the largest medium")
	}
}

func TestCountsEnd(t *testing.T) {
	s := &Sketch{places: map[Digest]Places{{1}: {0, 160, math.MaxUint32}}}
	s.Add([]Mark{{Digest{1}, 320}})
	if got := s.places[Digest{1}]; got != (Places{0, 320, math.MaxUint32}) {
		t.Errorf("%+v", got)
	}
}

// What no sketch writes is refused.
func FuzzSketch(f *testing.F) {
	s := &Sketch{}
	s.Add(For(0).Choose(nil, random(256, 1), 0))
	s.Add(For(0).Choose(nil, random(64, 1), 1024))
	text, _ := s.MarshalText()
	f.Add(text)
	f.Add(text[:48])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		var s Sketch
		if s.UnmarshalText(text) != nil {
			return
		}
		again, err := s.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var other Sketch
		if err := other.UnmarshalText(again); err != nil || !reflect.DeepEqual(s.places, other.places) {
			t.Fatalf("written and read again: %v", err)
		}
		s.Copies()
	})
}

func TestDamagedSketches(t *testing.T) {
	row := func(d byte, first, last uint64, n uint32) string {
		s := &Sketch{places: map[Digest]Places{{d}: {int64(first), int64(last), n}}}
		text, _ := s.MarshalText()
		return string(text)
	}
	for name, text := range map[string]string{
		"no base64": "?", "half a row": row(1, 0, 16, 2)[:40], "twice": row(1, 0, 0, 1) + row(1, 0, 0, 1), "descending": row(2, 0, 0, 1) + row(1, 0, 0, 1),
		"nowhere": row(1, 0, 0, 0), "before the medium": row(1, 1<<63, 0, 2), "backward": row(1, 32, 16, 2), "odd": row(1, 0, 17, 2),
		"one at two places": row(1, 0, 16, 1), "two at one": row(1, 16, 16, 2), "too many": row(1, 0, 16, 3),
	} {
		if (&Sketch{}).UnmarshalText([]byte(text)) == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if err := (&Sketch{}).UnmarshalText([]byte(row(1, 0, 0, 1) + row(2, 16, 64, 4))); err != nil {
		t.Error(err)
	}
}
