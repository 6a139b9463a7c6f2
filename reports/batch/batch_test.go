package batch

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/words"
)

// drive is the row of a drive that was examined.
func drive(source, model, serial string, size int64, verdict string) Row {
	return Row{Source: source, Model: model, Serial: serial, SizeBytes: size, Status: statusExamined, Verdict: verdict,
		Scope: "medium", Reasons: []string{"some-reason"}, kind: "block-device", started: "2026-02-03T04:05:06Z", Bundle: filepath.Base(source)}
}

func namespace(source, name string) Row {
	r := drive(source, "M", "S1", 1, "no-residue")
	r.bus, r.WWN = "nvme", name
	return r
}

func batchOf(l *Ledger, rows ...Row) *Batch {
	at := time.Date(2026, 2, 4, 0, 0, 0, 0, time.UTC)
	return Build(&Run{Started: at, Finished: at.Add(time.Hour), Tool: reports.Tool{Name: "shokyo"}, Rows: rows, Ledger: l}, reports.IdentityFacts{})
}

// codes lists the exceptions as "code serial source".
func codes(b *Batch) (list []string) {
	for _, x := range b.Exceptions {
		list = append(list, strings.TrimSpace(x.Code+" "+x.Serial+" "+x.Source))
	}
	return list
}

func TestBatchExceptions(t *testing.T) {
	ledger := func(rows ...LedgerRow) *Ledger {
		for i := range rows {
			rows[i].Line = i + 2
		}
		return &Ledger{Name: "assets.csv", Rows: rows}
	}
	clean, residue, unknown := "no-residue", "residue-found", "inconclusive"
	failed := FailedRow(reports.Medium{Path: "/dev/sdx", Serial: "S9", Kind: "block-device"}, errors.New("gone"))
	file := drive("x.img", "", "", 4096, clean)
	file.kind = "file"
	for name, c := range map[string]struct {
		ledger *Ledger
		rows   []Row
		want   []string
		ledg   []string // of each row: ledger, asset
	}{
		"nothing to say": {nil, []Row{drive("a", "M", "S1", 1, clean)}, nil, []string{"no-ledger "}},
		"verdicts": {nil, []Row{drive("a", "M", "S1", 1, residue), drive("b", "M", "S2", 1, unknown), failed},
			[]string{"residue-found S1 a", "inconclusive S2 b", "could-not-run S9 /dev/sdx"}, []string{"no-ledger ", "no-ledger ", "no-ledger "}},
		"an unknown verdict is inconclusive": {nil, []Row{drive("a", "M", "S1", 1, "fine")}, []string{"inconclusive S1 a"}, []string{"no-ledger "}},
		"a file needs no serial number":      {nil, []Row{file}, nil, []string{"no-ledger "}},
		"a drive does":                       {nil, []Row{drive("a", "M", " ", 1, clean)}, []string{"no-serial   a"}, []string{"no-ledger "}},
		"a file does where there is a ledger": {ledger(LedgerRow{Serial: "S1"}), []Row{file},
			[]string{"no-serial  x.img", "in-ledger-not-examined S1"}, []string{"no-serial "}},
		"two drives, one serial number": {nil, []Row{drive("a", "M", "S1", 1, clean), drive("b", "M", "s1", 1, clean)},
			[]string{"duplicate-serial S1 a", "duplicate-serial s1 b"}, []string{"no-ledger ", "no-ledger "}},
		"namespaces of one drive share its number": {nil, []Row{namespace("a", "eui.1"), namespace("b", "eui.2")}, nil, []string{"no-ledger ", "no-ledger "}},
		"one namespace twice": {nil, []Row{namespace("a", "eui.1"), namespace("b", "eui.1")},
			[]string{"duplicate-serial S1 a", "duplicate-serial S1 b"}, []string{"no-ledger ", "no-ledger "}},
		"listed, in whatever case and width": {ledger(LedgerRow{Serial: " ｗd-12ａ ", Asset: "A1"}), []Row{drive("a", "M", "WD-12A", 1, clean)},
			nil, []string{"listed A1"}},
		"a part of a serial number is another": {ledger(LedgerRow{Serial: "WD-12"}, LedgerRow{Serial: "0012A"}, LedgerRow{Serial: "2A"}), []Row{drive("a", "M", "12A", 1, clean)},
			[]string{"examined-not-in-ledger 12A a", "in-ledger-not-examined WD-12", "in-ledger-not-examined 0012A", "in-ledger-not-examined 2A"}, []string{"not-in-ledger "}},
		"there but not examined": {ledger(LedgerRow{Serial: "S9", Asset: "A9"}), []Row{failed},
			[]string{"could-not-run S9 /dev/sdx", "in-ledger-not-examined S9 /dev/sdx"}, []string{"listed A9"}},
		"failed and unlisted is one exception": {ledger(LedgerRow{Serial: "S1"}), []Row{failed, drive("a", "M", "S1", 1, clean)},
			[]string{"could-not-run S9 /dev/sdx"}, []string{"not-in-ledger ", "listed "}},
		"twice in the ledger": {ledger(LedgerRow{Serial: "S1", Asset: "A1", Model: "other"}, LedgerRow{Serial: "s1", Asset: "A2"}), []Row{drive("a", "M", "S1", 1, clean)},
			[]string{"duplicate-serial S1 a"}, []string{"listed "}},
		"twice in the ledger, not there": {ledger(LedgerRow{Serial: "S1", Asset: "A1"}, LedgerRow{Serial: "S1", Asset: "A1"}), nil,
			[]string{"duplicate-serial S1", "in-ledger-not-examined S1"}, nil},
		"model and size": {ledger(LedgerRow{Serial: "S1", Model: "ST4000", MinBytes: 10, MaxBytes: 20}), []Row{drive("a", "WDC WD40", "S1", 21, clean)},
			[]string{"model-mismatch S1 a", "size-mismatch S1 a"}, []string{"listed "}},
		"part of the model, size at the edge": {ledger(LedgerRow{Serial: "S1", Model: "wd 40efrx", MinBytes: 10, MaxBytes: 20}), []Row{drive("a", "WDC WD40EFRX-68N", "S1", 20, clean)},
			nil, []string{"listed "}},
		"not stated is not different": {ledger(LedgerRow{Serial: "S1"}), []Row{drive("a", "WDC", "S1", 0, clean)}, nil, []string{"listed "}},
	} {
		t.Run(name, func(t *testing.T) {
			b := batchOf(c.ledger, c.rows...)
			if got := codes(b); !slices.Equal(got, c.want) {
				t.Errorf("exceptions %q, want %q", got, c.want)
			}
			var got []string
			for _, r := range b.Rows {
				got = append(got, r.Ledger+" "+r.Asset)
			}
			if !slices.Equal(got, c.ledg) {
				t.Errorf("ledger and asset %q, want %q", got, c.ledg)
			}
			for _, x := range b.Exceptions {
				if x.Text == "" || x.TextJA == "" || !strings.ContainsFunc(x.TextJA, func(c rune) bool { return c >= 0x3040 && c < 0xa000 }) {
					t.Errorf("%s: text %q, in Japanese %q", x.Code, x.Text, x.TextJA)
				}
			}
		})
	}
}

