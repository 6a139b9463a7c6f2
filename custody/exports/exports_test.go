package exports

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"shokyo.dev/shokyo/custody"
)

var taken = Options{Said: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}

func read(t *testing.T, format, text string, o Options) (*Read, error) {
	t.Helper()
	m, err := Known(format)
	if err != nil {
		t.Fatal(err)
	}
	return File(strings.NewReader(text), m, o)
}

// summary is what was read, short.
func summary(r *Read) (out []string) {
	const day = "02.01. 15:04"
	at := func(when time.Time) string {
		if when.IsZero() {
			return "-"
		}
		return when.UTC().Format(day)
	}
	for _, o := range r.Objects {
		out = append(out, fmt.Sprintf("%s %s %s %s %s archived %s wrapped %v linked %v copies %d", o.ID, o.State, at(o.Created), at(o.Activated), at(o.Destroyed), at(o.Archived), o.WrappedBy, o.Linked, len(o.Copies)))
	}
	for _, e := range r.Events {
		out = append(out, fmt.Sprintf("%s %s %s %s failed %v", at(e.Time), e.Kind, e.ID, e.Actor, e.Failed))
	}
	return out
}

// Samples after the documentation that each mapping names, and what has to come of them.
var samples = map[string]struct{ text, want string }{
	"csv-keys": {"key_id,state,created,activated,destroyed,said,protects,wrapped_by,passphrase\nK1,Destroyed,2026-04-01T09:00:00+09:00,2026-04-02T00:00:00Z,2026-04-12T12:00:00Z,2026-04-13T00:00:00Z,vol-a;vol-b,KEK,hunter2\n",
		"K1 destroyed 01.04. 00:00 02.04. 00:00 12.04. 12:00 archived - wrapped [KEK] linked [] copies 0"},
	"csv-log": {"日時;操作;鍵ID;操作者;結果\n2026-04-12T12:00:00Z;destroy;K1;alice;成功\n2026-04-12T13:00:00Z;destroy;K2;bob;失敗\n",
		"12.04. 12:00 destroy K1 alice failed false|12.04. 13:00 destroy K2 bob failed true"},
	"jsonl-log": {`{"time":"2026-04-12T12:00:00Z","event":"revoke","key_id":"K1","actor":"alice"}` + "\n" + `{"time":1776168000,"event":"destroy","key_id":"K1"}` + "\n",
		"12.04. 12:00 revoke K1 alice failed false|14.04. 12:00 destroy K1  failed false"},
	"syslog": {`<134>1 2026-04-12T12:00:00.003+09:00 host kms 12 - [key@1 event="destroy" key_id="K\]1" actor="a b"] done` + "\n<13>Apr 12 12:00:00 host kms: old\n" + `<134>1 2026-04-12T13:00:00Z host kms - - - {"event":"use","key_id":"K2"}` + "\n",
		"12.04. 03:00 destroy K]1 a b failed false|12.04. 13:00 use K2  failed false"},
	"cef": {`CEF:0|Vendor|Key\|Server|1.0|100|destroy|5|rt=1776168000000 fileId=K1 suser=alice msg=a b\=c outcome=success` + "\n" + `<134>1 2026-04-12T12:00:00Z h a - - - CEF:0|V|P|1|1|x|5|act=revoke fileId=K2 outcome=failure` + "\n",
		"14.04. 12:00 destroy K1 alice failed false|12.04. 12:00 revoke K2  failed true"},
	"aws-kms": {`{"KeyMetadata":{"KeyId":"1234abcd","Arn":"arn:aws:kms:us-west-2:1:key/1234abcd","CreationDate":"2026-04-01T00:00:00+00:00","KeyState":"PendingDeletion","DeletionDate":"2026-05-01T00:00:00Z","KeySpec":"SYMMETRIC_DEFAULT","MultiRegion":true,"MultiRegionConfiguration":{"ReplicaKeys":[{"Arn":"arn:x","Region":"eu-west-1"}]}}}`,
		"1234abcd scheduled 01.04. 00:00 01.04. 00:00 - archived - wrapped [] linked [] copies 1"},
	"aws-cloudtrail": {`{"Records":[
 {"eventTime":"2026-04-05T18:58:30Z","eventName":"ScheduleKeyDeletion","userIdentity":{"arn":"arn:aws:iam::1:user/Alice"},"requestParameters":{"keyId":"1234abcd","pendingWindowInDays":7},"responseElements":{"keyId":"arn:aws:kms:us-west-2:1:key/1234abcd","keyState":"PendingDeletion","deletionDate":"Apr 12, 2026 18:58:30 PM"}},
 {"eventTime":"2026-04-06T00:00:00Z","eventName":"Decrypt","errorCode":"KMSInvalidStateException","requestParameters":null,"resources":[{"ARN":"arn:aws:kms:us-west-2:1:key/1234abcd"}]},
 {"eventTime":"2026-04-12T19:01:00Z","eventName":"DeleteKey","eventType":"AwsServiceEvent","userIdentity":{"invokedBy":"AWS Internal"},"requestParameters":null,"responseElements":null,"resources":[{"ARN":"arn:aws:kms:us-west-2:1:key/1234abcd","accountId":"1"}]}]}`,
		"05.04. 18:58 schedule arn:aws:kms:us-west-2:1:key/1234abcd arn:aws:iam::1:user/Alice failed false|06.04. 00:00 use arn:aws:kms:us-west-2:1:key/1234abcd  failed true|12.04. 19:01 destroy arn:aws:kms:us-west-2:1:key/1234abcd AWS Internal failed false"},
	"azure-keyvault-log": {`{"records":[{"time":"2026-04-12T01:32:01.2691226Z","category":"AuditEvent","operationName":"KeyDelete","resultType":"Success","properties":{"id":"https://v.vault.azure.net/keys/k1/0a"},"identity":{"claim":{"appid":"app"}}},{"time":"2026-04-13T00:00:00Z","operationName":"KeyPurge","resultType":"Success","properties":{"id":"https://v.vault.azure.net/keys/k1/0a"}},{"time":"2026-04-13T00:00:00Z","operationName":"VaultGet","resultType":"Success"}]}`,
		"12.04. 01:32 schedule https://v.vault.azure.net/keys/k1/0a app failed false|13.04. 00:00 destroy https://v.vault.azure.net/keys/k1/0a  failed false"},
	"gcp-kms-versions": {`[{"name":"projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1","state":"DESTROYED","createTime":"2026-04-01T00:00:00.1Z","destroyTime":"2026-04-12T00:00:00Z","destroyEventTime":"2026-04-12T00:00:05Z"}]`,
		"projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1 destroyed 01.04. 00:00 01.04. 00:00 12.04. 00:00 archived - wrapped [] linked [] copies 0"},
	"gcp-kms-log": {`[{"timestamp":"2026-04-12T00:00:00Z","protoPayload":{"methodName":"DestroyCryptoKeyVersion","resourceName":"projects/p/k","authenticationInfo":{"principalEmail":"a@b"},"status":{}}}]`,
		"12.04. 00:00 schedule projects/p/k a@b failed false"},
	"vault-audit": {`{"type":"request","time":"2026-04-12T12:00:00Z","request":{"operation":"delete","path":"transit/keys/tenant-a","client_token":"hmac-sha256:x"}}` + "\n" + `{"type":"response","time":"2026-04-12T12:00:01Z","auth":{"display_name":"ops","client_token":"s.abc"},"request":{"operation":"delete","path":"transit/keys/tenant-a"},"response":{}}` + "\n" + `{"type":"response","time":"2026-04-12T12:00:02Z","error":"permission denied","request":{"operation":"read","path":"transit/export/encryption-key/tenant-a/1"}}` + "\n",
		"12.04. 12:00 destroy tenant-a ops failed false|12.04. 12:00 copy tenant-a  failed true"},
	"keycontrol": {"UUID,Object Type,State,Initial Date,Last Change Date,Archived,Activation Date,Destroy Date\n0f-1,SymmetricKey,Destroyed,2026-04-01T00:00:00Z,2026-04-12T00:00:00Z,Yes,2026-04-01T00:00:01Z,2026-04-12T00:00:00Z\n",
		"0f-1 destroyed 01.04. 00:00 01.04. 00:00 12.04. 00:00 archived 01.05. 00:00 wrapped [] linked [] copies 0"},
	"ciphertrust-keys": {`{"skip":0,"total":1,"resources":[{"id":"i1","uuid":"u1","name":"k","createdAt":"2026-04-01T00:00:00.5Z","state":"Deactivated","activationDate":"2026-04-01T00:00:00Z","deactivationDate":"2026-04-10T00:00:00Z","size":256,"material":"secret","links":[{"type":"replacedObject","source":"u1","target":"u0"}]}]}`,
		"u1 deactivated 01.04. 00:00 01.04. 00:00 - archived - wrapped [] linked [u0] copies 0"},
	"ontap": {"       Node: node1\n    Vserver: svm1\nKey Manager: external\n\nKey Tag                               Key Type   Encryption   Restored\n------------------------------------  --------   ----------   --------\nsvm1-vek                              VEK        XTS-AES-256  true\n    Key ID: 00000000000000000200000000000100EE04\n",
		"00000000000000000200000000000100EE04 active - - - archived - wrapped [] linked [] copies 0"},
}

