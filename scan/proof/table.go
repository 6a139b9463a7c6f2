package proof

import "slices"

// Table is rows made ready for the question that is asked at every sector of a
// medium: is one of these magic numbers here? Two bytes of each magic number are
// looked up, for all rows that have them at one place in the sector together, and
// random bytes fail nearly always; only then are rows compared. So a row costs
// nothing, a new place a lookup.
type Table struct {
	rows   []Row
	places []int // in the sector, of the two bytes
	// seen has a bit for the two bytes of each row, mixed with their place.
	seen [1 << 16 / 8]byte
	// singles are magic numbers of one byte: among the pairs they would be 256 each,
	// and every other place would be taken for a row's that much more often.
	singles []single
}

type single struct {
	at   int // in the sector
	seen [256]bool
}

// NewTable makes a table of rows, which are tried in their order.
func NewTable(rows []Row) *Table {
	if len(rows) > MaxKinds {
		panic("proof: more rows than Evidence.Strength pays for")
	}
	t := &Table{rows: rows}
	for _, r := range rows {
		if len(r.Magic) == 1 {
			t.addSingle(r.At, r.Magic[0])
			continue
		}
		k := tellingAt(r.Magic)
		t.add(r.At+k, LE16([]byte(r.Magic[k:])))
	}
	return t
}

// add notes that two bytes at a place may be a row's.
func (t *Table) add(at int, pair uint16) {
	i := slices.Index(t.places, at)
	if i < 0 {
		i = len(t.places)
		t.places = append(t.places, at)
	}
	bit := seenBit(i, pair)
	t.seen[bit>>3] |= 1 << (bit & 7)
}

func (t *Table) addSingle(at int, magic byte) {
	i := slices.IndexFunc(t.singles, func(s single) bool { return s.at == at })
	if i < 0 {
		i = len(t.singles)
		t.singles = append(t.singles, single{at: at})
	}
	t.singles[i].seen[magic] = true
}

func seenBit(place int, pair uint16) uint16 { return pair ^ uint16(place*0x9E37) }

// tellingAt is where in a magic number the two bytes are that are looked up: the
// first, or where both are zero, which many sectors have, the next that are not.
func tellingAt(magic string) int {
	for k := 0; k+2 <= len(magic); k++ {
		if magic[k]|magic[k+1] != 0 {
			return k
		}
	}
	panic("proof: a magic number of zeros")
}

// Has says whether a sector may have one of the magic numbers. It is what nearly all
// of the time is spent in, and Recognize, which hands a structure around, is not.
func (t *Table) Has(b *[512]byte) bool {
	for i, at := range t.places {
		pair := uint16(b[at&511]) | uint16(b[(at+1)&511])<<8 // masked indices need no bounds checks
		bit := seenBit(i, pair)
		if t.seen[bit>>3]>>(bit&7)&1 != 0 {
			return true
		}
	}
	for i := range t.singles {
		if s := &t.singles[i]; s.seen[b[s.at&511]] {
			return true
		}
	}
	return false
}

// Recognize tries the rows whose magic number is at the place.
func (t *Table) Recognize(p Place) (Observation, bool) {
	if p.Off < 0 || p.Off > len(p.Buf)-512 || !t.Has((*[512]byte)(p.Buf[p.Off:])) {
		return Observation{}, false
	}
	return Recognize(t.rows, p)
}
