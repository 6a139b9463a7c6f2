package reports

import (
	"testing"
)

func TestCut(t *testing.T) {
	d := &Document{Lists: []List{{"findings", 32_325, 8_847}, {"regions", 500, 500}}}
	for _, c := range []struct {
		cut  Cut
		left bool
		want string
	}{
		{d.Cut("findings", 8847, 200), true, "200 of 32,325 are shown here; report.json lists 8,847 of them"},
		{d.Cut("regions", 500, 100), true, "100 of 500 are shown here; report.json lists all"},
		{d.Cut("other", 7, 7), false, "7 of 7 are shown here; report.json lists all"},
	} {
		if c.cut.Left() != c.left || c.cut.Text().EN != c.want {
			t.Errorf("%+v: %v %q", c.cut, c.cut.Left(), c.cut.Text().EN)
		}
	}
}
