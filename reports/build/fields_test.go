package build_test

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// made is the document of an examination that somebody changed.
func made(change func(e *build.Examination)) *reports.Document {
	e := reporttest.Small()
	change(e)
	return build.Document(e, reporttest.Lab)
}

// What goes in comes out in its field.
func TestFields(t *testing.T) {
	yes := true
	e := reporttest.Small()
	e.Tool = reports.Tool{Name: "n", Version: "v", Commit: "c", GoVersion: "g", OS: "o", Arch: "a"}
	e.Medium.Drive = &reports.Drive{Model: "M\n"}
	e.Medium.WriteGuard = reports.WriteGuard{Untouched: &yes, Commands: []string{"identify"}}
	e.Release, e.DriveStatus = " shokyo 1.2\n", "healthy\n"
	e.Assignment = reports.Assignment{Operator: "o\n", Case: "c", Customer: "u", Site: "s", Note: "n\t", JobSHA256: "j"}
	e.Order, e.Zone = reports.Order{Number: "A-1\n"}, time.FixedZone("", 9*3600)
	e.Plan.StrictLabels = true
	e.Result.Labels, e.Result.LabelCount = []scan.Label{{Offset: 9, Kind: "gpt", Shape: "Xxx"}}, 3
	e.Result.GrainBytes = 512
	d := build.Document(e, reporttest.Lab)
	status := `healthy\u{a}`
	for _, c := range []struct {
		field     string
		got, want any
	}{
		{"schema", d.Schema, reports.Schema},
		{"id", d.ID, "small-1"},
		{"verdict", d.Verdict, "residue-found"},
		{"identity", d.Identity, reporttest.Lab},
		{"tool", d.Tool, e.Tool},
		{"drive", d.Medium.Drive.Model, `M\u{a}`},
		{"commands", d.Medium.WriteGuard.Commands, []string{"identify"}},
		{"release", d.Platform.Release, "shokyo 1.2"},
		{"drive status", d.Verification.DriveStatus, &status},
		{"assignment", d.Examination, reports.Assignment{Operator: `o\u{a}`, Case: "c", Customer: "u", Site: "s", Note: `n\u{9}`, JobSHA256: "j"}},
		{"order", d.Order, reports.Order{Number: `A-1\u{a}`, Deviations: []string{}, ExternalResults: []reports.External{}}},
		{"strict labels", d.Plan.StrictLabels, true},
		{"depth", d.Plan.Depth, "deep"},
		{"labels", d.Labels, []reports.Label{{Offset: 9, Kind: "gpt", Shape: "Xxx"}}},
		{"grain", d.GrainBytes, int64(512)},
		{"block", d.BlockBytes, int64(4096)},
		{"coverage", d.Coverage, reports.Coverage{PlannedBytes: 64 << 10, ReadBytes: 64 << 10}},
		{"times", d.Times, reports.Times{Started: "2026-03-14T01:59:26Z", Finished: "2026-03-14T01:59:30Z", StartedLocal: "2026-03-14T10:59:26+09:00", FinishedLocal: "2026-03-14T10:59:30+09:00"}},
		{"regions", d.Regions, []reports.Region{{Length: 60 << 10, Class: "ciphertext"}, {Start: 60 << 10, Length: 4 << 10, Class: "residue", Reason: "text"}}},
		{"findings", d.Findings, []reports.Finding{{Offset: 60 << 10, Length: 100, Detector: "text", Kind: "utf-8", Bits: 77, Preview: "Xxxx"}}},
		{"counts", d.FindingCount, []reports.FindingCount{{Detector: "text", Kind: "utf-8", Count: 1, Bytes: 100, Listed: 1, Family: "text", Name: "text (UTF-8)", NameJA: "テキスト(UTF-8)"}}},
		{"found", d.Found, reports.Sentence{Text: "Pieces of readable text: 1, 100 B.", TextJA: "可読文字列 1 件(100 B)。"}},
		{"classes", d.Statistics.Classes, reports.ClassBytes{Ciphertext: 60 << 10, Residue: 4 << 10}},
		{"validation", d.Validation, reports.Validation{Standard: "NIST SP 800-88r2 4.5.2", Status: "open"}},
		{"lists", d.Lists[5], reports.List{Name: "partitions"}},
		{"labels listed", d.Lists[4], reports.List{Name: "readable_labels", Exist: 3, Listed: 1}},
		{"findings listed", d.Lists[1], reports.List{Name: "findings", Exist: 1, Listed: 1}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.field, c.got, c.want)
		}
	}
	if got := made(func(e *build.Examination) { e.Result.GrainBytes = 0 }).GrainBytes; got != 1 {
		t.Errorf("a grain of %d", got)
	}
	if e.Medium.Drive.Model != "M\n" || e.Assignment.Operator != "o\n" {
		t.Error("the examination that was given is changed")
	}
}

