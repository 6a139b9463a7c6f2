package kmip

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	server "github.com/ovh/kmip-go"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/internal/kmiptest"
)

func options(a *kmiptest.Authority, address string) Options {
	return Options{Address: address, ServerName: "127.0.0.1", Roots: a.Pool(), Certificate: a.Pair("client"), patience: 20 * time.Second}
}

func fetchAll(t *testing.T, o Options) *Read {
	t.Helper()
	r, err := Fetch(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func fact(o custody.Object, name string) string {
	for _, f := range o.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func day(n int) time.Time { return time.Date(2026, 4, n, 9, 0, 0, 0, time.UTC) }

// TestLife follows a key through its life on a server that keeps what it knew of it.
func TestLife(t *testing.T) {
	a := kmiptest.NewAuthority(t)
	s := kmiptest.New(a)
	admin := a.Admin(s.Address)
	s.At(day(1))
	made, err := admin.Create().AES(256, server.CryptographicUsageEncrypt|server.CryptographicUsageDecrypt).WithName("tenant-a").Exec()
	if err != nil {
		t.Fatal(err)
	}
	id := made.UniqueIdentifier
	s.Set(id, server.Attribute{AttributeName: "x-Volume", AttributeValue: "shelf 7"}, server.Attribute{AttributeName: "x-passphrase", AttributeValue: "hunter2"})
	o := options(a, s.Address)
	o.IDs = []string{id}
	r := fetchAll(t, o)
	k := r.Objects[0]
	if len(r.Objects) != 1 || k.ID != id || k.System != "kmip://"+s.Address || k.AskedBy != "CN=example client" || k.State != custody.PreActive || !k.Created.Equal(day(1)) || !slices.Equal(k.Names, []string{"tenant-a"}) || k.Algorithm != "AES" || k.Bits != "256" || !k.Activated.IsZero() {
		t.Errorf("made: %+v", k)
	}
	for name, want := range map[string]string{"Cryptographic Usage Mask": "0xc (encrypt, decrypt)", "Object Type": "Symmetric Key", "x-Volume": "shelf 7", "x-passphrase": "",
		"Initial Date": "2026-04-01T09:00:00Z", "Last Change Date": "2026-04-01T09:00:00Z", "State": "pre-active"} { // the last change is shown only to who names it
		if got := fact(k, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if v := r.Server; v.Protocol != "KMIP 1.4" || v.Vendor != "Example Key Server" || v.Subject != "CN=example server" || v.Issuer != "CN=Example Authority" || len(v.Certificate) != 64 || len(v.ClientSHA256) != 64 ||
		v.Certificate == v.ClientSHA256 || v.Client != "CN=example client" || v.Address != s.Address || v.Clock.Sub(v.Asked).Abs() > time.Minute || v.TLS != "TLS 1.3 TLS_AES_128_GCM_SHA256" {
		t.Errorf("%+v", v)
	}
	if len(r.SHA256) != 64 || r.Answers < 4 || r.Bytes < 500 || time.Since(k.Said) > time.Minute {
		t.Errorf("%+v", r)
	}

	tunnel := o
	tunnel.ServerName = "localhost"
	_, port, _ := net.SplitHostPort(s.Address)
	if k := fetchAll(t, tunnel).Objects[0]; k.System != "kmip://localhost:"+port {
		t.Errorf("through a tunnel: %s", k.System)
	}

	s.At(day(2))
	admin.Activate(id).MustExec()
	k = fetchAll(t, o).Objects[0]
	if k.State != custody.Active || !k.Activated.Equal(day(2)) {
		t.Errorf("activated: %+v", k)
	}
	s.At(day(3))
	admin.Archive(id).MustExec()
	if k = fetchAll(t, o).Objects[0]; !k.Archived.Equal(day(3)) {
		t.Errorf("archived: %+v", k)
	}
	s.At(day(4))
	admin.Revoke(id).WithRevocationReasonCode(server.RevocationReasonCodeCessationOfOperation).WithRevocationMessage("left").MustExec()
	k = fetchAll(t, o).Objects[0]
	if k.State != custody.Deactivated || !k.Revoked.Equal(day(4)) || fact(k, "Revocation Reason") != "cessation of operation: left" {
		t.Errorf("revoked: %+v", k)
	}
	s.At(day(5))
	admin.Destroy(id).MustExec()
	o.Ahead = time.Minute
	k = fetchAll(t, o).Objects[0]
	if k.State != custody.Destroyed || !k.Destroyed.Equal(day(5).Add(-time.Minute)) || fact(k, "Destroy Date") != "2026-04-05T09:00:00Z" {
		t.Errorf("destroyed: %+v", k)
	}
	readers := []server.Operation{server.OperationQuery, server.OperationLocate, server.OperationGetAttributes, server.OperationGetAttributeList, server.OperationDiscoverVersions,
		server.OperationCreate, server.OperationActivate, server.OperationArchive, server.OperationRevoke, server.OperationDestroy} // the second line is the test's own
	for _, op := range s.Asked() {
		if !slices.Contains(readers, op) {
			t.Errorf("asked for %v", op)
		}
	}
}

// TestFollowed: the keys that one is wrapped by and linked to are asked for as well, round in circles; those made from it are only named.
func TestFollowed(t *testing.T) {
	a := kmiptest.NewAuthority(t)
	s := kmiptest.New(a)
	put := func(id string, state server.State, links ...server.Link) {
		list := []server.Attribute{{AttributeName: server.AttributeNameState, AttributeValue: state}}
		for _, l := range links {
			list = append(list, server.Attribute{AttributeName: server.AttributeNameLink, AttributeValue: l})
		}
		s.Set(id, list...)
	}
	put("dek", server.StateDestroyed, server.Link{LinkType: server.LinkTypeWrappingKeyLink, LinkedObjectIdentifier: "kek"}, server.Link{LinkType: server.LinkTypeDerivedKeyLink, LinkedObjectIdentifier: "child"},
		server.Link{LinkType: server.LinkTypeReplacementObjectLink, LinkedObjectIdentifier: "new"}, server.Link{LinkType: server.LinkTypePublicKeyLink, LinkedObjectIdentifier: "public"})
	put("kek", server.StateActive, server.Link{LinkType: server.LinkTypeWrappingKeyLink, LinkedObjectIdentifier: "root"})
	put("root", server.StateActive, server.Link{LinkType: server.LinkTypeParentLink, LinkedObjectIdentifier: "dek"})
	put("child", server.StateActive)
	put("other", server.StateActive)
	o := options(a, s.Address)
	o.IDs = []string{"dek", "dek"}
	r := fetchAll(t, o)
	var ids []string
	for _, k := range r.Objects {
		ids = append(ids, k.ID+" "+k.State.String())
	}
	if want := []string{"dek destroyed", "kek active", "new absent", "root active"}; !slices.Equal(ids, want) {
		t.Errorf("%q, want %q", ids, want)
	}
	k := r.Objects[0]
	if !slices.Equal(k.WrappedBy, []string{"kek"}) || !slices.Equal(k.Linked, []string{"new"}) || !slices.Equal(k.Derived, []string{"child"}) || fact(k, "Link") != "wrapping key: kek" {
		t.Errorf("%+v", k)
	}

	o.IDs = nil // all
	if r := fetchAll(t, o); len(r.Objects) != 6 {
		t.Errorf("%+v", r.Objects)
	}
	s.Set("other", server.Attribute{AttributeName: server.AttributeNameName, AttributeValue: server.Name{NameValue: "vol", NameType: server.NameTypeUninterpretedTextString}})
	o.Names = []string{"vol", "nobody"}
	r = fetchAll(t, o)
	if len(r.Objects) != 2 || r.Objects[0].ID != "other" || r.Objects[1].ID != "nobody" || r.Objects[1].State != custody.Absent {
		t.Errorf("by name: %+v", r.Objects)
	}
}

// TestPyKMIP: a server that forgets what was destroyed, by KMIP 2.0 and 1.4.
func TestPyKMIP(t *testing.T) {
	a := kmiptest.NewAuthority(t)
	address := kmiptest.PyKMIP(t, a)
	admin := a.Admin(address)
	made, err := admin.Create().AES(256, server.CryptographicUsageEncrypt|server.CryptographicUsageDecrypt).WithName("tenant-a").Exec()
	if err != nil {
		t.Fatal(err)
	}
	id := made.UniqueIdentifier
	other := admin.Create().AES(128, server.CryptographicUsageEncrypt).WithName("tenant-b").MustExec().UniqueIdentifier
	all := spoken
	defer func() { spoken = all }()
	both := func(o Options, check func(*Read)) {
		t.Helper()
		for _, v := range []version{{2, 0}, {1, 4}, {1, 0}} {
			spoken = []version{v}
			r := fetchAll(t, o)
			if r.Server.Protocol != v.String() || r.Server.Vendor != "PyKMIP 0.10.0 Software Server" {
				t.Errorf("%+v", r.Server)
			}
			check(r)
		}
	}
	o := options(a, address)
	both(o, func(r *Read) {
		slices.SortFunc(r.Objects, func(a, b custody.Object) int { return strings.Compare(a.ID, b.ID) })
		if len(r.Objects) != 2 || r.Objects[0].ID != id || r.Objects[1].ID != other || r.Objects[1].Bits != "128" {
			t.Errorf("all: %+v", r.Objects)
		}
	})
	admin.Activate(id).MustExec()
	o.Names = []string{"tenant-a"}
	both(o, func(r *Read) {
		k := r.Objects[0]
		if len(r.Objects) != 1 || k.ID != id || k.State != custody.Active || k.Names[0] != "tenant-a" || k.Algorithm != "AES" || time.Since(k.Created) > time.Minute {
			t.Errorf("active: %+v", k)
		}
	})
	admin.Revoke(id).WithRevocationReasonCode(server.RevocationReasonCodeCessationOfOperation).MustExec()
	o.IDs, o.Names = []string{id}, nil
	both(o, func(r *Read) {
		if k := r.Objects[0]; k.State != custody.Deactivated {
			t.Errorf("revoked: %+v", k)
		}
	})
	admin.Destroy(id).MustExec()
	both(o, func(r *Read) {
		if k := r.Objects[0]; k.State != custody.Absent || k.ID != id || fact(k, "Result Reason") != "item not found" {
			t.Errorf("destroyed: %+v", k)
		}
	})
	o.IDs, o.Names = nil, []string{"tenant-a"}
	both(o, func(r *Read) {
		if k := r.Objects[0]; len(r.Objects) != 1 || k.ID != "tenant-a" || k.State != custody.Absent {
			t.Errorf("by name: %+v", r.Objects)
		}
	})
}
