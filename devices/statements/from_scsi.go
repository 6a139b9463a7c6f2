package statements

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/scsi"
	"shokyo.dev/shokyo/devices/scsi/cdb"
	"shokyo.dev/shokyo/devices/tcg"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

const (
	pageInquiry         = "inquiry"
	pageCapacity16      = "read-capacity-16"
	pageCharacteristics = "vpd-b1h"
	pageProvisioning    = "vpd-b2h"
	pageDiscovery       = "security-level-0-discovery"
)

// fromSCSI takes over what a SCSI disk, or a translator, said.
func (d *Drive) fromSCSI(s *scsi.Drive) {
	if q := s.Inquiry; q != nil {
		d.Model, d.Firmware = orText(q.Product, d.Model), orText(q.Revision, d.Firmware)
		if q.Vendor != "ATA" {
			d.Model = orText(q.Vendor+" "+q.Product, d.Model)
		}
	}
	if s.Serial != nil {
		d.Serial = orText(*s.Serial, d.Serial)
	}
	if s.Identification != nil {
		d.WWN, d.EUI64 = kernel.Printable(s.Identification.NAA()), kernel.Printable(s.Identification.EUI())
	}
	if c := s.Capacity; c != nil && d.WholeBytes == 0 && d.Partition != answer.Yes { // the kernel gives such sectors no size
		d.SizeBytes, d.LogicalBlockBytes, d.PhysicalBlockBytes = c.Bytes(), int(c.BlockBytes), c.PhysicalBytes()
	}
	d.Rotation = Stated(RotationUnknown, s.Why(pageCharacteristics))
	d.AfterErase = Stated(AfterEraseUnknown, s.Why(pageCharacteristics))
	if c := s.Characteristics; c != nil {
		d.Rotation, d.AfterErase = scsiRotation(c), scsiAfterErase(c.AfterCryptoErase)
	}
	d.Deallocated = scsiDeallocated(s)
	d.Sanitize = scsiSanitize(s)
	d.Hidden = hiddenUnknown(cmp.Or(s.Why(pageInquiry), drive.SCSIHiddenUnknown))
	if c := s.Capacity; c != nil && d.WholeBytes > 0 && c.Bytes() > d.WholeBytes {
		d.Hidden = Hidden{Stated(HiddenSome, drive.SCSIHidden), c.Bytes() - d.WholeBytes}
	}
	if s.Writes != nil && s.Writes.Processed.Known {
		d.Written = Written{true, "scsi.write_total_processed", s.Writes.Processed.Value, 0}
	}
	d.Details = append(d.Details, scsiFacts(s)...)
}

// scsiLocking: a list of protocols that leaves out 01h is a no, if it has 00h, by
// which it was asked for; without that no drive made it.
func scsiLocking(s *scsi.Drive) locking {
	l := locking{page: pageDiscovery}
	switch {
	case s.Discovery != nil:
		l.found, l.err = parseDiscovery(s.Discovery)
	case slices.Contains(s.Protocols, 0x00) && !slices.Contains(s.Protocols, 0x01):
		l.err = fmt.Errorf("%w: its list has no protocol 01h", tcg.ErrUnsupported)
	case s.Protocols == nil:
		l.err = reason(cmp.Or(s.Why("security-protocols"), s.Why(pageDiscovery), drive.NotAsked))
	default:
		l.err = reason(cmp.Or(s.Why(pageDiscovery), drive.NotAsked))
	}
	return l
}

// scsiRotation takes the reserved values of the field for no statement.
func scsiRotation(c *scsi.Characteristics) Statement[RotationState] {
	switch c.Rotates() {
	case answer.Yes:
		return rotating(int(c.Rotation))
	case answer.No:
		return rotating(1)
	}
	return rotating(0)
}

func scsiAfterErase(a scsi.AfterErase) Statement[AfterEraseState] {
	switch {
	case a.ByDesign():
		return Stated(AfterEraseError, drive.SCSIAfterErase.Say(a.Text()))
	case a == scsi.ReadsComplete:
		return Stated(AfterEraseData, drive.SCSIAfterErase.Say(a.Text()))
	}
	return Stated(AfterEraseUnknown, drive.SCSIAfterUnsaid)
}

func scsiDeallocated(s *scsi.Drive) Statement[DeallocatedState] {
	if p := s.Provisioning; p != nil && p.Reads == scsi.UnmappedZeros {
		return Stated(DeallocatedZeros, drive.SCSIZerosB2)
	}
	if c := s.Capacity; c != nil && c.UnmappedZeros == answer.Yes {
		return Stated(DeallocatedZeros, drive.SCSIZerosCapacity)
	}
	if c := s.Capacity; c != nil && c.Provisioned == answer.No {
		return Stated(DeallocatedUndefined, drive.SCSINoUnmap)
	}
	if p := s.Provisioning; p != nil {
		return Stated(DeallocatedUndefined, drive.SCSIUnmapped.Say(p.Reads.Text()))
	}
	return Stated(DeallocatedUnknown, s.Why(pageProvisioning))
}

