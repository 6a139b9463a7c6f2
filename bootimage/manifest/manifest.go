// Package manifest lists what is in an image: the manifest, by which the same one can be
// made or told again, the bill of materials (SPDX) and the licences.
package manifest

import (
	"encoding/hex"
	"encoding/json"

	"shokyo.dev/shokyo/bootimage/uki"
)

// Schema names the format of a manifest.
const Schema = "https://shokyo.dev/image/v1"

// Manifest says what is in an image, for those who want to make the same one or
// to know whether it was this one that ran.
type Manifest struct {
	Image       Item
	CommandLine string
	Inputs      []Item // what the image was made of
	Outputs     []Item // what it was made into besides: for booting from a network
	PCRSets     []uki.PCRSet
}

// Item is a file. Package and version say where one can get it.
type Item struct {
	Name    string
	SHA256  uki.Digest
	Bytes   int64
	Package string
	Version string
}

type manifestJSON struct {
	Schema      string     `json:"schema"`
	Image       itemJSON   `json:"image"`
	CommandLine string     `json:"command_line"`
	Inputs      []itemJSON `json:"inputs"`
	Outputs     []itemJSON `json:"outputs"`
	PCRSets     []setJSON  `json:"pcr_sets"`
}

type itemJSON struct {
	Name    string `json:"name"`
	SHA256  string `json:"sha256"`
	Bytes   int64  `json:"bytes"`
	Package string `json:"package,omitempty"`
	Version string `json:"version,omitempty"`
}

type setJSON struct {
	Name string    `json:"name"`
	PCRs []pcrJSON `json:"pcrs"`
}

type pcrJSON struct {
	Index  int    `json:"index"`
	SHA256 string `json:"sha256"`
}

// JSON is the manifest as it is published.
func (m Manifest) JSON() ([]byte, error) {
	out := manifestJSON{
		Schema: Schema, Image: m.Image.json(), CommandLine: m.CommandLine,
		Inputs: itemsJSON(m.Inputs), Outputs: itemsJSON(m.Outputs),
	}
	for _, s := range m.PCRSets {
		set := setJSON{Name: s.Name}
		for _, p := range s.PCRs {
			set.PCRs = append(set.PCRs, pcrJSON{p.Index, hex.EncodeToString(p.Value[:])})
		}
		out.PCRSets = append(out.PCRSets, set)
	}
	return indented(out)
}

func (i Item) json() itemJSON {
	return itemJSON{i.Name, hex.EncodeToString(i.SHA256[:]), i.Bytes, i.Package, i.Version}
}

func itemsJSON(items []Item) []itemJSON {
	out := make([]itemJSON, 0, len(items))
	for _, i := range items {
		out = append(out, i.json())
	}
	return out
}

func indented(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}
