package statements

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/nvme"
	"shokyo.dev/shokyo/devices/tcg"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Names of pages that whole statements rest on.
const (
	pageController = "identify-controller"
	pageSanitize   = "log-81h-sanitize"
	pageSMART      = "log-02h-smart"
)

// fromNVMe takes over what an NVMe drive said; nsid is the namespace that is the medium.
func (d *Drive) fromNVMe(n *nvme.Drive, nsid uint32, t nvme.Transport) {
	var own *nvme.NamespaceEntry
	for i := range n.Namespaces {
		if n.Namespaces[i].ID == nsid {
			own = &n.Namespaces[i]
		}
	}
	if c := n.Controller; c != nil {
		d.Model, d.Serial, d.Firmware = orText(c.Model, d.Model), orText(c.Serial, d.Serial), orText(c.Firmware, d.Firmware)
	}
	d.Hidden = nvmeHidden(n)
	d.Sanitize = nvmeSanitize(n)
	d.Deallocated = Stated(DeallocatedUnknown, n.Why(fmt.Sprintf("identify-namespace-%d", nsid)))
	if own != nil && own.Namespace != nil {
		d.EUI64, d.NGUID = own.Namespace.EUI64, own.Namespace.NGUID
		d.Deallocated = nvmeDeallocated(own.Namespace.Unwritten.Reads)
	}
	if own != nil && own.Descriptors != nil {
		d.EUI64, d.NGUID = cmp.Or(own.Descriptors.EUI64, d.EUI64), cmp.Or(own.Descriptors.NGUID, d.NGUID)
	}
	d.AfterErase = Stated(AfterEraseUnknown, drive.NVMeAfterErase)
	if n.SMART != nil {
		if v, fits := n.SMART.UnitsWritten.Uint64(); fits && v > 0 { // 0: not reported
			d.Written = Written{true, "nvme.data_units_written", v, 512_000}
		}
	}
	l := locking{page: pageDiscovery}
	l.found, l.err = nvmeDiscover(n, t)
	d.Security = l.statement()
	d.Details = append(d.Details, nvmeFacts(n)...)
	d.locks(l)
}

// nvmeDiscover asks for TCG Level 0 discovery, if the drive has the command for it.
func nvmeDiscover(n *nvme.Drive, t nvme.Transport) (*tcg.Discovery, error) {
	if n.Controller == nil {
		return nil, reason(n.Why(pageController))
	}
	if n.Controller.SecurityCommands != answer.Yes {
		return nil, fmt.Errorf("%w (OACS)", tcg.ErrUnsupported)
	}
	listless := false // a drive that lists the protocol and refuses it contradicts itself
	return tcg.Discover(func(protocol byte, specific uint16, buf []byte) (int, error) {
		n, err := nvme.Receive(t, protocol, specific, buf)
		var refused nvme.Status
		unsupported := errors.As(err, &refused) && refused.Unsupported()
		if listless = listless || protocol == 0 && unsupported; listless && unsupported {
			err = fmt.Errorf("%w (%s)", tcg.ErrUnsupported, refused)
		}
		return n, err
	})
}

// orText is the drive's text, made fit to be shown, or else what the kernel had.
func orText(text, other string) string { return cmp.Or(kernel.Printable(text), other) }

// nvmeHidden adds up flash that is in no namespace and namespaces that are
// attached to no controller.
func nvmeHidden(n *nvme.Drive) Hidden {
	if n.Controller == nil {
		return hiddenUnknown(n.Why(pageController))
	}
	var hidden uint64
	var parts, doubts []words.Text
	free, known := n.Controller.UnallocatedCapacity()
	switch v, fits := free.Uint64(); {
	case !known:
		doubts = append(doubts, drive.NVMeNoManagement)
	case !fits || v > math.MaxInt64:
		doubts = append(doubts, drive.NVMeTooLarge.Say(free.String()))
	case v > 0:
		hidden = saturate(hidden, v)
		parts = append(parts, drive.NVMeUnallocated.Say(free.String()))
	}
	for _, e := range n.Namespaces {
		switch e.Attached {
		case answer.No:
			hidden = saturate(hidden, leastBytes(e.Namespace))
			parts = append(parts, drive.NVMeDetached.Say(e.ID))
		case answer.Unknown:
			doubts = append(doubts, drive.NVMeAttached.Say(e.ID))
		}
	}
	if n.AllListed != answer.Yes {
		doubts = append(doubts, drive.NVMeUnlisted)
	}
	switch {
	case hidden > 0:
		return Hidden{Stated(HiddenSome, sentence(parts...)), int64(min(hidden, math.MaxInt64))}
	case len(doubts) > 0:
		return hiddenUnknown(sentence(doubts...))
	}
	text := drive.NVMeHiddenNone
	if len(n.Namespaces) > 1 { // each is a medium: to examine one says nothing of the others
		text = text.Then(drive.NVMeNamespaces.Say(len(n.Namespaces)))
	}
	return Hidden{Statement: Stated(HiddenNone, text)}
}

