package reports_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// decoded is what a reader makes of a document that somebody changed.
func decoded(change func(d *reports.Document)) error {
	d := build.Document(reporttest.Small(), reporttest.Lab)
	change(d)
	_, err := reports.Decode(d.Encode())
	return err
}

// because makes a document that has one reason and one verdict.
func because(v verdict.Outcome, codes ...verdict.Code) func(d *reports.Document) {
	return func(d *reports.Document) {
		d.Verdict, d.Reasons = v.String(), nil
		for _, c := range codes {
			d.Reasons = append(d.Reasons, reports.Reason{Code: string(c), Text: "x"})
		}
	}
}

// Every rule of what writers and pictures rely on, broken by itself.
func TestCheckRefuses(t *testing.T) {
	size := int64(64 << 10) // of the medium
	for _, c := range []struct {
		name   string
		change func(d *reports.Document)
		want   string
	}{
		{"schema", func(d *reports.Document) { d.Schema += "x" }, "schema"},
		{"no schema", func(d *reports.Document) { d.Schema = "" }, "schema"},
		{"no id", func(d *reports.Document) { d.ID = "" }, "id"},
		{"long id", func(d *reports.Document) { d.ID = strings.Repeat("a", 65) }, "id"},
		{"id with a slash", func(d *reports.Document) { d.ID = "a/b" }, "id"},
		{"id with a dot", func(d *reports.Document) { d.ID = ".." }, "id"},
		{"id with an underscore", func(d *reports.Document) { d.ID = "a_b" }, "id"},
		{"id in other letters", func(d *reports.Document) { d.ID = "ａ" }, "id"},
		{"verdict", func(d *reports.Document) { d.Verdict = "erased" }, "unknown verdict"},
		{"no verdict", func(d *reports.Document) { d.Verdict = "" }, "unknown verdict"},
		{"verdict in other letters", func(d *reports.Document) { d.Verdict = "Residue-found" }, "unknown verdict"},
		{"no medium", func(d *reports.Document) { d.Medium.SizeBytes = 0 }, "medium of 0"},
		{"less than nothing", func(d *reports.Document) { d.Medium.SizeBytes = -size }, "medium of -65536"},
		{"no block", func(d *reports.Document) { d.BlockBytes = 0 }, "block_bytes"},
		{"negative block", func(d *reports.Document) { d.BlockBytes = -1 }, "block_bytes"},
		{"no grain", func(d *reports.Document) { d.GrainBytes = 0 }, "grain_bytes"},
		{"negative grain", func(d *reports.Document) { d.GrainBytes = -4096 }, "grain_bytes"},
		{"too many cells", func(d *reports.Document) { d.Map.Cells = make([]reports.Cell, scan.MaxCells+1) }, "1025 map cells"},
		{"too many findings", func(d *reports.Document) { d.Findings = make([]reports.Finding, scan.MaxFindings+1) }, "10001 findings"},
		{"SHA-256 that is none", func(d *reports.Document) { d.Digests.SHA256 = "xy" }, "sha256"},
		{"half a byte of SHA-256", func(d *reports.Document) { d.Digests.SHA256 = "abc" }, "sha256"},
		{"unknown class", func(d *reports.Document) { d.Regions[0].Class = "Residue" }, "unknown class"},
		{"no class", func(d *reports.Document) { d.Regions[1].Class = "" }, "unknown class"},

		{"residue, and clean", because(verdict.NoResidue, verdict.ReasonResidue), "a reason for it"},
		{"residue, and open", because(verdict.Inconclusive, verdict.ReasonResidue), "a reason for it"},
		{"a live key, and clean", because(verdict.NoResidue, verdict.ReasonLiveKeySlot), "a reason for it"},
		{"a live key, and open", because(verdict.Inconclusive, verdict.ReasonLiveKeySlot), "a reason for it"},
		{"keys, and clean", because(verdict.NoResidue, verdict.ReasonKeyMaterial), "a reason for it"},
		{"a corpus, and clean", because(verdict.NoResidue, verdict.ReasonCorpusFound), "a reason for it"},
		{"no corpus, and not clean", because(verdict.ResidueFound, verdict.ReasonResidue, verdict.ReasonCorpusNotFound), "a reason for it"},
		{"sectors of a corpus, and clean", withCorpus(verdict.NoResidue, reports.Corpus{Files: 1, Probative: 2, Found: 1}), "were found"},
		{"sectors of a corpus, and open", withCorpus(verdict.Inconclusive, reports.Corpus{Files: 1, Probative: 2, Found: 1}), "were found"},
		{"more than a corpus has", withCorpus(verdict.ResidueFound, reports.Corpus{Files: 1, Probative: 2, Found: 3}), "corpora"},
		{"a corpus of nothing", withCorpus(verdict.NoResidue, reports.Corpus{Files: 1}), "corpora"},
		{"more files than a corpus has", withCorpus(verdict.ResidueFound, reports.Corpus{Files: 1, Probative: 2, Found: 2, FilesFound: 2}), "corpora"},
		{"more whole files than files", withCorpus(verdict.ResidueFound, reports.Corpus{Files: 3, Probative: 2, Found: 2, FilesFound: 1, FilesWhole: 2}), "corpora"},
		{"a run of a corpus outside", withCorpus(verdict.ResidueFound, reports.Corpus{Files: 1, Probative: 2, Found: 2, Runs: []reports.CorpusRun{{Offset: 1 << 60, Length: 512}}}), "outside the medium"},
		{"many files of a corpus", withCorpus(verdict.ResidueFound, reports.Corpus{Files: 1, Probative: 2, FileList: make([]reports.CorpusFile, reports.MaxCorpusFiles+1)}), "listed"},
		{"an unchanged block, and clean", withBaseline(verdict.NoResidue, reports.Baseline{Expect: "changed", Recorded: 9, Compared: 9, Unchanged: 1}), "unchanged"},
		{"more blocks than were recorded", withBaseline(verdict.ResidueFound, reports.Baseline{Expect: "changed", Recorded: 9, Compared: 9, Unreadable: 1}), "add up"},
		{"more unchanged than compared", withBaseline(verdict.ResidueFound, reports.Baseline{Expect: "changed", Recorded: 9, Compared: 8, Unchanged: 9}), "add up"},
		{"many corpora", func(d *reports.Document) { d.Corpora = make([]reports.Corpus, reports.MaxCorpora+1) }, "corpora"},
		{"keys, and open", because(verdict.Inconclusive, verdict.ReasonKeyMaterial), "a reason for it"},
		{"clean, and residue", because(verdict.ResidueFound, verdict.ReasonNoResidue), "a reason for it"},
		{"clean, and open", because(verdict.Inconclusive, verdict.ReasonNoResidue), "a reason for it"},
		{"the second reason", because(verdict.NoResidue, verdict.ReasonNoResidue, verdict.ReasonResidue), "a reason for it"},
		{"clean, and a byte not judged", func(d *reports.Document) {
			because(verdict.NoResidue)(d)
			d.Plan.Regions[0].Length--
		}, "65535 of its 65536 bytes are judged"},
		{"clean, and nothing judged", func(d *reports.Document) {
			because(verdict.NoResidue)(d)
			d.Plan.Regions[0].Expect = scan.ExpectAny.String()
		}, "0 of its 65536 bytes are judged"},
	} {
		if err := decoded(c.change); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
}

// What the rules allow, to their edges.
func TestCheckAllows(t *testing.T) {
	for name, change := range map[string]func(d *reports.Document){
		"as it is":        func(*reports.Document) {},
		"the longest id":  func(d *reports.Document) { d.ID = strings.Repeat("Zz-09", 12) + "abcd" },
		"the shortest id": func(d *reports.Document) { d.ID = "-" },
		"a medium of one byte": func(d *reports.Document) {
			one := reports.Document{Schema: d.Schema, ID: "a", Verdict: d.Verdict, BlockBytes: 1, GrainBytes: 1}
			one.Medium.SizeBytes = 1
			*d = one
		},
		"as many cells as fit":  func(d *reports.Document) { d.Map.Cells = cells(scan.MaxCells) },
		"as many findings":      func(d *reports.Document) { d.Findings = make([]reports.Finding, scan.MaxFindings) },
		"no lists":              func(d *reports.Document) { d.Regions, d.Map.Cells, d.Plan.Regions, d.Findings = nil, nil, nil, nil },
		"a gap between regions": func(d *reports.Document) { d.Regions[0].Length -= 4096 },
		"findings in any order": func(d *reports.Document) {
			d.Findings = append(d.Findings, reports.Finding{Offset: 7, Length: 9}, reports.Finding{})
		},
		"an empty explanation": func(d *reports.Document) { d.Explanations = []reports.Explanation{{Offset: 64 << 10}} },
		"SHA-256":              func(d *reports.Document) { d.Digests.SHA256 = strings.Repeat("0a", 32) },
		"open for no reason":   because(verdict.Inconclusive),
		"another reason":       because(verdict.Inconclusive, "own"),
		"residue and more":     because(verdict.ResidueFound, verdict.ReasonResidue, "own", verdict.ReasonKeyMaterial, verdict.ReasonLiveKeySlot),
		"clean":                because(verdict.NoResidue, verdict.ReasonNoResidue),
		"clean regions": func(d *reports.Document) {
			because(verdict.NoResidue)(d)
			d.Scope.Kind, d.Plan.Regions[0].Length = scan.ScopeRegions.String(), 4096
		},
		"clean, and so old that it has no scope": func(d *reports.Document) {
			because(verdict.NoResidue)(d)
			d.Scope, d.Plan.Regions[0].Length = reports.Scope{}, 4096
		},
		"found, and not all judged": func(d *reports.Document) { d.Plan.Regions[0].Length-- },
	} {
		if err := decoded(change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// cells tile the medium, byte by byte where there are many.
func cells(n int) []reports.Cell {
	out := make([]reports.Cell, n)
	for i := range out {
		out[i] = reports.Cell{Start: int64(i), Length: 1}
	}
	return out
}

// Every list of runs lies inside the medium; those that picture it are in order.
func TestCheckRuns(t *testing.T) {
	size := int64(64 << 10)
	type run struct{ start, length int64 }
	for name, list := range map[string]struct {
		put   func(d *reports.Document, runs []run)
		loose bool // may overlap, be empty and stand in any order
	}{
		"regions": {func(d *reports.Document, runs []run) {
			d.Regions = nil
			for _, r := range runs {
				d.Regions = append(d.Regions, reports.Region{Start: r.start, Length: r.length, Class: "fill"})
			}
		}, false},
		"map cells": {func(d *reports.Document, runs []run) {
			d.Map.Cells = nil
			for _, r := range runs {
				d.Map.Cells = append(d.Map.Cells, reports.Cell{Start: r.start, Length: r.length})
			}
		}, false},
		"plan regions": {func(d *reports.Document, runs []run) {
			d.Plan.Regions = nil
			for _, r := range runs {
				d.Plan.Regions = append(d.Plan.Regions, reports.PlanRegion{Name: "x", Start: r.start, Length: r.length, Expect: "erased"})
			}
		}, false},
		"findings": {func(d *reports.Document, runs []run) {
			d.Findings = nil
			for _, r := range runs {
				d.Findings = append(d.Findings, reports.Finding{Offset: r.start, Length: r.length})
			}
		}, true},
		"explanations": {func(d *reports.Document, runs []run) {
			d.Explanations = nil
			for _, r := range runs {
				d.Explanations = append(d.Explanations, reports.Explanation{Offset: r.start, Length: r.length})
			}
		}, true},
	} {
		for _, c := range []struct {
			what        string
			runs        []run
			ok, okLoose bool
		}{
			{"all of it", []run{{0, size}}, true, true},
			{"two halves", []run{{0, size / 2}, {size / 2, size / 2}}, true, true},
			{"with a gap", []run{{1, 1}, {size - 1, 1}}, true, true},
			{"overlap", []run{{0, 2}, {1, 2}}, false, true},
			{"twice", []run{{0, 2}, {0, 2}}, false, true},
			{"backwards", []run{{2, 2}, {0, 2}}, false, true},
			{"empty", []run{{2, 0}}, false, true},
			{"empty at the end", []run{{size, 0}}, false, true},
			{"negative start", []run{{-1, 2}}, false, false},
			{"negative length", []run{{2, -1}}, false, false},
			{"over the end", []run{{size - 1, 2}}, false, false},
			{"behind the end", []run{{size + 1, 0}}, false, false},
			{"the second over the end", []run{{0, 1}, {1, size}}, false, false},
			{"so long that the end turns over", []run{{1, math.MaxInt64}}, false, false},
			{"so far that the end turns over", []run{{math.MaxInt64, math.MaxInt64}}, false, false},
			{"least of all", []run{{math.MinInt64, math.MinInt64}}, false, false},
		} {
			err := decoded(func(d *reports.Document) { list.put(d, c.runs) })
			want := c.ok
			if list.loose {
				want = c.okLoose
			}
			if (err == nil) != want || err != nil && !strings.Contains(err.Error(), name+":") {
				t.Errorf("%s, %s: error %v", name, c.what, err)
			}
		}
	}
}

// What is asked of a document by those who print it.
func TestScopeOfDocument(t *testing.T) {
	full := func(kind string, planned, size int64, mode string) *reports.Document {
		d := &reports.Document{Scope: reports.Scope{Kind: kind}, Plan: reports.Plan{Mode: mode}, Coverage: reports.Coverage{PlannedBytes: planned}}
		d.Medium.SizeBytes = size
		return d
	}
	for _, c := range []struct {
		d     *reports.Document
		word  string
		whole bool
	}{
		{full("medium", 10, 10, "full"), "medium", true},
		{full("medium", 9, 10, "full"), "medium", false},
		{full("medium", 10, 10, "sample"), "medium sample", false},
		{full("regions", 10, 10, "full"), "regions", false},
		{full("regions", 4, 10, "sample"), "regions sample", false},
		{full("", 10, 10, "full"), "", true},
		{full("", 4, 10, "sample"), "sample", false},
	} {
		if word, whole := c.d.ScopeWord(), c.d.WholeMedium(); word != c.word || whole != c.whole {
			t.Errorf("%+v, %+v: %q, whole %v", c.d.Scope, c.d.Plan, word, whole)
		}
	}
}

func TestHidesVolume(t *testing.T) {
	for _, c := range []struct {
		verdict verdict.Outcome
		bytes   int64
		want    bool
	}{
		{verdict.NoResidue, 256 << 10, true}, {verdict.NoResidue, 256<<10 - 1, false}, {verdict.ResidueFound, 1 << 30, false}, {verdict.Inconclusive, 1 << 30, false},
	} {
		d := &reports.Document{Verdict: c.verdict.String(), ClaimBytes: reports.ClaimBytes{PhysicalCiphertext: c.bytes}}
		if d.HidesVolume() != c.want {
			t.Errorf("%s, %d bytes of ciphertext: %v", c.verdict, c.bytes, d.HidesVolume())
		}
	}
}

func TestByImportance(t *testing.T) {
	in := []reports.FindingCount{
		{Kind: "statistics", Family: "statistics", Count: 9}, {Kind: "unknown", Family: "unheard-of", Count: 99}, {Kind: "small", Family: "document", Count: 2, Bytes: 1},
		{Kind: "large", Family: "document", Count: 2, Bytes: 9}, {Kind: "many", Family: "document", Count: 3}, {Kind: "key", Family: "keys", Count: 1},
	}
	var got []string
	for _, c := range reports.ByImportance(in) {
		got = append(got, c.Kind)
	}
	if want := []string{"key", "many", "large", "small", "statistics", "unknown"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if in[0].Kind != "statistics" {
		t.Error("the list that was given is in another order")
	}
}

// What a drive is known by, the first there is.
func TestWorldWideName(t *testing.T) {
	if got := (*reports.Drive)(nil).WorldWideName(); got != "" {
		t.Errorf("no drive has the name %q", got)
	}
	d := &reports.Drive{}
	for _, c := range []struct {
		put  *string
		name string
	}{{&d.WWID, "wwid"}, {&d.EUI64, "eui"}, {&d.NGUID, "nguid"}, {&d.WWN, "wwn"}} {
		if *c.put = c.name; d.WorldWideName() != c.name {
			t.Errorf("%q, want %q", d.WorldWideName(), c.name)
		}
	}
}

// withCorpus is a verdict with what was found of a corpus.
func withCorpus(outcome verdict.Outcome, c reports.Corpus) func(*reports.Document) {
	return func(d *reports.Document) {
		d.Verdict, d.Reasons, d.Corpora = outcome.String(), nil, []reports.Corpus{c}
	}
}

func withBaseline(outcome verdict.Outcome, b reports.Baseline) func(*reports.Document) {
	return func(d *reports.Document) {
		d.Verdict, d.Reasons, d.Baseline = outcome.String(), nil, &b
	}
}
