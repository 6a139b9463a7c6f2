package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDifferencesAreSaid: what changed is named by file, field and line, and what is
// hidden is no difference.
func TestDifferencesAreSaid(t *testing.T) {
	const report = "{\n \"id\": \"11111111-2222\",\n \"times\": {\"started\": \"2026-01-01T00:00:00Z\"},\n \"verdict\": \"no-residue\",\n \"lists\": [{\"n\": 1}, {\"n\": 2}],\n \"none\": []\n}\n"
	run := func(change ...string) map[string][]byte {
		r := strings.NewReplacer(change...)
		return map[string][]byte{"a/report.json": []byte(r.Replace(report)), "01 stdout": []byte(r.Replace("report 11111111-2222\nNO RESIDUE\n"))}
	}
	was, err := mask(run())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, from, to, want string }{
		{"nothing", "zzz", "", ""},
		{"another id", "11111111-2222", "22222222-1111", ""},
		{"another time", "2026-01-01", "2027-01-01", ""},
		{"a verdict", "no-residue", "inconclusive", `verdict: was "no-residue", is "inconclusive"`},
		{"an element", `"n": 2`, `"n": 3`, "lists[1].n: was 2, is 3"},
		{"a new field", `"none"`, `"some": 1, "none"`, "some: was not there, is 1"},
		{"a field less", `,` + "\n" + ` "none": []`, "", "none: was [], is not there"},
		{"only a blank", `"none": []`, `"none":  []`, `line 6: was " \"none\": []\n"`},
		{"a line", "NO RESIDUE", "CLEAN", `line 2: was "NO RESIDUE\n"`},
	} {
		is, err := mask(run(tt.from, tt.to))
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(differences(was, is), "\n")
		if (said == "") != (tt.want == "") || !strings.Contains(said, tt.want) {
			t.Errorf("%s: %s", tt.name, said)
		}
	}
	delete(was, "01 stdout")
	is, _ := mask(run())
	if said := differences(was, is); len(said) != 1 || !strings.Contains(said[0], "was not made before") {
		t.Errorf("a file more: %q", said)
	}
	if said := differences(is, was); len(said) != 1 || !strings.Contains(said[0], "is not made any more") {
		t.Errorf("a file less: %q", said)
	}
}

// TestArchives come back as they were, and a damaged one is none.
func TestArchives(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.zst")
	texts := map[string]string{"a b/c": "text\n", "empty": "", "two": "1 a\n2 b\n"}
	if err := writeArchive(path, texts); err != nil {
		t.Fatal(err)
	}
	got, err := readArchive(path)
	if err != nil || len(differences(texts, got)) > 0 {
		t.Errorf("%v %q", err, got)
	}
	b, _ := os.ReadFile(path)
	if err := os.WriteFile(path, b[:len(b)-5], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readArchive(path); err == nil {
		t.Error("a damaged archive is read")
	}
}