// scsiSanitize: SCSI tells only of a sanitize that runs or failed.
func scsiSanitize(s *scsi.Drive) Statement[SanitizeState] {
	switch s.State {
	case cdb.Sanitizing:
		return Stated(SanitizeInProgress, words.Alike(s.Sense.String()))
	case cdb.SanitizeDied:
		return Stated(SanitizeFailed, words.Alike(s.Sense.String()))
	}
	supported, refused := false, len(s.Sanitize) > 0
	for _, a := range s.Sanitize {
		supported = supported || a.Supported == answer.Yes
		refused = refused && a.Supported == answer.No
	}
	switch {
	case refused:
		return Stated(SanitizeNotSupported, drive.SCSINoSanitize)
	case s.State == cdb.Ready && supported:
		return Stated(SanitizeNoFailure, drive.SCSINoFailure)
	}
	return Stated(SanitizeUnknown, cmp.Or(s.Why(pageInquiry), drive.SCSISanitize))
}

func scsiFacts(s *scsi.Drive) []Detail {
	f := &facts{why: s.Why}
	f.add("scsi.state", "test-unit-ready", s.State != cdb.ConditionUnknown, func() string { return s.State.String() })
	f.add("scsi.type", pageInquiry, s.Inquiry != nil, func() string { return s.Inquiry.Kind() })
	f.add("scsi.vendor", pageInquiry, s.Inquiry != nil, func() string { return s.Inquiry.Vendor })
	f.add("scsi.product", pageInquiry, s.Inquiry != nil, func() string { return s.Inquiry.Product })
	f.add("scsi.revision", pageInquiry, s.Inquiry != nil, func() string { return s.Inquiry.Revision })
	f.add("scsi.name", "vpd-83h", s.Identification != nil, func() string { return s.Identification.Name() })
	f.add("scsi.ata_behind_translator", "vpd-89h", s.ATA != nil, func() string { return "yes" })
	scsiCapacityFacts(f, s)
	for _, a := range cdb.SanitizeActions() {
		page := fmt.Sprintf("sanitize-supported-%02xh", byte(a))
		f.add("scsi.sanitize."+strings.ReplaceAll(a.String(), " ", "_"), page, s.CanSanitize(a) != answer.Unknown, func() string { return answered(s.CanSanitize(a)) })
	}
	scsiHealthFacts(f, s)
	return f.list
}

func scsiCapacityFacts(f *facts, s *scsi.Drive) {
	c, page := s.Capacity, pageCapacity16
	if c != nil && s.Why(pageCapacity16) != (words.Text{}) {
		page = "read-capacity-10"
	}
	add := func(name string, value func() string) { f.add("scsi."+name, page, c != nil, value) }
	add("blocks", func() string { return decimal(c.Blocks) })
	add("block_bytes", func() string { return decimal(c.BlockBytes) })
	add("protection", func() string {
		if c.Protected == answer.Yes {
			return fmt.Sprintf("type %d", c.ProtectionType)
		}
		return answered(c.Protected)
	})
	add("provisioned", func() string { return answered(c.Provisioned) })
	add("unmapped_reads_zeros", func() string { return answered(c.UnmappedZeros) })
	ch := s.Characteristics
	f.add("scsi.after_block_erase", pageCharacteristics, ch != nil, func() string { return ch.AfterBlockErase.Text().EN })
	f.add("scsi.after_crypto_erase", pageCharacteristics, ch != nil, func() string { return ch.AfterCryptoErase.Text().EN })
	f.add("scsi.form_factor", pageCharacteristics, ch != nil, func() string { return ch.Form() })
	f.add("scsi.unmapped_reads", pageProvisioning, s.Provisioning != nil, func() string { return s.Provisioning.Reads.Text().EN })
}

func scsiHealthFacts(f *facts, s *scsi.Drive) {
	count := func(name, page string, there bool, c func() scsi.Count) {
		f.add("scsi."+name, page, there, func() string {
			if v := c(); v.Known {
				return decimal(v.Value)
			}
			return ""
		})
	}
	count("write_total_processed", "log-02h", s.Writes != nil, func() scsi.Count { return s.Writes.Processed })
	count("write_uncorrected", "log-02h", s.Writes != nil, func() scsi.Count { return s.Writes.Uncorrected })
	count("read_uncorrected", "log-03h", s.Reads != nil, func() scsi.Count { return s.Reads.Uncorrected })
	count("non_medium_errors", "log-06h", s.NonMedium != nil, func() scsi.Count { return *s.NonMedium })
	defects := func(list string, d *scsi.DefectList) {
		page := "defects-12-" + list
		if d != nil && s.Why(page) != (words.Text{}) { // the drive only knows the older command
			page = "defects-10-" + list
		}
		f.add("scsi.defects_"+list, page, d != nil, func() string { return decimal(d.Count) })
	}
	defects("primary", s.PrimaryDefects)
	defects("grown", s.GrownDefects)
	f.add("scsi.endurance_used_percent", "log-11h", s.Endurance != nil, func() string { return decimal(*s.Endurance) })
	f.add("scsi.failure_predicted", "log-2fh", s.Exceptions != nil, func() string { return answered(s.FailurePredicted()) })
}
