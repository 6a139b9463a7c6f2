package reports_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/reports/build"
	"shokyo.dev/shokyo/reports/reporttest"
)

// The sample leaves no field of an order empty, and all of it comes back.
func TestOrderRoundTrip(t *testing.T) {
	d := build.Document(reporttest.Ordered(), reporttest.Lab)
	var empty func(path string, v reflect.Value)
	empty = func(path string, v reflect.Value) {
		switch {
		case v.IsZero():
			t.Errorf("%s is empty", path)
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				empty(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		}
	}
	empty("order", reflect.ValueOf(d.Order))
	got, err := reports.Decode(d.Encode())
	if err != nil || !reflect.DeepEqual(got.Order, d.Order) {
		t.Errorf("%v: %+v", err, got)
	}
}

// What is stated cannot become anything but text.
func TestOrderIsClean(t *testing.T) {
	hostile := func(v reflect.Value) {}
	hostile = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				hostile(v.Field(i))
			}
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			hostile(v.Index(0))
		case reflect.String:
			v.SetString("a\u202eb\n")
		}
	}
	var o reports.Order
	hostile(reflect.ValueOf(&o).Elem())
	was := o.Deviations[0]
	b, err := json.Marshal(reports.CleanOrder(o))
	if err != nil || strings.ContainsAny(string(b), "\u202e\n") || strings.Contains(string(b), `\n`) {
		t.Errorf("%v: %s", err, b)
	}
	if o.Deviations[0] != was {
		t.Error("the order that was given is changed")
	}
}

func TestDecodeRefusesLogos(t *testing.T) {
	good := build.Document(reporttest.Ordered(), reporttest.Lab)
	for name, c := range map[string]struct {
		change func(l *reports.Logo)
		want   string
	}{
		"no base64":         {func(l *reports.Logo) { l.PNG = "%" }, "logo"},
		"no PNG":            {func(l *reports.Logo) { l.PNG = "R0lGODlh" }, "no PNG"},
		"another width":     {func(l *reports.Logo) { l.Width++ }, "stated"},
		"cut short":         {func(l *reports.Logo) { l.PNG = l.PNG[:len(l.PNG)/8*4] }, "damaged"},
		"too many bytes":    {func(l *reports.Logo) { l.PNG = strings.Repeat("AAAA", reports.MaxLogoBytes/3+2) }, "more than"},
		"spelled otherwise": {func(l *reports.Logo) { l.PNG += "\n" }, "logo"},
	} {
		d, logo := *good, *good.Order.Lab.Logo
		c.change(&logo)
		d.Order.Lab.Logo = &logo
		if _, err := reports.Decode(d.Encode()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
