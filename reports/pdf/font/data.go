package font

import (
	_ "embed"
	"sync"

	"github.com/klauspost/compress/zstd"
)

//go:generate go run ./pack

//go:embed Regular.ttf.zst
var regular []byte

//go:embed Bold.ttf.zst
var bold []byte

// Regular has every character of the typeface; Bold the usual ones, for headings.
var (
	Regular = sync.OnceValue(func() *Font { return load(regular, "BIZUDPGothic-Regular", 400) })
	Bold    = sync.OnceValue(func() *Font { return load(bold, "BIZUDPGothic-Bold", 700) })
)

func load(packed []byte, name string, weight int) *Font {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic("font: " + err.Error())
	}
	defer d.Close()
	b, err := d.DecodeAll(packed, nil)
	if err != nil {
		panic("font: what is built in cannot be unpacked: " + err.Error())
	}
	f, err := Parse(b)
	if err != nil {
		panic(err.Error())
	}
	f.Name, f.Weight = name, weight
	return f
}
