package lvm

import (
	"slices"
	"strings"

	"shokyo.dev/shokyo/scan/proof"
)

// The text of a volume group, as LVM writes it into a metadata area (lvm2
// sources: lib/format_text/export.c). It is a configuration file without
// indentation: the group in braces, then five lines that say who wrote it and
// when. Anybody can write text, so a text is explained only if it is what LVM
// writes, line by line: no comments but the three of the trailer, no value that
// is neither a number, a short string, nor a list of those. That bounds what
// could stand there besides a volume group. Names, tags, commands and hosts are
// anybody's text, and handed on.

const (
	lvmMaxLine   = 8192 // of a command line, and of what is left of a line that is cut
	lvmMaxString = 256  // within quotes; names have at most 127 bytes
	lvmMaxDepth  = 8    // LVM needs 4: group, logical volumes, volume, segment
	lvmMaxDigits = 20   // 64 bits and a sign
)

// lvmGrammar reads a text line by line.
type lvmGrammar struct {
	depth   int  // open braces
	list    bool // within a list of several lines
	trailer int  // lines of the trailer seen
	texts   []string
}

// lvmWhole says whether t is a volume group and its trailer, and nothing else, and
// gives the texts in it.
func lvmWhole(t []byte) (texts []string, ok bool) {
	text, closed := strings.CutSuffix(string(t), "\n")
	lines := strings.Split(text, "\n")
	if !closed || len(t) > lvmMaxText || !lvmPrintable(t) || !lvmOpens(lines) {
		return nil, false
	}
	g := lvmGrammar{depth: 1}
	g.section(strings.TrimSuffix(lines[0], " {"))
	for _, line := range lines[3:] {
		if !g.line(line) {
			return nil, false
		}
	}
	return g.texts, g.depth == 0 && !g.list && g.trailer == len(lvmTrailer())
}

// lvmPiece says whether t can be a piece of such a text that newer ones have left
// over: every line but a first or last one that is cut is what LVM writes
// somewhere. The cut lines are handed on.
func lvmPiece(t []byte, opens bool) (texts []string, ok bool) {
	if len(t) == 0 || len(t) > lvmMaxText || !lvmPrintable(t) {
		return nil, false
	}
	lines := strings.Split(string(t), "\n")
	var g lvmGrammar
	switch {
	case opens:
		ok = lvmOpens(lines)
	case len(lines) == 1: // cut on both sides
		ok = g.strings(lines[0]) || g.cut("", lines[0])
		return g.texts, ok
	default:
		ok, lines = g.cut(lvmListEnd(lines[0])), lines[1:]
	}
	if !ok {
		return nil, false
	}
	for _, line := range lines[:len(lines)-1] {
		if !g.anywhere(line) {
			return nil, false
		}
	}
	return g.texts, g.cut(lvmListStart(lines[len(lines)-1]))
}

// cut takes a line of which a part is missing: whole strings of a list, and a rest.
func (g *lvmGrammar) cut(list, rest string) bool {
	g.text(rest)
	left, ok := "", true
	if list != "" {
		left, ok = g.scalars("", list)
	}
	return ok && (left == "" || left == "]") && len(rest) <= lvmMaxLine
}

// strings takes a line of which both ends are missing: strings of a long list.
func (g *lvmGrammar) strings(line string) bool {
	list, before := lvmListEnd(line)
	i := strings.LastIndex(list, "\", \"")
	return i > 0 && g.cut(list[:i+1], before) && g.cut("", list[i+1:])
}

// lvmListEnd cuts what is left of a line of many strings behind its first comma.
func lvmListEnd(line string) (list, rest string) {
	if before, after, ok := strings.Cut(line, "\", \""); ok {
		return `"` + after, before
	}
	return "", line
}

// lvmListStart cuts such a line before its last comma.
func lvmListStart(line string) (list, rest string) {
	if i, j := strings.Index(line, " = ["), strings.LastIndex(line, "\", \""); i > 0 && j > i && lvmName(line[:i]) {
		return line[i+len(" = [") : j+1], line[j+1:]
	}
	return "", line
}

