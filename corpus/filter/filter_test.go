package filter

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func written(t testing.TB, hashes []uint64) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := NewWriter(f, int64(len(hashes)))
	for _, h := range hashes {
		w.Add(h)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func hashes(n int) (out []uint64) {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for range n {
		out = append(out, r.Uint64())
	}
	slices.Sort(out)
	return out
}

// What was added is never missed, and what was not is let through once in 65,536 times.
func TestNothingIsMissed(t *testing.T) {
	for _, n := range []int{1, 2, 3, 1000, shardKeys + 1, 5 * shardKeys} {
		list := hashes(n)
		if n == 1000 { // twice the same, and a shard's ends
			list = append(append([]uint64{0, 0}, list...), 1<<64-1)
		}
		s, err := Open(written(t, list))
		if err != nil {
			t.Fatal(err)
		}
		if want := 1 << ShardBits(int64(n)); len(s.shards) != want || want*shardKeys < n {
			t.Errorf("%d shards for %d", len(s.shards), n)
		}
		for _, h := range list {
			if !s.MayHave(h) {
				t.Fatalf("%x of %d is missed", h, n)
			}
		}
		r := rand.New(rand.NewPCG(2, 2))
		wrong := 0
		for range 1 << 20 {
			if s.MayHave(r.Uint64()) {
				wrong++
			}
		}
		if wrong > 16+6*4 {
			t.Errorf("of %d: %d in a million are let through, 16 are meant to be", n, wrong)
		}
	}
}

func TestOrderIsWanted(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := NewWriter(f, 2)
	w.Add(2)
	w.Add(1)
	if w.Close() == nil {
		t.Error("hashes that fall")
	}
}

// asks is all that a set that was opened can be asked: it must not reach beside the file.
func asks(s *Set) {
	for _, h := range append(hashes(64), 0, 1, 1<<64-1) {
		s.MayHave(h)
	}
}

func TestDamagedIsRefused(t *testing.T) {
	good := written(t, hashes(2*shardKeys))
	for name, change := range map[string]func(b []byte) []byte{
		"empty":         func(b []byte) []byte { return nil },
		"magic":         func(b []byte) []byte { b[0]++; return b },
		"shards":        func(b []byte) []byte { b[8] = 25; return b },
		"more shards":   func(b []byte) []byte { b[8] = 20; return b },
		"zero":          func(b []byte) []byte { b[12] = 1; return b },
		"cut":           func(b []byte) []byte { return b[:len(b)-2] },
		"odd":           func(b []byte) []byte { return b[:len(b)-1] },
		"segment":       func(b []byte) []byte { b[headerBytes+8]++; return b },
		"no segment":    func(b []byte) []byte { binary.LittleEndian.PutUint32(b[headerBytes+8:], 0); return b },
		"huge segment":  func(b []byte) []byte { binary.LittleEndian.PutUint32(b[headerBytes+8:], 1<<19); return b },
		"many segments": func(b []byte) []byte { binary.LittleEndian.PutUint32(b[headerBytes+12:], 1<<31); return b },
		"none":          func(b []byte) []byte { binary.LittleEndian.PutUint32(b[headerBytes+12:], 0); return b },
		"far":           func(b []byte) []byte { binary.LittleEndian.PutUint64(b[headerBytes+16:], 1<<63); return b },
	} {
		if _, err := Open(change(slices.Clone(good))); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(written(f, hashes(3)))
	f.Add(written(f, hashes(shardKeys+10)))
	f.Add([]byte(magic + "\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := Open(b); err == nil {
			asks(s)
		}
	})
}
