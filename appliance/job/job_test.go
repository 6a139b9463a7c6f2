package job

import (
	"path"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/appliance/core"
)

func TestParseJob(t *testing.T) {
	j, err := Parse([]byte("\ufeff" + `disks = [ # two
  "serial:A", 'model:B*', # "
]
sample = "random:0.10"
depth = "quick"
operator = "検査員 太郎"
case = "2026-1"

  customer='c' # ]
site = "s"
note = "n\\\"{[=#" # "
at_end = "reboot"
identity = "lab"
passphrase_file = "keys/pass.txt"
`))
	if err != nil || !slices.Equal(j.Disks, Choice{"serial:A", "model:B*"}) || j.Sample != "random:0.10" || j.Depth != "quick" || j.Operator != "検査員 太郎" ||
		j.Case != "2026-1" || j.Customer != "c" || j.Site != "s" || j.Note != `n\"{[=#` || j.AtEnd != ThenReboot || j.Identity != core.Lab || j.PassphraseFile != "keys/pass.txt" {
		t.Errorf("%+v, %v", j, err)
	}
	if j, err = Parse([]byte(`disks = "all"`)); err != nil || j.Sample != "full" || j.Depth != "deep" || j.AtEnd != ThenPowerOff || j.Identity != core.ThrowAway {
		t.Errorf("%+v, %v", j, err)
	}
}

func TestJobErrors(t *testing.T) {
	for _, c := range []struct{ job, want, end string }{
		{``, "does not say which disks", ThenPowerOff},
		{`disks = `, "is no TOML", ThenConsole},
		{"\xff\xfed\x00i\x00s\x00k\x00s\x00=\x001\x00", "is no TOML", ThenConsole}, // UTF-16
		{`disks = 7`, "is no text", ThenConsole},
		{`disks = ["serial:A", 7]`, "is no text", ThenConsole},
		{`disks = []`, "disks is empty", ThenPowerOff},
		{`disks = ["all", "serial:A"]`, `"all" alone`, ThenPowerOff},
		{`disks = ["serial:"]`, `disks: "serial:"`, ThenPowerOff},
		{`disks = "/dev/sda"`, `disks: "/dev/sda"`, ThenPowerOff},
		{"disks = \"all\"\n[more]\nx = 1\n", "unknown table: [more]", ThenPowerOff},
		{"disks = \"all\"\n\"\u017fample\" = \"nist-800-88r1\"\n", "is no key", ThenConsole},
		{"disks = \"all\"\n\u017fample = \"nist-800-88r1\"\n", "is no TOML", ThenConsole},
		{"disks = \"all\"\nnote.x = \"y\"\n", `"note.x" is no key`, ThenConsole},
		{"disks = \"all\"\nnote\n", `"note" is no key`, ThenConsole},
		{"disks = [{a = \"b\"}]\n", "tables or lists", ThenConsole},
		{"disks = [[\"serial:A\"]]\n", "tables or lists", ThenConsole},
		{"disks = [\"serial:A\"]]\nnote.x = 1\n", "tables or lists", ThenConsole},
		{"disks = \"all\"\nnote = \"\"\"x\"\"\"\n", "does not end on its line", ThenConsole},
		{"disks = \"all\"\nnote = 'x\n", "does not end on its line", ThenConsole},
		{"disks = \"all\"\n" + strings.Repeat("x", 300) + " = 1\n", "unknown key: " + strings.Repeat("x", 40), ThenPowerOff},
		{strings.Repeat("a.", MaxBytes/2-4) + "a=1", "is no key", ThenConsole},
		{"disks = \"all\"\nat_end = \"console\"\nDisk = 1\n", "unknown key: Disk", ThenConsole},
		{"disks = \"all\"\nSample = \"random:0.01\"\nsample = \"full\"\n", "unknown key: Sample", ThenPowerOff},
		{"disks = \"all\"\nat_end = \"halt\"\n", `at_end = "halt"`, ThenConsole},
		{"disks = \"all\"\nidentity = \"mine\"\n", `identity = "mine"`, ThenPowerOff},
		{"disks = \"all\"\nidentity = \"lab\"\n", "needs passphrase_file", ThenPowerOff},
		{"disks = \"all\"\npassphrase_file = \"../x\"\n", "a name that lies on the EVIDENCE", ThenPowerOff},
		{"disks = \"all\"\npassphrase_file = \"/etc/x\"\n", "a name that lies on the EVIDENCE", ThenPowerOff},
		{"disks = \"all\"\ndepth = \"shallow\"\n", `depth = "shallow"`, ThenPowerOff},
		{"disks = \"all\"\nsample = \"random:0\"\n", `sample = "random:0"`, ThenPowerOff},
		{"disks = \"all\"\nsample = \"random:NaN\"\n", `sample = "random:NaN"`, ThenPowerOff},
		{"disks = \"all\"\nsample = \"random:1.5\"\n", `sample = "random:1.5"`, ThenPowerOff},
		{"disks = \"all\"\nsample = \"\"\n", `sample = ""`, ThenPowerOff},
		{"disks = \"all\"\nnote = \"a\\nb\"\n", "note: use at most", ThenPowerOff},
		{"disks = \"all\"\ncase = \"" + strings.Repeat("x", maxText+1) + "\"\n", "case: use at most", ThenPowerOff},
		{strings.Repeat("#", MaxBytes+1), "more than any job needs", ThenPowerOff},
	} {
		j, err := Parse([]byte(c.job))
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
		j, err := Parse(b)
		if !slices.Contains([]string{ThenConsole, ThenPowerOff, ThenReboot}, j.AtEnd) {
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
		chosen, missing := Choice(strings.Split(c.words, "|")).Choose(disks)
		var paths []string
		for _, d := range chosen {
			paths = append(paths, d.Path)
		}
		var words []string
		for _, m := range missing {
			words = append(words, m.What)
		}
		if strings.Join(paths, " ") != c.chosen || strings.Join(words, ", ") != c.missing {
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

// The tables behind a job's keys are a case file, on the lines where they stand.
func TestJobWithTables(t *testing.T) {
	j, err := Parse([]byte("disks = [\n\"serial:A\"]\n\n  [lab]\nname = \"L\" # [x]\n[[item]]\nasset_number = \"1\"\n"))
	if want := "\n\n\n  [lab]\nname = \"L\" # [x]\n[[item]]\nasset_number = \"1\"\n"; err != nil || j.CaseFile != want || len(j.Disks) != 1 {
		t.Errorf("%v: %q", err, j.CaseFile)
	}
	if j, err := Parse([]byte("disks = \"all\"\n")); err != nil || j.CaseFile != "" {
		t.Errorf("%v: %q", err, j.CaseFile)
	}
	if _, err := Parse([]byte("[lab]\nname = \"L\"\ndisks = \"all\"\n")); err == nil {
		t.Error("a key of a table is taken for the job's")
	}
}
