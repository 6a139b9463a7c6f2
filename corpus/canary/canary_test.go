package canary

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/corpus"
	"shokyo.dev/shokyo/internal/disktest/files"
)

func made(t *testing.T, seed string) (dir string, l *List, d *corpus.Description) {
	t.Helper()
	id, err := identity.ThrowAway(time.Unix(1e9, 0))
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "canaries")
	if l, d, err = Make(t.Context(), dir, "canaries", seed, "shokyo", time.Unix(1e9, 0), id); err != nil {
		t.Fatal(err)
	}
	return dir, l, d
}

// read is a file that was made.
func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, FilesFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// One set of canaries is enough for all that is asked of them.
func TestCanaries(t *testing.T) {
	seed := strings.Repeat("ab", 32)
	dir, l, d := made(t, seed)
	c, err := corpus.Open(filepath.Join(dir, CorpusFolder), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if len(l.Files) != 34 || d.Files != 34 || l.Corpus != c.ID || l.Seed != seed {
		t.Errorf("%d files, %+v", len(l.Files), d)
	}
	t.Run("can be found", func(t *testing.T) { canBeFound(t, c) })
	t.Run("again", func(t *testing.T) { theSameAgain(t, dir, seed, l) })
	t.Run("unique", func(t *testing.T) { unique(t, c) })
	t.Run("marked", func(t *testing.T) { marked(t, dir) })
	t.Run("real", func(t *testing.T) { areReal(t, dir) })
}

// Each file can be told by most of its sectors; of the large ones by nearly all. A small database is
// mostly room for more.
func canBeFound(t *testing.T, c *corpus.Corpus) {
	r := c.Recall(func(lo, hi int64) int64 { return hi - lo }, 1000)
	for _, f := range r.Files {
		share, want := float64(f.Probative)/float64(f.Sectors()), 0.7
		switch {
		case strings.HasPrefix(f.Name, "large/"):
			want = 0.97
		case strings.Contains(f.Name, "database"):
			want = 0.3
		}
		if share < want {
			t.Errorf("%s: %d of its %d sectors are probative", f.Name, f.Probative, f.Sectors())
		}
	}
	if len(r.Files) != 34 {
		t.Errorf("%d files can be found", len(r.Files))
	}
}

func theSameAgain(t *testing.T, dir, seed string, l *List) {
	for i, c := range files.Canaries(seed) {
		if b := read(t, dir, c.Name); l.Files[i].Name != c.Name || l.Files[i].Bytes != int64(len(b)) || !bytes.Equal(b, c.Make()) {
			t.Errorf("%s is another file the second time", c.Name)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, ListFile))
	if err != nil {
		t.Fatal(err)
	}
	var listed List
	if err := json.Unmarshal(b, &listed); err != nil || listed.Seed != seed || len(listed.Files) != len(l.Files) {
		t.Error(err, listed.Seed)
	}
	if _, _, err := Make(t.Context(), dir, "x", seed, "", time.Time{}, identity.Identity{}); err == nil || !strings.Contains(err.Error(), "other things") {
		t.Error(err)
	}
}

// Another seed gives no sector of the same, but for what a format always writes.
func unique(t *testing.T, c *corpus.Corpus) {
	for _, f := range files.Canaries(NewSeed()) {
		b, wrong := f.Make(), 0
		for at := 0; at+512 <= len(b); at += 512 {
			if place, ok := c.Find(b[at : at+512]); ok && place >= 0 {
				wrong++
			}
		}
		if wrong > 4 {
			t.Errorf("%s: %d sectors are in the other seed's files", f.Name, wrong)
		}
	}
}

// Nobody can mistake a canary for a resident.
func marked(t *testing.T, dir string) {
	rows := strings.Split(strings.TrimSpace(string(read(t, dir, "small/utf-8.csv"))), "\r\n")[2:]
	row := regexp.MustCompile(`^\d+,試験用 [^,]+,シケンヨウ [^,]+,[^,]+,架空県[^,]+,0000-[^,]+,[^,]+@example\.jp,試験用番号 \d{12} [0-9a-f]{16}$`)
	for _, x := range rows {
		if !row.MatchString(x) {
			t.Errorf("%q is not marked", x)
		}
	}
	if len(rows) != 30 {
		t.Errorf("%d rows", len(rows))
	}
}

// Their formats' own readers open them.
func areReal(t *testing.T, dir string) {
	z, err := zip.OpenReader(filepath.Join(dir, FilesFolder, "large/table.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	z.Close()
	g, err := gzip.NewReader(bytes.NewReader(read(t, dir, "large/archive.csv.gz")))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(g); err != nil || !bytes.Contains(b, []byte("試験用")) {
		t.Error(err)
	}
	if _, err := jpeg.Decode(bytes.NewReader(read(t, dir, "small/photo.jpg"))); err != nil {
		t.Error(err)
	}
	for name, begins := range map[string]string{"small/database.sqlite": "SQLite format 3\x00", "small/print.pdf": "%PDF-", "small/archive.csv.zst": "\x28\xb5\x2f\xfd"} {
		if !bytes.HasPrefix(read(t, dir, name), []byte(begins)) {
			t.Errorf("%s does not begin so", name)
		}
	}
	if n := len(read(t, dir, "large/database.ibd")); n%16384 != 0 || n < 10*16384 {
		t.Errorf("%d bytes of pages", n)
	}
}
