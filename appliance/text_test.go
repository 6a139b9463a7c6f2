package appliance

import (
	"errors"
	"strings"
	"testing"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/notice"
	"shokyo.dev/shokyo/appliance/screen"
)

func TestScreens(t *testing.T) {
	hostile := errors.New("\x1b[2Jhostile\x00日本")
	for _, text := range []string{notice.NoStick(hostile), notice.JobRefused(hostile, job.ThenPowerOff), notice.JobRefused(hostile, job.ThenReboot),
		notice.JobRefused(hostile, job.ThenConsole), notice.Unsaved(hostile), notice.Unsaved(nil), notice.ConsoleFailed(hostile)} {
		b := newRig(t)
		b.show(text)
		for line := range strings.Lines(b.printed()) {
			if line = strings.TrimSuffix(line, "\n"); line != ascii.Printable(line) || len(line) > 80 && !strings.Contains(line, "hostile") {
				t.Errorf("%d characters: %q", len(line), line)
			}
		}
		if len(strings.Split(b.printed(), "\n")) > screen.Rows {
			t.Error("more than a screen: ", b.printed())
		}
	}
}
