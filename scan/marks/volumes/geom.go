package volumes

import (
	"bytes"
	"crypto/md5"
	"strings"

	"shokyo.dev/shokyo/scan/marks/label"
	"shokyo.dev/shokyo/scan/proof"
)

// FreeBSD's GEOM classes write what they are into the last sector of each
// component, little endian (sys/geom/*/g_*.h, struct g_*_metadata). GELI does so
// too, and is key material: the rooms of package superblock have it (crypt).
var geoms = []struct {
	magic, kind string
	hash        bool // an MD5 sum stands at the end
	read        func(*label.Reader)
}{
	{"GEOM::MIRROR", "geom-mirror", true, func(l *label.Reader) {
		l.Text(16)
		l.Number(4 + 4)
		l.Number(1 + 4 + 4 + 1 + 4 + 1)
		geomSync(l)
		geomProvider(l)
	}},
	{"GEOM::RAID3", "geom-raid3", true, func(l *label.Reader) {
		l.Text(16)
		l.Number(4 + 2 + 2 + 4 + 4)
		geomSync(l)
		geomProvider(l)
	}},
	{"GEOM::STRIPE", "geom-stripe", false, func(l *label.Reader) {
		l.Text(16)
		l.Number(4 + 2 + 2 + 4)
		geomProvider(l)
	}},
	{"GEOM::CONCAT", "geom-concat", false, func(l *label.Reader) {
		l.Text(16)
		l.Number(4 + 2 + 2)
		geomProvider(l)
		if next := l.Ahead(1); l.Size() < sector-16 && len(next) == 1 && next[0] != 0 {
			l.Text(16) // version 5: its label
		}
	}},
	{"GEOM::LABEL", "geom-label", false, func(l *label.Reader) {
		l.Text(16)
		l.Number(8)
	}},
}

func geom(p proof.Place) (proof.Observation, bool) {
	for _, g := range geoms {
		if !strings.HasPrefix(string(p.Sector()[:16]), g.magic) {
			continue
		}
		l := label.Open(p)
		l.Is(g.magic)
		l.Zero(16 - len(g.magic))
		l.LE32(0, 9) // version
		g.read(l)
		if g.hash {
			sum := md5.Sum(l.Seen())
			l.Sum(bytes.Equal(l.Next(len(sum)), sum[:]), 128)
		}
		l.Zero(sector - l.Size())
		return l.Found(g.kind, "metadata of FreeBSD's class "+strings.TrimPrefix(g.magic, "GEOM::"))
	}
	return proof.Observation{}, false
}

// geomSync: size of the medium and its sectors, how far it is in step, flags.
func geomSync(l *label.Reader) {
	l.LE64(0, 1<<56)
	l.LE32(512, 1<<16)
	l.LE64(0, 1<<56)
	l.Mask(proof.LE64(l.Next(8)), 0xFF, 8)
	l.Mask(proof.LE64(l.Next(8)), 0xFF, 8)
}

// geomProvider: a provider's name, if it was given by name, and its size.
func geomProvider(l *label.Reader) {
	l.Text(16)
	l.LE64(0, 1<<56)
}