func TestSamples(t *testing.T) {
	for _, format := range Formats() {
		s, ok := samples[format]
		if !ok {
			t.Errorf("%s has no sample", format)
			continue
		}
		r, err := read(t, format, s.text, taken)
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		if got := strings.Join(summary(r), "|"); got != s.want {
			t.Errorf("%s:\n%s, want\n%s", format, got, s.want)
		}
		if len(r.SHA256) != 64 || r.Bytes != int64(len(s.text)) {
			t.Errorf("%s: %d of %d bytes", format, r.Bytes, len(s.text))
		}
	}
	r, _ := read(t, "syslog", samples["syslog"].text, taken)
	if r.Unread != 1 {
		t.Errorf("a line of RFC 3164 is not counted: %d", r.Unread)
	}
	r, _ = read(t, "azure-keyvault-log", samples["azure-keyvault-log"].text, taken)
	if r.Unmapped["VaultGet"] != 1 {
		t.Errorf("%v", r.Unmapped)
	}
}

// What was taken out of a log is seen by the number that it leaves behind, and what was put in twice.
func TestSequence(t *testing.T) {
	const head, row = "time,event,sequence\n", "2026-04-12T12:00:00Z,%s,%d\n"
	for want, numbers := range map[string][]int{"": {7, 8, 9}, "line 4": {7, 8, 10}, "line 3 line 4": {7, 7, 7}, "line 3": {7, 3, 4}} {
		text := head
		for i, n := range numbers {
			text += fmt.Sprintf(row, []string{"use", "reboot", "use"}[i], n)
		}
		r, err := read(t, "csv-log", text, Options{})
		if err != nil || strings.Join(r.Breaks, " ") != want {
			t.Errorf("%v: %v, %q, want %q", numbers, err, r.Breaks, want)
		}
	}
}

