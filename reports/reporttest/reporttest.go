// Package reporttest has examinations made by hand, for tests of documents and of what is
// made from them.
package reporttest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/verdict"
)

// Lab is a laboratory that signs, as a document names it.
var Lab = reports.IdentityFacts{Name: "Example Forensic Laboratory 例示研究所", CertificateSHA256: strings.Repeat("0123456789abcdef", 4)}

// ThrowAway signs once.
var ThrowAway = reports.IdentityFacts{Name: "throw-away", ThrowAway: true, CertificateSHA256: strings.Repeat("fedcba9876543210", 4)}

const mib = 1 << 20

// sampleExam makes an examination by hand: extents are given, everything else
// follows from them as the engine would have it.
func sampleExam(id string, size int64, extents []scan.Extent) *build.Examination {
	t0 := time.Date(2026, 3, 14, 1, 59, 26, 0, time.UTC)
	p := &scan.Plan{BlockBytes: 4096, Depth: scan.Deep, Regions: []scan.Region{{Name: "medium", Length: size}}}
	r := &scan.Result{
		MediumBytes: size, Planned: size, GrainBytes: 4096, Extents: extents, Complete: true,
		Tests: 26_214, Budget: 1e-6, ThresholdBits: math.Log2(26_214 / 1e-6),
		Tree: scan.Tree{LeafBytes: mib, Root: [32]byte{1, 2, 3}, Present: true},
		Windows: []scan.WindowTest{
			{WindowBytes: 64 << 10, Windows: size >> 16, MaxBits: 7.31, MaxOffset: 3 * mib},
			{WindowBytes: mib, Windows: size >> 20, MaxBits: 4.02, MaxOffset: 8 * mib},
			{WindowBytes: 0, Windows: 1, MaxBits: -3.2},
		},
	}
	for _, x := range extents {
		r.Classes[x.Class] += x.Length
	}
	r.Regions = []scan.RegionResult{{Region: p.Regions[0], Planned: size, Classes: r.Classes}}
	r.Cells = sampleCells(size, extents)
	e := &build.Examination{
		ID: id, Plan: p, Result: r, Started: t0, Finished: t0.Add(4 * time.Second),
		Medium: reports.Medium{
			Path: "erased.img", SizeBytes: size, LogicalBlockBytes: 512, Kind: "file", Format: "raw", PartitionTable: "gpt",
			Partitions: []reports.Partition{{Name: "p1", Label: "resident-records", Type: "Linux LUKS", Start: mib, Length: size - 2*mib}},
			WriteGuard: reports.WriteGuard{Untouched: new(true), Counters: []reports.Counter{{Name: "size_bytes", Before: size, After: size}, {Name: "modified_unix_us", Before: 1773453566123456, After: 1773453566123456}}},
		},
		Tool: reports.Tool{Name: "shokyo", Version: "v0.1.0", Commit: "0123abcd", GoVersion: "go1.26.0", OS: "linux", Arch: "amd64"},
	}
	e.Verdict = verdict.Decide(&verdict.Input{Plan: p, Result: r})
	return e
}

func sampleCells(size int64, extents []scan.Extent) []scan.Cell {
	rng := rand.New(rand.NewPCG(1, 2))
	n := min(size/4096, scan.MaxCells)
	cells := make([]scan.Cell, n)
	for i := range cells {
		c := &cells[i]
		c.Start = size / n * int64(i)
		c.Length = size / n
		if i == len(cells)-1 {
			c.Length = size - c.Start
		}
		for _, x := range extents {
			if d := min(x.Start+x.Length, c.Start+c.Length) - max(x.Start, c.Start); d > 0 {
				c.Classes[x.Class] += d
			}
		}
		cipher, odd := c.Classes[scan.Ciphertext], c.Classes[scan.Residue]+c.Classes[scan.Metadata]
		if cipher+odd > 0 {
			c.EntropyBlocks = (cipher + odd) / 4096
			c.EntropyMax = 7.962 + rng.Float64()/200
			c.EntropyMin = 7.945 - rng.Float64()/200
			if odd > 0 {
				c.EntropyMin = 1 + 5*rng.Float64()
			}
			share := float64(odd) / float64(cipher+odd)
			c.EntropyMean = 7.955*(1-share) + share*(c.EntropyMin+7)/2
			c.EntropyMax = max(c.EntropyMax, c.EntropyMean)
		}
	}
	return cells
}

