// Package job is the work order on the stick, EVIDENCE:/job.toml: what it may say, and
// which of the disks that are attached it is for. Package appliance carries it out.
package job

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/internal/tomltext"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words/stick"
)

// Job is what EVIDENCE:/job.toml orders:
//
//	disks = "all"            # all but the stick; or ["serial:S4EVNX0N", "model:ST4000*"]
//	sample = "full"          # or "nist-800-88r1", "random:0.10"
//	depth = "deep"           # or "quick"
//	operator = "..."         # and case, customer, site, note: they stand in the report
//	at_end = "poweroff"      # or "console", "reboot"
//	identity = "throw-away"  # or "lab", with passphrase_file = "..." on the EVIDENCE partition
//
// Tables may follow, [lab] and so on: the block of a case file (docs/case-file.md), which
// shokyo reads, and refuses before it examines anything if it does not understand it.
//
// The rule is that of a work order: what is not understood is not carried out. A
// misspelt key may be the one that mattered.
type Job struct {
	Disks          Choice `toml:"disks"`
	Sample         string `toml:"sample"`
	Depth          string `toml:"depth"`
	Operator       string `toml:"operator"`
	Case           string `toml:"case"`
	Customer       string `toml:"customer"`
	Site           string `toml:"site"`
	Note           string `toml:"note"`
	AtEnd          string `toml:"at_end"`
	Identity       string `toml:"identity"`
	PassphraseFile string `toml:"passphrase_file"`

	CaseFile string `toml:"-"` // the tables behind the keys, as a file on the lines they stand on; empty: none
}

// Name is its place on the evidence partition.
const (
	Name     = "job.toml"
	MaxBytes = 16 << 10
)

// What comes after a job.
const (
	ThenPowerOff = "poweroff"
	ThenReboot   = "reboot"
	ThenConsole  = "console"
)

// Choice is "all", or words of which each chooses disks.
type Choice []string

const All = "all"

// UnmarshalTOML takes a string as a list of one.
func (c *Choice) UnmarshalTOML(value any) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	*c = nil
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			return fmt.Errorf("disks: %v is no text: write \"all\" or [\"serial:...\", \"model:...\"]", v)
		}
		*c = append(*c, s)
	}
	return nil
}

// Parse reads a job. After an error only at_end may be relied on, so that a
// computer without a keyboard can still be switched off.
func Parse(b []byte) (*Job, error) {
	j := &Job{Sample: exchange.SampleFull, Depth: exchange.DepthDeep, AtEnd: ThenPowerOff, Identity: core.ThrowAway}
	if len(b) > MaxBytes {
		return j, fmt.Errorf("%s has %d bytes, more than any job needs", Name, len(b))
	}
	text := strings.TrimPrefix(string(b), "\ufeff") // Windows' Notepad begins a file with a byte order mark
	text, j.CaseFile = split(text)
	unknown, err := checkJobKeys(text)
	var meta toml.MetaData
	if err == nil {
		meta, err = toml.Decode(text, j)
	}
	if err != nil {
		j.AtEnd = ThenConsole
		return j, fmt.Errorf("%s is no TOML of a job: %w", Name, err)
	}
	switch {
	case unknown != "":
		err = fmt.Errorf("%s has an unknown key: %.40s", Name, unknown)
	case !meta.IsDefined("disks"):
		err = fmt.Errorf("%s does not say which disks: write disks = \"all\"", Name)
	default:
		err = j.check()
	}
	if err == nil {
		err = checkTables(j.CaseFile)
	}
	if err != nil && !slices.Contains([]string{ThenPowerOff, ThenReboot}, j.AtEnd) {
		j.AtEnd = ThenConsole
	}
	return j, err
}

// split parts a job's keys from the tables behind them. The tables keep their line numbers.
func split(text string) (keys, tables string) {
	at := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimLeft(line, " \t"), "[") {
			return text[:at], strings.Repeat("\n", strings.Count(text[:at], "\n")) + text[at:]
		}
		at += len(line)
	}
	return text, ""
}

// Tables are those of a case file, as package casefile has them: a test there holds the two
// together. That package itself would make the first program of the stick twice as large.
var Tables = []string{"lab", "customer", "order", "operator", "witness", "authorised_by", "erasure", "erased_by", "item", "external_result"}

// checkTables refuses a table that a case file does not have; what is in those it has, shokyo
// reads, and refuses before it examines.
func checkTables(text string) error {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		name, _, _ := strings.Cut(strings.TrimLeft(line, "[ "), "]")
		if strings.HasPrefix(line, "[") && !slices.Contains(Tables, strings.TrimSpace(name)) {
			return fmt.Errorf("%s has an unknown table: %.40s", Name, line)
		}
	}
	return nil
}

// checkJobKeys lets nothing through to the decoder but keys, texts and one list of
// texts, and gives a key that is none of a job's. Tables and keys in parts cost the
// decoder a square of their number: some kilobytes of them are gigabytes of memory.
// It also takes "Sample", and other letters that fold to it, for sample.
func checkJobKeys(text string) (unknown string, err error) {
	depth, begin := 0, true // of lists; whether a key comes next
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n':
			begin = depth == 0
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '#':
			i += lengthUntil(text[i:], "\n")
		case begin:
			n := lengthUntil(text[i:], "=\n")
			key := strings.TrimRight(text[i:i+n], " \t\r")
			if strings.ContainsAny(key, `.[]{}"'#`) || i+n == len(text) || text[i+n] == '\n' {
				return "", fmt.Errorf("%.40q is no key of a job: write key = \"value\"", key)
			}
			if unknown == "" && !slices.Contains([]string{"disks", "sample", "depth", "operator", "case", "customer", "site", "note", "at_end", "identity", "passphrase_file"}, key) {
				unknown = key
			}
			begin = false
			i += n + 1
		case c == '"' || c == '\'':
			n := tomltext.Length(text[i:])
			if n == 0 {
				return "", fmt.Errorf("%.40q does not end on its line", text[i:])
			}
			i += n
		case c == '{' || c == '[' && depth > 0 || c == ']' && depth == 0:
			return "", errors.New("there are tables or lists in a value: disks is one list of texts, all others are texts")
		case c == '[':
			depth++
			i++
		case c == ']':
			depth--
			i++
		default:
			i++
		}
	}
	return unknown, nil
}

