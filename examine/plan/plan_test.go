package plan

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"shokyo.dev/shokyo/image/table"
	"shokyo.dev/shokyo/scan"
)

const size = 8 << 20

// partitioned has two partitions of one label, one whose label hides another's name, and one alone.
func partitioned() *table.Table {
	return &table.Table{Partitions: []table.Partition{
		{Name: "p1", Label: "data", Start: 1 << 20, Length: 1 << 20}, {Name: "p2", Label: "data", Start: 2 << 20, Length: 1 << 20},
		{Name: "p3", Label: "p1", Start: 3 << 20, Length: 1 << 20}, {Name: "p4", Label: "alone", Start: 4 << 20, Length: 1 << 20}}}
}

// TestPlan: what the words come to, or why they cannot be carried out.
func TestPlan(t *testing.T) {
	medium := []scan.Region{{Name: "medium", Length: size}}
	seed := strings.Repeat("ab", 32)
	for name, test := range map[string]struct {
		words Words
		want  scan.Plan // but for places and seed
		error string
	}{
		"nothing said":                  {Words{}, scan.Plan{BlockBytes: 4096, Depth: scan.Deep, Regions: medium}, ""},
		"all said":                      {Words{Sample: "full", Block: "4096", Scope: "medium"}, scan.Plan{BlockBytes: 4096, Depth: scan.Deep, Regions: medium}, ""},
		"NIST":                          {Words{Sample: "nist-800-88r1", Seed: seed}, scan.Plan{Mode: scan.NIST, BlockBytes: 4096, Depth: scan.Deep, Regions: medium}, ""},
		"a fraction":                    {Words{Sample: "random:0.25", Seed: seed}, scan.Plan{Mode: scan.Random, Sampling: scan.NewestSampling, Fraction: 0.25, BlockBytes: 4096, Depth: scan.Deep, Regions: medium}, ""},
		"a percentage, as it was drawn": {Words{Sample: "random-1:25%", Seed: seed}, scan.Plan{Mode: scan.Random, Sampling: 1, Fraction: 0.25, BlockBytes: 4096, Depth: scan.Deep, Regions: medium}, ""},
		"no fraction":                   {Words{Sample: "random"}, scan.Plan{}, "fraction above 0"},
		"nothing of it":                 {Words{Sample: "random:0"}, scan.Plan{}, "fraction above 0"},
		"more than all":                 {Words{Sample: "random:1.01"}, scan.Plan{}, "fraction above 0"},
		"not a number":                  {Words{Sample: "random:NaN"}, scan.Plan{}, "fraction above 0"},
		"a version to come":             {Words{Sample: "random-99:0.5"}, scan.Plan{}, "this program draws"},
		"a version with zeros":          {Words{Sample: "random-01:0.5"}, scan.Plan{}, "this program draws"},
		"another way":                   {Words{Sample: "some"}, scan.Plan{}, "use full"},
		"NIST with a fraction":          {Words{Sample: "nist-800-88r1:0.5"}, scan.Plan{}, "use full"},
		"a seed for nothing":            {Words{Seed: seed}, scan.Plan{}, "it needs --sample"},
		"a short seed":                  {Words{Sample: "nist-800-88r1", Seed: seed[2:]}, scan.Plan{}, "64 hexadecimal digits"},
		"a block that is none":          {Words{Block: "3000"}, scan.Plan{}, "block"},
		"another scope":                 {Words{Scope: "disk"}, scan.Plan{}, "--scope"},
		"quick":                         {Words{Depth: "quick"}, scan.Plan{BlockBytes: 4096, Depth: scan.Quick, Regions: medium}, ""},
		"no depth that there is":        {Words{Depth: "shallow"}, scan.Plan{}, "use deep or quick"},
		"labels":                        {Words{StrictLabels: true}, scan.Plan{BlockBytes: 4096, Depth: scan.Deep, Regions: medium, StrictLabels: true}, ""},
		"regions, in order": {Words{Scope: "regions", Regions: []string{"b=2M+1M,expect=fill", "a=0+1M"}},
			scan.Plan{BlockBytes: 4096, Scope: scan.ScopeRegions, Depth: scan.Deep, Regions: []scan.Region{{Name: "a", Length: 1 << 20}, {Name: "b", Start: 2 << 20, Length: 1 << 20, Expect: scan.ExpectFill}}}, ""},
		"a name before a label": {Words{Regions: []string{"p1,expect=any"}},
			scan.Plan{BlockBytes: 4096, Depth: scan.Deep, Regions: []scan.Region{{Name: "p1", Start: 1 << 20, Length: 1 << 20, Expect: scan.ExpectAny}}}, ""},
		"a label goes by its name": {Words{Regions: []string{"alone"}},
			scan.Plan{BlockBytes: 4096, Depth: scan.Deep, Regions: []scan.Region{{Name: "p4", Start: 4 << 20, Length: 1 << 20}}}, ""},
		"a label that is there twice": {Words{Regions: []string{"data"}}, scan.Plan{}, "2 partitions have that label"},
		"no such partition":           {Words{Regions: []string{"p9"}}, scan.Plan{}, "there is no partition"},
		"an expectation that is none": {Words{Regions: []string{"a=0+1M,expect=clean"}}, scan.Plan{}, "unknown expectation"},
		"something behind the comma":  {Words{Regions: []string{"a=0+1M,fill"}}, scan.Plan{}, "after the comma"},
		"no length":                   {Words{Regions: []string{"a=0"}}, scan.Plan{}, "NAME=START+LENGTH"},
		"no name":                     {Words{Regions: []string{"=0+1M"}}, scan.Plan{}, "NAME=START+LENGTH"},
		"no whole sectors":            {Words{Regions: []string{"a=0+1000"}}, scan.Plan{}, "no multiple of 512"},
		"behind the end":              {Words{Regions: []string{"a=8M+1M"}}, scan.Plan{}, ""},
		"regions that overlap":        {Words{Regions: []string{"a=0+2M", "b=1M+2M"}}, scan.Plan{}, ""},
	} {
		p, err := test.words.Plan(size, partitioned())
		if test.want.BlockBytes == 0 {
			var usage UsageError
			if err == nil || !errors.As(err, &usage) || !strings.Contains(err.Error(), test.error) {
				t.Errorf("%s: %v, want … %s …", name, err, test.error)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if test.words.Seed != "" && p.Seed[31] != 0xab || len(p.Places) != 4 || p.Places[3].Label != "alone" {
			t.Errorf("%s: %+v", name, p)
		}
		p.Seed, p.Places = [32]byte{}, nil
		if !reflect.DeepEqual(*p, test.want) {
			t.Errorf("%s: %+v, want %+v", name, *p, test.want)
		}
	}
}

// TestSeed: a fresh one for each sample, none where all is read.
func TestSeed(t *testing.T) {
	a, err := (&Words{Sample: "nist-800-88r1"}).Sampling()
	b, err2 := (&Words{Sample: "nist-800-88r1"}).Sampling()
	full, err3 := (&Words{}).Sampling()
	if errors.Join(err, err2, err3) != nil || a.Seed == b.Seed || a.Seed == [32]byte{} || full.Seed != [32]byte{} {
		t.Error(err, err2, err3, a.Seed, b.Seed, full.Seed)
	}
}

// TestMasked: a label that somebody chose appears in no report, and in no message.
func TestMasked(t *testing.T) {
	w := Words{Regions: []string{"a=0+1M", "p1,expect=any", "Tanaka's disk,expect=fill", "p99999999"}}
	got := w.Masked().Regions
	if got[0] != w.Regions[0] || got[1] != w.Regions[1] || strings.Contains(got[2], "Tanaka") || !strings.HasSuffix(got[2], ",expect=fill") || got[3] == w.Regions[3] {
		t.Errorf("%q", got)
	}
	if w.Regions[2] != "Tanaka's disk,expect=fill" {
		t.Error("the words themselves were changed")
	}
	if _, err := (&Words{Regions: []string{"Tanaka's disk"}}).Plan(size, nil); err == nil || strings.Contains(err.Error(), "Tanaka") {
		t.Error(err)
	}
}
