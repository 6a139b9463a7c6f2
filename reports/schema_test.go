package reports_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
)

var update = flag.Bool("update", false, "write docs/report.schema.json anew")

// The schema in docs/ is that of the fields, and every report made by hand is as it says.
func TestSchema(t *testing.T) {
	const path = "../docs/report.schema.json"
	if *update {
		if err := os.WriteFile(path, reporttest.Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, reporttest.Schema()) {
		t.Errorf("%s is not that of the fields (%v): go test ./reports -run TestSchema -update", path, err)
	}
	for _, s := range append(reporttest.Samples(), reporttest.Case{Name: "small", Exam: reporttest.Small()}, reporttest.Case{Name: "attested", Exam: reporttest.Attested()}, reporttest.Case{Name: "ordered", Exam: reporttest.Ordered()}) {
		if err := reporttest.CheckSchema(build.Document(s.Exam, reporttest.Lab).Encode()); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	good := string(build.Document(reporttest.Small(), reporttest.Lab).Encode())
	for old, new := range map[string]string{`"verdict": "residue-found"`: `"verdict": "clean"`, `"block_bytes": 4096`: `"block_bytes": "4096"`, ` "grain_bytes": 4096,` + "\n": "", `"class": "residue"`: `"class": "dirt"`} {
		if !strings.Contains(good, old) || reporttest.CheckSchema([]byte(strings.Replace(good, old, new, 1))) == nil {
			t.Errorf("a report with %s instead of %s is taken", new, old)
		}
	}
}
