package layout

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/pdf"
)

var black = pdf.Colour{20, 20, 20}

// corpus is what has been lost by programs that write PDF.
var corpus = []string{
	strings.Repeat("長い文章の折り返しを確認する。型番はＭＺＱＬ（ＮＶＭｅ）です、", 8),
	"「かぎ括弧」で（始まる）行と、終わる行。ゃゅょっー々は行頭に置かない！？……" + strings.Repeat("あっ、", 60),
	strings.Repeat("𠮷野家𠮷田𩸽", 20) + " 叱𠮟る 剝がす",
	"ｱｲｳｴｵ ｶﾞｷﾞｸﾞ ﾊﾟﾋﾟ｡｢ﾊﾝｶｸ｣ " + strings.Repeat("ﾊﾝｶｸ", 40),
	"か\u3099は\u309aカ\u3099 e\u0301 a\u0308 x\u0301 " + "葛\U000E0100城 辻\U000E0101",
	"S/N " + strings.Repeat("WD-WX12345678901234567890", 20),
	"a/b/c/" + strings.Repeat("folder_with_long_name/", 20),
	"Emoji 😀 Thai สวัสดี Hangul 한국어 Arabic مرحبا Devanagari नमस्ते",
	"– — ‘’ “” … • · × ± ≥ ≤ ≠ ² ½ µ μ Ω Ω Å Å ﬁ ①②③ ㍻ ㈱ № ℃ － ‐ - ‑ ― ー 〜 ～ −",
	strings.Repeat("0123456789", 40),
	strings.Repeat("The quick brown fox jumps over the lazy dog; 100 % of it. ", 6),
}

func sheets(text ...string) []byte {
	f := pdf.New(pdf.Info{Title: "試験 <&>", Author: "研究所", Subject: "a test", Producer: "shokyo", Languages: []string{"ja"}, Created: time.Unix(1_800_000_000, 0)})
	s := New(f)
	s.Begin("ja")
	for _, t := range text {
		s.Paragraph(Style{Size: 9, Ink: black}, t)
		s.Paragraph(Style{Size: 11, Ink: black, Bold: true}, t)
	}
	f.Attach(pdf.Attachment{Name: "報告 1.json", Type: "application/json", About: "what it was made of", Relation: pdf.Source, Data: []byte("{}")})
	return f.Bytes()
}

func tool(t *testing.T, file []byte, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(name, append(args[:len(args):len(args)], path)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// embedding is what pdftotext puts around what it turned about.
var embedding = strings.NewReplacer("\u202B", "", "\u202C", "", "\f", " ")

func squeezed(s string) string { return strings.Join(strings.Fields(embedding.Replace(s)), "") }

// What was written comes back, character by character.
func TestNothingIsLost(t *testing.T) {
	for _, text := range corpus {
		out := filepath.Join(t.TempDir(), "x.txt")
		path := filepath.Join(t.TempDir(), "x.pdf")
		if err := os.WriteFile(path, sheets(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if b, err := exec.Command("pdftotext", "-raw", "-enc", "UTF-8", path, out).CombinedOutput(); err != nil || len(b) > 0 {
			t.Fatalf("pdftotext: %v %s", err, b)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := squeezed(string(b)), squeezed(text+text); got != want {
			t.Errorf("went in\n%s\ncame out\n%s", want, got)
		}
	}
}

func TestWell(t *testing.T) {
	file := sheets(corpus...)
	if dir := os.Getenv("SHOKYO_PDF"); dir != "" {
		os.WriteFile(filepath.Join(dir, "corpus.pdf"), file, 0o644)
	}
	if out := tool(t, file, "qpdf", "--check"); strings.Contains(strings.ToLower(out), "warn") {
		t.Error(out)
	}
	if string(sheets(corpus...)) != string(file) {
		t.Error("the same calls give other bytes")
	}
}
