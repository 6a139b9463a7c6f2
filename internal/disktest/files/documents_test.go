package files

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"image"
	"image/gif"
	"io"
	"mime/multipart"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"shokyo.dev/shokyo/internal/tooltest"
)

// documents are made once for all tests.
var documents = sync.OnceValue(Documents)

func TestDocumentsAreManyAndAlwaysTheSame(t *testing.T) {
	a, b := documents(), Documents()
	var kinds, names []string
	total := 0
	for i, f := range a {
		if f.Name != b[i].Name || !bytes.Equal(f.Data, b[i].Data) {
			t.Errorf("%s differs from run to run", f.Name)
		}
		for _, n := range names {
			if n == f.Name {
				t.Errorf("two documents are called %s", n)
			}
		}
		names, total = append(names, f.Name), total+len(f.Data)
		kinds = append(kinds, strings.ToLower(filepath.Ext(f.Name)))
	}
	if len(a) < 60 || total < 30<<20 || total > 50<<20 {
		t.Errorf("%d documents, %d bytes", len(a), total)
	}
	for _, k := range strings.Fields(".txt .euc .csv .db .xlsx .docx .pdf .json .xml .html .log .jpg .png .gif .wav .eml .go .zip .gz .tar") {
		if !strings.Contains(strings.Join(kinds, " ")+" ", k+" ") {
			t.Errorf("there is no %s", k)
		}
	}
}

// Every document must be accepted by a decoder of its format that was written
// by others.
func TestDocumentsAreWhatTheirNamesSay(t *testing.T) {
	for _, f := range documents() {
		if err := checkDocument(f); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func checkDocument(f File) error {
	switch strings.ToLower(filepath.Ext(f.Name)) {
	case ".jpg", ".png":
		_, _, err := image.Decode(bytes.NewReader(f.Data))
		return err
	case ".gif":
		_, err := gif.DecodeAll(bytes.NewReader(f.Data))
		return err
	case ".json":
		return json.Unmarshal(f.Data, &[]struct{ Name, Born string }{})
	case ".xml":
		return wellFormed(f.Data)
	case ".docx", ".xlsx", ".zip":
		return checkZip(f.Data)
	case ".tar":
		return checkTar(bytes.NewReader(f.Data))
	case ".gz":
		return checkGzip(f)
	case ".eml":
		return checkMail(f.Data)
	case ".euc":
		return decodes(japanese.EUCJP, f.Data)
	case ".txt", ".csv":
		return checkText(f)
	}
	return nil // .pdf and .db are judged by programs, below
}

type complaint string

func (c complaint) Error() string { return string(c) }

func wellFormed(b []byte) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func checkZip(b []byte) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	for _, m := range z.File {
		r, err := m.Open()
		if err != nil {
			return err
		}
		data, err := io.ReadAll(r) // checks the CRC
		if err == nil && (strings.HasSuffix(m.Name, ".xml") || strings.HasSuffix(m.Name, ".rels")) {
			err = wellFormed(data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func checkTar(r io.Reader) error {
	for t := tar.NewReader(r); ; {
		if h, err := t.Next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		} else if b, err := io.ReadAll(t); err != nil || !bytes.Equal(b, source(h.Name)) {
			return complaint("member " + h.Name + " is damaged")
		}
	}
}

func checkGzip(f File) error {
	z, err := gzip.NewReader(bytes.NewReader(f.Data))
	if err != nil {
		return err
	}
	if strings.HasSuffix(f.Name, ".tar.gz") {
		return checkTar(z)
	}
	_, err = io.Copy(io.Discard, z)
	return err
}

func checkMail(b []byte) error {
	m, err := netmail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		return err
	}
	parts := multipart.NewReader(m.Body, "=_part")
	text, err := parts.NextPart()
	if err != nil {
		return err
	}
	body, _ := io.ReadAll(text)
	if err := decodes(japanese.ISO2022JP, body); err != nil {
		return err
	}
	attached, err := parts.NextPart()
	if err != nil {
		return err
	}
	_, _, err = image.Decode(base64.NewDecoder(base64.StdEncoding, attached))
	return err
}

func checkText(f File) error {
	switch {
	case bytes.HasPrefix(f.Data, []byte{0xff, 0xfe}):
		return decodes(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), f.Data)
	case utf8.Valid(f.Data):
		return nil
	case strings.Contains(f.Name, "euc"):
		return decodes(japanese.EUCJP, f.Data)
	}
	return decodes(japanese.ShiftJIS, f.Data)
}

func decodes(set encoding.Encoding, b []byte) error {
	text, err := set.NewDecoder().Bytes(b)
	if err == nil && (bytes.ContainsRune(text, utf8.RuneError) || !bytes.ContainsAny(text, "のる名")) {
		return complaint("not Japanese in this character set")
	}
	return err
}

func document(t *testing.T, name string) []byte {
	t.Helper()
	for _, f := range documents() {
		if f.Name == name {
			return f.Data
		}
	}
	t.Fatalf("no document %s", name)
	return nil
}

func TestPopplerReadsThePDFs(t *testing.T) {
	for name, want := range map[string]string{
		"letters/report-03.pdf": "storage servers",
		"文書/報告書_03.pdf":         "個人情報を",
		"文書/スキャン/scan001.pdf":   "",
	} {
		path := tooltest.Save(t, document(t, name))
		if info := string(tooltest.Output(t, "pdfinfo", path)); strings.Contains(info, "Error") || strings.Contains(info, "Warning") {
			t.Errorf("%s: %s", name, info)
		}
		if text := string(tooltest.Output(t, "pdftotext", "-enc", "UTF-8", path, "-")); !strings.Contains(text, want) {
			t.Errorf("%s does not say %q", name, want)
		}
		if images := string(tooltest.Output(t, "pdfimages", "-list", path)); strings.Contains(name, "scan") && !strings.Contains(images, "jpeg") {
			t.Errorf("%s: %s", name, images)
		}
	}
}

func TestSQLiteReadsTheDatabase(t *testing.T) {
	list := residents("small", 20) // one page
	for _, list := range [][]resident{list, residents("register", 30000)} {
		path := tooltest.Save(t, sqliteDatabase(list))
		if out := string(tooltest.Output(t, "sqlite3", "-readonly", path, "pragma integrity_check")); out != "ok\n" {
			t.Errorf("integrity_check: %s", out)
		}
		var want strings.Builder
		for _, p := range list {
			want.WriteString(strings.Join([]string{p.name, p.reading, p.born, p.address, p.phone, p.mail, p.note}, "|") + "\n")
		}
		if out := string(tooltest.Output(t, "sqlite3", "-readonly", path, "select name,reading,born,address,phone,mail,note from residents order by id")); out != want.String() {
			t.Errorf("the rows differ (%d bytes, want %d)", len(out), want.Len())
		}
	}
}

func TestUnzipAcceptsTheArchives(t *testing.T) {
	for _, name := range []string{"backup/住民記録.zip", "住民記録/名簿.xlsx", "文書/議事録_01.docx"} {
		tooltest.Output(t, "unzip", "-t", tooltest.Save(t, document(t, name)))
	}
}

func BenchmarkDocuments(b *testing.B) {
	for b.Loop() {
		Documents()
	}
}
