package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/cases"
	"shokyo.dev/shokyo/cases/folder"
	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/words"
)

func made(t *testing.T) (*Document, identity.Identity) {
	t.Helper()
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	id, err := identity.ThrowAway(now)
	if err != nil {
		t.Fatal(err)
	}
	c := &folder.Case{SHA256: "c", Head: folder.Head{ID: "C-1", Title: "<script>x</script>", Template: "trial", Recall: 99},
		Evidence: []folder.Evidence{{ID: "E1", Kind: "bundle", Role: "target", Path: "evidence/E1-x", SHA256: "d1"}}}
	g := &folder.Gathered{Problems: []folder.Problem{{Evidence: "E1", Code: "changed", Text: words.Text{EN: "is changed", JA: "変化"}}},
		Answers: []custody.Answer{{Volume: "v", Key: "<k>", Result: custody.Gap, Findings: []custody.Finding{{Code: "alive", Text: words.Text{EN: "it is there", JA: "存在"}}}}}}
	d := cases.Decide(&cases.Input{Requires: []cases.Line{cases.TargetClean}, Refused: 1})
	return Build(c, g, &d, reports.Tool{Name: "shokyo"}, id.Facts(), now), id
}

func TestPage(t *testing.T) {
	d, _ := made(t)
	page := string(d.HTML())
	for _, want := range []string{"insufficient / 証拠不足", "対象媒体の検査報告書がありません", "evidence/E1-x", "d1", "is changed", "it is there", "&lt;k&gt;", "使い捨て", "対象"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, not := range []string{"<script>", "<k>", "no value", "ZgotmplZ", "チェックリスト"} { // the last is a line that nobody asked for
		if strings.Contains(page, not) {
			t.Errorf("the page has %q", not)
		}
	}
}

func TestSealed(t *testing.T) {
	d, id := made(t)
	dir := filepath.Join(t.TempDir(), "r")
	if err := Write(dir, d, id); err != nil {
		t.Fatal(err)
	}
	o, err := Open(dir, id.Certificate())
	if err != nil || o.Outcome != "insufficient" || o.Lines[0].Reasons[0].Code != "no-signers" || o.Lines[1].Reasons[0].Code != "no-target" || o.Keys[0].Result != "gap" || o.Problems[0].Code != "changed" {
		t.Fatalf("%v, %+v", err, o)
	}
	if Write(dir, d, id) == nil {
		t.Error("a report is written over")
	}
	for _, name := range []string{File, Page} {
		path := filepath.Join(dir, name)
		b, _ := os.ReadFile(path)
		os.WriteFile(path, []byte(strings.Replace(string(b), "insufficient", "erased      ", 1)), 0o644)
		if _, err := Open(dir, nil); err == nil || !strings.Contains(err.Error(), "not as it was sealed") {
			t.Errorf("%s changed: %v", name, err)
		}
		os.WriteFile(path, b, 0o644)
	}
	d.Identity.Name = "another"
	other := filepath.Join(t.TempDir(), "r")
	if err := Write(other, d, id); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(other, nil); err == nil || !strings.Contains(err.Error(), "another signer") {
		t.Errorf("of another: %v", err)
	}
}
