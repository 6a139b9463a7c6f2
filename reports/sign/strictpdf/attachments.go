package strictpdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
)

// Attachment is a file embedded in a PDF.
type Attachment struct {
	Name string
	Data []byte
}

// Bounds of what is embedded: a bundle has ten files, each of at most 64 MiB.
const (
	maxAttachments = 32
	maxUnpacked    = 64 << 20 // of all together
)

// Attachments unpacks the files that the catalog names. One that it does not name is
// refused: a reader that lists files otherwise would show what nobody checked.
func (f *File) Attachments() (list []Attachment, err error) {
	left, seen := int64(maxUnpacked), map[Ref]bool{}
	tree := f.dict(f.dict(f.Object(f.Root))["Names"])["EmbeddedFiles"]
	names, err := f.nameTree(f.dict(tree), 0)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(names); i += 2 {
		a, r, err := f.attachment(f.dict(names[i+1]), left)
		if err != nil {
			return nil, err
		}
		if seen[r] {
			return nil, fmt.Errorf("the PDF names one embedded file twice: %.40q", a.Name)
		}
		seen[r] = true
		left -= int64(len(a.Data))
		list = append(list, a)
	}
	return list, f.allNamed(seen)
}

// nameTree gives keys and values in turn (ISO 32000-1 7.9.6).
func (f *File) nameTree(d Dict, depth int) (all Array, err error) {
	names, _ := f.at(d["Names"]).(Array)
	kids, _ := f.at(d["Kids"]).(Array)
	if depth > 3 || len(names)%2 != 0 || len(names)/2 > maxAttachments || len(kids) > maxAttachments {
		return nil, errors.New("the list of embedded files has another form than shokyo writes")
	}
	all = append(all, names...)
	for _, k := range kids {
		more, err := f.nameTree(f.dict(k), depth+1)
		if err != nil {
			return nil, err
		}
		if all = append(all, more...); len(all)/2 > maxAttachments {
			return nil, fmt.Errorf("the PDF has more than %d embedded files", maxAttachments)
		}
	}
	return all, nil
}

// attachment reads a file specification (ISO 32000-1 table 44).
func (f *File) attachment(spec Dict, most int64) (Attachment, Ref, error) {
	name, ok := f.at(spec["UF"]).(String)
	if !ok {
		name, ok = f.at(spec["F"]).(String)
	}
	ef := f.dict(spec["EF"])
	r, isRef := ef["F"].(Ref)
	if uf, has := ef["UF"]; !ok || !isRef || has && uf != any(r) {
		return Attachment{}, 0, errors.New("an embedded file of the PDF has no name, or not exactly one content")
	}
	s, ok := f.Object(r).(*Stream)
	if !ok {
		return Attachment{}, 0, fmt.Errorf("the embedded file %.40q of the PDF is not there", name)
	}
	data, err := s.unpack(most)
	if err != nil {
		return Attachment{}, 0, fmt.Errorf("the embedded file %.40q of the PDF: %w", name, err)
	}
	return Attachment{text(name), data}, r, nil
}

// unpack gives the bytes of a stream that is not packed, or by FlateDecode alone.
func (s *Stream) unpack(most int64) ([]byte, error) {
	if _, is := s.Dict["DecodeParms"]; is {
		return nil, errors.New("is packed with parameters")
	}
	switch filter := s.Dict["Filter"].(type) {
	case nil:
		if int64(len(s.Raw)) > most {
			return nil, errors.New("is too large")
		}
		return s.Raw, nil
	case Name:
		if filter == "FlateDecode" {
			return inflate(s.Raw, most)
		}
	case Array:
		if len(filter) == 1 && filter[0] == Name("FlateDecode") {
			return inflate(s.Raw, most)
		}
	}
	return nil, errors.New("is packed in another way than shokyo packs")
}

// inflate wants that nothing stands behind the packed data, and its checksum to hold.
func inflate(b []byte, most int64) ([]byte, error) {
	in := bytes.NewReader(b)
	z, err := zlib.NewReader(in)
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(out)) > most:
		return nil, errors.New("unpacks to more than it can be")
	case in.Len() > 0:
		return nil, errors.New("something stands behind the packed data")
	}
	return out, nil
}

// allNamed looks for embedded files that the catalog does not name.
func (f *File) allNamed(seen map[Ref]bool) error {
	for n, v := range f.objects {
		s, ok := v.(*Stream)
		if ok && s.Dict["Type"] == Name("EmbeddedFile") && !seen[Ref(n)] {
			return fmt.Errorf("object %d of the PDF is an embedded file that its list does not name", n)
		}
	}
	return nil
}

// text decodes a text string (ISO 32000-1 7.9.2.2): UTF-16 with a mark, or one byte each.
func text(s String) string {
	b := []byte(s)
	if len(b) < 2 || b[0] != 0xFE || b[1] != 0xFF {
		return string(s)
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 2; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}
