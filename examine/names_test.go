package examine

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestBundleName(t *testing.T) {
	long := strings.Repeat("消", 85) // 255 bytes
	for source, want := range map[string]string{
		"x.img": "x.img", "/dev/sdb": "sdb", "dir/": "dir", "a b (1).img": "a b (1).img", "消去.img": "消去.img", "pci-0000:00:1f.2-ata-1": "pci-0000:00:1f.2-ata-1",
		"100%.img": "100%.img", "%": "%", "%4": "%4", "%41": "%2541", "%4g": "%4g", "%%41": "%%2541", "a\nb": "a%0Ab", "\x1b[31m": "%1B[31m", "\xff\xfe": "%FF%FE", "\u202ea": "%E2%80%AEa", "\u200b": "%E2%80%8B", "\u00a0": "\u00a0",
		strings.Repeat("a", 235): strings.Repeat("a", 235),
		strings.Repeat("a", 236): strings.Repeat("a", 218) + "~a1a0d0c47e3c2b5b",
		long:                     strings.Repeat("消", 72) + "~",
	} {
		got := BundleName(source)
		if strings.HasSuffix(want, "~") || strings.Contains(want, "aaa~") {
			want = want[:strings.IndexByte(want, '~')+1]
			if !strings.HasPrefix(got, want) || len(got) > longestName || len(got) < longestName-2 {
				t.Errorf("%q: %q (%d bytes), want %q…", source, got, len(got), want)
			}
			continue
		}
		if got != want {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
	if a, b := BundleName(strings.Repeat("a", 300)+"1"), BundleName(strings.Repeat("a", 300)+"2"); a == b {
		t.Error("two long names have one bundle")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	if got := BundleName("."); got != filepath.Base(dir) {
		t.Errorf("%q", got)
	}
}

// Whatever a file is named, its bundle has a name that a terminal and a file system
// can bear, and it can be turned back if nothing was cut off.
func FuzzBundleName(f *testing.F) {
	for _, s := range []string{"x", "%41", "%%41", "\xff%", "%\x1b", "%4\n1", strings.Repeat("\xff", 100), strings.Repeat("消%41", 60), "%2", "%zz%2\xe3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		name = strings.ReplaceAll(name, "/", "_")
		if name == "" || name == "." || name == ".." {
			return
		}
		got := BundleName("/dev/" + name)
		if got == "" || len(got) > longestName || !utf8.ValidString(got) || strings.ContainsFunc(got, func(c rune) bool { return !unicode.IsGraphic(c) || c == '/' }) {
			t.Fatalf("%q: %q", name, got)
		}
		safe := Escape(name)
		if len(safe) > longestName {
			return
		}
		var back strings.Builder
		for i := 0; i < len(got); i++ {
			if isEscape(got[i:]) {
				s, err := url.PathUnescape(got[i : i+3])
				if err != nil {
					t.Fatal(err)
				}
				back.WriteString(s)
				i += 2
				continue
			}
			back.WriteByte(got[i])
		}
		if back.String() != name {
			t.Errorf("%q: %q, and back %q", name, got, back.String())
		}
	})
}
