package explained

import "testing"

func TestHush(t *testing.T) {
	for _, c := range []struct {
		sentence string
		texts    []string
		want     string
	}{
		{`of "Bob" and robots`, []string{"Bob"}, `of "Xxx" and robots`},
		{"volume group vg_yamada, 3 volumes", []string{"vg_yamada"}, "volume group xx_xxxxxx, 3 volumes"},
		{`"root" on swap`, []string{"root", "swap"}, `"root" on swap`},
	} {
		if got := Hush(c.sentence, c.texts); got != c.want {
			t.Errorf("%q: %q, want %q", c.sentence, got, c.want)
		}
	}
}

// What a hostile medium can make us keep is bounded; what it holds is counted.
func TestExplainedIsBounded(t *testing.T) {
	var all, page Explained
	for range maxPageExplained + 7 {
		page.Add(Explanation{Kind: "x"}, []string{"secret one", "secret two"})
	}
	for range 100 {
		all.Merge(&page)
	}
	if len(page.List) != maxPageExplained || len(page.Labels) != maxPageExplained || len(all.List) != MaxExplanations || len(all.Labels) != MaxLabels {
		t.Errorf("%d %d %d %d are kept", len(page.List), len(page.Labels), len(all.List), len(all.Labels))
	}
	if n := int64(100 * (maxPageExplained + 7)); all.Count != n || all.Chosen != 2*n {
		t.Errorf("%d and %d of %d are counted", all.Count, all.Chosen, n)
	}
}
