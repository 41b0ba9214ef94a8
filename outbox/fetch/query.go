package fetch

import (
	"fmt"
	"strings"
)

// legalQuery escapes the characters that a query cannot contain, such as spaces: net/http sends it unchanged, and a space
// would end the address. What is already escaped stays as it is.
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
