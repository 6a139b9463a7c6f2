package main

import (
	"path"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/appliance/core"
)

func TestParseJob(t *testing.T) {
	j, err := parseJob([]byte("\ufeff" + `disks = [ # two
  "serial:A", 'model:B*', # "
]
sample = "random:0.10"
operator = "検査員 太郎"
case = "2026-1"

  customer='c' # ]
site = "s"
note = "n\\\"{[=#" # "
at_end = "reboot"
identity = "lab"
passphrase_file = "keys/pass.txt"
`))
	if err != nil || !slices.Equal(j.Disks, diskChoice{"serial:A", "model:B*"}) || j.Sample != "random:0.10" || j.Operator != "検査員 太郎" ||
		j.Case != "2026-1" || j.Customer != "c" || j.Site != "s" || j.Note != `n\"{[=#` || j.AtEnd != thenReboot || j.Identity != core.Lab || j.PassphraseFile != "keys/pass.txt" {
		t.Errorf("%+v, %v", j, err)
	}
	if j, err = parseJob([]byte(`disks = "all"`)); err != nil || j.Sample != "full" || j.AtEnd != thenPowerOff || j.Identity != core.ThrowAway {
		t.Errorf("%+v, %v", j, err)
	}
}

func TestJobErrors(t *testing.T) {
	for _, c := range []struct{ job, want, end string }{
		{``, "does not say which disks", thenPowerOff},
		{`disks = `, "is no TOML", thenConsole},
		{"\xff\xfed\x00i\x00s\x00k\x00s\x00=\x001\x00", "is no TOML", thenConsole}, // UTF-16
		{`disks = 7`, "is no text", thenConsole},
		{`disks = ["serial:A", 7]`, "is no text", thenConsole},
		{`disks = []`, "disks is empty", thenPowerOff},
		{`disks = ["all", "serial:A"]`, `"all" alone`, thenPowerOff},
		{`disks = ["serial:"]`, `disks: "serial:"`, thenPowerOff},
		{`disks = "/dev/sda"`, `disks: "/dev/sda"`, thenPowerOff},
		{"disks = \"all\"\n[more]\nx = 1\n", `"[more]" is no key`, thenConsole},
		{"disks = \"all\"\n\"\u017fample\" = \"nist-800-88r1\"\n", "is no key", thenConsole},
		{"disks = \"all\"\n\u017fample = \"nist-800-88r1\"\n", "is no TOML", thenConsole},
		{"disks = \"all\"\nnote.x = \"y\"\n", `"note.x" is no key`, thenConsole},
		{"disks = \"all\"\nnote\n", `"note" is no key`, thenConsole},
		{"disks = [{a = \"b\"}]\n", "tables or lists", thenConsole},
		{"disks = [[\"serial:A\"]]\n", "tables or lists", thenConsole},
		{"disks = [\"serial:A\"]]\nnote.x = 1\n", "tables or lists", thenConsole},
		{"disks = \"all\"\nnote = \"\"\"x\"\"\"\n", "does not end on its line", thenConsole},
		{"disks = \"all\"\nnote = 'x\n", "does not end on its line", thenConsole},
		{"disks = \"all\"\n" + strings.Repeat("x", 300) + " = 1\n", "unknown key: " + strings.Repeat("x", 40), thenPowerOff},
		{strings.Repeat("a.", jobMaxBytes/2-4) + "a=1", "is no key", thenConsole},
		{"disks = \"all\"\nat_end = \"console\"\nDisk = 1\n", "unknown key: Disk", thenConsole},
		{"disks = \"all\"\nSample = \"random:0.01\"\nsample = \"full\"\n", "unknown key: Sample", thenPowerOff},
		{"disks = \"all\"\nat_end = \"halt\"\n", `at_end = "halt"`, thenConsole},
		{"disks = \"all\"\nidentity = \"mine\"\n", `identity = "mine"`, thenPowerOff},
		{"disks = \"all\"\nidentity = \"lab\"\n", "needs passphrase_file", thenPowerOff},
		{"disks = \"all\"\npassphrase_file = \"../x\"\n", "a name that lies on the EVIDENCE", thenPowerOff},
		{"disks = \"all\"\npassphrase_file = \"/etc/x\"\n", "a name that lies on the EVIDENCE", thenPowerOff},
		{"disks = \"all\"\nsample = \"random:0\"\n", `sample = "random:0"`, thenPowerOff},
		{"disks = \"all\"\nsample = \"random:NaN\"\n", `sample = "random:NaN"`, thenPowerOff},
		{"disks = \"all\"\nsample = \"random:1.5\"\n", `sample = "random:1.5"`, thenPowerOff},
		{"disks = \"all\"\nsample = \"\"\n", `sample = ""`, thenPowerOff},
		{"disks = \"all\"\nnote = \"a\\nb\"\n", "note: use at most", thenPowerOff},
		{"disks = \"all\"\ncase = \"" + strings.Repeat("x", maxText+1) + "\"\n", "case: use at most", thenPowerOff},
		{strings.Repeat("#", jobMaxBytes+1), "more than any job needs", thenPowerOff},
	} {
		j, err := parseJob([]byte(c.job))
		if err == nil || !strings.Contains(err.Error(), c.want) || j == nil || j.AtEnd != c.end {
			t.Errorf("%.80q: %v, then %v; want %s, then %s", c.job, err, j, c.want, c.end)
		}
	}
}

