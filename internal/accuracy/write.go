package main

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"os"
	"slices"
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/scan/power"
	"shokyo.dev/shokyo/words/report"
)

const (
	document  = "docs/detection.md"
	begin     = "<!-- accuracy -->\n"
	end       = "<!-- /accuracy -->\n"
	tableFile = "scan/power/table.go"

	shown = 48 // bits: the threshold that the document shows
)

// write makes the table of reports and that of the document of what was measured.
func write(results string) error {
	kept, err := read(results)
	if err != nil {
		return err
	}
	for c := range kept {
		if !slices.Contains(types(kept), c.Type) {
			return fmt.Errorf("%s was measured, and belongs to no kind of scan/power", c.Type)
		}
	}
	source, err := format.Source([]byte(tableSource(kept)))
	if err != nil {
		return err
	}
	if err := os.WriteFile(tableFile, source, 0o644); err != nil {
		return err
	}
	doc, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(doc, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place between %q and %q", document, begin, end)
	}
	doc = slices.Concat(before, []byte(begin+tables(kept)+end), after)
	return os.WriteFile(document, doc, 0o644)
}

// types are those that are named in the groups of a report and were measured, in that order.
func types(kept map[cell]*measured) (out []string) {
	for _, g := range power.Groups {
		for _, k := range g.Kinds {
			for _, code := range k.Types {
				if slices.ContainsFunc(slices.Collect(maps.Keys(kept)), func(c cell) bool { return c.Type == code }) {
					out = append(out, code)
				}
			}
		}
	}
	return out
}

// depthsOf are the depths that were measured at sectors, deep first.
func depthsOf(kept map[cell]*measured) (out []string) {
	for c := range kept {
		if !c.Odd && !slices.Contains(out, c.Depth) {
			out = append(out, c.Depth)
		}
	}
	return slices.Sorted(slices.Values(out))
}

func tableSource(kept map[cell]*measured) string {
	var b strings.Builder
	b.WriteString("package power\n\n// Made by internal/accuracy; docs/detection.md says how.\n\nvar table = [...]Row{\n")
	for _, depth := range depthsOf(kept) {
		for _, code := range types(kept) {
			fmt.Fprintf(&b, "{%q, %q, [len(Thresholds)][len(Sizes)]Cell{\n", code, depth)
			for i := range power.Thresholds {
				b.WriteString("{")
				for _, size := range power.Sizes {
					c := cellOf(kept, cell{Type: code, Size: size, Depth: depth}, power.Thresholds[:i+1])
					fmt.Fprintf(&b, "{%v, %v}, ", c.Percent, c.Low)
				}
				b.WriteString("},\n")
			}
			b.WriteString("}},\n")
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// cellOf is what a report may claim at the last of some thresholds: no more than was
// measured there, nor, as pieces are drawn anew, than at a lower one.
func cellOf(kept map[cell]*measured, c cell, thresholds []float64) power.Cell {
	out := power.Cell{Percent: power.NotMeasured, Low: power.NotMeasured}
	for i, theta := range thresholds {
		c.Threshold = theta
		m := kept[c]
		switch {
		case m == nil:
			return power.Cell{Percent: power.NotMeasured, Low: power.NotMeasured}
		case i == 0:
			out = power.Cell{Percent: m.Percent, Low: m.Low}
		default:
			out = power.Cell{Percent: min(out.Percent, m.Percent), Low: min(out.Low, m.Low)}
		}
	}
	return out
}

// tables are those of the document, at one threshold: pieces at sectors at each depth, and
// what is besides.
func tables(kept map[cell]*measured) string {
	var b strings.Builder
	for _, depth := range depthsOf(kept) {
		fmt.Fprintf(&b, "At `%s`, %d bits, in %% [95 %% interval]:\n\n| type (files) |", depth, shown)
		for _, size := range power.Sizes {
			fmt.Fprintf(&b, " %s |", bytesize.Format(size))
		}
		b.WriteString("\n|---|---|---|---|---|---|---|\n")
		mean := means{}
		for _, code := range types(kept) {
			fmt.Fprintf(&b, "| %s (%d) |", report.PieceTypes.Say(code).EN, filesOf(kept, code))
			for _, size := range power.Sizes {
				c := cell{Type: code, Size: size, Threshold: shown, Depth: depth}
				mean.add(c, kept[c])
				fmt.Fprintf(&b, " %s |", kept[c].shown())
			}
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "| **mean of the compressed types** | %s |\n\n", strings.Join(mean.row(), " | "))
	}
	b.WriteString(besides(kept))
	return b.String()
}

// shown is a cell of the document's table.
func (m *measured) shown() string {
	if m == nil {
		return "–"
	}
	return fmt.Sprintf("%v [%.0f–%.0f]", m.Percent, m.Low, m.High)
}

// filesOf is how many files the pieces of a type came from, at most.
func filesOf(kept map[cell]*measured, code string) (n int) {
	for c, m := range kept {
		if c.Type == code {
			n = max(n, m.Files)
		}
	}
	return n
}

// row has the means for each size of the document's table.
func (x means) row() (out []string) {
	for _, size := range power.Sizes {
		if len(x[size]) == 0 {
			out = append(out, "–")
			continue
		}
		out = append(out, fmt.Sprintf("%.1f", mean(x[size])))
	}
	return out
}

// besides tells of pieces at odd places, and how far residue reaches.
func besides(kept map[cell]*measured) string {
	odd, sectors, beyond := means{}, means{}, map[int64][]int64{}
	for c, m := range kept {
		if c.Threshold != shown || c.Depth != "deep" {
			continue
		}
		at := c
		at.Odd = false
		if c.Odd && kept[at] != nil {
			odd.add(c, m)
			sectors.add(c, kept[at])
		}
		if !c.Odd {
			beyond[c.Size] = append(beyond[c.Size], m.Beyond...)
		}
	}
	var b strings.Builder
	if len(odd) > 0 {
		fmt.Fprintf(&b, "Mean of the compressed types for pieces at any byte of the medium: %s; of the same types at sectors: %s.\n\n", strings.Join(odd.row(), ", "), strings.Join(sectors.row(), ", "))
	}
	b.WriteString("Residue outside a piece that was noticed, by size of piece, in bytes (median, 95th percentile, most):")
	for _, size := range power.Sizes {
		if s := slices.Sorted(slices.Values(beyond[size])); len(s) > 0 {
			fmt.Fprintf(&b, " %s: %d, %d, %d;", bytesize.Format(size), s[len(s)/2], s[len(s)*95/100], s[len(s)-1])
		}
	}
	return strings.TrimSuffix(b.String(), ";") + ".\n"
}
