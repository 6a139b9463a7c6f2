package console

import (
	"testing"
	"time"

	"shokyo.dev/shokyo/words"
)

func TestCountedAndAbout(t *testing.T) {
	for _, c := range []struct {
		got    words.Text
		en, ja string
	}{
		{About(0), "a minute", "1 分"}, {About(90 * time.Second), "2 minutes", "2 分"}, {About(7 * time.Hour), "8 hours", "8 時間"}, {About(100 * time.Hour), "5 days", "5 日"},
		{Disks(1), "1 disk", "ディスク 1 台"}, {Disks(2), "2 disks", "ディスク 2 台"}, {Reports(0), "0 reports", "報告書 0 件"},
		{Minutes(1), "1 minute", "1 分"}, {Minutes(30), "30 minutes", "30 分"}, {Lines(1), "1 line", "1 行"}, {Lines(2), "2 lines", "2 行"},
	} {
		if c.got != (words.Text{EN: c.en, JA: c.ja}) {
			t.Errorf("%+v, want %q and %q", c.got, c.en, c.ja)
		}
	}
}
