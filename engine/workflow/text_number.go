package workflow

import (
	"errors"
	"math"
)

// numberOf gives a value as number; nothing counts as 0.
func numberOf(value any) (float64, error) {
	if isEmpty(value) {
		return 0, nil
	}
	n, ok := readNumber(value)
	if !ok {
		return 0, errors.New("it takes a number")
	}
	return n, nil
}

// result gives a number that prints well, and refuses what no number is.
func result(n float64) (any, error) {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return nil, errors.New("the result is out of range")
	}
	return newNumber(n), nil
}

func numbersOf(input, argument any) (a, b float64, err error) {
	a, errA := numberOf(input)
	b, errB := numberOf(argument)
	if errA != nil {
		return 0, 0, errA
	}
	return a, b, errB
}

func onNumbers(combine func(a, b float64) float64) func(any, []any) (any, error) {
	return func(input any, args []any) (any, error) {
		a, b, err := numbersOf(input, args[0])
		if err != nil {
			return nil, err
		}
		return result(combine(a, b))
	}
}

// filterDivide drops the fraction where the divisor has none, as Liquid does.
func filterDivide(input any, args []any) (any, error) {
	a, b, err := numbersOf(input, args[0])
	if err != nil {
		return nil, err
	}
	if b == 0 {
		return nil, errors.New("division by zero")
	}
	if _, whole := newNumber(b).(int); whole {
		return result(math.Floor(a / b))
	}
	return result(a / b)
}

func filterModulo(input any, args []any) (any, error) {
	a, b, err := numbersOf(input, args[0])
	if err != nil {
		return nil, err
	}
	if b == 0 {
		return nil, errors.New("division by zero")
	}
	return result(a - b*math.Floor(a/b))
}

// filterRound rounds to a number of places (0, at most 9), halves away from zero.
func filterRound(input any, args []any) (any, error) {
	n, err := numberOf(input)
	if err != nil {
		return nil, err
	}
	places := 0.0
	if len(args) > 0 {
		if places, err = numberOf(args[0]); err != nil || places < 0 || places > 9 {
			return nil, errors.New("the places must be a number from 0 to 9")
		}
	}
	scale := math.Pow10(int(places))
	scaled := math.Round(n * scale)
	if math.IsInf(scaled, 0) {
		return result(n) // so large that it has no fraction
	}
	return result(scaled / scale)
}

func filterFloor(input any, _ []any) (any, error) {
	n, err := numberOf(input)
	if err != nil {
		return nil, err
	}
	return result(math.Floor(n))
}

func filterCeil(input any, _ []any) (any, error) {
	n, err := numberOf(input)
	if err != nil {
		return nil, err
	}
	return result(math.Ceil(n))
}

func filterAbs(input any, _ []any) (any, error) {
	n, err := numberOf(input)
	if err != nil {
		return nil, err
	}
	return result(math.Abs(n))
}
