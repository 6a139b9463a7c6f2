package render

import (
	"bytes"
	"encoding/xml"
	"fmt"
	stdhtml "html"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/render/shapes"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/kinds"
	labels "shokyo.dev/shokyo/words/page"
	"shokyo.dev/shokyo/words/report"
)

const mib = 1 << 20

// The page must be whole by itself: nothing fetched, nothing run, and nothing
// of what the medium says of itself taken for markup.
func TestHTMLIsSelfContained(t *testing.T) {
	for _, s := range reporttest.Samples() {
		html := string(HTML(build.Document(s.Exam, reporttest.ThrowAway)))
		for _, bad := range []string{"<script", "<link", "<img", "<iframe", "@import", "@font-face", " src=", "javascript:"} {
			if strings.Contains(html, bad) {
				t.Errorf("%s: the page holds %q", s, bad)
			}
		}
		for _, ref := range regexp.MustCompile(`(?:href="|url\()[^")]*`).FindAllString(html, -1) {
			if !strings.HasPrefix(ref, "url(#h-") {
				t.Errorf("%s: the page refers to %q", s, ref)
			}
		}
		if strings.Count(html, "</style>") != 1 {
			t.Errorf("%s: a label broke out of its place", s)
		}
		if strings.Contains(html, "ZgotmplZ") {
			t.Errorf("%s: html/template found something unsafe in the page", s)
		}
		for _, want := range []string{"Throw-away identity", "使い捨て署名", string(s.Exam.ID), "確認していない事項", "End of report"} {
			if !strings.Contains(html, want) {
				t.Errorf("%s: the page lacks %q", s, want)
			}
		}
	}
}

func TestHTMLSaysTheVerdict(t *testing.T) {
	part := reporttest.Erased()
	part.Result.Planned /= 2
	part.Result.MediumBytes *= 2
	part.Medium.SizeBytes *= 2
	part.Plan.Scope = scan.ScopeRegions
	for _, c := range []struct {
		exam *build.Examination
		want string
	}{
		{reporttest.Erased(), "<strong>No residue found<span"},
		{part, "<strong>No residue found in region “"},
		{reporttest.Drawn(), "<strong>No residue found in a sample of the medium: "},
		{reporttest.Control(), "<strong>Residue found<span"},
		{reporttest.Damaged(), "<strong>Inconclusive<span"},
	} {
		html := string(HTML(build.Document(c.exam, reporttest.Lab)))
		if strings.Count(html, c.want) != 1 {
			t.Errorf("the page does not say %q", c.want)
		}
		if strings.Contains(html, `class="banner"`) {
			t.Error("a laboratory is called a throw-away identity")
		}
	}
}

// The laboratory's name stands on the first page; what nobody can tell by looking stands
// beside a clean verdict over ciphertext, and only there.
func TestHTMLFirstPage(t *testing.T) {
	page := func(e *build.Examination) string {
		first, _, _ := strings.Cut(string(HTML(build.Document(e, reporttest.Lab))), "</section>")
		return first
	}
	if first := page(reporttest.Erased()); !strings.Contains(first, "Example Forensic Laboratory 例示研究所") {
		t.Error("the laboratory is not on the first page")
	}
	if first := page(reporttest.Erased()); !strings.Contains(first, "What it is about") || !strings.Contains(first, "What would have been noticed") || !strings.Contains(first, "1 MiB or less of HEIC, LZMA") {
		t.Error("what the verdict is about, or what would have been noticed, is not on the first page")
	}
	if strings.Contains(page(reporttest.Control()), "What it is about") {
		t.Error("the headline of residue needs no scope: the whole medium was read")
	}
	if strings.Contains(page(reporttest.Control()), "What would have been noticed") {
		t.Error("what would have been noticed stands beside what was")
	}
	clean := reporttest.Erased()
	clean.Result.Regions[0].ReadBackCiphertext = 94 * mib
	clean.Verdict = verdict.Decide(&verdict.Input{Plan: clean.Plan, Result: clean.Result})
	if first := page(clean); !strings.Contains(first, "VeraCrypt") || !strings.Contains(first, "分離された LUKS") {
		t.Error("a clean medium of ciphertext does not say what nobody can tell")
	}
	for _, e := range []*build.Examination{reporttest.Erased(), reporttest.Control(), reporttest.Damaged()} { // no ciphertext read back; not clean
		if strings.Contains(page(e), "VeraCrypt") {
			t.Error("VeraCrypt is named where it does not matter")
		}
	}
}

