package manifest

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestIdentify(t *testing.T) {
	own, err := os.ReadFile("../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	mit := "Permission is hereby granted, free of charge, to any person obtaining\n   a copy of this software"
	bsd := "Redistribution and use in source and binary forms, with or without\nmodification, are permitted provided"
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{[]string{string(own)}, "Apache-2.0"},
		{[]string{mit}, "MIT"},
		{[]string{bsd}, "BSD-2-Clause"},
		{[]string{bsd + "\n   * Neither the name of Google LLC nor the names of its"}, "BSD-3-Clause"},
		{[]string{string(own) + mit, bsd}, "Apache-2.0 AND BSD-2-Clause AND MIT"},
		{[]string{mit, mit}, "MIT"},
		{[]string{"Permission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee is"}, "ISC"},
		{[]string{"Mozilla Public License, version 2.0\n\n1. Definitions"}, "MPL-2.0"},
		{[]string{"GNU GENERAL PUBLIC LICENSE\nVersion 3"}, ""}, // somebody has to read it
		{[]string{"All rights reserved."}, ""},
		{nil, ""},
	} {
		var texts [][]byte
		for _, s := range c.texts {
			texts = append(texts, []byte(s))
		}
		if got := IdentifyLicense(texts...); got != c.want {
			t.Errorf("%.60q: %q, want %q", c.texts, got, c.want)
		}
	}
}

func TestLicensesDocument(t *testing.T) {
	l := Licenses{
		"linux": {ID: "GPL-2.0-only", Texts: [][]byte{[]byte("copyright of linux"), []byte("the GPL")}, Source: "https://example.org/linux/"},
		"other": {ID: "GPL-2.0-only", Texts: [][]byte{[]byte("the GPL")}},
	}
	got := string(l.Document())
	for _, want := range []string{"linux\n  licence: GPL-2.0-only\n  source:  https://example.org/linux/\n", "other\n  licence: GPL-2.0-only\n", "linux, other\n\nthe GPL", "copyright of linux"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Count(got, "the GPL") != 1 || !bytes.Equal(l.Document(), []byte(got)) {
		t.Errorf("a text stands there twice, or in another order each time:\n%s", got)
	}
}
