package main

import (
	"crypto/x509"
	"flag"
	"fmt"
	"time"

	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/reports/sign/timestamp"
	"shokyo.dev/shokyo/words/terminal"
)

const timestampHelp = `usage: shokyo timestamp BUNDLE_OR_PDF --tsa URL [--policy OID]
       shokyo timestamp BUNDLE_OR_PDF --request FILE
       shokyo timestamp BUNDLE_OR_PDF --request FILE --response FILE

Have a timestamp authority (RFC 3161) confirm that the signature is there now, and
put its answer into report.pdf, or beside the report of a bundle without one.
Only a digest leaves this machine, and nothing that was signed changes. The
answer must be for this digest, this request and this policy; with --tsa-cert by an
authority that those certificates vouch for, or it is not put in. None can be taken
out again.

A laboratory without a network writes the request to a file, carries it to a
machine that can ask, and comes back with the response.

  shokyo timestamp reports/sdb --tsa https://tsa.example/
  shokyo timestamp reports/sdb --request sdb.tsq
  shokyo timestamp reports/sdb --request sdb.tsq --response sdb.tsr

`

// timestampFlags are those of the verb.
type timestampFlags struct{ url, policy, request, response, roots string }

func timestampVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("timestamp", flag.ContinueOnError)
	var f timestampFlags
	fs.Func("tsa", "the `URL` of the authority", given(&f.url))
	fs.Func("policy", "the authority's policy, an object identifier (`OID`) (default: its own)", given(&f.policy))
	fs.Func("request", "the request is written to this `FILE`, or was, with --response", given(&f.request))
	fs.Func("response", "what the authority answered, a `FILE`", given(&f.response))
	fs.Func("tsa-cert", "certificates of timestamp authorities, or of their roots, a PEM `FILE`: one of them must vouch for the answer", given(&f.roots))
	operands, err := p.parse(fs, timestampHelp, args)
	if err != nil {
		return exitUsage, err
	}
	policy, err := timestamp.ParsePolicy(f.policy)
	switch {
	case err != nil:
		return exitUsage, usagef("--policy: %v", err)
	case len(operands) != 1:
		return exitUsage, usagef("name one BUNDLE, or report.pdf")
	case (f.url == "") == (f.request == ""):
		return exitUsage, usagef("give --tsa, or --request and then --request with --response")
	case f.response != "" && f.policy != "":
		return exitUsage, usagef("--policy is asked for in the request: give it with --request alone")
	case f.roots != "" && f.request != "" && f.response == "":
		return exitUsage, usagef("--tsa-cert is held against an answer: give it with --response")
	case f.response != "" && f.request == "":
		return exitUsage, usagef("--response goes with the --request that it answers")
	}
	roots, err := loadRoots(f.roots)
	if err != nil {
		return exitFailed, err
	}
	var k trusted
	c := k.check(operands[0], tool())
	if c.err != nil { // pages too
		return p.refuse(c)
	}
	to, err := sign.Stampable(operands[0], c.bundle.Verified)
	if err != nil {
		return exitFailed, err
	}
	if f.response != "" {
		return p.stampByFile(operands[0], to, &f, roots)
	}
	q, err := timestamp.NewRequest(to.Digest, policy)
	if err != nil {
		return exitFailed, err
	}
	if f.request != "" {
		return p.writeRequest(q, f.request)
	}
	token, err := q.Fetch(p.ctx, f.url)
	if err != nil {
		return exitFailed, err
	}
	return p.addStamp(operands[0], to, token, roots)
}

func (p *program) writeRequest(q *timestamp.Request, path string) (int, error) {
	der, err := q.Encode()
	if err == nil {
		err = wholefile.Create(path, der, 0o644)
	}
	if err != nil {
		return exitFailed, err
	}
	fmt.Fprintln(p.stderr, terminal.MadeRequest.Say(printable(path)).EN)
	return exitOK, nil
}

// stampByFile takes an answer that was carried here.
func (p *program) stampByFile(path string, to *sign.ToStamp, f *timestampFlags, roots *x509.CertPool) (int, error) {
	der, err := wholefile.Read(f.request, timestamp.MaxToken)
	if err != nil {
		return exitFailed, err
	}
	q, err := timestamp.ParseRequest(der)
	if err != nil {
		return exitFailed, fmt.Errorf("%s: %w", f.request, err)
	}
	if q.Digest != to.Digest {
		return exitFailed, fmt.Errorf("%s asks for a timestamp of something else than %s", f.request, path)
	}
	answer, err := wholefile.Read(f.response, 2*timestamp.MaxToken)
	if err != nil {
		return exitFailed, err
	}
	token, err := q.Accept(answer)
	if err != nil {
		return exitFailed, fmt.Errorf("%s: %w", f.response, err)
	}
	return p.addStamp(path, to, token, roots)
}

// addStamp puts an answer in, if somebody in roots vouches for who gave it; without roots that is not
// asked, and said.
func (p *program) addStamp(path string, to *sign.ToStamp, token *timestamp.Token, roots *x509.CertPool) (int, error) {
	whose := terminal.TimestampUnknown
	if roots != nil {
		whose = terminal.TimestampTrusted
		if err := token.Chain(roots); err != nil {
			return exitFailed, err
		}
	}
	if err := to.Add(token); err != nil {
		return exitFailed, err
	}
	fmt.Fprintln(p.stderr, terminal.DidStamp.Say(printable(path), token.Time.Format(time.RFC3339), printable(token.Authority.Subject.CommonName), whose).EN)
	return exitOK, nil
}
