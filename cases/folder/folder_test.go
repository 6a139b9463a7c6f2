package folder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/cases"
	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/record"
	"shokyo.dev/shokyo/reports/sign/identity"
)

var now = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

// begun is a case that asks for keys, with a volume.
func begun(t *testing.T) (*Case, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "case")
	if err := Init(dir, "C-1", "encrypted-volume"); err != nil {
		t.Fatal(err)
	}
	return opened(t, dir), dir
}

func opened(t *testing.T, dir string) *Case {
	t.Helper()
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// keysOf makes evidence of a key, of a case, made at a time.
func keysOf(t *testing.T, caseID string, made, seen time.Time) (string, identity.Identity) {
	t.Helper()
	id, err := identity.ThrowAway(now)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "keys")
	r := &record.Record{Schema: record.Kind, Case: caseID, Made: made, Sources: []record.Source{{Name: "x"}}, Objects: []custody.Object{{ID: "K", State: custody.Destroyed, Said: seen, Destroyed: seen}}}
	if err := record.Write(dir, r, id); err != nil {
		t.Fatal(err)
	}
	return dir, id
}

func add(t *testing.T, c *Case, path, kind string) {
	t.Helper()
	if _, err := c.Add(path, kind, "", now); err != nil {
		t.Fatal(err)
	}
}

func codes(g *Gathered) (out []string) {
	for _, p := range g.Problems {
		out = append(out, p.Evidence+" "+p.Code)
		if p.Text.JA == "" {
			out = append(out, "no words")
		}
	}
	return out
}

// Evidence that is not what it was, or not of this case, is refused by name.
func TestRefused(t *testing.T) {
	for name, x := range map[string]struct {
		do   func(*testing.T, *Case, string)
		want string
	}{
		"nothing": {func(t *testing.T, c *Case, dir string) {
			k, _ := keysOf(t, "C-1", now, now)
			add(t, c, k, "keys")
		}, ""},
		"changed": {func(t *testing.T, c *Case, dir string) {
			add(t, c, write(t, "a.txt", "a"), "document")
			os.WriteFile(filepath.Join(dir, "evidence/E1-a.txt"), []byte("b"), 0o644)
		}, "E1 changed"},
		"missing": {func(t *testing.T, c *Case, dir string) {
			add(t, c, write(t, "a.txt", "a"), "document")
			os.Remove(filepath.Join(dir, "evidence/E1-a.txt"))
		}, "E1 missing"},
		"a file more": {func(t *testing.T, c *Case, dir string) {
			k, _ := keysOf(t, "C-1", now, now)
			add(t, c, k, "keys")
			os.WriteFile(filepath.Join(dir, "evidence/E1-keys/b"), nil, 0o644)
		}, "E1 changed"},
		"link": {func(t *testing.T, c *Case, dir string) {
			add(t, c, write(t, "a.txt", "a"), "document")
			os.Remove(filepath.Join(dir, "evidence/E1-a.txt"))
			os.Symlink("/dev/zero", filepath.Join(dir, "evidence/E1-a.txt"))
		}, "E1 not-valid"},
		"another case": {func(t *testing.T, c *Case, dir string) {
			k, _ := keysOf(t, "C-2", now, now)
			add(t, c, k, "keys")
		}, "E1 another-case"},
		"made tomorrow": {func(t *testing.T, c *Case, dir string) {
			k, _ := keysOf(t, "C-1", now.Add(24*time.Hour), now)
			add(t, c, k, "keys")
		}, "E1 future"},
		"another signer": {func(t *testing.T, c *Case, dir string) {
			k, _ := keysOf(t, "C-1", now, now)
			add(t, c, k, "keys")
			c.Head.Signers = []string{strings.Repeat("0", 64)}
		}, "E1 another-signer"},
		"repeated": {func(t *testing.T, c *Case, dir string) {
			add(t, c, write(t, "a.txt", "a"), "document")
			e := c.Evidence[0]
			e.ID = "E2"
			c.Evidence = append(c.Evidence, e)
		}, "E1 repeated E2 repeated"},
		"no bundle": {func(t *testing.T, c *Case, dir string) {
			if _, err := c.Add(filepath.Dir(write(t, "a.txt", "a")), "bundle", "target", now); err != nil {
				t.Fatal(err)
			}
		}, "E1 not-valid"},
		"no checklist": {func(t *testing.T, c *Case, dir string) { add(t, c, write(t, "a.toml", "x = 1"), "checklist") }, "E1 not-valid"},
	} {
		c, dir := begun(t)
		x.do(t, c, dir)
		g := c.Gather(now)
		if got := strings.Join(codes(g), " "); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
		if d := cases.Decide(&g.Input); d.Outcome == cases.Erased || (x.want != "") != (g.Input.Refused > 0) {
			t.Errorf("%s: %v, refused %d", name, d.Outcome, g.Input.Refused)
		}
	}
}

