package build

import (
	"testing"

	"shokyo.dev/shokyo/scan"
	"shokyo.dev/shokyo/scan/power"
	"shokyo.dev/shokyo/words"
)

var nothing = power.Cell{Percent: power.NotMeasured, Low: power.NotMeasured}

// lows are cells that stand one above their low ends.
func lows(low ...float64) (c power.Cells) {
	for i := range c {
		c[i] = nothing
		if i < len(low) && low[i] >= 0 {
			c[i] = power.Cell{Percent: min(low[i]+1, 100), Low: low[i]}
		}
	}
	return c
}

// What is said of a kind follows from what was measured, and says no more.
func TestNoticedSentences(t *testing.T) {
	full := sieve{plan: &scan.Plan{BlockBytes: 4096}, share: 1, sizes: power.Sizes[:]}
	for name, c := range map[string]struct {
		kinds       []power.Cells // of JPEG, HEIC, WebP
		text, brief words.Text
	}{
		"from a size on": {[]power.Cells{lows(10, 97.9, 99, 98, 99, 99)},
			words.Text{EN: "JPEG: at least 97 of 100 pieces of 4 KiB or more.", JA: "JPEG: 4 KiB 以上の断片 100 個のうち 97 個以上。"},
			words.Text{EN: "A contiguous piece of data without the beginning of its file would have been noticed, at least 90 times in 100 as measured: from 4 KiB: JPEG.",
				JA: "ファイルの先頭を含まない連続した断片が、実測で 100 回のうち 90 回以上検出される大きさ: 4 KiB 以上: JPEG。"}},
		"the weakest of those alike": {[]power.Cells{lows(99, 99, 99), lows(0, 97, 98, 99), lows(0, 91, 90.5, 99)},
			words.Text{EN: "JPEG: at least 99 of 100 pieces of 512 B or more; HEIC, WebP: at least 90 of 100 pieces of 4 KiB or more.",
				JA: "JPEG: 512 B 以上の断片 100 個のうち 99 個以上 / HEIC、WebP: 4 KiB 以上の断片 100 個のうち 90 個以上。"},
			words.Text{EN: "A contiguous piece of data without the beginning of its file would have been noticed, at least 90 times in 100 as measured: from 512 B: JPEG; from 4 KiB: HEIC, WebP. Not noticed, or fewer than 5 times in 100: a piece of 512 B or less of HEIC, WebP.",
				JA: "ファイルの先頭を含まない連続した断片が、実測で 100 回のうち 90 回以上検出される大きさ: 512 B 以上: JPEG / 4 KiB 以上: HEIC、WebP。検出できない、または 100 回のうち 5 回未満のもの: HEIC、WebP の 512 B 以下の断片。"}},
		"never, but for two of a few dozen": {[]power.Cells{lows(99, 99, 99, 99, 99, 99), {{Percent: 0}, {Percent: 2.7}, {Percent: 5.5}, {Percent: 2.7}, {Percent: 0}, {Percent: 0}}},
			words.Text{EN: "JPEG: at least 99 of 100 pieces of 512 B or more; HEIC: not noticed, also not a piece of 1 MiB.",
				JA: "JPEG: 512 B 以上の断片 100 個のうち 99 個以上 / HEIC: 検出できません(1 MiB の断片でも)。"},
			words.Text{EN: "A contiguous piece of data without the beginning of its file would have been noticed, at least 90 times in 100 as measured: from 512 B: JPEG. Not noticed, or fewer than 5 times in 100: a piece of 1 MiB or less of HEIC.",
				JA: "ファイルの先頭を含まない連続した断片が、実測で 100 回のうち 90 回以上検出される大きさ: 512 B 以上: JPEG。検出できない、または 100 回のうち 5 回未満のもの: HEIC の 1 MiB 以下の断片。"}},
		"a dent between": {[]power.Cells{lows(95, 80, 95, 96, 97, 98)},
			words.Text{EN: "JPEG: at least 95 of 100 pieces of 16 KiB or more.", JA: "JPEG: 16 KiB 以上の断片 100 個のうち 95 個以上。"},
			words.Text{EN: "A contiguous piece of data without the beginning of its file would have been noticed, at least 90 times in 100 as measured: from 16 KiB: JPEG.",
				JA: "ファイルの先頭を含まない連続した断片が、実測で 100 回のうち 90 回以上検出される大きさ: 16 KiB 以上: JPEG。"}},
		"never sure, and never": {[]power.Cells{lows(0, 0, 0, 3, 40, 62.5), lows(0, 0, 0, 0, 0, 0)},
			words.Text{EN: "JPEG: at least 62 of 100 pieces of 1 MiB, and fewer of smaller ones; HEIC: not noticed, also not a piece of 1 MiB.",
				JA: "JPEG: 1 MiB の断片 100 個のうち 62 個以上(より小さい断片ではさらに少なくなります) / HEIC: 検出できません(1 MiB の断片でも)。"},
			words.Text{EN: "No piece of data of 1 MiB or less would have been noticed 90 times in 100.", JA: "1 MiB 以下の断片で、100 回のうち 90 回以上検出されるものはありません。"}},
		"not measured further": {[]power.Cells{lows(50, 60)},
			words.Text{EN: "JPEG: at least 60 of 100 pieces of 4 KiB, and fewer of smaller ones.", JA: "JPEG: 4 KiB の断片 100 個のうち 60 個以上(より小さい断片ではさらに少なくなります)。"},
			words.Text{EN: "No piece of data of 1 MiB or less would have been noticed 90 times in 100.", JA: "1 MiB 以下の断片で、100 回のうち 90 回以上検出されるものはありません。"}},
	} {
		k := noticedKinds{sieve: full}
		for i, cells := range c.kinds {
			k.add([]string{"jpeg", "heic", "webp"}[i], cells)
		}
		if got := k.sentences(); got != c.text {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, c.text)
		}
		if got := k.brief(); got != c.brief {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, c.brief)
		}
	}
	if got := (&noticedKinds{sieve: full}).sentences(); got != (words.Text{}) {
		t.Errorf("of nothing: %+v", got)
	}
}

// Of a sample no more is said than that one of its blocks is met and noticed.
func TestNoticedOfASample(t *testing.T) {
	for name, c := range map[string]struct {
		plan  scan.Plan
		share float64
		size  int
		want  power.Cell
	}{
		"all":                       {scan.Plan{BlockBytes: 4096}, 1, 3, power.Cell{Percent: 100, Low: 99}},
		"random, 16 blocks":         {scan.Plan{Mode: scan.Random, BlockBytes: 4096}, 0.1, 3, power.Cell{Percent: 66.8, Low: 65.9}},
		"random, less than a block": {scan.Plan{Mode: scan.Random, BlockBytes: 4096}, 0.1, 0, power.Cell{Percent: 1, Low: 0.9}},
		"NIST":                      {scan.Plan{Mode: scan.NIST, BlockBytes: 4096}, 0.1, 3, power.Cell{Percent: 8.1, Low: 8}},
	} {
		s := sieve{plan: &c.plan, share: c.share, sizes: power.Sizes[:]}
		if got := s.chance(lows(10, 81, 90, 99), c.size); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
