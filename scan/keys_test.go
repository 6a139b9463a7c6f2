package scan

import (
	"bytes"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
	"shokyo.dev/shokyo/scan/detector"
)

// What holds keys is a finding of keys, named, and counted as key material; what is left of a live
// header is not counted twice, and a wiped one is none.
func TestKeyMaterialIsNamed(t *testing.T) {
	heavy(t)
	const size = 8 << 20
	luks, err := filesystems.LUKS2Options{}.Format(make([]byte, 4096), "x", disktest.Keystream(1).Reader())
	if err != nil {
		t.Fatal(err)
	}
	live := bytes.Clone(luks.Image[:32<<10])
	if err := luks.Erase(); err != nil {
		t.Fatal(err)
	}
	loader := make([]byte, 512)
	copy(loader, "\xEA\x1E\x7C\x00\x00 VeraCrypt Boot Loader\r\n\x00")
	copy(loader[30:440], randomUnit(410, 1))
	copy(loader[440:], "\x01\x02\x03\x04\x00\x00\x80\x20\x21\x00\x07\xFE\xFF\xFF\x00\x08\x00\x00\x00\x30\x00\x00")
	copy(loader[510:], "\x55\xAA")
	for name, c := range map[string]struct {
		at       int64
		data     []byte
		kind     string
		material int64
	}{
		"a boot loader":              {0, loader, "veracrypt-boot-loader", 1},
		"a live header":              {1 << 20, live, LiveKeySlot, 0},
		"a wiped header":             {1 << 20, luks.Image[:32<<10], "", 0},
		"metadata without header":    {1 << 20, live[4096 : 16<<10], "luks2-metadata", 1},
		"the rest of metadata":       {1<<20 + 100, live[4096+80 : 16<<10], "luks2-metadata", 1},
		"a header without its magic": {1 << 20, append(make([]byte, 8), live[8:512]...), "luks-trace", 1},
	} {
		m := disktest.New(size, 1)
		m.Plant(c.at, c.data)
		p := planOver(size, Full)
		r := examine(t, p, m, Options{})
		named := c.kind == ""
		for _, f := range r.Findings {
			named = named || f.Detector == detector.Keys && f.Kind == c.kind
		}
		if !named || r.Regions[0].KeyMaterial != c.material {
			t.Errorf("%s: %d of key material, findings %+v", name, r.Regions[0].KeyMaterial, r.Findings)
		}
	}
}
