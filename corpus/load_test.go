package corpus

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// parts are the files of a small corpus.
func parts(t testing.TB) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	for name, b := range map[string][]byte{"a": noise(1, 2000), "b": slices.Concat(noise(2, 512), noise(1, 512))} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := map[string][]byte{}
	made := filepath.Join(t.TempDir(), "c")
	id := testIdentity(t)
	if _, err := Build(t.Context(), &Making{Sources: []string{dir}, Name: "x", Plain: true}, made, id); err != nil {
		t.Fatal(err)
	}
	for _, name := range fileNames {
		b, err := os.ReadFile(filepath.Join(made, name))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = b
	}
	return out
}

// Whoever has a key can seal anything: what is sealed and cannot be is refused by name.
func TestImpossibleIsRefused(t *testing.T) {
	good := parts(t)
	if err := (&Corpus{}).load(good); err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte {
			if !strings.Contains(string(b), old) {
				t.Fatalf("no %s in %s", old, b)
			}
			return []byte(strings.Replace(string(b), old, new, 1))
		}
	}
	for name, c := range map[string]struct {
		file   string
		change func(b []byte) []byte
	}{
		"schema":          {descriptionFile, replace("corpus/v1", "corpus/v2")},
		"names":           {descriptionFile, replace(`"plain"`, `"other"`)},
		"no name":         {descriptionFile, replace(`"name": "x"`, `"name": ""`)},
		"twice":           {descriptionFile, replace(`"name": "x"`, `"name": "x", "name": "y"`)},
		"negative":        {descriptionFile, replace(`"fill": 0`, `"fill": -1`)},
		"too many":        {descriptionFile, replace(`"sectors": 6`, `"sectors": 99999999999999999`)},
		"fewer sectors":   {descriptionFile, replace(`"sectors": 6`, `"sectors": 1`)},
		"more files":      {descriptionFile, replace(`"files": 2`, `"files": 3`)},
		"more probative":  {descriptionFile, replace(`"probative": 4`, `"probative": 5`)},
		"no JSON":         {descriptionFile, func(b []byte) []byte { return b[1:] }},
		"long":            {descriptionFile, func(b []byte) []byte { return append(b, make([]byte, maxDescription)...) }},
		"half a row":      {filesFile, func(b []byte) []byte { return b[:len(b)-1] }},
		"a row less":      {filesFile, func(b []byte) []byte { return b[rowBytes:] }},
		"first":           {filesFile, func(b []byte) []byte { b[rowBytes+7] = 1; return b }},
		"first, huge":     {filesFile, func(b []byte) []byte { b[rowBytes] = 0xff; return b }},
		"length":          {filesFile, func(b []byte) []byte { b[8] = 0xff; return b }},
		"probative":       {filesFile, func(b []byte) []byte { b[16] = 0x80; return b }},
		"name":            {filesFile, func(b []byte) []byte { b[24] = 1; return b }},
		"name ends":       {namesFile, func(b []byte) []byte { return b[:len(b)-1] }},
		"no names":        {namesFile, func(b []byte) []byte { return nil }},
		"half an entry":   {sectorsFile, func(b []byte) []byte { return b[:len(b)-1] }},
		"an entry less":   {sectorsFile, func(b []byte) []byte { return b[entryBytes:] }},
		"order":           {sectorsFile, func(b []byte) []byte { return append(b[entryBytes:], b[:entryBytes]...) }},
		"twice the same":  {sectorsFile, func(b []byte) []byte { copy(b[entryBytes:], b[:entryBytes]); return b }},
		"place":           {sectorsFile, func(b []byte) []byte { b[hashBytes] = 1; return b }},
		"filter":          {filterFile, func(b []byte) []byte { return b[:20] }},
		"nothing at all":  {filterFile, func(b []byte) []byte { return nil }},
		"nothing to find": {descriptionFile, replace(`"probative": 4`, `"probative": 0`)},
	} {
		bad := map[string][]byte{}
		for file, b := range good {
			bad[file] = slices.Clone(b)
		}
		bad[c.file] = c.change(bad[c.file])
		if err := (&Corpus{}).load(bad); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func FuzzLoad(f *testing.F) {
	good := parts(f)
	f.Add(good[descriptionFile], good[filesFile], good[namesFile], good[sectorsFile], good[filterFile])
	f.Add([]byte("{}"), []byte{}, []byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, description, files, names, sectors, filter []byte) {
		c := &Corpus{}
		if c.load(map[string][]byte{descriptionFile: description, filesFile: files, namesFile: names, sectorsFile: sectors, filterFile: filter}) != nil {
			return
		}
		c.keys = newKeys(make([]byte, keyBytes))
		for i := range c.entries.len() {
			if place := int64(placeIn(c.entries.at(i))); place >= 0 {
				c.FileAt(place)
			}
			c.entries.find(c.entries.gate(i), func() [proofBytes]byte { return [proofBytes]byte(c.entries.at(i)[8:]) })
		}
		for i := range 16 {
			c.Find(noise(byte(i), 512))
		}
		c.Recall(func(lo, hi int64) int64 { return hi - lo }, 3)
	})
}