// A page in Japanese has no English sentence, one in English nothing Japanese but what was
// stated, and both say the same figures.
func TestHTMLInOneLanguage(t *testing.T) {
	for _, s := range append(reporttest.Samples(), reporttest.Case{Name: "ordered", Exam: reporttest.Ordered()}) {
		d := build.Document(s.Exam, reporttest.Lab)
		tags := regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)
		ja := tags.ReplaceAllString(string(HTMLIn(d, words.Languages{"ja"})), "\n")
		for _, m := range regexp.MustCompile(`(?:[A-Za-z’]+,? ){3,}[a-z]+`).FindAllString(ja, -1) {
			if !slices.Contains([]string{"Example Forensic Laboratory"}, m) {
				t.Errorf("%s: English on the Japanese page: %q", s, m)
			}
		}
		en := tags.ReplaceAllString(string(HTMLIn(d, words.Languages{"en"})), "\n")
		for _, label := range labels.Labels.Texts() {
			if strings.Contains(en, "\n"+label.JA+"\n") && label.EN != label.JA {
				t.Errorf("%s: Japanese on the English page: %q", s, label.JA)
			}
		}
	}
}

// A picture on the page is the logo that was stated, and nothing else is fetched.
func TestHTMLShowsTheLogo(t *testing.T) {
	d := build.Document(reporttest.Ordered(), reporttest.Lab)
	html := string(HTML(d))
	if refs := regexp.MustCompile(`(?: src|href)="([^"]*)"`).FindAllStringSubmatch(html, -1); len(refs) != 1 || stdhtml.UnescapeString(refs[0][1]) != "data:image/png;base64,"+d.Order.Lab.Logo.PNG {
		t.Errorf("%d references", len(refs))
	}
	for _, want := range []string{"R8-0123", "例市-PC-00123", "高橋 次郎", "2026-03-14 10:59:30 (UTC&#43;09:00)", "A0123456"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// What was seen of writes is said in both languages, and a time as a time.
func TestHTMLWriteGuard(t *testing.T) {
	e := reporttest.Erased()
	e.Medium.WriteGuard.Descriptor, e.Medium.WriteGuard.Text, e.Medium.WriteGuard.TextJA = "O_RDONLY", "nothing changed", "変更なし"
	html := string(HTML(build.Document(e, reporttest.Lab)))
	for _, want := range []string{"<p>Nothing changed.</p><p lang=\"ja\">変更なし。</p>", "2026-03-14T01:59:26.123456Z"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// A label that somebody chose, with letters that could break a page, is in no file.
func TestLabelsAreMasked(t *testing.T) {
	e := reporttest.Erased()
	const label = "Hanako</td><b>\u202eYamada 1985-03-12"
	e.Medium.Partitions = []reports.Partition{{Name: "p1", Label: label, Start: mib, Length: mib}, {Name: "p2", Label: "EFI System Partition", Start: 2 * mib, Length: mib}}
	e.Result.Labels, e.Result.LabelCount = []scan.Label{{Offset: 512, Kind: "gpt", Shape: "Xxxxxx 9999"}}, 1
	e.Verdict = verdict.Decide(&verdict.Input{Plan: e.Plan, Result: e.Result})
	d := build.Document(e, reporttest.Lab)
	if p := d.Medium.Partitions; !p[0].Masked || p[1].Masked || p[1].Label != "EFI System Partition" {
		t.Errorf("%+v", p)
	}
	for name, b := range map[string][]byte{"json": d.Encode(), "html": HTML(d), "dfxml": DFXML(d), "map": Map(d)} {
		for _, word := range []string{"Hanako", "Yamada", "1985-03"} {
			if bytes.Contains(b, []byte(word)) {
				t.Errorf("%s holds %q", name, word)
			}
		}
	}
	if html := string(HTML(d)); !strings.Contains(html, "readable-label") || !strings.Contains(html, "Xxxxxx 9999") || strings.Contains(html, "hold no content") {
		t.Error("the page does not say that there is a label")
	}
}

// A long list is cut, and the page says by how much.
func TestHTMLCountsWhatItLeavesOut(t *testing.T) {
	html := string(HTML(build.Document(reporttest.Control(), reporttest.Lab)))
	for _, want := range []string{"80 of 1,260 are shown here; report.json lists 260 of them", "全 1,260 件のうち 80 件を表示。report.json には 260 件を記載"} { // 7 × 180 counted, 260 listed
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// GNU ddrescue's own tool must take the map and count what we count.
func TestMapWithDdrescuelog(t *testing.T) {
	log := tooltest.Path(t, "ddrescuelog")
	run := func(t *testing.T, name string, args ...string) string {
		t.Helper()
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	for _, s := range reporttest.Samples() {
		d := build.Document(s.Exam, reporttest.Lab)
		path := filepath.Join(t.TempDir(), "regions.map")
		if err := os.WriteFile(path, Map(d), 0o600); err != nil {
			t.Fatal(err)
		}
		var read, bad, blank int64
		for _, r := range d.Regions {
			switch r.Class {
			case "unread":
				blank += r.Length
			case "unreadable":
				bad += r.Length
			default:
				read += r.Length
			}
		}
		out := run(t, log, "-t", path)
		for name, n := range map[string]int64{"rescued": read, "bad-sector": bad, "non-tried": blank} {
			// "   rescued:  100663 kB,  100.00%": at most six digits, cut off.
			m := regexp.MustCompile(name + `: +(\d+) ?([kMGT]?)B`).FindStringSubmatch(out)
			unit := map[string]int64{"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
			if m == nil || m[1] != fmt.Sprint(n/unit[m[2]]) {
				t.Errorf("%s: ddrescuelog says %q, want %s %d\n%s", s, m, name, n, out)
			}
		}
		out = run(t, log, "-i", "0", "-s", "0x10000", "-t", path)
		if !strings.Contains(out, "domain size:    65536 B") {
			t.Errorf("%s: ddrescuelog does not take a part of the map:\n%s", s, out)
		}
	}
}

// The map tiles the medium, whatever regions there are.
func TestMapTiles(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{6}))
	for range 300 {
		d := &reports.Document{Medium: reports.Medium{SizeBytes: 1 + rng.Int64N(1000)}}
		for at := rng.Int64N(5); at < d.Medium.SizeBytes; at += rng.Int64N(3) {
			n := min(1+rng.Int64N(20), d.Medium.SizeBytes-at)
			d.Regions = append(d.Regions, reports.Region{Start: at, Length: n, Class: scan.Class(rng.IntN(scan.NumClasses)).String()})
			at += n
		}
		var end int64
		var last byte
		for _, r := range tiles(d) {
			if r.start != end || r.end <= r.start || r.status == last {
				t.Fatalf("%+v after %d %q", r, end, last)
			}
			end, last = r.end, r.status
		}
		if end != d.Medium.SizeBytes {
			t.Fatalf("the map ends at %d of %d", end, d.Medium.SizeBytes)
		}
	}
}

// The findings must be there, as XML that a parser takes, with no clear text.
func TestDFXML(t *testing.T) {
	e := reporttest.Control()
	e.Result.Findings[0].Kind = "a<b>&\x00\u202e"
	d := build.Document(e, reporttest.Lab)
	var got struct {
		Objects []struct {
			Size int64 `xml:"filesize"`
			Runs []struct {
				Offset int64 `xml:"img_offset,attr"`
				Length int64 `xml:"len,attr"`
			} `xml:"byte_runs>byte_run"`
			Bits string `xml:"https://shokyo.dev/dfxml/v1 bits"`
			Kind string `xml:"https://shokyo.dev/dfxml/v1 kind"`
		} `xml:"http://www.forensicswiki.org/wiki/Category:Digital_Forensics_XML fileobject"`
	}
	dec := xml.NewDecoder(bytes.NewReader(DFXML(d)))
	if err := dec.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		if _, err = dec.Token(); err != io.EOF {
			t.Errorf("something follows: %v", err)
		}
	}
	if xmlText := string(DFXML(d)); !strings.Contains(xmlText, "<shokyo:findings>1260</shokyo:findings>") || !strings.Contains(xmlText, "<shokyo:listed>260</shokyo:listed>") {
		t.Error("it does not say that 260 of 1260 findings are listed")
	}
	if len(got.Objects) != len(d.Findings) {
		t.Fatalf("%d objects for %d findings", len(got.Objects), len(d.Findings))
	}
	for i, f := range d.Findings {
		o := got.Objects[i]
		if len(o.Runs) != 1 || o.Runs[0].Offset != f.Offset || o.Runs[0].Length != f.Length || o.Kind != f.Kind || o.Bits != oneDecimal(f.Bits) {
			t.Errorf("finding %d: %+v became %+v", i, f, o)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	d := build.Document(reporttest.Control(), reporttest.Lab)
	b.SetBytes(int64(len(HTML(d))))
	for b.Loop() {
		HTML(d)
	}
}

func TestHTMLSaysWhoAndWhere(t *testing.T) {
	html := string(HTML(build.Document(reporttest.Attested(), reporttest.Lab)))
	for _, want := range []string{"佐藤", "2026-17", "Example &lt;City&gt;", "Bench 3", "shokyo 1.0", "attestation.json", "案件番号", "構成証明"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if html := string(HTML(build.Document(reporttest.Small(), reporttest.Lab))); strings.Contains(html, "Assignment") {
		t.Error("an assignment that nobody gave")
	}
}

// Of many pieces of text and a few files, the page shows each file and some text.
func TestPick(t *testing.T) {
	var all []reports.Finding
	var counts []reports.FindingCount
	for kind, n := range map[string]int{"utf-8": 5000, "jpeg": 10, "pdf": 14, "docx": 6} {
		detector := "signature"
		if kind == "utf-8" {
			detector = "text"
		}
		for i := range n {
			all = append(all, reports.Finding{Offset: int64(i) * 4096, Detector: detector, Kind: kind})
		}
		counts = append(counts, reports.FindingCount{Detector: detector, Kind: kind, Count: int64(n), Family: kinds.Of(detector, kind).Family})
	}
	slices.SortFunc(all, func(a, b reports.Finding) int { return int(a.Offset - b.Offset) })
	got := map[string]int{}
	var order []string
	for _, f := range pick(all, reports.ByImportance(counts), 200) {
		if got[f.Kind]++; got[f.Kind] == 1 {
			order = append(order, f.Kind)
		}
	}
	if got["jpeg"] != 10 || got["pdf"] != 14 || got["docx"] != 6 || got["utf-8"] != 170 || !slices.Equal(order, []string{"pdf", "docx", "jpeg", "utf-8"}) {
		t.Errorf("%v in the order %v", got, order)
	}
}

// Whatever Decode lets through can be rendered.
func FuzzDecode(f *testing.F) {
	f.Add(build.Document(reporttest.Small(), reporttest.Lab).Encode())
	f.Add([]byte(`{"schema":"https://shokyo.dev/report/v1","id":"a","verdict":"no-residue","medium":{"size_bytes":1},"block_bytes":1,"grain_bytes":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := reports.Decode(b)
		if err != nil {
			// What only differs in layout is a document all the same.
			if line, err := canonical.OneLine(b, canonical.Any); err == nil {
				d, err = reports.Decode(canonical.Layout(line))
				if err != nil {
					return
				}
			} else {
				return
			}
		}
		HTML(d)
		Map(d)
		shapes.PNG(d)
		DFXML(d)
		d.Encode()
	})
}

// The page's labels are those of the catalogue: no template names one that is not there,
// in whatever branch, and none is there that no template names.
func TestLabels(t *testing.T) {
	named := map[string]bool{"Person": true, "Function": true, "Date": true, "Signature": true, "Seal": true} // in "lines", which gets .T
	for _, m := range regexp.MustCompile(`\.T\.([A-Za-z]+)`).FindAllStringSubmatch(htmlTemplate, -1) {
		named[m[1]] = true
	}
	for name := range named {
		if _, ok := labels.Labels[name]; !ok {
			t.Errorf("there is no label %s", name)
		}
	}
	for name := range labels.Labels {
		if !named[name] {
			t.Errorf("the label %s is not on the page", name)
		}
	}
}

// Every class, state and status that the page may have to say has its word.
func TestWords(t *testing.T) {
	for c := range scan.NumClasses {
		class := scan.Class(c).String()
		for name, table := range map[string]words.Table{"class": report.Classes, "meaning": report.ClassMeanings} {
			if _, ok := table[class]; !ok {
				t.Errorf("%s of %s has no word", name, class)
			}
		}
	}
	for _, e := range []scan.Expect{scan.ExpectErased, scan.ExpectCiphertext, scan.ExpectFill, scan.ExpectAny} {
		if _, ok := report.Expectations[e.String()]; !ok {
			t.Errorf("%s has no word", e)
		}
	}
	for claim, want := range map[string]string{
		verdict.ClaimLogical.String(): "Logical level", verdict.ClaimPhysicalCiphertext.String(): "Physical level: like ciphertext, as stored or as shown", "": "Nothing is proven",
	} {
		if got := claimName(claim); got.EN != want || got.JA == "" {
			t.Errorf("%q is said as %q", claim, got)
		}
	}
	for name, want := range map[string]string{"write_ios": "write requests", "drive.host_writes": "the drive's own count, host_writes", "unheard_of": "unheard_of"} {
		if got := CounterName(name); got.EN != want {
			t.Errorf("%s is said as %q, want %q", name, got.EN, want)
		}
	}
}

// Where nothing was read, no page says that nothing was found.
func TestNothingRead(t *testing.T) {
	d := build.Document(reporttest.Erased(), reporttest.Lab)
	if !bytes.Contains(HTML(d), []byte("No finding.")) {
		t.Error("what was read, and found nothing, does not say so")
	}
	d.Coverage.ReadBytes = 0
	for _, unwanted := range []string{"No finding.", "No structure needed", "検出はありません", "説明を要する構造はありません"} {
		if bytes.Contains(HTML(d), []byte(unwanted)) {
			t.Errorf("nothing was read: %s", unwanted)
		}
	}
}

// Figures are announced only where some follow.
func TestFiguresFollow(t *testing.T) {
	d := build.Document(reporttest.Erased(), reporttest.Lab)
	const said = "The measured figures follow."
	if !bytes.Contains(HTML(d), []byte(said)) {
		t.Error("the measured figures are not announced")
	}
	d.Noticed = reports.Noticed{}
	if bytes.Contains(HTML(d), []byte(said)) {
		t.Error("figures are announced, and there are none")
	}
}

// Why a part has its class is said in words, in either language.
func TestWhy(t *testing.T) {
	for _, x := range []struct{ class, reason, en, ja string }{
		{"fill", "00", "00", "00"},
		{"fill", "hole", "hole: nothing stored", "ホール(何も格納されていません)"},
		{"pattern", "period-512", "period of 512 bytes", "周期 512 バイト"},
		{"unreadable", "EIO", "input/output error (EIO)", "入出力エラー(EIO)"},
		{"unreadable", "errno-121", "error 121", "エラー番号 121"},
		{"metadata", "gpt", kinds.Of("", "gpt").EN, kinds.Of("", "gpt").JA},
		{"residue", "deflate", "Pieces of compressed data", "圧縮データの断片"},
		{"residue", "picture", "Pieces of pictures, sound and film", "画像・音声・動画の断片"},
		{"ciphertext", "", "", ""},
	} {
		if got := Why(reports.Region{Class: x.class, Reason: x.reason}); got.EN != x.en || got.JA != x.ja {
			t.Errorf("%s, %s: %q", x.class, x.reason, got)
		}
	}
}

// A page in Japanese has no codes, and nothing that a detector says in English.
func TestNoCodesOnTheJapanesePage(t *testing.T) {
	d := build.Document(reporttest.Erased(), reporttest.Lab)
	d.FindingCount = []reports.FindingCount{{Detector: "filesystem", Kind: "ext-superblock", Count: 1}, {Detector: "text", Kind: "ascii", Count: 1}}
	d.Findings = []reports.Finding{{Detector: "filesystem", Kind: "ext-superblock", Preview: "last written 2024"}, {Detector: "text", Kind: "ascii", Preview: "Xxxx 9999"}}
	ja, en := string(HTMLIn(d, words.Languages{"ja"})), string(HTMLIn(d, words.Languages{"en"}))
	for _, s := range []string{"<code>", ">medium<", "last written", "throw-away"} {
		if strings.Contains(ja, s) {
			t.Errorf("%q stands on the Japanese page", s)
		}
	}
	note := labels.Labels.Say("PreviewNote")
	if !strings.Contains(ja, "Xxxx 9999") || !strings.Contains(ja, note.JA) || !strings.Contains(en, "last written 2024") || strings.Contains(en, note.EN) {
		t.Error("a preview is missing, or what is said of those that are")
	}
}

// What was found stands beside the verdict, not far behind it alone.
func TestFoundBesideTheVerdict(t *testing.T) {
	d := build.Document(reporttest.Erased(), reporttest.Lab)
	d.Found = reports.Sentence{Text: "At least 29 documents.", TextJA: "文書 29 件以上。"}
	for language, want := range map[string]string{"en": d.Found.Text, "ja": d.Found.TextJA} {
		page := string(HTMLIn(d, words.Languages{language}))
		if box, _, _ := strings.Cut(page, "</section>"); !strings.Contains(box, want) {
			t.Errorf("%s: %q does not stand beside the verdict", language, want)
		}
	}
}

// Where nothing was tested no score stands.
func TestNoScoreOfNoWindow(t *testing.T) {
	d := build.Document(reporttest.Erased(), reporttest.Lab)
	d.Statistics.Windows = []reports.WindowTest{{WindowBytes: 1 << 20}}
	if page := string(HTML(d)); !strings.Contains(page, `<td>1 MiB</td><td class="r">0</td><td class="r">–</td><td class="r">–</td>`) {
		t.Error("a score of no window stands on the page")
	}
}
