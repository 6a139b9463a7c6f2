package corpus

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"time"

	"shokyo.dev/shokyo/reports/sign/sealed"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/corpus/filter"
	"shokyo.dev/shokyo/corpus/sorted"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/sign"
)

// Making is what a corpus is to be made of, and how.
type Making struct {
	Sources []string // folders, with all that is below them, and files, each byte for byte as it is
	Name    string
	Plain   bool      // names of files can be read
	Common  []*Corpus // what is in these is left out
	Memory  int64     // for sorting, in bytes; 0: DefaultMemory
	Tool    string
	Now     time.Time
	// Progress is told how many bytes were read; nil: nobody asks.
	Progress func(bytes int64)
}

// DefaultMemory is what sorting takes: with it 10^9 sectors are merged in one go.
const DefaultMemory = 256 << 20

// Build makes a corpus in the folder dir, which must not exist, and its key beside it. All or nothing: what a kill leaves
// behind is named ".NAME.partial-…" and can be deleted.
func Build(ctx context.Context, m *Making, dir string, id identity.Identity) (d *Description, err error) {
	dir = filepath.Clean(dir)
	for _, path := range []string{dir, KeyFile(dir)} {
		if _, err := os.Lstat(path); err == nil {
			return nil, fmt.Errorf("%s is there already: a corpus is never overwritten, choose another name", path)
		}
	}
	parent, base := filepath.Split(dir)
	partial := filepath.Join(parent, "."+base+".partial-"+rand.Text()[:8])
	if err := os.Mkdir(partial, 0o755); err != nil {
		return nil, fmt.Errorf("make the corpus: %w", sign.Advise(err))
	}
	secret, err := makeKey(KeyFile(partial))
	named := false
	defer func() {
		if err != nil && !named {
			os.RemoveAll(partial) // if it cannot be removed, its name says what it is
			os.Remove(KeyFile(partial))
		}
	}()
	if err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, making: m, dir: partial, keys: newKeys(secret), known: map[[16]byte]int{}}
	b.sorter = sorted.New(partial, cmp.Or(m.Memory, DefaultMemory))
	defer b.sorter.Close()
	if err := b.build(); err != nil {
		return nil, fmt.Errorf("make the corpus: %w", err)
	}
	if err := sealed.Seal(id, partial, Kind, fileNames...); err != nil {
		return nil, err
	}
	made, err := Open(partial, id.Certificate())
	if err != nil {
		return nil, fmt.Errorf("what was written does not open: %w", err)
	}
	made.Close()
	if err := os.Rename(partial, dir); err != nil { // it replaces nothing but an empty folder made in between
		return nil, err
	}
	named = true
	if err := os.Rename(KeyFile(partial), KeyFile(dir)); err != nil {
		return nil, fmt.Errorf("%w; the key of %s is in %s: give it its name", err, dir, KeyFile(partial))
	}
	return &made.Description, wholefile.SyncDir(filepath.Dir(dir))
}

// builder is a corpus that is being made. It holds a few words for every file, and of the sectors
// no more than the sorter may.
type builder struct {
	ctx    context.Context
	making *Making
	dir    string
	keys   *keys
	sorter *sorted.Sorter
	known  map[[16]byte]int // files by what they hold
	files  []reading
	names  *bufio.Writer
	said   int64 // bytes of names
	counts Counts
	buf    [256 << 10]byte
}

// reading is a file that was read.
type reading struct {
	first, bytes, name int64
	probative          int64
	is                 int // the file that it is a copy of, or itself
}

func (b *builder) build() error {
	names, err := os.Create(filepath.Join(b.dir, namesFile))
	if err != nil {
		return err
	}
	defer names.Close()
	b.names = bufio.NewWriter(names)
	for _, source := range b.making.Sources {
		if err := b.gather(source); err != nil {
			return err
		}
	}
	if err := errors.Join(b.names.Flush(), names.Sync()); err != nil {
		return err
	}
	if err := b.writeEntries(); err != nil {
		return err
	}
	if b.counts.Probative == 0 {
		return fmt.Errorf("of %d sectors in %d files: %w", b.counts.Sectors, b.counts.Files, ErrNothingToFind)
	}
	if err := b.writeFiles(); err != nil {
		return err
	}
	return b.describe()
}

// gather reads a source: a folder in the order of its names, links not followed, or a file.
func (b *builder) gather(source string) error {
	root, err := os.Stat(source)
	if err != nil {
		return err
	}
	if root.Mode().IsRegular() {
		return b.read(source, filepath.Base(source))
	}
	if !root.IsDir() {
		return fmt.Errorf("%s is neither a folder nor a file: copy what is on a device to an image first", source)
	}
	return filepath.WalkDir(source, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return b.ctx.Err()
		case !e.Type().IsRegular():
			b.counts.Skipped++
			return nil
		}
		name, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		return b.read(path, filepath.ToSlash(name))
	})
}

