package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"

	"foyer/inbox"
)

// A cursor is <epoch>.<number>. An epoch is one run of the database: a count of its starts, and random characters that
// distinguish the events after a backup was made from those after it was restored. All parts have a fixed width, so that the
// order of texts is the order of the log.
const (
	epochCount   = 6
	epochRandom  = 6
	numberDigits = 16
	cursorLength = epochCount + epochRandom + 1 + numberDigits
	alphabet     = "0123456789abcdefghjkmnpqrstvwxyz"
	maxNumber    = 1e16 - 1
)

// epoch is one run of the database, and the number of the first event that it could write.
type epoch struct {
	name  string
	first int64
}

func newEpoch(count, first int64) epoch {
	name := fmt.Appendf(nil, "%0*d", epochCount, count)
	for range epochRandom {
		name = append(name, alphabet[rand.IntN(len(alphabet))])
	}
	return epoch{name: string(name), first: first}
}

// count returns the count of starts in the epoch's name.
func (e epoch) count() (int64, error) {
	if len(e.name) != epochCount+epochRandom {
		return 0, fmt.Errorf("store: malformed epoch %q", e.name)
	}
	return strconv.ParseInt(e.name[:epochCount], 10, 64)
}

// epochs are all runs of the database, oldest first; at least one.
type epochs []epoch

// cursor returns the cursor of an event: in the epoch that wrote it.
func (e epochs) cursor(number int64) inbox.Cursor {
	i := len(e) - 1
	if number < e[i].first {
		i = max(0, sort.Search(len(e), func(i int) bool { return e[i].first > number })-1)
	}
	return e[i].cursor(number)
}

// head returns the cursor of a position that no event follows yet: in the newest epoch.
func (e epochs) head(number int64) inbox.Cursor { return e[len(e)-1].cursor(number) }

func (e epoch) cursor(number int64) inbox.Cursor {
	text := make([]byte, 0, cursorLength)
	text = append(append(text, e.name...), '.')
	text = text[:cursorLength]
	for i := cursorLength - 1; i > len(e.name); i-- {
		text[i] = byte('0' + number%10)
		number /= 10
	}
	return inbox.Cursor(text)
}

// parse returns the number of a cursor, given the number of the newest event.
func (e epochs) parse(c inbox.Cursor, head int64) (int64, error) {
	name, number, err := splitCursor(string(c))
	if err != nil {
		return 0, err
	}
	for i, v := range slices.Backward(e) {
		if v.name != name {
			continue
		}
		last := head
		if i+1 < len(e) {
			last = e[i+1].first - 1
		}
		if number > last || number < e[0].first-1 {
			return 0, ErrCursorExpired
		}
		return number, nil
	}
	return 0, ErrCursorExpired
}

// splitCursor returns the parts of a cursor. It fails with ErrCursorInvalid on any text that this log would not write.
func splitCursor(c string) (name string, number int64, err error) {
	name, digits, found := strings.Cut(c, ".")
	if !found || len(name) != epochCount+epochRandom || len(digits) != numberDigits {
		return "", 0, ErrCursorInvalid
	}
	for i := range len(name) {
		if strings.IndexByte(alphabet, name[i]) < 0 || i < epochCount && name[i] > '9' {
			return "", 0, ErrCursorInvalid
		}
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return "", 0, ErrCursorInvalid
		}
		number = number*10 + int64(digits[i]-'0')
	}
	return name, number, nil
}
