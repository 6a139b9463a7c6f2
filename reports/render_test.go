package reports

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/verdict"
)

// go test -run Samples -keep DIR leaves the sample bundles to be looked at.
var keep = flag.String("keep", "", "leave the sample bundles in this folder")

func TestSamples(t *testing.T) {
	dir := t.TempDir()
	if *keep != "" {
		dir = *keep
	}
	for _, s := range samples() {
		id := lab(t)
		if s.name == "control" || s.name == "drawn" {
			id = throwAway(t)
		}
		path := filepath.Join(dir, s.name)
		if err := WriteBundle(path, Build(s.exam, id), id, nil); err != nil {
			t.Fatal(err)
		}
		v, err := Verify(path, id.Certificate())
		if err != nil {
			t.Fatal(err)
		}
		if v.Verdict != s.want || !v.Trusted || v.ThrowAway != id.IsThrowAway() {
			t.Errorf("%s: verified as %+v", s, v)
		}
	}
}

// The page must be whole by itself: nothing fetched, nothing run, and nothing
// of what the medium says of itself taken for markup.
func TestHTMLIsSelfContained(t *testing.T) {
	for _, s := range samples() {
		html := string(RenderHTML(Build(s.exam, throwAway(t))))
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
		for _, want := range []string{"Throw-away identity", "使い捨て署名", string(s.exam.ID), "確認していない事項", "End of report"} {
			if !strings.Contains(html, want) {
				t.Errorf("%s: the page lacks %q", s, want)
			}
		}
	}
}

