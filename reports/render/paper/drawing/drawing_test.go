package drawing

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/pdf/layout"
	"shokyo.dev/shokyo/reports/render/shapes"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/words"
)

func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// drawn is a page with a map, as a picture of one pixel to a point and as text.
func drawn(t *testing.T, figure *shapes.Figure) (image.Image, string) {
	t.Helper()
	file := pdf.New(pdf.Info{Languages: []string{"ja"}})
	sheets := layout.New(file)
	sheets.Begin("ja")
	Map{Page: sheets.Page, Figure: figure, Say: words.Languages{"ja"}.Own, Y: layout.Top}.Draw()
	path := filepath.Join(t.TempDir(), "map.pdf")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(run(t, "pdftoppm", "-r", "72", "-png", path)))
	if err != nil {
		t.Fatal(err)
	}
	return picture, string(run(t, "pdftotext", "-enc", "UTF-8", path, "-"))
}

// Residue is red where it lies, and marked above; elsewhere is what lies there.
func TestResidueLiesWhereItIsDrawn(t *testing.T) {
	d := build.Document(reporttest.Erased(), reporttest.Lab)
	cells := d.Map.Cells
	for i := range cells {
		c := &cells[i]
		c.Unread, c.Fill, c.Metadata, c.Ciphertext, c.Residue = 0, 0, 0, c.Length, 0
	}
	at := len(cells) / 4
	cells[at].Ciphertext, cells[at].Residue = 0, cells[at].Length
	figure := shapes.NewFigure(d)
	picture, text := drawn(t, &figure)
	x := func(share float64) int {
		return int(layout.Left + (figureLeft+(figureRight-figureLeft)*share)*scaled)
	}
	const strip = 90                          // in the middle of it
	is := func(x, y int, c pdf.Colour) bool { // but for how the reader rounds
		r, g, b, _ := picture.At(x, y).RGBA()
		for i, v := range [3]uint32{r >> 8, g >> 8, b >> 8} {
			if want := uint32(c[i]); v > want+1 || v+1 < want {
				return false
			}
		}
		return true
	}
	if here := x((float64(at) + 0.5) / float64(len(cells))); !is(here, strip, Inks["residue"]) {
		t.Errorf("residue is not drawn: %v", picture.At(here, strip))
	}
	if !is(x(0.75), strip, Inks["ciphertext"]) {
		t.Errorf("ciphertext is not drawn: %v", picture.At(x(0.75), strip))
	}
	for _, s := range []string{"残留データ", "読取不能", "既知の管理情報", "マップ", "区画", "検査計画", "媒体全体", "エントロピー"} {
		if !strings.Contains(text, s) {
			t.Errorf("the map has no %q", s)
		}
	}
}
