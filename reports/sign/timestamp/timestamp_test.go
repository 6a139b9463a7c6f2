package timestamp

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/internal/tsatest"
)

var what = sha256.Sum256([]byte("a signature"))

func request(t testing.TB, policy string) *Request {
	t.Helper()
	oid, err := ParsePolicy(policy)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRequest(what, oid)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func roots(t testing.TB, path string) *x509.CertPool {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		t.Fatal("no certificate")
	}
	return pool
}

func TestFetch(t *testing.T) {
	a, other := tsatest.New(t, "ext"), tsatest.New(t, "ext")
	url := a.Serve(t, nil)
	for _, policy := range []string{"", tsatest.Other} {
		r := request(t, policy)
		token, err := r.Fetch(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if token.Digest != what || token.Authority.Subject.CommonName != "Example Time" || time.Since(token.Time).Abs() > time.Hour {
			t.Errorf("%+v", token)
		}
		if policy != "" && token.Policy.String() != policy {
			t.Errorf("policy %v", token.Policy)
		}
		again, err := Open(token.DER)
		if err != nil || !again.Time.Equal(token.Time) {
			t.Errorf("again: %v", err)
		}
		if err := again.Chain(roots(t, a.Root)); err != nil {
			t.Error(err)
		}
		if err := again.Chain(roots(t, other.Root)); err == nil || !strings.Contains(err.Error(), "do not vouch for") {
			t.Errorf("another root: %v", err)
		}
	}
}

// TestLies: what an authority does wrong is said in its name.
func TestLies(t *testing.T) {
	a, plain := tsatest.New(t, "ext"), tsatest.New(t, "plain")
	ask := func(change func(r *Request)) func([]byte) []byte { // another request in its place
		return func(q []byte) []byte {
			r, err := ParseRequest(q)
			if err != nil {
				t.Error(err)
				return q
			}
			change(r)
			b, _ := r.Encode()
			return b
		}
	}
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html>")) }))
	defer page.Close()
	junk := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/timestamp-reply")
		w.Write([]byte("hello"))
	}))
	defer junk.Close()
	down := httptest.NewServer(nil)
	down.Close()
	for _, c := range []struct{ name, url, policy, says string }{
		{"another digest", a.Serve(t, ask(func(r *Request) { r.Digest[0]++ })), "", "the digest is another"},
		{"another nonce", a.Serve(t, ask(func(r *Request) { r.Nonce = big.NewInt(1) })), "", "the nonce is another"},
		{"another policy", a.Serve(t, ask(func(r *Request) { r.Policy = nil })), tsatest.Other, "by the policy 1.2.3.4.1, asked was 1.2.3.4.5"},
		{"no such policy", a.Serve(t, nil), "1.2.3.4.99", "it does not give timestamps by that policy"},
		{"may not", plain.Serve(t, nil), "", "500 Internal"}, // openssl refuses to be such an authority
		{"a page", page.URL, "", "answers as no timestamp authority does"},
		{"junk", junk.URL, "", "not one of a timestamp authority"},
		{"down", down.URL, "", "connection refused"},
		{"no address", "tsa.example", "", "ask the timestamp authority"},
	} {
		if _, err := request(t, c.policy).Fetch(t.Context(), c.url); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// token gives one by openssl.
func token(t testing.TB) *Token {
	t.Helper()
	r := request(t, "")
	q, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := tsatest.New(t, "ext").Answer(q)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Accept(answer)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestNoBitCanChange: also of what the signature is not over. A root that seems to come from
// another one is told apart by those whom the reader trusts.
func TestNoBitCanChange(t *testing.T) {
	good := token(t)
	step := 5 // all of them take long
	if os.Getenv("SHOKYO_TAMPER") != "" {
		step = 1
	}
	for at := range good.DER {
		for bit := at % step; bit < 8; bit += step {
			changed := bytes.Clone(good.DER)
			changed[at] ^= 1 << bit
			got, err := Open(changed)
			if err == nil && got.Rooted == good.Rooted {
				t.Errorf("bit %d of byte %d (% x): %v", bit, at, good.DER[max(at-4, 0):at+5], got.Time)
			}
		}
	}
}

func TestParseRequest(t *testing.T) {
	r := request(t, tsatest.Other)
	b, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseRequest(b)
	if err != nil || back.Digest != r.Digest || back.Nonce.Cmp(r.Nonce) != 0 || !back.Policy.Equal(r.Policy) {
		t.Errorf("%+v, %v", back, err)
	}
	if _, err := ParseRequest(append(b, 0)); err == nil {
		t.Error("a byte behind it is not noticed")
	}
	for _, s := range []string{"1", "a.b", "1.2.", "9.9.9", "1.2.99999999999"} {
		if _, err := ParsePolicy(s); err == nil {
			t.Errorf("%q is a policy", s)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(token(f).DER)
	f.Fuzz(func(t *testing.T, b []byte) { Open(b) })
}

func FuzzAccept(f *testing.F) {
	r := request(f, "")
	q, err := r.Encode()
	if err != nil {
		f.Fatal(err)
	}
	answer, err := tsatest.New(f, "ext").Answer(q)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(answer)
	f.Fuzz(func(t *testing.T, b []byte) { r.Accept(b) })
}