func TestHTMLSaysTheVerdict(t *testing.T) {
	part := erased()
	part.Result.Planned /= 2
	part.Result.MediumBytes *= 2
	part.Medium.SizeBytes *= 2
	part.Plan.Scope = scan.ScopeRegions
	for _, c := range []struct {
		exam *Examination
		want string
	}{
		{erased(), "<strong>No residue found<span"},
		{part, "<strong>No residue found in region “"},
		{drawn(), "<strong>No residue found in a sample of the medium: "},
		{control(), "<strong>Residue found<span"},
		{damaged(), "<strong>Inconclusive<span"},
	} {
		html := string(RenderHTML(Build(c.exam, lab(t))))
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
	page := func(e *Examination) string {
		first, _, _ := strings.Cut(string(RenderHTML(Build(e, lab(t)))), "</section>")
		return first
	}
	if first := page(erased()); !strings.Contains(first, "Example Forensic Laboratory 例示研究所") {
		t.Error("the laboratory is not on the first page")
	}
	if first := page(erased()); !strings.Contains(first, "What it is about") || !strings.Contains(first, "What would have been noticed") || !strings.Contains(first, "xz、7z 0 %") {
		t.Error("what the verdict is about, or what would have been noticed, is not on the first page")
	}
	if strings.Contains(page(control()), "What it is about") {
		t.Error("the headline of residue needs no scope: the whole medium was read")
	}
	if strings.Contains(page(control()), "What would have been noticed") {
		t.Error("what would have been noticed stands beside what was")
	}
	clean := erased()
	clean.Result.Regions[0].ReadBackCiphertext = 94 * mib
	clean.Verdict = verdict.Decide(&verdict.Input{Plan: clean.Plan, Result: clean.Result})
	if first := page(clean); !strings.Contains(first, "VeraCrypt") || !strings.Contains(first, "分離された LUKS") {
		t.Error("a clean medium of ciphertext does not say what nobody can tell")
	}
	for _, e := range []*Examination{erased(), control(), damaged()} { // no ciphertext read back; not clean
		if strings.Contains(page(e), "VeraCrypt") {
			t.Error("VeraCrypt is named where it does not matter")
		}
	}
}

// What was seen of writes is said in both languages, and a time as a time.
func TestHTMLWriteGuard(t *testing.T) {
	e := erased()
	e.Medium.WriteGuard.Descriptor, e.Medium.WriteGuard.Text, e.Medium.WriteGuard.TextJA = "O_RDONLY", "nothing changed", "変更なし"
	html := string(RenderHTML(Build(e, lab(t))))
	for _, want := range []string{"<p>Nothing changed.</p><p lang=\"ja\">変更なし。</p>", "2026-03-14T01:59:26.123456Z"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// What may be said of ciphertext holds for host encryption, for drives that encrypt by
// themselves, and for random bytes written over.
func TestClaimText(t *testing.T) {
	for name, d := range map[string]*Drive{
		"file": nil, "drive": {Facts: []DriveFact{{Name: "ata.encrypts_all", Value: "no"}, {Name: "tcg.media_encryption", Why: "not asked"}}},
		"ata": {Facts: []DriveFact{{Name: "ata.encrypts_all", Value: "yes"}}}, "tcg": {Facts: []DriveFact{{Name: "tcg.media_encryption", Value: "yes"}}},
	} {
		text := claimText(verdict.ClaimPhysicalCiphertext, d)
		if strings.Contains(text.EN, "stored ciphertext itself was read") || !strings.Contains(text.EN, "another key") || !strings.Contains(text.EN, "written over") || !strings.Contains(text.JA, "別の鍵") {
			t.Errorf("%s: %s", name, text.EN)
		}
		if own := strings.Contains(text.EN, "This drive says"); own != (name == "ata" || name == "tcg") || own != strings.Contains(text.JA, "自ら暗号化") {
			t.Errorf("%s: %s %s", name, text.EN, text.JA)
		}
	}
}

// No row of the table of a sample is about more than the medium.
func TestPowerEndsAtTheMedium(t *testing.T) {
	e := drawn()
	e.Result.MediumBytes = 4 * mib
	if p := plan(e.Plan, e.Result).Sample.Power; len(p) != 4 || p[3].ResidueBytes != 4*mib {
		t.Errorf("%+v", p)
	}
}

// The chances are read at the threshold above, cut at the medium's size, and multiplied
// by the chance to meet the piece where only a sample was read.
func TestNoticed(t *testing.T) {
	e := erased()
	e.Result.MediumBytes = 20 << 10
	n := noticed(e.Plan, e.Result)
	if n.MeasuredBits != 42 || len(n.PieceBytes) != 3 || len(n.Rows) == 0 || len(n.Rows[0].Percent) != 3 || *n.Rows[0].Percent[1] < 90 {
		t.Errorf("%+v", n)
	}
	s := drawn()
	n = noticed(s.Plan, s.Result)
	full := noticed(&scan.Plan{BlockBytes: 4096}, s.Result)
	for i, row := range n.Rows {
		for j, x := range row.Percent {
			y := full.Rows[i].Percent[j]
			if (x == nil) != (y == nil) || x != nil && (*x > *y || *x > 1.0 && n.PieceBytes[j] <= 4096) {
				t.Errorf("%s, %d bytes: %v of a sample, %v of all", row.Type, n.PieceBytes[j], x, y)
			}
		}
	}
	s.Result.ThresholdBits = 60
	if n := noticed(s.Plan, s.Result); n.MeasuredBits != 0 || len(n.Rows) != 0 || n.Note == "" || n.NoteJA == "" {
		t.Errorf("beyond what was measured: %+v", n)
	}
}

// README.md and the report have one list of what is not proven.
func TestReadmeHasTheLimits(t *testing.T) {
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(b), "## What is not proven")
	section, _, _ = strings.Cut(section, "\n## ")
	var codes []string
	for _, m := range regexp.MustCompile("(?m)^- `([a-z-]+)`").FindAllStringSubmatch(section, -1) {
		codes = append(codes, m[1])
	}
	var want []string
	for _, r := range neverChecked {
		want = append(want, r.Code)
	}
	if !slices.Equal(codes, want) {
		t.Errorf("README.md has %q, want %q", codes, want)
	}
}

// A label that somebody chose, with letters that could break a page, is in no file.
func TestLabelsAreMasked(t *testing.T) {
	e := erased()
	const label = "Hanako</td><b>\u202eYamada 1985-03-12"
	e.Medium.Partitions = []Partition{{Name: "p1", Label: label, Start: mib, Length: mib}, {Name: "p2", Label: "EFI System Partition", Start: 2 * mib, Length: mib}}
	e.Result.Labels, e.Result.LabelCount = []scan.Label{{Offset: 512, Kind: "gpt", Shape: "Xxxxxx 9999"}}, 1
	e.Verdict = verdict.Decide(&verdict.Input{Plan: e.Plan, Result: e.Result})
	d := Build(e, lab(t))
	if p := d.Medium.Partitions; !p[0].Masked || p[1].Masked || p[1].Label != "EFI System Partition" {
		t.Errorf("%+v", p)
	}
	for name, b := range map[string][]byte{"json": d.Encode(), "html": RenderHTML(d), "dfxml": RenderDFXML(d), "map": RenderMap(d)} {
		for _, word := range []string{"Hanako", "Yamada", "1985-03"} {
			if bytes.Contains(b, []byte(word)) {
				t.Errorf("%s holds %q", name, word)
			}
		}
	}
	if html := string(RenderHTML(d)); !strings.Contains(html, "readable-label") || !strings.Contains(html, "Xxxxxx 9999") || strings.Contains(html, "hold no content") {
		t.Error("the page does not say that there is a label")
	}
}

// A long list is cut, and the page says by how much.
func TestHTMLCountsWhatItLeavesOut(t *testing.T) {
	html := string(RenderHTML(Build(control(), lab(t))))
	for _, want := range []string{"80 of 1,260 are shown here; report.json lists 260 of them", "全 1,260 件のうち 80 件を表示。report.json には 260 件を記載"} { // 7 × 180 counted, 260 listed
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// However many regions there are, residue is among those printed.
func TestForemost(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{3}))
	var all []Region
	for i := range 5000 {
		class := []scan.Class{scan.Unread, scan.Ciphertext, scan.Fill}[rng.IntN(3)]
		if i%977 == 5 {
			class = scan.Residue
		}
		all = append(all, Region{int64(i) * 4096, 4096, class.String(), ""})
	}
	got := foremost(all, 100)
	var residue int
	for i, r := range got {
		if i > 0 && got[i-1].Start >= r.Start {
			t.Fatal("not in the order of the medium")
		}
		if r.Class == "residue" {
			residue++
		}
	}
	if len(got) != 100 || residue != 6 {
		t.Errorf("%d regions with %d of residue, want 100 with 6", len(got), residue)
	}
}

// One byte of residue anywhere must be seen in every picture.
func TestResidueIsNeverLost(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{4}))
	for range 50 {
		d := Build(erased(), lab(t))
		i := rng.IntN(len(d.Map.Cells))
		c := &d.Map.Cells[i]
		c.ClassBytes = ClassBytes{Ciphertext: c.Length - 3, Metadata: 1, Unreadable: 1, Residue: 1}

		f := newFigure(d)
		if len(f.Lanes[0].Marks) != 1 {
			t.Fatalf("cell %d: %d marks of residue", i, len(f.Lanes[0].Marks))
		}
		m, s := f.Lanes[0].Marks[0], scale{figureX, figureW, d.Medium.SizeBytes}
		if at := s.x(c.Start); math.Abs(float64(m.X)-at) > signWidth {
			t.Errorf("cell %d: marked at %v, lies at %v", i, m.X, at)
		}
		if !hasRect(f.Strip, stripH/4.) || !hasRect(newGrid(d).Cells, gridCell/4) {
			t.Errorf("cell %d: residue is not drawn, or too small", i)
		}
		img, err := png.Decode(bytes.NewReader(RenderPNG(d)))
		if err != nil {
			t.Fatal(err)
		}
		red := 0
		for y := range pngCell {
			r, g, b, _ := img.At(i%gridColumns*pngCell+2, i/gridColumns*pngCell+y).RGBA()
			if r>>8 == 0xD6 && g>>8 == 0x28 && b>>8 == 0x1C {
				red++
			}
		}
		if red < pngCell/4 {
			t.Errorf("cell %d: %d red pixels", i, red)
		}
	}
}

