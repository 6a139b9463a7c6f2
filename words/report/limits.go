package report

import "shokyo.dev/shokyo/words"

// LimitReasons are what no examination of any medium shows. The same list is in
// README.md, "What is not proven"; a test of reports holds them together.
var LimitReasons = words.Table{
	"spare-cells": {"Spare, remapped and over-provisioned cells, which the medium's interface does not show.",
		"媒体のインターフェースからは見えない予備セル、代替処理済みセル、オーバープロビジョニング領域。"},
	"hidden-areas": {"Hidden areas that were not opened: HPA, DCO, accessible max address, boot partitions, RPMB.",
		"開かれていない隠し領域(HPA、DCO、最大アドレス設定、ブートパーティション、RPMB)。"},
	"other-namespaces": {"Namespaces and logical units that were not attached or not given to the tool.",
		"接続されていない、または検査対象として指定されなかった名前空間および論理ユニット。"},
	"key-copies": {"Copies of keys elsewhere: backups, escrow, key servers, recovery keys on paper.",
		"他所にある鍵の複製(バックアップ、エスクロー、鍵サーバー、紙に記録された回復キー)。"},
	"first-write": {"Whether the data was encrypted from the first write: what was stored before encryption was switched on can remain in cells that were not written since.",
		"データが最初の書込みから暗号化されていたかどうか。暗号化を有効にする前に保存された内容は、その後書き込まれていないセルに残っている可能性があります。"},
	"nested-encryption": {"What lies under a second encryption: ciphertext within ciphertext looks like ciphertext.",
		"二重に暗号化されたデータの内側。暗号文の中の暗号文は、暗号文としか見えません。"},
	"headerless-encryption": {"Whether the ciphertext is a volume that can still be opened, if its header looks random or lies elsewhere (TrueCrypt, VeraCrypt, plain dm-crypt, a detached LUKS header): alive or erased, nobody can tell by looking.",
		"暗号文が、今も開けるボリュームかどうか(ヘッダーが乱数に見えるか別の場所にある場合: TrueCrypt、VeraCrypt、plain dm-crypt、分離された LUKS ヘッダー)。有効なものと消去済みのものは、見ただけでは誰にも区別できません。"},
	"no-medium": {"Whether what was examined is a medium or a true copy of one: some compressed or encrypted files do not tell what they are, and look like ciphertext.",
		"検査対象が媒体またはその正確な複写であるかどうか。圧縮・暗号化されたファイルの一部は形式を示さず、暗号文のように見えます。"},
	"compressed-pieces": {"Small pieces of well-compressed data without the beginning of their file can look like ciphertext: “What would have been noticed” says up to which size, by type.",
		"ファイルの先頭を含まない、よく圧縮されたデータの小さな断片は、暗号文のように見えることがあります(種類ごとの大きさは「検出できたはずのもの」を参照)。"},
	"hostile-writer": {"What somebody hides on purpose in few bytes: in fills of changing value, short periods, and the free fields of explained structures.",
		"故意に少量のバイトへ隠された内容(値の変わる一定値、短い周期、既知の管理情報の自由な欄)。"},
	"outside-plan": {"Residue outside the sample, or outside the regions that the plan names.",
		"標本以外、または計画した領域以外にある残留データ。"},
	"signer-honesty": {"Whether whoever signed is honest.", "署名者が誠実であるかどうか。"},
	"clock":          {"When it was: the times are those of the examining machine's clock.", "実施の日時。時刻は検査機の時計によります。"},
}
