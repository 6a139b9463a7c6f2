package volumes

import (
	"strings"
	"testing"
	"time"
)

const good = `
[[volume]]
id = "tenant-a"
keys = ["K-1"]
first_write = 2026-04-05T09:00:00+09:00
last_write = 2026-04-10T09:00:00+09:00
examined = 2026-04-15T09:00:00+09:00

[[volume]]
id = "tenant-b"
keys = ["K-2"]
lives_on = true
`

func TestParse(t *testing.T) {
	list, err := Parse([]byte("\ufeff" + good))
	if err != nil || len(list) != 2 || list[0].FirstWrite.UTC().Format(time.RFC3339) != "2026-04-05T00:00:00Z" || !list[1].LivesOn {
		t.Fatalf("%v, %+v", err, list)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"local":   {"T09:00:00+09:00\nlast", "T09:00:00\nlast", "has no zone"},
		"date":    {"2026-04-05T09:00:00+09:00", "2026-04-05", "has no zone"},
		"twice":   {"tenant-b", "tenant-a", "stands twice"},
		"no id":   {`id = "tenant-b"`, "", "volume 2: id is missing"},
		"order":   {"2026-04-10T", "2026-04-01T", "before first_write"},
		"seen":    {"2026-04-15T", "2026-04-09T", "before it was written to"},
		"unknown": {"lives_on", "live_on", "unknown key volume.live_on"},
		"long":    {"tenant-a", strings.Repeat("a", MaxBytes), "at most"},
		"syntax":  {"[[volume]]", "[[volume]", "line 3"},
		"bytes":   {"tenant-a", "\xff", "UTF-8"},
	} {
		if _, err := Parse([]byte(strings.Replace(good, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Parse(nil); err == nil {
		t.Error("no volume is taken")
	}
}