// anywhere takes a line that stands in a text one does not know where.
func (g *lvmGrammar) anywhere(line string) bool {
	if line == "" || line == "}" || line == "]" {
		return true
	}
	if name, ok := strings.CutSuffix(line, " {"); ok {
		g.section(name)
		return lvmName(name)
	}
	if g.assignment(line) {
		g.list = false
		return true
	}
	for i, want := range lvmTrailer() {
		if strings.HasPrefix(line, want.start) {
			g.trailer = i
			return g.trailing(line)
		}
	}
	rest, ok := g.scalars("", line)
	return ok && rest == ""
}

// section hands on the name of a group or volume.
func (g *lvmGrammar) section(name string) {
	number := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(name, "segment"), "pv"), "0123456789")
	if number != "" && !slices.Contains([]string{"physical_volumes", "logical_volumes", "historical_logical_volumes", "policy_settings"}, name) {
		g.text(name)
	}
}

// value hands on a string in quotes, unless it is of LVM's own words.
func (g *lvmGrammar) value(key, quoted string) {
	inner := strings.Trim(quoted, `"`)
	switch {
	case !strings.HasPrefix(quoted, `"`) || lvmOwn(inner):
	case lvmUUID(quoted):
		if id := strings.ReplaceAll(inner, "-", ""); !proof.Drawn(id) {
			g.text(id)
		}
	default:
		g.section(inner)
	}
}

func (g *lvmGrammar) text(s string) {
	if s != "" && len(g.texts) < 256 && !slices.Contains(g.texts, s) {
		g.texts = append(g.texts, s)
	}
}

// lvmOpens: name, UUID and sequence number of the group, in this order.
func lvmOpens(lines []string) bool {
	if len(lines) < 3 {
		return false
	}
	name, ok := strings.CutSuffix(lines[0], " {")
	id, isID := strings.CutPrefix(lines[1], "id = ")
	number, isNumber := strings.CutPrefix(lines[2], "seqno = ")
	return ok && isID && isNumber && lvmName(name) && lvmUUID(id) && number != "" && lvmDigits(number) == len(number)
}

// line takes one line; false if LVM does not write such a line here.
func (g *lvmGrammar) line(line string) bool {
	switch {
	case line == "":
		return true
	case g.depth == 0:
		return g.trailing(line)
	case g.list:
		if line == "]" {
			g.list = false
			return true
		}
		rest, ok := g.scalars("", line)
		return ok && rest == ""
	case line == "}":
		g.depth--
		return true
	}
	if name, ok := strings.CutSuffix(line, " {"); ok {
		g.depth++
		g.section(name)
		return g.depth <= lvmMaxDepth && lvmName(name)
	}
	return g.assignment(line)
}

// assignment: a key with a number, a string, a list, or a list that goes on.
func (g *lvmGrammar) assignment(line string) bool {
	key, value, ok := strings.Cut(line, " = ")
	if !ok || !lvmName(key) {
		return false
	}
	if !lvmOwn(key) {
		g.text(key)
	}
	if value == "[" {
		g.list = true
		return true
	}
	if inner, isList := strings.CutPrefix(value, "["); isList {
		if inner == "]" {
			return true
		}
		rest, ok := g.scalars(key, inner)
		return ok && rest == "]"
	}
	rest, ok := lvmScalar(value, lvmMaxString)
	g.value(key, value)
	return ok && rest == ""
}

// A trailerLine is one of the lines behind the closing brace of the group.
type trailerLine struct {
	start    string // of the line, up to its value
	fixed    bool   // nothing follows
	optional bool
	command  bool // the value holds a command line
	named    bool // anybody's text
}

// longest is the limit of a string: installers give LVM long command lines.
func (t trailerLine) longest() int {
	if t.command {
		return lvmMaxLine
	}
	return lvmMaxString
}

