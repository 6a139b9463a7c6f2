// Package token signs with a key that a hardware token keeps (PKCS #11). The key never leaves it,
// and shokyo never touches its driver, which is somebody's C library: the program shokyo-pkcs11
// does, which is asked anew for each signature, and answers on its standard output. So shokyo
// itself stays one static file, and a driver that crashes takes no examination with it.
//
// Nothing that the program answers is trusted: the signature is checked here. The PIN is on its
// standard input alone, where no list of processes shows it, and is tried once.
package token

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Program is looked for beside shokyo, then in the PATH.
const Program = "shokyo-pkcs11"

// Request is what the program reads: a line of JSON.
type Request struct {
	URI    string `json:"uri"` // RFC 7512
	PIN    string `json:"pin"`
	Digest []byte `json:"digest,omitempty"` // SHA-256; none: the public key alone is asked for
}

// Answer is what it writes: a line of JSON.
type Answer struct {
	Public    []byte `json:"public,omitempty"`    // SubjectPublicKeyInfo in DER
	Signature []byte `json:"signature,omitempty"` // ECDSA, ASN.1
	Error     string `json:"error,omitempty"`
}

// Key is one that a token keeps. It is a [crypto.Signer] for digests by SHA-256.
type Key struct {
	uri    string
	pin    string
	public *ecdsa.PublicKey
}

// Open asks a token for the public half of the key at a PKCS #11 address.
func Open(uri string, pin []byte) (*Key, error) {
	if _, err := ParseURI(uri); err != nil {
		return nil, err
	}
	k := &Key{uri: uri, pin: string(pin)}
	a, err := k.ask(nil)
	if err != nil {
		return nil, err
	}
	public, err := x509.ParsePKIXPublicKey(a.Public)
	if err != nil {
		return nil, fmt.Errorf("%s gave no public key: %w", Program, err)
	}
	p, ok := public.(*ecdsa.PublicKey)
	if !ok || p.Curve != elliptic.P256() {
		return nil, errors.New("the key in the token is not an ECDSA P-256 key")
	}
	k.public = p
	return k, nil
}

// Public is an *ecdsa.PublicKey.
func (k *Key) Public() crypto.PublicKey { return k.public }

// Sign has the token sign a digest, by randomness of its own.
func (k *Key) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts.HashFunc() != crypto.SHA256 || len(digest) != 32 {
		return nil, errors.New("a token signs digests by SHA-256")
	}
	a, err := k.ask(digest)
	if err != nil {
		return nil, err
	}
	if !ecdsa.VerifyASN1(k.public, digest, a.Signature) {
		return nil, errors.New("what the token signed is not by the key that it has shown")
	}
	return a.Signature, nil
}

// patience is how long a token may take: some wait for a finger.
const patience = time.Minute

// maxAnswer is more than an answer has.
const maxAnswer = 64 << 10

func (k *Key) ask(digest []byte) (*Answer, error) {
	program, err := find()
	if err != nil {
		return nil, err
	}
	question, err := json.Marshal(Request{k.uri, k.pin, digest})
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", Program, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program)
	out := &bounded{left: maxAnswer}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(append(question, '\n')), out, os.Stderr
	cmd.WaitDelay = time.Second
	failed := cmd.Run()
	var a Answer
	switch err := json.Unmarshal(out.Bytes(), &a); {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("the token gave no answer for %s", patience)
	case err == nil && a.Error != "":
		return nil, fmt.Errorf("the token: %.300q", a.Error)
	case failed != nil:
		return nil, fmt.Errorf("%s: %w", program, failed)
	case err != nil:
		return nil, fmt.Errorf("%s answers as another program does: %w", program, err)
	}
	return &a, nil
}

// bounded keeps what is written to it, up to a length.
type bounded struct {
	bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("the answer is too long")
	}
	return b.Buffer.Write(p)
}

func find() (string, error) {
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), Program)
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside, nil
		}
	}
	path, err := exec.LookPath(Program)
	if err != nil {
		return "", fmt.Errorf("the key is in a token, and the program %s, which asks it, is neither beside shokyo nor in the PATH (make bin/%s): %w", Program, Program, err)
	}
	return path, nil
}
