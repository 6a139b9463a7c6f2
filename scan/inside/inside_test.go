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

// Keys in what is decoded are named, in whichever encoding their text is.
func TestKeysInText(t *testing.T) {
	key := "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n"
	wide := func(big bool) string {
		var b []byte
		for _, c := range []byte(strings.Repeat("as was agreed, here it is. ", 9) + key) {
			if big {
				b = append(b, 0, c)
			} else {
				b = append(b, c, 0)
			}
		}
		return string(b)
	}
	for name, s := range map[string]string{"UTF-8": strings.Repeat("as was agreed, here it is. ", 9) + key, "UTF-16LE": wide(false), "UTF-16BE": wide(true)} {
		var f Finder
		f.NewPage()
		found := false
		f.Look("zstd", []byte(s), 69, func(x Thing) { found = found || x.Keys && x.Kind == "pem-private-key" })
		if !found {
			t.Errorf("%s: the key is not named", name)
		}
	}
}
