package files

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
)

// The people, places and incidents below are invented: 見本市 ("Sample City")
// in 架空県 ("Fictional Prefecture") is on no map, telephone numbers begin with
// 0000, mail goes to example.jp (RFC 2606) and machines sit in 192.0.2.0/24
// (RFC 5737).

// A resident is one line of the invented register.
type resident struct {
	id            int
	name, reading string
	born, address string
	phone, mail   string
	note          string
}

var (
	surnames = [...][2]string{
		{"佐藤", "サトウ"}, {"鈴木", "スズキ"}, {"高橋", "タカハシ"}, {"田中", "タナカ"}, {"伊藤", "イトウ"},
		{"渡辺", "ワタナベ"}, {"山本", "ヤマモト"}, {"中村", "ナカムラ"}, {"小林", "コバヤシ"}, {"加藤", "カトウ"},
		{"吉田", "ヨシダ"}, {"山田", "ヤマダ"}, {"佐々木", "ササキ"}, {"山口", "ヤマグチ"}, {"松本", "マツモト"},
		{"井上", "イノウエ"}, {"木村", "キムラ"}, {"林", "ハヤシ"}, {"斎藤", "サイトウ"}, {"清水", "シミズ"},
		{"山崎", "ヤマザキ"}, {"森", "モリ"}, {"池田", "イケダ"}, {"橋本", "ハシモト"}, {"阿部", "アベ"},
		{"石川", "イシカワ"}, {"前田", "マエダ"}, {"藤田", "フジタ"}, {"小川", "オガワ"}, {"岡田", "オカダ"},
	}
	givenNames = [...][2]string{
		{"太郎", "タロウ"}, {"花子", "ハナコ"}, {"一郎", "イチロウ"}, {"桜", "サクラ"}, {"健太", "ケンタ"},
		{"美咲", "ミサキ"}, {"大輔", "ダイスケ"}, {"陽子", "ヨウコ"}, {"翔", "ショウ"}, {"恵", "メグミ"},
		{"直樹", "ナオキ"}, {"由美", "ユミ"}, {"拓也", "タクヤ"}, {"愛", "アイ"}, {"誠", "マコト"},
		{"真理", "マリ"}, {"和也", "カズヤ"}, {"千尋", "チヒロ"}, {"修", "オサム"}, {"明美", "アケミ"},
		{"葵", "アオイ"}, {"蓮", "レン"}, {"結衣", "ユイ"}, {"悠斗", "ユウト"}, {"さくら", "サクラ"},
	}
	quarters = [...]string{"中央", "本町", "緑ヶ丘", "桜台", "港町", "若葉", "東山", "川端", "新田", "旭町", "見晴台", "泉"}
	notes    = [...]string{"", "", "", "世帯主", "転入", "転出予定", "国民健康保険", "介護保険", "児童手当", "税証明発行済"}
)

func residents(name string, n int) []resident {
	r, list := random(name), make([]resident, n)
	for i := range list {
		s, g := surnames[r.IntN(len(surnames))], givenNames[r.IntN(len(givenNames))]
		id := 100000 + 7*i + r.IntN(7)
		list[i] = resident{
			id: id, name: s[0] + " " + g[0], reading: s[1] + " " + g[1],
			born: fmt.Sprintf("%04d-%02d-%02d", 1930+r.IntN(90), 1+r.IntN(12), 1+r.IntN(28)),
			address: fmt.Sprintf("架空県見本市%s%d丁目%d番%d号", quarters[r.IntN(len(quarters))],
				1+r.IntN(6), 1+r.IntN(40), 1+r.IntN(20)),
			phone: fmt.Sprintf("0000-%02d-%04d", r.IntN(100), r.IntN(10000)),
			mail:  fmt.Sprintf("user%06d@example.jp", id),
			note:  notes[r.IntN(len(notes))],
		}
	}
	return list
}

func residentsCSV(list []resident) string {
	var b strings.Builder
	b.WriteString("番号,氏名,フリガナ,生年月日,住所,電話番号,メール,備考\r\n0,架空 見本,カクウ ミホン,1900-01-01,この名簿の人物はすべて架空です,0000-00-0000,invented@example.jp,試験用データ\r\n")
	for _, p := range list {
		fmt.Fprintf(&b, "%d,%s,%s,%s,%s,%s,%s,%s\r\n", p.id, p.name, p.reading, p.born, p.address, p.phone, p.mail, p.note)
	}
	return b.String()
}

