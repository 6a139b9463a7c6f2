package kmip

import (
	"fmt"

	"shokyo.dev/shokyo/custody/kmip/ttlv"
)

// operation is what a server can be asked to do (KMIP 2.0, 11.38).
type operation uint32

const (
	locate           operation = 0x08
	getAttributes    operation = 0x0B
	getAttributeList operation = 0x0C
	query            operation = 0x18
	discoverVersions operation = 0x1E
)

// readOnly are the operations that are asked for, and the only ones that a message can be made
// of. None changes anything, and none gives a key.
var readOnly = map[operation]string{
	locate:           "Locate",
	getAttributes:    "Get Attributes",
	getAttributeList: "Get Attribute List",
	query:            "Query",
	discoverVersions: "Discover Versions",
}

func (o operation) String() string { return readOnly[o] }

// version is one of the protocol (KMIP 1.4, 6.1).
type version struct{ major, minor int32 }

func (v version) String() string { return fmt.Sprintf("KMIP %d.%d", v.major, v.minor) }

func (v version) item() ttlv.Item {
	return ttlv.Struct(tagProtocolVersion, ttlv.Int(tagProtocolVersionMajor, v.major), ttlv.Int(tagProtocolVersionMinor, v.minor))
}

// request makes a message with one operation. Every message is made here.
func request(v version, op operation, payload ...ttlv.Item) ([]byte, error) {
	if readOnly[op] == "" {
		return nil, fmt.Errorf("the operation %#x is not one of those that only read", uint32(op))
	}
	m := ttlv.Struct(tagRequestMessage,
		ttlv.Struct(tagRequestHeader, v.item(), ttlv.Int(tagMaximumResponseSize, maxAnswer), ttlv.Int(tagBatchCount, 1)),
		ttlv.Struct(tagBatchItem, ttlv.Enum(tagOperation, uint32(op)), ttlv.Struct(tagRequestPayload, payload...)))
	return m.Append(nil), nil
}
