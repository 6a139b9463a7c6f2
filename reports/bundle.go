package reports

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// The files of a bundle. All are there, always; nothing else may be.
const (
	reportFile   = "report.json"
	envelopeFile = "report.dsse.json"
	htmlFile     = "report.html"
	mapFile      = "regions.map"
	pngFile      = "map.png"
	dfxmlFile    = "findings.dfxml"
)

type bundleFile struct {
	name string
	data []byte
}

// bundleFiles renders everything that the envelope pins: the report first, the
// others by name.
func bundleFiles(d *Document, id Identity) []bundleFile {
	return []bundleFile{
		{reportFile, d.Encode()},
		{dfxmlFile, RenderDFXML(d)},
		{CertificateFile, id.certPEM()},
		{pngFile, RenderPNG(d)},
		{mapFile, RenderMap(d)},
		{htmlFile, RenderHTML(d)},
	}
}

// WriteBundle writes the bundle of d, signed by id, to the folder dir, which
// must not exist; its parent must. All or nothing: the files go to a hidden
// folder beside dir, are brought to the disk, read back and verified; only
// then does the folder get its name. What a kill leaves behind is named
// ".NAME.partial-…" and can be deleted.
func WriteBundle(dir string, d *Document, id Identity) error {
	files, err := signedFiles(d, id)
	if err != nil {
		return fmt.Errorf("bundle %s: %w", dir, err)
	}
	if err := writeBundle(filepath.Clean(dir), files, id); err != nil {
		return fmt.Errorf("write bundle %s: %w", dir, advise(err))
	}
	return nil
}

func signedFiles(d *Document, id Identity) ([]bundleFile, error) {
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
	files := bundleFiles(d, id)
	envelope, err := sealEnvelope(newStatement(d, files), id)
	if err != nil {
		return nil, err
	}
	return append(files, bundleFile{envelopeFile, envelope}), nil
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
		if err := writeNew(filepath.Join(partial, f.name), f.data, 0o644); err != nil {
			return err
		}
	}
	if _, err := Verify(partial, id.cert); err != nil {
		return fmt.Errorf("what was written does not verify: %w", err)
	}
	if err := syncDir(partial); err != nil {
		return err
	}
	// Rename replaces nothing but an empty folder made in between.
	if err := os.Rename(partial, dir); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

// writeNew writes a file that must not exist, and brings it to the disk.
func writeNew(path string, b []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(path)
	}
	return err
}

// syncDir brings the names in a folder to the disk. Some file systems (FAT,
// network shares) cannot and say so; there is nothing more to be done there.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, f.Close())
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
