package canonical

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Layout must not change what JSON says, whatever it is.
func FuzzLayout(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"x\"y,{}:[]\\"},[]],"c":{}}`))
	f.Add([]byte(`"plain"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		line, err := OneLine(b, Any)
		if err != nil {
			return
		}
		var back bytes.Buffer
		if err := json.Compact(&back, Layout(line)); err != nil || !bytes.Equal(back.Bytes(), line) {
			t.Fatalf("layout changed %q into %q (%v)", line, back.Bytes(), err)
		}
	})
}