// Erased is a crypto-erased GPT disk of 96 MiB.
func Erased() *build.Examination {
	size := int64(96 * mib)
	e := sampleExam("3f1c0a52-7a52-4d7e-9a0e-5d2f8b8e1c01", size, []scan.Extent{
		{Start: 0, Length: 17408, Class: scan.Metadata, Reason: "gpt"},
		{Start: 17408, Length: mib - 17408, Class: scan.Fill, Reason: "00"},
		{Start: mib, Length: 32768, Class: scan.Metadata, Reason: "luks2-wiped"},
		{Start: mib + 32768, Length: 95*mib - mib - 32768, Class: scan.Ciphertext},
		{Start: 95 * mib, Length: mib - 16896, Class: scan.Fill, Reason: "00"},
		{Start: size - 16896, Length: 16896, Class: scan.Metadata, Reason: "gpt-backup"},
	})
	e.Result.Explanations = []scan.Explanation{
		{Offset: 0, Length: 512, Kind: "mbr", Text: "a protective MBR with empty boot code"},
		{Offset: 512, Length: 16896, Kind: "gpt", Text: "a GPT with 1 partition; header and entry checksums are right"},
		{Offset: mib, Length: 32768, Kind: "luks2-wiped", Path: medium.Path{"p1"}, Text: "two LUKS2 headers without key slots; both checksums are right"},
		{Offset: size - 16896, Length: 16896, Kind: "gpt-backup", Text: "the backup GPT; header and entry checksums are right"},
	}
	return e
}

// Control is the same disk, not encrypted, with hostile text in it.
func Control() *build.Examination {
	size := int64(96 * mib)
	e := sampleExam("3f1c0a52-7a52-4d7e-9a0e-5d2f8b8e1c02", size, []scan.Extent{
		{Start: 0, Length: 17408, Class: scan.Metadata, Reason: "gpt"},
		{Start: 17408, Length: mib - 17408, Class: scan.Fill, Reason: "00"},
		{Start: mib, Length: 40 * mib, Class: scan.Residue, Reason: "filesystem"},
		{Start: 41 * mib, Length: 16 * mib, Class: scan.Fill, Reason: "00"},
		{Start: 57 * mib, Length: 4096, Class: scan.Residue, Reason: "text"},
		{Start: 57*mib + 4096, Length: 20*mib - 4096, Class: scan.Fill, Reason: "00"},
		{Start: 77 * mib, Length: 2 * mib, Class: scan.Pattern, Reason: "period 4"},
		{Start: 79 * mib, Length: 17*mib - 16896, Class: scan.Ciphertext},
		{Start: size - 16896, Length: 16896, Class: scan.Metadata, Reason: "gpt-backup"},
	})
	kinds := [...]struct {
		detector detector.ID
		kind     string
	}{{detector.Filesystems, "ext-superblock"}, {detector.Text, "utf-8"}, {detector.Text, "shift_jis"}, {detector.Signatures, "jpeg"}, {detector.Signatures, "pdf"}, {detector.Statistics, "bytes"}, {detector.Keys, scan.LiveKeySlot}}
	for i := range 260 {
		k := kinds[i%len(kinds)]
		e.Result.Findings = append(e.Result.Findings, scan.Finding{
			Offset: mib + int64(i)*131072 + 1024, Length: 4096 + int64(i), Detector: k.detector, Kind: k.kind, Path: medium.Path{"p1"},
			Bits: 60.06 + float64(i*i%700), Preview: []string{"", "Xxxx xxxxx, 9999-99-99 xx xxxxx <xxx@xxxxxxx.xx>", "漢漢ああアア 99漢99漢"}[i%3],
		})
	}
	e.Result.Regions[0].Findings, e.Result.Regions[0].LiveKeys = 1260, 2
	for _, k := range kinds {
		e.Result.Counts = append(e.Result.Counts, scan.FindingCount{Detector: k.detector, Kind: k.kind, Count: 180, Bytes: 5 * mib})
	}
	e.Result.Windows[0].MaxBits, e.Result.Windows[0].Alarms = 213045.9, 640
	e.Medium.Path = "control.img"
	e.Medium.Partitions[0].Label = "</style><script>alert(1)</script>\u202egpj.x\x00\xff"
	e.Verdict = verdict.Decide(&verdict.Input{Plan: e.Plan, Result: e.Result})
	return e
}