// A list of the document is never null: programs would have to ask.
func TestNoNullLists(t *testing.T) {
	d := made(func(e *build.Examination) {
		r := e.Result
		r.Extents, r.Findings, r.Counts, r.Explanations, r.Labels, r.Cells, r.Windows, r.Regions = nil, nil, nil, nil, nil, nil, nil, nil
		e.Plan.Regions, e.Interruptions, e.Verdict = nil, nil, verdict.Verdict{}
		e.Medium = reports.Medium{Path: "x", SizeBytes: 1, Drive: &reports.Drive{}}
	})
	for _, line := range strings.Split(string(d.Encode()), "\n") {
		for _, name := range []string{"reasons", "parts", "counters", "commands", "partitions", "regions", "findings", "finding_counts", "windows", "explanations",
			"readable_labels", "lists", "cells", "piece_bytes", "rows", "not_checked", "interruptions", "iso_17025", "users", "facts"} {
			if strings.Contains(line, `"`+name+`": null`) {
				t.Errorf("%s is null: %s", name, line)
			}
		}
	}
}

// The tree is over the medium only if all of it was to be read, and was.
func TestDigests(t *testing.T) {
	for name, c := range map[string]struct {
		change func(e *build.Examination)
		covers string
	}{
		"all of it":        {func(*build.Examination) {}, "medium"},
		"a part":           {func(e *build.Examination) { e.Result.Planned-- }, "examined-bytes"},
		"not to the end":   {func(e *build.Examination) { e.Result.Complete = false }, "examined-bytes"},
		"a sample":         {func(e *build.Examination) { e.Plan.Mode = scan.Random }, "examined-bytes"},
		"no tree was kept": {func(e *build.Examination) { e.Result.Tree.Present = false }, ""},
	} {
		d := made(c.change)
		covers := ""
		if d.Digests.SHA256Tree != nil {
			covers = d.Digests.SHA256Tree.Covers
		}
		if covers != c.covers || d.Digests.SHA256 != "" {
			t.Errorf("%s: covers %q, want %q; SHA-256 %q", name, covers, c.covers, d.Digests.SHA256)
		}
	}
	if got := made(func(e *build.Examination) { e.Result.SHA256 = []byte{0xAB, 1} }).Digests.SHA256; got != "ab01" {
		t.Errorf("SHA-256 %q", got)
	}
}

// The claim rests on what was judged.
func TestClaimBytes(t *testing.T) {
	d := made(func(e *build.Examination) {
		e.Result.Regions = []scan.RegionResult{
			{Region: scan.Region{Expect: scan.ExpectErased}, ReadBackFill: 1, ReadBackCiphertext: 2, Classes: scan.ClassBytes{scan.Metadata: 4}},
			{Region: scan.Region{Expect: scan.ExpectAny}, ReadBackFill: 100, ReadBackCiphertext: 200, Classes: scan.ClassBytes{scan.Metadata: 400}},
			{Region: scan.Region{Expect: scan.ExpectFill}, ReadBackFill: 10, ReadBackCiphertext: 20, Classes: scan.ClassBytes{scan.Metadata: 40}},
		}
	})
	if want := (reports.ClaimBytes{Logical: 11, PhysicalCiphertext: 22, Metadata: 44}); d.ClaimBytes != want {
		t.Errorf("%+v, want %+v", d.ClaimBytes, want)
	}
}

