package words

import "testing"

func TestSay(t *testing.T) {
	s := Sentence{"%[1]s of %[2]d%[3]s", "%[2]d のうち %[1]s%[3]s"}
	if got, want := s.Say("a", 7, Text{", more", "ほか"}), (Text{"a of 7, more", "7 のうち aほか"}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := (Sentence{"100 %", "全部 100 %"}).Say(), (Text{"100 %", "全部 100 %"}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTable(t *testing.T) {
	table := Table{"locked": {"locked", "ロック中"}, "count": {"%[1]d times", "%[1]d 回"}}
	for _, c := range []struct {
		got, want Text
	}{
		{table.Say("locked"), Text{"locked", "ロック中"}},
		{table.Say("count", 3), Text{"3 times", "3 回"}},
		{table.Say("unheard-of"), Text{"unheard-of", ""}},
		{table.Say("100%s", 3), Text{"100%s", ""}},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