// lvmTrailer is what export.c's _print_header writes, in its order.
func lvmTrailer() []trailerLine {
	return []trailerLine{
		{start: "# Generated by LVM2"},
		{start: `contents = "Text Format Volume Group"`, fixed: true},
		{start: "version = "},
		{start: "description = ", command: true, named: true},
		{start: "creation_host = ", named: true},
		{start: "creation_host_system_id = ", optional: true, named: true},
		{start: "creation_time = "},
	}
}

// trailing takes the next line of the trailer.
func (g *lvmGrammar) trailing(line string) bool {
	for _, want := range lvmTrailer()[g.trailer:] {
		g.trailer++
		if value, ok := strings.CutPrefix(line, want.start); ok {
			if want.named || !lvmStamp(value) {
				g.text(value)
			}
			return lvmTrailing(want, value)
		}
		if !want.optional {
			return false
		}
	}
	return false
}

// lvmStamp: numbers, and the words that stand in versions and times.
func lvmStamp(s string) bool {
	words := strings.FieldsFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' && r < 'a' || r > 'z' })
	for _, w := range words {
		if w != "version" && w != "git" && w != "RHEL" && !strings.Contains("SunMonTueWedThuFriSatJanFebMarAprMayJunJulAugSepOctNovDec", w) {
			return false
		}
	}
	return len(s) <= 96
}

// lvmTrailing: a value and perhaps a comment: the kernel on the host, the time in words.
func lvmTrailing(want trailerLine, value string) bool {
	if want.fixed || want.start[0] == '#' {
		return len(value) <= lvmMaxString && (!want.fixed || value == "")
	}
	rest, ok := lvmScalar(value, want.longest())
	return ok && (rest == "" || strings.HasPrefix(rest, "\t# ") && len(rest) <= lvmMaxString)
}

// scalars cuts scalars with commas between them off s; a comma at the end of the
// line stands in lists of several lines.
func (g *lvmGrammar) scalars(key, s string) (rest string, ok bool) {
	for {
		all := s
		if s, ok = lvmScalar(s, lvmMaxString); !ok {
			return s, false
		}
		g.value(key, all[:len(all)-len(s)])
		next, more := strings.CutPrefix(s, ",")
		if !more || next == "" {
			return next, true
		}
		s = strings.TrimPrefix(next, " ")
	}
}

// lvmScalar cuts a number, or a string in quotes of limited length, off s.
func lvmScalar(s string, longest int) (rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		digits := strings.TrimPrefix(s, "-")
		n := lvmDigits(digits)
		return digits[n:], n > 0
	}
	for i := 1; i < len(s) && i <= longest+1; i++ {
		switch s[i] {
		case '\\': // of a quote or of itself
			i++
		case '"':
			return s[i+1:], true
		}
	}
	return s, false
}

// lvmDigits counts the digits that s begins with, 0 if there are too many.
func lvmDigits(s string) int {
	n := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if n > lvmMaxDigits {
		return 0
	}
	return n
}

// lvmName: names of groups, volumes and keys (lvm(8), "VALID NAMES").
func lvmName(s string) bool {
	for _, c := range []byte(s) {
		if !lvmNameByte(c) {
			return false
		}
	}
	return s != "" && len(s) <= 128
}

func lvmNameByte(c byte) bool {
	return lvmUUIDByte(c) || c == '_' || c == '-' || c == '.' || c == '+'
}

// lvmUUID: 32 characters in groups of 6-4-4-4-4-4-6, in quotes.
func lvmUUID(s string) bool {
	if len(s) != 40 || s[0] != '"' || s[39] != '"' {
		return false
	}
	for i, c := range []byte(s[1:39]) {
		dash := i == 6 || i == 11 || i == 16 || i == 21 || i == 26 || i == 31
		if dash != (c == '-') || !dash && !lvmUUIDByte(c) {
			return false
		}
	}
	return true
}

func lvmUUIDByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
