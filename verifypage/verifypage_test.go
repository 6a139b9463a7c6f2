package verifypage

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/chrometest"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/identity"
)

// signed is the PDF and the ZIP of a report, and the certificate of who signed it.
func signed(t *testing.T) (pdf, zip, cert []byte) {
	t.Helper()
	id, err := identity.New(identity.Holder{Name: "Example Lab"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	d := build.Document(reporttest.Control(), id.Facts())
	dir := filepath.Join(t.TempDir(), "sdb")
	if err := sign.WriteBundle(dir, d, id, nil); err != nil {
		t.Fatal(err)
	}
	if pdf, err = os.ReadFile(filepath.Join(dir, sign.PDFFile)); err != nil {
		t.Fatal(err)
	}
	if zip, err = sign.Zip(dir); err != nil {
		t.Fatal(err)
	}
	return pdf, zip, id.PEM()
}

// The page says what shokyo verify says, and never more than was checked.
func TestCheck(t *testing.T) {
	pdf, zip, cert := signed(t)
	_, _, other := signed(t)
	changed := bytes.Clone(pdf)
	changed[len(changed)/3] ^= 1
	for name, c := range map[string]struct {
		file        string
		report      []byte
		cert        []byte
		status, has string
	}{
		"a PDF, the laboratory known":   {"report.pdf", pdf, cert, "valid", "Residue found"},
		"a ZIP, the laboratory known":   {"sdb.zip", zip, cert, "valid", "Residue found"},
		"nobody known":                  {"report.pdf", pdf, nil, "signer-unknown", "Example Lab"},
		"another laboratory":            {"report.pdf", pdf, other, "not-valid", "certificate"},
		"changed":                       {"report.pdf", changed, cert, "not-valid", "not those that were signed"},
		"cut short":                     {"report.pdf", pdf[:len(pdf)/2], cert, "not-valid", ""},
		"no report":                     {"x.txt", []byte("hello"), cert, "not-checked", "no PDF or ZIP"},
		"nothing":                       {"x", nil, nil, "not-checked", ""},
		"what is no certificate":        {"report.pdf", pdf, []byte("x"), "not-checked", ""},
		"a PDF that is called a report": {"report.pdf", []byte("%PDF-1.7\n"), nil, "not-valid", ""},
	} {
		a := Check(c.file, c.report, Whom{Signer: c.cert}, reports.Tool{})
		if a.Status != c.status || !strings.Contains(a.JSON(), c.has) {
			t.Errorf("%s: %s, %.600s", name, a.Status, a.JSON())
		}
		if whole := c.status == "valid" || c.status == "signer-unknown"; (a.Page != "") != whole {
			t.Errorf("%s: a page of %d bytes", name, len(a.Page))
		}
		if a.Heading.EN == "" || a.Heading.JA == "" || a.Meaning.EN == "" || a.Meaning.JA == "" {
			t.Errorf("%s: nothing is said: %+v", name, a.Heading)
		}
	}
}

// Whom else the reader trusts is asked too (package trust): what is missing then is no word of praise.
func TestWhom(t *testing.T) {
	pdf, _, cert := signed(t)
	for name, c := range map[string]struct {
		whom        Whom
		status, has string
	}{
		"a timestamp is wanted, and there is none": {Whom{Signer: cert, Stamps: cert}, "not-valid", "no timestamp"},
		"a list, and no authority":                 {Whom{Signer: cert, Lists: [][]byte{[]byte("x")}}, "not-checked", "revocation list"},
		"no certificates of time":                  {Whom{Signer: cert, Stamps: []byte("x")}, "not-checked", "no certificate"},
	} {
		if a := Check("report.pdf", pdf, c.whom, reports.Tool{}); a.Status != c.status || !strings.Contains(a.JSON(), c.has) || a.Page != "" {
			t.Errorf("%s: %s, %.600s", name, a.Status, a.JSON())
		}
	}
}

// A stranger's browser comes to the same answers, from the one file and without a network.
func TestInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the page, and opens it in Chromium")
	}
	file := filepath.Join(t.TempDir(), "verify.html")
	cmd := exec.Command("go", "run", "./scripts/verify-page", "-out", file)
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	pdf, zip, cert := signed(t)
	p := chrometest.Open(t, "file://"+file)
	drop := func(name string, report, cert []byte) (status, text string) {
		t.Helper()
		b64 := base64.StdEncoding.EncodeToString
		// What a hand does: a certificate is chosen, a file is dropped. Then the page is waited for until it has an answer.
		script := fmt.Sprintf(`new Promise((done, fail) => {
			const ready = () => document.readyState === "complete" && typeof shokyoVerify === "function" ? go() : setTimeout(ready, 20);
			const file = (b64, name) => new File([Uint8Array.from(atob(b64), c => c.charCodeAt(0))], name);
			const list = f => { const d = new DataTransfer(); if (f) d.items.add(f); return d; };
			const go = () => {
				document.getElementById("cert").files = list(%q ? file(%q, "cert.pem") : null).files;
				new MutationObserver((_, o) => { if (document.querySelector("#answer .head")) { o.disconnect();
					const a = document.getElementById("answer"); done(JSON.stringify([a.className, a.innerText])); } })
					.observe(document.getElementById("answer"), { childList: true });
				document.dispatchEvent(new DragEvent("drop", { dataTransfer: list(file(%q, %q)), bubbles: true, cancelable: true }));
			};
			ready();
		})`, b64(cert), b64(cert), b64(report), name)
		var got [2]string
		if err := json.Unmarshal([]byte(p.Eval(script)), &got); err != nil {
			t.Fatal(err)
		}
		return got[0], got[1]
	}
	changed := bytes.Clone(pdf)
	changed[len(changed)/3] ^= 1
	for _, c := range []struct {
		name         string
		report, cert []byte
		status, has  string
	}{
		{"report.pdf", pdf, cert, "valid", "残留データを検出しました"},
		{"sdb.zip", zip, cert, "valid", "Residue found"},
		{"report.pdf", pdf, nil, "signer-unknown", "WHOLE, SIGNER UNKNOWN"},
		{"report.pdf", changed, cert, "not-valid", "NOT VALID"},
		{"x.pdf", []byte("<img src=x onerror=alert(1)>"), nil, "not-valid", "NOT VALID"},
	} {
		status, text := drop(c.name, c.report, c.cert)
		if status != c.status || !strings.Contains(text, c.has) {
			t.Errorf("%s: %s, %.400s", c.name, status, text)
		}
	}
}
