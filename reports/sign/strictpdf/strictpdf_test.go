package strictpdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/pdftest"
	"shokyo.dev/shokyo/reports/sign/strictpdf"
)

func sample() []byte {
	return pdftest.Make([]string{"one", "two"}, []strictpdf.Attachment{{Name: "report.json", Data: []byte("{}")}, {Name: "regions.map", Data: []byte("# map\n")}})
}

func TestOpen(t *testing.T) {
	f, err := strictpdf.Open(sample())
	if err != nil {
		t.Fatal(err)
	}
	page, err := f.FirstPage()
	if err != nil || page != 4 || f.Pages() != 2 || f.Root != 1 || !bytes.HasPrefix(f.Body(page), []byte("<</Type /Page ")) || !bytes.HasSuffix(f.Body(page), []byte(">>")) {
		t.Errorf("page one is object %d, %v, of %d; it is %q", page, err, f.Pages(), f.Body(page))
	}
	list, err := f.Attachments()
	if err != nil || len(list) != 2 || list[1].Name != "regions.map" || string(list[1].Data) != "# map\n" {
		t.Errorf("%q, %v", list, err)
	}
}

// TestOtherPrograms: what other programs write is refused in words, not read otherwise.
func TestOtherPrograms(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(in, sample(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		says string
		call []string
	}{
		{"/Encrypt", []string{"qpdf", "--encrypt", "", "secret", "256", "--", "--object-streams=disable", in}},
		{"a table in a stream", []string{"qpdf", "--object-streams=generate", in}},
		{"not a table from object 0", []string{"qpdf", "--linearize", in}},
		{"PDF", []string{"pdftocairo", "-pdf", in}},
	} {
		out := filepath.Join(dir, "out.pdf")
		if text, err := exec.Command(c.call[0], append(c.call[1:], out)...).CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", c.call, err, text)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := strictpdf.Open(b); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v", c.call, err)
		}
	}
}

// TestHidden: what one reader would see and another not is refused.
func TestHidden(t *testing.T) {
	plain := string(sample())
	for _, c := range []struct{ name, old, new, says string }{
		{"two keys", "/Subtype /Type1", "/Type    /Type1", "stands twice"},
		{"bytes behind an object", "Helvetica>>", "Helv>> 1234", "does not end where"},
		{"a comment", "Helvetica>>", "Helv>>%abcd", "does not end where"},
		{"an action", "/Type /Font ", "/AA <<>>    ", "has /AA"},
		{"what opening does", "/Type /Catalog ", "/OpenAction 1  ", "has /OpenAction"},
		{"a stream's length", "/Length 2>>", "/Length 1>>", "does not end where its length says"},
		{"a longer stream", "/Length 2>>", "/Length 9>>", "does not end"},
		{"an object in another place", "1 0 obj", "9 0 obj", "does not begin where the table says"},
		{"another size", "<</Size 12", "<</Size 11", "/Size"},
		{"bytes before the end", "%%EOF", "%%EOX", "does not end as"},
		{"a free object", "00000 n ", "00001 n ", "not of an object in use"},
		{"a name in another way", "/Helvetica", "/Helvet#69", "a name in another spelling"},
		{"an older revision", " /Root 1 0 R>>", "/Root 1 0 R/Prev 1>>", "/Prev"},
	} {
		changed := strings.Replace(plain, c.old, c.new, 1)
		if len(changed) != len(plain) && c.name != "an older revision" {
			t.Fatalf("%s: moves what comes behind", c.name)
		}
		if _, err := strictpdf.Open([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestLengthsAreShort: a length that is an object is read for every stream that names it, so it has few bytes.
func TestLengthsAreShort(t *testing.T) {
	b := bytes.Replace(attached("", "xxxx"), []byte("<</Length 4>>\nstream\nxxxx"), []byte("<</Length 3 0 R>>\nstream\n"), 1) // as many bytes
	if _, err := strictpdf.Open(b); err == nil || !strings.Contains(err.Error(), "not there, or no length") {
		t.Error(err)
	}
}

func packed(b []byte) string {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.String()
}

// attached is a file with one embedded file, whose stream has that dictionary and bytes.
func attached(dict, raw string) []byte {
	marker := "attachment"
	b := string(pdftest.Make([]string{"one"}, []strictpdf.Attachment{{Name: "a", Data: []byte(marker)}}))
	stream := fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(raw), raw)
	at := strings.Index(b, "<</Type /EmbeddedFile")
	end := at + strings.Index(b[at:], "endstream") + len("endstream")
	moved := len(stream) - (end - at)
	b = b[:at] + stream + b[end:]
	var xref int
	tail := strings.LastIndex(b, "startxref\n")
	fmt.Sscan(b[tail+len("startxref\n"):], &xref)
	return []byte(b[:tail] + fmt.Sprintf("startxref\n%d\n%%%%EOF\n", xref+moved))
}

func TestAttachments(t *testing.T) {
	const kind = "/Type /EmbeddedFile "
	for _, c := range []struct{ name, dict, raw, says string }{
		{"plain", kind, "hello", ""},
		{"packed", kind + "/Filter /FlateDecode", packed([]byte("hello")), ""},
		{"packed, in a list", kind + "/Filter [/FlateDecode]", packed([]byte("hello")), ""},
		{"more behind", kind + "/Filter /FlateDecode", packed([]byte("hello")) + "more", "something stands behind"},
		{"damaged", kind + "/Filter /FlateDecode", packed([]byte("hello"))[:9], "unexpected EOF"},
		{"otherwise", kind + "/Filter /LZWDecode", "hello", "in another way"},
		{"with parameters", kind + "/DecodeParms <<>>", "hello", "with parameters"},
	} {
		f, err := strictpdf.Open(attached(c.dict, c.raw))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		list, err := f.Attachments()
		switch {
		case c.says != "":
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", c.name, err)
			}
		case err != nil || len(list) != 1 || string(list[0].Data) != "hello":
			t.Errorf("%s: %q, %v", c.name, list, err)
		}
	}
}

// TestUnnamedAttachment: an embedded file that the catalog does not name is no secret.
func TestUnnamedAttachment(t *testing.T) {
	b := string(sample())
	b = strings.Replace(b, "(regions.map) 10 0 R ", strings.Repeat(" ", len("(regions.map) 10 0 R ")), 1)
	f, err := strictpdf.Open([]byte(b))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Attachments(); err == nil || !strings.Contains(err.Error(), "does not name") {
		t.Errorf("%v", err)
	}
	twice := strings.Replace(string(sample()), "(regions.map) 10 0 R ", "(regions.map)  8 0 R ", 1)
	if f, err = strictpdf.Open([]byte(twice)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Attachments(); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("%v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(sample())
	f.Add(attached("/Type /EmbeddedFile /Filter /FlateDecode", packed([]byte("hello"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := strictpdf.Open(b)
		if err != nil {
			return
		}
		file.FirstPage()
		file.Attachments()
	})
}
