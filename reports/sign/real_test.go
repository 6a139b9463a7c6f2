package sign

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRealPages: a bundle with the PDF that people get. Others open it, find it signed as a
// whole, and it says the same alone.
func TestRealPages(t *testing.T) {
	renderPDF = realPDF
	defer func() { renderPDF = smallPDF }()
	id := current(t, "Example Lab 例示研究所")
	dir := onDisk(t, id)
	pdf := filepath.Join(dir, PDFFile)
	whole, err := Verify(dir, id.Certificate())
	if err != nil || len(whole.Unlike) > 0 {
		t.Fatalf("%+v, %v", whole, err)
	}
	if info, err := os.Stat(pdf); err != nil || info.Size() > 1<<20 {
		t.Errorf("%v, %v", info.Size(), err)
	}
	v, err := Verify(pdf, id.Certificate())
	if err != nil || len(v.Unlike) > 0 || v.ReportSHA256 != whole.ReportSHA256 {
		t.Errorf("alone: %+v, %v", v, err)
	}
	out, err := exec.Command("pdfsig", "-nocert", pdf).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Signature is Valid.") || !strings.Contains(string(out), "Total document signed") {
		t.Errorf("pdfsig: %v\n%s", err, out)
	}
	if out, err := exec.Command("qpdf", "--check", pdf).CombinedOutput(); err != nil || strings.Contains(string(out), "WARNING") {
		t.Errorf("qpdf: %v\n%s", err, out)
	}
	out, err = exec.Command("pdfdetach", "-list", pdf).CombinedOutput()
	for _, name := range fileRows(true) {
		if err != nil || !strings.Contains(string(out), name) {
			t.Errorf("%s is not embedded, or pdfdetach: %v\n%s", name, err, out)
		}
	}
	if lines := independent(t, "", []string{dir, pdf}); slices.ContainsFunc(lines, func(l string) bool { return !strings.HasPrefix(l, "VALID ") }) {
		t.Errorf("%q", lines)
	}
}
