package casefile

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/reports"
)

func example(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("../docs/case.toml")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The example has every table and every key, and each ends in a field of its own.
func TestExample(t *testing.T) {
	b := example(t)
	c, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if table == "item" {
			continue
		}
		for name, k := range c.keys(table) {
			optional := name == "logo" || name == "deviations" || table == "witness" || table == "authorised_by" || table == "erased_by"
			if k.more == nil && *k.to == "" && !optional {
				t.Errorf("[%s] %s is empty", table, name)
			}
		}
	}
	o := c.Order("/dev/sdb", " EX-0042 ")
	if o.Item.AssetNumber != "例市-PC-00123" || o.Item.Received != "2026-03-12" || o.Erasure.ProcessingNumber != "A0123456" || o.ExternalResults[0].Provider != "別試験所" {
		t.Errorf("%+v", o)
	}
	if o := c.Order("/dev/sdc", "another"); o.Item != (reports.Item{}) || o.Lab.Name == "" {
		t.Errorf("of another medium: %+v", o)
	}
	if c.Assignment.Customer != "例示市役所 情報政策課" || c.Assignment.Site == "" || c.Zone.String() != "Asia/Tokyo" || len(o.CaseSHA256) != 64 {
		t.Errorf("%+v", c)
	}
	crlf, err := Parse([]byte("\ufeff" + strings.ReplaceAll(string(b), "\n", "\r\n")))
	if err != nil || crlf.Order("", "EX-0042").Item != o.Item {
		t.Errorf("as Notepad saves it: %v", err)
	}
}

// Every field of an order has a key, and no two keys have the same field.
func TestEveryFieldHasAKey(t *testing.T) {
	c := &Case{items: []item{{}}}
	c.order.ExternalResults = []reports.External{{}}
	seen := map[*string]string{}
	for _, table := range tables {
		for name, k := range c.keys(table) {
			if k.to != nil {
				if seen[k.to] != "" {
					t.Errorf("%s.%s is %s", table, name, seen[k.to])
				}
				seen[k.to] = table + "." + name
				*k.to = "x"
			}
		}
	}
	var empty func(path string, v reflect.Value)
	empty = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				empty(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.String:
			if v.String() != "x" && !strings.HasSuffix(path, "CaseSHA256") {
				t.Errorf("no key leads to %s", path)
			}
		}
	}
	empty("order", reflect.ValueOf(c.Order("x", "")))
}

// The stick takes the same tables, and says so before shokyo is begun.
func TestTablesOfJobs(t *testing.T) {
	if !slices.Equal(tables, job.Tables) {
		t.Errorf("%q, and of jobs %q", tables, job.Tables)
	}
}

