package layout

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"shokyo.dev/shokyo/image/source"
)

// rawDisk is a medium in memory that reads whole sectors only and cannot read
// some of them. It gives what lies before the first bad one, or, like some
// drives, nothing of a range that touches one.
type rawDisk struct {
	t       testing.TB
	bytes   []byte
	sector  int
	bad     []int // numbers of sectors
	nothing bool
}

var errMedium = errors.New("input/output error")

func (d *rawDisk) Size() int64 { return int64(len(d.bytes)) }

func (d *rawDisk) ReadAt(p []byte, off int64) (int, error) {
	if off%int64(d.sector) != 0 || len(p)%d.sector != 0 || off+int64(len(p)) > d.Size() || len(p) > pieceBytes {
		d.t.Errorf("read of %d bytes at %d: not whole sectors of %d, not on the medium, or too much", len(p), off, d.sector)
	}
	n := copy(p, d.bytes[off:])
	for _, b := range d.bad {
		if at := b*d.sector - int(off); at >= 0 && at < n {
			clear(p[at:])
			if n = at; d.nothing {
				n = 0
			}
		}
	}
	if n < len(p) {
		return n, errMedium
	}
	return n, nil
}

// split is the naive reference: byte by byte.
func split(l Layout, raw []byte) (data, trailers []byte) {
	for i, b := range raw {
		if i%int(l.unit()) < l.DataBytes {
			data = append(data, b)
		} else {
			trailers = append(trailers, b)
		}
	}
	return data, trailers
}

