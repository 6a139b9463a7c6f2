package sign

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/reports/sign/envelope"
	"shokyo.dev/shokyo/reports/sign/pades"
	"shokyo.dev/shokyo/scan"
)

// TestLargestReport: a report with every list at its bound, of text that hardly packs, can be signed
// as a PDF, and read again. One that is written and refused by its reader would be lost.
func TestLargestReport(t *testing.T) {
	renderPDF = realPDF
	defer func() { renderPDF = smallPDF }()
	id := lab(t)
	d := build.Document(largest(), id.Facts())
	noise := rand.NewChaCha8([32]byte{1})
	bytesOf := func(n int) []byte { b := make([]byte, n); noise.Read(b); return b }
	corpora(d, bytesOf)
	made := map[string][]byte{reportFile: d.Encode(), AttestationFile: bytesOf(maxAttestation), envelopeFile: bytesOf(envelope.MaxBytes)}
	var along []Attachment
	for _, f := range filesOfPDF() {
		b := made[f.name]
		if f.kind == rendered {
			b = f.render(d)
		}
		if int64(len(b)) > f.most {
			t.Errorf("%s has %d bytes, at most %d can be", f.name, len(b), f.most)
		}
		t.Logf("%s: %d bytes", f.name, len(b))
		along = append(along, Attachment{f.name, b})
	}
	page := render.HTML(d)
	t.Logf("report.html: %d bytes", len(page))
	if int64(len(page)) > maxPinned {
		t.Errorf("report.html has %d bytes", len(page))
	}
	plain := renderPDF(d, along)
	s, err := pades.Sign(plain, id.Certificate(), id.Signer(), reporttest.Control().Finished)
	if err != nil {
		t.Fatalf("a PDF of %d bytes: %v", len(plain), err)
	}
	t.Logf("report.pdf: %d bytes", len(s.Bytes))
	again, err := pades.Open(s.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if inside, err := embeddedIn(again); err != nil || len(inside[reportFile]) != len(made[reportFile]) {
		t.Errorf("%d files, %v", len(inside), err)
	}
}

func filesOfPDF() (list []file) {
	for _, f := range files {
		if f.inPDF {
			list = append(list, f)
		}
	}
	return list
}

// largest is an examination with every list of a scan at its bound.
func largest() *build.Examination {
	e := reporttest.Control()
	r := e.Result
	r.Extents = nil
	for i := range int64(100_000) { // extents.Most
		r.Extents = append(r.Extents, scan.Extent{Start: i * (1 << 40) / 7, Length: 1 << 30, Class: scan.Class(1 + i%5), Reason: "filesystem"})
	}
	for len(r.Findings) < scan.MaxFindings {
		n := int64(len(r.Findings))
		f := r.Findings[n%200]
		f.Offset, f.Bits, f.Preview = n*(1<<40)/9, float64(n)/7, fmt.Sprintf("%0*d", 200, n*n*7919)
		r.Findings = append(r.Findings, f)
	}
	for n := range 10_000 {
		r.Explanations = append(r.Explanations, scan.Explanation{Offset: int64(n) * (1 << 40) / 11, Length: 512, Kind: "gpt", Text: fmt.Sprintf("a partition table of %d entries, %0*d", n, 150, n*n*104729)})
	}
	return e
}

// corpora are as many as can be asked at once, with every list at its bound.
func corpora(d *reports.Document, noise func(n int) []byte) {
	for range reports.MaxCorpora {
		c := reports.Corpus{Name: "corpus", Names: "plain"}
		for range reports.MaxCorpusFiles {
			c.FileList = append(c.FileList, reports.CorpusFile{Name: fmt.Sprintf("%x", noise(100))})
		}
		for range reports.MaxCorpusRuns {
			c.Runs = append(c.Runs, reports.CorpusRun{})
		}
		c.Text = strings.Repeat("x", 200)
		d.Corpora = append(d.Corpora, c)
	}
}
