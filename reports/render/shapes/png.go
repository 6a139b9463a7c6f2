package shapes

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

// Size of one cell in map.png, of which the last row and column stay white.
const pngCell = 16

// inks are the colours of map.png: 0 is the ground, then two for each class
// (plain and texture), the same as in report.html. The textures keep the
// classes apart for readers who do not see the colours.
func inks() color.Palette {
	rgb := func(v uint32) color.Color {
		return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xFF}
	}
	return color.Palette{
		rgb(0xFFFFFF),
		rgb(0xFFFFFF), rgb(0xB4B4B4), // unread
		rgb(0x3A3A3A), rgb(0xFFFFFF), // unreadable
		rgb(0xF1EBDB), rgb(0xC8BC9B), // fill
		rgb(0xF0D58A), rgb(0xB58A1B), // pattern
		rgb(0xAEBFD6), rgb(0xAEBFD6), // ciphertext
		rgb(0x1B66A8), rgb(0x1B66A8), // metadata
		rgb(0xD6281C), rgb(0xD6281C), // residue
	}
}

// textured says whether the pixel belongs to the texture of the class.
func textured(c scan.Class, x, y int) bool {
	switch c {
	case scan.Unread:
		return (x+y)%6 == 0
	case scan.Unreadable:
		return (x+y)%5 == 0 || (x-y+1<<20)%5 == 0
	case scan.Fill:
		return x%4 == 1 && y%4 == 1
	case scan.Pattern:
		return x%4 == 0
	}
	return false
}

// PNG gives map.png: the cells of the map in reading order, 64 in a row.
func PNG(d *reports.Document) []byte {
	rows := max(gridRows(d.Map.Cells), 1)
	img := image.NewPaletted(image.Rect(0, 0, gridColumns*pngCell, rows*pngCell), inks())
	for i := range d.Map.Cells {
		x, y := i%gridColumns*pngCell, i/gridColumns*pngCell
		drawCell(img, x, y, bands(&d.Map.Cells[i]))
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic("shapes: a picture in memory cannot be encoded: " + err.Error())
	}
	return b.Bytes()
}

func drawCell(img *image.Paletted, x0, y0 int, list []band) {
	const side = pngCell - 1
	y, sum := 0, 0.0
	for _, b := range list {
		sum += b.share
		for end := int(float64(sum*side) + 0.5); y < end && y < side; y++ {
			for x := range side {
				ink := uint8(1 + 2*int(b.class))
				if textured(b.class, x0+x, y0+y) {
					ink++
				}
				img.SetColorIndex(x0+x, y0+y, ink)
			}
		}
	}
}
