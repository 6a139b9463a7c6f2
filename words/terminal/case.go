package terminal

import "shokyo.dev/shokyo/words"

// Cases: what was made, and what was added.
var (
	MadeCase    = words.Sentence{"made the case %[1]s; fill in %[2]s", "案件 %[1]s を作成しました。%[2]s に記入してください"}
	AddedToCase = words.Sentence{"added %[1]s: %[2]s (SHA-256 %[3]s)", "%[1]s を追加しました: %[2]s(SHA-256 %[3]s)"}
)
