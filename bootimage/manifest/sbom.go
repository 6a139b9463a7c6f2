package manifest

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/bootimage"
)

// Program is a Go program in the image, and the modules it is made of.
type Program struct {
	Item
	Modules []GoModule // the standard library is the module "std"
}

// GoModule is a module of a Go program.
type GoModule struct {
	Path, Version string
}

// SBOM lists the software in an image: a document of SPDX 2.3 (ISO/IEC 5962) in
// JSON. Its packages are the image, the Debian packages of which files are in
// it, the Go programs, and the modules these are made of.
func SBOM(image Item, packages []bootimage.Package, programs []Program, licenses Licenses, created time.Time) ([]byte, error) {
	d := document{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: image.Name,
		Namespace: "https://shokyo.dev/spdx/" + image.Name + "-" + hex.EncodeToString(image.SHA256[:]),
		Creation:  creation{created.UTC().Format(time.RFC3339), []string{"Tool: mkbootimage"}},
	}
	l := licensing{licenses: licenses}
	root := d.add(itemPackage("image", image))
	d.relate(d.ID, "DESCRIBES", root)
	for _, p := range packages {
		d.relate(root, "CONTAINS", d.add(l.single(debianPackage(p))))
	}
	for _, p := range programs {
		var modules []spdxPackage
		for _, m := range p.Modules {
			modules = append(modules, l.single(modulePackage(m)))
		}
		program := d.add(l.together(itemPackage("program", p.Item), modules))
		d.relate(root, "CONTAINS", program)
		for _, m := range modules {
			d.relate(program, "DEPENDS_ON", d.add(m))
		}
	}
	d.Packages[0] = l.together(d.Packages[0], d.Packages[1:])
	if l.err != nil {
		return nil, l.err
	}
	return indented(d)
}

// licensing fills in licences; the first that is not known stays as its error.
type licensing struct {
	licenses Licenses
	err      error
}

func (l *licensing) single(p spdxPackage) spdxPackage {
	id, err := l.licenses.of(p.Name)
	if l.err == nil {
		l.err = err
	}
	p.Declared, p.Concluded, p.Source = id, id, l.licenses[p.Name].Source
	return p
}

// together is the licence of what is made of parts: all of theirs.
func (l *licensing) together(p spdxPackage, parts []spdxPackage) spdxPackage {
	var ids []string
	for _, part := range parts {
		ids = append(ids, part.Concluded)
	}
	p.Concluded = conjunction(ids)
	p.Declared = p.Concluded
	if p.Concluded == "" && l.err == nil {
		l.err = fmt.Errorf("no licence is known of %s, so it cannot be passed on in an image", p.Name)
	}
	return p
}

type document struct {
	Version       string         `json:"spdxVersion"`
	License       string         `json:"dataLicense"`
	ID            string         `json:"SPDXID"`
	Name          string         `json:"name"`
	Namespace     string         `json:"documentNamespace"`
	Creation      creation       `json:"creationInfo"`
	Packages      []spdxPackage  `json:"packages"`
	Relationships []relationship `json:"relationships"`
}

type creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdxPackage struct {
	Name      string         `json:"name"`
	ID        string         `json:"SPDXID"`
	Version   string         `json:"versionInfo,omitempty"`
	Download  string         `json:"downloadLocation"`
	Analyzed  bool           `json:"filesAnalyzed"`
	Checksums []spdxChecksum `json:"checksums,omitempty"`
	Source    string         `json:"sourceInfo,omitempty"`
	Concluded string         `json:"licenseConcluded"`
	Declared  string         `json:"licenseDeclared"`
	Refs      []externalRef  `json:"externalRefs,omitempty"`
}

type spdxChecksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type externalRef struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type relationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

// add adds a package unless it is there, and returns its identifier.
func (d *document) add(p spdxPackage) string {
	if !slices.ContainsFunc(d.Packages, func(q spdxPackage) bool { return q.ID == p.ID }) {
		d.Packages = append(d.Packages, p)
	}
	return p.ID
}

func (d *document) relate(from, kind, to string) {
	d.Relationships = append(d.Relationships, relationship{from, kind, to})
}

func itemPackage(kind string, i Item) spdxPackage {
	return spdxPackage{
		Name: i.Name, ID: identifier(kind, i.Name, ""), Version: i.Version, Download: "NOASSERTION",
		Checksums: []spdxChecksum{{"SHA256", hex.EncodeToString(i.SHA256[:])}},
	}
}

// Package URLs, by which vulnerabilities are looked up (purl specification,
// types deb and golang).
func debianPackage(p bootimage.Package) spdxPackage {
	locator := fmt.Sprintf("pkg:deb/debian/%s@%s?arch=%s", p.Name, escaped(p.Version), cmp.Or(p.Architecture, "all"))
	return spdxPackage{
		Name: p.Name, ID: identifier("deb", p.Name, p.Version), Version: p.Version, Download: "NOASSERTION",
		Refs: []externalRef{{"PACKAGE-MANAGER", "purl", locator}},
	}
}

func modulePackage(m GoModule) spdxPackage {
	locator := "pkg:golang/" + m.Path + "@" + escaped(m.Version)
	return spdxPackage{
		Name: m.Path, ID: identifier("go", m.Path, m.Version), Version: m.Version, Download: "NOASSERTION",
		Refs: []externalRef{{"PACKAGE-MANAGER", "purl", locator}},
	}
}

// escaped: a purl's version is percent-encoded, with ":" left as it is, and "+"
// not.
func escaped(version string) string {
	return strings.ReplaceAll(url.PathEscape(version), "+", "%2B")
}

// identifier may have letters, digits, "." and "-" only. What else there is
// becomes its code, to keep names apart.
func identifier(kind, name, version string) string {
	var b strings.Builder
	b.WriteString("SPDXRef-" + kind + "-")
	for _, c := range []byte(name + "-" + version) {
		if c == '.' || c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, ".%02x", c)
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}
