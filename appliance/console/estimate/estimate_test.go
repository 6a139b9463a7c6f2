package estimate

import (
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/exchange"
)

// The minutes of a timed sample become a fraction that the slowest of the disks
// can deliver.
func TestSampleMode(t *testing.T) {
	flash := core.Disk{Path: "/dev/nvme0n1", Bus: "NVMe", Bytes: 1e12}
	platters := core.Disk{Path: "/dev/sda", Bus: "ATA", Bytes: 4e12}
	small := core.Disk{Path: "/dev/sdb", Bus: "USB", Bytes: 8e9}
	for _, c := range []struct {
		name    string
		minutes int64
		mode    int
		rates   Rates
		disks   []core.Disk
		want    string
	}{
		{name: "full", mode: Full, disks: []core.Disk{flash}, want: "full"},
		{name: "NIST", mode: NIST, disks: []core.Disk{flash}, want: "nist-800-88r1"},
		{"5,000 draws a second for 10 minutes", 10, Timed, nil, []core.Disk{flash}, "random:0.012288"},
		{"100 draws a second for 10 minutes", 10, Timed, nil, []core.Disk{platters}, "random:0.000061"},
		{"the slower decides", 10, Timed, nil, []core.Disk{flash, platters}, "random:0.000061"},
		{"measured", 10, Timed, Rates{{"ATA", true, 4e6}}, []core.Disk{platters}, "random:0.0006"},
		{"enough time for all", 10, Timed, nil, []core.Disk{small}, "full"},
		{"measured too slow for all", 10, Timed, Rates{{"USB", false, 1e6}}, []core.Disk{small}, "random:0.03072"},
		{"hardly any", 1, Timed, nil, []core.Disk{{Path: "/dev/sda", Bus: "ATA", Bytes: 1 << 62}}, "random:0.000001"},
		{"no size", 1, Timed, nil, []core.Disk{{Path: "/dev/sda", Bus: "ATA"}}, "full"},
	} {
		p := Plan{c.mode, c.minutes, c.disks, c.rates}
		if got := p.SampleMode(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if mode := p.SampleMode(); !exchange.IsSample(mode) {
			t.Errorf("%s: %s is no sample", c.name, mode)
		}
	}
}

// What a disk delivered is expected of the next of its kind, and the slowest counts.
func TestLearn(t *testing.T) {
	p := Plan{Mode: Full, Disks: []core.Disk{{Path: "/dev/sda", Bus: "ATA", Bytes: 36e10}}}
	for _, perSecond := range []int64{200e6, 100e6, 0, 300e6} {
		p.Rates = p.Learn("ATA", perSecond)
	}
	if longest, measured := p.slowest(); longest != time.Hour || !measured {
		t.Errorf("%v, measured %v", longest, measured)
	}
	if words := p.Words(); !strings.Contains(words, "About 61 minutes") || !strings.Contains(words, "measured before") {
		t.Error(words)
	}
	if len(p.Rates) != 1 {
		t.Errorf("%v", p.Rates)
	}
}
