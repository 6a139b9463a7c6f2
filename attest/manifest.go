package attest

import (
	"encoding/json"
	"fmt"
)

// ManifestSchema names the format of an image's manifest.
const ManifestSchema = "https://shokyo.dev/image/v1"

// Manifest is what of an image's manifest matters here.
type Manifest struct {
	Schema string `json:"schema"`
	Image  struct {
		Name   string `json:"name"`
		SHA256 string `json:"sha256"`
		Bytes  int64  `json:"bytes"`
	} `json:"image"`
	CommandLine string   `json:"command_line"`
	PCRSets     []PCRSet `json:"pcr_sets"`
}

const maxSets = 64

// ParseManifest reads manifest.json. Fields that are of no concern here are let
// through.
func ParseManifest(b []byte) (*Manifest, error) {
	m := new(Manifest)
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	if m.Schema != ManifestSchema {
		return nil, fmt.Errorf("manifest: schema %.80q is not %q: give the manifest.json of an image", m.Schema, ManifestSchema)
	}
	if len(m.PCRSets) == 0 || len(m.PCRSets) > maxSets {
		return nil, fmt.Errorf("manifest: %d sets of PCR values, 1 to %d are wanted", len(m.PCRSets), maxSets)
	}
	return m, checkSets(m.PCRSets)
}

// checkSets wants each set to say what every quoted PCR must be. One that leaves
// PCR 12 open or lets it be anything would call an image with another command
// line unmodified.
func checkSets(sets []PCRSet) error {
	for i := range sets {
		values, err := sets[i].values()
		if err != nil {
			return fmt.Errorf("PCR set %.80q: %w", sets[i].Name, err)
		}
		for k, p := range quotedPCRs() {
			if zero := values[k] == [32]byte{}; zero != (p == overridePCR) {
				return fmt.Errorf("PCR set %.80q: PCR %d must be zero, and no other", sets[i].Name, overridePCR)
			}
		}
	}
	return nil
}

// values gives the values in the order of quotedPCRs; other PCRs are passed over.
func (s *PCRSet) values() (out [][32]byte, err error) {
	for _, want := range quotedPCRs() {
		found := false
		for i := range s.PCRs {
			if s.PCRs[i].Index != int(want) {
				continue
			}
			if found {
				return nil, fmt.Errorf("PCR %d is given twice", want)
			}
			v, err := s.PCRs[i].value()
			if err != nil {
				return nil, err
			}
			out, found = append(out, v), true
		}
		if !found {
			return nil, fmt.Errorf("PCR %d is missing", want)
		}
	}
	return out, nil
}