// What the headline says of what the verdict is about.
func TestScope(t *testing.T) {
	region := func(name string, length int64, expect scan.Expect) scan.Region {
		return scan.Region{Name: name, Length: length, Expect: expect}
	}
	few := []scan.Region{region("a", 1024, 0), region("left out", 4096, scan.ExpectAny), region("b", 2048, 0)}
	many := []scan.Region{region("a", 512, 0), region("b", 512, 0), region("c", 512, 0), region("d", 512, 0), region("e", 512, 0)}
	for _, c := range []struct {
		kind    scan.Scope
		mode    scan.Mode
		regions []scan.Region
		en, ja  string
		judged  int64
	}{
		{scan.ScopeMedium, scan.Full, few, "the medium: 64 KiB", "媒体全体: 64 KiB", 3072},
		{scan.ScopeMedium, scan.Random, few, "a sample of the medium: 3 KiB of 64 KiB", "媒体全体の標本: 64 KiB 中 3 KiB", 3072},
		{scan.ScopeRegions, scan.Full, few, "regions “a”, “b”: 3 KiB of 64 KiB", "領域「a」、「b」: 64 KiB 中 3 KiB", 3072},
		{scan.ScopeRegions, scan.Full, few[:1], "region “a”: 1 KiB of 64 KiB", "領域「a」: 64 KiB 中 1 KiB", 1024},
		{scan.ScopeRegions, scan.Full, few[1:2], "no region: 0 B of 64 KiB", "領域なし: 64 KiB 中 0 B", 0},
		{scan.ScopeRegions, scan.Full, many, "regions “a”, “b”, “c” and 2 more: 2.5 KiB of 64 KiB", "領域「a」、「b」、「c」 ほか 2 件: 64 KiB 中 2.5 KiB", 2560},
		{scan.ScopeRegions, scan.NIST, few[:1], "a sample of region “a”: 1 KiB of 64 KiB", "領域「a」の標本: 64 KiB 中 1 KiB", 1024},
		{scan.ScopeRegions, scan.Full, []scan.Region{region("x\u202ey", 512, 0)}, `region “x\u{202e}y”: 512 B of 64 KiB`, `領域「x\u{202e}y」: 64 KiB 中 512 B`, 512},
	} {
		d := made(func(e *build.Examination) {
			e.Plan.Scope, e.Plan.Mode, e.Plan.Regions = c.kind, c.mode, c.regions
			e.Result.Regions = nil
			for _, g := range c.regions {
				e.Result.Regions = append(e.Result.Regions, scan.RegionResult{Region: g, Planned: g.Length})
			}
		})
		if s := d.Scope; s.Text != c.en || s.TextJA != c.ja || s.JudgedBytes != c.judged || s.ReadBytes != c.judged {
			t.Errorf("%q %q of %d and %d bytes, want %q %q of %d", s.Text, s.TextJA, s.JudgedBytes, s.ReadBytes, c.en, c.ja, c.judged)
		}
	}
}

func TestVerification(t *testing.T) {
	done := made(func(*build.Examination) {}).Verification
	if done.Status != "completed" || !strings.Contains(done.Text, "reached the end of its plan: 65,536 of 65,536 planned bytes were read, 0 could") ||
		!strings.Contains(done.TextJA, "完了しました。計画 65,536 バイトのうち 65,536 バイトを読み取り、0 バイト") || done.DriveStatus != nil {
		t.Errorf("%+v", done)
	}
	cut := made(func(e *build.Examination) {
		e.Result.Complete = false
		e.Result.Classes[scan.Ciphertext] -= 8192
		e.Result.Classes[scan.Unreadable], e.Result.Classes[scan.Unread] = 4096, 4096
	}).Verification
	if cut.Status != "incomplete" || !strings.Contains(cut.Text, "before the end of its plan: 57,344 of 65,536 planned bytes were read, 4,096 could") || !strings.Contains(cut.TextJA, "達する前に終了") {
		t.Errorf("%+v", cut)
	}
}

