package inbox

// TeamLoad is how much a team's members have and can take. Disabled members do not count.
type TeamLoad struct {
	Open     int32  // open conversations that are not snoozed, assigned to its members, whatever their team
	Capacity *int32 // how many of these the members may have together; nil: some member has no limit
	Online   int32  // members by presence
	Busy     int32
	Offline  int32
}
