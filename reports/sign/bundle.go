package sign

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"shokyo.dev/shokyo/reports/sign/envelope"

	"shokyo.dev/shokyo/reports/sign/identity"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
)

// Attachment is a file of the bundle that is not made from the document.
type Attachment struct {
	Name string
	Data []byte
}

// Attach makes the attachments of a report from its digest. There is one name they
// can have, [AttestationFile], and it is there exactly when the document says so.
type Attach func(reportSHA256 [32]byte) ([]Attachment, error)

// WriteBundle writes the bundle of d, signed by id, to the folder dir, which
// must not exist; its parent must. attach, if not nil, gives what is to go along. All or nothing: the files go to a hidden
// folder beside dir, are brought to the disk, read back and verified; only
// then does the folder get its name. What a kill leaves behind is named
// ".NAME.partial-…" and can be deleted.
func WriteBundle(dir string, d *reports.Document, id identity.Identity, attach Attach) error {
	files, err := signedFiles(d, id, attach)
	if err != nil {
		return fmt.Errorf("bundle %s: %w", dir, err)
	}
	if err := writeBundle(filepath.Clean(dir), files, id); err != nil {
		return fmt.Errorf("write bundle %s: %w", dir, Advise(err))
	}
	return nil
}

func signedFiles(d *reports.Document, id identity.Identity, attach Attach) ([]bundleFile, error) {
	if id.Signer() == nil {
		return nil, errors.New("there is no identity to sign with")
	}
	if d.Identity != id.Facts() {
		return nil, errors.New("the document was built for another identity")
	}
	// What is rendered is what a reader of report.json will render.
	d, err := reports.Decode(d.Encode())
	if err != nil {
		return nil, fmt.Errorf("the document contradicts itself: %w", err)
	}
	// What is written is the decoded document: a text that was no UTF-8 has another spelling.
	attached, err := attachments(d, d.Encode(), attach)
	if err != nil {
		return nil, err
	}
	list := pinnedFiles(d, id, attached)
	statement := newStatement(d, list)
	statement.Predicate.SignedApart = []string{PDFFile}
	sealed, err := envelope.Seal(statement, id)
	if err != nil {
		return nil, err
	}
	list = append(list, bundleFile{envelopeFile, sealed})
	paper, err := signedPDF(d, list, id)
	return append(list, bundleFile{PDFFile, paper}), err
}

// bundleFile is a file as it is written.
type bundleFile struct {
	name string
	data []byte
}

// pinnedFiles makes the files that the envelope pins, in its order.
func pinnedFiles(d *reports.Document, id identity.Identity, attached map[string][]byte) (list []bundleFile) {
	add := func(f *file, data []byte) { list = append(list, bundleFile{f.name, data}) }
	for i := range files {
		switch f := &files[i]; f.kind {
		case document:
			add(f, d.Encode())
		case rendered:
			add(f, f.render(d))
		case certificate:
			add(f, id.PEM())
		case attachment:
			if data, ok := attached[f.name]; ok {
				add(f, data)
			}
		}
	}
	return list
}

// attachments are what goes along, by name: what the document promises, and nothing else.
func attachments(d *reports.Document, report []byte, attach Attach) (map[string][]byte, error) {
	if attach == nil {
		attach = func([32]byte) ([]Attachment, error) { return nil, nil }
	}
	list, err := attach(sha256.Sum256(report))
	if err != nil {
		return nil, err
	}
	out := make(map[string][]byte, len(list))
	for _, a := range list {
		if f := fileOf(a.Name); f == nil || f.kind != attachment || int64(len(a.Data)) > f.most {
			return nil, fmt.Errorf("%.80q with %d bytes can not be attached: only %s up to %d bytes", a.Name, len(a.Data), AttestationFile, maxAttestation)
		}
		out[a.Name] = a.Data
	}
	for i := range files {
		f := &files[i]
		if _, comes := out[f.name]; f.kind == attachment && (f.promised(d) != comes || len(out) != len(list)) {
			return nil, fmt.Errorf("the report says that its attestation is %q, and %d files come with it", d.Platform.Attestation.Kind, len(list))
		}
	}
	return out, nil
}

func writeBundle(dir string, files []bundleFile, id identity.Identity) (err error) {
	if _, err := os.Lstat(dir); err == nil {
		return fs.ErrExist
	}
	parent, name := filepath.Split(dir)
	partial := filepath.Join(parent, "."+name+".partial-"+rand.Text()[:8])
	if err := os.Mkdir(partial, 0o755); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(partial) // if it cannot be removed, its name says what it is
		}
	}()
	for _, f := range files {
		if err := wholefile.Create(filepath.Join(partial, f.name), f.data, 0o644); err != nil {
			return err
		}
	}
	if err := readBack(partial, id); err != nil {
		return fmt.Errorf("what was written does not verify: %w", err)
	}
	if err := wholefile.SyncDir(partial); err != nil {
		return err
	}
	// Rename replaces nothing but an empty folder made in between.
	if err := os.Rename(partial, dir); err != nil {
		return err
	}
	return wholefile.SyncDir(filepath.Dir(dir))
}

// readBack verifies what was written, without rendering the PDF again.
func readBack(dir string, id identity.Identity) error {
	c := check{folder: os.DirFS(dir), fresh: true}
	_, err := c.run(id.Certificate())
	if err == nil && len(c.problems) > 0 {
		err = &InvalidError{dir, c.problems}
	}
	return err
}

// Advise adds what to do to the errors that people meet when they write.
func Advise(err error) error {
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: a bundle is never overwritten, choose another folder", err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: free some space or choose another folder", err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: choose a folder that you may write to", err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: make the folder it is to lie in first", err)
	}
	return err
}
