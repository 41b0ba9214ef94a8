package main

import (
	"fmt"
	"runtime"
	"strings"
)

// strangers measures what somebody without a token costs: each operation, what is refused for its form, and a log-in.
func (in operations) strangers(o *office) []dear {
	var found []dear
	for _, made := range o.maker(1, "").Operations() {
		if made.Name == "Mutation.login" {
			continue // it may hash
		}
		found = append(found, in.stranger(o, made.Name, func(int) request { return requestOf("", made.Query, made.Variables) }))
	}
	long := strings.Repeat("x", 1<<20-1000)
	for name, made := range map[string]func(i int) request{
		"one alias for several fields": func(int) request { return requestOf("", "{ "+strings.Repeat("a: head a: viewer ", 3000)+"}", nil) },
		"a long document":              func(i int) request { return requestOf("", "{ head } #"+fmt.Sprint(i)+long[:60_000], nil) },
		"a large body":                 func(i int) request { return requestOf("", "{ head }", map[string]any{"a": fmt.Sprint(i) + long}) },
		"a token that is nobody's":     func(i int) request { return requestOf(fmt.Sprintf("fs_%043d", i), "{ head }", nil) },
		"introspection": func(int) request {
			return requestOf("", "{ __schema { types { fields { type { fields { name } } } } } }", nil)
		},
		"a log-in with a long email": func(i int) request {
			return requestOf("", `mutation($i: LoginInput!) { login(input: $i) { userErrors { code } } }`,
				map[string]any{"i": map[string]any{"email": fmt.Sprint(i) + long[:500_000], "password": long[:400_000]}})
		},
	} {
		found = append(found, in.stranger(o, name, made))
	}
	return found
}

// stranger sends a request several times, and tells how much memory each leaves behind.
func (in operations) stranger(o *office, name string, made func(i int) request) dear {
	d := dear{operation: "a stranger: " + name, limit: mostStranger, accepted: 1}
	n := 0
	t := trial{name, func() request { n++; return made(n) }}
	d.spent = in.repeat(o, t)
	before := heapInUse()
	for range strangerRepeats {
		o.serve(t.make())
	}
	left := max(0, heapInUse()-before) / strangerRepeats
	d.how = fmt.Sprintf("%d bytes of memory left behind", left)
	if left > 1<<10 {
		d.how += " LEFT"
	}
	return d
}

// strangerRepeats is over how many requests memory is looked at.
const strangerRepeats = 100

func heapInUse() int {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}
