package manual

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/tooltest"
)

// sample has whatever a shell or roff could take for its own.
func sample() []Verb {
	fs := flag.NewFlagSet("look", flag.ContinueOnError)
	fs.String("out", "", "the `DIR` to make; it's [new]: 100 % \\ $HOME `x`")
	fs.Bool("quiet", false, "say nothing")
	return []Verb{
		{"look", "[flags] SOURCE...", "looks: at 'media'", "usage: tool look\n\nTakes a SOURCE.\n.Dots and 'quotes' and -dashes.\n\n  tool look /dev/sdb --out o\n\n", FlagsOf(fs)},
		{"loose", "", "lets go", "", nil},
	}
}

func TestMan(t *testing.T) {
	var b bytes.Buffer
	p := &Page{Name: "tool", Summary: "does things", Version: "1.2", Text: "A tool.", Status: "0 well, 1 ill"}
	if err := Man(&b, p, sample()); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tooltest.Path(t, "groff"), "-man", "-Tascii", "-ww", "-P-cbou")
	cmd.Stdin = &b
	var warnings bytes.Buffer
	cmd.Stderr = &warnings
	out, err := cmd.Output()
	if err != nil || warnings.Len() > 0 {
		t.Fatalf("%v\n%s", err, &warnings)
	}
	page := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range []string{"tool - does things", "tool look [flags] SOURCE...", ".Dots and 'quotes' and -dashes.", "tool look /dev/sdb --out o",
		`--out DIR the DIR to make; it's [new]: 100 % \ $HOME ` + "`x`", "--quiet say nothing", "EXIT STATUS 0 well, 1 ill", "tool 1.2"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page:\n%s", want, page)
		}
	}
}

// Each shell completes a verb that was begun, the flags of a verb, and files.
func TestCompletion(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "medium.img"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for shell, script := range map[string]string{
		"bash": `. %; COMP_WORDS=(tool); try() { COMP_WORDS=(tool "$@"); COMP_CWORD=$#; COMPREPLY=(); _tool; echo "${COMPREPLY[*]}"; }
			try loo; try look --o; try look med; try help look`,
		"fish": `source %; for line in 'tool loo' 'tool look --o' 'tool look med' 'tool help look'
			string join ' ' -- (complete -C $line | string replace -r '\t.*' '')
			end; true`,
		"zsh": `autoload -Uz compinit; compinit -u -d $PWD/.dump; source %; _describe() { echo looked; }
			_arguments() { print -r -- "$*"; }; words=(tool look --o); CURRENT=3; _tool; words=(tool loo); CURRENT=2; _tool`,
	} {
		var b bytes.Buffer
		if err := Completion(&b, shell, "tool", sample()); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "."+shell)
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(tooltest.Path(t, shell), "-c", strings.ReplaceAll(script, "%", file))
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME="+dir, "TERM=dumb")
		out, err := cmd.CombinedOutput()
		want := "look loose\n--out\nmedium.img\nlook\n"
		if shell == "zsh" { // its _arguments is what completes: it is handed the right words
			want = "*--out[the DIR to make; it's \\[new\\]\\: 100 % \\\\ $HOME `x`]:DIR:_files *--quiet[say nothing] *:file:_files\nlooked\n"
		}
		if err != nil || string(out) != want {
			t.Errorf("%s: %v\n%s, want\n%s", shell, err, out, want)
		}
	}
	if err := Completion(new(bytes.Buffer), "csh", "tool", sample()); err == nil {
		t.Error("there is a completion for csh")
	}
}
