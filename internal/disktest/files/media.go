package files

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
)

// photograph draws a landscape: sky, two ranges of hills, a meadow, each with
// texture and, over all, the grain of a camera. The grain is what makes a JPEG
// of it as large, and its coefficients as irregular, as those of a real one.
func photograph(name string, width, height int) *image.YCbCr {
	r := random(name)
	img := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	far, near := horizon(r, width, float64(height)*0.45), horizon(r, width, float64(height)*0.65)
	texture := smoothNoise(r)
	grain := r.Uint64()
	for y := range height {
		row := img.Y[y*img.YStride:]
		for x := range width {
			grain = grain*6364136223846793005 + 1442695040888963407 // Knuth's MMIX
			luma := landscapeLuma(y, height, far[x], near[x])
			luma += (texture[y>>3&127][x>>3&127] + texture[y>>1&127][x>>1&127]) / 2
			luma += int(grain>>60) + int(grain>>56&15) - 15 // a triangle: ±15
			row[x] = byte(min(max(luma, 0), 255))
		}
	}
	for y := range height / 2 {
		for x := range width / 2 {
			i := y*img.CStride + x
			img.Cb[i], img.Cr[i] = landscapeChroma(2*y, far[2*x], near[2*x], texture[y>>2&127][x>>2&127])
		}
	}
	return img
}

// horizon is the outline of hills: a few waves of random length.
func horizon(r *rand.Rand, width int, middle float64) []int {
	line := make([]int, width)
	for wave := 1.0; wave < 20; wave *= 2.3 {
		phase, height := r.Float64()*2*math.Pi, middle*0.15/wave
		for x := range line {
			line[x] += int(height * math.Sin(phase+wave*2*math.Pi*float64(x)/float64(width)))
		}
	}
	for x := range line {
		line[x] += int(middle)
	}
	return line
}

func landscapeLuma(y, height, far, near int) int {
	switch {
	case y < far:
		return 225 - 60*(far-y)/height
	case y < near:
		return 110 + 30*(y-far)/height
	default:
		return 70 + 120*(y-near)/height
	}
}

func landscapeChroma(y, far, near, texture int) (cb, cr byte) {
	switch {
	case y < far:
		return byte(150 + texture/4), byte(112 - texture/8)
	case y < near:
		return byte(128 + texture/4), byte(118 + texture/8)
	default:
		return byte(100 + texture/4), byte(115 + texture/4)
	}
}

// smoothNoise is a tile of value noise in ±32.
func smoothNoise(r *rand.Rand) *[128][128]int {
	var raw, tile [128][128]int
	for y := range raw {
		for x := range raw[y] {
			raw[y][x] = r.IntN(128) - 64
		}
	}
	for y := range tile {
		for x := range tile[y] {
			right, below := (x+1)&127, (y+1)&127
			tile[y][x] = (raw[y][x] + raw[y][right] + raw[below][x] + raw[below][right]) / 8
		}
	}
	return &tile
}

func jpegOf(img image.Image, quality int) []byte {
	var b bytes.Buffer
	must(jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}))
	return b.Bytes()
}

// pngChart is a drawing: areas of one colour, bars, and a gradient.
func pngChart(name string, width, height int) []byte {
	r := random(name)
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			at := img.PixOffset(x, y)
			shade := byte(200 + 50*y/height)
			copy(img.Pix[at:], []byte{shade, shade - byte(r.IntN(3)), 255 - shade/3, 255})
		}
	}
	for bar := range 24 {
		top := height/6 + r.IntN(height/2)
		c := color.RGBA{byte(60 + 7*bar), byte(r.IntN(200)), 120, 255}
		for y := top; y < height-height/10; y++ {
			for x := width * (bar + 1) / 26; x < width*(bar+2)/26-4; x++ {
				img.SetRGBA(x, y, c)
			}
		}
	}
	var b bytes.Buffer
	must((&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img))
	return b.Bytes()
}

// gifAnimation is a dot that moves over a dithered ground.
func gifAnimation(name string, width, height, frames int) []byte {
	r, g := random(name), &gif.GIF{}
	palette := color.Palette{color.White, color.Black, color.RGBA{200, 30, 30, 255}, color.RGBA{30, 90, 200, 255}}
	for f := range frames {
		img := image.NewPaletted(image.Rect(0, 0, width, height), palette)
		for i := range img.Pix {
			img.Pix[i] = byte(r.IntN(8) / 7)
		}
		for y := height / 3; y < height*2/3; y++ {
			for x := range width / 8 {
				img.SetColorIndex(x+f*(width-width/8)/frames, y, 2)
			}
		}
		g.Image, g.Delay = append(g.Image, img), append(g.Delay, 10)
	}
	var b bytes.Buffer
	must(gif.EncodeAll(&b, g))
	return b.Bytes()
}

// wave is a recording, 16-bit mono at 22,050 Hz: three beating tones in hiss.
func wave(name string, seconds int) []byte {
	const rate = 22050
	r, le := random(name), binary.LittleEndian
	data := 2 * rate * seconds
	b := append(make([]byte, 0, 44+data), "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
	le.PutUint32(b[4:], uint32(36+data))
	b = le.AppendUint32(b, rate)
	b = le.AppendUint32(b, 2*rate)
	b = append(b, "\x02\x00\x10\x00data"...)
	b = le.AppendUint32(b, uint32(data))
	table := sineTable()
	step := [3]uint32{1000 + r.Uint32N(900), 2500 + r.Uint32N(900), 4000 + r.Uint32N(900)}
	hiss := r.Uint64() | 1
	for i := range uint32(rate * seconds) {
		hiss ^= hiss << 13 // xorshift64 (Marsaglia 2003)
		hiss ^= hiss >> 7
		hiss ^= hiss << 17
		tone := table[i*step[0]>>6&1023] + table[i*step[1]>>6&1023] + table[i*step[2]>>6&1023]
		b = le.AppendUint16(b, uint16(tone+int(hiss&511)-256))
	}
	return b
}

func sineTable() *[1024]int {
	var t [1024]int
	for i := range t {
		t[i] = int(6000 * math.Sin(2*math.Pi*float64(i)/float64(len(t))))
	}
	return &t
}

// must is for encoders that write to memory: they fail only by a mistake here.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
