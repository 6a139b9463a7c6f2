package reports_test

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/scan"
)

func TestEncodeRoundTrip(t *testing.T) {
	for _, s := range reporttest.Samples() {
		d := reports.Build(s.Exam, reporttest.Lab)
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
	if err := json.Unmarshal(reports.Build(e, reporttest.Lab).Encode(), &top); err != nil {
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
	good := string(reports.Build(reporttest.Small(), reporttest.Lab).Encode())
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

// Any float in a result must end in a document.
func TestHostileFloats(t *testing.T) {
	e := reporttest.Small()
	e.Result.Findings[0].Bits = math.NaN()
	e.Result.Budget = math.Inf(1)
	e.Result.ThresholdBits = math.Inf(-1)
	e.Result.Cells[0].EntropyMean = math.NaN()
	e.Result.Windows[0].MaxBits = math.Inf(1)
	e.Plan.Mode, e.Plan.Fraction = scan.Random, math.NaN()
	if _, err := reports.Decode(reports.Build(e, reporttest.Lab).Encode()); err != nil {
		t.Error(err)
	}
}

// No row of the table of a sample is about more than the medium.
func TestPowerEndsAtTheMedium(t *testing.T) {
	e := reporttest.Drawn()
	e.Result.MediumBytes = 4 << 20
	if p := reports.Build(e, reporttest.Lab).Plan.Sample.Power; len(p) != 4 || p[3].ResidueBytes != 4<<20 {
		t.Errorf("%+v", p)
	}
}

// The chances are read at the threshold above, cut at the medium's size, and multiplied
// by the chance to meet the piece where only a sample was read.
func TestNoticed(t *testing.T) {
	e := reporttest.Erased()
	e.Result.MediumBytes = 20 << 10
	n := reports.Build(e, reporttest.Lab).Noticed
	if n.MeasuredBits != 42 || len(n.PieceBytes) != 3 || len(n.Rows) == 0 || len(n.Rows[0].Percent) != 3 || *n.Rows[0].Percent[1] < 90 {
		t.Errorf("%+v", n)
	}
	s := reporttest.Drawn()
	n = reports.Build(s, reporttest.Lab).Noticed
	all := *s
	all.Plan = &scan.Plan{BlockBytes: 4096}
	full := reports.Build(&all, reporttest.Lab).Noticed
	for i, row := range n.Rows {
		for j, x := range row.Percent {
			y := full.Rows[i].Percent[j]
			if (x == nil) != (y == nil) || x != nil && (*x > *y || *x > 1.0 && n.PieceBytes[j] <= 4096) {
				t.Errorf("%s, %d bytes: %v of a sample, %v of all", row.Type, n.PieceBytes[j], x, y)
			}
		}
	}
	s.Result.ThresholdBits = 60
	if n := reports.Build(s, reporttest.Lab).Noticed; n.MeasuredBits != 0 || len(n.Rows) != 0 || n.Note == "" || n.NoteJA == "" {
		t.Errorf("beyond what was measured: %+v", n)
	}
}

func TestISOItemsFromAssignment(t *testing.T) {
	text := func(e *reports.Examination, clause string) string {
		for _, i := range reports.Build(e, reporttest.Lab).ISO17025 {
			if i.Clause == "7.8.2.1 "+clause {
				if i.Text == nil {
					return ""
				}
				return *i.Text
			}
		}
		t.Fatalf("no item %s", clause)
		return ""
	}
	for _, c := range []struct{ clause, with, without string }{
		{"c", "Bench 3", ""},
		{"d", reporttest.Small().ID + "; case 2026-17", reporttest.Small().ID},
		{"e", "Example <City>", ""},
		{"o", "", ""}, // who operated has not authorised
	} {
		if with, without := text(reporttest.Attested(), c.clause), text(reporttest.Small(), c.clause); with != c.with || without != c.without {
			t.Errorf("%s: %q and %q, want %q and %q", c.clause, with, without, c.with, c.without)
		}
	}
}
