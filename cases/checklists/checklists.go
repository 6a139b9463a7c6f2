// Package checklists has lists of questions to begin with, for the line "checklist" of a case. They are examples: what a body that
// certifies asks for is its own text, and whoever fills in a list answers for its being the right one. Nothing in them is
// answered, and what is not answered is not passed.
//
// A list is a TOML file beside this one; its name is the file's.
package checklists

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

//go:embed *.toml
var files embed.FS

// Names are those of the lists, in order.
func Names() (names []string) {
	list, err := files.ReadDir(".")
	if err != nil {
		panic(err) // they are part of the program
	}
	for _, f := range list {
		names = append(names, strings.TrimSuffix(f.Name(), path.Ext(f.Name())))
	}
	return names
}

// Text is a list, to be written to a file and filled in.
func Text(name string) ([]byte, error) {
	b, err := files.ReadFile(name + ".toml")
	if err != nil || strings.ContainsAny(name, "/\\") {
		return nil, fmt.Errorf("there is no checklist %.40q: use one of %s", name, strings.Join(Names(), ", "))
	}
	return b, nil
}

// Title is what a list is about, in English and in Japanese: its first two lines.
func Title(name string) (en, ja string) {
	b, err := Text(name)
	if err != nil {
		return "", ""
	}
	lines := strings.SplitN(string(b), "\n", 3)
	return strings.TrimPrefix(lines[0], "# "), strings.TrimPrefix(lines[1], "# ")
}
