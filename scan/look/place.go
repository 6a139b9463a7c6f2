package look

// Place is a named part of the medium (a partition): findings say in which
// place they lie. It has no influence on what is examined.
type Place struct {
	Name   string // the step in a finding's path: "p1"
	Label  string // what the partition table calls it; may be empty
	Start  int64
	Length int64
}

// PathOf names the place an offset lies in.
func PathOf(places []Place, off int64) string {
	for _, g := range places {
		if off >= g.Start && off-g.Start < g.Length {
			return g.Name
		}
	}
	return ""
}
