package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/power"
)

// noticed reads the measured table at this examination's threshold.
func noticed(p *scan.Plan, r *scan.Result) Noticed {
	out := Noticed{ThresholdBits: bits(r.ThresholdBits), PieceBytes: []int64{}, Rows: []NoticedRow{}}
	measured, rows, ok := power.At(r.ThresholdBits)
	if !ok {
		note := bi{fmt.Sprintf("Nothing was measured at a threshold as high as this examination's (%s bits).", number(out.ThresholdBits)),
			fmt.Sprintf("本検査のしきい値(%s ビット)ほど高いしきい値では測定されていません。", number(out.ThresholdBits))}
		out.Note, out.NoteJA = note.EN, note.JA
		return out
	}
	out.MeasuredBits = measured
	for _, size := range power.Sizes {
		if size <= r.MediumBytes {
			out.PieceBytes = append(out.PieceBytes, size)
		}
	}
	share := 1.0
	if p.Mode != scan.Full {
		share = sampled(p, r)
	}
	for _, t := range power.Types() {
		row := NoticedRow{t.Code, t.EN, t.JA, make([]*float64, len(out.PieceBytes))}
		for _, m := range rows {
			if m.Code == t.Code {
				percent := m.For(measured)
				for i, size := range out.PieceBytes {
					row.Percent[i] = chance(p, share, size, percent[:], i)
				}
			}
		}
		out.Rows = append(out.Rows, row)
	}
	note := noticedNote(p, r, &out)
	out.Note, out.NoteJA = note.EN, note.JA
	return out
}

// chance is a measured percentage; for a sample, that of one block of the piece, times
// the chance that the sample has one. A piece that fills n blocks is met with
// probability 1-(1-f)^n by random blocks; of other samples no more is claimed than f,
// the chance of one block averaged over where it lies.
func chance(p *scan.Plan, share float64, size int64, percent []float64, i int) *float64 {
	x := percent[i]
	if p.Mode != scan.Full {
		x = percent[min(i, 1)] // of 512 bytes, or one block
		blocks := 1.0
		if p.Mode == scan.Random {
			blocks = math.Max(1, float64(size/int64(p.BlockBytes)))
		}
		x *= 1 - math.Pow(1-share, blocks)
	}
	if percent[i] == power.NotMeasured || x < 0 {
		return nil
	}
	x = math.Floor(finite(x)*10) / 10
	return &x
}

func noticedNote(p *scan.Plan, r *scan.Result, n *Noticed) bi {
	note := bi{fmt.Sprintf("Measured, not proven: the chance, in percent, that one contiguous piece of data without its header is noticed by its bytes alone, wherever it lies. "+
		"The figures are those of a threshold of %s bits; this examination's is %s. They come from files of a few Debian packages; another program's files of the same type can differ much. "+
		"Readable text, file headers, file systems and keys are noticed by other detectors, from some 50 bytes up. "+
		"What stands at 0 is not noticed: a piece of xz or 7z looks like ciphertext, whatever its size.",
		number(n.MeasuredBits), number(n.ThresholdBits)),
		fmt.Sprintf("実測値であり、証明された値ではありません。ヘッダーのない連続した断片が、そのバイト列だけから検出される確率(%%)を、種類と大きさごとに示します。"+
			"しきい値 %s ビットでの測定値です(本検査のしきい値は %s ビット)。少数の Debian パッケージのファイルで測定したもので、同じ種類でも別のプログラムが作ったファイルでは大きく異なることがあります。"+
			"可読文字列、ファイルヘッダー、ファイルシステム、鍵は、別の検出器が 50 バイト程度から検出します。"+
			"0 の欄は検出されません。xz や 7z の断片は、大きさにかかわらず暗号文のように見えます。",
			number(n.MeasuredBits), number(n.ThresholdBits))}
	if p.Mode != scan.Full {
		note.EN += fmt.Sprintf(" Only a sample was read (%s of the regions): each figure is that of one block, times the chance that the sample meets the piece.", percent(r.Planned, max(regionBytes(p), 1)))
		note.JA += fmt.Sprintf("標本のみを読み取ったため(領域の %s)、各値は 1 ブロックの検出率に、標本が断片に当たる確率を掛けたものです。", percent(r.Planned, max(regionBytes(p), 1)))
	}
	if p.BlockBytes != 4096 {
		note.EN += fmt.Sprintf(" They were measured with blocks of 4,096 bytes; this examination's have %s.", grouped(int64(p.BlockBytes)))
		note.JA += fmt.Sprintf("測定時のブロック長は 4,096 バイトです(本検査は %s バイト)。", grouped(int64(p.BlockBytes)))
	}
	return note
}

// briefTypes and briefBytes are what the first page says of the table.
var briefTypes = []string{"text", "jpeg", "png", "gzip-6", "webp", "xz"}

const briefBytes = 64 << 10

// brief sums the table up for the first page: nothing where nothing was measured.
func (n *Noticed) brief() bi {
	i := slices.Index(n.PieceBytes, briefBytes)
	var en, ja []string
	for _, r := range n.Rows {
		if i >= 0 && i < len(r.Percent) && r.Percent[i] != nil && slices.Contains(briefTypes, r.Type) {
			en = append(en, r.Name+" "+number(*r.Percent[i])+" %")
			ja = append(ja, r.NameJA+" "+number(*r.Percent[i])+" %")
		}
	}
	if len(en) == 0 {
		return bi{}
	}
	return bi{fmt.Sprintf("The chance to notice one contiguous piece of %s without its header by its bytes alone, as measured: %s. The section of this name has the table.", binarySize(briefBytes), strings.Join(en, " · ")),
		fmt.Sprintf("ヘッダーのない連続した %s の断片 1 個が、そのバイト列だけから検出される確率(実測値): %s。詳しい表は同名の節にあります。", binarySize(briefBytes), strings.Join(ja, " · "))}
}

func regionBytes(p *scan.Plan) (n int64) {
	for _, g := range p.Regions {
		n += g.Length
	}
	return n
}

// Duo is the note in both languages, for the page.
func (n *Noticed) Duo() bi { return bi{n.Note, n.NoteJA} }
