// Package report is the joint report of a case: a sealed folder with case.json, for programs, and
// case.html, for people, in English and Japanese. It decides nothing: what it says was decided in
// package cases, and every sentence comes from words/cases.
package report

import (
	"bytes"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"time"

	"shokyo.dev/shokyo/cases"
	"shokyo.dev/shokyo/cases/folder"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/sign/identity"
	"shokyo.dev/shokyo/reports/sign/sealed"
	"shokyo.dev/shokyo/words"
	said "shokyo.dev/shokyo/words/cases"
)

// Kind names the format of the sealed folder and of case.json. Fields may be added under it, never renamed.
const Kind = "https://shokyo.dev/case/v1"

// The files of a joint report, in the order in which they are sealed.
const (
	File = "case.json"
	Page = "case.html"
)

const maxFile = 64 << 20

// Document is case.json.
type Document struct {
	Schema   string                `json:"schema"`
	Case     string                `json:"case"`
	Title    string                `json:"title"`
	Customer string                `json:"customer"`
	Template string                `json:"template"`
	CaseFile string                `json:"case_file_sha256"`
	Recall   float64               `json:"demanded_recall_percent"`
	Outcome  string                `json:"outcome"`
	Text     string                `json:"text"`
	TextJA   string                `json:"text_ja"`
	Lines    []Line                `json:"lines"`
	Problems []Problem             `json:"problems"`
	Keys     []Key                 `json:"keys"`
	Evidence []Evidence            `json:"evidence"`
	Identity reports.IdentityFacts `json:"identity"`
	Tool     reports.Tool          `json:"tool"`
	Made     string                `json:"made"`
}

// Line is one thing that the case was asked for.
type Line struct {
	Code     string           `json:"code"`
	Required bool             `json:"required"`
	Result   string           `json:"result"`
	Text     string           `json:"text"`
	TextJA   string           `json:"text_ja"`
	Reasons  []reports.Reason `json:"reasons"`
	Evidence []string         `json:"evidence"`
}

// Problem is why evidence was refused.
type Problem struct {
	Evidence string `json:"evidence"`
	reports.Reason
}

// Key is what came of a key of a volume.
type Key struct {
	Volume   string           `json:"volume"`
	Key      string           `json:"key"`
	State    string           `json:"state"`
	Result   string           `json:"result"`
	Findings []reports.Reason `json:"findings"`
}

// Evidence is one thing that was added.
type Evidence struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Role   string `json:"role"`
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Added  string `json:"added"`
}

func reason(code string, t words.Text) reports.Reason {
	return reports.Reason{Code: code, Text: reports.Clean(t.EN), TextJA: reports.Clean(t.JA)}
}

// Build makes the document of what was gathered and decided.
func Build(c *folder.Case, g *folder.Gathered, d *cases.Decision, tool reports.Tool, who reports.IdentityFacts, now time.Time) *Document {
	means := said.Meanings.Say(d.Outcome.String())
	doc := &Document{Schema: Kind, Case: c.Head.ID, Title: reports.Clean(c.Head.Title), Customer: reports.Clean(c.Head.Customer), Template: c.Head.Template,
		CaseFile: c.SHA256, Recall: c.Head.Recall, Outcome: d.Outcome.String(), Text: means.EN, TextJA: means.JA, Identity: who, Tool: tool, Made: reports.Stamp(now),
		Problems: []Problem{}, Keys: []Key{}, Evidence: []Evidence{}}
	for _, j := range d.Lines {
		text := said.Lines.Say(string(j.Line))
		l := Line{Code: string(j.Line), Required: j.Required, Result: j.Result.String(), Text: text.EN, TextJA: text.JA, Reasons: []reports.Reason{}, Evidence: append([]string{}, j.Evidence...)}
		for _, r := range j.Reasons {
			l.Reasons = append(l.Reasons, reason(r.Code, r.Text))
		}
		doc.Lines = append(doc.Lines, l)
	}
	for _, p := range g.Problems {
		doc.Problems = append(doc.Problems, Problem{p.Evidence, reason(p.Code, p.Text)})
	}
	for i := range g.Answers {
		a := &g.Answers[i]
		k := Key{Volume: reports.Clean(a.Volume), Key: reports.Clean(a.Key), State: a.State.String(), Result: a.Result.String(), Findings: []reports.Reason{}}
		for _, f := range a.Findings {
			k.Findings = append(k.Findings, reason(f.Code, f.Text))
		}
		doc.Keys = append(doc.Keys, k)
	}
	for _, e := range c.Evidence {
		doc.Evidence = append(doc.Evidence, Evidence{e.ID, e.Kind, e.Role, filepath.ToSlash(e.Path), e.SHA256, reports.Stamp(e.Added)})
	}
	return doc
}

//go:embed case.html.tmpl
var page string

var html = template.Must(template.New("case").Funcs(template.FuncMap{
	"label":   said.Page.Texts,
	"outcome": func(code string) words.Text { return said.Outcomes.Say(code) },
	"result":  func(code string) words.Text { return said.Results.Say(code) },
	"kind":    func(code string) words.Text { return said.Kinds.Say(code) },
	"role":    func(code string) words.Text { return said.Roles.Say(code) },
}).Parse(page))

// HTML is the page of a document.
func (d *Document) HTML() []byte {
	var b bytes.Buffer
	if err := html.Execute(&b, d); err != nil {
		panic("report: the page of a case: " + err.Error()) // the template fits the document
	}
	return b.Bytes()
}

// Write makes the folder dir, which must not exist, and seals it.
func Write(dir string, d *Document, id identity.Identity) (err error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return fmt.Errorf("write the joint report: %w", err)
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir) // it was made here
		}
	}()
	for name, b := range map[string][]byte{File: canonical.Document(d), Page: d.HTML()} {
		if err := wholefile.Create(filepath.Join(dir, name), b, 0o644); err != nil {
			return fmt.Errorf("write the joint report: %w", err)
		}
	}
	return sealed.Seal(id, dir, Kind, File, Page)
}

// Opened is a joint report that is as it was sealed.
type Opened struct {
	*Document
	Signer reports.IdentityFacts
}

// Open checks and reads a joint report; with trusted, only of that certificate's key. The page has to be the one of the document.
func Open(dir string, trusted *x509.Certificate) (*Opened, error) {
	f, err := sealed.Open(dir, Kind, trusted, File, Page)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range []string{File, Page} {
		b, err := wholefile.Read(filepath.Join(dir, name), maxFile)
		if err == nil {
			err = f.Check(name, b)
		}
		if err != nil {
			return nil, err
		}
		files[name] = b
	}
	d := new(Document)
	if err := json.Unmarshal(files[File], d); err != nil {
		return nil, fmt.Errorf("%s: %w", File, err)
	}
	if d.Schema != Kind || d.Identity != f.Signer {
		return nil, fmt.Errorf("%s is not of the format %s, or names another signer than its seal", File, Kind)
	}
	return &Opened{d, f.Signer}, nil
}
