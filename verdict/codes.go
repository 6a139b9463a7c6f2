package verdict

import "shokyo.dev/shokyo/scan"

// Code names a reason for programs. docs/report-format.md explains each; a test holds the two together.
type Code string

// What the examination itself gives.
const (
	ReasonResidue         Code = "residue"
	ReasonLiveKeySlot     Code = scan.LiveKeySlot
	ReasonKeyMaterial     Code = "key-material"
	ReasonIncomplete      Code = "incomplete"
	ReasonUnread          Code = "unread"
	ReasonUnreadable      Code = "unreadable"
	ReasonUnexpectedClass Code = "unexpected-class"
	ReasonNothingJudged   Code = "nothing-judged"
	ReasonNotJudged       Code = "not-judged"
	ReasonTooSmall        Code = "too-small"
	ReasonExcessMetadata  Code = "excess-metadata"
	ReasonCopies          Code = "repeated-ciphertext"
	ReasonContradiction   Code = "contradiction"
	ReasonRandomIsland    Code = "random-island"
	ReasonNoResidue       Code = "no-residue"
	ReasonSampled         Code = "sampled"
	ReasonQuick           Code = "quick"
	ReasonPartialPlan     Code = "partial-plan"
	ReasonDescribedOnly   Code = "described-only"
	ReasonHoles           Code = "holes"
	ReasonNothingStored   Code = "nothing-stored"
	ReasonReadableLabel   Code = "readable-label"
	ReasonCorpusFound     Code = "corpus-found"
	ReasonCorpusNotFound  Code = "corpus-not-found"
	ReasonUnchangedBlock  Code = "unchanged-block"
	ReasonBaselineChanged Code = "baseline-changed"
	ReasonBaselineSame    Code = "baseline-same"
	ReasonBaselineFew     Code = "baseline-few"
	ReasonBaselineOther   Code = "baseline-other"
)

// What is known of the medium besides its bytes.
const (
	ReasonImageDefect        Code = "image-defect"
	ReasonMediumTruncated    Code = "medium-truncated"
	ReasonMaybeTruncated     Code = "maybe-truncated"
	ReasonSizeStated         Code = "size-stated"
	ReasonMediumChanged      Code = "medium-changed"
	ReasonMediumUnchecked    Code = "medium-unchecked"
	ReasonAttachedAnew       Code = "attached-anew"
	ReasonInUse              Code = "in-use"
	ReasonTrailersUnexamined Code = "trailers-unexamined"
	ReasonTrailersSampled    Code = "trailers-sampled"
)

// What the drive says of itself.
const (
	ReasonHiddenCapacity     Code = "hidden-capacity"
	ReasonSanitizeInProgress Code = "sanitize-in-progress"
	ReasonSanitizeFailed     Code = "sanitize-failed"
	ReasonLockedRange        Code = "locked-range"
	ReasonMBRShadowed        Code = "mbr-shadowed"
	ReasonReadsFailByDesign  Code = "reads-fail-by-design"
	ReasonDriveCountedWrites Code = "drive-counted-writes"
	ReasonDeallocatedReads   Code = "deallocated-reads"
)

// What was not checked on this medium. What never is, reports know.
const (
	ReasonHiddenAreas        Code = "hidden-areas"
	ReasonLocksUnknown       Code = "locks-unknown"
	ReasonSanitizeUnknown    Code = "sanitize-unknown"
	ReasonRestOfDrive        Code = "rest-of-drive"
	ReasonSectorTrailers     Code = "sector-trailers"
	ReasonImageNote          Code = "image-note"
	ReasonPartitionTableNote Code = "partition-table-note"
)

// Why nothing says which system was booted.
const (
	ReasonNoTPM     Code = "no-tpm"
	ReasonTPMFailed Code = "tpm-failed"
)

// Settles gives the only outcome that a reason is given for, where there is but one: what
// rules out every other, and what only a clean medium has.
func (c Code) Settles() (only Outcome, sure bool) {
	switch c {
	case ReasonResidue, ReasonLiveKeySlot, ReasonKeyMaterial, ReasonCorpusFound, ReasonUnchangedBlock:
		return ResidueFound, true
	case ReasonNoResidue, ReasonCorpusNotFound, ReasonBaselineChanged, ReasonBaselineSame:
		return NoResidue, true
	}
	return Inconclusive, false
}
