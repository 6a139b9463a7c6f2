package strictpdf

import (
	"bytes"
	"compress/zlib"
	"strings"
	"testing"
)

// TestInflateIsBounded: what unpacks to more than there may be is not unpacked.
func TestInflateIsBounded(t *testing.T) {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(make([]byte, 5000))
	z.Close()
	if b, err := inflate(packed.Bytes(), 5000); err != nil || len(b) != 5000 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if _, err := inflate(packed.Bytes(), 4999); err == nil || !strings.Contains(err.Error(), "more than it can be") {
		t.Errorf("%v", err)
	}
	whole := &Stream{Dict: Dict{}, Raw: make([]byte, 10)}
	if _, err := whole.unpack(9); err == nil {
		t.Error("too much that is not packed")
	}
}
