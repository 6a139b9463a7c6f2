package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"
)

type verb struct {
	name, args, summary string
	run                 func(p *program, args []string) (int, error)
}

func verbs() []verb {
	return []verb{
		{"devices", "[--json] [DEVICE...]", "list the media attached and what each says of itself", devicesVerb},
		{"scan", "[flags] SOURCE... --out DIR", "examine media; one signed bundle per source", scanVerb},
		{"corpus", "build DIR|FILE... --name NAME --out CORPUS | canary --out DIR", "before an erasure: note by which sectors files are known, or make some", corpusVerb},
		{"baseline", "SOURCE --expect-after changed|same --out BASELINE", "before an erasure: record blocks, to see later whether they changed", baselineVerb},
		{"keys", "fetch SERVER | import FORMAT FILE... | check KEYS...", "what key servers, clouds and logs say of keys: whether each is gone", keysVerb},
		{"case", "init|add|check|report|verify DIR ...", "join reports, keys and checklists of a case into one signed answer", caseVerb},
		{"verify", "BUNDLE... [--cert FILE] [--manifest FILE]", "check bundles: signature, digests, completeness, which system made them", verifyVerb},
		{"report", "BUNDLE [--format FORMAT] [--lang ja|en|ja,en] [--cert FILE]", "render a bundle again from the signed document", reportVerb},
		{"timestamp", "BUNDLE_OR_PDF --tsa URL | --request FILE [--response FILE]", "have an authority confirm when the signature was there (RFC 3161)", timestampVerb},
		{"countersign", "BUNDLE [--approve|--reject] --identity DIR", "sign as a second person: concurrence, or validation", countersignVerb},
		{"keygen", "--name NAME --out DIR", "make a lab's signing identity", keygenVerb},
		{"demo", "[--out DIR] [--depth deep|quick] [--case]", "make a crypto-erased disk and its control, examine both", demoVerb},
	}
}

const inOneLine = "tells whether a medium whose key was destroyed still has anything to recover"

const introduction = `shokyo examines a medium whose encryption key was destroyed, read-only. It says
whether anything recoverable is left on it and how sure that is, and signs the
report.
`

const exitStatuses = `0 no residue (verify: valid), 1 could not run, 2 usage,
3 residue found (verify: not valid), 4 inconclusive, 130 interrupted
`

func (p *program) usage(w io.Writer) {
	fmt.Fprintf(w, "%s\nusage: shokyo COMMAND …\n\n", introduction)
	for _, v := range verbs() {
		fmt.Fprintf(w, "  shokyo %s %s\n      %s\n", v.name, v.args, v.summary)
	}
	fmt.Fprintf(w, `
Start with:  shokyo demo
Details:     shokyo help COMMAND
For shells:  shokyo help --completion bash|zsh|fish
Manual page: shokyo help --man

Exit status: %s`, exitStatuses)
}

// helpVerb is shokyo help VERB.
func (p *program) helpVerb(args []string) int {
	if len(args) == 0 {
		p.usage(p.stdout)
		return exitOK
	}
	if strings.HasPrefix(args[0], "--") {
		status, err := p.helpFor(args[0], args[1:])
		return p.finish(verb{name: "help", args: "[COMMAND] [--man] [--completion SHELL]"}, status, err)
	}
	if v := findVerb(args[0]); v != nil {
		status, err := v.run(p, []string{"--help"})
		return p.finish(*v, status, err)
	}
	return p.noVerb(args[0])
}

func findVerb(name string) *verb {
	for _, v := range verbs() {
		if v.name == name {
			return &v
		}
	}
	return nil
}

func (p *program) noVerb(name string) int {
	names := []string{"help", "version"}
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	hint := cmp.Or(didYouMean("", nearest(name, names)), ";")
	fmt.Fprintf(p.stderr, "shokyo: there is no command %q%s shokyo help lists them\n", name, hint)
	return exitUsage
}

// showMisuse says what is wrong with a call, and how the verb is called.
func (p *program) showMisuse(v verb, err error) {
	fmt.Fprintf(p.stderr, "shokyo %s: %s\nusage: shokyo %s %s\nall flags: shokyo help %s\n", v.name, printable(errorText(err)), v.name, v.args, v.name)
}

func didYouMean(dashes, name string) string {
	if name == "" {
		return ""
	}
	return ": did you mean " + dashes + name + "?"
}

// badValue is what package flag says of a value, of a yes-or-no or of another flag.
var badValue = regexp.MustCompile(`(?s)^invalid (?:boolean )?value (".*") for (?:flag )?-([^:]+): (.*)$`)

// flagError says in our words what package flag says of a call. One of its texts
// that is not known is passed on.
func flagError(fs *flag.FlagSet, err error) error {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		var names []string
		fs.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
		return fmt.Errorf("there is no flag --%s%s", name, didYouMean("--", nearest(name, names)))
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return fmt.Errorf("--%s: it needs a value", name)
	}
	if m := badValue.FindStringSubmatch(text); m != nil {
		why := strings.Replace(m[3], "parse error", "that is not what it takes", 1)
		if strings.HasPrefix(why, m[1]) { // it names the value itself
			return fmt.Errorf("--%s: %s", m[2], why)
		}
		return fmt.Errorf("--%s %s: %s", m[2], m[1], why)
	}
	return errors.New(text)
}

// nearest is the one name that was probably meant: with the fewest letters to
// change, at most a third of them, or the only one that begins so.
func nearest(word string, names []string) string {
	word = strings.ToLower(word)
	best, least, twice := "", max(1, len(word)/3)+1, false
	for _, name := range names {
		d := distance(word, name)
		if len(word) >= 2 && strings.HasPrefix(name, word) {
			d = min(d, 1)
		}
		switch {
		case d < least:
			best, least, twice = name, d, false
		case d == least:
			twice = true
		}
	}
	if twice {
		return ""
	}
	return best
}

// distance counts the letters to insert, delete, change, or swap with the next
// (Damerau and Levenshtein, in the restricted form).
func distance(a, b string) int {
	if len(a) > 40 {
		return len(a)
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
