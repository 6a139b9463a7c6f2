package console

import (
	"errors"
	"fmt"
	"strings"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/internal/exchange"
)

// The scenarios that a person can get into, with the screens they see. The same
// are played without a terminal and on one.

func benchDisks() []core.Disk {
	return []core.Disk{
		{Path: "/dev/nvme0n1", Model: "SHOKYO NVMe 1T", Serial: "NVME0001", Bus: "NVMe", Size: "1.0 TB", Bytes: 1e12, Health: "good"},
		{Path: "/dev/sda", Model: "PROTOSATA", Serial: "AHCI0001", Bus: "ATA", Size: "4.0 TB", Bytes: 4e12, Health: "FAILING",
			Notes: []string{"12.0 GiB at the end are hidden by a host protected area (HPA) and are not examined"}},
		{Path: "/dev/sdb", Model: "SASDISK \x1b[2J of a vendor with a long name", Serial: "消去0001", Bus: "SCSI", Size: "no size",
			InUse: "md0", Notes: []string{"it holds no medium, or does not answer"}},
		{Path: "/dev/sdc", Model: "USB stick", Serial: "USB0001", Bus: "USB", Size: "8.0 GB", Bytes: 8e9, Stick: true},
	}
}

func someBench() *consoleCore { return newConsoleCore(benchDisks()...) }

func benchOfALab() *consoleCore {
	c := someBench()
	c.identity = "Tokyo Erasure Lab"
	return c
}

func rack() *consoleCore {
	var disks []core.Disk
	for i := range 24 {
		disks = append(disks, core.Disk{Path: fmt.Sprintf("/dev/sd%c", 'a'+i), Model: "SASDISK", Serial: fmt.Sprintf("SCSI%04d", i), Bus: "SCSI",
			Size: "600 GB", Bytes: 6e11, Health: "good"})
	}
	return newConsoleCore(disks...)
}

func halfWay(progress func(core.Progress), done func(core.Outcome)) (bool, error) {
	progress(core.Progress{Source: "/dev/nvme0n1", Phase: exchange.Reading, Done: 420e9, Planned: 1e12, PerSecond: 512 << 20, SecondsLeft: 1080,
		Map: strings.Repeat("=", 20) + "......m" + strings.Repeat("?", 37)})
	progress(core.Progress{Source: "/dev/sda", Phase: exchange.Reading, Done: 1e12, Planned: 4e12, PerSecond: 180 << 20, SecondsLeft: 15900,
		Residue: 4096, Unreadable: 1024, Map: "====#===!=======" + strings.Repeat("?", 48)})
	return false, nil
}

func allDone(progress func(core.Progress), done func(core.Outcome)) (bool, error) {
	done(core.Outcome{Source: "/dev/nvme0n1", Verdict: exchange.NoResidue, Claim: exchange.ClaimPhysicalCiphertext, Bundle: "/run/shokyo/out/1/nvme0n1",
		Reasons: []string{"complete: every byte of the plan was read"}, Saved: "/reports/20261122-064718-NVME0001"})
	done(core.Outcome{Source: "/dev/sda", Verdict: exchange.ResidueFound, Claim: exchange.ClaimNone, Bundle: "/run/shokyo/out/1/sda",
		Reasons: []string{"residue: 1 block of 4096 bytes is neither ciphertext nor explained: a JPEG picture at 1073741824",
			"unreadable: 1024 bytes could not be read"}, Saved: "/reports/20261122-064718-AHCI0001"})
	return true, nil
}

func oneUnsaved(progress func(core.Progress), done func(core.Outcome)) (bool, error) {
	done(core.Outcome{Source: "/dev/nvme0n1", Verdict: exchange.NoResidue, Claim: exchange.ClaimLogical, Bundle: "/run/shokyo/out/1/nvme0n1",
		Reasons: []string{"complete: every byte of the plan was read"}, SaveError: errPulled.Error()})
	return true, nil
}

func died(progress func(core.Progress), done func(core.Outcome)) (bool, error) {
	done(core.Outcome{Source: "/dev/sdb", Error: "open /dev/sdb: the disk does not answer any more (input/output error)"})
	return true, nil
}

func unsure(progress func(core.Progress), done func(core.Outcome)) (bool, error) {
	done(core.Outcome{Source: "/dev/nvme0n1", Verdict: exchange.Inconclusive, Claim: exchange.ClaimNone, Bundle: "/run/shokyo/out/1/nvme0n1",
		Reasons: []string{"unreadable: 12.0 GiB could not be read", "unexpected-class: the drive says that it erased itself, and zeros were read where ciphertext is expected"},
		Saved:   "/reports/20261122-064718-NVME0001"})
	return true, nil
}

