package timestamp

import (
	"bytes"
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/reports/sign/cms"
)

// Request is what an authority is asked. Nothing of the report is in it but a digest.
type Request struct {
	Digest [32]byte
	Nonce  *big.Int
	Policy asn1.ObjectIdentifier // nil: the authority's own
}

// NewRequest asks for a timestamp of what has that SHA-256.
func NewRequest(digest [32]byte, policy asn1.ObjectIdentifier) (*Request, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, fmt.Errorf("make a nonce: %w", err)
	}
	return &Request{digest, nonce, policy}, nil
}

// ParsePolicy reads an object identifier, as in 1.2.392.200000.1; empty is none.
func ParsePolicy(s string) (oid asn1.ObjectIdentifier, err error) {
	if s == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil, fmt.Errorf("%.60q is no object identifier, as in 1.2.392.200000.1", s)
		}
		oid = append(oid, int(n))
	}
	if _, err := asn1.Marshal(oid); err != nil {
		return nil, fmt.Errorf("%.60q is no object identifier, as in 1.2.392.200000.1", s)
	}
	return oid, nil
}

// RFC 3161 section 2.4.1.
type timeStampReq struct {
	Version    int
	Imprint    messageImprint
	Policy     asn1.ObjectIdentifier `asn1:"optional"`
	Nonce      *big.Int              `asn1:"optional"`
	CertReq    bool                  `asn1:"optional"`
	Extensions asn1.RawValue         `asn1:"optional,tag:0"`
}

// Encode gives the request in DER; the certificate of the authority is asked for.
func (r *Request) Encode() ([]byte, error) {
	imprint := messageImprint{pkix.AlgorithmIdentifier{Algorithm: cms.SHA256, Parameters: asn1.NullRawValue}, r.Digest[:]}
	return asn1.Marshal(timeStampReq{Version: 1, Imprint: imprint, Policy: r.Policy, Nonce: r.Nonce, CertReq: true})
}

// ParseRequest reads what Encode wrote: a request that was carried to another machine.
func ParseRequest(der []byte) (*Request, error) {
	var q timeStampReq
	if err := whole(der, &q); err != nil || len(q.Imprint.Digest) != 32 || q.Nonce == nil {
		return nil, errors.New("not a timestamp request of shokyo")
	}
	r := &Request{[32]byte(q.Imprint.Digest), q.Nonce, q.Policy}
	if again, err := r.Encode(); err != nil || !bytes.Equal(again, der) {
		return nil, errors.New("not a timestamp request of shokyo")
	}
	return r, nil
}

// RFC 3161 section 2.4.2.
type timeStampResp struct {
	Status statusInfo
	Token  asn1.RawValue `asn1:"optional"`
}

type statusInfo struct {
	Status int
	Text   []string       `asn1:"optional,utf8"`
	Fail   asn1.BitString `asn1:"optional"`
}

// failures by their bits: RFC 3161 section 2.4.2, PKIFailureInfo.
var failures = map[int]error{
	0: errors.New("it does not know the algorithm"), 2: errors.New("it does not permit the request"), 5: errors.New("it could not read the request"), 14: errors.New("its clock is not available"),
	15: errors.New("it does not give timestamps by that policy"), 16: errors.New("it does not know an extension"), 17: errors.New("it cannot say what was asked besides"), 25: errors.New("it failed"),
}

func (s *statusInfo) why() error {
	for bit, why := range failures {
		if s.Fail.At(bit) == 1 {
			return why
		}
	}
	return errors.New("it gives no reason")
}

// Accept reads an authority's answer. It is refused unless it is a token for this very
// request: this digest, this nonce, this policy.
func (r *Request) Accept(der []byte) (*Token, error) {
	var answer timeStampResp
	if err := whole(der, &answer); err != nil {
		return nil, errors.New("the answer is not one of a timestamp authority (RFC 3161)")
	}
	if s := answer.Status; s.Status != 0 && s.Status != 1 { // granted, granted with changes
		return nil, fmt.Errorf("the timestamp authority refused: %w %.200q", s.why(), strings.Join(s.Text, " "))
	}
	t, err := Open(answer.Token.FullBytes)
	if err != nil {
		return nil, err
	}
	switch {
	case t.Digest != r.Digest:
		return nil, errors.New("the timestamp authority answered for something else: the digest is another")
	case t.Nonce == nil || t.Nonce.Cmp(r.Nonce) != 0:
		return nil, errors.New("the timestamp authority gave an answer to another request: the nonce is another")
	case r.Policy != nil && !r.Policy.Equal(t.Policy):
		return nil, fmt.Errorf("the timestamp authority answered by the policy %v, asked was %v", t.Policy, r.Policy)
	}
	return t, nil
}