func TestBatchTotals(t *testing.T) {
	l := &Ledger{Rows: []LedgerRow{{Line: 2, Serial: "S1"}, {Line: 3, Serial: "S1"}, {Line: 4, Serial: "S2"}, {Line: 5, Serial: "S3"}}, RowsWithoutSerialNumber: 2}
	b := batchOf(l, drive("a", "", "S1", 1, "no-residue"), drive("b", "", "S4", 1, "residue-found"), drive("c", "", "S5", 1, "inconclusive"),
		FailedRow(reports.Medium{Path: "d", Serial: "S2"}, errors.New("x")))
	part := drive("e", "", "S6", 1, "no-residue")
	part.Scope = "medium sample"
	if got := batchOf(l, part, drive("a", "", "S1", 1, "no-residue")).Totals; got.NoResidue != 2 || got.NoResidueInPart != 1 {
		t.Errorf("of a medium and a sample: %+v", got)
	}
	want := Totals{Sources: 4, Examined: 3, CouldNotRun: 1, NoResidue: 1, ResidueFound: 1, Inconclusive: 1, LedgerSerials: 3, LedgerNotExamined: 2}
	if b.Totals != want {
		t.Errorf("%+v, want %+v", b.Totals, want)
	}
	if f := b.Ledger; f.Rows != 6 || f.Serials != 3 || f.RowsWithoutSerial != 2 {
		t.Errorf("%+v", f)
	}
	if b.Started != "2026-02-03T04:05:06Z" || b.Finished != "2026-02-04T01:00:00Z" {
		t.Errorf("started %s, finished %s", b.Started, b.Finished)
	}
	n := 0
	for _, c := range b.ExceptionCounts {
		n += c.Count
	}
	if n != len(b.Exceptions) {
		t.Errorf("%d counted, %d listed", n, len(b.Exceptions))
	}
}

