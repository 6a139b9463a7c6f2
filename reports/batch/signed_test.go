package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"html/template"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/sign/identity"
)

// signedBy is a batch with an exception and whoever signs it.
func signedBy(t *testing.T, rows ...Row) (*Batch, identity.Identity) {
	t.Helper()
	id := throwAway(t)
	at := time.Date(2026, 2, 4, 9, 0, 0, 0, time.FixedZone("JST", 9*3600))
	l := &Ledger{Name: "l.csv", Rows: []LedgerRow{{Line: 2, Serial: "S9"}}}
	tool := reports.Tool{Name: "shokyo", Version: "1"}
	return Build(&Run{Started: at, Finished: at.Add(time.Hour), Tool: tool, Rows: rows, Ledger: l}, id.Facts()), id
}

func TestWriteBatch(t *testing.T) {
	dir := t.TempDir()
	for _, row := range []Row{drive("a", "", "S1", 1, "no-residue"), drive("b", "", "S2", 1, "residue-found")} {
		b, id := signedBy(t, row)
		if err := Write(dir, b, id); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, File))
		if err != nil || !bytes.Equal(got, b.Encode()) {
			t.Fatalf("%v\n%s", err, got)
		}
		var list []string
		for _, e := range entries(t, dir) {
			list = append(list, e.Name())
		}
		want := Files()
		slices.Sort(want)
		if !slices.Equal(list, want) {
			t.Errorf("the folder holds %q", list)
		}
		line, err := canonical.OneLine(got, canonical.Any)
		if err != nil || !bytes.Equal(canonical.Layout(line), got) {
			t.Errorf("not canonical: %v", err)
		}
		o, err := Open(filepath.Join(dir, File), b.Tool)
		if err != nil || !o.Certificate.Equal(id.Certificate()) || o.Rows[0].Source != row.Source {
			t.Fatalf("%v: %+v", err, o)
		}
	}
	b, id := signedBy(t)
	if err := Write(filepath.Join(dir, "none"), b, id); err == nil || !strings.Contains(err.Error(), "make the folder") {
		t.Error(err)
	}
}

func entries(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Nothing can be taken from a batch, added to it or changed; that nobody signed it is an answer of its own.
func TestOpenIsStrict(t *testing.T) {
	b, id := signedBy(t, drive("a", "", "S1", 1, "residue-found"), drive("b", "", "S2", 1, "no-residue"))
	other, thief := signedBy(t, drive("b", "", "S2", 1, "no-residue"))
	page, lie := *b, *other
	page.Rows, page.Totals = slices.Clone(b.Rows[1:]), other.Totals
	lie.Identity = b.Identity
	in := func(change func(path func(ending string) string)) error {
		dir := t.TempDir()
		if err := Write(dir, b, id); err != nil {
			t.Fatal(err)
		}
		change(func(ending string) string { return filepath.Join(dir, stem+ending) })
		_, err := Open(filepath.Join(dir, File), b.Tool)
		return err
	}
	put := func(path string, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, change := range map[string]func(path func(string) string){
		"a row is gone":          func(path func(string) string) { put(path(ending), page.Encode()) },
		"the page is another":    func(path func(string) string) { put(path(".html"), page.HTML()) },
		"the table is another":   func(path func(string) string) { put(path(".csv"), []byte("source")) },
		"another's certificate":  func(path func(string) string) { put(path(".pem"), thief.PEM()) },
		"the seal is cut":        func(path func(string) string) { put(path(".dsse"), []byte("{}")) },
		"the table is not there": func(path func(string) string) { os.Remove(path(".csv")) },
		"not a batch":            func(path func(string) string) { put(path(ending), []byte(`{"schema": "x"}`)) },
		"names another signer": func(path func(string) string) {
			if err := Write(filepath.Dir(path("")), &lie, thief); err != nil {
				t.Fatal(err)
			}
		},
	} {
		if err := in(change); err == nil || errors.Is(err, ErrNoSeal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := in(func(path func(string) string) { os.Remove(path(".dsse")) }); !errors.Is(err, ErrNoSeal) {
		t.Error(err)
	}
	if err := in(func(func(string) string) {}); err != nil {
		t.Error(err)
	}
}

// A page that was signed with something else than the batch says is noticed by the program that made it.
func TestPageSaysWhatTheBatchSays(t *testing.T) {
	b, id := signedBy(t, drive("a", "", "S1", 1, "no-residue"))
	dir := t.TempDir()
	kept := html
	defer func() { html = kept }()
	html = template.Must(template.New("").Parse("nothing was found"))
	if err := Write(dir, b, id); err != nil {
		t.Fatal(err)
	}
	html = kept
	if _, err := Open(filepath.Join(dir, File), b.Tool); err == nil || !strings.Contains(err.Error(), "does not say") {
		t.Error(err)
	}
	if _, err := Open(filepath.Join(dir, File), reports.Tool{Name: "shokyo", Version: "2"}); err != nil {
		t.Error(err) // another program makes other pages
	}
}

// On a stick, batches have names of their own.
func TestAround(t *testing.T) {
	b, id := signedBy(t)
	from, dir := t.TempDir(), filepath.Join(t.TempDir(), "a[1]*")
	if err := errors.Join(Write(from, b, id), os.Mkdir(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	for _, name := range Files() {
		if err := os.Rename(filepath.Join(from, name), filepath.Join(dir, "2026-batch-2"+filepath.Ext(name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"mybatch.json", "batch.json"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{}"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := Around(dir)
	if want := []string{filepath.Join(dir, "2026-batch-2.json"), filepath.Join(dir, File)}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	if _, err := Open(got[0], b.Tool); err != nil {
		t.Error(err)
	}
}

func TestPage(t *testing.T) {
	part := drive("/dev/sdc", "", "S3", 1000, "no-residue")
	part.Scope, part.ScopeText, part.ScopeTextJA, part.PlannedBytes, part.ReadBytes = "medium sample", "a tenth", "十分の一", 100, 100
	b, _ := signedBy(t, drive("<b>", "M", "S1", 1<<40, "residue-found"), drive("/dev/sdb", "", "S2", 1, "no-residue"), part,
		drive("/dev/sdd", "", "S4", 1, "later-word"), FailedRow(reports.Medium{Path: "/dev/sde"}, errors.New("it is gone")))
	b.ExceptionCounts[0].Count += 3
	page := string(b.HTML())
	for _, want := range []string{"&lt;b&gt;", "S1", "l.csv", "it is gone", "3 more are counted", "2026-02-04T10:00:00&#43;09:00", "10.00 %", "a tenth", "十分の一", "throw-away", "使い捨て",
		`<td class="residue"><b>Residue found`, `<td class="clean"><b>No residue found<span`, `<td class="clean"><b>No residue found in a tenth`, `<td class="open"><b>Inconclusive`, `<td class="open"><b>Not examined`,
		"5 media: 2 without residue found, 1 with residue, 1 inconclusive, 1 not examined", "検出なしのうち 1 件は"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, not := range []string{"<b><", "no value", "ZgotmplZ"} {
		if strings.Contains(page, not) {
			t.Errorf("the page has %q", not)
		}
	}
	decoded := new(Batch)
	if err := json.Unmarshal(b.Encode(), decoded); err != nil || !bytes.Equal(decoded.HTML(), []byte(page)) {
		t.Errorf("batch.json gives another page: %v", err)
	}
}

func throwAway(t *testing.T) identity.Identity {
	t.Helper()
	id, err := identity.ThrowAway(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return id
}
