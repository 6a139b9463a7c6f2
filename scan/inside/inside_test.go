package inside

import (
	"strings"
	"testing"
)

// Crafted bytes decide neither how long a page takes nor how much is said of it: of ten
// thousand streams of text, so many are looked at as there is room for, and the next page begins anew.
func TestLookIsBounded(t *testing.T) {
	text := []byte(strings.Repeat("the patient was seen again on monday. ", 7000))[:256<<10]
	var f Finder
	for _, size := range []int{100, 5000, len(text)} {
		f.NewPage()
		n := 0
		for range 10_000 {
			f.Look("zstd", text[:size], 69, func(Thing) { n++ })
		}
		each := 2*min(size, once) + call
		most := page/each + 1
		if n > most || n < most-1 || f.left < -each {
			t.Errorf("%d bytes each: %d things, at most %d; %d bytes are left", size, n, most, f.left)
		}
	}
}

func FuzzLook(f *testing.F) {
	f.Add([]byte("-----BEGIN PRIVATE KEY-----"), true)
	var finder Finder
	f.Fuzz(func(t *testing.T, b []byte, anew bool) {
		if anew {
			finder.NewPage()
		}
		kinds := map[string]bool{}
		finder.Look("zstd", b, 20, func(x Thing) {
			if kinds[x.Kind] || x.Kind == "" || len(x.Way) == 0 || len(x.Way) > steps || x.Way[0] != "zstd" {
				t.Fatalf("%+v", x)
			}
			kinds[x.Kind] = true
		})
	})
}
