package guest

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"shokyo.dev/shokyo/internal/guest/job"
)

// Results is what came back from a guest.
type Results struct {
	Report    job.Report
	Files     map[string][]byte // below the kept folders, by their paths in the guest
	KernelLog string
	Console   string
	Took      time.Duration // from QEMU's start to its end
}

// Step returns the outcome of the step of that name.
func (r *Results) Step(name string) (job.Outcome, error) {
	for _, o := range r.Report.Outcomes {
		if o.Name == name {
			return o, nil
		}
	}
	return job.Outcome{}, fmt.Errorf("no step %q was run", name)
}

// Disk returns how the kernel showed the disk of that name.
func (r *Results) Disk(name string) (job.Sighting, error) {
	for _, s := range r.Report.Disks {
		if s.Disk == name {
			return s, nil
		}
	}
	return job.Sighting{}, fmt.Errorf("the machine has no disk %q", name)
}

// readResults reads the archive at the start of the scratch disk. A disk of
// zeros is an empty archive: the guest did not get that far.
func readResults(scratch string) (*Results, error) {
	f, err := os.Open(scratch)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := &Results{Files: make(map[string][]byte)}
	for archive := tar.NewReader(f); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("results of the guest: %w", err)
		}
		if r.Files[h.Name], err = io.ReadAll(archive); err != nil {
			return nil, fmt.Errorf("results of the guest: %s: %w", h.Name, err)
		}
	}
	report, ok := r.Files[job.ReportName]
	if !ok {
		return nil, errors.New("the guest brought nothing back")
	}
	r.KernelLog = string(r.Files[job.LogName])
	return r, json.Unmarshal(report, &r.Report)
}
