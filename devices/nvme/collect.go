package nvme

import (
	"errors"
	"slices"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// Drive is what a drive says of itself. A page that is not there is nil, and
// Missing says why.
type Drive struct {
	Controller *Controller
	SMART      *SMART
	Errors     *Errors
	Firmware   *Firmware
	Sanitize   *Sanitize
	Effects    *Effects

	Active     *NamespaceList   // attached to this controller
	Allocated  *NamespaceList   // all there are
	Namespaces []NamespaceEntry // of both lists, ascending; MaxNamespaces at most

	// AllListed says whether Namespaces has all there are: Unknown where the
	// drive has no list of them or one that has no end, No where it named more
	// than were described.
	AllListed answer.Answer

	Missing []Missing // in the order asked
}

// NamespaceEntry is one namespace.
type NamespaceEntry struct {
	ID          uint32
	Attached    answer.Answer // to the controller that was asked; other controllers may differ
	Namespace   *Namespace
	Descriptors *Descriptors
}

// Missing is a page that is not there.
type Missing struct {
	Page string     // Permit's name
	Why  words.Text // for a technician
}

// Why says why a page is not there; empty if it is, or was never thought of.
func (d *Drive) Why(page string) words.Text {
	for _, m := range d.Missing {
		if m.Page == page {
			return m.Why
		}
	}
	return words.Text{}
}

// Collect asks for everything on the reading list, in a fixed order. nsid is the
// namespace the caller holds in hands: it is described also if the drive's lists
// leave it out; 0 if there is none, as for a drive without attached namespaces.
//
// What a drive says it does not have is not asked for: a refused command makes
// an entry in the error log, and an examination should not. For the same reason
// the logs are read first, as the examination found them.
func Collect(t Transport, nsid uint32) *Drive {
	c := &collector{transport: t, drive: new(Drive)}
	d := c.drive
	d.Controller = fetch(c, identify(cnsController, 0), ParseController)
	c.logs()
	c.lists()
	ids, all := d.ids(nsid)
	for _, id := range ids {
		d.Namespaces = append(d.Namespaces, c.namespace(id))
	}
	if d.AllListed = answer.No; all {
		d.AllListed = d.allListed()
	}
	return d
}

type collector struct {
	transport Transport
	drive     *Drive
	silent    int // commands in a row that were never answered
}

// maxSilent: a drive that hangs makes every command last as long as the
// transport waits, and there may be thousands to come.
const maxSilent = 3

// fetch asks for a page and reads it, or notes why it is missing.
func fetch[T any](c *collector, command []byte, parse func([]byte) (T, error)) *T {
	page, err := c.ask(command)
	if err == nil {
		var v T
		if v, err = parse(page); err == nil {
			return &v
		}
		c.miss(command, drive.NVMeUseless.Say(err))
		return nil
	}
	c.miss(command, whyNot(err))
	return nil
}

// whyNot says why there is no answer.
func whyNot(err error) words.Text {
	var refused Status
	switch {
	case errors.Is(err, errSilent):
		return drive.NVMeSilent.Say(maxSilent)
	case errors.As(err, &refused):
		return refused.Text()
	}
	return words.Alike(err.Error())
}

// errSilent: a drive that hangs is not asked more.
var errSilent = errors.New("the drive does not answer")

func (c *collector) ask(command []byte) ([]byte, error) {
	if c.silent >= maxSilent {
		return nil, errSilent
	}
	buf := make([]byte, Length(command))
	n, err := do(c.transport, command, buf)
	var refused Status
	if err == nil || errors.As(err, &refused) {
		c.silent = 0
	} else {
		c.silent++
	}
	return buf[:n], err
}

func (c *collector) miss(command []byte, why words.Text) {
	name, err := Permit(command)
	if err != nil {
		name = "not permitted" // a fault of this package, and the tests'
	}
	c.drive.Missing = append(c.drive.Missing, Missing{name, why})
}

// may says whether to ask, and if not, notes why: what the drive said that it is without.
func (c *collector) may(command []byte, can answer.Answer, without words.Text) bool {
	switch can {
	case answer.Yes:
		return true
	case answer.No:
		c.miss(command, without)
	default:
		c.miss(command, drive.NVMeNoAsk)
	}
	return false
}

// can asks the controller page, if it is there.
func (c *collector) can(question func(*Controller) answer.Answer) answer.Answer {
	if c.drive.Controller == nil {
		return answer.Unknown
	}
	return question(c.drive.Controller)
}

func (c *collector) logs() {
	d := c.drive
	d.SMART = fetch(c, getLog(lidSMART, smartBytes), ParseSMART)
	d.Errors = fetch(c, getLog(lidError, c.errorEntries()*errorBytes), ParseErrors)
	d.Firmware = fetch(c, getLog(lidFirmware, firmwareBytes), ParseFirmware)
	sanitize := c.can(func(i *Controller) answer.Answer { return i.Sanitize.Any() })
	if q := getLog(lidSanitize, sanitizeBytes); c.may(q, sanitize, drive.NVMeNotCapable) {
		d.Sanitize = fetch(c, q, ParseSanitize)
	}
	effects := c.can(func(i *Controller) answer.Answer { return i.EffectsLog() })
	if q := getLog(lidEffects, effectsBytes); c.may(q, effects, drive.NVMeNoEffects) {
		d.Effects = fetch(c, q, ParseEffects)
	}
}

// errorEntries: ELPE is 0's based. Asking for more than there is gives bytes
// that mean nothing.
func (c *collector) errorEntries() int {
	if c.drive.Controller == nil {
		return 1
	}
	return min(int(c.drive.Controller.ELPE)+1, maxErrors)
}

func (c *collector) lists() {
	d := c.drive
	d.Active = fetch(c, identify(cnsActiveNamespaces, 0), ParseNamespaceList)
	if q := identify(cnsAllocatedNamespaces, 0); c.may(q, c.management(), drive.NVMeUnmanaged) {
		d.Allocated = fetch(c, q, ParseNamespaceList)
	}
}

func (c *collector) management() answer.Answer {
	return c.can(func(i *Controller) answer.Answer { return i.NamespaceManagement })
}

// ids merges what is known, the caller's namespace first so that no limit drops
// it, then ascending; all is false if something was dropped.
func (d *Drive) ids(nsid uint32) (ids []uint32, all bool) {
	l := NamespaceList{}
	if nsid != 0 {
		l.add(nsid)
	}
	for _, id := range slices.Concat(listed(d.Active), listed(d.Allocated)) {
		l.add(id)
	}
	ids = l.IDs[:min(len(l.IDs), MaxNamespaces)]
	all = len(ids) == len(l.IDs)
	slices.Sort(ids)
	return ids, all
}

func listed(l *NamespaceList) []uint32 {
	if l == nil {
		return nil
	}
	return l.IDs
}

func (c *collector) namespace(id uint32) NamespaceEntry {
	e := NamespaceEntry{ID: id, Attached: c.drive.attached(id)}
	if e.Attached == answer.No && slices.Contains(listed(c.drive.Allocated), id) {
		e.Namespace = fetch(c, identify(cnsAllocatedNamespace, id), ParseNamespace)
		c.miss(identify(cnsDescriptors, id), drive.NVMeNotAttached)
		return e
	}
	e.Namespace = fetch(c, identify(cnsNamespace, id), ParseNamespace)
	if e.Namespace != nil && e.Attached == answer.Unknown {
		e.Attached = answer.Yes // a controller describes by CNS 00h what is attached to it
	}
	described := c.can(func(i *Controller) answer.Answer { return answer.Of(i.Version.AtLeast(1, 3)) })
	if q := identify(cnsDescriptors, id); c.may(q, described, drive.NVMeTooOld) {
		e.Descriptors = fetch(c, q, ParseDescriptors)
	}
	return e
}

func (d *Drive) attached(id uint32) answer.Answer {
	switch {
	case slices.Contains(listed(d.Active), id):
		return answer.Yes
	case d.Active != nil && d.Active.Complete():
		return answer.No
	}
	return answer.Unknown
}

// allListed: by the list of all there are, or because as many are attached as
// there are valid identifiers (NN). Lists that contradict each other prove
// nothing.
func (d *Drive) allListed() answer.Answer {
	switch {
	case d.Active == nil || !d.Active.Complete():
		return answer.Unknown
	case d.Allocated != nil && d.Allocated.Complete() && contains(d.Allocated.IDs, d.Active.IDs):
		return answer.Yes
	case d.Allocated == nil && d.Controller != nil && len(d.Active.IDs) > 0 && uint64(len(d.Active.IDs)) == uint64(d.Controller.Namespaces):
		return answer.Yes
	}
	return answer.Unknown
}

func contains(all, some []uint32) bool {
	return !slices.ContainsFunc(some, func(id uint32) bool { return !slices.Contains(all, id) })
}
