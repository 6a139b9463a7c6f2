package partitions

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// random is uniform bytes: ChaCha8 from a seed.
func random(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// put and big write numbers in little or big endian order.
func put(b []byte, at int, v any) { must(binary.Encode(b[at:], binary.LittleEndian, v)) }
func big(b []byte, at int, v any) { must(binary.Encode(b[at:], binary.BigEndian, v)) }

func must(_ int, err error) {
	if err != nil {
		panic(fmt.Sprint("test data: ", err))
	}
}

// blank is an empty image of n MiB.
func blank(t testing.TB, mib int64) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.img")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(mib << 20); err != nil {
		t.Fatal(err)
	}
	return name
}

// run executes one tool, also from the sbin folders that are not in everybody's PATH.
func run(t testing.TB, stdin string, name string, args ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs Debian tools; not with -short")
	}
	path, err := exec.LookPath(name)
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if err != nil {
			path, err = exec.LookPath(filepath.Join(dir, name))
		}
	}
	if err != nil {
		t.Fatalf("%s is missing: make test installs it", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

type hit struct {
	at int
	proof.Structure
}

// scan calls Recognize at every sector, as the engine does.
func scan(buf []byte, base, size int64) (hits []hit) {
	for off := 0; off <= len(buf)-sector; off += sector {
		if s, ok := Recognize(proof.Place{Buf: buf, Off: off, Base: base, Size: size}); ok {
			hits = append(hits, hit{off, s})
		}
	}
	return hits
}

// listed writes what was found: each kind and its place, "?" where it is not explained.
func listed(hits []hit) string {
	var names []string
	for _, h := range hits {
		mark := ""
		if !h.Explained {
			mark = "?"
		}
		names = append(names, fmt.Sprintf("%s%s@%d", h.Kind, mark, h.at))
	}
	return strings.Join(names, " ")
}

// TestTools: what partitioning tools write is recognised and explained.
func TestTools(t *testing.T) {
	for _, m := range media {
		t.Run(m.name, func(t *testing.T) {
			img := blank(t, m.mib)
			m.make(t, img)
			buf, err := os.ReadFile(img)
			if err != nil {
				t.Fatal(err)
			}
			hits := scan(buf, 0, int64(len(buf)))
			if got := listed(hits); got != m.want {
				t.Errorf("got  %s\nwant %s", got, m.want)
			}
			for _, h := range hits {
				if h.Start < 0 || h.End > len(buf) || h.Start >= h.End || h.Bits < proof.MinBits || h.Detail == "" {
					t.Errorf("%+v", h)
				}
			}
		})
	}
}

// media are what the tools make, and what is to be found in it.
var media = []struct {
	name string
	mib  int64
	make func(t testing.TB, img string)
	want string
}{
	{name: "gpt", mib: 16, make: func(t testing.TB, img string) {
		run(t, "", "sgdisk", "-n", "1:2048:+4M", "-c", "1:データ", "-n", "2:0:0", "-t", "2:8300", img)
	}, want: "mbr@0 gpt@512 gpt-backup@16776704"},
	{name: "gpt-4k", mib: 16, make: func(t testing.TB, img string) {
		run(t, "g\nn\n1\n\n+4M\nn\n2\n\n\nw\n", "fdisk", "-b", "4096", img)
	}, want: "mbr@0 gpt@4096 gpt-backup@16773120"},
	{name: "mbr", mib: 64, make: func(t testing.TB, img string) {
		run(t, "label: dos\nsize=8MiB, type=83\nsize=8MiB, type=7\ntype=5\nsize=8MiB\nsize=8MiB\n", "sfdisk", "-q", img)
	}, want: "mbr@0 ebr@17825792 ebr@27262976"},
}

// TestRandomBytes: no structure in random sectors, each with a magic number of
// the table planted where it belongs.
func TestRandomBytes(t *testing.T) {
	rounds := 400
	if testing.Short() {
		rounds /= 10
	}
	src := rand.NewChaCha8([32]byte{1})
	pick := rand.New(rand.NewChaCha8([32]byte{2}))
	buf := make([]byte, 1024*sector)
	for range rounds {
		src.Read(buf)
		for off := 0; off < len(buf); off += sector {
			r := rows[pick.IntN(len(rows))]
			copy(buf[off+r.At:], r.Magic)
		}
		if hits := scan(buf, 0, int64(len(buf))); len(hits) > 0 {
			t.Fatal(listed(hits))
		}
	}
}

func FuzzRecognize(f *testing.F) {
	f.Add(grubSector(), uint16(0), int64(0))
	f.Add(grubSector(), uint16(0), int64(1<<20))
	for _, r := range rows {
		b := random(9, 4*sector)
		copy(b[r.At:], r.Magic)
		f.Add(b, uint16(0), int64(0))
	}
	f.Fuzz(func(t *testing.T, buf []byte, n uint16, base int64) {
		if base < 0 || base > 1<<60 {
			base = 0
		}
		before := bytes.Clone(buf)
		s, ok := Recognize(proof.Place{Buf: buf, Off: int(n) * sector, Base: base &^ (sector - 1), Size: base})
		if !bytes.Equal(before, buf) {
			t.Fatal("the buffer was changed")
		}
		if ok && (s.Start < 0 || s.End > len(buf) || s.Start >= s.End || s.Bits < proof.MinBits || s.Kind == "" || s.Detail == "") {
			t.Fatalf("%+v in %d bytes", s, len(buf))
		}
	})
}
