package power

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"shokyo.dev/shokyo/words/report"
)

func TestTable(t *testing.T) {
	types := Types()
	if len(types) != len(table) || len(report.PieceTypes) != len(table) {
		t.Fatalf("%d types, %d names, %d rows", len(types), len(report.PieceTypes), len(table))
	}
	for i, r := range table {
		if r.Code != types[i] {
			t.Errorf("row %d is %s, want %s", i, r.Code, types[i])
		}
		for j := range Thresholds {
			for k := range Sizes {
				x := r.Percent[j][k]
				if x != NotMeasured && (x < 0 || x > 100) || j > 0 && x > r.Percent[j-1][k] {
					t.Errorf("%s at %v bits, %d bytes: %v", r.Code, Thresholds[j], Sizes[k], x)
				}
			}
		}
	}
}

// A threshold between two that were measured is read from the higher: that understates.
func TestAt(t *testing.T) {
	for bits, want := range map[float64]float64{0: 34, 28: 34, 34: 34, 34.6: 42, 42.1: 48, 47.9: 48, 51: 55, 52.3: 55, 55: 55} {
		theta, rows, ok := At(bits)
		if !ok || theta != want || len(rows) != len(table) {
			t.Errorf("%v bits: %v %v", bits, theta, ok)
		}
		if got := rows[0].For(theta); got[0] == NotMeasured {
			t.Errorf("%v bits: no column", bits)
		}
	}
	if _, _, ok := At(55.1); ok {
		t.Error("something was measured at 55.1 bits")
	}
	if got := table[0].For(33); got[0] != NotMeasured {
		t.Error("something was measured at 33 bits")
	}
}

// docs/detection.md shows what this package holds, at the lowest and highest threshold.
func TestDocs(t *testing.T) {
	b, err := os.ReadFile("../../docs/detection.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range table {
		line := "| " + report.PieceTypes.Say(Types()[i]).EN
		for k := range Sizes {
			low, high := r.Percent[0][k], r.Percent[len(Thresholds)-1][k]
			cell := fmt.Sprintf("%v / %v", low, high)
			if low == NotMeasured {
				cell = "–"
			} else if low == high {
				cell = fmt.Sprint(low)
			}
			line += " | " + cell
		}
		if line += " |"; !strings.Contains(string(b), line+"\n") {
			t.Errorf("docs/detection.md lacks\n%s", line)
		}
	}
}
