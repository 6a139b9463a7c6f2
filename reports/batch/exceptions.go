package batch

import (
	"strconv"
	"strings"

	"shokyo.dev/shokyo/words"
	say "shokyo.dev/shokyo/words/batch"
)

// exceptDoubt names the cell and the cure.
func exceptDoubt(d *LedgerDoubt) words.Text {
	return say.Doubt.Say(d.Cell, d.Line, d.Serial, say.Doubts.Say(d.Code))
}

func exceptResidue(r *Row) words.Text {
	return say.Residue.Say(words.Grouped(r.ResidueBytes), strings.Join(r.Reasons, ", "))
}

func exceptInconclusive(r *Row) words.Text {
	return say.Inconclusive.Say(strings.Join(r.Reasons, ", "))
}

func exceptTwoDrives(sources []string) words.Text {
	return say.TwoDrives.Say(strings.Join(sources, ", "))
}

func exceptTwoLines(rows []*LedgerRow) words.Text {
	lines := make([]string, min(len(rows), 10))
	for i := range lines {
		lines[i] = strconv.Itoa(rows[i].Line)
	}
	var more words.Text
	if n := len(rows) - len(lines); n > 0 {
		more = say.MoreLines.Say(n)
	}
	return say.TwoLines.Say(len(rows), strings.Join(lines, ", "), more)
}

func exceptNotExamined(rows []*LedgerRow) words.Text {
	var asset words.Text
	if a := oneAsset(rows); a != "" {
		asset = say.Asset.Say(a)
	}
	return say.NotExamined.Say(rows[0].Line, asset)
}

func exceptModel(l *LedgerRow, r *Row) words.Text {
	return say.Model.Say(l.Line, l.Model, r.Model)
}

func exceptSize(l *LedgerRow, r *Row) words.Text {
	size, least, most := words.Grouped(r.SizeBytes), words.Grouped(l.MinBytes), words.Grouped(l.MaxBytes)
	if l.MinBytes == l.MaxBytes {
		return say.Size.Say(l.Line, least, size)
	}
	return say.SizeRange.Say(l.Line, least, most, size)
}
