package fetch

import (
	"fmt"
	"strings"
)

// legalQuery escapes what a query cannot have: net/http sends it as it is, so that a space would end the address. What is
// escaped already stays.
func legalQuery(query string) string {
	var legal strings.Builder
	for _, b := range []byte(query) {
		if b <= ' ' || b >= 0x7f || strings.IndexByte("\"<>\\^`{|}", b) >= 0 {
			fmt.Fprintf(&legal, "%%%02X", b)
		} else {
			legal.WriteByte(b)
		}
	}
	return legal.String()
}
