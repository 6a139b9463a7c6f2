package kmip

import (
	"errors"
	"fmt"
	"time"

	"shokyo.dev/shokyo/custody/kmip/ttlv"
)

// answer is what a server said to one request.
type answer struct {
	payload *ttlv.Item
	clock   time.Time // the server's; zero: it gave none
}

// refusal is a request that the server did not carry out, with its reason (KMIP 2.0, 11.48).
type refusal struct {
	op      operation
	reason  reason
	message string
}

func (r *refusal) Error() string {
	return fmt.Sprintf("the server refuses %v: %v (it says %.200q)", r.op, r.reason, r.message)
}

// reason is why a server refuses.
type reason uint32

const (
	itemNotFound       reason = 0x01
	notAuthenticated   reason = 0x03
	invalidMessage     reason = 0x04
	notSupported       reason = 0x05
	permissionDenied   reason = 0x0C
	objectArchived     reason = 0x0D
	objectDestroyed    reason = 0x36 // since KMIP 2.0, as are the next three
	objectNotFound     reason = 0x37
	notAuthorised      reason = 0x39
	unsupportedVersion reason = 0x3F
)

var reasonNames = map[reason]string{itemNotFound: "item not found", notAuthenticated: "authentication not successful", invalidMessage: "invalid message",
	notSupported: "operation not supported", permissionDenied: "permission denied", objectArchived: "object archived", objectDestroyed: "object destroyed",
	objectNotFound: "object not found", notAuthorised: "not authorised", unsupportedVersion: "unsupported protocol version"}

func (r reason) String() string {
	if name := reasonNames[r]; name != "" {
		return name
	}
	return fmt.Sprintf("reason %#x", uint32(r))
}

// parseAnswer takes a message apart; it has to answer one operation, the one that was asked for.
func parseAnswer(m *ttlv.Item, op operation) (*answer, error) {
	head, err := must(m, tagResponseHeader, ttlv.Structure)
	if err != nil {
		return nil, err
	}
	a := new(answer)
	if clock, err := head.One(tagTimeStamp, ttlv.DateTime); err != nil {
		return nil, err
	} else if clock != nil {
		if a.clock, err = date(clock); err != nil {
			return nil, err
		}
	}
	count, err := must(head, tagBatchCount, ttlv.Integer)
	if err != nil {
		return nil, err
	}
	if n := len(m.All(tagBatchItem)); count.Number != 1 || n != 1 {
		return nil, fmt.Errorf("it has %d parts and states %d, where one was asked for", n, count.Number)
	}
	item := m.All(tagBatchItem)[0]
	if err := check(item, op); err != nil {
		return nil, err
	}
	if a.payload, err = item.One(tagResponsePayload, ttlv.Structure); err == nil && a.payload == nil {
		err = errors.New("it says nothing")
	}
	return a, err
}

// check gives a refusal as an error.
func check(item *ttlv.Item, op operation) error {
	got, err := item.One(tagOperation, ttlv.Enumeration)
	if err != nil {
		return err
	}
	status, err := must(item, tagResultStatus, ttlv.Enumeration)
	if err != nil {
		return err
	}
	switch {
	case got != nil && got.Number != int64(op):
		return fmt.Errorf("it is to the operation %#x, where %v was asked for", got.Number, op)
	case status.Number == 0 && got == nil:
		return errors.New("it does not say to which operation it is")
	case status.Number == 0:
		return nil
	case status.Number != 1: // pending, or undone (KMIP 1.4, 9.1.3.2.27)
		return fmt.Errorf("it has the status %d, where success or failure has to be", status.Number)
	}
	r := &refusal{op: op}
	if i, err := item.One(tagResultReason, ttlv.Enumeration); err != nil {
		return err
	} else if i != nil {
		r.reason = reason(i.Number)
	}
	if i, err := item.One(tagResultMessage, ttlv.TextString); err != nil {
		return err
	} else if i != nil {
		r.message = string(i.Bytes)
	}
	return r
}

// must is the one item of a tag that has to be there.
func must(in *ttlv.Item, tag ttlv.Tag, want ttlv.Type) (*ttlv.Item, error) {
	i, err := in.One(tag, want)
	if err == nil && i == nil {
		err = fmt.Errorf("it lacks what it has to have (%v)", tag)
	}
	return i, err
}

// lastDate is the last second that can be written with a year of four digits.
const lastDate = 253402300799

// date is the time that an item states.
func date(i *ttlv.Item) (time.Time, error) {
	if i.Type != ttlv.DateTime && i.Type != ttlv.DateTimeExt {
		return time.Time{}, fmt.Errorf("the item %v is no date", i.Tag)
	}
	t := i.Time()
	if t.Unix() < 0 || t.Unix() > lastDate {
		return time.Time{}, fmt.Errorf("the item %v is a date that nothing has: %d", i.Tag, i.Number)
	}
	return t, nil
}
