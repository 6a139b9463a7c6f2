package report

import "shokyo.dev/shokyo/words"

// What was found of the files in a corpus. Sentences that stand one behind the other.
var (
	// CorpusRecall takes the sectors found and looked for, the part, and the files found and looked for.
	CorpusRecall = words.Sentence{"%[1]s of %[2]s probative sectors were found in what was read (%[3]s), of %[4]s of %[5]s files.",
		"読み取った範囲に、識別可能なセクタ %[2]s 個のうち %[1]s 個(%[3]s)、%[5]s ファイル中 %[4]s ファイルが見つかりました。"}
	// CorpusEstimate is of a sample: likely, at least, at most, in percent.
	CorpusEstimate = words.Sentence{" Of the whole medium the sample makes likely %[1]s %%, and with 95 %% confidence between %[2]s and %[3]s %%.",
		"標本からの推定では、媒体全体に残る割合は %[1]s %%(95 %% 信頼区間 %[2]s~%[3]s %%)です。"}
	// CorpusShared takes sectors of the medium.
	CorpusShared = words.Sentence{" %[1]s sectors of the medium stand in several of its files and say nothing of one.",
		"このほか、複数のファイルに共通し、どのファイルとも特定できないセクタが媒体上に %[1]s 個あります。"}
)
