package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"shokyo.dev/shokyo/reports"
)

func shiftJIS(t testing.TB, s string) string {
	b, err := japanese.ShiftJIS.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseLedger(t *testing.T) {
	row := func(line int, serial, asset, model string, least, most int64) reports.LedgerRow {
		return reports.LedgerRow{Line: line, Serial: serial, Asset: asset, Model: model, MinBytes: least, MaxBytes: most}
	}
	for name, c := range map[string]struct {
		csv      string
		encoding string
		without  int
		want     []reports.LedgerRow
	}{
		"plain":                {"serial\nS1\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "", "", 0, 0)}},
		"byte order mark":      {"\xef\xbb\xbfSerial Number,Asset\r\nS1,A1\r\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "A1", "", 0, 0)}},
		"no end of line":       {"asset_tag,S/N\nA1,S1", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "A1", "", 0, 0)}},
		"Japanese":             {"資産番号,型番,製造番号\nA1,M1,S1\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "A1", "M1", 0, 0)}},
		"Shift_JIS":            {shiftJIS(t, "管理番号,型式,シリアル番号,備考\r\nA1,M1,S1,髙橋①\r\n"), "shift_jis", 0, []reports.LedgerRow{row(2, "S1", "A1", "M1", 0, 0)}},
		"half-width katakana":  {shiftJIS(t, "ｼﾘｱﾙﾅﾝﾊﾞｰ\nS1\n"), "shift_jis", 0, []reports.LedgerRow{row(2, "S1", "", "", 0, 0)}},
		"full-width name":      {"ＳＥＲＩＡＬ　ＮＵＭＢＥＲ\nＳ１\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "", "", 0, 0)}},
		"the best asset":       {"管理番号,資産番号,serial\nK1,A1,S1\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "A1", "", 0, 0)}},
		"blank rows":           {"asset,serial\n\n,\nA1,\nA2,S2\n , \n", "utf-8", 1, []reports.LedgerRow{row(5, "S2", "A2", "", 0, 0)}},
		"lines inside cells":   {"serial,note\n\"S1\",\"a\nb\"\nS2,\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "", "", 0, 0), row(4, "S2", "", "", 0, 0)}},
		"short rows":           {"serial,asset,model\nS1\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "", "", 0, 0)}},
		"empty cells too many": {"serial\nS1,,\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "", "", 0, 0)}},
		"twice":                {"serial\nS1\nS1\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "", "", 0, 0), row(3, "S1", "", "", 0, 0)}},
		"a formula is a name":  {"serial,asset\n=S1,@A\n", "utf-8", 0, []reports.LedgerRow{row(2, "=S1", "@A", "", 0, 0)}},
		"capacity":             {"serial,容量(GB)\nS1,500\nS2,1TiB\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "", "", 475e9, 563714457600), row(3, "S2", "", "", 1044536046387, 1154487209165)}},
		"exact size":           {"serial,size_bytes\nS1,\"4,000\"\nS2,x\n", "utf-8", 0, []reports.LedgerRow{row(2, "S1", "", "", 4000, 4000), row(3, "S2", "", "", 0, 0)}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := parseLedger([]byte(c.csv))
			if err != nil {
				t.Fatal(err)
			}
			if l.Encoding != c.encoding || l.RowsWithoutSerialNumber != c.without || len(l.Rows) != len(c.want) {
				t.Fatalf("%+v", l)
			}
			for i, r := range l.Rows {
				if r != c.want[i] {
					t.Errorf("row %d: %+v, want %+v", i, r, c.want[i])
				}
			}
		})
	}
}

func TestParseLedgerRefuses(t *testing.T) {
	for csv, want := range map[string]string{
		"":                                 "is empty",
		"serial\n":                         "no row with a serial number",
		"serial,asset\n,A1\n":              "no row with a serial number",
		"asset,model\nA,M\n":               "line 1: no column is named serial",
		"serial;asset\nS;A\n":              "not separated by commas",
		"serial,s/n\nS,T\n":                "line 1: the columns 1 and 2 are both",
		"serial\nS1\nS2,x\n":               "line 3: has 2 cells, the first row has 1",
		"serial\n\"S1\nS2\n":               "line 3: ",
		"serial\nS\"1\n":                   "line 2: ",
		"serial\n1.23457E+11\n":            "line 2: the spreadsheet has turned the serial number into 1.23457E+11",
		"\xff\xfes\x00e\x00":               "is UTF-16",
		"serial\nS1\x00\n":                 "line 2: holds a zero byte",
		"serial\n\xff\xfd\n":               "neither UTF-8 nor Shift_JIS",
		"\x1b$B%7%j%\"%k\x1b(B\nS1\n":      "is ISO-2022-JP",
		strings.Repeat(",", 100) + "\n1\n": "line 1: no column",
	} {
		if _, err := parseLedger([]byte(csv)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", csv, err, want)
		}
	}
}

func TestLoadLedger(t *testing.T) {
	if l, err := loadLedger(""); l != nil || err != nil {
		t.Error(l, err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "assets.csv")
	if _, err := loadLedger(path); err == nil {
		t.Error("a ledger that is not there is read")
	}
	if err := os.WriteFile(path, []byte("serial\nS1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := loadLedger(path)
	if err != nil || l.Name != "assets.csv" || l.SHA256 != "42ef3b311de8f7efc8c6f3985548104e621ac69640ad5e8e9ef2bb3d949c7d61" {
		t.Errorf("%v %+v", err, l)
	}
	if err := os.Truncate(path, maxLedgerBytes+1); err != nil {
		t.Fatal(err)
	}
	if _, err := loadLedger(path); err == nil || !strings.Contains(err.Error(), "larger than 16.0 MiB") {
		t.Error(err)
	}
}

func TestCapacity(t *testing.T) {
	const wd4, ssd = 4000787030016, 500107862016
	for _, c := range []struct {
		text, unit string
		size       int64
		fits       bool
	}{
		{"4TB", "", wd4, true}, {"4 tb", "", wd4, true}, {"4", "tb", wd4, true}, {"3.6TB", "", wd4, true}, {"3.64 TiB", "", wd4, true},
		{"4000GB", "", wd4, true}, {"3,726 GB", "", wd4, true}, {"3TB", "", wd4, false}, {"8TB", "", wd4, false},
		{"500G", "", ssd, true}, {"512GB", "", ssd, true}, {"465.8GB", "", ssd, true}, {"256GB", "", ssd, false}, {"500GiB", "", ssd, false},
		{"500107862016", "b", ssd, true}, {"500107862015", "b", ssd, false}, {"500107862016 bytes", "", ssd, true},
	} {
		least, most := capacity(c.text, c.unit)
		if got := least <= c.size && c.size <= most; got != c.fits || most == 0 {
			t.Errorf("%q %q means %d to %d: fits %d is %v", c.text, c.unit, least, most, c.size, got)
		}
	}
	for _, text := range []string{"", "500", "large", "-1GB", "1e3GB", "GB", "999999999PB", "0GB", "1 000 kg"} {
		if least, most := capacity(text, ""); least != 0 || most != 0 {
			t.Errorf("%q means %d to %d", text, least, most)
		}
	}
}

func FuzzParseLedger(f *testing.F) {
	for _, s := range []string{"serial\nS1\n", "serial,asset,model,size\n=S1,A,M,4TB\n", "\xef\xbb\xbfserial\r\n\"a\r\nb\"\r\n", "容量(GB),製造番号\n500,S1\n",
		shiftJIS(f, "シリアル番号,備考\nS1,表\n"), "serial\n\"", "serial,serial\n1,2\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseLedger(b)
		if err != nil {
			if err.Error() == "" || l != nil {
				t.Errorf("%+v, %q", l, err)
			}
			return
		}
		last := 1
		for _, r := range l.Rows {
			if r.Serial == "" || !utf8.ValidString(r.Serial) || r.Line <= last || r.MinBytes < 0 || r.MaxBytes < r.MinBytes {
				t.Errorf("%+v after line %d", r, last)
			}
			last = r.Line
		}
		reports.BuildBatch(&reports.BatchRun{Ledger: l}, reports.Identity{}).Encode()
	})
}
