package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// head is left out of every file: a header is another detector's business.
const head = 4096

// sector is what pieces are cut and laid at.
const sector = 512

// file is one of a type's.
type file struct {
	name  string
	bytes []byte
}

// load reads the files of a type.
func load(dir string) (files []file, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no files in %s: scripts/accuracy-corpus makes them", dir)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files = append(files, file{filepath.Base(path), b})
	}
	return files, nil
}

// fitting are the files that a piece of a size can be cut from.
func fitting(files []file, size int64) []file {
	return slices.DeleteFunc(slices.Clone(files), func(f file) bool { return int64(len(f.bytes)) < head+size })
}

// dealer cuts pieces out of files. A file is drawn with the root of its size as weight, so
// that a few large ones do not speak for all.
type dealer struct {
	rng   *rand.Rand
	files []file
	sums  []float64 // of the weights up to each file
	last  []cut     // that were dealt lately
}

type cut struct {
	file     int
	from, to int64
}

func newDealer(rng *rand.Rand, files []file) *dealer {
	d := &dealer{rng: rng, files: files}
	sum := 0.0
	for _, f := range files {
		sum += math.Sqrt(float64(len(f.bytes)))
		d.sums = append(d.sums, sum)
	}
	return d
}

// apart is how many pieces one after the other share no byte of a file: more than lie in a
// page, where the same bytes twice would be noticed for that alone.
const apart = 16

// deal cuts a piece. fresh: it shares nothing with the last ones.
func (d *dealer) deal(size int64) (p patch, fresh bool) {
	var c cut
	for range 100 {
		c = d.cut(size)
		if fresh = !slices.ContainsFunc(d.last, c.overlaps); fresh {
			break
		}
	}
	d.last = append(d.last, c)
	d.last = d.last[max(0, len(d.last)-apart):]
	f := d.files[c.file]
	return patch{bytes: f.bytes[c.from:c.to], file: f.name}, fresh
}

func (d *dealer) cut(size int64) cut {
	i, _ := slices.BinarySearchFunc(d.sums, d.rng.Float64()*d.sums[len(d.sums)-1], cmp.Compare[float64])
	at := head + d.rng.Int64N((int64(len(d.files[i].bytes))-head-size)/sector+1)*sector
	return cut{i, at, at + size}
}

func (c cut) overlaps(o cut) bool { return c.file == o.file && c.from < o.to && o.from < c.to }
