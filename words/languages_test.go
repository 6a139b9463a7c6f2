package words

import (
	"reflect"
	"testing"
)

func TestLanguages(t *testing.T) {
	for _, c := range []struct {
		lang string
		text Text
		want []Said
	}{
		{"en", Text{"a", "あ"}, []Said{{"en", "a"}}},
		{"ja", Text{"a", "あ"}, []Said{{"ja", "あ"}}},
		{"ja,en", Text{"a", "あ"}, []Said{{"ja", "あ"}, {"en", "a"}}},
		{"en,ja", Text{"a", "a"}, []Said{{"en", "a"}}},
		{"ja,en", Text{"a", ""}, []Said{{"en", "a"}}},
	} {
		l, err := ParseLanguages(c.lang)
		if got := l.Of(c.text); err != nil || !reflect.DeepEqual(got, c.want) || l.Own(c.text) != c.want[0].Text {
			t.Errorf("%s of %q: %v, %v", c.lang, c.text, got, err)
		}
	}
	for _, s := range []string{"", "fr", "ja,ja", "ja,", "JA"} {
		if _, err := ParseLanguages(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}
