package golden

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/files"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
)

// groupOf are the pieces of one group; without any there is nothing to examine.
func groupOf(t *testing.T, group string) []piece {
	t.Helper()
	all := pieces(t)[group]
	if len(all) == 0 {
		t.Fatalf("testdata/pieces.tar.zst has no pieces of %q", group)
	}
	return all
}

// pieces are structures of every kind that is recognised, made by the tests of the
// packages that do, and by tools: GROUP/NUMBER-KIND@WHERE. They are kept, so that this
// test goes on looking at the same bytes.
func pieces(t *testing.T) map[string][]piece {
	t.Helper()
	f, err := os.Open("testdata/pieces.tar.zst")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := map[string][]piece{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		group, rest, _ := strings.Cut(h.Name, "/")
		name, where, _ := strings.Cut(rest, "@")
		at, err := strconv.ParseInt(where, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		all[group] = append(all[group], piece{name, at, b})
	}
	return all
}

type piece struct {
	name string
	at   int64
	data []byte
}

// inARow puts pieces on ciphertext, each at a multiple of stride and with zeros up to its
// next 4 KiB.
func inARow(list []piece, stride int64, seed uint64) *disktest.Medium {
	var places []int64
	at := stride
	for _, p := range list {
		places = append(places, at)
		at += (p.at + int64(len(p.data)) + 4096 + stride - 1) / stride * stride
	}
	m := disktest.New(at, seed)
	for i, p := range list {
		m.Fill(places[i], (int64(len(p.data))+4095)/4096*4096, 0)
		m.Plant(places[i], p.data)
	}
	return m
}

// A workshop makes media in a folder, all of them changed at the same time.
type workshop struct {
	t   *testing.T
	dir string
}

var longAgo = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func (w workshop) done(name string, err error) {
	w.t.Helper()
	if err == nil {
		err = os.Chtimes(filepath.Join(w.dir, name), longAgo, longAgo)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w workshop) write(name string, b []byte) {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	w.done(name, errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, b, 0o644)))
}

func (w workshop) medium(name string, m *disktest.Medium) {
	w.t.Helper()
	w.done(name, m.WriteFile(filepath.Join(w.dir, name)))
}

// sparse is a file in which nothing is stored but b.
func (w workshop) sparse(name string, size, at int64, b []byte) {
	w.t.Helper()
	f, err := os.Create(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = f.WriteAt(b, at)
	w.done(name, errors.Join(err, f.Truncate(size), f.Close()))
}

// alone makes a sparse medium of each piece and returns their names.
func (w workshop) alone(list []piece, size int64) (names []string) {
	for _, p := range list {
		name := p.name + ".img"
		w.sparse(name, max(size, (p.at+int64(len(p.data))+4095)/4096*4096), p.at, p.data)
		names = append(names, name)
	}
	return names
}

func (w workshop) bytesOf(m *disktest.Medium) []byte {
	w.t.Helper()
	b := make([]byte, m.Size())
	if _, err := m.ReadAt(b, 0); err != nil {
		w.t.Fatal(err)
	}
	return b
}

const secret = "Yamada Hanako, born 1970-01-01, lives at 1-2-3 Example. "

// small documents fit into a small file system.
func (w workshop) fileSystem() []byte {
	var small []files.File
	for _, f := range files.Documents() {
		if len(f.Data) < 20_000 {
			small = append(small, f)
		}
	}
	fs, err := filesystems.Ext4(6<<20, small)
	if err != nil {
		w.t.Fatal(err)
	}
	return fs
}

func (w workshop) volume(payload []byte, erase bool) []byte {
	v, err := filesystems.FormatLUKS2(payload, "open sesame", 10)
	if err == nil && erase {
		err = v.Erase()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Image
}

// disk has one partition between zeros.
func disk(label string, volume []byte) *disktest.Medium {
	const start = 1 << 20
	size := start + int64(len(volume)) + start
	m := disktest.New(size, 11)
	m.Fill(0, size, 0)
	head, tail := filesystems.GPT(size, []filesystems.Part{{Name: label, Start: start, Length: int64(len(volume))}})
	m.Plant(0, head)
	m.Plant(start, volume)
	m.Plant(size-int64(len(tail)), tail)
	return m
}

// documents are one of each kind that disktest makes, on ciphertext.
func documents(seed uint64) *disktest.Medium {
	kinds := map[string]bool{}
	var list []piece
	for _, f := range files.Documents() {
		if kind := filepath.Ext(f.Name); !kinds[kind] && len(f.Data) < 400_000 {
			kinds[kind] = true
			list = append(list, piece{f.Name, 0, f.Data})
		}
	}
	return inARow(list, 16<<10, seed)
}

// patterns are all the ways bytes can be too regular.
func patterns() *disktest.Medium {
	m := disktest.New(6<<20, 21)
	m.Fill(0, 64<<10, 0)
	m.Fill(128<<10, 64<<10, 0xFF)
	m.Plant(256<<10, bytes.Repeat([]byte{0x55, 0xAA}, 32<<10))
	m.Plant(384<<10, bytes.Repeat([]byte("BLANCCO!"), 8<<10))
	unit := make([]byte, 3000)
	disktest.Keystream(5).ReadAt(unit, 0)
	m.Plant(512<<10, bytes.Repeat(unit, 100)) // a buffer over and over
	block := make([]byte, 16)
	ecb := make([]byte, 0, 64<<10)
	for i := range 4096 { // ECB: equal blocks of 16 bytes
		disktest.Keystream(uint64(i%7)).ReadAt(block, 0)
		ecb = append(ecb, block...)
	}
	m.Plant(1<<20, ecb)
	biased := make([]byte, 1<<20) // one bit of 8 is set too often
	disktest.Keystream(9).ReadAt(biased, 0)
	for i := range biased {
		if i%16 == 0 {
			biased[i] |= 0x10
		}
	}
	m.Plant(2<<20, biased)
	for i := int64(0); i < 40; i++ { // islands: ciphertext that is alone among zeros
		m.Fill(4<<20+i*16<<10, 12<<10, 0)
	}
	m.Fill(5<<20, 256<<10+1000, 0) // a seam inside a block
	return m
}

// array holds a medium as disks of storage arrays do: trailer bytes behind each sector.
func array(b []byte, data, trailer int) []byte {
	var out []byte
	for at := 0; at < len(b); at += data {
		out = append(out, b[at:min(at+data, len(b))]...)
		out = append(out, make([]byte, trailer)...)
	}
	return out
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func qcow2() []byte {
	b := make([]byte, 1<<20)
	copy(b, "QFI\xfb\x00\x00\x00\x03")
	b[0x1F], b[0x17], b[0x67] = 0x10, 16, 104
	return b
}

// seed draws the same blocks each time.
var seed = fmt.Sprintf("%064x", 1)