func FuzzParseJob(f *testing.F) {
	f.Add([]byte("disks = [\"serial:A\"]\nsample = \"random:0.1\"\nat_end = \"console\"\n"))
	f.Add([]byte("disks = \"all\"\n[a]\nb = {c = [[1]]}\n"))
	f.Add([]byte("\ufeffdisks='all'\r\nidentity=\"lab\"\r\npassphrase_file=\"x\""))
	f.Fuzz(func(t *testing.T, b []byte) {
		j, err := parseJob(b)
		if !oneOf(j.AtEnd, thenConsole, thenPowerOff, thenReboot) {
			t.Errorf("then %q", j.AtEnd)
		}
		if err == nil && (j.check() != nil || len(j.Disks) == 0) {
			t.Errorf("%+v was accepted", j)
		}
	})
}

func TestChoose(t *testing.T) {
	disks := []core.Disk{
		{Path: "a", Model: "SHOKYO ONE", Serial: "S1", Bytes: 1},
		{Path: "b", Model: "SHOKYO TWO", Serial: "S2", Bytes: 1},
		{Path: "c", Bytes: 1},
		{Path: "d", Model: "EMPTY READER", Removable: true},
		{Path: "z", Model: "SHOKYO STICK", Serial: "S1", Bytes: 1, Stick: true},
	}
	for _, c := range []struct{ words, chosen, missing string }{
		{"all", "a b c", ""},
		{"serial:S1", "a", ""},
		{"serial: s2 |serial:S1", "a b", ""},
		{"model:shokyo*|serial:S1", "a b", ""},
		{"model:SHOKYO", "", "model:SHOKYO"},
		{"model:*STICK|serial:S2", "b", "model:*STICK"},
		{"model:*", "a b d", ""},
		{"serial:*", "a b", ""},
	} {
		chosen, missing := diskChoice(strings.Split(c.words, "|")).choose(disks)
		var paths []string
		for _, d := range chosen {
			paths = append(paths, d.Path)
		}
		if words := (&selection{missing: missing}).missingWords(); strings.Join(paths, " ") != c.chosen || words != c.missing {
			t.Errorf("%s: %v, missing %v", c.words, paths, missing)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"a", "a", true}, {"a", "ab", false}, {"*", "", true}, {"a*", "a", true}, {"a*a", "a", false},
		{"*b*", "abc", true}, {"a*c*e", "abcde", true}, {"a*e*c", "abcde", false}, {"**", "x", true}, {"*aa", "aaa", true}, {"[a]", "a", false},
	} {
		if got := matches(c.pattern, c.text); got != c.want {
			t.Errorf("%q, %q: %v", c.pattern, c.text, got)
		}
	}
}

// It agrees with package path where that has nothing special either.
func FuzzMatches(f *testing.F) {
	f.Add("a*b*c", "aXbYc")
	f.Add("*", "")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if strings.ContainsAny(pattern+text, `?[]\/`) || len(pattern) > 100 || len(text) > 100 {
			return
		}
		if want, err := path.Match(pattern, text); err == nil && matches(pattern, text) != want {
			t.Errorf("%q, %q: want %v", pattern, text, want)
		}
	})
}