func hasRect(list []rect, height float64) bool {
	for _, r := range list {
		if r.Class == "residue" && float64(r.H) >= height {
			return true
		}
	}
	return false
}

// Shares are shares, and nothing is drawn outside its box.
func TestBands(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{5}))
	for range 2000 {
		c := Cell{Length: 1 + rng.Int64N(1<<40)}
		c.ClassBytes = ClassBytes{rng.Int64N(9), rng.Int64N(2), rng.Int64N(2), rng.Int64(), rng.Int64N(c.Length), rng.Int64N(3), rng.Int64N(2)}
		var sum float64
		for _, b := range bands(&c) {
			sum += b.share
			if b.share <= 0 {
				t.Fatalf("%+v: %+v", c, b)
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("%+v: shares sum to %v", c, sum)
		}
	}
}

func TestPNGSize(t *testing.T) {
	for _, s := range samples() {
		c, err := png.DecodeConfig(bytes.NewReader(RenderPNG(Build(s.exam, lab(t)))))
		if err != nil || c.Width != 1024 || c.Height != 256 {
			t.Errorf("%s: %+v, %v", s, c, err)
		}
	}
}

func TestAxis(t *testing.T) {
	for size, want := range map[int64]string{
		96 * mib:          "0 MiB|16 MiB|32 MiB|48 MiB|64 MiB|80 MiB|96 MiB",
		2_000_398_934_016: "0 GiB|256 GiB|512 GiB|768 GiB|1024 GiB|1280 GiB|1536 GiB|1.8 TiB",
		5000:              "0 B|1024 B|2048 B|3072 B|4096 B|4.9 KiB",
		1:                 "0 B|1 B",
	} {
		var got []string
		for _, k := range axis(scale{0, 1000, size}) {
			got = append(got, k.Label)
		}
		if g := strings.Join(got, "|"); g != want {
			t.Errorf("%d bytes: %s, want %s", size, g, want)
		}
	}
}

