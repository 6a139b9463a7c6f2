package manifest

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/bootimage/uki"
)

func TestManifest(t *testing.T) {
	m := Manifest{
		Image: Item{Name: "usb.img", Bytes: 7, SHA256: uki.Digest{1}}, CommandLine: "quiet",
		Inputs:  []Item{{Name: "vmlinuz", Package: "linux", Version: "6.1-1"}},
		PCRSets: uki.Predict(uki.Measurements{CommandLine: "quiet"}),
	}
	b, err := m.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema      string
		Image       struct{ Name, SHA256 string }
		CommandLine string `json:"command_line"`
		Inputs      []struct{ Name, Package, Version string }
		Outputs     []struct{ Name string }
		PCRSets     []struct {
			Name string
			PCRs []struct {
				Index  int
				SHA256 string
			}
		} `json:"pcr_sets"`
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	zeros := strings.Repeat("0", 62)
	if got.Schema != Schema || got.Image.SHA256 != "01"+zeros || got.CommandLine != "quiet" || got.Inputs[0].Version != "6.1-1" || got.Outputs == nil {
		t.Errorf("%+v", got)
	}
	if len(got.PCRSets) != 2 || got.PCRSets[1].Name != "secure-boot-on" || got.PCRSets[0].PCRs[3].Index != 12 || got.PCRSets[0].PCRs[3].SHA256 != "00"+zeros {
		t.Errorf("%+v", got.PCRSets)
	}
}

func TestSBOM(t *testing.T) {
	image := Item{Name: "usb.img", SHA256: uki.Digest{1}}
	modules := []GoModule{{"std", "1.26.8"}, {"golang.org/x/sys", "v0.49.0+incompatible"}}
	programs := []Program{{Item{Name: "a", Version: "1"}, modules}, {Item{Name: "b"}, modules}}
	licenses := Licenses{"syslinux": {ID: "GPL-2.0-or-later", Source: "https://snapshot.debian.org/package/syslinux/"}, "std": {ID: "BSD-3-Clause"}, "golang.org/x/sys": {ID: "BSD-3-Clause AND MIT"}}
	sbom := func() ([]byte, error) {
		return SBOM(image, []bootimage.Package{{Name: "syslinux", Version: "3:6.04~git+dfsg1-3", Architecture: "amd64"}}, programs, licenses, time.Unix(0, 0))
	}
	b, err := sbom()
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{d.ID: true}
	for _, p := range d.Packages {
		if ids[p.ID] || !regexp.MustCompile(`^SPDXRef-[A-Za-z0-9.-]+$`).MatchString(p.ID) {
			t.Errorf("identifier %q", p.ID)
		}
		ids[p.ID] = true
	}
	if len(d.Packages) != 6 { // image, package, two programs, two modules
		t.Errorf("%d packages", len(d.Packages))
	}
	for _, r := range d.Relationships {
		if !ids[r.From] || !ids[r.To] {
			t.Errorf("%v names what is not there", r)
		}
	}
	for _, want := range []string{
		`"spdxVersion": "SPDX-2.3"`, `"created": "1970-01-01T00:00:00Z"`, `"DEPENDS_ON"`,
		`"sourceInfo": "https://snapshot.debian.org/package/syslinux/"`, `"licenseConcluded": "GPL-2.0-or-later"`,
		`"pkg:deb/debian/syslinux@3:6.04~git%2Bdfsg1-3?arch=amd64"`, `"pkg:golang/golang.org/x/sys@v0.49.0%2Bincompatible"`,
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %s in\n%s", want, b)
		}
	}
	want := map[string]string{"usb.img": "BSD-3-Clause AND GPL-2.0-or-later AND MIT", "a": "BSD-3-Clause AND MIT", "std": "BSD-3-Clause"}
	for _, p := range d.Packages {
		if p.Concluded == "" || p.Declared != p.Concluded || want[p.Name] != "" && p.Concluded != want[p.Name] {
			t.Errorf("%s is under %q and %q", p.Name, p.Declared, p.Concluded)
		}
	}
	for name := range licenses { // none may be missing
		l := licenses[name]
		delete(licenses, name)
		if _, err := sbom(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without a licence of %s: %v", name, err)
		}
		licenses[name] = l
	}
}
