// Package plan reads the words in which an examination is asked for, those of the command
// line, and makes a scan.Plan of them once the medium and its partition table are known.
// Another way to sample, or something else to say of a region, is read here.
package plan

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

// Words are what is asked for, as it was written.
type Words struct {
	Sample  string
	Seed    string
	Block   string
	Scope   string
	Depth   string
	Regions []string
	// StrictLabels makes a readable label a doubt.
	StrictLabels bool
}

// UsageError is a call that cannot be carried out as written.
type UsageError struct{ error }

// Usage makes an error one of usage.
func Usage(err error) error { return UsageError{err} }

// Usagef is Usage of a new error.
func Usagef(format string, args ...any) error { return Usage(fmt.Errorf(format, args...)) }

// Sampling reads --sample and --seed. Without a seed a fresh one is drawn.
func (w *Words) Sampling() (p scan.Plan, err error) {
	method, fraction, given := strings.Cut(w.Sample, ":")
	switch {
	case !given && (method == "" || method == "full"):
	case !given && method == "nist-800-88r1":
		p.Mode = scan.NIST
	case method == "random" || strings.HasPrefix(method, "random-"):
		p.Mode = scan.Random
		if p.Sampling, err = samplingVersion(method); err != nil {
			return p, Usagef("--sample %s: %w", w.Sample, err)
		}
		percent := strings.HasSuffix(fraction, "%")
		p.Fraction, err = strconv.ParseFloat(strings.TrimSuffix(fraction, "%"), 64)
		if percent {
			p.Fraction /= 100
		}
		if err != nil || !(p.Fraction > 0 && p.Fraction <= 1) {
			return p, Usagef("--sample %s: write random:FRACTION with a fraction above 0 and at most 1, for example random:0.01", w.Sample)
		}
	default:
		return p, Usagef("--sample %s: use full, nist-800-88r1 or random:FRACTION", w.Sample)
	}
	switch {
	case w.Seed == "":
		rand.Read(p.Seed[:])
	case p.Mode == scan.Full:
		return p, Usagef("--seed chooses samples: it needs --sample nist-800-88r1 or random:FRACTION")
	default:
		b, err := hex.DecodeString(w.Seed)
		if err != nil || len(b) != len(p.Seed) {
			return p, Usagef("--seed %s: write 64 hexadecimal digits, as a report records them", w.Seed)
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

// Plan makes the plan for a medium of size bytes with partition table t, which
// may be nil.
func (w *Words) Plan(size int64, t *table.Table) (*scan.Plan, error) {
	p, err := w.Sampling()
	if err != nil {
		return nil, err
	}
	block, err := bytesize.Parse(cmp.Or(w.Block, "4096"))
	if err != nil {
		return nil, Usagef("--block: %w", err)
	}
	p.BlockBytes = int(min(block, 1<<30))
	if p.Scope, err = scan.ParseScope(cmp.Or(w.Scope, scan.ScopeMedium.String())); err != nil {
		return nil, Usagef("--scope: %w", err)
	}
	if p.Depth, err = scan.ParseDepth(cmp.Or(w.Depth, scan.Deep.String())); err != nil {
		return nil, Usagef("--depth: %w", err)
	}
	p.StrictLabels = w.StrictLabels
	for _, s := range w.Regions {
		g, err := parseRegion(s, t)
		if err != nil {
			return nil, Usagef("--region %s: %w", quiet(s), err)
		}
		p.Regions = append(p.Regions, g)
	}
	if len(p.Regions) == 0 {
		p.Regions = []scan.Region{{Name: "medium", Length: size}}
	}
	slices.SortStableFunc(p.Regions, func(a, b scan.Region) int { return cmp.Compare(a.Start, b.Start) })
	p.Places = places(t)
	if err := p.Validate(size); err != nil {
		return nil, Usage(err)
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
	n, err := bytesize.Parse(s)
	if err == nil && n%bytesize.Sector != 0 {
		err = fmt.Errorf("%s is %d bytes, and no multiple of %d; K, M, G are powers of 1024, KB, MB, GB powers of 1000", s, n, bytesize.Sector)
	}
	return n, err
}

// Masked are the words as a report can be compared with: it has the shapes of labels only.
func (w Words) Masked() Words {
	regions := w.Regions
	w.Regions = nil
	for _, s := range regions {
		w.Regions = append(w.Regions, quiet(s))
	}
	return w
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
