package keys

import "testing"

// TestObservations: only a whole header without a live key slot is explained, and every live
// slot is said.
func TestObservations(t *testing.T) {
	slots := []Slot{{Index: 3, Live: true}}
	for name, c := range map[string]struct {
		v    Volume
		want []string
	}{
		"wiped":            {Volume{Kind: "luks2"}, []string{"luks2-wiped"}},
		"live":             {Volume{Kind: "luks2", Live: 1, Slots: slots}, []string{LiveKeySlot}},
		"damaged":          {Volume{Kind: "luks1", Damaged: true}, []string{"luks1-damaged"}},
		"damaged and live": {Volume{Kind: "luks1", Damaged: true, Live: 1, Slots: slots}, []string{"luks1-damaged", LiveKeySlot}},
		"a foreign token":  {Volume{Kind: "luks2", Damaged: true, Foreign: true}, []string{"luks2-foreign-token"}},
	} {
		list := c.v.observations()
		var got []string
		for _, o := range list {
			got = append(got, o.Kind)
			if explained := o.Kind == "luks2-wiped"; o.Explained != explained || o.Keys == explained {
				t.Errorf("%s: %+v", name, o)
			}
		}
		if len(got) != len(c.want) || got[0] != c.want[0] || got[len(got)-1] != c.want[len(c.want)-1] {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
