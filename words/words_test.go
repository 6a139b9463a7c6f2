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

func TestJoin(t *testing.T) {
	a, b := Text{"one", "一"}, Text{"two", "二"}
	for _, c := range []struct {
		list    []Text
		between Text
		want    Text
	}{
		{nil, Comma, Text{}},
		{[]Text{a}, Comma, a},
		{[]Text{a, b}, Comma, Text{"one, two", "一、二"}},
		{[]Text{a, b, a}, Semicolon, Text{"one; two; one", "一、二、一"}},
		{[]Text{a, b}, Alike(" · "), Text{"one · two", "一 · 二"}},
	} {
		if got := Join(c.list, c.between); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestTexts(t *testing.T) {
	if got := (Table{"a": {"one", "一"}, "b": {"two %", "二 %"}}).Texts(); len(got) != 2 || got["a"] != (Text{"one", "一"}) || got["b"] != (Text{"two %", "二 %"}) {
		t.Errorf("%q", got)
	}
}
