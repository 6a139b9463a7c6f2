package statements

import (
	"fmt"
	"strings"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/ata"
	"shokyo.dev/shokyo/devices/tcg"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

const (
	pageIdentify   = "identify-device"
	pageSanitizeEx = "sanitize-status-ext"
	pageGeneral    = "log-04h-01h"
)

// fromATA takes over what an ATA drive said: it knows more of itself than its
// translator. But what the translator saw of trouble is not forgotten, because
// the drive may have said nothing.
func (d *Drive) fromATA(a *ata.Drive) {
	id := a.Identify
	if id != nil {
		d.Model, d.Serial, d.Firmware = orText(id.Model, d.Model), orText(id.Serial, d.Serial), orText(id.Firmware, d.Firmware)
		d.Rotation = ataRotation(id, d.Rotation)
		if id.WWN != 0 {
			d.WWN = hexName(id.WWN)
		}
	}
	d.hide(ataHidden(a, d.WholeBytes))
	d.sanitized(ataSanitize(a))
	if s := ataDeallocated(a); s.Known() || d.Deallocated.State != DeallocatedZeros {
		d.Deallocated = s
	}
	if w, ok := ataWritten(a); ok {
		d.Written = w
	}
	d.Details = append(d.Details, ataFacts(a, d.WholeBytes)...)
}

// ataNotAsked says why ATA commands were not tried.
func (d *Drive) ataNotAsked(why words.Text) {
	d.hide(hiddenUnknown(why))
	d.sanitized(Stated(SanitizeUnknown, why))
	d.Security = lock(d.Security, Stated(SecurityUnknown, drive.ATASecurity.Say(why)))
}

// hide replaces what is said of hidden capacity, unless that was more.
func (d *Drive) hide(h Hidden) {
	if d.Hidden.Bytes <= h.Bytes {
		d.Hidden = h
	}
}

// sanitized replaces what is said of sanitizing, unless that was alarming and
// this is not.
func (d *Drive) sanitized(s Statement[SanitizeState]) {
	alarming := func(s Statement[SanitizeState]) bool {
		return s.State == SanitizeInProgress || s.State == SanitizeFailed
	}
	if !alarming(d.Sanitize) || alarming(s) {
		d.Sanitize = s
	}
}

// ataLocking asks for Level 0 discovery by ATA commands. Linux refuses those for
// trusted computing unless it was started with libata.allow_tpm=1, so this is
// only tried where the translator gave no answer.
func ataLocking(a *ata.Drive, t ata.Transport) locking {
	l := locking{page: "trusted-receive-level-0"}
	l.found, l.err = ataDiscover(a, t)
	return l
}

func ataDiscover(a *ata.Drive, t ata.Transport) (*tcg.Discovery, error) {
	if a.Identify == nil {
		return nil, reason(a.Why(pageIdentify))
	}
	switch a.Identify.TrustedComputing {
	case answer.No:
		return nil, fmt.Errorf("%w (IDENTIFY word 48)", tcg.ErrUnsupported)
	case answer.Unknown:
		return nil, reason(drive.ATATrustedUnsaid)
	}
	return tcg.Discover(func(protocol byte, specific uint16, buf []byte) (int, error) {
		return a.TrustedReceive(t, protocol, specific, buf)
	})
}

func ataRotation(id *ata.Identify, before Statement[RotationState]) Statement[RotationState] {
	switch {
	case id.SolidState == answer.Yes:
		return rotating(1)
	case id.RPM > 1:
		return rotating(int(id.RPM))
	}
	return before
}

func ataHidden(a *ata.Drive, wholeBytes int64) Hidden {
	if a.Identify == nil {
		return hiddenUnknown(a.Why(pageIdentify))
	}
	if a.Identify.Checksum == answer.No {
		return hiddenUnknown(drive.ATAChecksum)
	}
	unit := int64(a.Identify.LogicalBytes)
	if unit == 0 {
		unit = 512
	}
	h := a.Hidden(uint64(wholeBytes / unit))
	var open []words.Text
	for _, s := range h.Sources {
		if s.Answer == answer.Unknown {
			open = append(open, words.Alike(s.Name+": ").Then(s.Why))
		}
	}
	switch h.Answer {
	case answer.Yes:
		return Hidden{Stated(HiddenSome, drive.ATAHidden.Say(h.Sectors, largerSources(h))), clampBytes(h.Sectors, unit)}
	case answer.No:
		return Hidden{Statement: Stated(HiddenNone, drive.ATAHiddenNone)}
	}
	return hiddenUnknown(sentence(open...))
}

func clampBytes(sectors uint64, unit int64) int64 {
	if sectors > uint64(1<<62)/uint64(unit) {
		return 1 << 62
	}
	return int64(sectors) * unit
}

func largerSources(h ata.Hidden) string {
	var names []string
	for _, s := range h.Sources {
		if s.Answer == answer.Yes {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ", ")
}

func ataSanitize(a *ata.Drive) Statement[SanitizeState] {
	s := a.Sanitize
	switch {
	case a.Identify == nil:
		return Stated(SanitizeUnknown, a.Why(pageIdentify))
	case s == nil && a.Identify.Sanitize == answer.No:
		return Stated(SanitizeNotSupported, drive.ATANoSanitize)
	case s == nil:
		return Stated(SanitizeUnknown, a.Why(pageSanitizeEx))
	}
	switch s.State {
	case ata.SanitizeNoFailure:
		return Stated(SanitizeNoFailure, s.Text())
	case ata.SanitizeInProgress:
		return Stated(SanitizeInProgress, s.Text())
	case ata.SanitizeFailed, ata.SanitizeIncomplete:
		return Stated(SanitizeFailed, s.Text())
	}
	return Stated(SanitizeUnknown, sentence(s.Text(), s.Reason))
}

func ataDeallocated(a *ata.Drive) Statement[DeallocatedState] {
	id := a.Identify
	switch {
	case id == nil:
		return Stated(DeallocatedUnknown, a.Why(pageIdentify))
	case id.TRIM == answer.Yes && id.RZAT == answer.Yes:
		return Stated(DeallocatedZeros, drive.ATATrimZeros)
	case id.TRIM == answer.Yes && id.DRAT == answer.Yes:
		return Stated(DeallocatedUndefined, drive.ATATrimSame)
	case id.TRIM == answer.No:
		return Stated(DeallocatedUndefined, drive.ATANoTrim)
	}
	return Stated(DeallocatedUnknown, drive.ATATrimUnsaid)
}

func ataSecurity(a *ata.Drive) Statement[SecurityState] {
	if a.Identify == nil {
		return Stated(SecurityUnknown, drive.ATASecurity.Say(a.Why(pageIdentify)))
	}
	s := a.Identify.Security
	switch {
	case s.Locked == answer.Yes:
		return Stated(SecurityLocked, drive.ATALocked)
	case s.Supported == answer.No:
		return Stated(SecurityNone, drive.ATANoSecurity)
	case s.Enabled == answer.Yes && s.Locked == answer.No:
		return Stated(SecurityUnlocked, drive.ATAUnlocked)
	case s.Enabled == answer.No && s.Locked == answer.No:
		return Stated(SecurityOff, drive.ATAOff)
	}
	return Stated(SecurityUnknown, drive.ATASecurityUnsaid)
}

// ataWritten: the statistics count logical sectors; the SMART attribute counts
// what its vendor likes.
func ataWritten(a *ata.Drive) (Written, bool) {
	if g := a.General; g != nil && g.SectorsWritten.Valid && !g.SectorsWritten.Normalized {
		return Written{true, "ata.logical_sectors_written", g.SectorsWritten.Value, int64(a.Identify.LogicalBytes)}, true
	}
	if a.SMART != nil {
		if w, ok := a.SMART.Attribute(ata.AttributeWritten); ok {
			return Written{true, "ata.smart_241_written", w.Raw, 0}, true
		}
	}
	return Written{}, false
}

func ataFacts(a *ata.Drive, wholeBytes int64) []Detail {
	f := &facts{why: a.Why}
	ataIdentifyFacts(f, a.Identify)
	h := a.Hidden(uint64(wholeBytes) / max(1, uint64(ataUnit(a))))
	for _, s := range h.Sources {
		f.list = append(f.list, Detail{"ata.sectors." + strings.ToLower(s.Name), positive(s.Sectors), s.Page, ataWhyNot(s)})
	}
	ataStateFacts(f, a)
	return f.list
}

func ataUnit(a *ata.Drive) uint32 {
	if a.Identify == nil || a.Identify.LogicalBytes == 0 {
		return 512
	}
	return a.Identify.LogicalBytes
}

// ataWhyNot is why a source of the drive's size has no number.
func ataWhyNot(s ata.Source) words.Text {
	if s.Sectors != 0 {
		return words.Text{}
	}
	if s.Answer == answer.No && s.Why == (words.Text{}) {
		return drive.NoFeature
	}
	return printable(s.Why)
}

func ataIdentifyFacts(f *facts, id *ata.Identify) {
	add := func(name string, value func() string) { f.add("ata."+name, pageIdentify, id != nil, value) }
	add("version", func() string { return id.Version() })
	add("transport", func() string { return id.Transport() })
	add("checksum_holds", func() string { return answered(id.Checksum) })
	add("sanitize.supported", func() string { return answered(id.Sanitize) })
	add("sanitize.crypto_scramble", func() string { return answered(id.CryptoScramble) })
	add("sanitize.block_erase", func() string { return answered(id.BlockErase) })
	add("sanitize.overwrite", func() string { return answered(id.Overwrite) })
	add("encrypts_all", func() string { return answered(id.EncryptsAll) })
	add("trim", func() string { return answered(id.TRIM) })
	add("reads_after_trim_deterministic", func() string { return answered(id.DRAT) })
	add("reads_after_trim_zeros", func() string { return answered(id.RZAT) })
	add("hpa.supported", func() string { return answered(id.HPA) })
	add("dco.supported", func() string { return answered(id.DCO) })
	add("ama.supported", func() string { return answered(id.AMA) })
	add("trusted_computing", func() string { return answered(id.TrustedComputing) })
	add("security.supported", func() string { return answered(id.Security.Supported) })
	add("security.enabled", func() string { return answered(id.Security.Enabled) })
	add("security.locked", func() string { return answered(id.Security.Locked) })
	add("security.frozen", func() string { return answered(id.Security.Frozen) })
	add("security.count_expired", func() string { return answered(id.Security.CountExpired) })
	add("security.enhanced_erase", func() string { return answered(id.Security.EnhancedErase) })
}

func ataStateFacts(f *facts, a *ata.Drive) {
	s := a.Sanitize
	f.add("ata.sanitize.state", pageSanitizeEx, s != nil, func() string { return strings.TrimPrefix(s.State.String(), "unknown") })
	f.add("ata.sanitize.frozen", pageSanitizeEx, s != nil, func() string { return answered(s.Frozen) })
	f.add("ata.sanitize.antifreeze", pageSanitizeEx, s != nil, func() string { return answered(s.Antifreeze) })
	f.add("ata.smart.failure_predicted", "smart-return-status", a.SMARTStatus != nil, func() string { return answered(a.SMARTStatus.Exceeded) })
	for _, id := range []byte{ata.AttributeReallocated, ata.AttributePowerOnHours, ata.AttributePending, ata.AttributeOffline, ata.AttributeWritten} {
		name := fmt.Sprintf("ata.smart.attribute_%d", id)
		f.add(name, "smart-read-data", a.SMART != nil, func() string {
			if v, ok := a.SMART.Attribute(id); ok {
				return decimal(v.Raw)
			}
			return ""
		})
	}
	g := a.General
	statistic := func(name, page string, there bool, s func() ata.Statistic) {
		f.add("ata.statistics."+name, page, there, func() string {
			if v := s(); v.Valid {
				return decimal(v.Value)
			}
			return ""
		})
	}
	statistic("power_on_hours", pageGeneral, g != nil, func() ata.Statistic { return g.PowerOnHours })
	statistic("logical_sectors_written", pageGeneral, g != nil, func() ata.Statistic { return g.SectorsWritten })
	statistic("write_commands", pageGeneral, g != nil, func() ata.Statistic { return g.WriteCommands })
	statistic("uncorrectable_errors", "log-04h-04h", a.Errors != nil, func() ata.Statistic { return a.Errors.Uncorrectable })
	statistic("percent_used", "log-04h-07h", a.SolidState != nil, func() ata.Statistic { return a.SolidState.PercentUsed })
}
