package paper

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/pdf"
	"shokyo.dev/shokyo/reports/render"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/words"
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
		e.Result.Findings = append(e.Result.Findings, scan.Finding{Offset: 1<<20 + int64(i)*4096, Length: 512, Detector: detector.Text, Kind: "utf-8", Bits: 80, Preview: "Xxxx xxxx"})
	}
	e.Result.Counts[1].Count = 10_000
	return e
}

// withDrive is a drive that answers.
func withDrive() *build.Examination {
	e := reporttest.Damaged()
	say := func(state string) reports.Statement {
		return reports.Statement{State: state, Text: "what the drive says of that, in English", TextJA: "装置の回答"}
	}
	e.Medium.Drive = &reports.Drive{Bus: "nvme", Firmware: "1.0", WWN: "eui.0025388b710116a1", Rotation: say("solid-state"), Sanitize: say("succeeded"), Security: say("off"),
		Deallocated: say("zeros"), AfterErase: say("unknown"), Hidden: reports.Hidden{State: "none", Text: "nothing is hidden here"}}
	return e
}

func samples() map[string]*reports.Document {
	out := map[string]*reports.Document{}
	for _, c := range reporttest.Samples() {
		out[c.Name] = build.Document(c.Exam, reporttest.Lab)
	}
	out["ordered"] = build.Document(reporttest.Ordered(), reporttest.Lab)
	out["thrown"] = build.Document(reporttest.Attested(), reporttest.ThrowAway)
	out["drive"] = build.Document(withDrive(), reporttest.Lab)
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

// Each sample is a PDF that others find nothing wrong with, of less than a megabyte, in
// fonts that are part of it.
func TestFiles(t *testing.T) {
	all := samples()
	for _, name := range []string{"ordered", "thrown", "drive", "many"} {
		file := both(all[name])
		path := written(t, name, file)
		if out := output(t, "qpdf", "--check", path); strings.Contains(strings.ToLower(out), "warn") {
			t.Errorf("%s: %s", name, out)
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

func TestAgain(t *testing.T) {
	d := build.Document(reporttest.Ordered(), reporttest.Lab)
	file := both(d)
	again, err := reports.Decode(d.Encode())
	if err != nil || !bytes.Equal(both(again), file) {
		t.Errorf("rendered again it is another file; %v", err)
	}
	if bytes.Equal(Render(d, nil, words.Languages{"ja"}), Render(d, nil, words.Languages{"en"})) {
		t.Error("the languages are alike")
	}
}

// pages are the texts of a file's pages without blanks.
func pages(t *testing.T, name string, file []byte) (list []string) {
	t.Helper()
	all := output(t, "pdftotext", "-raw", "-enc", "UTF-8", written(t, name, file), "-")
	for page := range strings.SplitSeq(strings.TrimSuffix(all, "\f"), "\f") {
		list = append(list, strings.Join(strings.Fields(page), ""))
	}
	return list
}

func TestPages(t *testing.T) {
	d := build.Document(reporttest.Ordered(), reporttest.Lab)
	for l, want := range map[string]struct{ page, end string }{
		"ja": {"%d/%dページ", "―以上―"},
		"en": {"page%dof%d", "—Endofreport—"},
	} {
		list := pages(t, l, Render(d, nil, words.Languages{l}))
		for i, page := range list {
			if foot := fmt.Sprintf(want.page, i+1, len(list)); !strings.Contains(page, foot) || !strings.Contains(page, d.ID) {
				t.Errorf("%s, page %d has no %q, or no number", l, i+1, foot)
			}
			if last := i == len(list)-1; strings.Contains(page, want.end) != last {
				t.Errorf("%s, page %d: the end", l, i+1)
			}
		}
		for _, s := range []string{"例示研究所", "神奈川県川崎市例示町1-2-3", "ISO/IEC17025,No.00000", "例示市役所情報政策課", "R8-0123", "例市-PC-00123", "EX-0042", "佐藤一郎", "田中三郎", "2026-03-14T01:59:30Z", "UTC+09:00"} {
			if !strings.Contains(list[0], s) {
				t.Errorf("%s: page one has no %q", l, s)
			}
		}
	}
}

// What is long stands whole in a section, and page one stays a page.
func TestLong(t *testing.T) {
	e := long()
	d := build.Document(e, reporttest.Lab)
	list := pages(t, "long", Render(d, nil, words.Languages{"ja"}))
	all := strings.Join(list[1:], "")
	for _, s := range []string{e.Medium.Serial, e.Assignment.Customer, e.Order.Item.AssetNumber, "𠮷", d.Medium.Partitions[0].Label} {
		if !strings.Contains(all, s) {
			t.Errorf("not whole: %q", s)
		}
	}
	if !strings.Contains(list[0], "SHA") && !strings.Contains(list[0], "機械読取用") {
		t.Error("page one is longer than a page")
	}
}

// Ten thousand findings are not all printed, and it is said how many there are.
func TestMany(t *testing.T) {
	list := pages(t, "many", Render(build.Document(many(), reporttest.Lab), nil, words.Languages{"ja"}))
	if all := strings.Join(list, ""); len(list) > 16 || !strings.Contains(all, "10,000") || !strings.Contains(all, "件のうち80件を表示") {
		t.Errorf("%d pages", len(list))
	}
}

// On a Japanese page no English stands but names and what others wrote.
func TestJapanese(t *testing.T) {
	english := regexp.MustCompile(`[A-Za-z]{2,}( [a-z]{2,}){2,}`)
	for name, d := range samples() {
		d.NotChecked = slices.DeleteFunc(d.NotChecked, func(r reports.Reason) bool { return r.TextJA == "" }) // of one made by hand
		all := output(t, "pdftotext", "-raw", "-enc", "UTF-8", written(t, name+"-ja", Render(d, nil, words.Languages{"ja"})), "-")
		for _, s := range english.FindAllString(all, -1) {
			t.Errorf("%s: %q", name, s)
		}
	}
}

func TestAttached(t *testing.T) {
	d := build.Document(reporttest.Small(), reporttest.Lab)
	dir := t.TempDir()
	output(t, "pdfdetach", "-saveall", "-o", dir, written(t, "small", both(d)))
	for _, a := range files(d) {
		if b, err := os.ReadFile(filepath.Join(dir, a.Name)); err != nil || !bytes.Equal(b, a.Data) {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
}

func TestQRText(t *testing.T) {
	d := build.Document(long(), reporttest.Lab)
	lines := strings.Split(QRText(d), "\n")
	if len(lines) != 5 || lines[0] != "SHOKYO1" || lines[1] != d.ID || lines[2] != digest(d.Encode()) || lines[3] != "no-residue medium" || lines[4] != d.Medium.Serial[:maxQRSerial] {
		t.Errorf("%q", lines)
	}
}

// files are those that go along in a bundle.
func files(d *reports.Document) []pdf.Attachment {
	return []pdf.Attachment{Attach("report.json", d.Encode()), Attach("findings.dfxml", render.DFXML(d)), Attach("regions.map", render.Map(d))}
}

// both is a report as a bundle has it.
func both(d *reports.Document) []byte { return Render(d, files(d), words.Languages{"ja", "en"}) }

// However much was stated, the verdict stands on page one, in both languages.
func TestVerdictOnPageOne(t *testing.T) {
	e := reporttest.Damaged()
	o, much := &e.Order, strings.Repeat("漢", 500)
	o.Lab = reports.Laboratory{Name: much, Address: much, Contact: much, Accreditation: much}
	o.Number, o.AuthorisedBy.Name = much, much
	o.Item = reports.Item{AssetNumber: much, Manufacturer: much, Model: much, Serial: much}
	e.Assignment = reports.Assignment{Operator: much + much, Customer: much + much, Case: much + much}
	e.Medium.Model, e.Medium.Serial = much, much
	d := build.Document(e, reporttest.ThrowAway)
	for language, want := range map[string]string{"ja": "判定不能", "en": "INCONCLUSIVE"} {
		list := pages(t, "stated", Render(d, nil, words.Languages{language}))
		if !strings.Contains(strings.ToUpper(list[0]), want) {
			t.Errorf("%s: not on page one: %s", language, list[0])
		}
	}
}

// What the bundle says of files that were noted before the erasure, how the medium was opened, what holds it and what
// else was counted stands in the PDF as well, in either language.
func TestSaidAsOnThePage(t *testing.T) {
	d := build.Document(withDrive(), reporttest.Lab)
	yes := true
	d.Corpora = []reports.Corpus{{Name: "resident-records", SealSHA256: strings.Repeat("5e", 32), Signer: "City of Example", Text: "A third was found.", TextJA: "三分の一が見つかりました。",
		FileList: []reports.CorpusFile{{Number: 3, Name: "juki.csv", Bytes: 123_456_789, Found: 77, Probative: 231}}, FilesFound: 41,
		Runs: []reports.CorpusRun{{File: 3, Offset: 987_654_321, Length: 77 * 512}}}}
	d.Baseline = &reports.Baseline{SealSHA256: strings.Repeat("7a", 32), Signer: "Lab of Example", Made: "2026-11-30T01:02:03Z", Unchanged: 41, Offsets: []int64{4_096_000},
		Text: "Some blocks stayed.", TextJA: "一部のブロックが残っています。"}
	g := &d.Medium.WriteGuard
	g.Descriptor, g.Claimed, g.Text, g.TextJA = "O_RDONLY", &yes, "no writes were counted", "書込みはありません。"
	g.Counters = []reports.Counter{{Name: "write_ios", Before: 31_337, After: 31_337}}
	d.Medium.Drive.Hidden.Bytes, d.Medium.Drive.Users = 1_048_576, []string{"dm-7 (mapped)"}
	for language, want := range map[string][]string{
		"en": {"resident-records", "A third was found.", "City of Example", "5e5e5e5e", "juki.csv", "123,456,789", "77 / 231", "33", "987,654,321", "40", "Some blocks stayed.", "7a7a7a7a", "2026-11-30T01:02:03Z", "4,096,000 · …", "31,337", "No writes were counted", "1,048,576", "dm-7 (mapped)"},
		"ja": {"resident-records", "三分の一が見つかりました。", "juki.csv", "987,654,321", "一部のブロックが残っています。", "Lab of Example", "31,337", "書込みはありません。", "1,048,576", "dm-7 (mapped)"},
	} {
		text := strings.Join(pages(t, "said-"+language, Render(d, nil, words.Languages{language})), "")
		for _, s := range want {
			if !strings.Contains(text, strings.ReplaceAll(s, " ", "")) {
				t.Errorf("%s: %q does not stand in the PDF", language, s)
			}
		}
	}
}

// Whoever reads page one alone reads what was found, as far as there is room.
func TestFoundOnPageOne(t *testing.T) {
	d := build.Document(many(), reporttest.Lab)
	for language, want := range map[string]string{"en": d.Found.Text, "ja": d.Found.TextJA} {
		front := pages(t, "found-"+language, Render(d, nil, words.Languages{language}))[0]
		if said := strings.ReplaceAll(want, " ", ""); !strings.Contains(front, string([]rune(said)[:20])) {
			t.Errorf("%s: page one does not say what was found: %q", language, want)
		}
	}
}

// A risk is said in chances, and where nothing was tested no score stands.
func TestRule(t *testing.T) {
	d := build.Document(many(), reporttest.Lab)
	d.Statistics.Windows = []reports.WindowTest{{WindowBytes: 1 << 20}, {WindowBytes: 1 << 24, Windows: 3, MaxBits: 7.5, MaxOffset: 4096}}
	text := strings.Join(pages(t, "rule", Render(d, nil, words.Languages{"ja"})), "")
	for _, s := range []string{"多くとも1,000,000回の検査に1回", "1MiB0––0", "16MiB37.54,0960"} {
		if !strings.Contains(text, s) {
			t.Errorf("the PDF has no %q", s)
		}
	}
}

func TestClauses(t *testing.T) {
	for _, x := range []struct {
		in   string
		most int
		want string
	}{
		{"a; b; c", 7, "a; b; c"}, {"a; b; c", 6, "a; b; …"}, {"a; b; c", 4, "a; …"}, {"文書、画像、音声", 5, "文書、 …"}, {"abcdef", 3, "abc …"}, {"", 3, ""},
	} {
		if got := clauses(x.in, x.most); got != x.want {
			t.Errorf("%q, %d: %q", x.in, x.most, got)
		}
	}
}
