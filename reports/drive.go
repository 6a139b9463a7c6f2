package reports

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"

	"shokyo.dev/shokyo/reports/canonical"
)

// DevicesSchema names the format of what `shokyo devices --json` prints.
const DevicesSchema = "https://shokyo.dev/devices/v1"

// Devices is what `shokyo devices --json` prints: every medium attached.
type Devices struct {
	Schema  string  `json:"schema"`
	Devices []Drive `json:"devices"`
}

// Encode lays it out like a report.
func (d *Devices) Encode() []byte {
	for i := range d.Devices {
		d.Devices[i] = cleanDrive(d.Devices[i])
	}
	return canonical.Document(d)
}

// Drive is what a drive says of itself, and what the kernel shows of it. An
// empty string, a zero size and null mean: not known. The states have the word
// "unknown" for that, with the reason in the text.
type Drive struct {
	Path               string        `json:"path"`
	Bus                string        `json:"bus"` // "nvme", "ata", "scsi", "usb", "virtio", "mmc", "loop", "file", "other"
	Model              string        `json:"model"`
	Serial             string        `json:"serial"`
	Firmware           string        `json:"firmware"`
	WWN                string        `json:"wwn"`
	EUI64              string        `json:"eui64"`
	NGUID              string        `json:"nguid"`
	WWID               string        `json:"wwid"` // as the kernel makes it from one of the three
	SizeBytes          int64         `json:"size_bytes"`
	LogicalBlockBytes  int64         `json:"logical_block_bytes"`
	PhysicalBlockBytes int64         `json:"physical_block_bytes"`
	Rotation           Statement     `json:"rotation"`
	Removable          *bool         `json:"removable"`
	ReadOnly           *bool         `json:"read_only"`
	InUse              *bool         `json:"in_use"`
	Users              []string      `json:"users"` // who has it in use
	Hidden             Hidden        `json:"hidden_capacity"`
	Sanitize           Statement     `json:"sanitize"`
	Security           Statement     `json:"security"`
	Deallocated        Statement     `json:"deallocated_reads"`
	AfterErase         Statement     `json:"reads_after_crypto_erase"`
	Written            *Written      `json:"lifetime_written"`
	Facts              []DriveFact   `json:"facts"`
	Commands           []SentCommand `json:"commands"`
}

// WorldWideName is the first there is of the names no other drive has; empty if
// there is none, or no drive.
func (d *Drive) WorldWideName() string {
	if d == nil {
		return ""
	}
	return cmp.Or(d.WWN, d.NGUID, d.EUI64, d.WWID)
}

// Statement is a state: one word for programs, a sentence for people.
type Statement struct {
	State  string `json:"state"`
	Text   string `json:"text"`
	TextJA string `json:"text_ja"` // empty in older reports
}

// Hidden is capacity that an examination through the medium's address range does
// not reach: "none", "hidden", "unknown".
type Hidden struct {
	State  string `json:"state"`
	Bytes  int64  `json:"bytes"` // at least; 0 unless hidden
	Text   string `json:"text"`
	TextJA string `json:"text_ja"`
}

// Written is the drive's own count of what was written to it in its life.
type Written struct {
	Counter   string `json:"counter"`
	Value     uint64 `json:"value"`
	UnitBytes int64  `json:"unit_bytes"` // 0: the vendor's
}

// DriveFact is one thing a drive said. Without a value, Why says why not.
type DriveFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	From  string `json:"from"` // name of the command it was read from
	Why   string `json:"why"`
	WhyJA string `json:"why_ja"`
}

// SentCommand is a command that was sent to the drive, and its raw answer, for
// another tool to decode again. None of them moves data to the drive.
type SentCommand struct {
	Bus     string `json:"bus"`
	Name    string `json:"name"`
	Command string `json:"command"` // hexadecimal: command block, or NVMe submission queue entry
	Data    string `json:"data"`    // base64
	Status  string `json:"status"`  // hexadecimal: sense data, or NVMe status field; empty: success
	Error   string `json:"error"`   // why nothing came back
}

// NewSentCommand spells the bytes out.
func NewSentCommand(bus, name string, command, data, status []byte, err string) SentCommand {
	return SentCommand{bus, name, hex.EncodeToString(command), base64.StdEncoding.EncodeToString(data), hex.EncodeToString(status), err}
}
