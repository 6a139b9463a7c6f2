package kmiptest

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/ovh/kmip-go"
	"github.com/ovh/kmip-go/kmipserver"
	"github.com/ovh/kmip-go/payloads"
)

// Server keeps what it knew of a key when it is destroyed.
type Server struct {
	Address string

	one   sync.Mutex
	keys  map[string][]kmip.Attribute
	order []string
	now   time.Time        // zero: the time it is
	asked []kmip.Operation // by anybody
}

// New starts one.
func New(a *Authority) *Server {
	l := a.Listen()
	s := &Server{Address: l.Addr().String(), keys: map[string][]kmip.Attribute{}}
	mux := kmipserver.NewBatchExecutor()
	mux.Use(func(next kmipserver.Next, ctx context.Context, m *kmip.RequestMessage) (*kmip.ResponseMessage, error) {
		s.one.Lock()
		defer s.one.Unlock()
		for _, i := range m.BatchItem {
			s.asked = append(s.asked, i.Operation)
		}
		return next(ctx, m)
	})
	s.route(mux)
	server := kmipserver.NewServer(l, mux)
	go server.Serve()
	a.t.Cleanup(func() { server.Shutdown() })
	return s
}

// Set puts attributes on a key, which need not have been there.
func (s *Server) Set(id string, list ...kmip.Attribute) {
	s.one.Lock()
	defer s.one.Unlock()
	for _, a := range list {
		s.set(id, a.AttributeName, a.AttributeValue)
	}
}

// Wrap says of a key that it is stored under another.
func (s *Server) Wrap(id, by string) {
	s.Set(id, kmip.Attribute{AttributeName: kmip.AttributeNameLink, AttributeValue: kmip.Link{LinkType: kmip.LinkTypeWrappingKeyLink, LinkedObjectIdentifier: by}})
}

// At sets the clock by which the server dates what it does to keys; it does not change what it says that the time is.
func (s *Server) At(t time.Time) {
	s.one.Lock()
	defer s.one.Unlock()
	s.now = t
}

// Asked are the operations that were asked for.
func (s *Server) Asked() []kmip.Operation {
	s.one.Lock()
	defer s.one.Unlock()
	return slices.Clone(s.asked)
}

func (s *Server) time() time.Time {
	if s.now.IsZero() {
		return time.Now()
	}
	return s.now
}

// set replaces an attribute, but names and links, of which there are many.
func (s *Server) set(id string, name kmip.AttributeName, value any) {
	if s.keys[id] == nil {
		s.order = append(s.order, id)
	}
	if name != kmip.AttributeNameName && name != kmip.AttributeNameLink {
		s.keys[id] = slices.DeleteFunc(s.keys[id], func(a kmip.Attribute) bool { return a.AttributeName == name })
	}
	s.keys[id] = append(s.keys[id], kmip.Attribute{AttributeName: name, AttributeValue: value})
}

func (s *Server) get(id string, name kmip.AttributeName) any {
	for _, a := range s.keys[id] {
		if a.AttributeName == name {
			return a.AttributeValue
		}
	}
	return nil
}

func (s *Server) know(id string) error {
	if s.keys[id] == nil {
		return kmipserver.Errorf(kmip.ResultReasonItemNotFound, "there is no %q", id)
	}
	return nil
}

// become is a change of state, with its date.
func (s *Server) become(id string, state kmip.State, date kmip.AttributeName) error {
	if err := s.know(id); err != nil {
		return err
	}
	if s.get(id, kmip.AttributeNameState) == kmip.StateActive && state == kmip.StateDestroyed {
		return kmipserver.Errorf(kmip.ResultReasonPermissionDenied, "it is active")
	}
	s.set(id, kmip.AttributeNameState, state)
	s.set(id, date, s.time())
	s.set(id, kmip.AttributeNameLastChangeDate, s.time())
	return nil
}

