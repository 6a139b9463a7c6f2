package casefile

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg" // what a logo may be
	"image/png"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
)

// maxLogoFile is more than a picture of [reports.MaxLogoSide] needs.
const maxLogoFile = 2 << 20

// loadLogo reads a PNG or JPEG and encodes it anew: what goes into the report are its
// pixels, and nothing of what else a file of a picture can hold.
func loadLogo(path string) (*reports.Logo, error) {
	b, err := wholefile.Read(path, maxLogoFile)
	if err != nil {
		return nil, fmt.Errorf("read the logo: %w", err)
	}
	logo, err := newLogo(b)
	if err != nil {
		return nil, fmt.Errorf("logo %s: %w", path, err)
	}
	return logo, nil
}

func newLogo(b []byte) (*reports.Logo, error) {
	size, format, err := image.DecodeConfig(bytes.NewReader(b))
	switch {
	case err != nil || format != "png" && format != "jpeg":
		return nil, errors.New("is not an image shokyo can read: save it as PNG or JPEG")
	case size.Width < 1 || size.Height < 1 || size.Width > reports.MaxLogoSide || size.Height > reports.MaxLogoSide:
		return nil, fmt.Errorf("is %d×%d pixels: at most %d a side are allowed, save it smaller", size.Width, size.Height, reports.MaxLogoSide)
	}
	m, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("is a damaged %s: %w", format, err)
	}
	return encodeLogo(m)
}

// encodeLogo: eight bits a colour, and transparency where there is some.
func encodeLogo(m image.Image) (*reports.Logo, error) {
	plain := image.NewNRGBA(image.Rect(0, 0, m.Bounds().Dx(), m.Bounds().Dy()))
	draw.Draw(plain, plain.Rect, m, m.Bounds().Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, plain); err != nil {
		return nil, err
	}
	if out.Len() > reports.MaxLogoBytes {
		return nil, fmt.Errorf("has %d bytes as PNG: at most %d are allowed, save it smaller", out.Len(), reports.MaxLogoBytes)
	}
	return &reports.Logo{PNG: base64.StdEncoding.EncodeToString(out.Bytes()), Width: plain.Rect.Dx(), Height: plain.Rect.Dy()}, nil
}
