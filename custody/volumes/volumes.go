// Package volumes reads what whoever ordered an erasure states of volumes: which keys protect them,
// when they were written to, and which of them live on.
package volumes

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/internal/tomltext"
)

// MaxBytes is more than any list of volumes needs.
const MaxBytes = 64 << 10

// Parse reads the tables [[volume]] of a file.
func Parse(b []byte) ([]custody.Volume, error) {
	var file struct {
		Volume []custody.Volume `toml:"volume"`
	}
	if err := Decode(b, MaxBytes, &file); err != nil {
		return nil, err
	}
	if len(file.Volume) == 0 {
		return nil, errors.New("names no volume: write [[volume]] with id, keys, first_write, last_write and examined")
	}
	return file.Volume, Check(file.Volume)
}

// Decode reads a file that has volumes in it, among other things, and refuses times without a zone.
func Decode(b []byte, most int, to any) error {
	if err := tomltext.Decode(b, most, to); err != nil {
		return err
	}
	var values map[string]any
	if err := tomltext.Decode(b, most, &values); err != nil {
		return err
	}
	return zoned(values)
}

// zoned refuses times that TOML calls local: an hour decides what was first. The decoder tells
// them by the name of their zone, but only where it does not know what they go into.
func zoned(v any) error {
	switch v := v.(type) {
	case time.Time:
		if strings.HasSuffix(v.Location().String(), "-local") {
			return errors.New("a time has no zone: write it as 2026-04-01T09:00:00+09:00")
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if err := zoned(v[name]); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	case []map[string]any:
		for _, x := range v {
			if err := zoned(x); err != nil {
				return err
			}
		}
	}
	return nil
}

// Check holds what goes together.
func Check(list []custody.Volume) error {
	seen := map[string]bool{}
	for i := range list {
		v := &list[i]
		switch {
		case strings.TrimSpace(v.ID) == "":
			return fmt.Errorf("volume %d: id is missing", i+1)
		case seen[v.ID]:
			return fmt.Errorf("volume %q stands twice", v.ID)
		case !v.FirstWrite.IsZero() && v.LastWrite.Before(v.FirstWrite) && !v.LastWrite.IsZero():
			return fmt.Errorf("volume %q: last_write is before first_write", v.ID)
		}
		for _, w := range []time.Time{v.FirstWrite, v.LastWrite} {
			if !v.Examined.IsZero() && v.Examined.Before(w) {
				return fmt.Errorf("volume %q: it was examined before it was written to", v.ID)
			}
		}
		seen[v.ID] = true
	}
	return nil
}
