package timestamp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"
)

// patience is how long an authority may take.
const patience = 30 * time.Second

// Fetch asks the authority at url (RFC 3161 section 3.4) and accepts what it answers. Only
// a digest, a nonce and a policy leave this machine.
func (r *Request) Fetch(ctx context.Context, url string) (*Token, error) {
	body, err := r.Encode()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask the timestamp authority: %w", err)
	}
	q.Header.Set("Content-Type", "application/timestamp-query")
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return nil, fmt.Errorf("ask the timestamp authority: %w", err)
	}
	defer answer.Body.Close()
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if answer.StatusCode != http.StatusOK || kind != "application/timestamp-reply" {
		return nil, fmt.Errorf("%s answers as no timestamp authority does: %s, %.60q", q.URL.Redacted(), answer.Status, kind)
	}
	der, err := io.ReadAll(io.LimitReader(answer.Body, 2*MaxToken))
	if err != nil {
		return nil, fmt.Errorf("read the timestamp authority's answer: %w", err)
	}
	return r.Accept(der)
}
