package nvme

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// decoded is what nvme-cli makes of a page of testdata: its lines "name : value",
// by name, blanks trimmed. capture.sh made it.
func decoded(t *testing.T, name string) map[string]string {
	t.Helper()
	content, err := os.ReadFile("testdata/reference/nvme-cli-decoded.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(content), "== "+name+"\n")
	if !found {
		t.Fatalf("nvme-cli-decoded.txt has no %s", name)
	}
	section, _, _ = strings.Cut(section, "== ")
	fields := make(map[string]string)
	for line := range strings.Lines(section) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			fields[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return fields
}

// TestDecodedByNVMeCLI: both read the same from the same pages.
func TestDecodedByNVMeCLI(t *testing.T) {
	compare := func(page string, ours map[string]string) {
		theirs := decoded(t, page)
		for key, value := range ours {
			if got, ok := theirs[key]; !ok || got != value {
				t.Errorf("%s: %s is %q here, %q (%v) by nvme-cli", page, key, value, got, ok)
			}
		}
	}
	for _, name := range []string{"identify-controller-1.4-enterprise.hex", "identify-controller-1.2-consumer.hex"} {
		compare(name, controllerFields(parse(t, name, ParseController)))
	}
	for _, name := range []string{"identify-namespace-4096.hex", "identify-namespace-520.hex"} {
		compare(name, namespaceFields(parse(t, name, ParseNamespace)))
	}
	d := parse(t, "identify-descriptors.hex", ParseDescriptors)
	compare("identify-descriptors.hex", map[string]string{"eui64": d.EUI64, "nguid": d.NGUID, "uuid": d.UUID, "csi": fmt.Sprint(d.CommandSet)})
	compare("log-smart.hex", smartFields(parse(t, "log-smart.hex", ParseSMART)))
	for _, name := range []string{"sanitize-success-0101h.hex", "sanitize-failed-0003h.hex", "sanitize-never-0100h.hex", "sanitize-written-since-0001h.hex", "sanitize-deallocated-0104h.hex"} {
		compare(name, sanitizeFields(parse(t, name, ParseSanitize)))
	}
}

func controllerFields(c Controller) map[string]string {
	return map[string]string{
		"vid": fmt.Sprintf("%#x", c.VendorID), "sn": c.Serial, "mn": c.Model, "fr": c.Firmware, "ieee": fmt.Sprintf("%x", c.OUI),
		"cmic": hexOrZero(c.CMIC), "cntlid": hexOrZero(c.ID), "ver": fmt.Sprintf("%#x", uint32(c.Version)), "lpa": hexOrZero(c.LPA),
		"elpe": fmt.Sprint(c.ELPE), "tnvmcap": c.TNVMCAP.String(), "unvmcap": c.UNVMCAP.String(), "nn": fmt.Sprint(c.Namespaces), "subnqn": c.Subsystem,
	}
}

func namespaceFields(n Namespace) map[string]string {
	inUse := fmt.Sprintf("ms:%-3d lbads:%-2d rp:0 (in use)", n.Format.MetadataBytes, len(fmt.Sprintf("%b", n.Format.DataBytes))-1)
	return map[string]string{
		"nsze": fmt.Sprintf("%#x", n.Blocks), "ncap": fmt.Sprintf("%#x", n.Capacity), "nuse": hexOrZero(n.Used), "nsfeat": hexOrZero(n.NSFEAT),
		"dps": hexOrZero(n.DPS), "nvmcap": n.NVMCap.String(), fmt.Sprintf("lbaf  %d", n.Format.Index): inUse,
		"eui64": orZeros(n.EUI64, 16), "nguid": orZeros(n.NGUID, 32),
	}
}

func smartFields(s SMART) map[string]string {
	percent := func(b byte) string { return fmt.Sprintf("%d%%", b) }
	return map[string]string{
		"critical_warning": hexOrZero(s.CriticalWarning), "available_spare": percent(s.SparePercent), "available_spare_threshold": percent(s.SpareThreshold),
		"percentage_used": percent(s.UsedPercent), "Data Units Read": s.UnitsRead.String() + " (5.12 GB)", "Data Units Written": s.UnitsWritten.String() + " (1.54 MB)",
		"host_read_commands": s.HostReads.String(), "host_write_commands": s.HostWrites.String(), "power_cycles": s.PowerCycles.String(),
		"power_on_hours": s.PowerOnHours.String(), "unsafe_shutdowns": s.UnsafeShutdowns.String(), "media_errors": s.MediaErrors.String(),
		"num_err_log_entries": s.ErrorEntries.String(),
	}
}

func sanitizeFields(s Sanitize) map[string]string {
	seconds := func(e Estimate) string {
		if e != 1<<32-1 {
			return fmt.Sprint(e)
		}
		return "4294967295 (No time period reported)"
	}
	const estimate = "Estimated Time For "
	return map[string]string{
		"Sanitize Progress                      (SPROG)": fmt.Sprint(s.Progress),
		"Sanitize Command Dword 10 Information (SCDW10)": hexOrZero(s.Command),
		estimate + "Overwrite":                           seconds(s.Overwrite),
		estimate + "Block Erase":                         seconds(s.BlockErase),
		estimate + "Crypto Erase":                        seconds(s.CryptoErase),
		estimate + "Overwrite (No-Deallocate)":           seconds(s.OverwriteKeep),
		estimate + "Block Erase (No-Deallocate)":         seconds(s.BlockEraseKeep),
		estimate + "Crypto Erase (No-Deallocate)":        seconds(s.CryptoEraseKeep),
	}
}

// hexOrZero is how C prints %#x.
func hexOrZero[T ~uint8 | ~uint16 | ~uint32 | ~uint64](v T) string {
	if v == 0 {
		return "0"
	}
	return fmt.Sprintf("%#x", v)
}

func orZeros(s string, n int) string {
	if s == "" {
		return strings.Repeat("0", n)
	}
	return s
}