// GNU ddrescue's own tool must take the map and count what we count.
func TestMapWithDdrescuelog(t *testing.T) {
	log := tool(t, "ddrescuelog", "gddrescue")
	for _, s := range samples() {
		d := Build(s.exam, lab(t))
		path := filepath.Join(t.TempDir(), mapFile)
		if err := os.WriteFile(path, RenderMap(d), 0o600); err != nil {
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
		d := &Document{Medium: Medium{SizeBytes: 1 + rng.Int64N(1000)}}
		for at := rng.Int64N(5); at < d.Medium.SizeBytes; at += rng.Int64N(3) {
			n := min(1+rng.Int64N(20), d.Medium.SizeBytes-at)
			d.Regions = append(d.Regions, Region{at, n, scan.Class(rng.IntN(scan.NumClasses)).String(), ""})
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
	e := control()
	e.Result.Findings[0].Kind = "a<b>&\x00\u202e"
	d := Build(e, lab(t))
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
	dec := xml.NewDecoder(bytes.NewReader(RenderDFXML(d)))
	if err := dec.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		if _, err = dec.Token(); err != io.EOF {
			t.Errorf("something follows: %v", err)
		}
	}
	if xmlText := string(RenderDFXML(d)); !strings.Contains(xmlText, "<shokyo:findings>1260</shokyo:findings>") || !strings.Contains(xmlText, "<shokyo:listed>260</shokyo:listed>") {
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

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{grouped(0), "0"}, {grouped(999), "999"}, {grouped(1000), "1,000"}, {grouped(-1234567), "-1,234,567"},
		{grouped(math.MinInt64), "-9,223,372,036,854,775,808"},
		{number(1e-6), "1e-6"}, {number(0.01), "0.01"}, {number(34.6), "34.6"}, {number(1e-12), "1e-12"},
		{binarySize(96 * mib), "96 MiB"}, {binarySize(1000), "1000 B"}, {binarySize(1536), "1.5 KiB"}, {binarySize(math.MaxInt64), "8 EiB"},
		{percent(0, 10), "0 %"}, {percent(10, 10), "100 %"}, {percent(1, 1e9), "< 0.01 %"}, {percent(1e9-1, 1e9), "> 99.99 %"}, {percent(1, 3), "33.33 %"}, {percent(1, 0), "0 %"},
		{sentence("a fact"), "A fact."}, {sentence("Done."), "Done."}, {sentence("消去"), "消去."}, {sentence(""), ""},
		{figures("12345 of 67890123 bytes, 54321 are in no region, 12345 findings"), "12,345 of 67,890,123 bytes, 54,321 are in no region, 12345 findings"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func BenchmarkRenderHTML(b *testing.B) {
	id, err := ThrowAway(control().Started)
	if err != nil {
		b.Fatal(err)
	}
	d := Build(control(), id)
	b.SetBytes(int64(len(RenderHTML(d))))
	for b.Loop() {
		RenderHTML(d)
	}
}
