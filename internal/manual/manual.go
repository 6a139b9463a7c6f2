// Package manual writes manual pages and the completions of shells from what --help prints, so that there is one
// text: a command's own. It knows nothing of shokyo but that a command has verbs, and each verb flags.
//
// This file has what a command is and its manual page; completion.go has the shells.
package manual

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// Verb is one verb of a command, as it describes itself.
type Verb struct {
	Name, Args, Summary string
	Text                string // what its help says before the flags; paragraphs, indented examples
	Flags               []Flag
}

// Flag is one flag of a verb. Value is what it takes; empty: it is a switch.
type Flag struct{ Name, Value, Usage string }

// FlagsOf lists the flags of a set by name.
func FlagsOf(fs *flag.FlagSet) (list []Flag) {
	fs.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		list = append(list, Flag{f.Name, value, strings.Join(strings.Fields(usage), " ")})
	})
	return list
}

// Page is what stands on a manual page besides the verbs.
type Page struct {
	Name, Summary, Version string
	Text                   string // before the verbs
	Status                 string // what the exit status says
}

// Man writes a manual page of section 1 (man(7)).
func Man(w io.Writer, p *Page, verbs []Verb) error {
	r := &roff{w: w}
	r.linef(".TH %s 1 \"\" %s", quoted(strings.ToUpper(p.Name)), quoted(p.Name+" "+p.Version))
	r.linef(".SH NAME")
	r.linef("%s \\- %s", escape(p.Name), escape(p.Summary))
	r.linef(".SH SYNOPSIS")
	for _, v := range verbs {
		r.linef(".B %s", escape(p.Name+" "+v.Name))
		r.linef("%s", escape(v.Args))
		r.linef(".br")
	}
	r.linef(".SH DESCRIPTION")
	r.text(p.Text)
	for _, v := range verbs {
		r.linef(".SH %s", quoted(strings.ToUpper(p.Name+" "+v.Name)))
		r.linef("%s", escape(v.Summary))
		r.text(v.Text)
		for _, f := range v.Flags {
			r.linef(".TP")
			if f.Value == "" {
				r.linef(".B %s", escape("--"+f.Name))
			} else {
				r.linef(".BI %s %s", quoted("--"+f.Name+" "), quoted(f.Value))
			}
			r.linef("%s", escape(f.Usage))
		}
	}
	r.linef(".SH %s", quoted("EXIT STATUS"))
	r.text(p.Status)
	return r.err
}

type roff struct {
	w   io.Writer
	err error
}

func (r *roff) linef(format string, args ...any) {
	if r.err == nil {
		_, r.err = fmt.Fprintf(r.w, format+"\n", args...)
	}
}

// text writes paragraphs: those that are indented are examples, and kept as they are.
func (r *roff) text(s string) {
	for _, paragraph := range strings.Split(strings.Trim(s, "\n"), "\n\n") {
		if strings.TrimSpace(paragraph) == "" {
			continue
		}
		r.linef(".PP")
		example := strings.HasPrefix(paragraph, "  ")
		if example {
			r.linef(".nf")
		}
		for line := range strings.SplitSeq(paragraph, "\n") {
			r.linef("%s", escape(line))
		}
		if example {
			r.linef(".fi")
		}
	}
}

// escape makes a line of text one that roff prints as it is (groff(7), "Escapes").
func escape(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
	if strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}

// quoted is one argument of a macro.
func quoted(s string) string { return `"` + strings.ReplaceAll(escape(s), `"`, `\(dq`) + `"` }
