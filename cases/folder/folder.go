// Package folder is a case on disk: case.toml, which says what the case is about, and below
// evidence what was added to it. [Open] reads it, [Case.Add] adds, and gather.go turns what is there
// into the input of a decision; what is not as it was added, or does not belong to the case, is refused by name.
//
// case.toml is written by hand but for its tables [[evidence]], which Add puts behind the rest.
package folder

import (
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"shokyo.dev/shokyo/cases"
	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/volumes"
	"shokyo.dev/shokyo/internal/wholefile"
)

// File says what a case is about.
const File = "case.toml"

// maxFile is more than a case with some hundred pieces of evidence has.
const maxFile = 256 << 10

// evidenceFolder is where added evidence lies.
const evidenceFolder = "evidence"

// DefaultRecall is the share of known files that a control has to show, in percent.
const DefaultRecall = 99

// Case is a case's folder.
type Case struct {
	Dir      string
	SHA256   string           // of case.toml
	Head     Head             `toml:"case"`
	Volumes  []custody.Volume `toml:"volume"`
	Evidence []Evidence       `toml:"evidence"`
}

// Head says what is asked.
type Head struct {
	ID       string   `toml:"id"`
	Title    string   `toml:"title"`
	Template string   `toml:"template"`
	Customer string   `toml:"customer"`
	Recall   float64  `toml:"demanded_recall"` // percent
	Signers  []string `toml:"signers"`         // SHA-256 of the certificates whose evidence is taken; none: anybody's
}

// Evidence is one thing that was added.
type Evidence struct {
	ID     string    `toml:"id"`
	Kind   string    `toml:"kind"`
	Role   string    `toml:"role"`
	Path   string    `toml:"path"` // below the case's folder
	SHA256 string    `toml:"sha256"`
	Added  time.Time `toml:"added"`
}

// Kinds are those that evidence may be of.
var Kinds = []string{"bundle", "keys", "checklist", "survivor-before", "survivor-after", "certificate", "photograph", "document"}

// Roles are those that a bundle may have.
var Roles = []string{string(cases.Target), string(cases.Control), string(cases.Survivor)}

// Init makes the folder of a new case. Signers are the certificates whose evidence is taken, by their SHA-256.
func Init(dir, id, template string, signers ...string) error {
	if template == "" || templateOf(template) == nil {
		return fmt.Errorf("there is no template %.40q: use one of %s", template, strings.Join(names(), ", "))
	}
	if err := plain(id); err != nil {
		return fmt.Errorf("the case's id: %w", err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(dir, evidenceFolder), 0o755); err != nil {
		return err
	}
	return wholefile.Create(filepath.Join(dir, File), fmt.Appendf(nil, blank, id, template, DefaultRecall, quoted(signers)), 0o644)
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strconv.Quote(s)
	}
	return strings.Join(out, ", ")
}

// blank is case.toml as it begins: the head to fill in, and a volume to copy.
//
//go:embed blank.toml
var blank string

func names() (out []string) {
	for _, t := range cases.Templates {
		out = append(out, t.Name)
	}
	return out
}

func templateOf(name string) *cases.Template {
	i := slices.IndexFunc(cases.Templates, func(t cases.Template) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return &cases.Templates[i]
}

// plain refuses what could mean something else in a file of text.
func plain(s string) error {
	if s == "" || len(s) > 200 || strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsGraphic(c) || c == '"' || c == '\\' }) {
		return errors.New("write 1 to 200 bytes of text, without quotation marks and backslashes")
	}
	return nil
}

