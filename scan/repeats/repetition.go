package repeats

// Repetition is what pages are made of that are one unit laid end to end.
type Repetition struct {
	Period int
	Print  string // SHA-256 of the unit, turned to its place on the medium
	Bytes  int64
	Mixed  bool // several units
}

// Merge adds what another page is made of.
func (r *Repetition) Merge(o *Repetition) {
	switch {
	case o.Period == 0:
		return
	case r.Period == 0:
		r.Period, r.Print = o.Period, o.Print
	case r.Period != o.Period || r.Print != o.Print:
		r.Mixed = true
	}
	r.Bytes += o.Bytes
	r.Mixed = r.Mixed || o.Mixed
}

// Step is how far apart the places in a unit of n bytes are at which 16 bytes begin that lie at a multiple of 16 on the
// medium, when it is laid end to end: the greatest common divisor.
func Step(n int) int {
	step := Unit
	for n != 0 {
		step, n = n, step%n
	}
	return step
}
