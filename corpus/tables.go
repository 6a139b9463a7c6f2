package corpus

import (
	"bytes"
	"encoding/binary"
	"errors"
	"sort"
	"strings"

	"shokyo.dev/shokyo/corpus/sorted"
)

// An entry of sectors.bin is the gate (8 bytes), the proof (16) and the place (8) of a sector, numbers with the
// highest byte first, so that the order of the bytes is that of the gates. A place counts the sectors of all files in
// their order, copies included.

const (
	entryBytes = sorted.RecordBytes
	hashBytes  = 8 + proofBytes
	// noFile is the place of a sector that several files share.
	noFile = 1<<64 - 1
)

func entry(gate uint64, proof [proofBytes]byte, place uint64) (e sorted.Record) {
	binary.BigEndian.PutUint64(e[:], gate)
	copy(e[8:], proof[:])
	binary.BigEndian.PutUint64(e[hashBytes:], place)
	return e
}

func placeIn(e []byte) uint64 { return be64(e[hashBytes:]) }

// entries are the bytes of sectors.bin.
type entries []byte

func (x entries) len() int          { return len(x) / entryBytes }
func (x entries) at(i int) []byte   { return x[i*entryBytes:][:entryBytes] }
func (x entries) gate(i int) uint64 { return be64(x[i*entryBytes:]) }

// check wants every entry behind the one before it, and places that there are.
func (x entries) check(sectors int64) error {
	if len(x)%entryBytes != 0 {
		return errors.New("it ends inside of an entry")
	}
	for i := range x.len() {
		if i > 0 && bytes.Compare(x.at(i - 1)[:hashBytes], x.at(i)[:hashBytes]) >= 0 {
			return errors.New("its entries are not in order")
		}
		if p := placeIn(x.at(i)); p != noFile && p >= uint64(sectors) {
			return errors.New("an entry is of a sector that no file has")
		}
	}
	return nil
}

// from is the first entry whose gate is at least this one. Gates are spread evenly, so that it lies near
// where its share of them says; the distance to look grows from there.
func (x entries) from(gate uint64) int {
	n := x.len()
	if n == 0 {
		return 0
	}
	guess := min(int(float64(gate)/(1<<64)*float64(n)), n-1)
	lo, hi := guess, guess
	for step := 64; lo > 0 && x.gate(lo) >= gate; step *= 2 {
		lo = max(0, lo-step)
	}
	for step := 64; hi < n && x.gate(hi) < gate; step *= 2 {
		hi = min(n, hi+step)
	}
	return lo + sort.Search(hi-lo, func(i int) bool { return x.gate(lo+i) >= gate })
}

// find is the place of a sector.
func (x entries) find(gate uint64, proof func() [proofBytes]byte) (place uint64, ok bool) {
	i := x.from(gate)
	if i == x.len() || x.gate(i) != gate {
		return 0, false
	}
	for p := proof(); i < x.len() && x.gate(i) == gate; i++ {
		if [proofBytes]byte(x.at(i)[8:]) == p {
			return placeIn(x.at(i)), true
		}
	}
	return 0, false
}

// A row of files.bin is where a file's sectors begin, its length, how many of its sectors are probative, and where its
// name begins in names.txt: four numbers of 8 bytes, the highest byte first.

const rowBytes = 32

// File is what is known of a file.
type File struct {
	Name      string // or what stands for it
	First     int64  // place of its first sector
	Bytes     int64
	Probative int64 // sectors
}

// Sectors is how many sectors a file takes.
func (f *File) Sectors() int64 { return (f.Bytes + SectorBytes - 1) / SectorBytes }

type table struct {
	rows  []byte
	names []byte
}

func (t *table) len() int { return len(t.rows) / rowBytes }

func (t *table) number(i, column int) uint64 { return be64(t.rows[i*rowBytes+8*column:]) }

// file is row i of a table that was checked.
func (t *table) file(i int) File {
	name := t.names[t.number(i, 3):]
	name = name[:bytes.IndexByte(name, '\n')]
	return File{string(name), int64(t.number(i, 0)), int64(t.number(i, 1)), int64(t.number(i, 2))}
}

// check wants files behind each other, no longer than all of them, with names that end, and gives
// how many of their sectors are probative.
func (t *table) check(sectors int64) (probative int64, err error) {
	if len(t.rows)%rowBytes != 0 {
		return 0, errors.New("it ends inside of a row")
	}
	if len(t.names) > 0 && t.names[len(t.names)-1] != '\n' {
		return 0, errors.New("its last name does not end")
	}
	end := uint64(0)
	for i := range t.len() {
		first, size, own := t.number(i, 0), t.number(i, 1), t.number(i, 2)
		if first < end || first > uint64(sectors) || size > uint64(sectors)*SectorBytes {
			return 0, errors.New("its files are not in order")
		}
		end = first + (size+SectorBytes-1)/SectorBytes
		if end > uint64(sectors) || own > end-first || t.number(i, 3) >= uint64(len(t.names)) {
			return 0, errors.New("a file has more than there is")
		}
		probative += int64(own)
	}
	return probative, nil
}

// of is the file that a place lies in.
func (t *table) of(place int64) (int, bool) {
	i := sort.Search(t.len(), func(i int) bool { return int64(t.number(i, 0)) > place }) - 1
	if i < 0 {
		return 0, false
	}
	f := t.file(i)
	return i, place < f.First+f.Sectors()
}

// oneLine makes a name one that a line can hold.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(name, "\ufffd"))
}