// Open reads a case; its evidence is not looked at yet.
func Open(dir string) (*Case, error) {
	path := filepath.Join(dir, File)
	b, err := wholefile.Read(path, maxFile)
	if err != nil {
		return nil, fmt.Errorf("read the case: %w", err)
	}
	sum := sha256.Sum256(b)
	c := &Case{Dir: dir, SHA256: hex.EncodeToString(sum[:])}
	if err := volumes.Decode(b, maxFile, c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func (c *Case) check() error {
	if c.Head.Recall == 0 {
		c.Head.Recall = DefaultRecall
	}
	switch {
	case templateOf(c.Head.Template) == nil:
		return fmt.Errorf("template = %.40q in [case]: use one of %s", c.Head.Template, strings.Join(names(), ", "))
	case !(c.Head.Recall >= 1 && c.Head.Recall <= 100):
		return errors.New("demanded_recall in [case]: write 1 to 100 percent")
	}
	if err := plain(c.Head.ID); err != nil {
		return fmt.Errorf("id in [case]: %w", err)
	}
	seen := map[string]bool{}
	for i := range c.Evidence {
		e := &c.Evidence[i]
		if err := e.check(); err != nil {
			return fmt.Errorf("evidence %d: %w", i+1, err)
		}
		if seen[e.ID] {
			return fmt.Errorf("evidence %s stands twice", e.ID)
		}
		seen[e.ID] = true
	}
	return volumes.Check(c.Volumes)
}

func (e *Evidence) check() error {
	switch {
	case plain(e.ID) != nil:
		return errors.New("id: write a short text")
	case !slices.Contains(Kinds, e.Kind):
		return fmt.Errorf("kind = %.40q: use one of %s", e.Kind, strings.Join(Kinds, ", "))
	case e.Kind == "bundle" && !slices.Contains(Roles, e.Role):
		return fmt.Errorf("role = %.40q: a bundle is target, control or survivor", e.Role)
	case e.Kind != "bundle" && e.Role != "":
		return errors.New("role: only a bundle has one")
	case !filepath.IsLocal(e.Path) || !strings.HasPrefix(filepath.ToSlash(e.Path), evidenceFolder+"/"):
		return errors.New("path: evidence lies below the folder evidence")
	}
	return nil
}

// Add copies evidence into the case, and notes its digest. Nothing that is there is replaced.
func (c *Case) Add(path, kind, role string, now time.Time) (*Evidence, error) {
	name := filepath.Base(filepath.Clean(path))
	e := &Evidence{ID: fmt.Sprintf("E%d", len(c.Evidence)+1), Kind: kind, Role: role, Added: now.UTC().Truncate(time.Second)}
	e.Path = filepath.Join(evidenceFolder, e.ID+"-"+safe(name))
	if err := e.check(); err != nil {
		return nil, err
	}
	partial := filepath.Join(c.Dir, evidenceFolder, "."+e.ID+".partial-"+rand.Text()[:8])
	defer os.RemoveAll(partial) // what is left of it where something failed
	if err := copyAll(path, partial); err != nil {
		return nil, err
	}
	var err error
	if e.SHA256, err = Digest(partial); err != nil {
		return nil, err
	}
	if first := c.same(e); first != "" {
		return nil, fmt.Errorf("%s is in the case already, as %s", path, first)
	}
	to := filepath.Join(c.Dir, e.Path)
	if _, err := os.Lstat(to); err == nil {
		return nil, fmt.Errorf("%s is there already", to)
	}
	if err := os.Rename(partial, to); err != nil {
		return nil, err
	}
	c.Evidence = append(c.Evidence, *e)
	return e, c.note(e)
}

// same is the evidence that has the digest already. What survives is the same before and after.
func (c *Case) same(e *Evidence) string {
	for i := range c.Evidence {
		if x := &c.Evidence[i]; x.SHA256 == e.SHA256 && x.ID != e.ID && (x.Kind == e.Kind || !strings.HasPrefix(e.Kind, "survivor-") || !strings.HasPrefix(x.Kind, "survivor-")) {
			return x.ID
		}
	}
	return ""
}

// safe is a name that means the same to every program.
func safe(name string) string {
	return strings.Map(func(c rune) rune {
		if c == '"' || c == '\\' || c == '/' || !unicode.IsGraphic(c) || c == unicode.ReplacementChar {
			return '_'
		}
		return c
	}, name)
}

// note puts the table of e behind the rest of case.toml.
func (c *Case) note(e *Evidence) error {
	path := filepath.Join(c.Dir, File)
	b, err := wholefile.Read(path, maxFile)
	if err != nil {
		return err
	}
	role := ""
	if e.Role != "" {
		role = fmt.Sprintf("role   = %q\n", e.Role)
	}
	b = fmt.Appendf(b, "\n[[evidence]]\nid     = %q\nkind   = %q\n%spath   = %q\nsha256 = %q\nadded  = %s\n", e.ID, e.Kind, role, filepath.ToSlash(e.Path), e.SHA256, e.Added.Format(time.RFC3339))
	return wholefile.Replace(path, path+".partial", b, 0o644)
}

// maxFiles and maxDepth bound a folder of evidence.
const (
	maxFiles = 10_000
	maxBytes = 64 << 30
)

// walk goes over the regular files below path, or path itself; anything else is refused.
func walk(path string, each func(name, at string) error) error {
	n := 0
	return filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if n++; n > maxFiles {
			return fmt.Errorf("%s has more than %d files", path, maxFiles)
		}
		if !d.Type().IsRegular() {
			return fmt.Errorf("%s is no regular file: evidence has neither links nor devices", at)
		}
		name, err := filepath.Rel(path, at)
		if err != nil {
			return err
		}
		return each(filepath.ToSlash(name), at)
	})
}

func copyAll(from, to string) error {
	return walk(from, func(name, at string) error {
		target := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return copyFile(at, target)
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, io.LimitReader(in, maxBytes+1))
	if err == nil && n > maxBytes {
		err = fmt.Errorf("%s is longer than %d bytes", from, int64(maxBytes))
	}
	return errors.Join(err, out.Sync(), out.Close())
}

// Digest is the SHA-256 of a file, or of a folder that of the list of its files: digest, two blanks, name, as
// sha256sum writes it, in the order of the names.
func Digest(path string) (string, error) {
	var list []string
	err := walk(path, func(name, at string) error {
		sum, err := fileDigest(at)
		list = append(list, sum+"  "+name+"\n")
		return err
	})
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
		return strings.Fields(list[0])[0], err
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	sum := sha256.Sum256([]byte(strings.Join(list, "")))
	return hex.EncodeToString(sum[:]), nil
}

func fileDigest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}
