// Command encode packs stdin to stdout as Go programs do: encoders that no Debian
// program has. scripts/accuracy-corpus uses it.
//
//	go run ./internal/accuracy/encode FORMAT < in > out
package main

import (
	"archive/zip"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	kgzip "github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

var formats = map[string]func(w io.Writer, b []byte) error{
	"gzip":           func(w io.Writer, b []byte) error { return pack(gzip.NewWriter(w), b) },
	"gzip-klauspost": func(w io.Writer, b []byte) error { return pack(kgzip.NewWriter(w), b) },
	"zip":            zipped,
	"zstd-default":   func(w io.Writer, b []byte) error { return zstandard(w, b, zstd.SpeedDefault) },
	"zstd-better":    func(w io.Writer, b []byte) error { return zstandard(w, b, zstd.SpeedBetterCompression) },
	"zstd-best":      func(w io.Writer, b []byte) error { return zstandard(w, b, zstd.SpeedBestCompression) },
	"snappy":         func(w io.Writer, b []byte) error { return pack(snappy.NewBufferedWriter(w), b) },
	"snappy-block": func(w io.Writer, b []byte) error {
		_, err := w.Write(snappy.Encode(nil, b))
		return err
	},
}

func main() {
	if len(os.Args) != 2 || formats[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: encode FORMAT, one of", slices.Sorted(maps.Keys(formats)))
		os.Exit(2)
	}
	b, err := io.ReadAll(os.Stdin)
	if err == nil {
		err = formats[os.Args[1]](os.Stdout, b)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "encode:", err)
		os.Exit(1)
	}
}

func pack(w io.WriteCloser, b []byte) error {
	if _, err := w.Write(b); err != nil {
		return err
	}
	return w.Close()
}

func zipped(w io.Writer, b []byte) error {
	z := zip.NewWriter(w)
	for i := 0; len(b) > 0; i++ { // entries of 64 KiB to 1 MiB
		n := min(len(b), 64<<10<<(i%5))
		f, err := z.Create(fmt.Sprintf("part-%d", i))
		if err != nil {
			return err
		}
		if _, err := f.Write(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return z.Close()
}

func zstandard(w io.Writer, b []byte, level zstd.EncoderLevel) error {
	z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(level))
	if err != nil {
		return err
	}
	return pack(z, b)
}
