package files

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/japanese"
)

// Canary is a file to be stored before an erasure and searched for after it.
type Canary struct {
	Name string
	Make func() []byte
}

// Canaries are registers of invented residents in the formats and character sets in which such are kept, small and
// large. All of them come from seed, and no two have a resident in common, so that each of their sectors,
// but what their formats always write, is in one file alone.
func Canaries(seed string) (all []Canary) {
	for _, size := range []struct {
		folder string
		rows   int
	}{{"small", 30}, {"large", 4000}} {
		for _, f := range canaryFormats {
			name := size.folder + "/" + f.name
			all = append(all, Canary{name, func() []byte { return f.make(testResidents(seed+" "+name, size.rows)) }})
		}
	}
	return all
}

// canaryFormats: a format is a row, with what makes a file of a register.
var canaryFormats = []struct {
	name string
	make func(list []resident) []byte
}{
	{"utf-8.csv", func(l []resident) []byte { return []byte(residentsCSV(l)) }},
	{"utf-16.csv", func(l []resident) []byte { return windowsUnicode(residentsCSV(l)) }},
	{"shift-jis.csv", func(l []resident) []byte { return encode(japanese.ShiftJIS, residentsCSV(l)) }},
	{"euc-jp.csv", func(l []resident) []byte { return encode(japanese.EUCJP, residentsCSV(l)) }},
	{"iso-2022-jp.txt", func(l []resident) []byte { return encode(japanese.ISO2022JP, residentsCSV(l)) }},
	{"dump.sql", residentsSQL},
	{"data.json", residentsJSON},
	{"data.xml", residentsXML},
	{"table.xlsx", xlsx},
	{"letter.docx", func(l []resident) []byte { return docx(residentsCSV(l)) }},
	{"print.pdf", func(l []resident) []byte { return japanesePDF(residentsCSV(l), "Shiken-yo") }},
	{"photo.jpg", func(l []resident) []byte {
		width := 160 + len(l)/8*4
		return jpegOf(photograph(l[0].note, width, width*3/4), 92)
	}},
	{"archive.zip", func(l []resident) []byte { return zipOf(File{"utf-8.csv", []byte(residentsCSV(l))}) }},
	{"archive.csv.gz", func(l []resident) []byte { return gzipOf("utf-8.csv", []byte(residentsCSV(l))) }},
	{"archive.csv.zst", func(l []resident) []byte { return zstdOf([]byte(residentsCSV(l))) }},
	{"database.sqlite", sqliteDatabase},
	{"database.ibd", innodbPages},
}

// testResidents are marked as what they are, in every column that names somebody, and told from all others by
// 64 random bits each.
func testResidents(name string, n int) []resident {
	list, r := residents(name, n), random(name+" marks")
	for i := range list {
		p := &list[i]
		_, given, _ := strings.Cut(p.name, " ")
		_, reading, _ := strings.Cut(p.reading, " ")
		p.name, p.reading = "試験用 "+given, "シケンヨウ "+reading
		p.note = fmt.Sprintf("試験用番号 %s %016x", testNumber(r.Int64N(1e11)), r.Uint64())
	}
	return list
}

// testNumber is eleven digits with the check digit that an Individual Number of Japan has (Ordinance of the Ministry of
// Internal Affairs and Communications no. 85 of 2014, article 5): what looks for such numbers finds it.
func testNumber(n int64) string {
	sum, rest := int64(0), n
	for i := int64(1); i <= 11; i++ {
		weight := i + 1
		if i > 6 {
			weight = i - 5
		}
		sum += rest % 10 * weight
		rest /= 10
	}
	check := 11 - sum%11
	if check > 9 {
		check = 0
	}
	return fmt.Sprintf("%011d%d", n, check)
}

func residentsSQL(list []resident) []byte {
	var b bytes.Buffer
	b.WriteString("CREATE TABLE residents (id INT PRIMARY KEY, name TEXT, reading TEXT, born DATE, address TEXT, phone TEXT, mail TEXT, note TEXT);\n")
	for _, p := range list {
		fmt.Fprintf(&b, "INSERT INTO residents VALUES (%d,'%s','%s','%s','%s','%s','%s','%s');\n", p.id, p.name, p.reading, p.born, p.address, p.phone, p.mail, p.note)
	}
	return b.Bytes()
}

func zstdOf(data []byte) []byte {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	must(err)
	return w.EncodeAll(data, nil)
}
