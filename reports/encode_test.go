package reports

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

func TestEncodeRoundTrip(t *testing.T) {
	for _, s := range samples() {
		d := Build(s.exam, lab(t))
		b := d.Encode()
		got, err := Decode(b)
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
	e := control()
	e.Result.SHA256 = make([]byte, 32)
	var top any
	if err := json.Unmarshal(Build(e, lab(t)).Encode(), &top); err != nil {
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

func TestDecodeRefuses(t *testing.T) {
	good := string(Build(small(), lab(t)).Encode())
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
		_, err := Decode([]byte(c.doc))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	if _, err := Decode([]byte(change(`"block_bytes": 4096`, "\"a_later_field\": 1,\n \"block_bytes\": 4096"))); err != nil {
		t.Errorf("a field of a later version is refused: %v", err)
	}
}

// layout must not change what JSON says, whatever it is.
func FuzzLayout(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"x\"y,{}:[]\\"},[]],"c":{}}`))
	f.Add([]byte(`"plain"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		line, err := oneLine(b, anyKey)
		if err != nil {
			return
		}
		var back bytes.Buffer
		if err := json.Compact(&back, layout(line)); err != nil || !bytes.Equal(back.Bytes(), line) {
			t.Fatalf("layout changed %q into %q (%v)", line, back.Bytes(), err)
		}
	})
}

// Whatever Decode lets through can be rendered.
func FuzzDecode(f *testing.F) {
	id, err := ThrowAway(time.Unix(0, 0))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(Build(small(), id).Encode())
	f.Add([]byte(`{"schema":"https://shokyo.dev/report/v1","id":"a","verdict":"no-residue","medium":{"size_bytes":1},"block_bytes":1,"grain_bytes":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Decode(b)
		if err != nil {
			// What only differs in layout is a document all the same.
			if line, err := oneLine(b, anyKey); err == nil {
				d, err = Decode(layout(line))
				if err != nil {
					return
				}
			} else {
				return
			}
		}
		RenderHTML(d)
		RenderMap(d)
		RenderPNG(d)
		RenderDFXML(d)
		d.Encode()
	})
}

func TestBuildMakesTextHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"resident-records":        "resident-records",
		"住民票 データ":                 "住民票 データ",
		"a\x00b\n":                `a\u{0}b\u{a}`,
		"txt.\u202egpj":           `txt.\u{202e}gpj`,
		"zero\u200bwidth":         `zero\u{200b}width`,
		"\xff\xfe":                "\ufffd",
		strings.Repeat("x", 2000): strings.Repeat("x", 1024) + "…",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFloats(t *testing.T) {
	for in, want := range map[float64]float64{
		34.69: 34.6, 34.6: 34.6, 0.3: 0.3, 2.3: 2.3, 52: 52, -3.21: -3.3, 0: 0,
		math.Inf(1): 1e12, math.Inf(-1): -1e12,
	} {
		if got := bits(in); got != want {
			t.Errorf("bits(%v) = %v, want %v", in, got, want)
		}
	}
	if got := bits(math.NaN()); got != 0 {
		t.Errorf("bits(NaN) = %v", got)
	}
	rng := rand.New(rand.NewChaCha8([32]byte{7}))
	for range 10000 {
		a, b := 100*rng.Float64(), 100*rng.Float64()
		if a >= b != (bits(a) >= bits(b)) && bits(a) != bits(b) {
			t.Fatalf("rounding turned the order of %v and %v", a, b)
		}
		if bits(a) > a+1e-9 {
			t.Fatalf("%v was overstated as %v", a, bits(a))
		}
	}
}

// Any float in a result must end in a document.
func TestHostileFloats(t *testing.T) {
	e := small()
	e.Result.Findings[0].Bits = math.NaN()
	e.Result.Budget = math.Inf(1)
	e.Result.ThresholdBits = math.Inf(-1)
	e.Result.Cells[0].EntropyMean = math.NaN()
	e.Result.Windows[0].MaxBits = math.Inf(1)
	e.Plan.Mode, e.Plan.Fraction = scan.Random, math.NaN()
	if _, err := Decode(Build(e, lab(t)).Encode()); err != nil {
		t.Error(err)
	}
}

// The stated power must not exceed the exact one, for any position.
func TestPowerIsALowerBound(t *testing.T) {
	const block, blocks = 4096, 2000
	for _, n := range []int{20, 200, 1000} {
		f := float64(n) / blocks
		for size := int64(64 << 10); size <= 4<<20; size *= 4 {
			m := int(size/block) - 1 // whole blocks in it at the worst offset
			miss := 1.0
			for i := range m {
				miss *= max(float64(blocks-n-i), 0) / float64(blocks-i)
			}
			if got := meets(f, block, size).Probability; got > 1-miss {
				t.Errorf("%d of %d blocks, %d bytes: stated %v, true %v", n, blocks, size, got, 1-miss)
			}
		}
	}
}

func TestNotChecked(t *testing.T) {
	got := notChecked([]verdict.Reason{{Code: "hidden-areas", Text: "an HPA of 4096 bytes", TextJA: "HPA"}, {Code: "own", Text: "x"}})
	if len(got) != len(neverChecked)+1 || got[0].Text != "an HPA of 4096 bytes" || got[0].TextJA == "" {
		t.Errorf("got %+v", got)
	}
}
