package reports

import (
	"slices"
	"strings"

	"shokyo.dev/shokyo/verdict"
)

// What a report does not show: the claim of a clean verdict with its limits, and what
// no examination looks at. README.md ("What is not proven") has the same list; a test
// holds them together.

// claimText says how much a no-residue verdict proves.
func claimText(c verdict.Claim, d *Drive) bi {
	switch c {
	case verdict.ClaimLogical:
		return bi{"At least in part, fill was read back: what was there cannot be read through the medium's interface. That the cells below were erased is not shown: a deallocated flash block reads as zeros while its content may still be there.",
			"少なくとも一部で一定値が読み出されました。以前の内容は媒体のインターフェースからは読み出せません。ただし、その下の記憶セルの消去は示されません。割り当て解除されたフラッシュは、内容が残っていてもゼロとして読み出されることがあります。"}
	case verdict.ClaimPhysicalCiphertext:
		text := bi{"What was read cannot be told from ciphertext or from uniformly random bytes; no fill was read in its place. Whether it is the old ciphertext itself, what a drive that encrypts by itself now shows of the old cells through another key, or random bytes written over them, reading cannot tell. In the first two cases nothing of it can be turned back without the old key; in the third what could be read there before was overwritten. That no copy of the key exists anywhere is not shown by this examination.",
			"読み取られた内容は、暗号文とも一様乱数とも区別できず、代わりに一定値が返されたものでもありません。それが元の暗号文そのものか、自己暗号化装置が別の鍵を通して見せている元の記憶セルの内容か、乱数による上書きかは、読み取りからは判別できません。前の二つの場合は元の鍵がなければ元に戻せず、最後の場合は以前読み取れた内容が上書きされています。ただし、鍵の複製がどこにも存在しないことは本検査では示されません。"}
		if d.encryptsItself() {
			text.EN += " This drive says that it encrypts what it stores: what it shows after a change of its key is not what is stored."
			text.JA += "この装置は、保存データを自ら暗号化すると申告しています。鍵の変更後に見える内容は、保存されている内容そのものではありません。"
		}
		return text
	}
	return bi{"Nothing is claimed about the erasure.", "消去に関する主張はありません。"}
}

// encryptsItself says that a drive said so: ATA's "all user data is encrypted"
// (identify device data), TCG's locking feature with media encryption.
func (d *Drive) encryptsItself() bool {
	return d != nil && slices.ContainsFunc(d.Facts, func(f DriveFact) bool {
		return f.Value == "yes" && (strings.HasSuffix(f.Name, ".encrypts_all") || f.Name == "tcg.media_encryption")
	})
}

// headerless is the limit that is said on the first page where it matters.
const headerless = "headerless-encryption"

// leastContainer: the smallest VeraCrypt volume has 292 KiB; below 256 KiB of
// ciphertext there is no room for one.
const leastContainer = 256 << 10

// hides says whether a clean medium holds enough ciphertext to be such a volume.
func (d *Document) hides() bool {
	return d.Verdict == verdict.NoResidue.String() && d.ClaimBytes.PhysicalCiphertext >= leastContainer
}

// neverChecked holds for every medium and every examination.
var neverChecked = []Reason{
	{"spare-cells", "Spare, remapped and over-provisioned cells, which the medium's interface does not show.",
		"媒体のインターフェースからは見えない予備セル、代替処理済みセル、オーバープロビジョニング領域。"},
	{"hidden-areas", "Hidden areas that were not opened: HPA, DCO, accessible max address, boot partitions, RPMB.",
		"開かれていない隠し領域(HPA、DCO、最大アドレス設定、ブートパーティション、RPMB)。"},
	{"other-namespaces", "Namespaces and logical units that were not attached or not given to the tool.",
		"接続されていない、または検査対象として指定されなかった名前空間および論理ユニット。"},
	{"key-copies", "Copies of keys elsewhere: backups, escrow, key servers, recovery keys on paper.",
		"他所にある鍵の複製(バックアップ、エスクロー、鍵サーバー、紙に記録された回復キー)。"},
	{"first-write", "Whether the data was encrypted from the first write: what was stored before encryption was switched on can remain in cells that were not written since.",
		"データが最初の書込みから暗号化されていたかどうか。暗号化を有効にする前に保存された内容は、その後書き込まれていないセルに残っている可能性があります。"},
	{"nested-encryption", "What lies under a second encryption: ciphertext within ciphertext looks like ciphertext.",
		"二重に暗号化されたデータの内側。暗号文の中の暗号文は、暗号文としか見えません。"},
	{headerless, "Whether the ciphertext is a volume that can still be opened, if its header looks random or lies elsewhere (TrueCrypt, VeraCrypt, plain dm-crypt, a detached LUKS header): alive or erased, nobody can tell by looking.",
		"暗号文が、今も開けるボリュームかどうか(ヘッダーが乱数に見えるか別の場所にある場合: TrueCrypt、VeraCrypt、plain dm-crypt、分離された LUKS ヘッダー)。有効なものと消去済みのものは、見ただけでは誰にも区別できません。"},
	{"no-medium", "Whether what was examined is a medium or a true copy of one: some compressed or encrypted files do not tell what they are, and look like ciphertext.",
		"検査対象が媒体またはその正確な複写であるかどうか。圧縮・暗号化されたファイルの一部は形式を示さず、暗号文のように見えます。"},
	{"compressed-pieces", "Small pieces of well-compressed data without their header, and pieces of xz or 7z of any size, can look like ciphertext: “What would have been noticed” has the figures.",
		"ヘッダーのない、よく圧縮されたデータの小さな断片、および任意の大きさの xz・7z の断片は、暗号文のように見えることがあります(数値は「検出できたはずのもの」を参照)。"},
	{"hostile-writer", "What somebody hides on purpose in few bytes: in fills of changing value, short periods, and the free fields of explained structures.",
		"故意に少量のバイトへ隠された内容(値の変わる一定値、短い周期、説明済構造の自由な欄)。"},
	{"outside-plan", "Residue outside the sample, or outside the regions that the plan names.",
		"標本以外、または計画した領域以外にある残留データ。"},
	{"signer-honesty", "Whether whoever signed is honest.", "署名者が誠実であるかどうか。"},
	{"clock", "When it was: the times are those of the examining machine's clock.", "実施の日時。時刻は検査機の時計によります。"},
}

// notChecked puts first what the caller knows of this medium; what it says
// under a standing code replaces the standing sentence.
func notChecked(more []verdict.Reason) []Reason {
	out := reasons(more)
	for _, s := range neverChecked {
		if !slices.ContainsFunc(out, func(r Reason) bool { return r.Code == s.Code }) {
			out = append(out, s)
		}
	}
	return out
}
