package partitions

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
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

type hit struct {
	at int
	proof.Observation
}

// scan calls Recognize at every sector that holds something, as the engine does.
func scan(buf []byte, base, size int64, starts ...int64) (hits []hit) {
	for off := 0; off <= len(buf)-sector; off += sector {
		if proof.AllZero(buf[off : off+sector]) {
			continue // for speed
		}
		if s, ok := Recognize(proof.Place{Buf: buf, Off: off, Base: base, Size: size, Starts: starts}); ok {
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

// TestTools: what partitioning tools write is recognised and explained, and no longer
// with any byte changed.
func TestTools(t *testing.T) {
	free := freeBytes()
	for _, m := range media {
		t.Run(m.name, func(t *testing.T) {
			img := tooltest.Blank(t, m.mib)
			m.make(t, img)
			buf, err := os.ReadFile(img)
			if err != nil {
				t.Fatal(err)
			}
			hits := scan(buf, 0, int64(len(buf)), 1<<20) // where most of the partitions begin
			if got := listed(hits); got != m.want {
				t.Errorf("got  %s\nwant %s", got, m.want)
			}
			for _, h := range hits {
				if len(h.Texts) > 0 && !strings.HasPrefix(h.Kind, "gpt") { // whose names all count as texts
					t.Errorf("%s: names of the tool's own are handed on: %q", h.Kind, h.Texts)
				}
				if h.Start < 0 || h.End > len(buf) || h.Start >= h.End || h.Bits < proof.MinBits || h.Detail == "" {
					t.Errorf("%+v", h)
				}
				if h.at < 2<<20 && (!strings.HasPrefix(h.Kind, "gpt") || m.name == "gpt") {
					flipped(t, m.name, buf, proof.Place{Buf: buf, Off: h.at, Size: int64(len(buf)), Starts: []int64{1 << 20}}, free[h.Kind])
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
	{"gpt", 16, tool("sgdisk", "-n", "1:2048:+4M", "-c", "1:データ", "-n", "2:0:0", "-t", "2:8300"), "mbr@0 gpt@512 gpt-backup@16776704"},
	{"gpt by sgdisk, empty", 16, tool("sgdisk", "-o"), "mbr@0 gpt@512 gpt-backup@16776704"},
	{"gpt by sgdisk, only Microsoft's reserved", 24, tool("sgdisk", "-n", "1:34:+16M", "-t", "1:0c01", "-c", "1:Microsoft reserved partition"), "mbr@0 gpt@512 gpt-backup@25165312"},
	{"gpt by sgdisk, hybrid", 16, tool("sgdisk", "-n", "1:2048:+4M", "-n", "2:0:0", "-h", "1"), "mbr@0 gpt@512 gpt-backup@16776704"},
	{"gpt by fdisk, empty", 16, script("g\nw\n", "fdisk"), "mbr@0 gpt@512 gpt-backup@16776704"},
	{"gpt by fdisk, 4K", 16, script("g\nn\n1\n\n+4M\nn\n2\n\n\nw\n", "fdisk", "-b", "4096"), "mbr@0 gpt@4096 gpt-backup@16773120"},
	{"gpt by parted, empty", 16, parted("gpt"), "mbr@0 gpt@512 gpt-backup@16776704"},
	{"gpt by parted", 16, parted("gpt", "mkpart", "primary", "1MiB", "8MiB"), "mbr@0 gpt@512 gpt-backup@16776704"},
	{"gpt, disk grown since", 16, func(t testing.TB, img string) {
		tooltest.Run(t, "", "sgdisk", "-n", "1:2048:+4M", img)
		if err := os.Truncate(img, 32<<20); err != nil {
			t.Fatal(err)
		}
	}, "mbr@0 gpt@512 gpt-backup@16776704"},
	{"mbr by sfdisk", 64, script("label: dos\nsize=8MiB, type=83\nsize=8MiB, type=7\ntype=5\nsize=8MiB\nsize=8MiB\n", "sfdisk", "-q"), "mbr@0 ebr@17825792 ebr@27262976"},
	{"mbr by fdisk, empty", 16, script("o\nw\n", "fdisk"), "mbr@0"},
	{"mbr by parted, empty", 16, parted("msdos"), "mbr@0"},
	{"mbr by parted", 16, parted("msdos", "mkpart", "primary", "1MiB", "8MiB"), "mbr@0"},
	{"mbr by install-mbr", 16, func(t testing.TB, img string) {
		tooltest.Run(t, "o\nn\np\n1\n\n\nw\n", "fdisk", img)
		tooltest.Run(t, "", "install-mbr", "--force", img)
	}, "mbr@0"},
	{"amiga", 24, parted("amiga"), "amiga-rdb@1024"},
	{"amiga with partitions", 24, parted("amiga", "mkpart", "DH0", "affs1", "4MiB", "12MiB", "mkpart", "DH1", "ext2", "14MiB", "20MiB"), "amiga-rdb@1024 amiga-partition@1536 amiga-partition@2048"},
	{"atari", 24, parted("atari"), "atari-ahdi@0"},
	{"atari with partitions", 24, parted("atari", "mkpart", "primary", "fat16", "1MiB", "8MiB", "mkpart", "primary", "ext2", "9MiB", "20MiB"), "atari-ahdi@0"},
	{"bsd by parted", 24, parted("bsd"), "bsd-label@0"},
	{"bsd by parted with partitions", 24, parted("bsd", "mkpart", "ext2", "1MiB", "8MiB"), "bsd-label@0"},
	{"bsd by fdisk", 24, func(t testing.TB, img string) {
		tooltest.Run(t, "label: dos\nsize=18MiB, type=a5\n", "sfdisk", "-q", img)
		tooltest.Run(t, "b\ny\nw\n", "fdisk", img)
	}, "mbr@0 bsd-label@1049088"},
	{"sgi by parted", 24, parted("dvh"), "sgi-label@0"},
	{"sgi by fdisk", 24, script("G\nw\n", "fdisk"), "sgi-label@0"},
	{"loop", 24, parted("loop"), "parted-loop@0"},
	{"mac", 24, parted("mac"), "apm@0 apm-entry@512 apm-entry@1024"},
	{"mac with partitions", 24, parted("mac", "mkpart", "primary", "hfs", "1MiB", "20MiB"), "apm@0 apm-entry@512 apm-entry@1024 apm-entry@1536 apm-entry@2048"},
	{"pc98", 24, parted("pc98"), "pc98@0"},
	{"pc98 with partitions", 24, parted("pc98", "mkpart", "primary", "fat16", "1MiB", "20MiB"), "pc98@0"},
	{"sun by parted", 24, parted("sun"), "sun-label@0"},
	{"sun by parted with partitions", 24, parted("sun", "mkpart", "ext2", "8MiB", "20MiB"), "sun-label@0"},
	{"sun by fdisk", 24, script("s\nw\n", "fdisk"), "sun-label@0"},
	{"sun by sfdisk", 24, script("label: sun\nsize=8MiB, type=83\n", "sfdisk", "-q"), "sun-label@0"},
	{"sgi by sfdisk", 24, script("label: sgi\nsize=8MiB, type=83\n", "sfdisk", "-q"), "sgi-label@0"},
	{"minix", 24, func(t testing.TB, img string) {
		tooltest.Run(t, "label: dos\nsize=18MiB, type=81\n", "sfdisk", "-q", img)
		sub := record()[:sector]
		clear(sub[:446])
		sub[450] = 0x81
		writeAt(t, img, 1<<20, sub)
	}, "mbr@0 minix-subpartitions@1048576"},
}

// tool, script and parted run one program on the image.
func tool(name string, args ...string) func(testing.TB, string) { return script("", name, args...) }

func script(stdin, name string, args ...string) func(testing.TB, string) {
	return func(t testing.TB, img string) { tooltest.Run(t, stdin, name, append(slices.Clone(args), img)...) }
}

func parted(label string, then ...string) func(testing.TB, string) {
	return func(t testing.TB, img string) {
		tooltest.Run(t, "", "parted", append([]string{"-s", img, "mklabel", label}, then...)...)
	}
}

func writeAt(t testing.TB, name string, at int64, b []byte) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
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
			if r := rows[pick.IntN(len(rows))]; len(r.Magic) <= 8 { // a longer one is proof enough
				copy(buf[off+r.At:], r.Magic)
			}
		}
		if hits := scan(buf, 0, int64(len(buf))); len(hits) > 0 {
			t.Fatal(listed(hits))
		}
	}
}

func FuzzRecognize(f *testing.F) {
	f.Add(record(), uint16(0), int64(0))
	f.Add(record(), uint16(0), int64(1<<20))
	for _, c := range crafted {
		f.Add(c.buf, uint16(0), c.at)
	}
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

func BenchmarkRecognize(b *testing.B) {
	for name, buf := range map[string][]byte{"random": random(5, 4<<20), "zero": make([]byte, 4<<20)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(buf)))
			for b.Loop() {
				for off := 0; off < len(buf); off += sector {
					if s, ok := Recognize(proof.Place{Buf: buf, Off: off, Base: 1 << 20}); ok {
						b.Fatal(s)
					}
				}
			}
		})
	}
}
