package pdf

import (
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports/pdf/font"
)

func made() []byte {
	f := New(Info{Title: "報告 <1> & (2)", Author: "Lab", Subject: "s", Producer: "p", Languages: []string{"ja", "en"}, Created: time.Unix(1_800_000_000, 0)})
	s := f.Element("Sect", "ja")
	for range 2 {
		p := f.Page(200, 300)
		p.In(s.Add("P"))
		p.Text(10, 20, 9, Colour{}, []Run{{Units: font.Units("漢字")}, {Bold: true, Units: font.Units("A")}})
		p.In(nil)
		p.Fill(1, 2, 3, 4, Colour{255, 0, 0})
		picture := image.NewRGBA(image.Rect(0, 0, 2, 1))
		picture.Set(1, 0, color.Black)
		p.Image(0, 0, 10, 10, picture)
		f.Outline("章", 20)
	}
	f.Attach(Attachment{Name: "b (1).json", Type: "application/json", About: "資料", Relation: Source, Data: []byte("{}")})
	f.Attach(Attachment{Name: "a.txt", Type: "text/plain", Relation: Data, Data: []byte("a")})
	return f.Bytes()
}

// What PDF/A-3 asks for is there, and what it forbids, or what would be in the way of a
// signature, is not.
func TestArchive(t *testing.T) {
	s := string(made())
	for _, want := range []string{"%PDF-1.7\n%\xE2", "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1", "/MarkInfo<</Marked true>>", "/Lang<FEFF006A0061>", "/AF[", "/AFRelationship/Source", "/AFRelationship/Data", "/EmbeddedFiles", "/Subtype/application#2Fjson", "/FontFile2", "/ToUnicode", "/ID[<", "\nxref\n0 ", "%%EOF\n"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, not := range []string{"/Encrypt", "/JavaScript", "/JS", "/AcroForm", "/ObjStm", "/XRef", "/Annots", "/LZWDecode", "/SMask", "/AA", "/OpenAction"} {
		if strings.Contains(s, not) {
			t.Errorf("there is %q", not)
		}
	}
	if i, j := strings.Index(s, "(a.txt)"), strings.Index(s, "(b__1_.json)"); i < 0 || j < 0 {
		t.Error("names of attachments")
	}
	if s != string(made()) {
		t.Error("the same calls give other bytes")
	}
}

// The table of objects has the place of each (7.5.4).
func TestTable(t *testing.T) {
	s := string(made())
	_, table, _ := strings.Cut(s, "\nxref\n")
	lines := strings.Split(table, "\n")
	for n := 1; strings.HasSuffix(lines[n+1], " n "); n++ {
		var at int
		fmt.Sscanf(lines[n+1], "%d", &at)
		if !strings.HasPrefix(s[at:], fmt.Sprintf("%d 0 obj\n", n)) {
			t.Errorf("object %d is not at %d", n, at)
		}
	}
	start := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindStringSubmatch(s)
	if start == nil || start[1] != fmt.Sprint(strings.Index(s, "\nxref\n")+1) {
		t.Errorf("startxref %q", start)
	}
}

// Metadata are XML, and say the same as the information dictionary.
func TestMetadata(t *testing.T) {
	_, s, _ := strings.Cut(string(made()), "<?xpacket begin")
	s, _, _ = strings.Cut(s, "<?xpacket end")
	_, s, _ = strings.Cut(s, "?>")
	var x struct {
		Part        string   `xml:"RDF>Description>part"`
		Conformance string   `xml:"RDF>Description>conformance"`
		Title       string   `xml:"RDF>Description>title>Alt>li"`
		Languages   []string `xml:"RDF>Description>language>Bag>li"`
		Created     string   `xml:"RDF>Description>CreateDate"`
	}
	if err := xml.Unmarshal([]byte(s), &x); err != nil {
		t.Fatal(err)
	}
	if x.Part != "3" || x.Conformance != "B" || x.Title != "報告 <1> & (2)" || strings.Join(x.Languages, " ") != "ja en" || x.Created != "2027-01-15T08:00:00Z" {
		t.Errorf("%+v", x)
	}
	if !strings.Contains(string(made()), "/CreationDate(D:20270115080000Z)") {
		t.Error("another date in the information dictionary")
	}
}

func TestStrings(t *testing.T) {
	for got, want := range map[string]string{
		text("a𠮷"): "<FEFF0061D842DFB7>", ascii("a (b)\n報"): "(a__b___)", name("text/x y"): "/text#2Fx#20y",
		number(1.005): "1", number(-0.001): "0", number(12.30): "12.3", number(100): "100", mapped("a\x00\uFEFFb"): "a\uFFFD\uFFFDb",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The profile is one that says how long it is, and where its parts lie.
func TestProfile(t *testing.T) {
	b := srgb()
	be := func(at int) int { return int(b[at])<<24 | int(b[at+1])<<16 | int(b[at+2])<<8 | int(b[at+3]) }
	if be(0) != len(b) || string(b[36:40]) != "acsp" || be(128) != 10 {
		t.Fatalf("%d bytes, says %d", len(b), be(0))
	}
	for i := range 10 {
		if at, n := be(132+12*i+4), be(132+12*i+8); at%4 != 0 || at < 252 || at+n > len(b) {
			t.Errorf("part %d at %d, %d bytes", i, at, n)
		}
	}
	if be(132+12*7+4) != be(132+12*9+4) {
		t.Error("the curve stands more than once")
	}
}
