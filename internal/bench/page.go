package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"shokyo.dev/shokyo/internal/bytesize"
)

// point is one of what is to be reached.
type point struct {
	Name  string
	Value float64
	want  float64
	least bool // the value must be at least what is wanted, not at most
	text  string
}

// points are what speed is judged by. Those whose unit is no ratio depend on the machine.
func (b *bench) points() []point {
	of := func(name string) cost { return b.cost[name] }
	times := func(x, y string) float64 { return of(x).perByte() / of(y).perByte() }
	wall := func(x, y string) float64 { return of(x).wall.Seconds() / of(y).wall.Seconds() }
	return []point{
		{Name: "quick", Value: times(quick, hash), want: 2, text: "quick, ciphertext, with digest: CPU, times that of openssl"},
		{Name: "quick-rate", Value: of(noDigest).perSecond(), want: 1000, least: true, text: "quick, ciphertext, without digest: MB per CPU-second"},
		{Name: "deep-rate", Value: of(deep).perSecond(), want: 150, least: true, text: "deep, ciphertext, with digest: MB per CPU-second"},
		{Name: "deep", Value: times(deep, hash), want: 1e3 / 150 / of(hash).perByte(), text: "the same: CPU, times that of openssl"},
		{Name: "workers", Value: wall(two, quick), want: 0.55, text: "two workers: wall time, times that of one"},
		{Name: "documents-quick", Value: times(quick, docsQuick), want: 0.25, least: true, text: "documents, quick: times the speed of ciphertext"},
		{Name: "documents-deep", Value: times(deep, docs), want: 0.25, least: true, text: "documents, deep: times the speed of ciphertext"},
		{Name: "zeros", Value: of(zeroMedia).perSecond() / 1000, want: 3, least: true, text: "zeros, with digest: GB per CPU-second"},
		{Name: "hole", Value: of(aHole).perSecond() / 1000, want: 3, least: true, text: "a hole, with digest: GB per CPU-second"},
		{Name: "device", Value: wall(coldDisk, dd), want: 1.05, text: "from the disk: wall time, times that of dd iflag=direct"},
		{Name: "memory", Value: float64(of(sixteen).memory >> 20), want: 512, text: "16 workers: MiB of memory"},
		{Name: "start", Value: of(starting).wall.Seconds() * 1e3, want: 50, text: "start: ms"},
		{Name: "sample", Value: of(aSample).wall.Seconds(), want: 1, text: "a sample of 15 TiB planned and examined: s"},
		{Name: "verify", Value: of(checking).wall.Seconds(), want: 1, text: "verify of a bundle: s"},
		{Name: "growth", Value: b.growth[len(b.growth)-1].perByte / b.growth[0].perByte, want: 1.1, text: "CPU per byte of the largest medium, times that of the smallest"},
	}
}

func (p *point) reached() bool { return p.least == (p.Value >= p.want) || p.Value == p.want }

// compare records the values and says which are worse by more than a fifth than those that were recorded before.
func compare(points []point) (worse []string, err error) {
	before := map[string]float64{}
	b, err := os.ReadFile(recorded)
	if err == nil {
		err = json.Unmarshal(b, &before)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	now := map[string]float64{}
	for i := range points {
		p := &points[i]
		now[p.Name] = p.Value
		was, known := before[p.Name]
		if known && (p.least && p.Value < was/1.2 || !p.least && p.Value > was*1.2) {
			worse = append(worse, fmt.Sprintf("%s: %.3g, was %.3g", p.text, p.Value, was))
		}
	}
	if b, err = json.MarshalIndent(now, "", "\t"); err != nil {
		return nil, err
	}
	return worse, os.WriteFile(recorded, append(b, '\n'), 0o644)
}

// page is docs/performance.md.
func (b *bench) page(points []point, worse []string) string {
	var s strings.Builder
	fmt.Fprintf(&s, `# Performance
Written by `+"`make bench`"+` (`+"`internal/bench`"+`), which measures all of this in one run: %s, %s of ciphertext and of zeros, a sixteenth of it of documents, the least of %d rounds. CPU is user and system time.
A machine that does other work besides, or has other instructions, gives other figures; the ratios hold better. Load (proc(5), loadavg) at the end: %s.

## What is to be reached
| what | measured | wanted | |
|---|---|---|---|
`, processor(), bytesize.Format(b.size), b.rounds, load())
	for i := range points {
		p := &points[i]
		sign, met := "≤", "missed"
		if p.least {
			sign = "≥"
		}
		if p.reached() {
			met = "reached"
		}
		fmt.Fprintf(&s, "| %s | %.3g | %s %.3g | %s |\n", p.text, p.Value, sign, p.want, met)
	}
	s.WriteString("\n## Beside others\nOne core. Commands as they were run; `$F` is the medium, `$O` an empty folder.\n\n| program | does | CPU, ns a byte | MB per CPU-second | times openssl | wall, s | memory, MiB |\n|---|---|---|---|---|---|---|\n")
	for i := range rows {
		r := &rows[i]
		c := b.cost[r.name]
		fmt.Fprintf(&s, "| `%s` | %s | %.3g | %.4g | %.3g | %.3g | %d |\n", strings.ReplaceAll(strings.Join(r.command, " "), "$shokyo", "shokyo"), r.does,
			c.perByte(), c.perSecond(), c.perByte()/b.cost[hash].perByte(), c.wall.Seconds(), c.memory>>20)
	}
	s.WriteString("\n## Detectors\nOn a page of ciphertext, in memory (`go test -run '^$' -bench Detectors ./scan/look`), those that are asked at every byte; `doubt` is the look for doubt at quick depth.\n\n| detector | CPU, ns a byte |\n|---|---|\n")
	for _, f := range b.finders {
		fmt.Fprintf(&s, "| %s | %.3f |\n", f.name, f.cost)
	}
	s.WriteString("\n## Growth\nThe engine alone, quick, on ciphertext that is made while it is read.\n\n| medium | CPU, ns a byte | memory so far, MiB |\n|---|---|---|\n")
	for _, g := range b.growth {
		fmt.Fprintf(&s, "| %s | %.3g | %d |\n", bytesize.Format(g.bytes), g.perByte, g.memory>>20)
	}
	if len(worse) > 0 {
		s.WriteString("\n## Worse than before by more than a fifth\n")
		for _, line := range worse {
			fmt.Fprintf(&s, "- %s\n", line)
		}
	}
	return s.String()
}

// load is the mean number of threads that were at work or waited for it, over 1, 5 and 15 minutes: one is bench's own.
func load() string {
	all, _ := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(all))
	return strings.Join(fields[:min(3, len(fields))], ", ")
}

// processor is its name, and what of it is used.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	name, has := "a processor of unknown name", ""
	for line := range strings.Lines(string(info)) {
		key, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(key) {
		case "model name":
			name = strings.TrimSpace(value)
		case "flags":
			for _, flag := range strings.Fields(value) {
				switch flag {
				case "avx2", "avx512f", "sha_ni":
					has += " " + flag
				}
			}
			return name + " (" + strings.TrimSpace(has) + ")"
		}
	}
	return name
}
