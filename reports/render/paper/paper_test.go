package paper

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/look"
)

// long is a medium with a very long serial number and label.
func long() *build.Examination {
	e := reporttest.Ordered()
	e.Medium.Model, e.Medium.Serial = "Example 𠮷 Disk", strings.Repeat("WX12345678901234567890-", 12)
	e.Medium.Partitions[0].Label = strings.Repeat("住民情報", 60)
	e.Order.Item.AssetNumber = strings.Repeat("管理-00123/", 20)
	e.Assignment.Customer = strings.Repeat("例示市役所情報政策課", 12)
	return e
}

// many has ten thousand findings.
func many() *build.Examination {
	e := reporttest.Control()
	for i := range 9740 {
		e.Result.Findings = append(e.Result.Findings, scan.Finding{Offset: 1<<20 + int64(i)*4096, Length: 512, Detector: look.Text, Kind: "utf-8", Bits: 80, Preview: "Xxxx xxxx"})
	}
	e.Result.Counts[1].Count = 10_000
	return e
}

func samples() map[string]*reports.Document {
	out := map[string]*reports.Document{}
	for _, c := range reporttest.Samples() {
		out[c.Name] = build.Document(c.Exam, reporttest.Lab)
	}
	out["ordered"] = build.Document(reporttest.Ordered(), reporttest.Lab)
	out["thrown"] = build.Document(reporttest.Attested(), reporttest.ThrowAway)
	out["long"] = build.Document(long(), reporttest.Lab)
	out["many"] = build.Document(many(), reporttest.Lab)
	return out
}

func written(t *testing.T, name string, file []byte) string {
	t.Helper()
	dir := os.Getenv("SHOKYO_PDF") // to look at
	if dir == "" {
		dir = t.TempDir()
	}
	path := filepath.Join(dir, name+".pdf")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	b, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, b)
	}
	return string(b)
}

// Each sample is a PDF that others find nothing wrong with, of less than a megabyte, and
// the same when it is rendered again.
func TestFiles(t *testing.T) {
	for name, d := range samples() {
		start := time.Now()
		file := PDF(d)
		t.Logf("%s: %d bytes, %v", name, len(file), time.Since(start).Round(time.Millisecond))
		path := written(t, name, file)
		if out := output(t, "qpdf", "--check", path); strings.Contains(strings.ToLower(out), "warn") {
			t.Errorf("%s: %s", name, out)
		}
		if !bytes.Equal(PDF(d), file) {
			t.Errorf("%s: rendered again it is another file", name)
		}
		if len(file) > 1<<20 {
			t.Errorf("%s has %d bytes", name, len(file))
		}
		fonts := output(t, "pdffonts", path)
		for _, line := range strings.Split(strings.TrimSpace(fonts), "\n")[2:] {
			if !regexp.MustCompile(`^[A-Z]{6}\+BIZUDP\S+ +CID TrueType +Identity-H +yes yes yes`).MatchString(line) {
				t.Errorf("%s: font %s", name, line)
			}
		}
	}
}