func layoutOf(t testing.TB, name string) Layout {
	t.Helper()
	l, err := Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func apply(t testing.TB, l Layout, src source.Source) *Laid {
	t.Helper()
	laid, err := l.Apply(src)
	if err != nil {
		t.Fatal(err)
	}
	return laid
}

// sectorsFor is a number of sectors that makes a few units and a rest.
func sectorsFor(l Layout) int { return int(l.unit())/l.SectorBytes*3 + 5 }

func randomDisk(t testing.TB, l Layout, sectors int) *rawDisk {
	b := make([]byte, sectors*l.SectorBytes)
	rand.NewChaCha8([32]byte{byte(sectors)}).Read(b)
	return &rawDisk{t: t, bytes: b, sector: l.SectorBytes}
}

func TestParse(t *testing.T) {
	for _, l := range All() {
		if got := layoutOf(t, l.Name); got != l || l.unit()%int64(l.SectorBytes) != 0 || pieceBytes < l.SectorBytes {
			t.Errorf("%+v is %+v", l, got)
		}
	}
	for _, name := range []string{"", "513", "520 ", "9", "65th"} {
		if l, err := Parse(name); err == nil || !strings.Contains(err.Error(), "520, 524, 528") {
			t.Errorf("%q: %+v, %v", name, l, err)
		}
	}
}

func TestLayoutReads(t *testing.T) {
	for _, l := range All() {
		d := randomDisk(t, l, sectorsFor(l))
		if l.TrailerBytes == 0 {
			continue // TestLayoutNone
		}
		laid := apply(t, l, d)
		data, trailers := split(l, d.bytes)
		checkLaid(t, l, laid, data)
		checkLaid(t, l, laid.Trailers(), trailers)
		for off := int64(0); off < laid.Size(); off += 511 {
			if d.bytes[laid.raw(off)] != data[off] {
				t.Fatalf("%s: raw(%d) = %d", l.Name, off, laid.raw(off))
			}
		}
	}
}

func checkLaid(t *testing.T, l Layout, src source.Source, want []byte) {
	t.Helper()
	if src.Size() != int64(len(want)) {
		t.Fatalf("%s: %d bytes, want %d", l.Name, src.Size(), len(want))
	}
	rng := rand.New(rand.NewPCG(1, uint64(len(want))))
	for range 60 {
		off := rng.IntN(len(want) + 10)
		checkRange(t, src, want, int64(off), rng.IntN(len(want)+20))
	}
	checkRange(t, src, want, 0, len(want))
	checkRange(t, src, want, 0, 0)
	if _, err := src.ReadAt(make([]byte, 1), -1); err == nil || err == io.EOF {
		t.Errorf("%s: a negative offset gives %v", l.Name, err)
	}
}

func checkRange(t *testing.T, src source.Source, want []byte, off int64, length int) {
	t.Helper()
	p := make([]byte, length)
	n, err := src.ReadAt(p, off)
	expect := want[min(off, int64(len(want))):]
	expect = expect[:min(len(expect), length)]
	if !bytes.Equal(p[:n], expect) {
		t.Fatalf("ReadAt(%d bytes, %d): %d bytes, wrong ones or too few: %v", length, off, n, err)
	}
	if eof := n < length || off >= int64(len(want)); eof != (err == io.EOF) || !eof && err != nil {
		t.Fatalf("ReadAt(%d bytes, %d) of %d: %d bytes, error %v", length, off, len(want), n, err)
	}
}

// TestLayoutLongReads: more than one piece at a time.
func TestLayoutLongReads(t *testing.T) {
	for _, name := range []string{"520", "528", "9th", "64th"} {
		l := layoutOf(t, name)
		d := randomDisk(t, l, 5<<20/int(l.unit())*(int(l.unit())/l.SectorBytes))
		laid := apply(t, l, d)
		data, trailers := split(l, d.bytes)
		checkRange(t, laid, data, 0, len(data))
		checkRange(t, laid, data, 12345, len(data)-23456)
		checkRange(t, laid.Trailers(), trailers, 3, len(trailers)-5)
		if len(laid.Notes()) != 0 {
			t.Errorf("%s: %v", name, laid.Notes())
		}
	}
}

// zeros is a medium of so many.
type zeros int64

func (z zeros) Size() int64 { return int64(z) }

func (z zeros) ReadAt(p []byte, off int64) (int, error) {
	n := int(max(0, min(int64(len(p)), z.Size()-off)))
	clear(p[:n])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func TestLayoutNone(t *testing.T) {
	l := layoutOf(t, "512")
	laid := apply(t, l, bytes.NewReader(append(make([]byte, 999999), "end!"...)))
	p := make([]byte, 10)
	if n, err := laid.ReadAt(p, 999999); n != 4 || err != io.EOF || string(p[:4]) != "end!" || laid.Size() != 1000003 || laid.Trailers().Size() != 0 {
		t.Errorf("%d, %v, %q, size %d", n, err, p, laid.Size())
	}
	if n, err := laid.Trailers().ReadAt(p, 0); n != 0 && err == nil {
		t.Errorf("trailers of none: %d, %v", n, err)
	}
	if c, err := laid.Census(context.Background()); err != nil || c.Units != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestLayoutRemainder(t *testing.T) {
	for _, c := range []struct {
		name  string
		size  int64
		fails string
	}{
		{"520", 520*100 + 8, "8 more than a multiple of 520"},
		{"4160", 512 * 1000, "more than a multiple of 4160"},
		{"9th", 512*9 + 1, "1 more than a multiple of 512"},
	} {
		if _, err := layoutOf(t, c.name).Apply(zeros(c.size)); err == nil || !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s of %d bytes: %v", c.name, c.size, err)
		}
	}
	laid := apply(t, layoutOf(t, "9th"), zeros(512*(9*100+4)))
	if laid.Size() != 512*(8*100+4) || laid.Trailers().Size() != 512*100 || len(laid.Notes()) != 1 || !strings.Contains(laid.Notes()[0], "last 2048 bytes") {
		t.Errorf("%d and %d bytes, %v", laid.Size(), laid.Trailers().Size(), laid.Notes())
	}
	if empty := apply(t, layoutOf(t, "520"), zeros(0)); empty.Size() != 0 {
		t.Errorf("nothing has %d bytes", empty.Size())
	}
}

// halves reads as the engine does: in halves, down to the alignment. It gives
// the alignments that cannot be read.
func halves(src source.Source, unit, lo, hi int64) (bad []int64) {
	p := make([]byte, hi-lo)
	n, err := src.ReadAt(p, lo)
	if int64(n) == hi-lo {
		return nil
	}
	if err == nil {
		return []int64{-1}
	}
	if hi-lo <= unit {
		return []int64{lo}
	}
	lo += int64(n) / unit * unit
	if hi-lo <= unit {
		return halves(src, unit, lo, hi)
	}
	mid := lo + max(unit, (hi-lo)/2/unit*unit)
	return append(halves(src, unit, lo, mid), halves(src, unit, mid, hi)...)
}

// TestLayoutErrors: a sector that cannot be read takes with it what lies in it,
// and nothing else.
func TestLayoutErrors(t *testing.T) {
	for _, l := range All() {
		if l.TrailerBytes == 0 {
			continue
		}
		for _, nothing := range []bool{false, true} {
			d := randomDisk(t, l, sectorsFor(l))
			perUnit := int(l.unit()) / l.SectorBytes
			d.bad, d.nothing = []int{1, perUnit - 1, perUnit + perUnit/2}, nothing
			laid := apply(t, l, d)
			checkBad(t, l, d, laid, func(i int) bool { return i%int(l.unit()) < l.DataBytes })
			checkBad(t, l, d, laid.Trailers(), func(i int) bool { return i%int(l.unit()) >= l.DataBytes })
		}
	}
}

func checkBad(t *testing.T, l Layout, d *rawDisk, src source.Source, belongs func(int) bool) {
	t.Helper()
	unit := int64(src.(interface{ Alignment() int }).Alignment())
	var want []int64
	at := int64(0)
	for i := range d.bytes {
		if !belongs(i) {
			continue
		}
		if start := at / unit * unit; slices.Contains(d.bad, i/d.sector) && !slices.Contains(want, start) {
			want = append(want, start)
		}
		at++
	}
	if got := halves(src, unit, 0, src.Size()); !slices.Equal(got, want) {
		t.Errorf("%s: unreadable at %v, want %v", l.Name, got, want)
	}
}

// TestLayoutBytesBeforeError: what lies before a bad sector is given.
func TestLayoutBytesBeforeError(t *testing.T) {
	l := layoutOf(t, "520")
	d := randomDisk(t, l, 100)
	d.bad = []int{60}
	laid := apply(t, l, d)
	data, _ := split(l, d.bytes)
	p := make([]byte, len(data))
	if n, err := laid.ReadAt(p, 0); n != 60*512 || !errors.Is(err, errMedium) || !bytes.Equal(p[:n], data[:n]) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// endsEarly is a medium that ends before its size.
type endsEarly struct{ source.Source }

func (s endsEarly) ReadAt(p []byte, off int64) (int, error) { return 0, io.EOF }

// mute is a medium that gives nothing and no reason.
type mute struct{ source.Source }

func (s mute) ReadAt(p []byte, off int64) (int, error) { return 0, nil }

func TestLayoutOddSources(t *testing.T) {
	l := layoutOf(t, "520")
	p := make([]byte, 2000)
	if n, err := apply(t, l, endsEarly{randomDisk(t, l, 10)}).ReadAt(p, 0); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("a medium that has shrunk: %d, %v", n, err)
	}
	if n, err := apply(t, l, mute{randomDisk(t, l, 10)}).ReadAt(p, 0); n != 0 || err == nil {
		t.Errorf("a medium that gives nothing: %d, %v", n, err)
	}
}

func TestLayoutConcurrent(t *testing.T) {
	l := layoutOf(t, "524")
	d := randomDisk(t, l, 2000)
	laid := apply(t, l, d)
	data, _ := split(l, d.bytes)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(i), 7))
			p := make([]byte, 50000)
			for range 50 {
				off := rng.IntN(len(data) - len(p))
				if n, err := laid.ReadAt(p, int64(off)); err != nil || !bytes.Equal(p, data[off:off+n]) {
					t.Errorf("at %d: %d bytes, %v", off, n, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestCRCT10: the check value of CRC-16/T10-DIF.
func TestCRCT10(t *testing.T) {
	if got := crcT10(t10Table(), []byte("123456789")); got != 0xd0db {
		t.Errorf("%04x, want d0db", got)
	}
}

// protect writes T10 protection information of type 1 into every sector.
func protect(d *rawDisk) {
	table := t10Table()
	for i := 0; i*d.sector < len(d.bytes); i++ {
		s := d.bytes[i*d.sector : (i+1)*d.sector]
		data, trailer := s[:d.sector-8], s[d.sector-8:]
		binary.BigEndian.PutUint16(trailer, crcT10(table, data))
		binary.BigEndian.PutUint16(trailer[2:], 0)
		binary.BigEndian.PutUint32(trailer[4:], uint32(i))
	}
}

func TestCensus(t *testing.T) {
	l := layoutOf(t, "520")
	d := randomDisk(t, l, 50000)
	protect(d)
	trailer := func(i int) []byte { return d.bytes[i*520+512 : (i+1)*520] }
	clear(trailer(0))
	copy(trailer(1), bytes.Repeat([]byte{0xff}, 8))
	copy(trailer(2), "residue!")
	trailer(3)[7] ^= 1 // another reference tag: not of type 1
	d.bad = []int{4, 49999}
	c, err := apply(t, l, d).Census(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	// 2016 at the beginning, 2016 at the end, 1000 spaced by 50: 41 of these
	// lie within the first, 40 within the last.
	want := Census{Units: 4951, Unread: 2, Zeros: 1, Ones: 1, Others: 1, Guards: 4946, References: 4945}
	for _, b := range []byte("residue!") {
		want.Histogram[b]++
	}
	if c != want {
		t.Errorf("got  %s\nwant %s", c.Text(), want.Text())
	}
	if text := c.Text(); !strings.Contains(text, "4951 units") || !strings.Contains(text, "4946 are T10") || !strings.Contains(text, "2 could not be read") {
		t.Errorf("text: %s", text)
	}
}

// TestCensusSmall: fewer units than are sampled are all looked at, once.
func TestCensusSmall(t *testing.T) {
	for _, l := range All() {
		if l.TrailerBytes == 0 {
			continue
		}
		d := randomDisk(t, l, sectorsFor(l))
		laid := apply(t, l, d)
		c, err := laid.Census(context.Background())
		if err != nil || int64(c.Units) != laid.units || c.Others != c.Units {
			t.Errorf("%s: %+v, %v", l.Name, c, err)
		}
		var sum int64
		for _, n := range c.Histogram {
			sum += n
		}
		if sum != int64(c.Others*l.TrailerBytes) {
			t.Errorf("%s: %d bytes in the histogram", l.Name, sum)
		}
		for _, size := range []int{0, 1} {
			laid = apply(t, l, randomDisk(t, l, size*int(l.unit())/l.SectorBytes))
			if c, err := laid.Census(context.Background()); err != nil || c.Units != size {
				t.Errorf("%s with %d units: %+v, %v", l.Name, size, c, err)
			}
		}
	}
}

func TestCensusCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l := layoutOf(t, "520")
	if _, err := apply(t, l, randomDisk(t, l, 10)).Census(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestCensusHuge: a sample of a medium of exabytes is small and lies on it.
func TestCensusHuge(t *testing.T) {
	size := int64(1)<<62/520*520 - 520
	laid := apply(t, layoutOf(t, "520"), zeros(size))
	list := laid.sample()
	if len(list) > 2*censusEnds/520+censusSpaced || list[0] != 0 || list[len(list)-1] != laid.units-1 || !slices.IsSorted(list) {
		t.Errorf("%d units, from %d to %d of %d", len(list), list[0], list[len(list)-1], laid.units)
	}
}

func FuzzLayout(f *testing.F) {
	f.Add(uint8(1), uint16(20), uint16(500), uint16(600), uint16(3))
	f.Add(uint8(7), uint16(40), uint16(4095), uint16(5000), uint16(8))
	f.Add(uint8(8), uint16(1100), uint16(65535), uint16(65535), uint16(1030))
	f.Fuzz(func(t *testing.T, which uint8, sectors, off, length, bad uint16) {
		l := All()[1+int(which)%(len(All())-1)]
		d := randomDisk(t, l, int(sectors)%1200)
		laid := apply(t, l, d)
		data, trailers := split(l, d.bytes)
		checkRange(t, laid, data, int64(off), int(length))
		checkRange(t, laid.Trailers(), trailers, int64(off), int(length))
		d.bad = []int{int(bad)}
		p := make([]byte, length)
		n, err := laid.ReadAt(p, int64(off))
		if !bytes.Equal(p[:n], data[min(int(off), len(data)):][:n]) {
			t.Errorf("wrong bytes before an error: %v", err)
		}
		if n < len(p) && err == nil {
			t.Error("fewer bytes and no error")
		}
	})
}

// TestOddTrailer: one trailer that is no checksum shows, wherever it lies and
// however the data are read.
func TestOddTrailer(t *testing.T) {
	l, err := Parse("520")
	if err != nil {
		t.Fatal(err)
	}
	const units = 5000
	for name, plant := range map[string]func(raw []byte){
		"zeros": func([]byte) {},
		"fit": func(raw []byte) {
			binary.BigEndian.PutUint16(raw[7*520+512:], crcT10(t10Table(), raw[7*520:7*520+512]))
			raw[7*520+519] = 7
		},
		"odd": func(raw []byte) { copy(raw[4711*520+512:], "SECRET!!") },
		"tag": func(raw []byte) {
			binary.BigEndian.PutUint16(raw[7*520+512:], crcT10(t10Table(), raw[7*520:7*520+512]))
			raw[7*520+519] = 8
		},
	} {
		raw := make([]byte, units*520)
		for i := range raw {
			if i%520 < 512 {
				raw[i] = byte(i * i >> 7)
			}
		}
		plant(raw)
		laid, err := l.Apply(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if !laid.AllSeen() || laid.OddTrailer() {
			t.Errorf("%s: before reading: all seen %v, odd %v", name, laid.AllSeen(), laid.OddTrailer())
		}
		buf := make([]byte, 70000) // no multiple of a sector
		for off := int64(0); off < laid.Size(); off += int64(len(buf)) {
			if _, err := laid.ReadAt(buf[:min(int64(len(buf)), laid.Size()-off)], off); err != nil {
				t.Fatal(err)
			}
		}
		if want := name == "odd" || name == "tag"; laid.OddTrailer() != want {
			t.Errorf("%s: odd trailer %v", name, laid.OddTrailer())
		}
	}
}
