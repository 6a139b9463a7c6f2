package tomltext

import "testing"

func TestLength(t *testing.T) {
	for s, want := range map[string]int{
		`""`: 2, `"a" # "b"`: 3, `'a\'b`: 4, `"a\"b"c`: 6, `"a\\"b"`: 5, // a backslash means nothing between single quotation marks
		`"a`: 0, `"`: 0, `"a\"`: 0, "\"a\nb\"": 0, `"""a"""`: 0, `'''a'''`: 0, `"'"`: 3, `'"'`: 3,
	} {
		if got := Length(s); got != want {
			t.Errorf("%s: %d, want %d", s, got, want)
		}
	}
}
