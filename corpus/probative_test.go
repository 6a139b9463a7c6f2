package corpus

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestWorth(t *testing.T) {
	ramp := func(order binary.AppendByteOrder, step uint32, n int) (b []byte) {
		for i := range n {
			b = order.AppendUint32(b, 1000+uint32(i)*step)
		}
		return b
	}
	half := slices.Concat(noise(1, 256), make([]byte, 256))
	most := slices.Concat(noise(1, 400), bytes.Repeat([]byte{0, 0, 0, 0}, 28)) // 28 of 128 words
	text := []byte(strings.Repeat("住民票 0123 東京都千代田区 ", 40))[:512]
	for i := range text {
		if i%37 == 0 {
			text[i] = byte('a' + i%26)
		}
	}
	for name, c := range map[string]struct {
		sector []byte
		n      int
		want   worth
	}{
		"random":          {noise(1, 512), 512, telling},
		"text":            {text, 512, telling},
		"zeros":           {make([]byte, 512), 512, onlyFill},
		"a pattern":       {bytes.Repeat([]byte("abcdefgh"), 64), 512, onlyFill},
		"half zeros":      {half, 512, onlyPoor},
		"a fifth zeros":   {most, 512, telling},
		"a tail":          {half, 256, telling},
		"a tail of 64":    {slices.Concat(noise(1, 64), make([]byte, 448)), 64, telling},
		"a tail of 63":    {slices.Concat(noise(1, 63), make([]byte, 449)), 63, onlyPoor},
		"nothing":         {make([]byte, 512), 0, notInside},
		"blocks":          {ramp(binary.LittleEndian, 1, 128), 512, onlyPoor},
		"offsets":         {ramp(binary.BigEndian, 0x1234, 128), 512, onlyPoor},
		"mostly blocks":   {slices.Concat(ramp(binary.LittleEndian, 1, 110), noise(2, 72)), 512, onlyPoor},
		"some blocks":     {slices.Concat(ramp(binary.LittleEndian, 1, 60), noise(2, 272)), 512, telling},
		"white":           {slices.Concat(bytes.Repeat([]byte(" \n\t  \r\n"), 60)[:400], noise(3, 112)), 512, onlyPoor},
		"every fourth":    {spread(4), 512, onlyPoor},
		"every fifth":     {spread(5), 512, telling},
		"words alternate": {slices.Concat(bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9}, 40), noise(3, 32)), 512, onlyPoor},
	} {
		if got := weigh(c.sector, c.n); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// spread is random words of which one stands at each n-th place, and at one more.
func spread(n int) []byte {
	b := noise(9, 512)
	for i := 0; i < 128; i += n {
		copy(b[4*i:], "same")
	}
	copy(b[4:], "same")
	return b
}

func TestEstimate(t *testing.T) {
	near := func(got, want float64) bool { return math.Abs(got-want) < 0.002 }
	for name, c := range map[string]struct {
		s    Sample
		of   int64
		want Estimate
	}{
		"nothing":   {Sample{Blocks: 1000, Of: 10000, Independent: 1000, BlockSectors: 8}, 80000, Estimate{0, 0, 0.00383}},
		"few draws": {Sample{Blocks: 1000, Of: 10000, Independent: 100, BlockSectors: 8}, 80000, Estimate{0, 0, 0.037}},
		"small":     {Sample{Blocks: 1000, Of: 10000, Independent: 1000, BlockSectors: 8}, 100, Estimate{0, 0, 1}},
		"half":      {Sample{Blocks: 1000, Of: 10000, Independent: 1000, Hit: 500, Sectors: 4000, BlockSectors: 8}, 80000, Estimate{0.5, 0.469, 0.531}},
		"poor":      {Sample{Blocks: 1000, Of: 10000, Independent: 1000, Hit: 500, Sectors: 1000, BlockSectors: 8}, 20000, Estimate{0.5, 0.469, 1}},
		"all":       {Sample{Blocks: 1000, Of: 10000, Independent: 1000, Hit: 1000, Sectors: 8000, BlockSectors: 8}, 80000, Estimate{1, 0.996, 1}},
		"unread":    {Sample{Of: 10000}, 100, Estimate{0, 0, 1}},
	} {
		if got := c.s.Estimate(c.of); !near(got.Recall, c.want.Recall) || !near(got.Low, c.want.Low) || !near(got.High, c.want.High) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// Many files with something: those of which most was found are listed, in their order.
func TestRecallIsBounded(t *testing.T) {
	var rows, names []byte
	for i := range 1000 {
		for _, n := range []int{i * 10, 10 * 512, 10, i * 2} {
			rows = binary.BigEndian.AppendUint64(rows, uint64(n))
		}
		names = append(names, 'x', '\n')
	}
	c := &Corpus{files: table{rows, names}}
	r := c.Recall(func(lo, hi int64) int64 { return lo / 10 % 7 * 2 }, 5) // 0 to 12 of 10
	if r.Some != 857 || r.Whole != 285 || len(r.Files) != 5 || r.Files[0].Number != 5 || r.Files[4].Number != 19 || r.Files[0].Found != 10 {
		t.Errorf("%d, %d, %+v", r.Some, r.Whole, r.Files)
	}
}
