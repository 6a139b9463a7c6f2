package entropy

import "testing"

// An average of e-values is one as long as its weights come to no more than 1.
func TestWeights(t *testing.T) {
	for name, sum := range map[string]float64{
		"a block":  blockWeight + sectorWeight + blockStuffingWeight + blockHistoryWeight + blockLanesWeight + floorWeight,
		"a window": windowUniformWeight + windowStuffingWeight + windowHistoryWeight + windowLanesWeight,
	} {
		if sum > 1 {
			t.Errorf("the weights of %s add up to %v", name, sum)
		}
	}
}
