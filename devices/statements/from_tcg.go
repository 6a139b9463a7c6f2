package statements

import (
	"errors"
	"strings"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/tcg"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/drive"
)

// How bad a lock is for an examination. What is unknown is worse than what is
// known to be open.
func lockRank() []SecurityState {
	return []SecurityState{SecurityNone, SecurityOff, SecurityUnlocked, SecurityUnknown, SecurityShadowed, SecurityLocked}
}

// lock adds a statement about locks to those there are: the worst counts, and
// all are told.
func lock(a, b Statement[SecurityState]) Statement[SecurityState] {
	worst := a.State
	for _, s := range lockRank() {
		if s == a.State || s == b.State {
			worst = s
		}
	}
	return Stated(worst, sentence(a.said(), b.said()))
}

// locking is an answer to Level 0 discovery, or why there is none.
type locking struct {
	page  string // that was asked for
	found *tcg.Discovery
	err   error
}

func (l locking) statement() Statement[SecurityState] { return tcgLocks(l.found, l.err) }

func (l locking) facts() []Detail { return tcgFacts(l.page, l.found, l.err) }

func parseDiscovery(page []byte) (*tcg.Discovery, error) {
	t, err := tcg.ParseDiscovery(page)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// tcgLocks says whether ranges are locked or hidden behind a shadow MBR.
func tcgLocks(t *tcg.Discovery, err error) Statement[SecurityState] {
	switch {
	case errors.Is(err, tcg.ErrUnsupported):
		return Stated(SecurityNone, drive.TCGNone)
	case err != nil:
		return Stated(SecurityUnknown, drive.TCGUnknown.Say(whyNot(err)))
	case t == nil:
		return Stated(SecurityUnknown, drive.TCGNotAsked)
	}
	name := strings.Join(t.Classes(), ", ")
	switch {
	case t.Locked() == answer.Yes:
		return Stated(SecurityLocked, drive.TCGLocked.Say(name))
	case t.Shadowed() == answer.Yes:
		return Stated(SecurityShadowed, drive.TCGShadowed.Say(name))
	case t.LockingEnabled() == answer.Yes && t.Locked() == answer.No && t.Shadowed() == answer.No:
		return Stated(SecurityUnlocked, drive.TCGUnlocked.Say(name))
	case t.LockingEnabled() == answer.No && t.Shadowed() != answer.Unknown:
		return Stated(SecurityOff, drive.TCGOff.Say(name))
	case t.Has(tcg.FeatureLocking) == answer.No:
		return Stated(SecurityNone, drive.TCGNoLocks.Say(name))
	}
	return Stated(SecurityUnknown, drive.TCGUnsaid.Say(name))
}

// tcgRemoval is an erasure that was asked for by TCG commands, which the bus's own
// sanitize state does not tell of (Opal SSC 2.30, 3.1.1.6). It is only known when
// it is alarming.
func tcgRemoval(t *tcg.Discovery) (s Statement[SanitizeState], alarming bool) {
	switch {
	case t == nil:
	case t.Removing() == answer.Yes:
		return Stated(SanitizeInProgress, drive.TCGRemoving), true
	case t.RemovalInterrupted() == answer.Yes:
		return Stated(SanitizeFailed, drive.TCGInterrupted), true
	}
	return s, false
}

// locks takes over what Level 0 discovery says besides the lock state.
func (d *Drive) locks(l locking) {
	if s, alarming := tcgRemoval(l.found); alarming {
		d.sanitized(s)
	}
	d.Details = append(d.Details, l.facts()...)
}

func tcgFacts(page string, t *tcg.Discovery, err error) []Detail {
	f := &facts{why: func(string) words.Text {
		if err != nil {
			return whyNot(err)
		}
		return drive.NotAsked
	}}
	add := func(name string, value func() string) { f.add("tcg."+name, page, t != nil, value) }
	add("classes", func() string { return strings.Join(t.Classes(), ", ") })
	add("features", func() string { return featureNames(t) })
	add("locking_supported", func() string { return answered(t.LockingSupported()) })
	add("locking_enabled", func() string { return answered(t.LockingEnabled()) })
	add("locked", func() string { return answered(t.Locked()) })
	add("mbr_shadowed", func() string { return answered(t.Shadowed()) })
	add("media_encryption", func() string { return answered(t.MediaEncryption()) })
	add("owned", func() string { return answered(t.Owned()) })
	add("data_removal_running", func() string { return answered(t.Removing()) })
	add("data_removal_interrupted", func() string { return answered(t.RemovalInterrupted()) })
	return f.list
}

func featureNames(t *tcg.Discovery) string {
	var names []string
	for _, f := range t.Features {
		names = append(names, f.Name())
	}
	return strings.Join(names, ", ")
}
