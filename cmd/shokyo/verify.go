package main

import (
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"shokyo.dev/shokyo/reports/maker"
	"shokyo.dev/shokyo/reports/sign/trust"

	"shokyo.dev/shokyo/attest"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/render/paper"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/words/terminal"
)

const verifyHelp = `usage: shokyo verify BUNDLE... [--cert FILE [--crl FILE]] [--manifest FILE]
                               [--tpm-key KEY]

Check bundles, or all that lie in a folder: every file is there, none was added,
none was changed in a single bit, the signature holds, and the pages say what
report.json says. A bundle can be one file: its ZIP, or report.pdf alone, which
has in it all that is needed; what was done to a PDF is said by name. Of a batch
its summary is checked as well, batch.json: no row was taken out or changed, and
what it lists lies beside it. Joint reports, corpora, baselines and evidence of
keys are checked likewise.

With --cert the signature must be by that certificate; without, the certificate
that lies in the bundle is used, which says that the bundle is whole but not
whose it is: the answer is WHOLE, SIGNER UNKNOWN then, status 4. Who only wants
to know that, from whomever, says --any-signer.

The FILE of --cert can hold certificates of authorities instead, roots and
those between: one of them must vouch for the signer's, which must have been
valid, and for signing, when the report was signed, and must not be revoked in a
list that is given with --crl. A timestamp says when that was, if --tsa-cert
vouches for it; of a certificate that was revoked at any time the signer's word
on it is not taken.

With --manifest a TPM must have signed that exactly this image was booted when
the report was made, unmodified, and with its own kernel command line. A program
can imitate a TPM, but not the key of yours: note the key of each bench machine,
which this command prints, in a file, one a line, and pass that with --tpm-key.

  shokyo verify reports/sdb --cert lab.cert.pem
  shokyo verify reports/sdb --manifest manifest.json --tpm-key machines.txt
  shokyo verify report.pdf --cert lab.cert.pem
  shokyo verify reports --json

The answer is on standard output; with --json a line per bundle, and of several
one that sums up.

Exit status, of several the worst: 0 valid, 3 not valid, not made by the image,
or not on one of these machines, 1 could not look, 4 whole, but nobody vouches
for who signed, 2 usage.

`

// trustFiles names the files that a bundle is held against.
type trustFiles struct {
	cert, manifest, tpmRoots, tpmKeys, tsaRoots, qr string
	crls                                            []string
	anySigner                                       bool
}

func (f *trustFiles) register(fs *flag.FlagSet) {
	fs.Func("cert", "the lab's certificate, or those of authorities, from a `FILE` you trust", given(&f.cert))
	fs.Func("crl", "a revocation list of an authority in --cert, a `FILE`; may be repeated", func(s string) error {
		f.crls = append(f.crls, s)
		return given(new(string))(s)
	})
}

// given refuses an empty name: a variable of the shell that is not set must not make
// a check that was asked for one that was not.
func given(to *string) func(string) error {
	return func(s string) error {
		if s == "" {
			return errors.New("it is empty: give a name")
		}
		*to = s
		return nil
	}
}

func verifyVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("verify", flag.ContinueOnError)
	var t trustFiles
	t.register(fs)
	fs.BoolVar(&t.anySigner, "any-signer", false, "whoever signed will do: only whether the bundle is as it was written is asked")
	fs.Func("manifest", "the image's manifest.json, from a `FILE` you trust", given(&t.manifest))
	fs.Func("tpm-key", "the attestation key that must have signed, by its `NAME` (000b...), or a FILE of names, one a line with a remark behind it", given(&t.tpmKeys))
	fs.Func("tpm-roots", "certificates of TPM makers, a PEM `FILE`: the TPM must have a certificate by one of them", given(&t.tpmRoots))
	fs.Func("qr", "a `FILE` with the text of the QR code on page one: it must be that of this report", given(&t.qr))
	fs.Func("tsa-cert", "certificates of timestamp authorities, or of their roots, a PEM `FILE`: there must be a timestamp by one of them", given(&t.tsaRoots))
	fs.BoolVar(&p.asJSON, "json", p.asJSON, "one JSON line per bundle, and of several a line that sums up")
	operands, err := p.parse(fs, verifyHelp, args)
	if err != nil {
		return exitUsage, err
	}
	if len(operands) == 0 {
		return exitUsage, usagef("name at least one BUNDLE, or a folder of them")
	}
	if t.anySigner && t.cert != "" {
		return exitUsage, usagef("--cert says who must have signed, --any-signer that it does not matter: give one of them")
	}
	defer context.AfterFunc(p.ctx, func() { os.Exit(exitInterrupted) })() // nothing is written, nothing has to be put in order
	k, err := t.load()
	if err != nil {
		return exitFailed, err
	}
	var all []toCheck
	for _, o := range operands {
		all = append(all, bundlesIn(o)...)
	}
	return p.verifyAll(all, k)
}

// verifyAll checks and prints what comes of each as it comes.
func (p *program) verifyAll(all []toCheck, k trusted) (int, error) {
	var sum verifySummary
	for _, b := range all {
		c := &checked{dir: b.dir, err: b.err}
		switch {
		case c.err != nil:
		case b.summary:
			c = k.checkSummary(b.dir)
		case b.sealed:
			c = k.checkSealed(b.dir)
		default:
			c = k.check(b.dir, tool())
		}
		sum.count(c)
		switch {
		case p.asJSON:
			if err := p.printJSON(c.line()); err != nil {
				return exitFailed, err
			}
		case len(all) > 1:
			c.show(p.answer())
		default:
			p.showOne(c)
		}
	}
	if len(all) == 1 {
		return sum.ExitStatus, nil
	}
	if p.asJSON {
		return sum.ExitStatus, p.printJSON(sum)
	}
	if sum.Bundles > 0 {
		sum.show(p.answer())
	}
	return sum.ExitStatus, nil
}

// showOne prints all that is to be said of one bundle.
func (p *program) showOne(c *checked) {
	var invalid *sign.InvalidError
	switch {
	case errors.As(c.err, &invalid):
		p.answer().showInvalid(c.dir, invalid)
	case c.err != nil:
		p.showError("verify", c.err)
	case c.summary != nil:
		p.answer().showSummary(c)
	case c.sealed != nil:
		p.answer().showSealed(c)
	default:
		p.answer().showVerified(c)
	}
}

// check checks a bundle in every way: as it is, and against what is trusted.
func (k *trusted) check(dir string, self reports.Tool) *checked {
	b, err := k.verify(dir)
	if err != nil {
		return &checked{dir: dir, err: err}
	}
	c := b.judge(self)
	c.signer = k.signer
	return c
}

// judge says what a valid bundle is worth when its pages are looked at, too.
func (b *verifiedBundle) judge(self reports.Tool) *checked {
	problems, err := b.checkPages(self)
	switch {
	case err != nil:
		return &checked{dir: b.bundle, err: err}
	case len(problems) > 0:
		return &checked{dir: b.bundle, err: &sign.InvalidError{Dir: b.bundle, Problems: problems}}
	}
	return &checked{dir: b.bundle, bundle: b}
}

// verifiedBundle is a valid bundle and where it lies.
type verifiedBundle struct {
	*sign.Verified
	bundle   string
	manifest *attest.Manifest // it was compared with; nil: with none
	quote    *attest.Result   // nil: there is no quote
	key      *attest.Key      // that was recorded, and has signed; nil: not asked
	maker    string           // of the TPM, by its certificate; empty: not asked

	trust.Answer // of whom --cert and --tsa-cert name
}

