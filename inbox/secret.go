package inbox

// Secret is a named value that the requests of workflows use. The value itself is never shown again.
type Secret struct {
	ID        int64 // only inside: outside it is known by its name
	Name      string
	CreatedAt Time
	UpdatedAt Time
}
