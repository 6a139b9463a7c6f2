package marks

import (
	"strings"
	"testing"
)

const blanccoText = "Example Recycling Ltd; 2024-05-18 14:03; Blancco Drive Eraser 7.8.0; WD-WCC4E0123456; Erased; " +
	"9b3f3c1e-2a71-4d5e-9a53-0d4b0a9f1c22; MC0CFQCVdG1wbGVTaWduYXR1cmVPbmx5QUFBQUFBQQIUU2lnbmF0dXJl"

// fingerprintDisk has a text in sector 200.
func fingerprintDisk(text string) []byte {
	b := make([]byte, 202*sector)
	copy(b[200*sector:], text)
	return b
}

func TestFingerprint(t *testing.T) {
	tests := []struct {
		name, old, new string
		kind           string
		explains       bool
	}{
		{"as described", "", "", "eraser-fingerprint", true},
		{"with exceptions", "; Erased;", "; Erased with exceptions;", "eraser-fingerprint", true},
		{"with seconds", "14:03", "14:03:59", "eraser-fingerprint", true},
		{"not erased", "; Erased;", "; Not Erased;", "eraser-mark", false},
		{"no date", "2024-05-18 14:03", "yesterday", "eraser-mark", false},
		{"a sentence for a serial number", "WD-WCC4E0123456", "call me at home", "eraser-mark", false},
		{"a sentence for a signature", "MC0CFQCVdG1wbGVT", "the password is swordfish ", "eraser-mark", false},
		{"a part more", "; Erased;", "; Erased; and this;", "eraser-mark", false},
		{"a letter that has the word in it", blanccoText, "Dear customer, your disks were erased with Blancco yesterday.", "eraser-mark", false},
	}
	for _, tt := range tests {
		b := fingerprintDisk(strings.Replace(blanccoText, tt.old, tt.new, 1))
		s, ok := recognize(b, 200*sector)
		if !ok || s.Kind != tt.kind || s.Explained != tt.explains {
			t.Errorf("%s: %v %+v", tt.name, ok, s)
		}
		if s.Explained && len(s.Texts) != 1 {
			t.Errorf("%s: handed on %q", tt.name, s.Texts)
		}
	}
	b := fingerprintDisk(blanccoText)
	b[200*sector+500] = 7
	if s, ok := recognize(b, 200*sector); ok && s.Explained {
		t.Errorf("a byte behind the text: %+v", s)
	}
	elsewhere := append(make([]byte, 100*sector), fingerprintDisk(blanccoText)...)
	if s, ok := recognize(elsewhere, 300*sector); ok {
		t.Errorf("in sector 300: %+v", s)
	}
}
