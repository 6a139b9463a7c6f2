package scan

import (
	"bytes"
	"reflect"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
)

// seamed is a medium of fill with ciphertext from lo to hi, to the byte.
func seamed(size, lo, hi int, value byte, seed uint64) []byte {
	b := bytes.Repeat([]byte{value}, size)
	disktest.Keystream(seed).ReadAt(b[lo:hi], 0)
	return b
}

// Ciphertext that begins and ends anywhere within a sector, beside fill of any value, is
// ciphertext beside fill.
func TestSeams(t *testing.T) {
	const size = 1 << 20
	step := 7
	if testing.Short() {
		step = 73
	}
	for at := 0; at < 512; at += step {
		for i, value := range []byte{0, 0xff, 0x20, 0x5a} {
			lo, hi := 128<<10+at, 640<<10+7*512+(at*5+i*100)%512
			if i == 2 {
				lo = 0 // a block of its own: the medium begins with it
			}
			p := planOver(size, Full)
			r := examine(t, p, bytesSource{seamed(size, lo, hi, value, uint64(at*4+i))}, Options{})
			if v := Decide(p, r); v.Outcome != NoResidue || v.Claim != ClaimLogical {
				t.Fatalf("from %d to %d beside %02x: %v %+v", lo, hi, value, v.Outcome, r.Findings)
			}
			if n := r.Classes[Ciphertext]; n < int64(hi-lo) || n > int64(hi-lo)+2*4096 {
				t.Errorf("from %d to %d: classes %v", lo, hi, r.Classes)
			}
			fill := int64(size - (hi - lo))
			if got := r.Regions[0].ReadBackFill; got > fill+32 || got < fill-2*16 {
				t.Errorf("from %d to %d: %d bytes of fill, want %d", lo, hi, got, fill)
			}
		}
	}
}

// A seam at the edges of pages, of the medium and of what a sample reads.
func TestSeamsAtEdges(t *testing.T) {
	heavy(t)
	const size = 12 << 20
	for _, c := range [][2]int{{100, size - 100}, {PageBytes - 100, 2*PageBytes + 100}, {PageBytes + 100, 2*PageBytes - 100}, {0, size - 20}, {300, size}} {
		b := seamed(size, c[0], c[1], 0, 9)
		p := planOver(size, Full)
		first := examine(t, p, bytesSource{b}, Options{Workers: 1})
		if v := Decide(p, first); v.Outcome != NoResidue {
			t.Errorf("%v: %v %+v", c, v.Outcome, first.Findings)
		}
		if r := examine(t, p, bytesSource{b}, Options{Workers: 3}); !reflect.DeepEqual(first, r) {
			t.Errorf("%v: three workers give another result", c)
		}
		p = &Plan{Mode: Random, Fraction: 0.9, BlockBytes: 4096, Regions: []Region{{Name: "a", Length: size}}}
		if v := Decide(p, examine(t, p, bytesSource{b}, Options{})); v.Outcome != NoResidue {
			t.Errorf("%v, sampled: %v", c, v.Outcome)
		}
	}
}

// What is no end of overwriting stays residue: too short a stretch of random bytes, data amid fill, structure
// beside the fill, and more seams than overwriting leaves.
func TestNoSeam(t *testing.T) {
	const size, end = 1 << 20, 512<<10 + 1024
	entry := []byte("REPORT  DOC \x18\x00\x00\x00\x00\x00\x00\x00\x00\x6b\x5a\x4c\x55\x03\x00\x00\x12\x00\x00")
	record := randomUnit(16, 8)
	for i := range record {
		if i%4 < 2 {
			record[i] = 0
		}
	}
	plant := func(b []byte, at int, data []byte) []byte { copy(b[at:], data); return b }
	for name, b := range map[string][]byte{
		"random bytes in one sector":   plant(make([]byte, size), 1000, randomUnit(200, 1)),
		"a key amid zeros":             plant(make([]byte, size), 1024, randomUnit(64, 1)),
		"less than a sector between":   plant(make([]byte, size), 1400, randomUnit(300, 1)),
		"a directory entry at a seam":  plant(seamed(size, 4096, end, 0, 1), end, entry),
		"a small record at a seam":     plant(seamed(size, 4096, end, 0, 1), end, record),
		"a text at a seam":             plant(seamed(size, 4096, end, 0, 1), end, []byte("Meeting at noon, room 12, bring the file.")),
		"another fill behind the seam": plant(seamed(size, 4096, end+100, 0, 1), end+512, bytes.Repeat([]byte{1}, 512)),
		"a record amid zeros":          plant(make([]byte, size), 4096*7, entry),
	} {
		p := planOver(size, Full)
		if v := Decide(p, examine(t, p, bytesSource{b}, Options{})); v.Outcome != ResidueFound {
			t.Errorf("%s: %v", name, v.Outcome)
		}
	}
}

// Files end within a sector too, with zeros behind: many seams are residue, in any order of pages.
func TestManySeamsAreResidue(t *testing.T) {
	heavy(t)
	const size = 40 << 20
	for _, files := range []int{4, 5} { // each begins and ends within a sector
		m := disktest.New(size, 1)
		m.Fill(0, size, 0)
		for i := range files {
			m.Plant(int64(i*7)<<20+100, randomUnit(20_000, uint64(i)))
		}
		p := planOver(size, Full)
		var saved [][]byte
		r := examine(t, p, m, Options{Due: func() bool { return true }, Save: func(b []byte, _ int64) error { saved = append(saved, b); return nil }})
		many := 2*files > 8 // package fold lets so many pass
		if v := Decide(p, r); (v.Outcome == ResidueFound) != many {
			t.Fatalf("%d files: %v %+v", files, v.Outcome, r.Findings)
		}
		if many && (r.Classes[Residue] != int64(2*files*4096) || len(r.Findings) != 2*files) {
			t.Errorf("%v %+v", r.Classes, r.Findings)
		}
		for i, b := range saved {
			if got := examine(t, p, m, Options{Resume: b, Workers: 1 + i}); !reflect.DeepEqual(got, r) {
				t.Errorf("resumed from checkpoint %d, the result differs", i)
			}
		}
		m.Fail(8<<20, 512, syscall.EIO) // puts a group off
		if r := examine(t, p, m, Options{}); (r.Classes[Residue] > 0) != many {
			t.Errorf("%d files with a bad sector: %v", files, r.Classes)
		}
	}
}

// Bytes beside fill are held against no finder together with the fill: here the last byte of
// ciphertext and 30 zeros behind it would be codes of Zstandard.
func TestFillIsNoDataOfFinders(t *testing.T) {
	const size = 1 << 20
	p := planOver(size, Full)
	r := examine(t, p, bytesSource{seamed(size, 131352, 659320, 0, 1120)}, Options{})
	if v := Decide(p, r); v.Outcome != NoResidue {
		t.Errorf("%v: %+v", v.Outcome, r.Findings)
	}
}