// leastBytes is the size of a namespace; 1 where that is not known.
func leastBytes(n *nvme.Namespace) uint64 {
	if n != nil {
		if v, known := n.Bytes(); known {
			return v
		}
	}
	return 1
}

func saturate(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

func nvmeSanitize(n *nvme.Drive) Statement[SanitizeState] {
	s := n.Sanitize
	if s == nil {
		if n.Controller != nil && n.Controller.Sanitize.Any() == answer.No {
			return Stated(SanitizeNotSupported, drive.NVMeNoSanitize)
		}
		return Stated(SanitizeUnknown, n.Why(pageSanitize))
	}
	state := map[nvme.SanitizeState]SanitizeState{nvme.SanitizeNever: SanitizeNever, nvme.SanitizeSucceeded: SanitizeSucceeded,
		nvme.SanitizeDeallocated: SanitizeSucceeded, nvme.SanitizeInProgress: SanitizeInProgress, nvme.SanitizeFailed: SanitizeFailed}[s.State]
	return Stated(state, s.Text())
}

func nvmeDeallocated(f nvme.Fill) Statement[DeallocatedState] {
	switch f {
	case nvme.Zeros:
		return Stated(DeallocatedZeros, drive.NVMeZeros)
	case nvme.Ones:
		return Stated(DeallocatedOnes, drive.NVMeOnes)
	}
	return Stated(DeallocatedUnknown, drive.NVMeFillUnsaid)
}

// nvmeFacts lists everything that was decoded.
func nvmeFacts(n *nvme.Drive) []Detail {
	f := &facts{why: n.Why}
	nvmeControllerFacts(f, n)
	for _, e := range n.Namespaces {
		nvmeNamespaceFacts(f, e)
	}
	nvmeSanitizeFacts(f, n.Sanitize)
	nvmeHealthFacts(f, n)
	return f.list
}

func nvmeControllerFacts(f *facts, n *nvme.Drive) {
	c := n.Controller
	add := func(name string, value func() string) { f.add("nvme."+name, pageController, c != nil, value) }
	add("version", func() string { return c.Version.String() })
	add("ieee_oui", func() string { return fmt.Sprintf("%02x%02x%02x", c.OUI[0], c.OUI[1], c.OUI[2]) })
	add("subsystem_nqn", func() string { return c.Subsystem })
	add("total_capacity_bytes", func() string { return known128(c.TotalCapacity()) })
	add("unallocated_capacity_bytes", func() string { return known128(c.UnallocatedCapacity()) })
	add("rpmb", func() string {
		if c.RPMB.Units == 0 {
			return "none"
		}
		return drive.NVMeRPMB.Say(c.RPMB.Units, c.RPMB.Bytes).EN
	})
	add("multi_controller", func() string { return answered(c.MultiController) })
	add("namespace_management", func() string { return answered(c.NamespaceManagement) })
	add("security_commands", func() string { return answered(c.SecurityCommands) })
	add("sanitize.crypto_erase", func() string { return answered(c.Sanitize.CryptoErase) })
	add("sanitize.block_erase", func() string { return answered(c.Sanitize.BlockErase) })
	add("sanitize.overwrite", func() string { return answered(c.Sanitize.Overwrite) })
	add("sanitize.no_deallocate_inhibited", func() string { return answered(c.Sanitize.NoDeallocateInhibited) })
	add("sanitize.modifies_media_after", func() string { return answered(c.Sanitize.ModifiesMediaAfter) })
	add("format.crypto_erase", func() string { return answered(c.FormatCryptoErase) })
	add("format.covers_all_namespaces", func() string { return answered(c.FormatCoversAll) })
	add("format.secure_erase_covers_all", func() string { return answered(c.SecureEraseCoversAll) })
}

func known128(v nvme.Uint128, known bool) string {
	if !known {
		return ""
	}
	return v.String()
}

func nvmeNamespaceFacts(f *facts, e nvme.NamespaceEntry) {
	prefix := fmt.Sprintf("nvme.namespace.%d.", e.ID)
	s, page := e.Namespace, fmt.Sprintf("identify-namespace-%d", e.ID)
	if e.Attached == answer.No {
		page = fmt.Sprintf("identify-allocated-namespace-%d", e.ID)
	}
	add := func(name string, value func() string) { f.add(prefix+name, page, s != nil, value) }
	f.add(prefix+"attached", "identify-active-namespaces", true, func() string { return answered(e.Attached) })
	add("blocks", func() string { return decimal(s.Blocks) })
	add("capacity_blocks", func() string { return decimal(s.Capacity) })
	add("used_blocks", func() string { return decimal(s.Used) })
	add("block_data_bytes", func() string { return positive(s.Format.DataBytes) })
	add("block_metadata_bytes", func() string { return decimal(s.Format.MetadataBytes) })
	add("protection_type", func() string { return strconv.Itoa(s.Protection()) })
	add("thin_provisioned", func() string { return answered(s.ThinProvisioned) })
	add("deallocated_reads", func() string { return strings.TrimSuffix(s.Unwritten.Reads.String(), "unknown") })
	add("eui64", func() string { return s.EUI64 })
	add("nguid", func() string { return s.NGUID })
	f.add(prefix+"uuid", fmt.Sprintf("identify-descriptors-%d", e.ID), e.Descriptors != nil, func() string { return e.Descriptors.UUID })
}

// positive is a number of which 0 means that it is not known.
func positive(n uint64) string {
	if n == 0 {
		return ""
	}
	return decimal(n)
}

func nvmeSanitizeFacts(f *facts, s *nvme.Sanitize) {
	add := func(name string, value func() string) { f.add("nvme.sanitize."+name, pageSanitize, s != nil, value) }
	add("state", func() string { return strings.TrimPrefix(s.State.String(), "unknown") })
	add("global_data_erased", func() string { return strconv.FormatBool(s.GlobalDataErased) })
	add("untouched_since", func() string { return answered(s.Untouched()) })
	add("action", func() string { return s.Action() })
	add("command_dword_10", func() string { return fmt.Sprintf("%08x", s.Command) })
	add("kept_allocated", func() string { return answered(s.KeptAllocated()) })
	add("overwrite_passes", func() string { return strconv.Itoa(s.Passes) })
	add("media_verification_canceled", func() string { return strconv.FormatBool(s.VerificationCanceled) })
	add("state_machine", func() string { return decimal(s.Machine) })
}

func nvmeHealthFacts(f *facts, n *nvme.Drive) {
	s := n.SMART
	add := func(name string, value func() string) { f.add("nvme.smart."+name, pageSMART, s != nil, value) }
	add("critical_warning", func() string { return fmt.Sprintf("%02x", s.CriticalWarning) })
	add("available_spare_percent", func() string { return decimal(s.SparePercent) })
	add("used_percent", func() string { return decimal(s.UsedPercent) })
	add("data_units_written", func() string { return s.UnitsWritten.String() })
	add("host_writes", func() string { return s.HostWrites.String() })
	add("power_on_hours", func() string { return s.PowerOnHours.String() })
	add("unsafe_shutdowns", func() string { return s.UnsafeShutdowns.String() })
	add("media_errors", func() string { return s.MediaErrors.String() })
	f.add("nvme.firmware.active_slot", "log-03h-firmware", n.Firmware != nil, func() string { return decimal(n.Firmware.Active) })
	f.add("nvme.errors.entries", "log-01h-error", n.Errors != nil, func() string { return strconv.Itoa(len(n.Errors.Entries)) })
}