// verify checks a bundle's files and signature, and the TPM's word where there is one.
func (k *trusted) verify(dir string) (*verifiedBundle, error) {
	v, err := sign.Verify(dir, k.whom.Laboratory())
	if err != nil {
		return nil, err
	}
	b := &verifiedBundle{Verified: v, bundle: dir, manifest: k.manifest}
	answer, refused, err := k.whom.Check(v)
	b.Answer = answer
	if problems := slices.Concat(b.checkQuote(k), b.checkQR(k), refused); len(problems) > 0 {
		return nil, &sign.InvalidError{Dir: dir, Problems: problems}
	}
	return b, err
}

// checkQR: the paper in somebody's hand is of this report.
func (b *verifiedBundle) checkQR(k *trusted) []sign.Problem {
	if k.qr == "" || k.qr == strings.TrimSpace(paper.QRText(b.Document)) {
		return nil
	}
	return []sign.Problem{{File: sign.PDFFile, Code: "qr", Text: terminal.OtherQR.EN}}
}

// checkPages: a TPM signs report.json, nothing beside it. That the page which
// people read says the same is known when it is rendered from report.json again,
// by the shokyo that made it. Another version may render it otherwise; who wants
// the TPM's word must ask the right one then, and everybody else is told.
func (b *verifiedBundle) checkPages(self reports.Tool) ([]sign.Problem, error) {
	names, by := strings.Join(b.Unlike, ", "), toolWords(&b.Document.Tool)
	switch {
	case names == "":
		return nil, nil
	case maker.Same(b.Document.Tool, self):
		return []sign.Problem{{File: names, Code: "contradiction", Text: terminal.Contradicts.EN}}, nil
	case b.manifest != nil || b.key != nil:
		return nil, fmt.Errorf("the TPM signed report.json, and this shokyo renders %s otherwise than it is in the bundle: verify with the shokyo that made the report (%s), or print what the TPM signed with: shokyo report", names, by)
	}
	b.Notes = append(b.Notes, reports.Reason{Code: "pages-not-compared", Text: terminal.NotCompared.Say(names, by).EN})
	return nil, nil
}

// toolWords name the program that made a report.
func toolWords(t *reports.Tool) string {
	version := strings.Join(strings.Fields(printable(t.Version+" "+t.Commit)), " ")
	if version == "" || version == maker.Unversioned {
		return terminal.NoVersion.EN
	}
	return terminal.ToolVersion.Say(version).EN
}

// trusted is what the files that were named hold.
type trusted struct {
	whom     trust.Trust
	manifest *attest.Manifest
	tpmRoots *x509.CertPool
	qr       string // what a QR code said; empty: not asked for
	tpmKeys  []attest.Key
	signer   signer // of a bundle that holds against these
}

// maxManifest is more than a manifest has: it lists the inputs of an image.
const maxManifest = 16 << 20

func (t *trustFiles) load() (k trusted, err error) {
	if t.anySigner {
		k.signer = signerAny
	}
	if t.cert != "" {
		k.signer = signerNamed
		if err := k.loadSigner(t); err != nil {
			return k, err
		}
	} else if len(t.crls) > 0 {
		return k, usagef("--crl is a list of an authority: give its certificate with --cert")
	}
	if t.manifest != "" {
		b, err := wholefile.Read(t.manifest, maxManifest)
		if err != nil {
			return k, err
		}
		if k.manifest, err = attest.ParseManifest(b); err != nil {
			return k, fmt.Errorf("%s: %w", t.manifest, err)
		}
	}
	if k.qr, err = loadQR(t.qr); err != nil {
		return k, err
	}
	if k.tpmRoots, err = loadRoots(t.tpmRoots); err != nil {
		return k, err
	}
	if t.tsaRoots != "" {
		if err := loadInto(t.tsaRoots, k.whom.Stamps); err != nil {
			return k, err
		}
	}
	if t.tpmKeys != "" {
		if k.tpmKeys, err = loadKeys(t.tpmKeys); err != nil {
			return k, fmt.Errorf("--tpm-key %s: %w", t.tpmKeys, err)
		}
	}
	return k, nil
}