// lengthUntil is how much comes before the first of those characters.
func lengthUntil(s, chars string) int {
	if n := strings.IndexAny(s, chars); n >= 0 {
		return n
	}
	return len(s)
}

func (j *Job) check() error {
	switch {
	case !slices.Contains([]string{ThenPowerOff, ThenReboot, ThenConsole}, j.AtEnd):
		return fmt.Errorf("at_end = %q: use poweroff, reboot or console", j.AtEnd)
	case !slices.Contains([]string{exchange.DepthDeep, exchange.DepthQuick}, j.Depth):
		return fmt.Errorf("depth = %q: use deep or quick", j.Depth)
	case !slices.Contains([]string{core.ThrowAway, core.Lab}, j.Identity):
		return fmt.Errorf("identity = %q: use throw-away or lab", j.Identity)
	case j.Identity == core.Lab && j.PassphraseFile == "":
		return errors.New("identity = \"lab\" needs passphrase_file, a file on the EVIDENCE partition")
	case j.PassphraseFile != "" && !filepath.IsLocal(j.PassphraseFile):
		return fmt.Errorf("passphrase_file = %q: give a name that lies on the EVIDENCE partition", j.PassphraseFile)
	}
	if err := CheckMode(j.Sample); err != nil {
		return err
	}
	for _, f := range []struct{ key, value string }{{"operator", j.Operator}, {"case", j.Case}, {"customer", j.Customer}, {"site", j.Site}, {"note", j.Note}} {
		if err := CheckText(f.key, f.value); err != nil {
			return err
		}
	}
	return j.Disks.check()
}

// CheckMode takes what shokyo scan --sample takes.
func CheckMode(mode string) error {
	if !exchange.IsSample(mode) {
		return fmt.Errorf("sample = %q: use full, nist-800-88r1 or random:FRACTION, such as random:0.10", mode)
	}
	return nil
}

// maxText is enough for a sentence in a report, in any script.
const maxText = 500

func CheckText(key, value string) error {
	if !utf8.ValidString(value) || utf8.RuneCountInString(value) > maxText || strings.ContainsFunc(value, unicode.IsControl) {
		return fmt.Errorf("%s: use at most %d characters on one line", key, maxText)
	}
	return nil
}

func (c Choice) check() error {
	if len(c) == 0 {
		return errors.New("disks is empty: write \"all\", or the serial numbers")
	}
	for _, word := range c {
		kind, pattern, _ := strings.Cut(word, ":")
		if word == All && len(c) == 1 || (kind == "serial" || kind == "model") && pattern != "" {
			continue
		}
		return fmt.Errorf("disks: %q: write \"all\" alone, or \"serial:...\" and \"model:...\"", word)
	}
	return nil
}

// Missed is what a job is for and what was not examined.
type Missed struct{ What, Why string }

// Choose gives the disks that are meant, and what is meant and can not be examined.
// The stick is never among them.
func (c Choice) Choose(disks []core.Disk) (chosen []core.Disk, missing []Missed) {
	taken := make([]bool, len(disks))
	for _, word := range c {
		found := word == All
		for i, d := range disks {
			if d.Stick || !means(word, d) {
				continue
			}
			if word == All && d.Bytes == 0 {
				missing = append(missing, Missed{d.Path + " (" + d.Name() + ")", stick.NoSize.EN})
				continue
			}
			taken[i], found = true, true
		}
		if !found {
			missing = append(missing, Missed{word, stick.NotAttached.EN})
		}
	}
	for i, d := range disks {
		if taken[i] {
			chosen = append(chosen, d)
		}
	}
	return chosen, missing
}

// means says whether a word names a disk. "all" leaves out what holds no medium.
func means(word string, d core.Disk) bool {
	if word == All {
		return !d.Empty()
	}
	kind, pattern, _ := strings.Cut(word, ":")
	text := d.Serial
	if kind == "model" {
		text = d.Model
	}
	return text != "" && matches(strings.ToLower(strings.TrimSpace(pattern)), strings.ToLower(text))
}

// matches compares with a pattern in which * stands for any text. Each part
// between stars is looked for once, from the left: that is enough, and takes
// time that grows with the text and not beyond.
func matches(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}

// CheckFile says what is wrong with a job before it is put on a stick
// (cmd/mkbootimage). It returns the program's exit code.
func CheckFile(path string, stderr io.Writer) int {
	b, err := ReadFile(path)
	if err == nil {
		_, err = Parse(b)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// ReadFile gives, of a job that is too long, as much as Parse refuses: nothing
// is wrong with the stick then, and the computer can still be switched off.
func ReadFile(path string) ([]byte, error) {
	b, err := wholefile.Read(path, MaxBytes)
	if errors.Is(err, wholefile.ErrTooLong) {
		return make([]byte, MaxBytes+1), nil
	}
	return b, err
}
