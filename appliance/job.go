package appliance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"shokyo.dev/shokyo/appliance/job"
)

// readJob reads the job from the stick. There need not be one. It keeps a copy:
// the report pins the bytes that were carried out, whatever becomes of the file.
func (a *Appliance) readJob() (*job.Job, error) {
	if _, err := a.stick.Free(); err != nil {
		return nil, nil // the console says what is the matter with the stick
	}
	var b []byte
	err := a.stick.With(func(dir string) (err error) {
		b, err = job.ReadFile(filepath.Join(dir, job.Name))
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return &job.Job{AtEnd: job.ThenConsole}, fmt.Errorf("read %s: %w", job.Name, err)
	}
	if b == nil {
		return nil, nil
	}
	j, err := job.Parse(b)
	if err != nil {
		return j, err
	}
	file := filepath.Join(a.runDir, job.Name)
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return j, err
	}
	a.jobFile = file
	return j, a.keepCase(j)
}

// keepCase puts the tables of a job where shokyo reads them.
func (a *Appliance) keepCase(j *job.Job) error {
	a.caseFile = ""
	if j.CaseFile == "" {
		return nil
	}
	file := filepath.Join(a.runDir, "case.toml")
	if err := os.WriteFile(file, []byte(j.CaseFile), 0o600); err != nil {
		return err
	}
	a.caseFile = file
	return nil
}