// loadSigner reads whom --cert names: a laboratory, or authorities with their lists.
func (k *trusted) loadSigner(t *trustFiles) error {
	if err := loadInto(t.cert, k.whom.Signer); err != nil {
		return err
	}
	for _, path := range t.crls {
		switch err := loadInto(path, k.whom.AddList); {
		case errors.Is(err, trust.ErrNoAuthority):
			return usagef("--crl is a list of an authority, and %s holds the certificate of none: one that you name needs no authority", t.cert)
		case err != nil:
			return err
		}
	}
	return nil
}

// maxTrust is more than there is in a file of certificates, or in a revocation list that is carried by hand.
const maxTrust = 64 << 20

func loadInto(path string, take func([]byte) error) error {
	b, err := wholefile.Read(path, maxTrust)
	if err != nil {
		return fmt.Errorf("read whom to trust: %w", err)
	}
	if err := take(b); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// maxQR is more than a QR code holds.
const maxQR = 8 << 10

func loadQR(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	b, err := wholefile.Read(path, maxQR)
	text := strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n"))
	if err == nil && !strings.HasPrefix(text, "SHOKYO1\n") {
		err = fmt.Errorf("%s does not hold the text of a report's QR code, which begins with SHOKYO1", path)
	}
	return text, err
}

// loadRoots reads certificates; without a path there are none.
func loadRoots(path string) (pool *x509.CertPool, err error) {
	if path == "" {
		return nil, nil
	}
	return pool, loadInto(path, func(b []byte) (err error) { pool, err = trust.Pool(b); return err })
}

// loadKeys takes the name of a key, or of a file with some.
func loadKeys(nameOrFile string) ([]attest.Key, error) {
	if keys, err := attest.ParseKeys([]byte(nameOrFile)); err == nil {
		return keys, nil
	}
	b, err := wholefile.Read(nameOrFile, maxManifest)
	if err != nil {
		return nil, err
	}
	return attest.ParseKeys(b)
}

// checkQuote says what is wrong with the TPM's word on the system. Where nothing
// was asked for, there need not be one; but one that is there must hold.
func (b *verifiedBundle) checkQuote(k *trusted) []sign.Problem {
	problem := func(code, text string) []sign.Problem {
		return []sign.Problem{{File: sign.AttestationFile, Code: code, Text: text}}
	}
	if b.Attestation == nil {
		if k.manifest != nil || k.tpmRoots != nil || k.tpmKeys != nil {
			return problem("not-attested", terminal.NotAttested.Say(printable(b.Document.Platform.Attestation.Text)).EN)
		}
		return nil
	}
	a, err := attest.Decode(b.Attestation)
	if err != nil {
		return problem("attestation", err.Error())
	}
	var sets []attest.PCRSet
	if k.manifest != nil {
		sets = k.manifest.PCRSets
	}
	r, err := attest.Verify(a, b.ReportSHA256, sets)
	if err != nil {
		return problem("attestation", err.Error())
	}
	if r.Match == attest.OtherSystem {
		out := problem("other-system", terminal.OtherSystem.Say(printable(k.manifest.Image.Name)).EN)
		for _, d := range r.Differences {
			out = append(out, problem("other-system", d)...)
		}
		return out
	}
	b.quote = &r
	if k.tpmKeys != nil {
		key, known := r.Recognize(k.tpmKeys)
		if !known {
			return problem("other-tpm", terminal.OtherTPM.Say(r.KeyName, len(k.tpmKeys)).EN)
		}
		b.key = &key
	}
	if k.tpmRoots == nil {
		return nil
	}
	if b.maker, err = attest.VerifyEndorsement(a, k.tpmRoots, trust.Finished(b.Verified)); err != nil {
		return problem("tpm", err.Error())
	}
	return nil
}

// system says in a word which system made the report.
func (b *verifiedBundle) system() string {
	if b.quote.Match == attest.ThisImage {
		return "this-image"
	}
	return "not-compared"
}
