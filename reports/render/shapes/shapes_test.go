package shapes

import (
	"bytes"
	"image/png"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/scan"
)

const mib = 1 << 20

// One block of residue anywhere can be reached by opening parts, and is named exactly.
func TestZoomReachesEveryBlock(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{7}))
	for range 40 {
		size := int64(1+rng.IntN(1<<28)) * 4096
		at := rng.Int64N(size/4096) * 4096
		d := &reports.Document{BlockBytes: 4096, Medium: reports.Medium{SizeBytes: size}}
		for _, r := range []reports.Region{{Start: 0, Length: at, Class: "ciphertext"}, {Start: at, Length: 4096, Class: "residue"}, {Start: at + 4096, Length: size - at - 4096, Class: "ciphertext"}} {
			if r.Length > 0 {
				d.Regions = append(d.Regions, r)
			}
		}
		if len(d.Regions) < 2 {
			continue
		}
		z := NewZoom(d)
		for len(z.Children) > 0 {
			i := slices.IndexFunc(z.Children, func(c *Part) bool { return c.Start <= at && at < c.End })
			if i < 0 || z.Children[i].Classes[0] != "residue" {
				t.Fatalf("no part of %d bytes leads to %d", size, at)
			}
			z = z.Children[i]
		}
		if z.Length() > zoomSlots*4096 || !slices.ContainsFunc(z.Runs, func(r reports.Region) bool { return r.Start == at && r.Length == 4096 && r.Class == "residue" }) {
			t.Errorf("%d bytes at %d: %+v", size, at, z)
		}
		if i := slices.IndexFunc(z.Strip, func(r rect) bool { return r.Class == "residue" }); i < 0 {
			t.Errorf("%d bytes at %d: the strip lacks it: %+v", size, at, z.Strip)
		}
	}
}

// However many regions there are, the page stays small, and says what it leaves closed.
func TestZoomIsBounded(t *testing.T) {
	d := &reports.Document{BlockBytes: 4096, Medium: reports.Medium{SizeBytes: 100_000 * 8192}}
	for i := range int64(100_000) {
		d.Regions = append(d.Regions, reports.Region{Start: i * 8192, Length: 4096, Class: "fill"}, reports.Region{Start: i*8192 + 4096, Length: 4096, Class: "ciphertext"})
	}
	z := NewZoom(d)
	var count func(z *Part) int
	count = func(z *Part) (n int) {
		for _, c := range z.Children {
			n += 1 + count(c)
		}
		return n
	}
	if n := count(z); n > zoomParts || n < zoomParts/2 || !z.Cut {
		t.Errorf("%d parts, cut %v", n, z.Cut)
	}
}

// However many regions there are, residue is among those printed.
func TestForemost(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{3}))
	var all []reports.Region
	for i := range 5000 {
		class := []scan.Class{scan.Unread, scan.Ciphertext, scan.Fill}[rng.IntN(3)]
		if i%977 == 5 {
			class = scan.Residue
		}
		all = append(all, reports.Region{Start: int64(i) * 4096, Length: 4096, Class: class.String()})
	}
	got := Foremost(all, 100)
	var residue int
	for i, r := range got {
		if i > 0 && got[i-1].Start >= r.Start {
			t.Fatal("not in the order of the medium")
		}
		if r.Class == "residue" {
			residue++
		}
	}
	if len(got) != 100 || residue != 6 {
		t.Errorf("%d regions with %d of residue, want 100 with 6", len(got), residue)
	}
}

// One byte of residue anywhere must be seen in every picture.
func TestResidueIsNeverLost(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{4}))
	for range 50 {
		d := build.Document(reporttest.Erased(), reporttest.Lab)
		i := rng.IntN(len(d.Map.Cells))
		c := &d.Map.Cells[i]
		c.ClassBytes = reports.ClassBytes{Ciphertext: c.Length - 3, Metadata: 1, Unreadable: 1, Residue: 1}

		f := NewFigure(d)
		if len(f.Lanes[0].Marks) != 1 {
			t.Fatalf("cell %d: %d marks of residue", i, len(f.Lanes[0].Marks))
		}
		m, s := f.Lanes[0].Marks[0], scale{figureX, figureW, d.Medium.SizeBytes}
		if at := s.x(c.Start); math.Abs(float64(m.X)-at) > signWidth {
			t.Errorf("cell %d: marked at %v, lies at %v", i, m.X, at)
		}
		if !hasRect(f.Strip, stripH/4.) || !hasRect(NewGrid(d).Cells, gridCell/4) {
			t.Errorf("cell %d: residue is not drawn, or too small", i)
		}
		img, err := png.Decode(bytes.NewReader(PNG(d)))
		if err != nil {
			t.Fatal(err)
		}
		red := 0
		for y := range pngCell {
			r, g, b, _ := img.At(i%gridColumns*pngCell+2, i/gridColumns*pngCell+y).RGBA()
			if r>>8 == 0xD6 && g>>8 == 0x28 && b>>8 == 0x1C {
				red++
			}
		}
		if red < pngCell/4 {
			t.Errorf("cell %d: %d red pixels", i, red)
		}
	}
}

func hasRect(list []rect, height float64) bool {
	for _, r := range list {
		if r.Class == "residue" && float64(r.H) >= height {
			return true
		}
	}
	return false
}

// Shares are shares, and nothing is drawn outside its box.
func TestBands(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{5}))
	for range 2000 {
		c := reports.Cell{Length: 1 + rng.Int64N(1<<40)}
		c.ClassBytes = reports.ClassBytes{
			Unread: rng.Int64N(9), Unreadable: rng.Int64N(2), Fill: rng.Int64N(2), Pattern: rng.Int64(),
			Ciphertext: rng.Int64N(c.Length), Metadata: rng.Int64N(3), Residue: rng.Int64N(2),
		}
		var sum float64
		for _, b := range bands(&c) {
			sum += b.share
			if b.share <= 0 {
				t.Fatalf("%+v: %+v", c, b)
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("%+v: shares sum to %v", c, sum)
		}
	}
}

func TestPNGSize(t *testing.T) {
	for _, s := range reporttest.Samples() {
		c, err := png.DecodeConfig(bytes.NewReader(PNG(build.Document(s.Exam, reporttest.Lab))))
		if err != nil || c.Width != 1024 || c.Height != 256 {
			t.Errorf("%s: %+v, %v", s, c, err)
		}
	}
}

func TestAxis(t *testing.T) {
	for size, want := range map[int64]string{
		96 * mib:          "0 MiB|16 MiB|32 MiB|48 MiB|64 MiB|80 MiB|96 MiB",
		2_000_398_934_016: "0 GiB|256 GiB|512 GiB|768 GiB|1024 GiB|1280 GiB|1536 GiB|1.8 TiB",
		5000:              "0 B|1024 B|2048 B|3072 B|4096 B|4.9 KiB",
		1:                 "0 B|1 B",
	} {
		var got []string
		for _, k := range axis(scale{0, 1000, size}) {
			got = append(got, k.Label)
		}
		if g := strings.Join(got, "|"); g != want {
			t.Errorf("%d bytes: %s, want %s", size, g, want)
		}
	}
}
