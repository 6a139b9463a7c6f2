package scan

import (
	"bytes"
	"reflect"
	"slices"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// A few random bytes amid fill are named with their place, to the sector; amid ciphertext
// there is nothing to see.
func TestIslands(t *testing.T) {
	heavy(t)
	const size = 24<<20 + 512
	isle := func(lo, n int64) Island { return Island{Offset: lo, Length: n} }
	for name, c := range map[string]struct {
		value   byte
		plant   []Island
		want    []Island
		outcome Outcome
	}{
		"none":                       {0, nil, nil, NoResidue},
		"a header at the front":      {0, []Island{isle(0, 512)}, []Island{isle(0, 512)}, NoResidue},
		"amid FF":                    {0xff, []Island{isle(5<<20+1024, 1536)}, []Island{isle(5<<20+1024, 1536)}, NoResidue},
		"across pages":               {0, []Island{isle(PageBytes-100, 5000)}, []Island{isle(PageBytes-100, 5000)}, NoResidue},
		"key slots":                  {0, []Island{isle(32<<10, 258048)}, []Island{isle(32<<10, 258048)}, NoResidue},
		"at the end":                 {0, []Island{isle(size-64<<10, 64<<10)}, []Island{isle(size-64<<10, 64<<10)}, NoResidue},
		"a container":                {0, []Island{isle(0, 512), isle(size-128<<10, 512)}, []Island{isle(0, 512), isle(size-128<<10, 512)}, Inconclusive},
		"a container as it is made":  {0, []Island{isle(0, 128<<10), isle(size-128<<10, 128<<10)}, []Island{isle(0, 128<<10), isle(size-128<<10, 128<<10)}, Inconclusive},
		"a hidden volume's headers":  {0, []Island{isle(64<<10, 512), isle(size-64<<10, 512)}, []Island{isle(64<<10, 512), isle(size-64<<10, 512)}, Inconclusive},
		"a container in a partition": {0, []Island{isle(1<<20, 512), isle(9<<20-128<<10, 512)}, []Island{isle(1<<20, 512), isle(9<<20-128<<10, 512)}, Inconclusive},
		"a container and more":       {0, []Island{isle(0, 512), isle(9<<20, 8192), isle(size-128<<10, 512)}, []Island{isle(0, 512), isle(9<<20, 8192), isle(size-128<<10, 512)}, NoResidue},
		"a container and a volume":   {0, []Island{isle(0, 512), isle(9<<20, 1<<20+4096), isle(size-128<<10, 512)}, []Island{isle(0, 512), isle(size-128<<10, 512)}, NoResidue},
		"mostly ciphertext":          {0, []Island{isle(0, 512), isle(2<<20, 20<<20)}, nil, NoResidue},
		"too large":                  {0, []Island{isle(4<<20, 1<<20+4096)}, nil, NoResidue},
	} {
		m := disktest.New(size, 1)
		m.Fill(0, size, c.value)
		for i, x := range c.plant {
			m.Plant(x.Offset, randomUnit(int(x.Length), uint64(i)))
		}
		p := planOver(size, Full)
		p.Places = []Place{{Name: "p1", Start: 1 << 20, Length: 8 << 20}}
		r := examine(t, p, m, Options{Workers: 1})
		v := Decide(p, r)
		if v.Outcome != c.outcome || !slices.Equal(r.Islands, c.want) || r.IslandCount != int64(len(c.want)) || !r.IslandsKnown {
			t.Errorf("%s: %v %v, want %v; %+v", name, v.Outcome, r.Islands, c.want, r.Findings)
		}
		i := slices.IndexFunc(v.Reasons, func(x Reason) bool { return x.Code == ReasonRandomIsland })
		if (i >= 0) != (len(c.want) > 0) {
			t.Errorf("%s: reasons %v", name, v.Reasons)
		}
		if again := examine(t, p, m, Options{Workers: 3}); !reflect.DeepEqual(r, again) {
			t.Errorf("%s: three workers give another result", name)
		}
	}
}

// More islands than are listed are counted; a bad sector puts one off and changes nothing.
func TestManyIslands(t *testing.T) {
	const size, islands = 80 << 20, 130
	m := disktest.New(size, 1)
	m.Fill(0, size, 0)
	for i := range int64(islands) {
		m.Plant(i*(512<<10)+1024, randomUnit(512, uint64(i)))
	}
	m.Fail(40<<20+300<<10, 512, syscall.EIO)
	p := planOver(size, Full)
	r := examine(t, p, m, Options{})
	if r.IslandCount != islands || len(r.Islands) != MaxIslands || r.Islands[99] != (Island{Offset: 99*(512<<10) + 1024, Length: 512}) {
		t.Errorf("%d islands, %d listed", r.IslandCount, len(r.Islands))
	}
}

// Where there are too many edges to remember, islands are not known.
func TestIslandsNotKnown(t *testing.T) {
	const size = 40 << 20
	b := make([]byte, size)
	for at := 0; at < size; at += 8192 {
		copy(b[at:], randomUnit(512, uint64(at)))
	}
	p := planOver(size, Full)
	if r := examine(t, p, bytesSource{b}, Options{}); r.IslandsKnown || r.IslandCount > 0 || bytes.Equal(b[:8], b[8192:8200]) {
		t.Errorf("%d islands, known %v", r.IslandCount, r.IslandsKnown)
	}
}

// What stands beside something else than fill is no island.
func TestNoIsland(t *testing.T) {
	const size = 8 << 20
	for _, beside := range []int64{4<<20 - 4096, 4<<20 + 4096} {
		m := disktest.New(size, 1)
		m.Fill(0, size, 0)
		m.Plant(4<<20, randomUnit(4096, 1))
		m.Fail(beside, 4096, syscall.EIO)
		if r := examine(t, planOver(size, Full), m, Options{}); r.IslandCount > 0 {
			t.Errorf("%v beside a bad block at %d", r.Islands, beside)
		}
	}
}
