package main

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/power"
	"shokyo.dev/shokyo/words/report"
)

// noise is a file of random bytes: nothing that an examination could notice.
func noise(name string, size int) file {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte([]byte("noise of a file of accuracy test"))).Read(b)
	return file{name, b}
}

// prose is one that it notices wherever it is cut.
func prose(name string, size int) file {
	rng := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("the erased disk holds letters that nobody was meant to read again after it left this house in spring")
	var b bytes.Buffer
	for b.Len() < size {
		b.WriteString(words[rng.IntN(len(words))] + " ")
	}
	return file{name, b.Bytes()[:size]}
}

// Text is noticed, noise is not; and the engine's threshold is that of the large medium.
func TestMeasure(t *testing.T) {
	for _, odd := range []bool{false, true} {
		c := cell{Type: "t", Size: 4096, Threshold: 48, Depth: "deep", Odd: odd}
		m, err := measure(c, []file{prose("prose", 1<<20), noise("noise", 1<<20)}, 40, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		text, random := m.byFile["prose"], m.byFile["noise"]
		if m.Pieces != 40 || m.Files != 2 || text[1] != text[0] || random[1] != 0 || m.Noticed != text[0] {
			t.Errorf("%+v: prose %v, noise %v", m, text, random)
		}
		if m.Low >= m.Percent || m.High <= m.Percent {
			t.Errorf("%v [%v-%v]", m.Percent, m.Low, m.High)
		}
		if !odd && slices.Max(m.Beyond) > 8192 {
			t.Errorf("residue reaches %d bytes beyond a piece", slices.Max(m.Beyond))
		}
	}
	low := cell{Type: "t", Size: 512, Threshold: 20, Depth: "deep"}
	if _, err := measure(low, []file{noise("noise", 1<<20)}, 4, 1, 1); err == nil {
		t.Error("no medium has so low a threshold")
	}
	if m, err := measure(cell{Type: "t", Size: 1 << 20, Threshold: 48, Depth: "deep"}, []file{noise("noise", 1<<20)}, 4, 1, 1); m != nil || err != nil {
		t.Errorf("no file is long enough: %v %v", m, err)
	}
}

// What lies where is what lay says, whatever is read.
func TestMedium(t *testing.T) {
	c := cell{Size: 4096, Odd: true}
	m := lay(c, []file{noise("a", 1<<20), noise("b", 1<<20)}, 20, 1)
	whole := make([]byte, m.size)
	m.ReadAt(whole, 0)
	last := int64(0)
	for i, p := range m.patches {
		if p.at-last < c.gap() || !bytes.Equal(whole[p.at:p.end()], p.bytes) {
			t.Errorf("piece %d at %d is not there, or too near to the one before it", i, p.at)
		}
		last = p.end()
		if from, to := m.touched(p.end()-1, p.end()+1); from != i || to != i+1 {
			t.Errorf("piece %d: the last byte touches %d to %d", i, from, to)
		}
		if from, to := m.touched(p.end(), p.end()+1); from != to {
			t.Errorf("piece %d: the byte behind it touches %d to %d", i, from, to)
		}
		part := make([]byte, 100)
		m.ReadAt(part, p.at-50)
		if !bytes.Equal(part, whole[p.at-50:p.at+50]) {
			t.Errorf("piece %d: its edge reads as something else", i)
		}
	}
	if rest := m.patches[0].at % sector; rest == 0 && m.patches[1].at%sector == 0 && m.patches[2].at%sector == 0 {
		t.Error("pieces at any byte lie at sectors")
	}
}

// Pieces that lie near each other share no byte of a file.
func TestDeal(t *testing.T) {
	d := newDealer(rand.New(rand.NewPCG(1, 1)), []file{noise("a", 8<<20)})
	var cuts []cut
	for range 100 {
		if p, fresh := d.deal(16 << 10); !fresh || len(p.bytes) != 16<<10 {
			t.Fatal("no room in a large file")
		}
		c := d.last[len(d.last)-1]
		if c.from < head || c.from%sector != 0 || slices.ContainsFunc(cuts[max(0, len(cuts)-apart):], c.overlaps) {
			t.Errorf("%+v", c)
		}
		cuts = append(cuts, c)
	}
	if d := newDealer(rand.New(rand.NewPCG(1, 1)), []file{noise("a", head+sector)}); d != nil {
		d.deal(sector)
		if _, fresh := d.deal(sector); fresh {
			t.Error("the only piece of a file was dealt twice, and said to be another")
		}
	}
}

// A window that may hold several pieces says nothing of any.
func TestWide(t *testing.T) {
	for kind, want := range map[string][2]bool{ // of small pieces, of large ones
		"byte-distribution": {false, false}, "utf-8": {false, false}, "byte-distribution-64K": {false, false}, "byte-distribution-256K": {false, false},
		"byte-distribution-1M": {true, false}, "byte-distribution-16M": {true, true}, "byte-distribution-region": {true, true},
	} {
		small, large := cell{Size: 4096}, cell{Size: 1 << 20}
		if got := [2]bool{small.wide(kind), large.wide(kind)}; got != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

// Where findings are too many to be listed, a medium has too many pieces.
func TestUnlisted(t *testing.T) {
	r := &scan.Result{Findings: make([]scan.Finding, 3), Counts: []scan.FindingCount{{Count: 1}, {Count: 2}}}
	if unlisted(r) {
		t.Error("all are listed")
	}
	if r.Counts[0].Count++; !unlisted(r) {
		t.Error("one is not listed")
	}
}

func TestBeyond(t *testing.T) {
	p := &patch{at: 10000, bytes: make([]byte, 5000)} // to 15000
	extents := []scan.Extent{{Start: 0, Length: 8192, Class: scan.Ciphertext}, {Start: 8192, Length: 8192, Class: scan.Residue}, {Start: 16384, Length: 8192, Class: scan.Residue}}
	if got := beyond(p, extents); got != 10000-8192+16384-15000 {
		t.Errorf("%d bytes", got)
	}
}

// An interval is that of the files: pieces of one say nothing of another.
func TestInterval(t *testing.T) {
	m := &measured{Pieces: 1000, Noticed: 500, byFile: map[string][]int{"a": {500, 500}, "b": {500, 0}}}
	m.interval(1)
	if m.Percent != 50 || m.Low != 0 || m.High != 100 {
		t.Errorf("%v [%v-%v]", m.Percent, m.Low, m.High)
	}
	m = &measured{Pieces: 200, Noticed: 200, byFile: map[string][]int{"a": {100, 100}, "b": {100, 100}}}
	m.interval(1)
	if m.Percent != 100 || m.Low > 98.5 || m.Low < 97 || m.High != 100 {
		t.Errorf("all: %v [%v-%v]", m.Percent, m.Low, m.High)
	}
	if low, high := wilson(8, 10); math.Abs(low-0.4902) > 1e-3 || math.Abs(high-0.9433) > 1e-3 {
		t.Errorf("8 of 10: %v to %v", low, high)
	}
}

// A report may claim no more at a threshold than at a lower one, and nothing that was not
// measured.
func TestCellOf(t *testing.T) {
	c := cell{Type: "t", Size: 512, Depth: "deep"}
	at := func(theta float64) cell { c := c; c.Threshold = theta; return c }
	kept := map[cell]*measured{at(1): {Percent: 50, Low: 40}, at(2): {Percent: 60, Low: 30}}
	if got := cellOf(kept, c, []float64{1, 2}); got != (power.Cell{Percent: 50, Low: 30}) {
		t.Error(got)
	}
	if got := cellOf(kept, c, []float64{1, 2, 3}); got.Measured() {
		t.Error(got)
	}
}

// What was measured of a type that no report names is not left out in silence.
func TestWriteRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := keep("results", &measured{cell: cell{Type: "tar", Size: 512, Depth: "deep"}}); err != nil {
		t.Fatal(err)
	}
	if err := write("results"); err == nil || !strings.Contains(err.Error(), "tar was measured") {
		t.Error(err)
	}
}

// Of what was measured earlier it is not known what was found, nor that nothing was missed.
func TestExplain(t *testing.T) {
	now, earlier := &measured{cell: cell{Size: 512}, Kinds: map[string]int{}}, &measured{cell: cell{Size: 512}}
	for m, want := range map[*measured]string{nil: "", now: "missed: \n", earlier: "is not kept"} {
		var b bytes.Buffer
		if explain(&b, []*measured{m}); !strings.Contains(b.String(), want) || m == earlier && strings.Contains(b.String(), "missed: ") || m == nil && b.Len() > 0 {
			t.Errorf("%+v: %q", m, b.String())
		}
	}
}

// docs/detection.md shows the figures that reports are made of.
func TestDocument(t *testing.T) {
	b, err := os.ReadFile("../../" + document)
	if err != nil {
		t.Fatal(err)
	}
	_, doc, _ := strings.Cut(string(b), begin)
	doc, _, _ = strings.Cut(doc, end)
	for _, section := range strings.Split(doc, "At `")[1:] {
		depth, _, _ := strings.Cut(section, "`")
		m, ok := power.At(shown, depth)
		if !ok || m.Threshold != shown {
			t.Fatalf("nothing was measured at %v bits, %s", shown, depth)
		}
		for _, g := range power.Groups {
			for _, k := range g.Kinds {
				for _, code := range k.Types {
					if cells, ok := m.Type(code); ok {
						checkRow(t, section, report.PieceTypes.Say(code).EN, cells)
					}
				}
			}
		}
	}
}

func checkRow(t *testing.T, section, name string, cells power.Cells) {
	_, row, _ := strings.Cut(section, "\n| "+name+" (")
	row, _, _ = strings.Cut(row, "\n")
	fields := strings.Split(row, " | ")
	for i, c := range cells {
		if i+1 >= len(fields) {
			t.Errorf("%s: no row, or too short a one", name)
			return
		}
		if got := (&measured{Percent: c.Percent, Low: c.Low, High: 1000}).shown(); c.Measured() && !strings.HasPrefix(fields[i+1], strings.TrimSuffix(got, "1000]")) {
			t.Errorf("%s: %s is said to be %s", name, fields[i+1], got)
		}
	}
}
