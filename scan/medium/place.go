package medium

import "strings"

// Place is a named part of the medium (a partition): findings say in which
// place they lie. It has no influence on what is examined.
type Place struct {
	Name   string // the step in a finding's path: "p1"
	Label  string // what the partition table calls it; may be empty
	Start  int64
	Length int64
}

// Path is the steps that lead to something, from the medium inwards: a place, then what
// is contained in it.
type Path []string

// PathOf is the way to an offset.
func PathOf(places []Place, off int64) Path {
	for _, g := range places {
		if off >= g.Start && off-g.Start < g.Length {
			return Path{g.Name}
		}
	}
	return nil
}

const pathSeparator = "/"

func (p Path) String() string { return strings.Join(p, pathSeparator) }

func (p Path) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

func (p *Path) UnmarshalText(b []byte) error {
	*p = nil
	if len(b) > 0 {
		*p = strings.Split(string(b), pathSeparator)
	}
	return nil
}
