package main

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
)

// strangers measures requests without a token: each operation, requests that are refused for their form, and log-ins.
func (in operations) strangers(l *localServer) []costly {
	var found []costly
	for _, made := range l.maker(1, "").Operations() {
		if made.Name == "Mutation.login" {
			continue // it hashes a password
		}
		found = append(found, in.stranger(l, made.Name, func(int) *http.Request { return newRequest("", made.Query, made.Variables) }))
	}
	fixed := func(query string) func(int) *http.Request {
		return func(int) *http.Request { return newRequest("", query, nil) }
	}
	long := strings.Repeat("x", 1<<20-1000)
	for name, made := range map[string]func(i int) *http.Request{
		"one alias for several fields": fixed("{ " + strings.Repeat("a: head a: viewer ", 3000) + "}"),
		"introspection":                fixed("{ __schema { types { fields { type { fields { name } } } } } }"),
		"a long document":              func(i int) *http.Request { return newRequest("", "{ head } #"+fmt.Sprint(i)+long[:60_000], nil) },
		"a large body": func(i int) *http.Request {
			return newRequest("", "{ head }", map[string]any{"a": fmt.Sprint(i) + long})
		},
		"a token that is nobody's": func(i int) *http.Request { return newRequest(fmt.Sprintf("fs_%043d", i), "{ head }", nil) },
		"a log-in with a long email": func(i int) *http.Request {
			return newRequest("", `mutation($i: LoginInput!) { login(input: $i) { userErrors { code } } }`,
				map[string]any{"i": map[string]any{"email": fmt.Sprint(i) + long[:500_000], "password": long[:400_000]}})
		},
	} {
		found = append(found, in.stranger(l, name, made))
	}
	return found
}

// stranger measures a request without a token, and how much memory each repetition leaves behind.
func (in operations) stranger(l *localServer, name string, made func(i int) *http.Request) costly {
	d := costly{operation: "a stranger: " + name, limit: mostStranger, accepted: 1}
	n := 0
	t := trial{name, func() *http.Request { n++; return made(n) }}
	d.spent = in.repeat(l, t)
	before := heapInUse()
	for range strangerRepeats {
		l.serve(t.make())
	}
	left := max(0, heapInUse()-before) / strangerRepeats
	d.how = fmt.Sprintf("%d bytes of memory left behind", left)
	if left > 1<<10 {
		d.how += " LEFT"
	}
	return d
}

// strangerRepeats is the number of requests after which memory is compared.
const strangerRepeats = 100

func heapInUse() int {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}
