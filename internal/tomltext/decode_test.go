package tomltext

import (
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	type file struct{ Name string }
	for text, want := range map[string]string{
		"\ufeffname = \"a\"":              "",
		"name = \"a\"\nother = 1":         "unknown key other",
		"name = \"\xff\"":                 "is not UTF-8",
		"name = ":                         "line 1",
		strings.Repeat("# long\n", 10_00): "at most 100",
	} {
		var f file
		err := Decode([]byte(text), 100, &f)
		switch {
		case want == "" && (err != nil || f.Name != "a"):
			t.Errorf("%q: %v, %+v", text, err, f)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%.20q: %v, want %q", text, err, want)
		}
	}
	var all map[string]any
	if err := Decode([]byte("[[a]]\nb = 1"), 100, &all); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", err, all)
	}
}