// A large ledger held against one drive must not make a file nobody can open.
func TestBatchListsSoManyExceptions(t *testing.T) {
	l := &Ledger{Rows: make([]LedgerRow, MaxExceptions+7)}
	for i := range l.Rows {
		l.Rows[i] = LedgerRow{Line: i + 2, Serial: "S" + words.Number(float64(i))}
	}
	b := batchOf(l, drive("a", "", "T", 1, "residue-found"))
	if len(b.Exceptions) != MaxExceptions || b.Exceptions[0].Code != "residue-found" {
		t.Errorf("%d listed, first %v", len(b.Exceptions), b.Exceptions[0])
	}
	if c := b.ExceptionCounts[len(b.ExceptionCounts)-1]; c.Code != "in-ledger-not-examined" || c.Count != MaxExceptions+7 {
		t.Errorf("%+v", c)
	}
	if rows := table(t, b); len(rows) != 1+1+MaxExceptions+7 {
		t.Errorf("%d rows in the table", len(rows))
	}
}

// table reads batch.csv back.
func table(t *testing.T, b *Batch) [][]string {
	t.Helper()
	var out bytes.Buffer
	if err := b.WriteCSV(&out); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(out.String(), "\xef\xbb\xbf")
	if !ok {
		t.Fatal("no byte order mark")
	}
	if n, m := strings.Count(text, "\n"), strings.Count(text, "\r\n"); n != m {
		t.Errorf("%d line ends, of which %d are CRLF", n, m)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestBatchCSV(t *testing.T) {
	l := &Ledger{Rows: []LedgerRow{{Line: 2, Serial: "=S9", Asset: "A,9"}, {Line: 3, Serial: "S1", Asset: "@1"}}}
	b := batchOf(l,
		drive(`/dev/a "b", c`, "=cmd|' /C calc'!A0", "S1", 1, "no-residue"),
		drive("-x", "＝SUM(A1)", "+1", 1, "residue-found"),
		FailedRow(reports.Medium{Path: "@d"}, errors.New("two\r\nlines\x1b[2J")))
	rows := table(t, b)
	if len(rows) != 5 || !slices.Equal(rows[0], columns[:]) {
		t.Fatalf("%q", rows)
	}
	col := func(row int, name string) string { return rows[row][slices.Index(columns[:], name)] }
	for _, c := range []struct {
		row        int
		name, want string
	}{
		{1, "source", `/dev/a "b", c`}, {1, "model", "'=cmd|' /C calc'!A0"}, {1, "asset", "'@1"}, {1, "ledger", "listed"},
		{2, "source", "'-x"}, {2, "model", "'＝SUM(A1)"}, {2, "serial", "'+1"}, {2, "exceptions", "residue-found examined-not-in-ledger"},
		{3, "source", "'@d"}, {3, "status", "could-not-run"}, {3, "error", `two\u{d}\u{a}lines\u{1b}[2J`},
		{4, "serial", "'=S9"}, {4, "status", "not-examined"}, {4, "asset", "A,9"}, {4, "source", ""}, {4, "exceptions", "in-ledger-not-examined"},
	} {
		if got := col(c.row, c.name); got != c.want {
			t.Errorf("row %d, %s: %q, want %q", c.row, c.name, got, c.want)
		}
	}
}

// The columns of the table are the fields of a row.
func TestBatchColumns(t *testing.T) {
	r := Row{}
	if len(r.cells()) != len(columns) {
		t.Errorf("%d cells, %d columns", len(r.cells()), len(columns))
	}
	var fields map[string]any
	if err := json.Unmarshal(canonical.Compact(r), &fields); err != nil || len(fields) != len(columns) {
		t.Errorf("%d fields: %v", len(fields), err)
	}
	for _, name := range columns {
		if _, ok := fields[name]; !ok {
			t.Errorf("a row has no field %s", name)
		}
	}
}

func FuzzHarmless(f *testing.F) {
	for _, s := range []string{"", "=1", "＝1", "\t=1", "+81", "-", "@x", "S1", "'=1", "\xff="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := harmless(s)
		if got != s && got != "'"+s {
			t.Errorf("%q became %q", s, got)
		}
		for _, bad := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
			if strings.HasPrefix(got, bad) {
				t.Errorf("%q is a formula", got)
			}
		}
	})
}

