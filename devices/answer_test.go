package devices

import (
	"testing"

	"shokyo.dev/shokyo/devices/ata"
	"shokyo.dev/shokyo/devices/nvme"
	"shokyo.dev/shokyo/devices/scsi"
	"shokyo.dev/shokyo/devices/tcg"
)

// answered takes the answers of every bus package, so their numbers must agree.
func TestAnswersAgree(t *testing.T) {
	for name, got := range map[string][3]uint8{
		"ata":  {uint8(ata.Unknown), uint8(ata.No), uint8(ata.Yes)},
		"nvme": {uint8(nvme.Unknown), uint8(nvme.No), uint8(nvme.Yes)},
		"scsi": {uint8(scsi.Unknown), uint8(scsi.No), uint8(scsi.Yes)},
		"tcg":  {uint8(tcg.Unknown), uint8(tcg.No), uint8(tcg.Yes)},
	} {
		if want := [3]uint8{uint8(Unknown), uint8(No), uint8(Yes)}; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
