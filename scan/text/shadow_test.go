package text

import "testing"

// A lane asks once of each run whether it lies in its shadow, also where it is inside of two by turns: what that
// takes grows with the run.
func TestShadowsAreAskedForOnce(t *testing.T) {
	var f Finder
	f.begin(make([]byte, 1000), 40, nil)
	f.lanes[inShiftJIS].queue = []span{{start: 0, end: 1000, lane: inShiftJIS}}
	f.lanes[inASCII].queue = []span{{start: 100, end: 200, lane: inASCII}}
	for range 2 {
		for _, at := range []int{50, 150, 250} {
			if _, ok := f.shadowed(kindEven, inJapaneseBE, at); ok {
				t.Fatal("a run without a score throws a shadow")
			}
		}
		f.b = nil // who sums it up once more has nothing to
	}
}
