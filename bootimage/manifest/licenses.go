package manifest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// License is what a component may be passed on under.
type License struct {
	ID     string // an expression of SPDX (specification 2.3, annex D)
	Texts  [][]byte
	Source string // where its source code is to be had
}

// Licenses are those of the components of an image, each by its name in the
// bill of materials: a Debian package, a Go module, a program.
type Licenses map[string]License

// phrases by which the licences of Go modules are told. The text is compared in
// small letters, with single blanks and without commas and quotes.
var phrases = []struct {
	id, has, not string
}{
	{"Apache-2.0", "apache license version 2.0", ""},
	{"BSD-2-Clause", "redistribution and use in source and binary forms", "neither the name"},
	{"BSD-3-Clause", "neither the name", ""},
	{"CC0-1.0", "cc0 1.0 universal", ""},
	{"ISC", "permission to use copy modify and/or distribute this software for any purpose with or without fee", ""},
	{"MIT", "permission is hereby granted free of charge to any person obtaining a copy", ""},
	{"MPL-2.0", "mozilla public license version 2.0", ""},
	{"Unlicense", "this is free and unencumbered software released into the public domain", ""},
}

// IdentifyLicense names the licences that stand in texts, all of them. An unknown one
// gives nothing: somebody has to read it first.
func IdentifyLicense(texts ...[]byte) string {
	var ids []string
	for _, t := range texts {
		plain := strings.Join(strings.Fields(strings.NewReplacer(",", "", `"`, "", "“", "", "”", "").Replace(strings.ToLower(string(t)))), " ")
		for _, p := range phrases {
			if strings.Contains(plain, p.has) && (p.not == "" || !strings.Contains(plain, p.not)) {
				ids = append(ids, p.id)
			}
		}
	}
	return conjunction(ids)
}

// conjunction is the expression that asks for all of them.
func conjunction(ids []string) string {
	var single []string
	for _, id := range ids {
		single = append(single, strings.Split(id, " AND ")...)
	}
	slices.Sort(single)
	return strings.Join(slices.Compact(single), " AND ")
}

// of is the licence of a component; without one nothing may be passed on.
func (l Licenses) of(name string) (string, error) {
	if l[name].ID == "" {
		return "", fmt.Errorf("no licence is known of %s, so it cannot be passed on in an image", name)
	}
	return l[name].ID, nil
}

// Document is the file that goes with an image: who is in it, under which licence,
// where the source is, and the texts, each once.
func (l Licenses) Document() []byte {
	var b bytes.Buffer
	b.WriteString("What this image is made of, and under which licences it is passed on. The texts follow.\n" +
		"このイメージを構成するソフトウェアとそのライセンスの一覧です。ライセンス本文は後に続きます。\n\n")
	var texts [][]byte
	users := make(map[[sha256.Size]byte][]string)
	for _, name := range slices.Sorted(maps.Keys(l)) {
		fmt.Fprintf(&b, "%s\n  licence: %s\n", name, l[name].ID)
		if l[name].Source != "" {
			fmt.Fprintf(&b, "  source:  %s\n", l[name].Source)
		}
		for _, t := range l[name].Texts {
			sum := sha256.Sum256(t)
			if users[sum] == nil {
				texts = append(texts, t)
			}
			users[sum] = append(users[sum], name)
		}
	}
	for _, t := range texts {
		fmt.Fprintf(&b, "\n%s\n%s\n\n", strings.Repeat("=", 78), strings.Join(users[sha256.Sum256(t)], ", "))
		b.Write(t)
		b.WriteByte('\n')
	}
	return b.Bytes()
}