// What is said of the platform where no TPM vouches for it.
func TestWhyNotAttested(t *testing.T) {
	for name, c := range map[string]struct {
		change func(e *build.Examination)
		want   reports.AttestationFacts
	}{
		"nobody asked": {func(*build.Examination) {}, reports.AttestationFacts{Kind: reports.NotAttested, Text: "No TPM was asked which system was booted.", TextJA: "起動されたシステムについて TPM への問い合わせは行っていません。"}},
		"a reason": {func(e *build.Examination) {
			e.WhyNot = verdict.Reason{Code: "tpm-failed", Text: "it failed\n", TextJA: "失敗"}
		},
			reports.AttestationFacts{Kind: reports.NotAttested, Text: `it failed\u{a}`, TextJA: "失敗"}},
	} {
		if got := made(c.change).Platform.Attestation; got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := made(func(e *build.Examination) { e.Attested, e.WhyNot.Text = true, "x" }).Platform.Attestation; got.Kind != reports.AttestedTPM2 || !strings.Contains(got.Text, "attestation.json") {
		t.Errorf("%+v", got)
	}
}

// Explanations in Japanese: those that are more than book-keeping have a sentence of
// their own, all others their name.
func TestExplanations(t *testing.T) {
	kinds := []string{"gpt", "luks2-wiped", "luks1-wiped", "grub-core", "eraser-fingerprint", "unheard-of"}
	d := made(func(e *build.Examination) {
		for _, k := range kinds {
			e.Result.Explanations = append(e.Result.Explanations, scan.Explanation{Length: 1, Kind: k, Text: "a fact\n"})
		}
	})
	for i, want := range []string{"GPT パーティションテーブル。消去後も設計上残る管理情報です。", "LUKS2 ヘッダー。鍵スロットはすべて消去されて", "LUKS1 ヘッダー。鍵スロットはすべて消去されて",
		"公開されている起動プログラム", "消去ソフトウェアが残した記録", "unheard-of。消去後も"} {
		x := d.Explanations[i]
		if !strings.Contains(x.TextJA, want) || x.Kind != kinds[i] || x.Text != `a fact\u{a}` {
			t.Errorf("%+v, want %q", x, want)
		}
	}
}

// How the samples were drawn, so that they can be drawn again.
func TestSample(t *testing.T) {
	if s := made(func(*build.Examination) {}).Plan; s.Mode != "full" || s.Sample != nil {
		t.Errorf("%+v", s)
	}
	p := made(func(e *build.Examination) { e.Plan.Mode, e.Plan.Seed = scan.NIST, [32]byte{0xAB} }).Plan
	if p.Mode != "sample" || p.Sample.Method != "nist-800-88r1" || !strings.HasPrefix(p.Sample.Seed, "ab00") || len(p.Sample.Seed) != 64 || p.Sample.Fraction != 0 || len(p.Sample.Power) != 0 || p.Sample.Algorithm == "" {
		t.Errorf("%+v", p.Sample)
	}
	p = build.Document(reporttest.Drawn(), reporttest.Lab).Plan
	if p.Sample.Method != "random" || p.Sample.Fraction != 0.01 || len(p.Sample.Power) != 6 {
		t.Errorf("%+v", p.Sample)
	}
	for i, x := range p.Sample.Power {
		if x.ResidueBytes != 64<<10<<(2*i) || x.Probability < 0 || x.Probability >= 1 || i > 0 && x.Probability < p.Sample.Power[i-1].Probability {
			t.Errorf("%+v", p.Sample.Power)
		}
	}
}

// The rule, with its figures rounded down together.
func TestRule(t *testing.T) {
	d := made(func(e *build.Examination) {
		e.Result.Tests, e.Result.Budget, e.Result.ThresholdBits = 1234567, 1e-6, 40.19
	}).DecisionRule
	if d.ThresholdBits != 40.1 || d.Tests != 1234567 || d.FalseAlarmBudget != 1e-6 || d.Formula == "" {
		t.Errorf("%+v", d)
	}
	for _, want := range []string{"at least 40.1 bits", "log2(1,234,567 / 1e-6)", "with 1,234,567 tests", "at most 1e-6 (false rejection)"} {
		if !strings.Contains(d.Statement, want) {
			t.Errorf("the rule does not say %q", want)
		}
	}
	for _, want := range []string{"40.1 ビット以上", "log2(1,234,567 / 1e-6)", "1,234,567 回の検定", "は 1e-6 以下です"} {
		if !strings.Contains(d.StatementJA, want) {
			t.Errorf("the rule does not say %q", want)
		}
	}
}

// Times are UTC to the second, whatever the machine's clock shows.
func TestTimes(t *testing.T) {
	jst := time.FixedZone("JST", 9*3600)
	d := made(func(e *build.Examination) {
		e.Zone = jst
		e.Started, e.Finished = time.Date(2026, 1, 1, 8, 59, 59, 999, jst), time.Date(2026, 1, 1, 9, 0, 0, 0, jst)
		e.Interruptions = []build.Pause{{Stopped: e.Started, Resumed: e.Finished, AtByte: 7}}
	})
	if want := (reports.Times{Started: "2025-12-31T23:59:59Z", Finished: "2026-01-01T00:00:00Z", StartedLocal: "2026-01-01T08:59:59+09:00", FinishedLocal: "2026-01-01T09:00:00+09:00"}); d.Times != want {
		t.Errorf("%+v", d.Times)
	}
	for _, i := range d.ISO17025 {
		want := map[string]string{
			"7.8.2.1 i": "2026-01-01 08:59:59 (UTC+09:00) – 2026-01-01 09:00:00 (UTC+09:00); 2025-12-31T23:59:59Z – 2026-01-01T00:00:00Z",
			"7.8.2.1 j": "2026-01-01 09:00:00 (UTC+09:00); 2026-01-01T00:00:00Z",
		}[i.Clause]
		if want != "" && (*i.Text != want || *i.TextJA != want) {
			t.Errorf("%s: %s", i.Clause, *i.Text)
		}
	}
	if want := []reports.Interruption{{Stopped: "2025-12-31T23:59:59Z", Resumed: "2026-01-01T00:00:00Z", AtByte: 7}}; !slices.Equal(d.Interrupted, want) {
		t.Errorf("%+v", d.Interrupted)
	}
}

// A cell's entropies are to a thousandth, and no float is one that JSON cannot hold.
func TestCells(t *testing.T) {
	d := made(func(e *build.Examination) {
		e.Result.Cells = []scan.Cell{{Start: 1, Length: 2, Classes: scan.ClassBytes{scan.Fill: 2}, EntropyMin: 0.12349, EntropyMean: math.NaN(), EntropyMax: math.Inf(1), EntropyBlocks: 3}}
	})
	want := reports.Cell{Start: 1, Length: 2, ClassBytes: reports.ClassBytes{Fill: 2}, EntropyMin: 0.123, EntropyMax: 1e12, EntropyBlocks: 3}
	if len(d.Map.Cells) != 1 || d.Map.Cells[0] != want {
		t.Errorf("%+v, want %+v", d.Map.Cells, want)
	}
}

// All items of the clause are there, in order, and what the tool cannot know is open.
func TestISOItems(t *testing.T) {
	d := made(func(e *build.Examination) { e.Interruptions, e.Plan.Mode = make([]build.Pause, 2), scan.NIST })
	var letters, open string
	text := map[string]string{}
	for _, i := range d.ISO17025 {
		letter := strings.TrimPrefix(i.Clause, "7.8.2.1 ")
		letters += letter
		if i.Name == "" || i.NameJA == "" || (i.Text == nil) != (i.TextJA == nil) {
			t.Errorf("%+v", i)
		}
		if i.Text == nil {
			open += letter
		} else {
			text[letter] = *i.Text + " / " + *i.TextJA
		}
	}
	if letters != "abcdefghijklmnop" || open != "ceho" {
		t.Errorf("items %q, open %q", letters, open)
	}
	for letter, want := range map[string]string{
		"a": d.Title + " / " + d.TitleJA,
		"b": "Example Forensic Laboratory 例示研究所 (name from the certificate; address not stated) / Example Forensic Laboratory 例示研究所(証明書による名称。住所は記載なし)",
		"d": "small-1 / small-1",
		"f": "shokyo v0.1.0; Sample: NIST SP 800-88r1 4.7; Deep: every detector looked at every byte that was read / shokyo v0.1.0。標本(NIST SP 800-88r1 4.7)。詳細検査(読み取った全バイトをすべての検出器で検査)",
		"g": "erased.img / erased.img",
		"k": "Sample: NIST SP 800-88r1 4.7; seed and regions under “Plan” / 標本(NIST SP 800-88r1 4.7)。シード値と領域は「計画」に記載",
		"n": "2 interruptions, listed under “Times” / 中断 2 回(「時刻」に記載)",
		"p": "none / なし",
	} {
		if text[letter] != want {
			t.Errorf("%s: %q, want %q", letter, text[letter], want)
		}
	}
	once := build.Document(reporttest.Small(), reporttest.ThrowAway).ISO17025
	if once[1].Text != nil {
		t.Errorf("a throw-away identity is a laboratory: %q", *once[1].Text)
	}
}
