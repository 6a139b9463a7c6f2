// Package inside looks at what compressed data hold: for text, for keys in it, for the
// beginnings of files at their own sectors, for DEFLATE once more. What is seen there describes a finding that has
// proven itself already. It is no test of uniform bytes and makes nothing residue.
//
// The first kind of text and the first file that are seen are reported; the rest of the bytes is
// like them. A medium says how much there is to decode, so there are budgets: what is left
// out then is only description.
package inside

import (
	"slices"

	"shokyo.dev/shokyo/scan/compressed/deflate"
	"shokyo.dev/shokyo/scan/keys/written"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/signature"
	"shokyo.dev/shokyo/scan/text"
)

const (
	once  = 64 << 10 // bytes at each end that are looked at of what one finding decodes to
	page  = 2 << 20  // of all of a page's
	call  = 4 << 10  // what a look costs besides, in bytes
	steps = 2        // how deep: a gzip inside a gzip

	// least is how many bits a run of text must have: some 20 characters of prose. In
	// once random bytes there is one with probability 2^-24.
	least = 40
)

// Thing is what was seen, and the steps that lead to it.
type Thing struct {
	Way          []string
	Kind, Detail string
	Keys         bool
}

// Finder looks into decoded bytes. The zero value is ready; it keeps scratch memory between calls and is for one goroutine.
type Finder struct {
	left      int // that may still be looked at of the page
	text      text.Finder
	signature signature.Finder
	nested    *deflate.Finder // beside the one whose output it reads
	narrow    []byte          // text in UTF-16, a byte for a unit
	kinds     []string        // that were reported of the finding at hand
	report    func(Thing)
}

// NewPage begins a page, with its budget.
func (f *Finder) NewPage() { f.left = page }

// Look reports what is in decoded bytes, each kind once; DEFLATE in them needs so many bits. Without a way
// nothing was decoded.
func (f *Finder) Look(way string, decoded []byte, need float64, report func(Thing)) {
	f.kinds, f.report = f.kinds[:0], report
	f.look([]string{way}, decoded, need)
	f.report = nil
}

func (f *Finder) look(way []string, decoded []byte, need float64) {
	if way[len(way)-1] == "" || len(decoded) == 0 || f.left <= 0 {
		return
	}
	// Without what was decoded before, the beginning has holes, and what copies them has too:
	// text is read where there are fewest.
	first, last := decoded[:min(len(decoded), once)], decoded[max(0, len(decoded)-once):]
	f.left -= len(first) + len(last) + call
	f.texts(way, last)
	f.file(way, first)
	if len(way) == steps {
		return
	}
	if f.nested == nil {
		f.nested = new(deflate.Finder)
	}
	f.nested.Find(first, need, func(_ proof.Observation, step string, further []byte) {
		f.look(append(slices.Clip(way), step), further, need)
	})
}

// texts reports the encoding that most of the text in b has, with its longest run, and the keys in all of it: who has the
// medium has them as well.
func (f *Finder) texts(way []string, b []byte) {
	var bytes [text.NumEncodings]int
	var longest [text.NumEncodings]text.Run
	most := text.Encoding(0)
	f.text.Find(b, least, func(r text.Run) {
		e := r.Encoding
		if r.End-r.Start > longest[e].End-longest[e].Start {
			longest[e] = r
		}
		if bytes[e] += r.End - r.Start; bytes[e] > bytes[most] {
			most = e
		}
		f.Keys(b[r.Start:r.End], e, func(kind string, _, _ int) { f.describe(Thing{way, kind, "", true}) })
	})
	if bytes[most] > 0 {
		r := longest[most]
		f.describe(Thing{Way: way, Kind: most.String(), Detail: text.Mask(b[r.Start:r.End], most, 48)})
	}
}

// file reports the first beginning of a file at a sector of b.
func (f *Finder) file(way []string, b []byte) {
	for off := 0; off+proof.SectorSize <= len(b); off += proof.SectorSize {
		if o, ok := f.signature.At(b, off); ok {
			f.describe(Thing{way, o.Kind, o.Detail, o.Keys})
			return
		}
	}
}

// describe reports a thing, once for each kind.
func (f *Finder) describe(t Thing) {
	if !slices.Contains(f.kinds, t.Kind) {
		f.kinds = append(f.kinds, t.Kind)
		f.report(t)
	}
}

// Keys says which keys a text holds, and where.
func (f *Finder) Keys(b []byte, e text.Encoding, found func(kind string, start, end int)) {
	if e != text.UTF16LE && e != text.UTF16BE {
		written.InText(b, found)
		return
	}
	f.narrow = written.Narrow(f.narrow, b, e == text.UTF16BE)
	written.InText(f.narrow, func(kind string, start, end int) { found(kind, 2*start, 2*end) })
}
