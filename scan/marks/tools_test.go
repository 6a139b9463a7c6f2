package marks

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
)

// What the tools write that need no driver in the kernel. A missing tool is a
// failure, not a reason to skip: `make test` installs them.
func TestTools(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Debian tools; not with -short")
	}
	tests := []struct {
		name string
		args []string
		want map[string]int // how many of each kind
	}{
		{"make-bcache", []string{"-B", "IMAGE"}, map[string]int{"bcache": 1}},
		{"make-bcache", []string{"-C", "IMAGE"}, map[string]int{"bcache": 1}},
		{"veritysetup", []string{"format", "/dev/null", "IMAGE"}, nil},
	}
	for _, tt := range tests {
		img := filepath.Join(t.TempDir(), "x.img")
		if err := os.WriteFile(img, make([]byte, 64<<20), 0o600); err != nil {
			t.Fatal(err)
		}
		if tt.want == nil { // what is hashed, and where the hashes go
			data := filepath.Join(t.TempDir(), "data.img")
			if err := os.WriteFile(data, make([]byte, 1<<20), 0o600); err != nil {
				t.Fatal(err)
			}
			tt.args[1], tt.want = data, map[string]int{"dm-verity": 1}
		}
		tt.args[slices.Index(tt.args, "IMAGE")] = img
		tooltest.Run(t, "", tt.name, tt.args...)
		buf, err := os.ReadFile(img)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for off := 0; off < len(buf); off += sector {
			if s, ok := recognize(buf, off); ok {
				if got[s.Kind]++; !s.Explained {
					t.Errorf("%s at %#x: not explained: %s", s.Kind, off, s.Detail)
				}
			}
		}
		for kind, n := range tt.want {
			if got[kind] != n {
				t.Errorf("%s %v: %v, want %v", tt.name, tt.args, got, tt.want)
			}
		}
	}
}