func TestExaminedRow(t *testing.T) {
	dir, id := filepath.Join(t.TempDir(), "sdb"), throwAway(t)
	e := reporttest.Control()
	e.Medium.Model, e.Medium.Serial = "Example \x1b[2J", "=S1"
	d := build.Document(e, id.Facts())
	if err := sign.WriteBundle(dir, d, id, nil); err != nil {
		t.Fatal(err)
	}
	r, err := ExaminedRow("/dev/sdb", dir, d)
	if err != nil {
		t.Fatal(err)
	}
	for name, digest := range map[string]string{"report.json": r.ReportSHA256, "report.dsse.json": r.EnvelopeSHA256} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != digest {
			t.Errorf("%s: SHA-256 %s is not that of the file", name, digest)
		}
	}
	if r.Bundle != "sdb" || r.Verdict != "residue-found" || r.Serial != "=S1" || strings.Contains(r.Model, "\x1b") ||
		r.ResidueBytes == 0 || r.ReadBytes == 0 || !slices.Contains(r.Reasons, "residue") {
		t.Errorf("%+v", r)
	}
	other := build.Document(reporttest.Erased(), id.Facts())
	other.ID = "another"
	if _, err := ExaminedRow("/dev/sdb", dir, other); err == nil {
		t.Error("the bundle of another report is pinned")
	}
	if _, err := ExaminedRow("/dev/sdb", t.TempDir(), d); err == nil {
		t.Error("a folder without a bundle is pinned")
	}
}

// A row of the ledger in doubt is matched with no drive, and named by its cell.
func TestBatchLedgerInDoubt(t *testing.T) {
	codes := []string{DoubtNumber, DoubtDate, DoubtError, DoubtTruth, DoubtInvisible}
	l := &Ledger{Rows: []LedgerRow{{Line: 2, Serial: "S1"}}}
	for i, code := range codes {
		l.Doubts = append(l.Doubts, LedgerDoubt{LedgerRow{Line: 3 + i, Serial: "1E+11\u200b", Asset: "A"}, code, "B" + strconv.Itoa(3+i)})
	}
	b := Build(&Run{Rows: []Row{drive("/dev/sda", "M", "S1", 1000, "no-residue")}, Ledger: l}, reports.IdentityFacts{})
	if b.Ledger.Rows != 6 || b.Ledger.Serials != 1 || b.Ledger.RowsInDoubt != 5 || b.Totals.LedgerNotExamined != 0 || len(b.Exceptions) != 5 {
		t.Fatalf("%+v %+v", b.Ledger, b.Exceptions)
	}
	for i, x := range b.Exceptions {
		cell := "B" + strconv.Itoa(3+i)
		if x.Code != codes[i] || x.Cell != cell || !strings.Contains(x.Text, cell) || !strings.Contains(x.Text, "as text") || !strings.Contains(x.TextJA, "セル "+cell) || !strings.Contains(x.TextJA, "文字列") || x.Serial != `1E+11\u{200b}` {
			t.Errorf("%+v", x)
		}
	}
	var table bytes.Buffer
	if err := b.WriteCSV(&table); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(table.String(), "ledger-in-doubt"); n != 5 {
		t.Errorf("%d rows in\n%s", n, table.String())
	}
}
