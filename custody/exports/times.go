package exports

import (
	"fmt"
	"strconv"
	"time"
)

// layouts are those in which systems write times, with a zone and without.
var (
	withZone    = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 -0700", "2006-01-02 15:04:05 MST", time.RFC1123Z, "Mon Jan _2 15:04:05 2006 -0700"}
	withoutZone = []string{"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006/01/02 15:04:05", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02 15:04", "01/02/2006 15:04:05", "Jan 2, 2006 15:04:05 PM", "Jan 2, 2006 3:04:05 PM", "Mon Jan _2 15:04:05 2006"}
)

// time reads a time as systems write it, and takes off what the clock is ahead. One without a zone
// needs a zone that somebody stated: an hour decides what was first.
func (t *taker) time(s string) (time.Time, error) {
	at, err := t.parse(s)
	if err == nil && (at.Year() < 1990 || at.Year() > 2200) {
		err = fmt.Errorf("%.40q is no time that a log can have", s)
	}
	if err != nil {
		return time.Time{}, err
	}
	return at.Add(-t.o.Ahead).UTC(), nil
}

func (t *taker) parse(s string) (time.Time, error) {
	if at, ok := sinceEpoch(s); ok {
		return at, nil
	}
	for _, layout := range withZone {
		if at, err := time.Parse(layout, s); err == nil && knownZone(at) {
			return at, nil
		}
	}
	zone := t.o.Zone
	if zone == nil {
		zone = t.m.zone
	}
	for _, layout := range withoutZone {
		at, err := time.ParseInLocation(layout, s, orUTC(zone))
		switch {
		case err != nil:
		case zone == nil:
			return time.Time{}, fmt.Errorf("the time %.40q has no zone: state it (--zone Asia/Tokyo)", s)
		default:
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no time: write it as 2026-04-01T09:00:00+09:00", s)
}

func orUTC(z *time.Location) *time.Location {
	if z == nil {
		return time.UTC
	}
	return z
}

// knownZone refuses an abbreviation that Go does not know: it takes those for UTC (time.Parse).
func knownZone(at time.Time) bool {
	name, offset := at.Zone()
	return offset != 0 || name == "UTC" || name == "" || name == "GMT"
}

// sinceEpoch reads seconds, or milli-, micro- or nanoseconds, since 1970.
func sinceEpoch(s string) (time.Time, bool) {
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || f < 1e8: // 1973; years and dates without signs are smaller
		return time.Time{}, false
	case f < 1e11:
		return time.Unix(0, int64(f*1e6)*1000), true
	case f < 1e14:
		return time.UnixMilli(int64(f)), true
	case f < 1e17:
		return time.UnixMicro(int64(f)), true
	case f < 9e18:
		return time.Unix(0, int64(f)), true
	}
	return time.Time{}, false
}
