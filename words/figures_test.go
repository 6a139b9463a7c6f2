package words

import (
	"math"
	"testing"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Grouped(0), "0"}, {Grouped(999), "999"}, {Grouped(1000), "1,000"}, {Grouped(-1234567), "-1,234,567"},
		{Grouped(math.MinInt64), "-9,223,372,036,854,775,808"},
		{Number(1e-6), "1e-6"}, {Number(0.01), "0.01"}, {Number(34.6), "34.6"}, {Number(1e-12), "1e-12"},
		{Percent(0, 10), "0 %"}, {Percent(10, 10), "100 %"}, {Percent(1, 1e9), "< 0.01 %"}, {Percent(1e9-1, 1e9), "> 99.99 %"}, {Percent(1, 3), "33.33 %"}, {Percent(1, 0), "0 %"},
		{OneIn(1e-6), "1,000,000"}, {OneIn(0.3), "3"}, {OneIn(1), "1"}, {OneIn(0), "–"}, {OneIn(1.5), "–"}, {OneIn(math.NaN()), "–"},
		{Whole("a fact"), "A fact."}, {Whole("Done."), "Done."}, {Whole("消去"), "消去."}, {Whole(""), ""},
		{GroupDigits("12345 of 67890123 bytes, 54321 are in no region, 12345 findings"), "12,345 of 67,890,123 bytes, 54,321 are in no region, 12345 findings"},
		{GroupDigits("number of findings: 33160, at byte 100646400 (位置 100646400、検出数 33160), model 12345678"), "number of findings: 33,160, at byte 100,646,400 (位置 100,646,400、検出数 33,160), model 12345678"},
		{GroupDigits("99999999999999999999 bytes"), "99999999999999999999 bytes"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
