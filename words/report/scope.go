package report

import "shokyo.dev/shokyo/words"

// What a verdict is about, for a headline. Amounts come as sizes.
var (
	TheMedium = words.Text{EN: "the medium", JA: "媒体全体"}
	// ScopeSample takes what was sampled, what was read of it, and the medium.
	ScopeSample = words.Sentence{"a sample of %[1]s: %[2]s of %[3]s", "%[1]sの標本: %[3]s 中 %[2]s"}
	ScopePart   = words.Sentence{"%[1]s: %[2]s of %[3]s", "%[1]s: %[3]s 中 %[2]s"}
)

// Names of regions.
var (
	NoRegion       = words.Text{EN: "no region", JA: "領域なし"}
	OneRegion      = words.Sentence{"region %[1]s", "領域%[1]s"}
	Regions        = words.Sentence{"regions %[1]s", "領域%[1]s"}
	RegionsAndMore = words.Sentence{"regions %[1]s and %[2]d more", "領域%[1]s ほか %[2]d 件"}
	Quoted         = words.Sentence{"“%[1]s”", "「%[1]s」"}
)
