// Package reason has the reasons of a verdict, and what was not checked: a row of
// [Reasons] for each code of package verdict that has one sentence. The codes that have
// several, and the lists that go into a sentence, are rows of their own in the file of
// their subject.
package reason

import "shokyo.dev/shokyo/words"

// Reasons are clauses, for others to make sentences of (words.Whole), but where they
// stand among what was not checked.
var Reasons = words.Table{
	// What was read.
	"no-residue": {"all %[1]d bytes to be judged were read, and besides explained structures no detector saw in them what chance does not account for (on perfectly erased media chance alone shows such a thing in at most one examination of %[2]s)",
		"判定の対象とした %[1]d バイトをすべて読み取り、既知の管理情報を除き、偶然とは考えられないもの(完全に消去された媒体で偶然に現れるのは、多くとも %[2]s 回の検査に 1 回)を検出した検出器はありませんでした"},
	"described-only": {"%[1]d bytes were described but not judged, as the plan wants; %[2]d of them are residue",
		"計画に従い、%[1]d バイトは記述のみで判定していません。そのうち %[2]d バイトは残留データです"},
	"sampled": {"a sample was examined: %[1]d of %[2]d bytes; residue outside the sample was not looked for",
		"標本検査です(%[2]d バイト中 %[1]d バイト)。標本以外の部分の残留データは検査していません"},
	"quick": {"the examination was a quick one: the detectors that take long looked only where a first look left doubt; small pieces of compressed data and pieces of films are noticed less often",
		"簡易検査です。時間のかかる検出器は一次検査で疑いの残った箇所のみを検査しています。圧縮データの小さな断片や動画の断片を検出できる割合は下がります"},
	"partial-plan": {"the plan names %[1]d of %[2]d bytes; nothing is said about the rest",
		"検査計画は %[2]d バイト中 %[1]d バイトを対象としています。残りについては何も述べません"},
	"holes": {"%[1]d bytes are holes of the image file: nothing is stored there, and they read as zeros; whether the medium held zeros there or was never copied, the file does not say",
		"%[1]d バイトはイメージファイルのホールです。そこには何も格納されておらず、ゼロとして読み取られます。媒体がゼロであったのか、複写されなかったのかは、ファイルからは分かりません"},
	"live-key-slot": {"key headers that list live key slots: %[1]d (a LUKS2 volume has two): whoever has a passphrase can still open the ciphertext",
		"有効な鍵スロットを記載した鍵ヘッダーが %[1]d 個あります(LUKS2 ボリュームにはヘッダーが 2 つあります)。パスフレーズがあれば暗号文を復号できます"},
	"key-material": {"structures that hold keys, or are where keys are kept, and that are not known to be dead: %[1]d; whether the ciphertext can still be opened by them was not tried",
		"鍵を保持する、または鍵の保管場所となる構造で、無効化を確認できないものが %[1]d 件あります。それらで暗号文を復号できるかどうかは試していません"},
	"residue": {"%[1]d bytes are structured and not explained (number of findings: %[2]d)",
		"%[1]d バイトに構造があり、説明がつきません(検出数 %[2]d)"},
	"corpus-found": {"of the files in the corpus '%[1]s', known to have been stored, %[2]d of %[3]d probative sectors can still be read (%[4]s)",
		"コーパス「%[1]s」(保存されていたことが分かっているファイル群)の識別可能なセクタ %[3]d 個のうち、%[2]d 個が現在も読み取れます(%[4]s)"},
	"unchanged-block": {"of %[2]d blocks that were recorded before the erasure %[1]d read as they did then: the key that they were written with, or what they hold, is still there",
		"消去前に記録したブロック %[2]d 個のうち %[1]d 個が、記録時と同じ内容で読み取れます。書き込みに使われた鍵、または格納内容が残っています"},
	// baseline-few takes how many could be compared, how many not be read, and how many are needed.
	"baseline-few": {"of the blocks that were recorded before the erasure only %[1]d could be compared (%[2]d could not be read): too few for any statement (%[3]d at least)",
		"消去前に記録したブロックのうち比較できたのは %[1]d 個(読み取り不能 %[2]d 個)で、少なすぎて何も述べられません(最低 %[3]d 個)"},
	"baseline-other": {"none of %[1]d blocks that were recorded before the erasure reads as it did then, and where a host encrypts they should: it is another medium, or it was overwritten since",
		"消去前に記録したブロック %[1]d 個のいずれも記録時と一致しません。ホスト側で暗号化する媒体では一致するはずであり、別の媒体であるか、その後上書きされています"},
	"baseline-same": {"of %[2]d blocks that were recorded before the erasure %[1]d read as they did then, as they should where a host encrypts: it is the same medium, with the same ciphertext",
		"消去前に記録したブロック %[2]d 個のうち %[1]d 個が記録時と一致します。ホスト側で暗号化する媒体では想定どおりであり、同一の媒体に同一の暗号文が残っていることを示します"},
	"incomplete": {"the examination ended before the end of the plan", "検査は計画の終わりに達する前に終了しました"},
	"unread":     {"%[1]d planned bytes were not read", "計画した範囲のうち %[1]d バイトが読み取られていません"},
	"unreadable": {"%[1]d planned bytes could not be read: what they hold is not known",
		"計画した範囲のうち %[1]d バイトは読み取れず、内容は不明です"},
	"nothing-judged": {"the plan judges no byte of the medium", "検査計画に判定の対象となる範囲がありません"},
	"too-small": {"only %[1]d bytes are judged: too few for any statement (%[2]d at least)",
		"判定の対象が %[1]d バイトしかなく、少なすぎて何も述べられません(最低 %[2]d バイト)"},
	"nothing-stored": {"of what is judged the image file stores nothing but book-keeping; the rest is holes, as in a copy that was never made: copy the medium again and leave no zeros out (not conv=sparse; cp --sparse=never), or examine the medium itself",
		"判定の対象のうち、イメージファイルに格納されているのは管理情報だけで、残りはホールです。作成されなかった複写と区別できません。ゼロを省略せずに複写し直すか(conv=sparse を使わず、cp --sparse=never など)、媒体そのものを検査してください"},
	// repeated-ciphertext takes how many units come again, of how many that were remembered, and two places of one.
	"repeated-ciphertext": {"the same ciphertext stands at places far apart (%[1]d of %[2]d units of 16 bytes that were compared come again, one at offsets %[3]d and %[4]d): it is a copy, as a journal, a snapshot or a mirror makes, or the cipher used a key stream or tweak twice, or only part of a buffer that was written over and over is left; reading cannot tell which",
		"離れた場所に同一の暗号文があります(比較した 16 バイト単位 %[2]d 個のうち %[1]d 個が再出現。例: オフセット %[3]d と %[4]d)。ジャーナル、スナップショット、ミラーなどによる写しか、暗号の鍵ストリームまたは調整値(tweak)の二重使用か、繰り返し書き込まれたバッファーの一部です。読取りだけでは区別できません"},
	"contradiction": {"%[1]d bytes were planned but %[2]d have a class",
		"結果が矛盾しています(計画 %[1]d バイトに対し、分類されたのは %[2]d バイト)"},
	// not-judged takes how many of how many, the described, their residue, those in no region.
	"not-judged": {"%[1]d of the medium's %[2]d bytes are not judged: %[3]d were only described (%[4]d of them are residue), %[5]d are in no region; a verdict about regions alone is asked for by --scope regions",
		"媒体 %[2]d バイトのうち %[1]d バイトは判定していません。記述のみ %[3]d バイト(うち残留データ %[4]d バイト)、どの領域にも含まれないもの %[5]d バイト。領域のみについての判定は --scope regions で指定します"},
	// readable-label takes how many, and a list of LabelAt.
	"readable-label": {"names, labels or tags that somebody chose can still be read on the medium, in explained structures: %[1]d, masked in this report, at %[2]s",
		"既知の管理情報の中に、利用者が付けた名称・ラベル・タグが媒体上で読める状態で残っています(%[1]d 件。本報告書では伏せ字): %[2]s"},
	// unexpected-class takes the region, its bytes, their class and what was expected.
	"unexpected-class": {"region %[1]q: %[2]d bytes are %[3]s where %[4]s was expected",
		"領域 %[1]q: %[2]d バイトが「%[3]s」です(期待は「%[4]s」)"},
	// random-island takes how many, a list of IslandAt, and what they may be.
	"random-island": {"bytes that look random amid fill, places: %[1]d (%[2]s): %[3]s; nobody can tell by looking",
		"一定値の中に、乱数に見える部分が %[1]d か所あります(%[2]s)。%[3]s。見ただけでは誰にも判別できません"},

	// What is known of the medium besides its bytes.
	"image-defect": {"the image is damaged or ends early, so part of the medium could not be examined: %[1]v",
		"イメージが破損しているか途中で切れており、媒体の一部を検査できませんでした: %[1]v"},
	// maybe-truncated takes why it may be, and how many bytes there are.
	"maybe-truncated": {"the last parts of the image may be missing: %[1]s, and nothing on the medium says that it ends there (%[2]d bytes); state its length with --size",
		"分割イメージの末尾の部分が欠けている可能性があります。%[1]s、媒体の終わりがそこ(%[2]d バイト)であることを示す情報もありません。--size で媒体の大きさを指定してください"},
	"size-stated": {"that no part of the split image is missing rests on the length that was stated for the medium: %[1]d bytes (--size)",
		"分割イメージに欠けた部分がないことは、指定された媒体の大きさ %[1]d バイト(--size)に基づきます"},
	"medium-changed": {"the medium was changed while it was examined", "検査中に媒体が変更されました"},
	"attached-anew": {"the examination was interrupted, and what was read before is taken to be there still: %[1]s",
		"検査は中断されました。中断前に読み取った内容が現在も同じであることを前提とします(理由、英語: %[1]s)"},
	"in-use": {"the medium was in use while it was examined, so what was read may have changed since: %[1]s",
		"検査中に媒体が使用されていたため、読取り後に内容が変わった可能性があります(%[1]s)"},
	"trailers-sampled": {"of the %[1]d bytes of checksums beside the data only a sample was looked at: %[2]s",
		"データに付随するチェックサム領域 %[1]d バイトは標本のみを確認しました(結果、英語: %[2]s)"},

	// What the drive says of itself. All but drive-counted-writes quote it at the end.
	"hidden-capacity": {"the drive has %[1]d bytes or more that were not examined: %[2]s",
		"装置には検査していない領域が %[1]d バイト以上あります(装置の申告: %[2]s)"},
	"sanitize-in-progress": {"the drive is erasing itself, so what is read now may not be what stays: %[1]s",
		"装置がサニタイズを実行中のため、今読み取れる内容は最終的な内容とは限りません(装置の申告: %[1]s)"},
	"sanitize-failed": {"the drive's own erasure failed: %[1]s", "装置自身のサニタイズが失敗しています(装置の申告: %[1]s)"},
	"locked-range": {"part of the drive is locked, so what was read there is not what is stored: %[1]s",
		"装置の一部がロックされており、読み取った内容は保存内容ではありません(装置の申告: %[1]s)"},
	"mbr-shadowed": {"the drive shows a shadow MBR in place of its first blocks: %[1]s",
		"装置が先頭ブロックの代わりにシャドウ MBR を見せています(装置の申告: %[1]s)"},
	"reads-fail-by-design": {"read errors are what this drive gives for blocks that were erased and not written since, so they show no damage, but what the blocks hold was not seen: %[1]s",
		"この装置は消去後に書き込まれていないブロックの読取りを仕様としてエラーにします。故障とは限りませんが、内容は確認できていません(装置の申告: %[1]s)"},
	"drive-counted-writes": {"the drive's own counter %[1]s went from %[2]d to %[3]d while it was examined: something wrote to it, or it counted earlier writes late; examine it again",
		"検査中に装置自身の書込み計数 %[1]s が %[2]d から %[3]d に変わりました。書込みがあったか、以前の書込みが遅れて計上されています。再検査してください"},
	"deallocated-reads": {"%[1]d bytes were read back as fill, and %[2]s; so the claim is logical",
		"%[1]d バイトが一定値として読み取られました。この装置は破棄済ブロックを一定値として返すため、論理的な消去しか示されません(装置の申告: %[2]s)"},

	// What was not checked on this medium.
	"locks-unknown": {"Whether ranges of the drive are locked is not known: %[1]s.",
		"装置にロックされた範囲があるかどうかは不明です(理由: %[1]s)。"},
	"sanitize-unknown": {"Whether the drive erases itself at the moment, or has failed to, is not known: %[1]s.",
		"装置がサニタイズを実行中か、失敗したかどうかは不明です(理由: %[1]s)。"},
	"rest-of-drive": {"the medium is one partition; the rest of the drive was not examined",
		"検査対象は一つのパーティションです。ドライブの残りの部分は検査していません"},
	"sector-trailers": {"The %[1]d bytes of checksums beside the data (sector layout %[2]s) were not examined.",
		"データに付随するチェックサム領域 %[1]d バイト(セクタ配置 %[2]s)は検査していません。"},
	"image-note":           {"%[1]s", "イメージについての注記(英語): %[1]s"},
	"partition-table-note": {"%[1]s", "パーティションテーブルについての注記(英語): %[1]s"},

	// Why nothing says which system was booted.
	"no-tpm": {"this machine has no TPM 2.0 that could say which system was booted",
		"本機には、起動されたシステムを証明できる TPM 2.0 がありません"},
	"tpm-failed": {"the TPM did not say which system was booted: %[1]v",
		"起動されたシステムを TPM で証明できませんでした(理由、英語: %[1]v)"},
}
