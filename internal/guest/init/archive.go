package main

import (
	"archive/tar"
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/guest/job"
)

// bringBack writes the report, the kernel's log and the kept folders to the
// scratch disk, from its first byte.
func (g *guest) bringBack() (err error) {
	name := await(job.Disk{Serial: job.ScratchSerial})
	if name == "" {
		return errors.New("no scratch disk for the results")
	}
	disk, err := os.OpenFile("/dev/"+name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, disk.Sync(), disk.Close()) }()
	buffered := bufio.NewWriterSize(disk, 1<<20)
	archive := tar.NewWriter(buffered)
	report, err := json.Marshal(g.report)
	if err == nil {
		err = put(archive, job.ReportName, report)
	}
	err = errors.Join(err, put(archive, job.LogName, kernelLog()))
	for _, dir := range g.job.Keep {
		err = errors.Join(err, putFolder(archive, dir))
	}
	return errors.Join(err, archive.Close(), buffered.Flush())
}

func put(w *tar.Writer, name string, b []byte) error {
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(b))}); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

// putFolder keeps the regular files below dir under their whole path. A folder
// that no step made is no mistake.
func putFolder(w *tar.Writer, dir string) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return put(w, path, b)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// kernelLog is the kernel's ring buffer (syslog(2), action 3: read all).
func kernelLog() []byte {
	b := make([]byte, 1<<20)
	n, err := unix.Klogctl(unix.SYSLOG_ACTION_READ_ALL, b)
	if err != nil {
		return fmt.Append(nil, err)
	}
	return b[:n]
}
