package marks

import (
	"bytes"
	"crypto/md5"
	"strings"

	"shokyo.dev/shokyo/scan/proof"
)

// FreeBSD's GEOM classes write what they are into the last sector of each
// component, little endian (sys/geom/*/g_*.h, struct g_*_metadata). GELI does so
// too, and is key material: package filesystem has it.
var geoms = []struct {
	magic, kind string
	hash        bool // an MD5 sum stands at the end
	read        func(*label)
}{
	{"GEOM::MIRROR", "geom-mirror", true, func(l *label) {
		l.text(16)
		l.number(4 + 4)
		l.number(1 + 4 + 4 + 1 + 4 + 1)
		l.geomSync()
		l.geomProvider()
	}},
	{"GEOM::RAID3", "geom-raid3", true, func(l *label) {
		l.text(16)
		l.number(4 + 2 + 2 + 4 + 4)
		l.geomSync()
		l.geomProvider()
	}},
	{"GEOM::STRIPE", "geom-stripe", false, func(l *label) {
		l.text(16)
		l.number(4 + 2 + 2 + 4)
		l.geomProvider()
	}},
	{"GEOM::CONCAT", "geom-concat", false, func(l *label) {
		l.text(16)
		l.number(4 + 2 + 2)
		l.geomProvider()
		if l.size() < sector-16 && l.buf[min(l.at, len(l.buf)-1)] != 0 {
			l.text(16) // version 5: its label
		}
	}},
	{"GEOM::LABEL", "geom-label", false, func(l *label) {
		l.text(16)
		l.number(8)
	}},
}

func geom(p proof.Place) (proof.Observation, bool) {
	for _, g := range geoms {
		if !strings.HasPrefix(string(p.Sector()[:16]), g.magic) {
			continue
		}
		l := open(p)
		l.is(g.magic)
		l.zero(16 - len(g.magic))
		l.le32(0, 9) // version
		g.read(l)
		if g.hash {
			sum := md5.Sum(l.buf[l.start:l.at])
			l.sum(bytes.Equal(l.next(len(sum)), sum[:]), 128)
		}
		l.zero(sector - l.size())
		return l.found(g.kind, "metadata of FreeBSD's class "+strings.TrimPrefix(g.magic, "GEOM::"))
	}
	return proof.Observation{}, false
}

// geomSync: size of the medium and its sectors, how far it is in step, flags.
func (l *label) geomSync() {
	l.le64(0, 1<<56)
	l.le32(512, 1<<16)
	l.le64(0, 1<<56)
	l.mask(proof.LE64(l.next(8)), 0xFF, 8)
	l.mask(proof.LE64(l.next(8)), 0xFF, 8)
}

// geomProvider: a provider's name, if it was given by name, and its size.
func (l *label) geomProvider() {
	l.text(16)
	l.le64(0, 1<<56)
}
