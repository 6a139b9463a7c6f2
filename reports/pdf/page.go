package pdf

import (
	"bytes"
	"fmt"
	"image"
	"strings"

	"shokyo.dev/shokyo/reports/pdf/font"
)

// Page is a page. Places are in points from its upper left corner; y of a text is that of
// its base line.
type Page struct {
	file          *File
	width, height float64
	content       bytes.Buffer
	images        []image.Image
	element       *Element   // what is drawn belongs to; nil: it is no part of the text
	begun         bool       // a piece of content is
	current       *Element   // and belongs to
	owners        []*Element // of the pieces, by number
}

// Page begins a page.
func (f *File) Page(width, height float64) *Page {
	p := &Page{file: f, width: width, height: height}
	f.pages = append(f.pages, p)
	return p
}

// Colour is red, green and blue, from 0 to 255 each.
type Colour [3]uint8

func (c Colour) operands() string {
	var parts [3]string
	for i, v := range c {
		parts[i] = number(float64(v) / 255)
	}
	return strings.Join(parts[:], " ")
}

// Run is units in one font.
type Run struct {
	Bold  bool
	Units []font.Unit
}

// Text writes runs side by side.
func (p *Page) Text(x, y, size float64, ink Colour, runs []Run) {
	p.open()
	fmt.Fprintf(&p.content, "BT %s rg %s %s Td", ink.operands(), number(x), number(p.height-y))
	for _, r := range runs {
		n := 0
		if r.Bold {
			n = 1
		}
		fmt.Fprintf(&p.content, " /F%d %s Tf <", n, number(size))
		for _, u := range r.Units {
			fmt.Fprintf(&p.content, "%04X", p.file.sets[n].Number(u))
		}
		p.content.WriteString("> Tj")
	}
	p.content.WriteString(" ET\n")
}

// Fill fills a rectangle.
func (p *Page) Fill(x, y, w, h float64, ink Colour) {
	p.shape("%s rg %s %s %s %s re f", ink.operands(), number(x), number(p.height-y-h), number(w), number(h))
}

// Frame draws the outline of a rectangle.
func (p *Page) Frame(x, y, w, h, line float64, ink Colour) {
	p.shape("%s RG %s w %s %s %s %s re S", ink.operands(), number(line), number(x), number(p.height-y-h), number(w), number(h))
}

// Line draws a line.
func (p *Page) Line(x0, y0, x1, y1, line float64, ink Colour) {
	p.Path([][2]float64{{x0, y0}, {x1, y1}}, line, ink)
}

// Path draws lines from point to point.
func (p *Page) Path(points [][2]float64, line float64, ink Colour) {
	p.shape("%s RG %s w %s S", ink.operands(), number(line), p.points(points))
}

// Polygon fills what is inside of points.
func (p *Page) Polygon(points [][2]float64, ink Colour) {
	p.shape("%s rg %s h f", ink.operands(), p.points(points))
}

// Circle draws one by four curves.
func (p *Page) Circle(x, y, radius, line float64, ink Colour) {
	const k = 0.5523 // of the radius: where a curve's points must lie to be nearly round
	at := func(dx, dy float64) string {
		return number(x+float64(dx*radius)) + " " + number(p.height-y+float64(dy*radius))
	}
	path := at(1, 0) + " m"
	for _, c := range [][6]float64{{1, k, k, 1, 0, 1}, {-k, 1, -1, k, -1, 0}, {-1, -k, -k, -1, 0, -1}, {k, -1, 1, -k, 1, 0}} {
		path += " " + at(c[0], c[1]) + " " + at(c[2], c[3]) + " " + at(c[4], c[5]) + " c"
	}
	p.shape("%s RG %s w %s s", ink.operands(), number(line), path)
}

// Image draws a picture; what of it can be seen through is white.
func (p *Page) Image(x, y, w, h float64, picture image.Image) {
	p.images = append(p.images, picture)
	p.shape("q %s 0 0 %s %s %s cm /I%d Do Q", number(w), number(h), number(x), number(p.height-y-h), len(p.images)-1)
}

func (p *Page) points(list [][2]float64) string {
	var b strings.Builder
	for i, at := range list {
		op := "l"
		if i == 0 {
			op = "m"
		}
		fmt.Fprintf(&b, "%s %s %s ", number(at[0]), number(p.height-at[1]), op)
	}
	return strings.TrimSuffix(b.String(), " ")
}

func (p *Page) shape(format string, operands ...any) {
	p.open()
	fmt.Fprintf(&p.content, format+"\n", operands...)
}

// writePages gives the numbers of the pages' objects.
func (f *File) writePages(fonts string) (numbers []int) {
	for range f.pages {
		numbers = append(numbers, f.out.reserve())
	}
	var kids strings.Builder
	for i, p := range f.pages {
		fmt.Fprintf(&kids, "%d 0 R ", numbers[i])
		images := ""
		for k, picture := range p.images {
			images += fmt.Sprintf("/I%d %d 0 R", k, f.writeImage(picture))
		}
		p.close()
		content := f.out.stream("", p.content.Bytes())
		f.out.set(numbers[i], fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Resources<</Font%s/XObject<<%s>>>>/Contents %d 0 R/StructParents %d/Tabs/S>>",
			pagesObject, number(p.width), number(p.height), fonts, images, content, i))
	}
	f.out.set(pagesObject, fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", strings.TrimSuffix(kids.String(), " "), len(f.pages)))
	return numbers
}

func (f *File) writeImage(picture image.Image) int {
	b := picture.Bounds()
	rgb := make([]byte, 0, 3*b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			red, green, blue, alpha := picture.At(x, y).RGBA()
			for _, v := range []uint32{red, green, blue} {
				rgb = append(rgb, byte((v+0xFFFF-alpha)>>8))
			}
		}
	}
	return f.out.stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8", b.Dx(), b.Dy()), rgb)
}
