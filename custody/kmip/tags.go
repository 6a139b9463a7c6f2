package kmip

import "shokyo.dev/shokyo/custody/kmip/ttlv"

// Tags of KMIP 1.0 to 2.1 that are read or written here (KMIP 2.0, 11.63). Those of attributes stand in their table (attributes.go).
const (
	tagAttribute            ttlv.Tag = 0x420008
	tagAttributeName        ttlv.Tag = 0x42000A
	tagAttributeValue       ttlv.Tag = 0x42000B
	tagBatchCount           ttlv.Tag = 0x42000D
	tagBatchItem            ttlv.Tag = 0x42000F
	tagLinkType             ttlv.Tag = 0x42004B
	tagLinkedObject         ttlv.Tag = 0x42004C
	tagMaximumResponseSize  ttlv.Tag = 0x420050
	tagName                 ttlv.Tag = 0x420053
	tagNameType             ttlv.Tag = 0x420054
	tagNameValue            ttlv.Tag = 0x420055
	tagOperation            ttlv.Tag = 0x42005C
	tagProtocolVersion      ttlv.Tag = 0x420069
	tagProtocolVersionMajor ttlv.Tag = 0x42006A
	tagProtocolVersionMinor ttlv.Tag = 0x42006B
	tagQueryFunction        ttlv.Tag = 0x420074
	tagRequestHeader        ttlv.Tag = 0x420077
	tagRequestMessage       ttlv.Tag = 0x420078
	tagRequestPayload       ttlv.Tag = 0x420079
	tagResponseHeader       ttlv.Tag = 0x42007A
	tagResponseMessage      ttlv.Tag = 0x42007B
	tagResponsePayload      ttlv.Tag = 0x42007C
	tagResultMessage        ttlv.Tag = 0x42007D
	tagResultReason         ttlv.Tag = 0x42007E
	tagResultStatus         ttlv.Tag = 0x42007F
	tagStorageStatusMask    ttlv.Tag = 0x42008E
	tagTimeStamp            ttlv.Tag = 0x420092
	tagUniqueIdentifier     ttlv.Tag = 0x420094
	tagVendorIdentification ttlv.Tag = 0x42009D
	tagLocatedItems         ttlv.Tag = 0x4200D5
	tagAttributes           ttlv.Tag = 0x420125 // since KMIP 2.0
	tagAttributeReference   ttlv.Tag = 0x42013B // likewise
)