// Damaged is a drive with unreadable sectors that was interrupted twice.
func Damaged() *build.Examination {
	size := int64(2_000_398_934_016)
	gib := int64(1 << 30)
	e := sampleExam("3f1c0a52-7a52-4d7e-9a0e-5d2f8b8e1c03", size, []scan.Extent{
		{Start: 0, Length: 700 * gib, Class: scan.Ciphertext},
		{Start: 700 * gib, Length: 3 * 4096, Class: scan.Unreadable, Reason: "EIO"},
		{Start: 700*gib + 3*4096, Length: 300 * gib, Class: scan.Ciphertext},
		{Start: 1000*gib + 3*4096, Length: 90 * gib, Class: scan.Unreadable, Reason: "EIO"},
		{Start: 1090*gib + 3*4096, Length: size - 1090*gib - 3*4096, Class: scan.Unread},
	})
	e.Result.Complete = false
	e.Medium = reports.Medium{
		Path: "/dev/sdb", SizeBytes: size, LogicalBlockBytes: 512, PhysicalBlockBytes: 4096, Kind: "block-device", Format: "raw",
		Model: "Example Disk 2000", Serial: "EX-0042", ReadOnlyFlag: new(true),
		WriteGuard: reports.WriteGuard{Untouched: new(true), Counters: []reports.Counter{{Name: "write_ios", Before: 12, After: 12}, {Name: "write_sectors", Before: 96, After: 96}}},
	}
	e.Interruptions = []build.Pause{
		{Stopped: e.Started.Add(time.Hour), Resumed: e.Started.Add(2 * time.Hour), AtByte: 400 * gib},
		{Stopped: e.Started.Add(3 * time.Hour), Resumed: e.Started.Add(4 * time.Hour), AtByte: 900 * gib},
	}
	e.Finished = e.Started.Add(9 * time.Hour)
	e.Plan.Regions[0].Expect = scan.ExpectCiphertext
	e.Verdict = verdict.Decide(&verdict.Input{Plan: e.Plan, Result: e.Result})
	return e
}

// Drawn is a sampled examination of 1 TB with many small extents.
func Drawn() *build.Examination {
	size := int64(1_000_204_886_016)
	var list []scan.Extent
	const cuts = 1000
	step := size / 4096 / cuts * 4096
	for i := range int64(cuts) {
		end := (i + 1) * step
		if i == cuts-1 {
			end = size
		}
		list = append(list, scan.Extent{Start: i * step, Length: 4096 * 2400, Class: scan.Ciphertext},
			scan.Extent{Start: i*step + 4096*2400, Length: end - i*step - 4096*2400, Class: scan.Unread})
	}
	e := sampleExam("3f1c0a52-7a52-4d7e-9a0e-5d2f8b8e1c04", size, list)
	e.Plan.Mode, e.Plan.Fraction, e.Plan.Seed = scan.Random, 0.01, [32]byte{0xAB, 0xCD}
	r := e.Result
	r.Planned = r.Classes[scan.Ciphertext]
	r.Classes[scan.Unread] = 0
	r.Regions[0].Planned, r.Regions[0].Classes = r.Planned, r.Classes
	r.Tree.Present = false
	e.Medium = reports.Medium{Path: "/dev/nvme0n1", SizeBytes: size, LogicalBlockBytes: 512, PhysicalBlockBytes: 512, Kind: "block-device", Format: "raw", Model: "Example NVMe", Serial: "S0042"}
	e.Verdict = verdict.Decide(&verdict.Input{Plan: e.Plan, Result: r})
	e.Verdict.NotChecked = append(e.Verdict.NotChecked, verdict.Reason{Code: "outside-sample", Text: "99.00 % of the medium, which the sample left out", TextJA: "標本に含まれない媒体の 99.00 %"})
	return e
}

// Samples are all of them, by name.
type Case struct {
	Name string
	Exam *build.Examination
	Want string // the verdict
}

