package report

import "shokyo.dev/shokyo/words"

// Title is the title of every report.
var Title = words.Text{EN: "Erasure verification report", JA: "消去検証報告書"}

// Verdicts in large letters. That of a clean medium may claim no more than was looked at.
var (
	NoResidue          = words.Text{EN: "No residue found", JA: "残留データは検出されませんでした"}
	NoResidueIn        = words.Sentence{"No residue found in %[1]s", "残留データは検出されませんでした(%[1]s)"}
	NoResidueInSample  = words.Text{EN: "No residue found in the sample", JA: "標本から残留データは検出されませんでした"}
	NoResidueInRegions = words.Text{EN: "No residue found in the regions of the plan",
		JA: "計画した領域から残留データは検出されませんでした"}
	ResidueFound = words.Text{EN: "Residue found", JA: "残留データを検出しました"}
	Inconclusive = words.Text{EN: "Inconclusive", JA: "判定不能"}
)

// What they mean.
var (
	NoResidueMeans = words.Text{EN: "Everything that was to be read was read, and nothing in it could be told from what a complete erasure leaves behind. The limits stand under “Not checked”.",
		JA: "読み取るべき範囲はすべて読み取られ、完全な消去の後に残るものと区別できるデータはありませんでした。本結果の限界は「確認していない事項」に記載しています。"}
	ResidueFoundMeans = words.Text{EN: "The medium holds data that a complete erasure would not have left, or a key with which it can be read. It must not be treated as erased.",
		JA: "完全な消去の後には残らないはずのデータ、またはそれを復号できる鍵が媒体上に存在します。消去済みとして扱ってはなりません。"}
	InconclusiveMeans = words.Text{EN: "The examination does not answer the question: the medium may or may not hold residue. The reasons say what is missing.",
		JA: "本検査では結論が得られませんでした。残留データの有無はいずれとも言えません。不足している事項は理由に示します。"}
)

// Claims are what a clean verdict proves of the erasure, in short.
var Claims = words.Table{
	"logical":             {"Logical level", "論理レベルの確認"},
	"physical-ciphertext": {"Physical level: like ciphertext, as stored or as shown", "物理レベルの確認(暗号文と区別不能)"},
}

// NoClaim is for any other.
var NoClaim = words.Text{EN: "Nothing is proven", JA: "証明できる事項なし"}

// The same at length.
var (
	ClaimLogical = words.Text{EN: "At least in part, fill was read back: what was there cannot be read through the medium's interface. That the cells below were erased is not shown: a deallocated flash block reads as zeros while its content may still be there.",
		JA: "少なくとも一部で一定値が読み出されました。以前の内容は媒体のインターフェースからは読み出せません。ただし、その下の記憶セルの消去は示されません。割り当て解除されたフラッシュは、内容が残っていてもゼロとして読み出されることがあります。"}
	ClaimCiphertext = words.Text{EN: "What was read cannot be told from ciphertext or from uniformly random bytes; no fill was read in its place. Whether it is the old ciphertext itself, what a drive that encrypts by itself now shows of the old cells through another key, or random bytes written over them, reading cannot tell. In the first two cases nothing of it can be turned back without the old key; in the third what could be read there before was overwritten. That no copy of the key exists anywhere is not shown by this examination.",
		JA: "読み取られた内容は、暗号文とも一様乱数とも区別できず、代わりに一定値が返されたものでもありません。それが元の暗号文そのものか、自己暗号化装置が別の鍵を通して見せている元の記憶セルの内容か、乱数による上書きかは、読み取りからは判別できません。前の二つの場合は元の鍵がなければ元に戻せず、最後の場合は以前読み取れた内容が上書きされています。ただし、鍵の複製がどこにも存在しないことは本検査では示されません。"}
	ClaimOwnEncryption = words.Text{EN: " This drive says that it encrypts what it stores: what it shows after a change of its key is not what is stored.",
		JA: "この装置は、保存データを自ら暗号化すると申告しています。鍵の変更後に見える内容は、保存されている内容そのものではありません。"}
	ClaimNothing = words.Text{EN: "Nothing is claimed about the erasure.", JA: "消去について証明できる事項はありません。"}
)
