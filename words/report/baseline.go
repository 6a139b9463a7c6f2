package report

import "shokyo.dev/shokyo/words"

// What became of blocks that were recorded before an erasure. Sentences that stand one behind the other.
var (
	// BaselineExpect is by what the record expects.
	BaselineExpect = words.Table{
		"changed": {"all of them should have changed, for the drive encrypts by itself", "装置自身が暗号化するため、すべて変化しているはずです"},
		"same":    {"all of them should be as they were, for a host encrypts, and the ciphertext stays", "ホスト側で暗号化し暗号文は残るため、すべて記録時のままのはずです"},
	}
	// BaselineCompared takes how many were recorded, compared, unchanged and unreadable, and what was expected.
	BaselineCompared = words.Sentence{"Of %[1]s blocks that were recorded before the erasure %[2]s were compared, and %[3]s read as they did then; %[4]s could not be read. By the record %[5]s.",
		"消去前に記録したブロック %[1]s 個のうち %[2]s 個を比較し、%[3]s 個が記録時と同じ内容でした(読み取り不能 %[4]s 個)。記録によれば、%[5]s。"}
	// BaselineLeft takes a percentage.
	BaselineLeft         = words.Sentence{" At most %[1]s %% of the data recorded can be as it was (95 %% confidence).", "記録時のまま残るデータの割合の上限は %[1]s %% です(信頼度 95 %%)。"}
	BaselineUnidentified = words.Text{EN: " No serial number or WWN says that this is the medium that was recorded.", JA: "記録した媒体と同一であることは、シリアル番号または WWN では確認できません。"}
)
