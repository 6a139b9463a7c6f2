package scan

import (
	"context"
	"reflect"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/detector"
)

// plantChunks lays the headers of six chunks of LZMA2 around an offset, three on each side; the payload is the
// medium's keystream. Their sizes are those of no encoder, so that each is worth some 11 bits.
// It gives where the chain begins and ends; broken: one of them leads nowhere.
func plantChunks(m *disktest.Medium, around int64, broken bool) (start, end int64) {
	sizes := []int{52_100, 44_300, 51_700, 57_900, 46_800, 59_000}
	at := around - 110_000
	start = at
	for i, size := range sizes {
		holds := 190_000 + 7000*i - 1
		c := size - 1
		if broken && i == 2 {
			c++
		}
		m.Plant(at, []byte{byte(0x80 + holds>>16), byte(holds >> 8), byte(holds), byte(c >> 8), byte(c), 0})
		end = at + 6
		at += 5 + int64(size)
	}
	return start, end
}

// chunksMedium has chains of chunks around the edges of pages, of groups and of what is put off, which no page has
// enough of.
func chunksMedium(broken bool) (m *disktest.Medium, at [][2]int64) {
	const size = 40 << 20
	m = disktest.New(size, 31)
	m.Fill(0, 3<<20, 0)
	m.Fill(5<<20, 10<<20, 0)
	m.Fill(18<<20, 5<<20, 0)
	m.Fill(25<<20, 6<<20, 0)
	m.Fill(33<<20, 6<<20, 0)
	m.Fail(28<<20, 512, syscall.EIO) // the second group is put off
	for _, around := range []int64{4 << 20, 16 << 20, 24 << 20, 32 << 20} {
		start, end := plantChunks(m, around, broken)
		at = append(at, [2]int64{start, end})
	}
	return m, at
}

// A chain of compressed chunks that no page has enough of is found, whole and to the byte, whoever looks at the pages, in
// whatever order they come, and after any interruption. Its blocks are residue.
func TestChainsOverTheEdgesOfPages(t *testing.T) {
	m, chains := chunksMedium(false)
	p := planOver(m.Size(), Full)
	want := examine(t, p, m, Options{InOrder: true, Workers: 1})
	var got [][2]int64
	for _, fd := range want.Findings {
		if fd.Detector == detector.LZMA {
			got = append(got, [2]int64{fd.Offset, fd.Offset + fd.Length})
		}
	}
	if !reflect.DeepEqual(got, chains) || len(want.Findings) != len(chains) {
		t.Fatalf("%+v, want %v", want.Findings, chains)
	}
	residue := int64(0)
	for _, c := range chains {
		residue += (c[1]+4095)/4096*4096 - c[0]/4096*4096
	}
	if want.Classes[Residue] != residue {
		t.Errorf("%v: %d bytes of residue, want %d", want.Classes, want.Classes[Residue], residue)
	}
	var saved [][]byte
	s, err := New(p, m, Options{Workers: 2, Due: func() bool { return true }, Save: func(b []byte, _ int64) error { saved = append(saved, b); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.Run(context.Background()); err != nil || !reflect.DeepEqual(r, want) {
		t.Errorf("%v, or another result than in order", err)
	}
	for i, b := range saved {
		if r := examine(t, p, m, Options{Workers: 1 + i%3, Resume: b}); !reflect.DeepEqual(r, want) {
			t.Errorf("resumed from checkpoint %d of %d, the result differs", i, len(saved))
		}
	}
}

// Where one of the chunks leads nowhere there is nothing to be found.
func TestBrokenChainsOverTheEdgesOfPages(t *testing.T) {
	m, _ := chunksMedium(true)
	if r := examine(t, planOver(m.Size(), Full), m, Options{}); len(r.Findings) > 0 {
		t.Errorf("%+v", r.Findings)
	}
}
