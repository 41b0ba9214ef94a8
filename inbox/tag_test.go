package inbox_test

import (
	"slices"
	"testing"

	"foyer/inbox"
)

func TestTagsFollowOneRule(t *testing.T) {
	for _, test := range []struct{ tags, add, remove, want []string }{
		{nil, []string{" VIP "}, nil, []string{"VIP"}},
		{[]string{"VIP"}, []string{"vip", " Vip"}, nil, []string{"VIP"}},
		{[]string{"VIP", "new"}, nil, []string{" vip "}, []string{"new"}},
		{[]string{"Straße"}, []string{"STRASSE"}, nil, []string{"Straße"}},
		{[]string{"Caf\u00e9"}, nil, []string{"CAFE\u0301"}, []string{}},
		{[]string{"VIP", "vip"}, nil, []string{"Vip"}, []string{}}, // as they could be kept before
		{[]string{"b"}, []string{"a", "A"}, []string{"B"}, []string{"a"}},
		{[]string{"b"}, []string{"a"}, []string{"A"}, []string{"b"}},
	} {
		if got := inbox.WithTags(test.tags, test.add, test.remove); !slices.Equal(got, test.want) {
			t.Errorf("%q with %q without %q: got %q, want %q", test.tags, test.add, test.remove, got, test.want)
		}
	}
}
