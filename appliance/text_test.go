package appliance

import (
	"errors"
	"strings"
	"testing"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/job"
	"shokyo.dev/shokyo/appliance/screen"
)

func TestScreens(t *testing.T) {
	hostile := errors.New("\x1b[2Jhostile\x00日本")
	for _, text := range []string{screenNoStick(hostile), screenJobRefused(hostile, job.ThenPowerOff), screenJobRefused(hostile, job.ThenReboot),
		screenJobRefused(hostile, job.ThenConsole), screenUnsaved(hostile), screenUnsaved(nil), screenConsoleFailed(hostile)} {
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