func TestSigner(t *testing.T) {
	c, _ := begun(t)
	k, id := keysOf(t, "", now, now)
	add(t, c, k, "keys")
	c.Head.Signers = []string{strings.ToUpper(id.Facts().CertificateSHA256)}
	if g := c.Gather(now); len(g.Problems) > 0 || len(g.Input.KeysFrom) != 1 {
		t.Errorf("%v", codes(g))
	}
}

// What was added is there when the case is opened again, and a second time it is refused.
func TestAdd(t *testing.T) {
	c, dir := begun(t)
	list := write(t, "一覧 \"x\".txt", "a")
	add(t, c, list, "survivor-before")
	add(t, c, list, "survivor-after")
	if _, err := c.Add(list, "survivor-after", "", now); err == nil || !strings.Contains(err.Error(), "already, as E2") {
		t.Errorf("a second time: %v", err)
	}
	if _, err := c.Add(list, "document", "target", now); err == nil {
		t.Error("a document with a role is taken")
	}
	if _, err := c.Add("/dev/null", "document", "", now); err == nil {
		t.Error("a device is taken")
	}
	again := opened(t, dir)
	if len(again.Evidence) != 2 || again.Evidence[0] != c.Evidence[0] || again.Head.Recall != DefaultRecall {
		t.Errorf("%+v", again)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "evidence", ".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	in := again.Gather(now).Input
	if len(in.Before) != 1 || len(in.After) != 1 || in.Before[0] != in.After[0] {
		t.Errorf("%+v", in)
	}
}

func TestChecklist(t *testing.T) {
	const item = "[[item]]\nid = \"1\"\nanswer = \"yes\"\nauditor = \"Sato\"\ndate = \"2026-04-30\"\nevidence = [\"E1\"]\n"
	for change, want := range map[[2]string]cases.Item{
		{"", ""}:                      {Answer: cases.Yes, Signed: true},
		{`"yes"`, `"no"`}:             {Answer: cases.No, Signed: true},
		{`"yes"`, `"partly"`}:         {Answer: cases.No, Signed: true},
		{`"yes"`, `"YES!"`}:           {Answer: cases.Unanswered, Signed: true},
		{`"yes"`, `"not-applicable"`}: {Answer: cases.NotApplicable},
		{`"Sato"`, `""`}:              {Answer: cases.Yes},
		{"2026-04-30", "2026-05-30"}:  {Answer: cases.Yes},
		{"2026-04-30", "yesterday"}:   {Answer: cases.Yes},
	} {
		c, _ := begun(t)
		add(t, c, write(t, "list.toml", strings.Replace(item, change[0], change[1], 1)), "checklist")
		g := c.Gather(now)
		if len(g.Input.Items) != 1 || g.Input.Items[0].Answer != want.Answer || g.Input.Items[0].Signed != want.Signed || g.Input.Items[0].Evidence[0] != "E1" {
			t.Errorf("%q: %+v", change, g.Input.Items)
		}
	}
}

func TestFile(t *testing.T) {
	_, dir := begun(t)
	b, _ := os.ReadFile(filepath.Join(dir, File))
	for change, want := range map[[2]string]string{
		{"encrypted-volume", "x"}:      "use one of returned-disk",
		{"99.0", "0.5"}:                "1 to 100 percent",
		{"99.0", "nan"}:                "1 to 100 percent",
		{`"C-1"`, `""`}:                "id in [case]",
		{"# [[volume]]", "[[volume]]"}: "id is missing",
		{"customer", "costumer"}:       "unknown key case.costumer",
		{"# [[volume]]", "[[evidence]]\nid = \"E1\"\nkind = \"document\"\npath = \"../x\"\n#"}:                   "below the folder evidence",
		{"# [[volume]]", "[[evidence]]\nid = \"E1\"\nkind = \"document\"\npath = \"evidence/../../x\"\n#"}:       "below the folder evidence",
		{"# [[volume]]", "[[evidence]]\nid = \"E1\"\nkind = \"bundle\"\nrole = \"x\"\npath = \"evidence/x\"\n#"}: "a bundle is target",
	} {
		os.WriteFile(filepath.Join(dir, File), []byte(strings.Replace(string(b), change[0], change[1], 1)), 0o644)
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", change, err, want)
		}
	}
	if Init(filepath.Join(dir, "x"), "a\"b", "trial") == nil || Init(dir, "C", "trial") == nil {
		t.Error("a case is made of a bad id, or over another")
	}
}

func FuzzChecklist(f *testing.F) {
	f.Add("[[item]]\nid = \"1\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		path := filepath.Join(dir, "c.toml")
		os.WriteFile(path, []byte(text), 0o644)
		c := &Case{Dir: dir, Head: Head{Template: "trial"}}
		g := &gatherer{Case: c, now: now, seen: map[string]string{}}
		if g.checklist(&Evidence{ID: "E1", Path: "c.toml"}) == (len(g.out.Problems) > 0) {
			t.Error("neither read nor refused")
		}
	})
}