func pulled(c *consoleCore) { c.evidenceErr = errPulled }
func back(c *consoleCore)   { c.evidenceErr = nil }

func scenarios() []scenario {
	return []scenario{
		{name: "two disks, signed by a new lab identity", shutsDown: true, core: someBench, scenes: []scene{
			{golden: "disks"},
			{keys: "enter", golden: "disks-none-chosen"},
			{keys: "space down space", golden: "disks-chosen"},
			{keys: "enter", golden: "settings"},
			{keys: "right", golden: "settings-nist"},
			{keys: "right down '0' backspace backspace backspace '45'", golden: "settings-timed"},
			{keys: "up left left down 'Yamada_Hanako' enter '2026-117' enter enter 'Tokyo' enter enter right", golden: "settings-filled"},
			{keys: "enter enter enter enter enter", golden: "settings-lab-name-missing"},
			{keys: "'Tokyo_Erasure_Lab' enter 'correct_horse' enter 'correct_horsy' enter enter", golden: "settings-passphrases-differ"},
			{keys: "backspace 'e' enter enter", golden: "confirm"},
			{keys: "enter", golden: "examine-waiting", after: begunWith(core.Settings{Mode: "full", Operator: "Yamada Hanako", Case: "2026-117",
				Site: "Tokyo", Identity: "lab", Passphrase: "correct horse"})},
			{happen: halfWay, golden: "examine"},
			{keys: "esc", golden: "examine-stop"},
			{keys: "n", golden: "examine"},
			{happen: allDone, golden: "results"},
			{keys: "down", golden: "results-second"},
			{keys: "enter", golden: "result-residue-found"},
			{keys: "enter up q", golden: "shut-down"},
			{keys: "n n", golden: "disks"},
			{keys: "q y", golden: "off", after: endedBy("off")},
		}},
		{name: "one disk, the stick is pulled", shutsDown: true, core: benchOfALab, noTPM: true, scenes: []scene{
			{golden: "disks"},
			{keys: "space enter", golden: "settings-lab"},
			{world: pulled, golden: "settings-no-stick"},
			{keys: "up up up up up up up up down down down down down down right down enter", golden: "confirm-no-stick"},
			{keys: "enter", after: begunWith(core.Settings{Mode: "full", Identity: "throw-away"})},
			{happen: halfWay, golden: "examine-no-stick"},
			{happen: oneUnsaved, golden: "result-not-saved"},
			{keys: "q", golden: "shut-down-unsaved"},
			{keys: "y esc", golden: "result-not-saved"},
			{keys: "n", golden: "disks-unsaved"},
			{keys: "q", golden: "disks-shut-down-unsaved"},
			{keys: "s", world: func(c *consoleCore) {
				c.saves = [][]core.Outcome{{{Bundle: "/run/shokyo/out/1/nvme0n1", SaveError: "the EVIDENCE partition is full"}}}
			}, golden: "disks-save-failed"},
			{world: func(c *consoleCore) {
				c.evidenceErr = nil
				c.saves = [][]core.Outcome{{{Bundle: "/run/shokyo/out/1/nvme0n1", Saved: "/reports/20261122-064718-NVME0001"}}}
			}, golden: "disks"},
			{keys: "q r", after: endedBy("reboot")},
		}},
		{name: "a timed sample of a disk that dies", shutsDown: true, core: someBench, scenes: []scene{
			{golden: "disks"},
			{keys: "down down space enter right right down down down down down down down down enter enter"},
			{happen: died, golden: "result-no-verdict", after: begunWith(core.Settings{Mode: "full", Identity: "throw-away"})},
			{keys: "q x ctrl+c", golden: "shut-down-no-verdict"},
			{keys: "esc", golden: "result-no-verdict"},
			{keys: "ctrl+c y", golden: "off", after: endedBy("off")},
		}},
		{name: "a timed sample", core: someBench, scenes: []scene{
			{golden: "disks"},
			{keys: "down space enter right right down down down down down down down down enter", golden: "confirm-timed"},
			{keys: "enter", after: begunWith(core.Settings{Mode: "random:0.000184", Identity: "throw-away"})},
			{happen: halfWay},
			{keys: "esc", golden: "examine-timed-stop"},
			{keys: "y", golden: "result-stopped", after: endedBy("")},
		}},
		{name: "inconclusive", core: someBench, scenes: []scene{
			{golden: "disks"},
			{keys: "space enter up up up down down down down down down down down down enter enter"},
			{happen: unsure, golden: "result-inconclusive"},
		}},
		{name: "no disks", core: func() *consoleCore { return newConsoleCore(benchDisks()[3]) }, scenes: []scene{
			{golden: "no-disks"},
			{keys: "enter space a down", golden: "no-disks"},
			{world: func(c *consoleCore) {
				c.disks, c.disksErr = nil, errors.New("list the disks: exit status 1: out of memory")
			}, keys: "r", golden: "no-list"},
			{world: func(c *consoleCore) { c.disks, c.disksErr = benchDisks(), nil }, keys: "r", golden: "disks"},
		}},
		{name: "a full stick", core: someBench, scenes: []scene{
			{golden: "disks"},
			{world: func(c *consoleCore) {
				c.evidenceErr = errors.New("the EVIDENCE partition is full: make room on it, at another computer, and plug it in again")
			}, golden: "disks-full-stick"},
			{world: back, golden: "disks"},
		}},
		{name: "another stick", core: someBench, scenes: []scene{
			{golden: "disks"},
			{world: func(c *consoleCore) {
				c.evidenceErr = fmt.Errorf("the disk sdc is a stick of shokyo, but %w", core.ErrOtherStick)
			}, golden: "disks-other-stick"},
			{keys: "u", golden: "disks-take-other-stick"},
			{keys: "n", golden: "disks-other-stick"},
			{world: func(c *consoleCore) { c.takeErr = errTwoSticks }, keys: "u y", golden: "disks-take-failed"},
			{world: func(c *consoleCore) { c.takeErr = nil }, keys: "u y", golden: "disks"},
			{keys: "u", golden: "disks"},
		}},
		{name: "a job was carried out before", core: func() *consoleCore {
			c := someBench()
			c.saves = [][]core.Outcome{{
				{Source: "/dev/nvme0n1", Model: "SHOKYO NVMe 1T", Serial: "NVME0001", Verdict: exchange.ResidueFound, Claim: exchange.ClaimNone, Bundle: "/run/shokyo/out/1/nvme0n1", Reasons: []string{"residue: 4096 bytes"}, Saved: "/reports/20261122-064718-NVME0001"},
				{Source: "/dev/sda", Model: "GONE MEANWHILE", Serial: "AHCI0009", Error: "the program of this appliance failed while the disk was examined: examine it again"},
				{Source: "/dev/sdx", Verdict: exchange.NoResidue, Claim: exchange.ClaimLogical, Bundle: "/run/shokyo/out/1/sdx", SaveError: "the EVIDENCE partition is full"}}}
			return c
		}, scenes: []scene{
			{golden: "results-before"},
			{keys: "down", golden: "results-before-second"},
			{keys: "n", golden: "disks-results-before"},
		}},
		{name: "a wrong passphrase", core: benchOfALab, scenes: []scene{
			{golden: "disks"},
			{keys: "space enter down down down down down down down 'wrong' down enter", golden: "settings-wrong-passphrase"},
		}},
		{name: "enough time for everything", core: someBench, scenes: []scene{
			{golden: "disks"},
			{keys: "space enter right right down backspace backspace '99999'", golden: "settings-timed-full"},
		}},
		{name: "a rack", core: rack, scenes: []scene{
			{golden: "rack-disks"},
			{keys: "a down down down down down down down down down down down down", golden: "rack"},
			{keys: "enter down down down down down down down down enter", golden: "rack-confirm"},
			{keys: "enter down", golden: "rack-examine"},
			{keys: "esc", golden: "rack-stop"},
			{keys: "y", golden: "rack-stopped"},
			{keys: "up up up up up up up up up up up up up up up up up up up up up up up enter up enter", golden: "rack-stopped-first"},
		}},
		{name: "the identity cannot be made", core: func() *consoleCore {
			c := someBench()
			c.identityErr = errPulled
			return c
		}, scenes: []scene{
			{golden: "disks"},
			{keys: "a enter down down down down down down right down 'Lab' down 'correct_horse' down 'correct_horse' down enter", golden: "settings-identity-failed"},
			{keys: "up ctrl+u 'x' esc", golden: "disks-again"},
			{keys: "enter", golden: "settings-again"},
		}},
	}
}

var errTwoSticks = errors.New("there are several sticks with an EVIDENCE partition: leave only the one that this computer was started from")
