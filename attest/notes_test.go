package attest

import (
	"strings"
	"testing"

	"shokyo.dev/shokyo/words/boot"
)

// TestNotesHaveSentences: the catalogue has every note, and each is given somewhere.
func TestNotesHaveSentences(t *testing.T) {
	var all []Note
	all = append(all, notes(&Attestation{}, &Result{Log: LogUnreadable}, "CN=X")...)
	all = append(all, notes(&Attestation{EKCertificate: []byte{1}}, &Result{Log: LogDiffers}, "")...)
	all = append(all, notes(&Attestation{}, &Result{Match: ThisImage}, "")...)
	seen := map[string]bool{}
	for _, n := range all {
		seen[n.Code] = true
		if _, ok := boot.Notes[n.Code]; !ok || strings.Contains(n.Text, "%!") {
			t.Errorf("%s: %q", n.Code, n.Text)
		}
	}
	if len(seen) != len(boot.Notes) {
		t.Errorf("%d notes of %d: %v", len(seen), len(boot.Notes), seen)
	}
}
