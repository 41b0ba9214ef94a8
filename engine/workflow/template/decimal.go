package template

import (
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// decimal is an exact number: 4.35 times 100 is 435. Only division can round it.
type decimal struct {
	rat   *big.Rat
	point bool // it is written with a fraction, or results from one: 2.0
}

const (
	// maxBits is how many bits a number may have: about 300 digits.
	maxBits = 1024
	// maxPlaces is how many places a number without an end is rounded to.
	maxPlaces = 40
)

var errNumber = errors.New("it takes a number")

// writtenNumber is a text that is a number.
var writtenNumber = regexp.MustCompile(`^[+-]?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,3})?$`)

func whole(n int64) decimal { return decimal{rat: new(big.Rat).SetInt64(n)} }

// decimalOf returns a value as a number: a number, or a text that is one. Nothing is 0.
func decimalOf(value any) (decimal, bool) {
	switch value := value.(type) {
	case nil:
		return whole(0), true
	case decimal:
		return value, true
	case int:
		return whole(int64(value)), true
	case int64:
		return whole(value), true
	case float64:
		return readDecimal(strconv.FormatFloat(value, 'g', -1, 64))
	case string:
		if value == "" {
			return whole(0), true
		}
		return readDecimal(strings.TrimSpace(value))
	default:
		return decimal{}, false
	}
}

func readDecimal(text string) (decimal, bool) {
	if !writtenNumber.MatchString(text) {
		return decimal{}, false
	}
	value, ok := new(big.Rat).SetString(text)
	if !ok {
		return decimal{}, false
	}
	return decimal{value, strings.Contains(text, ".")}, true
}

// wholeNumber returns a value as a whole number, if it is small enough for an int.
func wholeNumber(value any) (int, bool) {
	n, ok := decimalOf(value)
	if !ok || !n.rat.IsInt() || n.rat.Num().BitLen() > 31 {
		return 0, false
	}
	return int(n.rat.Num().Int64()), true
}

// String returns the number without an exponent, and without a fraction if it is whole.
func (d decimal) String() string {
	if d.rat.IsInt() {
		return d.rat.Num().String()
	}
	if places, exact := d.rat.FloatPrec(); exact && places <= maxPlaces {
		return d.rat.FloatString(places)
	}
	n, _ := d.rat.Float64()
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// bounded returns the number, or fails if it is too large.
func bounded(d decimal) (any, error) {
	if d.rat.Num().BitLen() > 2*maxBits || d.rat.Denom().BitLen() > maxBits/8 {
		d.rat, _ = new(big.Rat).SetString(d.rat.FloatString(maxPlaces))
	}
	if d.rat.Num().BitLen() > maxBits {
		return nil, errors.New("the result is out of range")
	}
	return d, nil
}

// floor returns the largest whole number that is not greater.
func floor(value *big.Rat) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Div(value.Num(), value.Denom())) // the denominator is positive, so this rounds down
}

// rounded returns the number with so many places. Halves are rounded away from zero.
func rounded(value *big.Rat, places int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	scaled := new(big.Rat).Abs(value)
	scaled.Mul(scaled, scale)
	scaled = floor(scaled.Add(scaled, big.NewRat(1, 2)))
	if value.Sign() < 0 {
		scaled.Neg(scaled)
	}
	return scaled.Quo(scaled, scale)
}

// onNumbers returns a filter that combines two numbers.
func onNumbers(combine func(a, b *big.Rat) *big.Rat) filterFunc {
	return func(_ *rendering, input any, arguments []any) (any, error) {
		a, okA := decimalOf(input)
		b, okB := decimalOf(arguments[0])
		if !okA || !okB {
			return nil, errNumber
		}
		return bounded(decimal{combine(a.rat, b.rat), a.point || b.point})
	}
}

// onNumber returns a filter that changes a number.
func onNumber(change func(a *big.Rat) *big.Rat) filterFunc {
	return func(_ *rendering, input any, _ []any) (any, error) {
		a, ok := decimalOf(input)
		if !ok {
			return nil, errNumber
		}
		return bounded(decimal{change(a.rat), false})
	}
}

// onDivision returns a filter that divides by a number, which must not be 0.
func onDivision(divide func(a, b decimal) decimal) filterFunc {
	return func(_ *rendering, input any, arguments []any) (any, error) {
		a, okA := decimalOf(input)
		b, okB := decimalOf(arguments[0])
		switch {
		case !okA || !okB:
			return nil, errNumber
		case b.rat.Sign() == 0:
			return nil, errors.New("division by zero")
		}
		return bounded(divide(a, b))
	}
}

// divided drops the fraction if the divisor is written without one, as Liquid does.
func divided(a, b decimal) decimal {
	quotient := new(big.Rat).Quo(a.rat, b.rat)
	if b.rat.IsInt() && !b.point {
		return decimal{rat: floor(quotient)}
	}
	return decimal{quotient, true}
}

func remainder(a, b decimal) decimal {
	times := floor(new(big.Rat).Quo(a.rat, b.rat))
	return decimal{new(big.Rat).Sub(a.rat, times.Mul(times, b.rat)), a.point || b.point}
}

// filterRound rounds to a number of places (0, at most 9). Halves are rounded away from zero.
func filterRound(_ *rendering, input any, arguments []any) (any, error) {
	n, ok := decimalOf(input)
	if !ok {
		return nil, errNumber
	}
	places := 0
	if len(arguments) > 0 {
		if places, ok = wholeNumber(arguments[0]); !ok || places < 0 || places > 9 {
			return nil, errors.New("the places must be a number from 0 to 9")
		}
	}
	return bounded(decimal{rounded(n.rat, places), false})
}

// filterSum adds the numbers of a list, or a property of its items.
func filterSum(r *rendering, input any, arguments []any) (any, error) {
	total := new(big.Rat)
	for _, item := range listOf(input) {
		n, ok := decimalOf(propertyOf(item, arguments))
		if !ok {
			return nil, errNumber
		}
		total.Add(total, n.rat)
		if err := r.spend(total.Num().BitLen() / 8); err != nil {
			return nil, err
		}
	}
	return bounded(decimal{total, false})
}
