package lvm

import (
	"strings"
	"sync"
)

// LVM's own words (lvm2 sources: lib/format_text/export.c and flags.c, the export
// functions of each lib/*/*.c, lib/metadata/segtype.h). A key, a flag or a type made of
// others is somebody's text and handed on like any.

const lvmVocabulary = `
	a abort area ba bitmap block blocks buffer cache change chunk compression contents copies count creation crop data debt
	dedupe dev device devices discard discards dm era error extent external extents flags format fraction free full
	global hash header high historical holes host hostname id ids in index integrity interval io journal key keys lv
	lock log logical low lvm lvm1 lvm2 mapping max maximum mb memory merge merged metadata min minor major mirror mirrors mode
	moved moving name needs number of offset old on operation origin page pe physical policy pool previous profile pv pvs raid
	rate read ahead reads recalculate recovery region repair reshape reserved room segment seqno sectors set settings sequence size slab snapshot sparse start
	started state status store stripe stripes struct suspended sync synchronous system tag tags target thin threads throttle time total transaction
	type types use used using uuid vdo version virtual vg vgs volume volumes watermark write writebehind writecache writes
	writethrough writeback passthrough smq mq cleaner zero new threshold
	READ WRITE VISIBLE RESIZEABLE ALLOCATABLE EXPORTED CLUSTERED SHARED PARTIAL PVMOVE MISSING LOCKED FIXED MINOR REBUILD
	RESHAPE REQUIRES WRITEMOSTLY ACTIVATION SKIP NOSCAN NOT SYNCED NOTSYNCED ERROR WHEN FULL METADATA FORMAT CROP CACHE VOL CONVERTING
	INTEGRITY HISTORICAL LV VG PV MERGING POSTORDER FLUSH DELTA DISKS PLUS MINUS DATA OFFSET LOCK THIN POOL USES CHECK
	inherit contiguous cling normal anywhere by striped linear raid0 raid1 raid4 raid5 raid6 raid10 meta la ra ls rs n nr nc zr far near`

var lvmKnown = sync.OnceValue(func() map[string]bool {
	known := make(map[string]bool)
	for _, word := range strings.Fields(lvmVocabulary) {
		known[word] = true
	}
	return known
})

// lvmOwn says that s is a few words of LVM's, with numbers behind them (area0).
func lvmOwn(s string) bool {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == '_' || r == '-' || r == '+' || r == ' ' })
	for _, w := range words {
		if stem := strings.TrimRight(w, "0123456789"); !lvmKnown()[w] && (stem == "" || len(w)-len(stem) > 4 || !lvmKnown()[stem]) {
			return false
		}
	}
	return len(words) <= 6
}
