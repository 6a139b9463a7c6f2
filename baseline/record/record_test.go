package record

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/baseline"
	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/reports/sign/sealed"
)

func made(t testing.TB) *Record {
	t.Helper()
	d, err := baseline.Draw(context.Background(), disktest.New(1<<20, 1), 1<<20, 150, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &Record{ID: "b-1", Tool: "shokyo v0", Made: time.Now().UTC().Truncate(time.Second), Expect: baseline.Changed,
		Medium: Medium{Path: "/dev/sdb", Serial: "S-1", WWN: "0x5000c500a1b2c3d4", Bytes: 1 << 20}, Wanted: 150}
	r.Take(d)
	return r
}

func lab(t testing.TB) identity.Identity {
	t.Helper()
	id, err := identity.New(identity.Holder{Name: "Lab"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// What is opened is what was written; every bit of it, and who signed, is held.
func TestOpen(t *testing.T) {
	id, r, dir := lab(t), made(t), filepath.Join(t.TempDir(), "b")
	if err := Write(dir, r, id); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, r, id); err == nil {
		t.Error("a baseline is overwritten")
	}
	o, err := Open(dir, id.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	key, blocks := o.Keyed()
	c, err := baseline.Compare(context.Background(), disktest.New(1<<20, 1), key, blocks)
	if err != nil || len(c.Unchanged) != 150 || o.Signer.Name != "Lab" || len(o.SHA256) != 64 {
		t.Errorf("%+v, %v, %+v", c, err, o.Signer)
	}
	if _, err := Open(dir, lab(t).Certificate()); err == nil {
		t.Error("another lab's")
	}
	file := filepath.Join(dir, File)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(b); at += 97 {
		changed := append([]byte{}, b...)
		changed[at] ^= 1
		if err := os.WriteFile(file, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, nil); err == nil {
			t.Fatalf("byte %d is changed, and it opens", at)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder with the key: %v, %v", info.Mode(), err)
	}
}

// Whoever sealed a record need not be honest.
func TestWhatNoRecordIs(t *testing.T) {
	for name, change := range map[string]func(r *Record){
		"another format":         func(r *Record) { r.Schema = "x" },
		"nothing is expected":    func(r *Record) { r.Expect = "" },
		"blocks of another size": func(r *Record) { r.BlockBytes = 512 },
		"no medium":              func(r *Record) { r.Medium.Bytes = 0 },
		"from the future":        func(r *Record) { r.Made = time.Now().Add(time.Hour) },
		"no key":                 func(r *Record) { r.Key = "" },
		"a short key":            func(r *Record) { r.Key = r.Key[:62] },
		"a block twice":          func(r *Record) { r.Blocks[1] = r.Blocks[0] },
		"a block before another": func(r *Record) { r.Blocks[0], r.Blocks[1] = r.Blocks[1], r.Blocks[0] },
		"a block at an odd byte": func(r *Record) { r.Blocks[0].Offset++ },
		"a block before all":     func(r *Record) { r.Blocks[0].Offset = -4096 },
		"a block behind all":     func(r *Record) { r.Blocks[len(r.Blocks)-1].Offset = 1 << 20 },
		"no digits":              func(r *Record) { r.Blocks[0].MAC = strings.Repeat("x", 64) },
		"few digits":             func(r *Record) { r.Blocks[0].MAC = "00" },
		"too many blocks":        func(r *Record) { r.Blocks = make([]writtenBlock, baseline.MaxBlocks+1) },
	} {
		r, dir := made(t), filepath.Join(t.TempDir(), "b")
		change(r)
		if err := Write(dir, r, lab(t)); err == nil {
			t.Errorf("%s: is written", name)
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, File), canonical.Document(r), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := sealed.Seal(lab(t), dir, Kind, File); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, nil); err == nil {
			t.Errorf("%s: opens", name)
		}
	}
}

func TestOf(t *testing.T) {
	r := made(t)
	for name, c := range map[string]struct {
		m     Medium
		other bool
	}{
		"the same":              {r.Medium, false},
		"at another place":      {Medium{Path: "/dev/sdz", Serial: "S-1", Bytes: 1 << 20}, false},
		"an image of it":        {Medium{Path: "x.img", Bytes: 1 << 20}, false},
		"of another size":       {Medium{Serial: "S-1", Bytes: 1<<20 + 512}, true},
		"of another number":     {Medium{Serial: "S-2", Bytes: 1 << 20}, true},
		"with another WWN":      {Medium{WWN: "0x5000c500a1b2c3d5", Bytes: 1 << 20}, true},
		"of number, not of WWN": {Medium{Serial: "S-1", WWN: "0x5000c500a1b2c3d5", Bytes: 1 << 20}, true},
	} {
		if err := r.Of(c.m); errors.Is(err, ErrOther) != c.other {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(canonical.Document(made(f)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := new(Record)
		if json.Unmarshal(b, r) != nil {
			return
		}
		key, blocks, err := r.check()
		if err != nil {
			return
		}
		if len(key) != 32 || len(blocks) != len(r.Blocks) {
			t.Fatalf("%d, %d", len(key), len(blocks))
		}
		for i, x := range blocks {
			if x.Offset < 0 || x.Offset+baseline.BlockBytes > r.Medium.Bytes || hex.EncodeToString(x.MAC[:]) != strings.ToLower(r.Blocks[i].MAC) {
				t.Fatalf("%+v", r.Blocks[i])
			}
		}
	})
}
