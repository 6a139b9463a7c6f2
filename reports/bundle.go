package reports

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"shokyo.dev/shokyo/internal/wholefile"
)

// The files of a bundle. All are there, always, but for attestation.json, which is
// there when the report says so; nothing else may be.
const (
	reportFile   = "report.json"
	envelopeFile = "report.dsse.json"
	htmlFile     = "report.html"
	mapFile      = "regions.map"
	pngFile      = "map.png"
	dfxmlFile    = "findings.dfxml"

	// AttestationFile is made by the caller (package attest).
	AttestationFile = "attestation.json"
)

// Attachment is a file of the bundle that is not made from the document.
type Attachment struct {
	Name string
	Data []byte
}

// Attach makes the attachments of a report from its digest. There is one name they
// can have, [AttestationFile], and it is there exactly when the document says so.
type Attach func(reportSHA256 [32]byte) ([]Attachment, error)

type bundleFile struct {
	name string
	data []byte
}

// bundleFiles are all that the envelope pins: the report first, the others by name.
func bundleFiles(d *Document, id Identity) []bundleFile {
	files := append([]bundleFile{{reportFile, d.Encode()}}, renderings(d)...)
	return slices.Insert(files, 2, bundleFile{CertificateFile, id.certPEM()})
}

// renderings are the files that are made from the document, by name.
func renderings(d *Document) []bundleFile {
	return []bundleFile{
		{dfxmlFile, RenderDFXML(d)},
		{pngFile, RenderPNG(d)},
		{mapFile, RenderMap(d)},
		{htmlFile, RenderHTML(d)},
	}
}

// WriteBundle writes the bundle of d, signed by id, to the folder dir, which
// must not exist; its parent must. attach, if not nil, gives what is to go along. All or nothing: the files go to a hidden
// folder beside dir, are brought to the disk, read back and verified; only
// then does the folder get its name. What a kill leaves behind is named
// ".NAME.partial-…" and can be deleted.
func WriteBundle(dir string, d *Document, id Identity, attach Attach) error {
	files, err := signedFiles(d, id, attach)
	if err != nil {
		return fmt.Errorf("bundle %s: %w", dir, err)
	}
	if err := writeBundle(filepath.Clean(dir), files, id); err != nil {
		return fmt.Errorf("write bundle %s: %w", dir, advise(err))
	}
	return nil
}

func signedFiles(d *Document, id Identity, attach Attach) ([]bundleFile, error) {
	if id.key == nil {
		return nil, errors.New("there is no identity to sign with")
	}
	if d.Identity != id.facts() {
		return nil, errors.New("the document was built for another identity")
	}
	// What is rendered is what a reader of report.json will render.
	d, err := Decode(d.Encode())
	if err != nil {
		return nil, fmt.Errorf("the document contradicts itself: %w", err)
	}
	files, err := attached(d, bundleFiles(d, id), attach)
	if err != nil {
		return nil, err
	}
	envelope, err := sealEnvelope(newStatement(d, files), id)
	if err != nil {
		return nil, err
	}
	return append(files, bundleFile{envelopeFile, envelope}), nil
}

// attached puts the attachments where their name belongs: the report first, the
// others by name.
func attached(d *Document, files []bundleFile, attach Attach) ([]bundleFile, error) {
	if attach == nil {
		attach = func([32]byte) ([]Attachment, error) { return nil, nil }
	}
	more, err := attach(sha256.Sum256(files[0].data))
	if err != nil {
		return nil, err
	}
	for _, a := range more {
		if a.Name != AttestationFile || len(a.Data) > maxAttestation {
			return nil, fmt.Errorf("%.80q with %d bytes can not be attached: only %s up to %d bytes", a.Name, len(a.Data), AttestationFile, maxAttestation)
		}
	}
	if want := d.Platform.Attestation.Kind == AttestedTPM2; len(more) > 1 || want != (len(more) == 1) {
		return nil, fmt.Errorf("the report says that its attestation is %q, and %d files come with it", d.Platform.Attestation.Kind, len(more))
	}
	for _, a := range more {
		files = slices.Insert(files, 1, bundleFile{a.Name, a.Data})
	}
	return files, nil
}

func writeBundle(dir string, files []bundleFile, id Identity) (err error) {
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
	if _, err := Verify(partial, id.cert); err != nil {
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

// advise adds what to do to the errors that people meet.
func advise(err error) error {
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
