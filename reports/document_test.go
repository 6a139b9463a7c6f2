package reports_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
)

func TestEncodeRoundTrip(t *testing.T) {
	for _, s := range reporttest.Samples() {
		d := build.Document(s.Exam, reporttest.Lab)
		b := d.Encode()
		got, err := reports.Decode(b)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if !reflect.DeepEqual(got, d) {
			t.Errorf("%s: what is decoded is not what was encoded", s)
		}
		if !bytes.Equal(got.Encode(), b) {
			t.Errorf("%s: encoding again gives other bytes", s)
		}
	}
}

// The fields that docs/report-format.md, "report.json", names: others read them.
func TestContract(t *testing.T) {
	want := []string{
		"schema", "verdict", "reasons.code", "reasons.text", "medium.path", "medium.size_bytes",
		"medium.logical_block_bytes", "medium.model", "medium.serial", "plan.mode", "plan.regions.name",
		"plan.regions.start", "plan.regions.length", "plan.regions.expect", "coverage.planned_bytes",
		"coverage.read_bytes", "coverage.unread_bytes", "coverage.unreadable_bytes", "block_bytes",
		"regions.start", "regions.length", "regions.class", "regions.reason", "findings.offset",
		"findings.length", "findings.detector", "findings.kind", "findings.path", "findings.bits",
		"findings.preview", "finding_counts.detector", "finding_counts.kind", "finding_counts.count",
		"finding_counts.bytes", "statistics", "decision_rule.false_alarm_budget",
		"decision_rule.threshold_bits", "decision_rule.tests", "digests.sha256_tree.leaf_bytes",
		"digests.sha256_tree.root", "digests.sha256",
	}
	e := reporttest.Control()
	e.Result.SHA256 = make([]byte, 32)
	var top any
	if err := json.Unmarshal(build.Document(e, reporttest.Lab).Encode(), &top); err != nil {
		t.Fatal(err)
	}
	for _, path := range want {
		v := top
		for _, step := range strings.Split(path, ".") {
			if list, ok := v.([]any); ok && len(list) > 0 {
				v = list[0]
			}
			object, _ := v.(map[string]any)
			if v = object[step]; v == nil {
				t.Errorf("report.json has no field %s", path)
				break
			}
		}
	}
	if got := top.(map[string]any)["schema"]; got != "https://shokyo.dev/report/v1" {
		t.Errorf("schema %v", got)
	}
	if got := top.(map[string]any)["validation"].(map[string]any); got["status"] != "open" || got["person"] != nil {
		t.Errorf("the tool filled in the validation: %v", got)
	}
}

// What no report comes near to (package canonical).
const (
	maxDepth    = 32
	maxElements = 1_000_000
)

func TestDecodeRefuses(t *testing.T) {
	good := string(build.Document(reporttest.Small(), reporttest.Lab).Encode())
	change := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the sample does not hold %q", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	for _, c := range []struct{ name, doc, want string }{
		{"nothing", "", "unexpected end"},
		{"trailing data", good + "{}\n", "after top-level"},
		{"trailing blank", good + " ", "canonical"},
		{"no line end", strings.TrimSuffix(good, "\n"), "canonical"},
		{"windows line ends", strings.ReplaceAll(good, "\n", "\r\n"), "canonical"},
		{"blank", change(`"schema": `, `"schema":  `), "canonical"},
		{"byte order mark", "\ufeff" + good, "invalid character"},
		{"not UTF-8", change("small-1", "small-\xff"), "UTF-8"},
		{"key twice", change(`{"start": 0, `, `{"start": 0, "start": 1, `), "given twice"},
		{"key twice in other letters", change(`{"start": 0, `, `{"start": 0, "Start": 1, `), "spelled"},
		{"key in other letters", change(`"verdict": `, `"Verdict": `), "spelled"},
		{"key that folds to one", change(`"schema": `, "\"\u017fchema\": "), "spelled"},
		{"verdict against its reason", change(`"verdict": "residue-found"`, `"verdict": "no-residue"`), "a reason for it"},
		{"deep", strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1), "deeper"},
		{"deep and wide", strings.Repeat("[", 9000) + strings.Repeat("1,", 600_000) + "1" + strings.Repeat("]", 9000), "deeper"},
		{"many elements", "[" + strings.Repeat("[],", maxElements) + "[]]", "elements"},
		{"schema", change("report/v1", "report/v2"), "schema"},
		{"id", change("small-1", "small 1"), "id"},
		{"id with style", change("small-1", `\"}`), "id"},
		{"verdict", change(`"verdict": "residue-found"`, `"verdict": "clean"`), "unknown verdict"},
		{"class", change(`"class": "residue"`, `"class": "harmless"`), "unknown class"},
		{"overlap", change(`{"start": 61440, "length": 4096, "class"`, `{"start": 61439, "length": 4096, "class"`), "out of order"},
		{"behind the end", change(`{"start": 61440, "length": 4096, "class"`, `{"start": 61440, "length": 4097, "class"`), "outside the medium"},
		{"overflow", change(`{"start": 61440, "length": 4096, "class"`, `{"start": 61440, "length": 9223372036854775807, "class"`), "outside the medium"},
		{"finding outside", change(`{"offset": 61440`, `{"offset": -1`), "outside the medium"},
		{"empty medium", change(`"size_bytes": 65536`, `"size_bytes": 0`), "medium of 0 bytes"},
		{"float for integer", change(`"block_bytes": 4096`, `"block_bytes": 4096.5`), "block_bytes"},
		{"block", change(`"block_bytes": 4096`, `"block_bytes": 0`), "block_bytes"},
	} {
		_, err := reports.Decode([]byte(c.doc))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	if _, err := reports.Decode([]byte(change(`"block_bytes": 4096`, "\"a_later_field\": 1,\n \"block_bytes\": 4096"))); err != nil {
		t.Errorf("a field of a later version is refused: %v", err)
	}
}