func TestEncodings(t *testing.T) {
	const text = "鍵ID,状態,確認日時\r\nK1,破棄済,2026/04/12 12:00:00\r\n"
	sjis, _ := japanese.ShiftJIS.NewEncoder().String(text)
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(text))
	z.Close()
	o := Options{Zone: time.FixedZone("", 9*3600), Ahead: time.Minute}
	for name, s := range map[string]string{"UTF-8": text, "mark": "\ufeff" + text, "Shift_JIS": sjis, "UTF-16": utf16, "gzip": packed.String()} {
		r, err := read(t, "csv-keys", s, o)
		if err != nil || len(r.Objects) != 1 || r.Objects[0].State != custody.Destroyed || r.Objects[0].Said.Format(time.RFC3339) != "2026-04-12T02:59:00Z" {
			t.Errorf("%s: %v, %+v", name, err, r)
		}
	}
}

func TestRefused(t *testing.T) {
	head := "key_id,state,said\n"
	for name, c := range map[string]struct{ format, text, want string }{
		"no zone":    {"csv-keys", head + "K,Active,2026-04-12 12:00:00\n", "line 2: the time \"2026-04-12 12:00:00\" has no zone"},
		"no time":    {"csv-keys", head + "K,Active,yesterday\n", `line 2: "yesterday" is no time`},
		"short zone": {"csv-keys", head + "K,Active,2026-04-12 12:00:00 PDT\n", "is no time"},
		"year":       {"csv-keys", head + "K,Active,0001-01-02T00:00:00Z\n", "no time that a log can have"},
		"long name":  {"csv-keys", head + strings.Repeat("K", 2000) + ",Active,2026-04-12T12:00:00Z\n", "a name has 2000 bytes"},
		"binary":     {"csv-keys", "a\x00b", "zero bytes"},
		"empty":      {"csv-keys", "", "no record"},
		"no JSON":    {"jsonl-log", "hunter2", "no JSON"},
		"cut":        {"jsonl-log", `{"time":`, "unexpected EOF"},
		"another":    {"aws-cloudtrail", `{"Event":[]}`, "no record"},
		"list":       {"aws-cloudtrail", `{"Records":{}}`, "a list is expected"},
		"deep":       {"jsonl-log", strings.Repeat(`{"a":`, 50) + "1" + strings.Repeat("}", 50), "nests deeper"},
		"invalid":    {"csv-keys", head + strings.Repeat("K,Active,2026-04-12T12:00:00Z\n", 4000) + "\xff\xfe", "not in UTF-8"},
	} {
		_, err := read(t, c.format, c.text, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := read(t, "ontap", samples["ontap"].text, Options{}); err == nil || !strings.Contains(err.Error(), "--taken") {
		t.Errorf("an export without a time: %v", err)
	}
	for text, want := range map[string]string{
		"reader = \"x\"":               "use csv",
		"reader = \"csv\"":             "nothing would be read",
		"reader = \"csv\"\ncolour = 1": "unknown key colour",
		"reader = \"csv\"\n[object]\nid = [\"a\"]\n[states]\nx = \"gone\"":     `"gone" is no state`,
		"reader = \"csv\"\n[event]\noperation = [\"a\"]\n[events]\n\"(\" = []": "missing closing",
		"reader = \"csv\"\nzone = \"Tokio\"\n[object]\nid = [\"a\"]":           "Asia/Tokyo",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// endless is a text without end.
type endless struct{ text, left string }

func (e *endless) Read(b []byte) (int, error) {
	if e.left == "" {
		e.left = e.text
	}
	n := copy(b, e.left)
	e.left = e.left[n:]
	return n, nil
}

// What never ends is given up, and no more of it is kept than a record may have.
func TestEndless(t *testing.T) {
	for format, begin := range map[string][2]string{
		"csv-keys":       {"key_id,state\nK,\"", "never closed "},
		"jsonl-log":      {`{"time":"`, "never closed "},
		"aws-cloudtrail": {`{"x":"`, "never closed "},
		"syslog":         {"<134>1 ", "one line "},
		"cef":            {"CEF:", "one line "},
		"ontap":          {"", "one line "},
		"gcp-kms-log":    {"[", "["},
	} {
		m, _ := Known(format)
		_, err := File(io.MultiReader(strings.NewReader(begin[0]), &endless{text: strings.Repeat(begin[1], 1000)}), m, taken)
		if err == nil {
			t.Errorf("%s is taken", format)
		}
	}
	m, _ := Known("csv-log")
	_, err := File(io.MultiReader(strings.NewReader("time,event\n"), &endless{text: strings.Repeat("2026-04-12T12:00:00Z,use\n", 1000)}), m, taken)
	if err == nil || !strings.Contains(err.Error(), "more than 200000") {
		t.Errorf("rows without end: %v", err)
	}
}

// A secret is not read, whatever a mapping says.
func TestSecrets(t *testing.T) {
	m, err := Parse([]byte("reader = \"json\"\n[object]\nid = [\"id\"]\nnames = [\"KeyMaterial\", \"a.password.b\", \"client_token\"]\nstate = [\"Plaintext\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := File(strings.NewReader(`{"id":"K","KeyMaterial":"hunter2","a":{"password":{"b":"hunter2"}},"client_token":"hunter2","Plaintext":"hunter2"}`), m, taken)
	if err != nil || strings.Contains(fmt.Sprintf("%+v", r), "hunter2") || len(r.Objects) != 1 {
		t.Errorf("%v, %+v", err, r)
	}
}

func FuzzFile(f *testing.F) {
	formats := Formats()
	for i, format := range formats {
		f.Add(byte(i), samples[format].text)
	}
	f.Fuzz(func(t *testing.T, i byte, text string) {
		m, err := Known(formats[int(i)%len(formats)])
		if err != nil {
			t.Fatal(err)
		}
		r, err := File(strings.NewReader(text), m, taken)
		if err == nil && (r.Records == 0 || len(r.Objects)+len(r.Events) > MaxKept || r.Bytes != int64(len(text))) {
			t.Errorf("%+v", r)
		}
	})
}
