package main

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/image/table"
	"shokyo.dev/shokyo/internal/bytesize"
	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/labels"
)

// planFlags are what the command line says of the plan.
type planFlags struct {
	sample  string
	seed    string
	block   string
	scope   string
	regions []string
	// strictLabels makes a readable label a doubt.
	strictLabels bool
}

// sampling reads --sample and --seed. Without a seed a fresh one is drawn.
func (f *planFlags) sampling() (p scan.Plan, err error) {
	method, fraction, given := strings.Cut(f.sample, ":")
	switch {
	case !given && (method == "" || method == "full"):
	case !given && method == "nist-800-88r1":
		p.Mode = scan.NIST
	case method == "random" || strings.HasPrefix(method, "random-"):
		p.Mode = scan.Random
		if p.Sampling, err = samplingVersion(method); err != nil {
			return p, usagef("--sample %s: %w", f.sample, err)
		}
		percent := strings.HasSuffix(fraction, "%")
		p.Fraction, err = strconv.ParseFloat(strings.TrimSuffix(fraction, "%"), 64)
		if percent {
			p.Fraction /= 100
		}
		if err != nil || !(p.Fraction > 0 && p.Fraction <= 1) {
			return p, usagef("--sample %s: write random:FRACTION with a fraction above 0 and at most 1, for example random:0.01", f.sample)
		}
	default:
		return p, usagef("--sample %s: use full, nist-800-88r1 or random:FRACTION", f.sample)
	}
	switch {
	case f.seed == "":
		rand.Read(p.Seed[:])
	case p.Mode == scan.Full:
		return p, usagef("--seed chooses samples: it needs --sample nist-800-88r1 or random:FRACTION")
	default:
		b, err := hex.DecodeString(f.seed)
		if err != nil || len(b) != len(p.Seed) {
			return p, usagef("--seed %s: write 64 hexadecimal digits, as a report records them", f.seed)
		}
		p.Seed = [32]byte(b)
	}
	if p.Mode == scan.Full {
		p.Seed = [32]byte{}
	}
	return p, nil
}

// samplingVersion is the version in random-1, of which a report says that its sample
// was drawn by it; random alone is the newest.
func samplingVersion(method string) (int, error) {
	text, given := strings.CutPrefix(method, "random-")
	if !given {
		return scan.NewestSampling, nil
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= scan.NewestSampling && strconv.Itoa(n) == text {
		return n, nil
	}
	return 0, fmt.Errorf("this program draws random-1 to random-%d, the plan's algorithm in report.json", scan.NewestSampling)
}

// plan makes the plan for a medium of size bytes with partition table t, which
// may be nil.
func (f *planFlags) plan(size int64, t *table.Table) (*scan.Plan, error) {
	p, err := f.sampling()
	if err != nil {
		return nil, err
	}
	block, err := parseSize(cmp.Or(f.block, "4096"))
	if err != nil {
		return nil, usageError{fmt.Errorf("--block: %w", err)}
	}
	p.BlockBytes = int(min(block, 1<<30))
	if p.Scope, err = scan.ParseScope(cmp.Or(f.scope, scan.ScopeMedium.String())); err != nil {
		return nil, usageError{fmt.Errorf("--scope: %w", err)}
	}
	p.StrictLabels = f.strictLabels
	for _, s := range f.regions {
		g, err := parseRegion(s, t)
		if err != nil {
			return nil, usageError{fmt.Errorf("--region %s: %w", quiet(s), err)}
		}
		p.Regions = append(p.Regions, g)
	}
	if len(p.Regions) == 0 {
		p.Regions = []scan.Region{{Name: "medium", Length: size}}
	}
	slices.SortStableFunc(p.Regions, func(a, b scan.Region) int { return cmp.Compare(a.Start, b.Start) })
	p.Places = places(t)
	if err := p.Validate(size); err != nil {
		return nil, usageError{err}
	}
	return &p, nil
}

// parseRegion reads NAME=START+LENGTH[,expect=WORD], or the name of a partition
// in place of NAME=START+LENGTH.
func parseRegion(s string, t *table.Table) (g scan.Region, err error) {
	where, options, _ := strings.Cut(s, ",")
	if g, err = regionExtent(where, t); err != nil {
		return g, err
	}
	if options == "" {
		return g, nil
	}
	word, ok := strings.CutPrefix(options, "expect=")
	if !ok {
		return g, fmt.Errorf("%q: after the comma comes expect=erased, ciphertext, fill or any", options)
	}
	g.Expect, err = scan.ParseExpect(word)
	return g, err
}

func regionExtent(where string, t *table.Table) (g scan.Region, err error) {
	name, extent, ok := strings.Cut(where, "=")
	if !ok {
		return partitionRegion(where, t)
	}
	start, length, ok := strings.Cut(extent, "+")
	if !ok || name == "" {
		return g, fmt.Errorf("write NAME=START+LENGTH, for example data=1M+64M")
	}
	g.Name = name
	if g.Start, err = parseOffset(start); err != nil {
		return g, err
	}
	g.Length, err = parseOffset(length)
	return g, err
}

// parseOffset reads a size that must be whole sectors: 1MB is 1,000,000 bytes.
func parseOffset(s string) (int64, error) {
	n, err := parseSize(s)
	if err == nil && n%bytesize.Sector != 0 {
		err = fmt.Errorf("%s is %d bytes, and no multiple of %d; K, M, G are powers of 1024, KB, MB, GB powers of 1000", s, n, bytesize.Sector)
	}
	return n, err
}

// quiet spells a region of the command line without a label that somebody chose: the
// message may end in a log or in batch.json.
func quiet(s string) string {
	where, options, more := strings.Cut(s, ",")
	if strings.Contains(where, "=") || partitionName(where) {
		return s
	}
	where, _ = labels.Shown(where)
	if more {
		where += "," + options
	}
	return where
}

// partitionName says whether a word has the form of a name that every table gives: p1.
func partitionName(s string) bool {
	digits, ok := strings.CutPrefix(s, "p")
	_, err := strconv.ParseUint(digits, 10, 16)
	return ok && err == nil
}

// partitionRegion finds a partition by its name (p1) or else by its label, which
// anybody could have chosen: it must not hide a name, nor be there twice. The region
// goes by the name; the label appears nowhere in clear.
func partitionRegion(name string, t *table.Table) (g scan.Region, err error) {
	if t == nil || len(t.Partitions) == 0 {
		return g, fmt.Errorf("the medium has no partition table; write NAME=START+LENGTH")
	}
	var named, labelled []table.Partition
	var offered []string
	for _, p := range t.Partitions {
		if p.Name == name {
			named = append(named, p)
		}
		if p.Label == name {
			labelled = append(labelled, p)
		}
		shown, _ := labels.Shown(p.Label)
		offered = append(offered, fmt.Sprintf("%s (%q)", p.Name, shown))
	}
	found := named
	if len(found) == 0 {
		found = labelled
	}
	switch len(found) {
	case 0:
		return g, fmt.Errorf("there is no partition of that name or label; the medium has %s", strings.Join(offered, ", "))
	case 1:
		return scan.Region{Name: found[0].Name, Start: found[0].Start, Length: found[0].Length}, nil
	}
	return g, fmt.Errorf("%d partitions have that label: name one of %s", len(found), strings.Join(offered, ", "))
}

// places names the partitions, for the paths of findings.
func places(t *table.Table) (out []scan.Place) {
	if t == nil {
		return nil
	}
	for _, p := range t.Partitions {
		out = append(out, scan.Place{Name: p.Name, Label: p.Label, Start: p.Start, Length: p.Length})
	}
	return out
}
