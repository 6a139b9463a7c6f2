package attest

import (
	"strings"
	"testing"
)

func TestParseKeys(t *testing.T) {
	name := "000b" + strings.Repeat("5A", 32)
	keys, err := ParseKeys([]byte("\ufeff# our machines\r\n\r\n" + name + "  bench 3 \x1b[2J東京\r\n" + name + "\tbench 4\n" + name))
	if err != nil || len(keys) != 3 || keys[0] != (Key{strings.ToLower(name), "bench 3 \uFFFD[2J東京"}) || keys[1].Remark != "bench 4" || keys[2].Remark != "" {
		t.Errorf("%q, %v", keys, err)
	}
	for _, bad := range []string{"", "# nothing\n", name[:66], name + "00", "000c" + name[4:], "000b" + strings.Repeat("zz", 32), name + "\nbench 3", strings.Repeat(name+"\n", maxKeys+1)} {
		if keys, err := ParseKeys([]byte(bad)); err == nil {
			t.Errorf("%.100q: %d keys", bad, len(keys))
		}
	}
}

// Only the key that has signed is recognized, and only then nothing is said any more
// of whether there is a TPM.
func TestRecognize(t *testing.T) {
	for _, c := range []struct {
		signed string
		known  bool
	}{{"a", true}, {"b", true}, {"c", false}, {"", false}} {
		r := Result{KeyName: c.signed, Notes: []Note{{noteUnproven, "?"}, {"event-log-differs", "!"}, {noteNotBound, "?"}, {noteCertified, "?"}}}
		key, known := r.Recognize([]Key{{"a", "1"}, {"b", "2"}})
		if known != c.known || known && key.Name != c.signed || known != (len(r.Notes) == 1) {
			t.Errorf("%q: %v, %v, %v", c.signed, key, known, r.Notes)
		}
	}
}
