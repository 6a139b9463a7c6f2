package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/bootimage/manifest"
)

// moduleLicenses are those of what is linked into the programs of an image.
func moduleLicenses(t *testing.T) manifest.Licenses {
	t.Helper()
	b := &builder{options: options{source: "../.."}, stdout: io.Discard, licenses: manifest.Licenses{}}
	if err := b.addModules(append(commands(), appliance, tool)...); err != nil {
		t.Fatal(err)
	}
	return b.licenses
}

// The text of each linked module's licence is in the document that goes with an
// image, that of the standard library and of the program itself too.
func TestModuleLicenses(t *testing.T) {
	licenses := moduleLicenses(t)
	document := licenses.Document()
	list, err := exec.Command("go", append([]string{"list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Dir}}{{end}}"}, append(commands(), "../../cmd/shokyo", "../../cmd/shokyo-init")...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string]string{}
	for line := range strings.Lines(string(list)) {
		if path, dir, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			modules[path] = dir
		}
	}
	if len(modules) < 20 || licenses[standard].ID != "BSD-3-Clause" || licenses["shokyo.dev/shokyo"].ID != "Apache-2.0" {
		t.Errorf("%d modules, %+v, %+v", len(modules), licenses[standard].ID, licenses["shokyo.dev/shokyo"].ID)
	}
	for path, dir := range modules {
		var found bool
		for _, name := range []string{"LICENSE", "COPYING", "LICENSE.txt", "LICENSE.md", "LICENSE.MIT"} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			found = found || err == nil && bytes.Contains(document, text)
		}
		if !found || licenses[path].ID == "" {
			t.Errorf("the licence of %s (%s) is not in the document", path, licenses[path].ID)
		}
	}
	// Code in a folder of its own licence, which is not that at the root.
	if l := licenses["github.com/klauspost/compress"]; len(l.Texts) < 2 || !strings.Contains(l.ID, "MIT") {
		t.Errorf("%d texts, %s: one folder's licence is missing", len(l.Texts), l.ID)
	}
}

// A module whose licence nobody has read is not passed on.
func TestUnknownLicense(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "LICENSE"), "All rights reserved.")
	put(t, filepath.Join(dir, "license.go"), "package license // Permission is hereby granted, free of charge, to any person obtaining a copy")
	b := &builder{licenses: manifest.Licenses{}}
	if err := b.addTexts("example.org/m", dir, dir); err != nil {
		t.Fatal(err)
	}
	if err := b.identify(); err == nil || !strings.Contains(err.Error(), "example.org/m") {
		t.Error(err)
	}
	if err := b.addDebian("/", bootimage.Package{Name: "bash", Version: "5"}); err == nil || !strings.Contains(err.Error(), "debianLicenses") {
		t.Error(err)
	}
	if err := b.addDebian(dir, bootimage.Package{Name: "linux-image-x", Version: "5"}); err == nil || !strings.Contains(err.Error(), "documentation") {
		t.Error(err)
	}
}

// TestLicensesInImage: the document lies beside the image and on it, and whatever
// the bill of materials lists has a licence; where GPL's source is, is said.
func TestLicensesInImage(t *testing.T) {
	dir := t.TempDir()
	b, u, program := smallBuild(t, options{out: dir})
	if err := b.write(u, program); err != nil {
		t.Fatal(err)
	}
	beside, err := os.ReadFile(filepath.Join(dir, licensesName))
	if err != nil {
		t.Fatal(err)
	}
	on, err := exec.Command("mcopy", "-n", "-i", filepath.Join(dir, imageName)+"@@1M", "::/"+licensesName, "-").Output()
	if err != nil || !bytes.Equal(on, beside) {
		t.Errorf("%d bytes on the image, %d beside it: %v", len(on), len(beside), err)
	}
	for _, want := range []string{"the kernel's copyright file", "https://snapshot.debian.org/package/linux/6.1-1/", "https://snapshot.debian.org/package/systemd/", "GNU GENERAL PUBLIC LICENSE", "GNU LESSER GENERAL PUBLIC LICENSE"} {
		if !bytes.Contains(beside, []byte(want)) {
			t.Errorf("no %q in %s", want, licensesName)
		}
	}
	checkLicensed(t, filepath.Join(dir, sbomName))
}

// checkLicensed: no component is without a licence.
func checkLicensed(t *testing.T, name string) {
	t.Helper()
	var d struct {
		Packages []struct{ Name, LicenseConcluded, LicenseDeclared string }
	}
	text, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil || len(d.Packages) == 0 {
		t.Fatalf("%d packages: %v", len(d.Packages), err)
	}
	for _, p := range d.Packages {
		for _, id := range []string{p.LicenseConcluded, p.LicenseDeclared} {
			if id == "" || strings.Contains(id, "NOASSERTION") || strings.Contains(id, "NONE") {
				t.Errorf("%s is under %q", p.Name, id)
			}
		}
	}
}

func TestSnapshot(t *testing.T) {
	for version, want := range map[string]string{
		"6.1.170-1":                              "https://snapshot.debian.org/package/linux/6.1.170-1/",
		"3:6.04~git20190206.bf6db5b4+dfsg1-3+b1": "https://snapshot.debian.org/package/linux/3:6.04~git20190206.bf6db5b4+dfsg1-3/",
		"252.39-1~deb12u1":                       "https://snapshot.debian.org/package/linux/252.39-1~deb12u1/",
	} {
		if got := snapshot("linux", version); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
