package proof

// Format is one kind of file: where its magic number stands, what it is, and the
// parser that goes on until chance is excluded. The cursor of a format whose magic
// number comes first starts behind it, any other at the file's first byte.
type Format struct {
	At    int
	Magic string
	Read  func(*Cursor)
	Kinds []string // the first unless the parser says otherwise
}

// File is a format that begins with its magic number.
func File(magic string, read func(*Cursor), kinds ...string) Format {
	return Format{Magic: magic, Read: read, Kinds: kinds}
}

// FileAt is a format whose magic number stands at an offset.
func FileAt(at int, magic string, read func(*Cursor), kinds ...string) Format {
	return Format{At: at, Magic: magic, Read: read, Kinds: kinds}
}

// Fits says that the magic number is there.
func (f *Format) Fits(b []byte) bool { return len(b) >= f.At && hasPrefix(b[f.At:], f.Magic) }

// Confirm lets a format's parser read buf from off on, where its magic number fits, and
// makes the observation of what it confirmed.
func (p *Cursor) Confirm(f *Format, buf []byte, off int) (Observation, bool) {
	p.begin(f, buf[off:])
	f.Read(p)
	p.b = nil // do not keep the caller's page alive
	bits := p.score - kindBits
	if p.length == 0 || bits < MinBits {
		return Observation{}, false
	}
	return Observation{Kind: p.Kind, Start: off, End: off + p.length, Bits: bits, Keys: p.Keys, Detail: p.detail}, true
}

// Strongest tries the formats whose magic number is at buf[off:], in their order, and keeps in
// best the strongest of the answers and of what best was before.
func (p *Cursor) Strongest(formats []Format, buf []byte, off int, best *Observation) {
	for i := range formats {
		f := &formats[i]
		if !f.Fits(buf[off:]) {
			continue
		}
		if o, ok := p.Confirm(f, buf, off); ok && o.Bits > best.Bits {
			*best = o
		}
	}
}

func (p *Cursor) begin(f *Format, b []byte) {
	*p = Cursor{b: b, Kind: f.Kinds[0]}
	if f.At == 0 {
		p.Lit(f.Magic)
	}
}
