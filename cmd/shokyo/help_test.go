package main

import (
	"flag"
	"io"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	verbs := []string{"devices", "scan", "verify", "report", "keygen", "demo", "help", "version"}
	for word, want := range map[string]string{
		"sacn": "scan", "scn": "scan", "scann": "scan", "Scan": "scan", "verfy": "verify", "veryfi": "verify", "verifiy": "verify", "dev": "devices", "device": "devices",
		"rep": "report", "reprot": "report", "keyge": "keygen", "key-gen": "keygen", "hlep": "help", "ver": "", "x": "", "": "", "frobnicate": "", "examine": "", "list": "",
		strings.Repeat("a", 10000): "",
	} {
		if got := nearest(word, verbs); got != want {
			t.Errorf("%.20q: %q, want %q", word, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"ab", "ba", 1}, {"scan", "sacn", 1}, {"kitten", "sitting", 3}, {"abc", "abc", 0}} {
		if got := distance(c.a, c.b); got != c.want || distance(c.b, c.a) != got {
			t.Errorf("%q %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// Every text of package flag is put into our words, with the flag in it.
func TestFlagError(t *testing.T) {
	for args, want := range map[string]string{
		"--uot x":                  "there is no flag --uot: did you mean --out?",
		"-out":                     "--out: it needs a value",
		"--n many":                 `--n "many": that is not what it takes`,
		"--n 99999999999999999999": `--n "99999999999999999999": value out of range`,
		"--yes=perhaps":            `--yes "perhaps": that is not what it takes`,
		"--word=a: b":              `--word "a: b": no: use another`,
		"--word=x":                 `--word "x": no: use another`,
		"--word=big":               `--word: "big" is no word`,
		"---":                      "bad flag syntax: ---",
	} {
		fs := flag.NewFlagSet("x", flag.ContinueOnError)
		fs.SetOutput(io.Discard)
		fs.String("out", "", "")
		fs.Int("n", 0, "")
		fs.Bool("yes", false, "")
		fs.Func("word", "", func(s string) error {
			if s == "big" {
				return usagef("%q is no word", s)
			}
			return usagef("no: use another")
		})
		first, rest, _ := strings.Cut(args, " ")
		list := []string{first}
		if strings.Contains(first, "=") {
			list = []string{args}
		} else if rest != "" {
			list = append(list, rest)
		}
		err := fs.Parse(list)
		if err == nil {
			t.Fatalf("%s is taken", args)
		}
		if got := flagError(fs, err).Error(); got != want {
			t.Errorf("%s: %q, want %q", args, got, want)
		}
	}
}

// The manual page and the completions have every verb and flag that --help has.
func TestManualHasAll(t *testing.T) {
	list := manualVerbs()
	if len(list) != len(verbs()) {
		t.Fatalf("%d verbs of %d", len(list), len(verbs()))
	}
	for _, v := range list {
		if v.Text == "" || len(v.Flags) == 0 {
			t.Errorf("%s: no text or no flags", v.Name)
		}
		for _, f := range v.Flags {
			if f.Usage == "" {
				t.Errorf("%s --%s: nothing is said", v.Name, f.Name)
			}
		}
	}
}