func TestRefused(t *testing.T) {
	encoded := func(e interface{ Bytes([]byte) ([]byte, error) }) string {
		b, err := e.Bytes([]byte("[lab]\nname = \"例示研究所\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, c := range map[string]struct{ file, want string }{
		"unknown key":        {"[order]\ncustmer = \"x\"", "line 2: unknown key custmer in [order]: its keys are case, conditions, deviations, note, number, place"},
		"in other letters":   {"[order]\nNumber = \"x\"", "line 2: unknown key Number"},
		"a result of nobody": {"[[external_result]]\nresult = \"clean\"\n", "[[external_result]] 1: give provider and result"},
		"nothing external":   {"[[external_result]]\n", "[[external_result]] 1"},
		"unknown table":      {"\n[ordr]\n", "line 2: unknown table [ordr]"},
		"no table":           {"number = \"x\"", "line 1: number stands before the first table"},
		"one item":           {"[item]\nmodel = \"x\"", "line 1: write [[item]]"},
		"several labs":       {"[[lab]]\nname = \"x\"", "line 1: write [lab]"},
		"number":             {"[order]\nnumber = 17", "line 2: number in [order]: write the text in quotation marks"},
		"list":               {"[order]\nnumber = [\"17\"]", "write one text"},
		"list of numbers":    {"[order]\ndeviations = [1]", "write the text in quotation marks"},
		"date":               {"[[item]]\nreceived = \"12.3.2026\"", "line 2: received = \"12.3.2026\" in [[item]]: write a date as 2026-04-01"},
		"no such day":        {"[[item]]\nreceived = \"2026-02-30\"", "write a date"},
		"date and time":      {"[[item]]\nreceived = 2026-04-01T23:30:00-09:00", "line 2: received in [[item]]: write a date as 2026-04-01, without a time"},
		"time":               {"[[item]]\nreceived = 23:30:00", "without a time"},
		"passphrase":         {"hunter2", "line 1: this is no key of a case file"},
		"category":           {"[erasure]\ncategory = \"wipe\"", "write clear, purge or destroy"},
		"zone":               {"[lab]\ntimezone = \"Tokio\"", "timezone = \"Tokio\" in [lab]"},
		"this machine's":     {"[lab]\ntimezone = \"Local\"", "timezone"},
		"long":               {"[order]\nnote = \"" + strings.Repeat("漢", 501) + "\"", "at most 500 characters"},
		"two lines":          {"[order]\nnote = \"a\\nb\"", "on one line"},
		"text over lines":    {"[order]\nnote = \"\"\"a\nb\"\"\"", "line 2: a text does not end on its line"},
		"open text":          {"[order]\nnote = \"a\n", "line 2: a text does not end"},
		"open list":          {"[order]\ndeviations = [\n\"a\"\n", "line 2: a list does not end"},
		"braces":             {"[order]\nnote = {a = \"b\"}", "in braces"},
		"list in list":       {"[order]\ndeviations = [[\"a\"]]", "a list stands in a list"},
		"dotted":             {"[order]\na.b = \"c\"", "is no key of a case file"},
		"dotted table":       {"[order.a]\n", "is no head of a table"},
		"twice":              {"[order]\nnote = \"a\"\nnote = \"b\"", "line 3"},
		"table twice":        {"[order]\n[order]\n", "order"},
		"no value":           {"[order]\nnote =\n", "line 2"},
		"many tables":        {strings.Repeat("[[item]]\n", 501), "more than 500 tables"},
		"too long":           {strings.Repeat("#", MaxBytes+1), "at most"},
		"no medium":          {"[[item]]\nmedium = \"a\"\n[[item]]\nmodel = \"b\"", "line 3: medium is missing"},
		"medium twice":       {"[[item]]\nmedium = \"a\"\n[[item]]\nmedium = \"a\"", "line 3: medium = \"a\" stands in line 1 already"},
		"Shift_JIS":          {encoded(japanese.ShiftJIS.NewEncoder()), "line 2: the file is in Shift_JIS"},
		"EUC-JP":             {encoded(japanese.EUCJP.NewEncoder()), "line 2: the file is in EUC-JP"},
		"JIS":                {encoded(japanese.ISO2022JP.NewEncoder()), "ISO-2022-JP"},
		"UTF-16":             {"\xff\xfe[\x00l\x00", "UTF-16"},
		"UTF-16 no mark":     {"[\x00l\x00a\x00", "UTF-16"},
		"nothing of either":  {"[lab]\nname = \"\xff\"", "line 2: is not UTF-8"},
	} {
		if _, err := Parse([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := Parse([]byte("hunter2\n")); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a passphrase in the place of a case file is printed: %v", err)
	}
}

func TestDatesAndZones(t *testing.T) {
	c, err := Parse([]byte("[lab]\ntimezone = \"+09:00\"\n[[item]]\nreceived = 2026-04-01\ncertificate = \"C-2\"\n[erasure]\ncertificate = \"C-1\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	o := c.Order("x.img", "")
	at := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC).In(c.Zone).Format(time.RFC3339)
	if o.Item.Received != "2026-04-01" || o.Erasure.Certificate != "C-2" || at != "2026-04-01T09:00:00+09:00" {
		t.Errorf("%+v, %s", o, at)
	}
	if c.Fits(1) != nil || c.Fits(2) == nil {
		t.Error("one item fits one medium")
	}
}

func picture(w, h int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	m.Set(1, 1, color.NRGBA{200, 10, 10, 255})
	return m
}

func TestLogo(t *testing.T) {
	var asPNG, asJPEG, asGIF, large bytes.Buffer
	png.Encode(&asPNG, picture(40, 20))
	jpeg.Encode(&asJPEG, picture(40, 20), nil)
	gif.Encode(&asGIF, picture(4, 4), nil)
	png.Encode(&large, picture(reports.MaxLogoSide+1, 1))
	dir := t.TempDir()
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"a.png":    {asPNG.Bytes(), ""},
		"a.jpg":    {asJPEG.Bytes(), ""},
		"a.gif":    {asGIF.Bytes(), "not an image shokyo can read"},
		"text":     {[]byte("<svg onload='alert(1)'/>"), "not an image"},
		"empty":    {nil, "not an image"},
		"large":    {large.Bytes(), "1025×1 pixels"},
		"cut":      {asPNG.Bytes()[:60], "damaged png"},
		"too long": {make([]byte, maxLogoFile+1), "longer than"},
	} {
		os.WriteFile(filepath.Join(dir, name), c.file, 0o600)
		os.WriteFile(filepath.Join(dir, "case.toml"), []byte("[lab]\nlogo = \""+name+"\"\n"), 0o600)
		got, err := Load(filepath.Join(dir, "case.toml"))
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		logo := got.Order("", "").Lab.Logo
		b, _ := base64.StdEncoding.DecodeString(logo.PNG)
		if m, err := png.Decode(bytes.NewReader(b)); err != nil || logo.Width != 40 || m.Bounds().Dy() != 20 {
			t.Errorf("%s: %v %+v", name, err, logo)
		}
	}
}

func FuzzParse(f *testing.F) {
	b, _ := os.ReadFile("../docs/case.toml")
	f.Add(b)
	for _, s := range []string{"[lab]\nname = 'x' # \"\n", "[[item]]\n[[item]]\n", "[order]\ndeviations = [\n\"a\", # b\n'c' ]\n", "[a.b]\n", "\ufeff[lab]\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := Parse(b); err == nil {
			c.Order("x", "y")
			c.Fits(2)
		}
	})
}

func FuzzLogo(f *testing.F) {
	var b bytes.Buffer
	png.Encode(&b, picture(3, 3))
	f.Add(b.Bytes())
	b.Reset()
	jpeg.Encode(&b, picture(3, 3), nil)
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) { newLogo(b) })
}
