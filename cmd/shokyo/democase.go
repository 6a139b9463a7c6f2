package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"shokyo.dev/shokyo/internal/disktest/demo"
	"shokyo.dev/shokyo/words/terminal"
)

// What the demo of a case leaves in its folder.
var demoCaseFiles = []string{"documents", "records", "records.key", "reports", "tenant-b", "keys.csv", "log.csv", "passphrase", "lab", "keys", "logs", "case", "joint"}

// trial is a small trial from the first file to the joint report. Two tenants had their data on encrypted volumes; the key of
// one was destroyed in a key server. Its disk is the target, a disk with the same files that was never encrypted the control,
// and what the other tenant has survives. Every step is a command, carried out as a person would, and shown.
type trial struct {
	*program
	out   string
	quiet bool
	now   time.Time
}

func (t *trial) in(name string) string { return filepath.Join(t.out, name) }

// run makes what the trial has, and goes through its steps.
func (t *trial) run() (int, error) {
	target, control, err := demo.WriteDisks(t.in("disks"), 0, func(step string) { t.say(step + " …\n") })
	if err == nil {
		err = demo.WriteDocuments(t.in("documents"))
	}
	if err == nil {
		err = t.write()
	}
	if err != nil {
		return exitFailed, err
	}
	as := *t.program
	if t.quiet { // what a step that fails would say, its command says when it is repeated
		if as.stderr, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
			return exitFailed, err
		}
		defer as.stderr.Close()
		as.stdout = io.Discard
	}
	for _, s := range t.steps(target, control) {
		t.say("\n$ shokyo " + strings.Join(s.args, " ") + "\n")
		if status := as.run(s.args); t.ctx.Err() != nil {
			return exitInterrupted, t.ctx.Err()
		} else if status != s.status {
			return exitFailed, fmt.Errorf("the trial went wrong: shokyo %s ended with status %d, want %d", strings.Join(s.args, " "), status, s.status)
		}
		if s.then != nil {
			if err := s.then(); err != nil {
				return exitFailed, err
			}
		}
	}
	t.say("\n" + terminal.TrialDone.Say(printable(filepath.Join(t.in("joint"), "case.html"))).EN + "\n")
	return exitOK, nil
}

func (t *trial) say(text string) {
	if !t.quiet {
		t.tell(text)
	}
}

// write makes what others than shokyo give: the key server's list and log, and the other tenant's files.
func (t *trial) write() error {
	day := func(ago int) string { return t.now.AddDate(0, 0, -ago).Format(time.RFC3339) }
	register := []byte("id,name\n1,Example Taro\n")
	if err := os.MkdirAll(t.in("tenant-b"), 0o755); err != nil {
		return err
	}
	list := fmt.Sprintf("%x  tenant-b/register.csv\n", sha256.Sum256(register))
	for name, text := range map[string]string{
		"tenant-b/register.csv": string(register), "tenant-b/before.txt": list, "tenant-b/after.txt": list,
		"passphrase": "correct-horse-battery-staple\n",
		"keys.csv": "key_id,state,created,activated,destroyed,said\nK-A,destroyed," + strings.Join([]string{day(40), day(39), day(3), day(1)}, ",") +
			"\nK-B,active," + strings.Join([]string{day(40), day(39), "", day(1)}, ",") + "\n",
		"log.csv": "time,event,key_id,actor,result,sequence\n" + day(40) + ",create,K-A,alice,success,101\n" + day(39) + ",activate,K-A,alice,success,102\n" +
			day(38) + ",first-write,K-A,system,success,103\n" + day(4) + ",revoke,K-A,alice,success,104\n" + day(3) + ",destroy,K-A,bob,success,105\n",
	} {
		if err := os.WriteFile(t.in(name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// volume states to the case what was erased.
func (t *trial) volume() error {
	f, err := os.OpenFile(filepath.Join(t.in("case"), "case.toml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	at := func(ago int) string { return t.now.AddDate(0, 0, -ago).Format(time.RFC3339) }
	_, err = fmt.Fprintf(f, "\n[[volume]]\nid = \"tenant-a\"\nkeys = [\"K-A\"]\nfirst_write = %s\nlast_write = %s\n", at(38), at(5))
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// step is one call, how it ends, and what a person does then.
type step struct {
	args   []string
	status int
	then   func() error
}

func (t *trial) steps(target, control string) []step {
	const id = "DEMO-1"
	lab := []string{"--identity", t.in("lab"), "--passphrase-file", t.in("passphrase")}
	signed := func(args ...string) []string { return append(args, lab...) }
	scan := func(disk string) []string {
		return signed("scan", disk, "--corpus", t.in("records"), "--case", id, "--out", t.in("reports"), "--attest", "none")
	}
	of := func(disk string) string { return filepath.Join(t.in("reports"), filepath.Base(disk)) }
	c := t.in("case")
	return []step{
		{args: []string{"keygen", "--name", "Example Lab", "--out", t.in("lab"), "--passphrase-file", t.in("passphrase")}},
		{args: signed("corpus", "build", t.in("documents"), "--name", "resident-records", "--out", t.in("records"))},
		{args: scan(target)},
		{args: scan(control), status: exitResidue},
		{args: signed("keys", "import", "csv-keys", t.in("keys.csv"), "--case", id, "--out", t.in("keys"))},
		{args: signed("keys", "import", "csv-log", t.in("log.csv"), "--case", id, "--out", t.in("logs"))},
		{args: []string{"case", "init", c, "--id", id, "--template", "trial", "--signer", filepath.Join(t.in("lab"), "lab.cert.pem")}, then: t.volume},
		{args: []string{"case", "add", c, "bundle", of(target), "--role", "target"}},
		{args: []string{"case", "add", c, "bundle", of(control), "--role", "control"}},
		{args: []string{"case", "add", c, "keys", t.in("keys"), t.in("logs")}},
		{args: []string{"case", "add", c, "survivor-before", t.in("tenant-b/before.txt")}},
		{args: []string{"case", "add", c, "survivor-after", t.in("tenant-b/after.txt")}},
		{args: []string{"case", "check", c}},
		{args: signed("case", "report", c, "--out", t.in("joint"))},
		{args: []string{"case", "verify", t.in("joint"), "--cert", filepath.Join(t.in("lab"), "lab.cert.pem")}},
	}
}
