package attest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/boot"
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
			out = append(out, boot.Overridden.EN)
		default:
			out = append(out, boot.Differs.Say(p, meaning(p), is[i], want[i]).EN)
		}
	}
	return out
}

func meaning(pcr uint) words.Text {
	switch pcr {
	case 4:
		return boot.Program
	case 9:
		return boot.CommandLine
	case 11:
		return boot.KernelParts
	}
	return boot.Override
}

// Codes of the notes that a recorded key settles (Recognize).
const (
	noteNotBound  = "ak-not-bound"
	noteUnproven  = "ak-unproven"
	noteCertified = "ak-certified"
)

// notes says how far the quote goes.
func notes(a *Attestation, r *Result, chain string) (out []Note) {
	note := func(code string, figures ...any) { out = append(out, Note{code, boot.Notes.Say(code, figures...).EN}) }
	switch {
	case chain != "":
		note(noteCertified, chain, boot.Recorded)
	case len(a.EKCertificate) > 0:
		note(noteNotBound, endorsementName(a.EKCertificate), boot.Recorded)
	default:
		note(noteUnproven, boot.Recorded)
	}
	switch r.Log {
	case LogUnreadable:
		note("event-log-unreadable")
	case LogDiffers:
		note("event-log-differs")
	}
	if r.Match == NotCompared {
		note("not-compared")
	}
	return out
}

// String is for messages.
func (l LogState) String() string {
	return [...]words.Text{boot.LogAbsent, boot.LogUnreadable, boot.LogDiffers, boot.LogFits}[min(max(l, 0), LogFits)].EN
}
