package live

// Sink receives the items of a Member. Its methods must not block, and must not hold anything that Pull or Leave wait for
// in other goroutines.
type Sink interface {
	// Offer sends an encoded item, or returns why it does not. place is the number in the log up to which everything is
	// delivered with this item.
	Offer(shown Shown, place int64) Reception
	// End receives why the subscription ended. Nothing follows.
	End(err *EndError)
	// TooSlow is called, instead of End, if the subscription ended because its items were taken too late.
	TooSlow()
}

// Reception is what a Sink did with an item.
type Reception int

const (
	// Taken means that the item is on its way.
	Taken Reception = iota
	// Full means that there is no room: the Sink calls Pull when there is. A Sink that is full for too long is too slow.
	Full
	// Later means that the item must not be sent yet: the Sink calls Pull when it may. However long that takes, nothing
	// is left out: items that the group no longer has by then are read from the log.
	Later
)