// Samples are those that stand for what there is.
func Samples() []Case {
	return []Case{
		{"erased", Erased(), "no-residue"}, {"control", Control(), "residue-found"},
		{"damaged", Damaged(), "inconclusive"}, {"drawn", Drawn(), "no-residue"},
	}
}

// Ordered is an erased medium with all that a laboratory can state of it.
func Ordered() *build.Examination {
	e := Erased()
	e.Zone = time.FixedZone("", 9*3600)
	e.Assignment = reports.Assignment{Operator: "佐藤 一郎", Case: "2026-17", Customer: "例示市役所 情報政策課", Site: "川崎試験室 第2作業台", Note: "封印番号 0042"}
	role := func(title string) reports.Role {
		return reports.Role{Title: title, Organization: "例示研究所", Place: "川崎市", Contact: "044-000-0000"}
	}
	e.Order = reports.Order{
		Lab:      reports.Laboratory{Name: "Example Forensic Laboratory 例示研究所", Address: "神奈川県川崎市例示町 1-2-3", Contact: "lab@example.org", Accreditation: "ISO/IEC 17025, No. 00000", Logo: logo()},
		Customer: reports.Contact{Address: "神奈川県例示市例示 1-1", Contact: "046-000-0000"},
		Number:   "R8-0123",
		Item: reports.Item{AssetNumber: "例市-PC-00123", Manufacturer: "Example", Model: "EX-2000", Serial: "EX-0042", Type: "SSD", Source: "住民課 端末 12", Condition: "動作可・外観異常なし",
			Received: "2026-03-12", Sampled: "2026-03-01", ConfidentialityBefore: "機密性3", ConfidentialityAfter: "機密性1", Backup: "サーバーに保管", Destination: "リース会社へ返却"},
		Erasure: reports.Erasure{Category: reports.Purge, Technique: "cryptographic erase", Details: "LUKS2 の鍵スロット消去", Tool: "eraser", ToolVersion: "7.1",
			By: reports.Person{Name: "鈴木 花子", Role: role("技術員")}, Date: "2026-03-10", Certificate: "EC-2026-0001", ProcessingNumber: "A0123456"},
		Operator: role("主任検査員"), Witness: reports.Person{Name: "高橋 次郎", Role: role("係長")}, AuthorisedBy: reports.Person{Name: "田中 三郎", Role: role("試験室長")},
		Conditions: "23 ℃、50 %RH", Deviations: []string{"電源を一度入れ直した"}, ExternalResults: []reports.External{{Provider: "別試験所", Result: "外観検査 合格"}},
		CaseSHA256: strings.Repeat("cd", 32),
	}
	return e
}

// logo is a small picture.
func logo() *reports.Logo {
	var b bytes.Buffer
	m := image.NewNRGBA(image.Rect(0, 0, 48, 16))
	for i := range m.Pix {
		m.Pix[i] = byte(i)
	}
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return &reports.Logo{PNG: base64.StdEncoding.EncodeToString(b.Bytes()), Width: 48, Height: 16}
}

// Small is 64 KiB with one piece of text.
func Small() *build.Examination {
	e := sampleExam("small-1", 64<<10, []scan.Extent{
		{Start: 0, Length: 60 << 10, Class: scan.Ciphertext},
		{Start: 60 << 10, Length: 4 << 10, Class: scan.Residue, Reason: "text"},
	})
	e.Medium.Partitions = nil
	e.Result.Findings = []scan.Finding{{Offset: 60 << 10, Length: 100, Detector: detector.Text, Kind: "utf-8", Bits: 77, Preview: "Xxxx"}}
	e.Result.Counts = []scan.FindingCount{{Detector: detector.Text, Kind: "utf-8", Count: 1, Bytes: 100}}
	e.Result.Regions[0].Findings = 1
	e.Verdict = verdict.Decide(&verdict.Input{Plan: e.Plan, Result: e.Result})
	return e
}

func (s Case) String() string { return fmt.Sprintf("%s (%s)", s.Name, s.Want) }

// Attested is an examination on a machine with a TPM.
func Attested() *build.Examination {
	e := Small()
	e.Attested = true
	e.Release = "shokyo 1.0\n"
	e.Assignment = reports.Assignment{Operator: "佐藤", Case: "2026-17", Customer: "Example <City>", Site: "Bench 3", Note: "two\nlines", JobSHA256: strings.Repeat("ab", 32)}
	return e
}