// Sentences of office letters; %d is a number, the rest stands as it is.
var (
	englishSentences = [...]string{
		"The committee met on the %dth to discuss the replacement of the storage servers.",
		"All drives that leave the building must be erased, and the erasure must be verified by a second person.",
		"Of the %d disks returned last year, three could not be read at all and were destroyed.",
		"Residents asked why the renewal of a certificate takes %d days; the answer is that each form is checked by hand.",
		"Please keep this letter together with your insurance card.",
		"The new counter on the second floor opens at a quarter to nine and closes at five.",
		"A copy of the agreement was sent to the contractor, who confirmed it in writing.",
		"Maintenance of the water pipes in the northern quarter will take about %d weeks.",
		"We thank the %d citizens who answered the survey on the library's opening hours.",
		"The budget for the coming year grows by %d thousand yen, mostly for heating.",
		"Nobody was hurt, but the old archive room can no longer be used.",
		"Backups are kept for %d months and then written over.",
		"If you moved here within the last fourteen days, bring your residence card.",
		"The auditor found that keys had been stored on the same shelf as the disks they protect.",
		"According to the inventory there should be %d machines in the annex; we counted two fewer.",
		"Children under six travel free on the community bus when accompanied by an adult.",
		"The minutes of the previous meeting were approved without changes.",
		"An exercise for the case of an earthquake is planned for the first week of September.",
	}
	japaneseSentences = [...]string{
		"本日の会議では、記憶装置の更新計画について%d件の意見が出された。",
		"庁舎から搬出するすべての媒体は、消去したうえで第三者が検証しなければならない。",
		"昨年度に返却された%d台のうち、三台は読み取りができず物理破壊とした。",
		"住民票の写しの交付には、本人確認書類の提示が必要です。",
		"窓口の受付時間は午前八時四十五分から午後五時までとする。",
		"契約書の写しを委託先に送付し、書面で確認を得た。",
		"北部地区の水道管工事は、およそ%d週間かかる見込みである。",
		"図書館の開館時間に関する調査に、%d名の市民から回答をいただいた。",
		"来年度の予算は前年に比べて%d千円の増額となり、主に暖房費に充てる。",
		"けが人はなかったが、旧書庫は使用できなくなった。",
		"バックアップは%dか月間保管し、その後上書きする。",
		"転入の届出は、新しい住所に住み始めた日から十四日以内にお願いします。",
		"監査の結果、暗号鍵が媒体と同じ棚に保管されていたことが判明した。",
		"台帳では別館に%d台あるはずだが、二台足りない。",
		"六歳未満の子どもは、大人と一緒ならコミュニティバスを無料で利用できる。",
		"前回の議事録は、修正なく承認された。",
		"九月の第一週に、地震を想定した避難訓練を予定している。",
		"個人情報を含む文書は、施錠できる書庫に保管すること。",
	}
)

// prose writes about n bytes of paragraphs out of sentences.
func prose(r *rand.Rand, sentences []string, between string, n int) string {
	var b strings.Builder
	for b.Len() < n {
		for range 3 + r.IntN(5) {
			s := sentences[r.IntN(len(sentences))]
			if strings.Contains(s, "%d") {
				s = fmt.Sprintf(s, 3+r.IntN(26))
			}
			b.WriteString(s + between)
		}
		b.WriteString("\n\n")
	}
	return b.String()
}

func englishText(name string, n int) string { return prose(random(name), englishSentences[:], " ", n) }

func japaneseText(name string, n int) string { return prose(random(name), japaneseSentences[:], "", n) }

// serverLog is a web server's log in the Common Log Format.
func serverLog(name string, lines int) string {
	r, b := random(name), strings.Builder{}
	paths := [...]string{"/", "/juminhyo/", "/juminhyo/apply?id=%d", "/zei/shomei", "/css/site.css", "/img/map.png", "/login", "/kosodate/teate?no=%d"}
	for i := range lines {
		path := paths[r.IntN(len(paths))]
		if strings.Contains(path, "%d") {
			path = fmt.Sprintf(path, r.IntN(100000))
		}
		fmt.Fprintf(&b, "192.0.2.%d - - [01/Apr/2025:%02d:%02d:%02d +0900] \"GET %s HTTP/1.1\" %d %d\n",
			1+r.IntN(254), i*24/lines, r.IntN(60), r.IntN(60), path, [...]int{200, 200, 200, 304, 404}[r.IntN(5)], 200+r.IntN(60000))
	}
	return b.String()
}

// random is a generator whose choices depend on its name alone, so that one
// document can be added or changed without changing the others.
func random(name string) *rand.Rand {
	return rand.New(rand.NewChaCha8(sha256.Sum256([]byte(name))))
}