func (s *Server) route(mux *kmipserver.BatchExecutor) {
	mux.Route(kmip.OperationCreate, kmipserver.HandleFunc(func(_ context.Context, r *payloads.CreateRequestPayload) (*payloads.CreateResponsePayload, error) {
		id := fmt.Sprintf("key-%d", len(s.keys)+1)
		s.set(id, kmip.AttributeNameObjectType, r.ObjectType)
		for _, a := range r.TemplateAttribute.Attribute {
			s.set(id, a.AttributeName, a.AttributeValue)
		}
		return &payloads.CreateResponsePayload{ObjectType: r.ObjectType, UniqueIdentifier: id}, s.become(id, kmip.StatePreActive, kmip.AttributeNameInitialDate)
	}))
	mux.Route(kmip.OperationActivate, kmipserver.HandleFunc(func(_ context.Context, r *payloads.ActivateRequestPayload) (*payloads.ActivateResponsePayload, error) {
		return &payloads.ActivateResponsePayload{UniqueIdentifier: r.UniqueIdentifier}, s.become(r.UniqueIdentifier, kmip.StateActive, kmip.AttributeNameActivationDate)
	}))
	mux.Route(kmip.OperationRevoke, kmipserver.HandleFunc(func(_ context.Context, r *payloads.RevokeRequestPayload) (*payloads.RevokeResponsePayload, error) {
		s.set(r.UniqueIdentifier, kmip.AttributeNameRevocationReason, r.RevocationReason)
		return &payloads.RevokeResponsePayload{UniqueIdentifier: r.UniqueIdentifier}, s.become(r.UniqueIdentifier, kmip.StateDeactivated, kmip.AttributeNameDeactivationDate)
	}))
	mux.Route(kmip.OperationDestroy, kmipserver.HandleFunc(func(_ context.Context, r *payloads.DestroyRequestPayload) (*payloads.DestroyResponsePayload, error) {
		return &payloads.DestroyResponsePayload{UniqueIdentifier: r.UniqueIdentifier}, s.become(r.UniqueIdentifier, kmip.StateDestroyed, kmip.AttributeNameDestroyDate)
	}))
	mux.Route(kmip.OperationArchive, kmipserver.HandleFunc(func(_ context.Context, r *payloads.ArchiveRequestPayload) (*payloads.ArchiveResponsePayload, error) {
		s.set(r.UniqueIdentifier, kmip.AttributeNameArchiveDate, s.time())
		return &payloads.ArchiveResponsePayload{UniqueIdentifier: r.UniqueIdentifier}, nil
	}))
	mux.Route(kmip.OperationGetAttributes, kmipserver.HandleFunc(func(_ context.Context, r *payloads.GetAttributesRequestPayload) (*payloads.GetAttributesResponsePayload, error) {
		out := &payloads.GetAttributesResponsePayload{UniqueIdentifier: r.UniqueIdentifier}
		for _, a := range s.keys[r.UniqueIdentifier] { // some servers show dates only to who names them
			if named := slices.Contains(r.AttributeName, a.AttributeName); named || len(r.AttributeName) == 0 && a.AttributeName != kmip.AttributeNameLastChangeDate {
				out.Attribute = append(out.Attribute, a)
			}
		}
		return out, s.know(r.UniqueIdentifier)
	}))
	mux.Route(kmip.OperationGetAttributeList, kmipserver.HandleFunc(func(_ context.Context, r *payloads.GetAttributeListRequestPayload) (*payloads.GetAttributeListResponsePayload, error) {
		out := &payloads.GetAttributeListResponsePayload{UniqueIdentifier: r.UniqueIdentifier}
		for _, a := range s.keys[r.UniqueIdentifier] {
			out.AttributeName = append(out.AttributeName, a.AttributeName)
		}
		return out, s.know(r.UniqueIdentifier)
	}))
	mux.Route(kmip.OperationLocate, kmipserver.HandleFunc(func(_ context.Context, r *payloads.LocateRequestPayload) (*payloads.LocateResponsePayload, error) {
		out := &payloads.LocateResponsePayload{}
		for _, id := range s.order {
			if !slices.ContainsFunc(r.Attribute, func(want kmip.Attribute) bool {
				return !slices.ContainsFunc(s.keys[id], func(a kmip.Attribute) bool {
					return a.AttributeName == want.AttributeName && a.AttributeValue == want.AttributeValue
				})
			}) {
				out.UniqueIdentifier = append(out.UniqueIdentifier, id)
			}
		}
		return out, nil
	}))
	mux.Route(kmip.OperationQuery, kmipserver.HandleFunc(func(context.Context, *payloads.QueryRequestPayload) (*payloads.QueryResponsePayload, error) {
		return &payloads.QueryResponsePayload{VendorIdentification: "Example Key Server"}, nil
	}))
}

// Liar sends, on each connection, what answer makes of the number of the request, counted from 0, and its bytes; nil ends the
// connection. It holds the connection open until the other side is gone.
func Liar(a *Authority, answer func(n int, request []byte) []byte, suites ...uint16) string {
	l := a.Listen(suites...)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go lie(c, answer)
		}
	}()
	return l.Addr().String()
}

func lie(c net.Conn, answer func(int, []byte) []byte) {
	defer c.Close()
	b := make([]byte, 64<<10)
	for n := 0; ; n++ {
		got, err := c.Read(b) // a request is one record of TLS
		if err != nil {
			return
		}
		out := answer(n, b[:got])
		if out == nil {
			return
		}
		if _, err := c.Write(out); err != nil {
			return
		}
	}
}
