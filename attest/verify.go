package attest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// Match says whether the quote is of one of the images it was compared with.
type Match int

const (
	NotCompared Match = iota // there was nothing to compare with
	OtherSystem              // something else was booted, or this image with a change
	ThisImage                // the PCRs are those that booting the image gives
)

// LogState says what came of the event log.
type LogState int

const (
	LogAbsent LogState = iota
	LogUnreadable
	LogDiffers // replayed, it gives other values than were quoted
	LogFits
)

// Result is what a valid quote says.
type Result struct {
	Match       Match
	Set         string   // name of the PCR set that fits
	Differences []string // for OtherSystem: a sentence for each PCR that differs from the nearest set
	KeyName     string   // of the AK, hexadecimal; the same whenever this TPM quotes
	Log         LogState
	Notes       []Note // what a reader should know; none of it makes the quote invalid
}

// Note is a code for programs and a sentence for people.
type Note struct{ Code, Text string }

// Verify checks that the quote is what it claims to be and belongs to nonce, and
// compares its PCRs with those expected. An error says everything that is wrong
// with the quote itself; that another system was booted is a Result.
func Verify(a *Attestation, nonce [32]byte, expected []PCRSet) (Result, error) {
	key, err := parseKey(a.AKPublic)
	if err != nil {
		return Result{}, fmt.Errorf("the attestation key is not acceptable: %w", err)
	}
	q, err := parseQuote(a.Quoted)
	if err != nil {
		return Result{}, fmt.Errorf("the quote is not acceptable: %w", err)
	}
	values, err := a.values()
	if err != nil {
		return Result{}, err
	}
	chain, certErr := a.certified(&key)
	err = errors.Join(checkSignature(a, &key), checkNonce(a, &q, nonce), checkSigner(&q, &key), checkDigest(&q, values), certErr)
	if err != nil {
		return Result{}, err
	}
	r := Result{KeyName: hex.EncodeToString(key.name), Log: checkLog(a.EventLog, values)}
	if err := r.compare(values, expected); err != nil {
		return Result{}, err
	}
	r.Notes = notes(a, &r, chain)
	return r, nil
}

func checkSignature(a *Attestation, key *attestationKey) error {
	r, s, err := parseSignature(a.Signature)
	if err != nil {
		return fmt.Errorf("the quote's signature is not acceptable: %w", err)
	}
	sum := sha256.Sum256(a.Quoted)
	if !ecdsa.Verify(key.key, sum[:], r, s) {
		return errors.New("the quote's signature does not fit the attestation key")
	}
	return nil
}

// checkNonce compares with what the TPM signed; the field in the file is only
// there to be read, but must not say something else.
func checkNonce(a *Attestation, q *quoteInfo, nonce [32]byte) error {
	if !bytes.Equal(q.nonce, nonce[:]) || a.Nonce != hex.EncodeToString(nonce[:]) {
		return fmt.Errorf("the quote was made for another report: its nonce is %x, the report's digest is %x", q.nonce[:min(len(q.nonce), 32)], nonce)
	}
	return nil
}

func checkSigner(q *quoteInfo, key *attestationKey) error {
	if !bytes.Equal(q.signer, key.qualifiedName()) {
		return errors.New("the quote names another key than the attestation key, or one that is not a primary key of the endorsement hierarchy")
	}
	return nil
}

// checkDigest: the quote signs one digest over the PCRs in ascending order (TPM
// 2.0 Library, Part 1, 17.6.2, "TPM2_Quote").
func checkDigest(q *quoteInfo, values [][32]byte) error {
	h := sha256.New()
	for _, v := range values {
		h.Write(v[:])
	}
	if !bytes.Equal(q.pcrDigest, h.Sum(nil)) {
		return errors.New("the PCR values given are not those that were quoted")
	}
	return nil
}

func checkLog(log []byte, values [][32]byte) LogState {
	if len(log) == 0 {
		return LogAbsent
	}
	pcrs, err := replay(log)
	if err != nil {
		return LogUnreadable
	}
	for i, p := range quotedPCRs() {
		if pcrs[p] != values[i] {
			return LogDiffers
		}
	}
	return LogFits
}

// compare looks for a set that fits, and says what differs from the nearest.
func (r *Result) compare(values [][32]byte, expected []PCRSet) error {
	if len(expected) == 0 {
		return nil
	}
	if err := checkSets(expected); err != nil {
		return err
	}
	r.Match = OtherSystem
	for i := range expected {
		want, err := expected[i].values()
		if err != nil {
			return err
		}
		d := differences(values, want)
		if len(d) == 0 {
			r.Match, r.Set, r.Differences = ThisImage, expected[i].Name, nil
			return nil
		}
		if r.Differences == nil || len(d) < len(r.Differences) {
			r.Set, r.Differences = "", d
		}
	}
	return nil
}

func differences(is, want [][32]byte) (out []string) {
	for i, p := range quotedPCRs() {
		switch {
		case is[i] == want[i]:
		case p == overridePCR:
			out = append(out, "PCR 12 is not zero: the kernel's command line was overridden when the machine was started")
		default:
			out = append(out, fmt.Sprintf("PCR %d (%s) is %x, the image gives %x", p, meaning(p), is[i], want[i]))
		}
	}
	return out
}

func meaning(pcr uint) string {
	switch pcr {
	case 4:
		return "the program that was booted"
	case 9:
		return "kernel command line and initramfs"
	case 11:
		return "parts of the kernel image"
	}
	return "override of the command line"
}

// Codes of the notes that a recorded key settles (Recognize).
const (
	noteNotBound  = "ak-not-bound"
	noteUnproven  = "ak-unproven"
	noteCertified = "ak-certified"
)

// notes says how far the quote goes.
func notes(a *Attestation, r *Result, chain string) (out []Note) {
	const recorded = "compare the key's name with the one you recorded of this machine"
	switch {
	case chain != "":
		out = append(out, Note{noteCertified, "a certificate of the attestation key names " + chain +
			" as its issuer; nobody has checked that, and anybody can make one with that name: " + recorded})
	case len(a.EKCertificate) > 0:
		out = append(out, Note{noteNotBound, "an endorsement certificate of a TPM (" + endorsementName(a.EKCertificate) +
			") is there, but a quote on file can not show that the attestation key lies in that TPM: " + recorded})
	default:
		out = append(out, Note{noteUnproven, "no certificate says that the attestation key lies in a real TPM: a program can imitate one; " + recorded})
	}
	switch r.Log {
	case LogUnreadable:
		out = append(out, Note{"event-log-unreadable", "the event log is damaged; the quote does not depend on it"})
	case LogDiffers:
		out = append(out, Note{"event-log-differs", "the event log does not give the values that were quoted; the quote does not depend on it, but do not believe the log"})
	}
	if r.Match == NotCompared {
		out = append(out, Note{"not-compared", "the quote was not compared with an image: pass --manifest FILE"})
	}
	return out
}

// String is for messages.
func (m Match) String() string {
	return [...]string{"not compared", "another system", "this image"}[min(max(m, 0), ThisImage)]
}

func (l LogState) String() string {
	return [...]string{"absent", "unreadable", "does not fit", "its digests fit; what it says beside them is not signed"}[min(max(l, 0), LogFits)]
}
