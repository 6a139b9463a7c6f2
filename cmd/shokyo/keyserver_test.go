package main

import (
	"crypto/x509"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"shokyo.dev/shokyo/internal/kmiptest"
)

// keyServer is the one of a script.
type keyServer struct {
	authority *kmiptest.Authority
	server    *kmiptest.Server // nil: PyKMIP
	address   string
}

var keyServers sync.Map // by script

// keyserver remembers | forgets  starts a key server that keeps, or forgets, what it knew of a key that was destroyed. KMS is
// its address, PKI the folder with the certificates.
func keyServerCommand(t *testing.T, ts *testscript.TestScript, args []string) {
	k := &keyServer{authority: kmiptest.NewAuthority(t)}
	k.authority.Issue("guest", x509.ExtKeyUsageClientAuth, time.Hour)
	k.authority.Issue("old", x509.ExtKeyUsageClientAuth, -time.Minute)
	switch args[0] {
	case "remembers":
		k.server = kmiptest.New(k.authority)
		k.address = k.server.Address
	case "forgets":
		k.address = kmiptest.PyKMIP(t, k.authority)
	default:
		ts.Fatalf("keyserver: unknown word %q", args[0])
	}
	keyServers.Store(ts, k)
	ts.Setenv("KMS", "kmip://"+k.address)
	ts.Setenv("PKI", k.authority.Dir)
}

// key at TIME | create NAME VARIABLE | activate|revoke|destroy|archive ID | wrapped ID BY  sets the server's calendar, or does something to a key.
func keyCommand(ts *testscript.TestScript, neg bool, args []string) {
	v, _ := keyServers.Load(ts)
	k := v.(*keyServer)
	switch args[0] {
	case "at":
		at, err := time.Parse(time.DateOnly, args[1])
		ts.Check(err)
		k.server.At(at)
	case "wrapped":
		k.server.Wrap(args[1], args[2])
	default:
		id, err := k.authority.Do(k.address, args[0], args[1])
		ts.Check(err)
		if len(args) > 2 {
			ts.Setenv(args[2], id)
		}
	}
}

// now VARIABLE  is the time.
func nowCommand(ts *testscript.TestScript, neg bool, args []string) {
	ts.Setenv(args[0], time.Now().UTC().Format(time.RFC3339Nano))
}
