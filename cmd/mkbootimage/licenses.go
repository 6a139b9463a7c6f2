package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/bootimage/manifest"
)

// debianLicenses are those of the packages of which files are in the image, by the
// beginnings of their names: of these files, as the package's copyright file has it.
// What of a package is not in the image may have others.
var debianLicenses = []struct {
	prefix, id, source string // the package that Debian's archive has the source under
	texts              string // in /usr/share/common-licenses, which copyright files refer to
}{
	{"linux", "GPL-2.0-only", "linux", "GPL-2"},
	{"systemd-boot-efi", "LGPL-2.1-or-later", "systemd", "LGPL-2.1"},
	{"syslinux", "GPL-2.0-or-later", "syslinux", "GPL-2"},
}

// addDebian notes the licence of a package, whose copyright file lies below root.
func (b *builder) addDebian(root string, p bootimage.Package) error {
	i := slices.IndexFunc(debianLicenses, func(l struct{ prefix, id, source, texts string }) bool { return strings.HasPrefix(p.Name, l.prefix) })
	if i < 0 {
		return fmt.Errorf("no licence is known of the package %s: look it up in its copyright file and add it to debianLicenses", p.Name)
	}
	known := debianLicenses[i]
	l := manifest.License{ID: known.id, Source: snapshot(known.source, p.Version)}
	for _, name := range []string{filepath.Join(root, "usr/share/doc", p.Name, "copyright"), "/usr/share/common-licenses/" + known.texts} {
		text, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("the licence of %s: %w: install the package again, with its documentation", p.Name, err)
		}
		l.Texts = append(l.Texts, text)
	}
	b.licenses[p.Name] = l
	return nil
}

// snapshot is where Debian keeps the source of every version for ever. A version
// "+b1" was only compiled again.
func snapshot(source, version string) string {
	return "https://snapshot.debian.org/package/" + source + "/" + url.PathEscape(rebuilt.ReplaceAllString(version, "")) + "/"
}

var rebuilt = regexp.MustCompile(`\+b[0-9]+$`)

// licenseFile is how Go modules call such files.
var licenseFile = regexp.MustCompile(`(?i)^(licen[sc]e|copying|copyright|notice|patents|unlicense)([-._].*)?$`)

// addModules notes the licences of all modules that the packages are made of, and of
// the standard library: the files in each folder of which code is compiled, up to
// the module's.
func (b *builder) addModules(packages ...string) error {
	const format = "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}\t{{end}}{{.Dir}}"
	list, err := b.goCommand(append([]string{"list", "-deps", "-f", format}, packages...)...)
	if err != nil {
		return err
	}
	root, err := b.goCommand("env", "GOROOT")
	if err != nil {
		return err
	}
	goroot := strings.TrimSpace(string(root))
	lines := fmt.Sprintf("%s%s\t\t%s\t%s\n", list, standard, goroot, goroot)
	for line := range strings.Lines(lines) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) < 4 { // of the standard library, which is the last line
			continue
		}
		if err := b.addTexts(f[0], f[2], f[3]); err != nil {
			return fmt.Errorf("the licence of %s: %w", f[0], err)
		}
	}
	return b.identify()
}

// addTexts adds the licences in the folder of a package and those above it, up to
// the module's root.
func (b *builder) addTexts(module, root, dir string) error {
	l := b.licenses[module]
	for ; strings.HasPrefix(dir, root); dir = filepath.Dir(dir) {
		list, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, f := range list {
			if !f.Type().IsRegular() || !licenseFile.MatchString(f.Name()) || strings.HasSuffix(f.Name(), ".go") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(l.Texts, func(t []byte) bool { return bytes.Equal(t, text) }) {
				l.Texts = append(l.Texts, text)
			}
		}
	}
	b.licenses[module] = l
	return nil
}

// identify names the licences by their texts, where that was not done before.
func (b *builder) identify() error {
	for name, l := range b.licenses {
		if l.ID == "" {
			l.ID = manifest.IdentifyLicense(l.Texts...)
		}
		if l.ID == "" {
			return fmt.Errorf("the licence of %s is none that is known (%d files): read it, and add a phrase of it to bootimage/manifest/licenses.go", name, len(l.Texts))
		}
		b.licenses[name] = l
	}
	return nil
}