// read hashes a file, sector by sector from its beginning, and as a whole.
func (b *builder) read(path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	x := reading{first: b.counts.Sectors, is: len(b.files)}
	whole := sha256.New()
	for {
		n, err := io.ReadFull(f, b.buf[:])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return fmt.Errorf("read %s: %w", path, err)
		}
		b.piece(n, whole)
		x.bytes += int64(n)
		if b.counts.Bytes += int64(n); b.making.Progress != nil {
			b.making.Progress(b.counts.Bytes)
		}
		if n < len(b.buf) {
			break
		}
		if err := b.ctx.Err(); err != nil {
			return err
		}
	}
	return b.end(x, name, [16]byte(whole.Sum(nil)))
}

// piece takes the first n bytes of the buffer, which are the next of a file.
func (b *builder) piece(n int, whole hash.Hash) {
	whole.Write(b.buf[:n])
	clear(b.buf[n:min(len(b.buf), (n+SectorBytes-1)/SectorBytes*SectorBytes)])
	for at := 0; at < n; at += SectorBytes {
		b.sector(b.buf[at:at+SectorBytes], min(SectorBytes, n-at))
	}
}

func (b *builder) sector(sector []byte, n int) {
	place := b.counts.Sectors
	b.counts.Sectors++
	switch w := weigh(sector, n); {
	case w == onlyFill:
		b.counts.Fill++
	case w == onlyPoor:
		b.counts.Poor++
	case b.isCommon(sector):
		b.counts.Common++
	default:
		b.sorter.Add(entry(b.keys.gateOf(sector), b.keys.proofOf(sector), uint64(place)))
	}
}

func (b *builder) isCommon(sector []byte) bool {
	for _, c := range b.making.Common {
		if _, ok := c.Find(sector); ok {
			return true
		}
	}
	return false
}

// end enters a file that was read. One that is another over again has no name of its own.
func (b *builder) end(x reading, name string, holds [16]byte) error {
	if first, ok := b.known[holds]; ok {
		x.is = first
		b.counts.Copies++
	} else {
		b.known[holds] = x.is
		b.counts.Files++
		if name = oneLine(name); !b.making.Plain {
			name = b.keys.nameOf(name)
		}
		x.name = b.said
		n, err := b.names.WriteString(name + "\n")
		if b.said += int64(n); err != nil {
			return err
		}
	}
	b.files = append(b.files, x)
	return nil
}

// fileOf is the file that a place lies in, or the one that is a copy of.
func (b *builder) fileOf(place uint64) int {
	i := sort.Search(len(b.files), func(i int) bool { return b.files[i].first > int64(place) }) - 1
	return b.files[i].is
}

// writeEntries writes the sectors in order, each once, and the filter.
func (b *builder) writeEntries() error {
	sectors, err := os.Create(filepath.Join(b.dir, sectorsFile))
	if err != nil {
		return err
	}
	defer sectors.Close()
	gates, err := os.Create(filepath.Join(b.dir, filterFile))
	if err != nil {
		return err
	}
	defer gates.Close()
	w := entryWriter{builder: b, out: bufio.NewWriterSize(sectors, 1<<20), filter: filter.NewWriter(gates, b.sorter.Len())}
	if err := b.sorter.All(w.add); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	return errors.Join(w.out.Flush(), w.filter.Close(), sectors.Sync(), gates.Sync())
}

// entryWriter makes one entry of all that are of the same sector.
type entryWriter struct {
	*builder
	out    *bufio.Writer
	filter *filter.Writer
	last   sorted.Record
	file   int
	there  bool
	shared bool
}

func (w *entryWriter) add(r *sorted.Record) error {
	file := w.fileOf(placeIn(r[:]))
	if w.there && bytes.Equal(r[:hashBytes], w.last[:hashBytes]) {
		w.counts.Repeated++
		w.shared = w.shared || file != w.file
		return nil
	}
	if err := w.flush(); err != nil {
		return err
	}
	w.last, w.file, w.there, w.shared = *r, file, true, false
	return w.ctx.Err()
}

func (w *entryWriter) flush() error {
	switch {
	case !w.there:
		return nil
	case w.shared:
		binary.BigEndian.PutUint64(w.last[hashBytes:], noFile)
		w.counts.Shared++
	default:
		w.files[w.file].probative++
		w.counts.Probative++
	}
	w.filter.Add(be64(w.last[:]))
	_, err := w.out.Write(w.last[:])
	return err
}

func (b *builder) writeFiles() error {
	f, err := os.Create(filepath.Join(b.dir, filesFile))
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	for i, x := range b.files {
		if x.is != i {
			continue
		}
		row := out.AvailableBuffer()
		for _, n := range []int64{x.first, x.bytes, x.probative, x.name} {
			row = binary.BigEndian.AppendUint64(row, uint64(n))
		}
		out.Write(row)
	}
	return errors.Join(out.Flush(), f.Sync())
}

func (b *builder) describe() error {
	var random [16]byte
	rand.Read(random[:])
	d := &Description{Schema: Kind, ID: hex.EncodeToString(random[:]), Name: oneLine(b.making.Name), Names: NamesHashed, KeyID: b.keys.id,
		Made: b.making.Now.UTC().Format(time.RFC3339), Tool: b.making.Tool, Counts: b.counts}
	if b.making.Plain {
		d.Names = NamesPlain
	}
	return wholefile.Create(filepath.Join(b.dir, descriptionFile), canonical.Document(d), 0o644)
}
