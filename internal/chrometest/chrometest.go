// Package chrometest opens pages in a headless Chromium, for tests, and asks them (Chrome DevTools Protocol over a pipe).
package chrometest

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// Page is a page that is open.
type Page struct {
	t       *testing.T
	to      *os.File
	from    *bufio.Reader
	session string
	calls   int
}

type message struct {
	ID        int             `json:"id,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    any             `json:"params,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     json.RawMessage `json:"error,omitempty"`
}

// Open opens a page, and closes it when the test ends.
func Open(t *testing.T, url string) *Page {
	t.Helper()
	in, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := os.MkdirTemp("", "chrometest-")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run", "--user-data-dir="+profile, "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{in, out} // descriptors 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v: chromium is installed by scripts/install-test-tools", err)
	}
	in.Close()
	out.Close()
	p := &Page{t: t, to: to, from: bufio.NewReader(from)}
	t.Cleanup(func() {
		p.session = ""
		p.send("Browser.close", nil) // all of its processes end
		to.Close()
		cmd.Wait()
		from.Close()
		os.RemoveAll(profile)
	})
	var target struct{ TargetID string }
	p.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	p.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	p.session = session.SessionID
	var nothing struct{}
	p.call("Page.enable", nothing, &nothing)
	p.call("Page.navigate", map[string]any{"url": url}, &nothing)
	for loaded := false; !loaded; { // the blank page may tell that it is loaded, too
		if p.read().Method == "Page.loadEventFired" {
			loaded = p.Eval("location.href") == url
		}
	}
	return p
}

func (p *Page) read() (m message) {
	p.t.Helper()
	b, err := p.from.ReadBytes(0)
	if err == nil {
		err = json.Unmarshal(b[:len(b)-1], &m)
	}
	if err != nil {
		p.t.Fatalf("the browser ended: %v", err)
	}
	return m
}

func (p *Page) send(method string, params any) error {
	p.calls++
	b, err := json.Marshal(message{ID: p.calls, Method: method, Params: params, SessionID: p.session})
	if err == nil {
		_, err = p.to.Write(append(b, 0))
	}
	return err
}

// call waits for the answer; what the browser tells besides is passed over.
func (p *Page) call(method string, params, result any) {
	p.t.Helper()
	if err := p.send(method, params); err != nil {
		p.t.Fatal(err)
	}
	m := p.read()
	for m.ID != p.calls {
		m = p.read()
	}
	if m.Error != nil {
		p.t.Fatalf("%s: %s", method, m.Error)
	}
	if err := json.Unmarshal(m.Result, result); err != nil {
		p.t.Fatal(err)
	}
}

// Eval gives the text that an expression, or what it promises, comes to.
func (p *Page) Eval(expression string) string {
	p.t.Helper()
	var answer struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	p.call("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &answer)
	if answer.ExceptionDetails != nil {
		p.t.Fatalf("%.200s: %s", expression, answer.ExceptionDetails)
	}
	text, _ := answer.Result.Value.(string)
	return text
}
