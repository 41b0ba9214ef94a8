package account

import "github.com/alexedwards/argon2id"

// HashCheaply makes new hashes cost next to nothing: tests make hundreds.
func (a *Accounts) HashCheaply() *Accounts {
	a.hashing.cost = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	return a
}

// HashAsUsual makes new hashes cost as much as outside of tests.
func (a *Accounts) HashAsUsual() { a.hashing.cost = passwordCost() }
