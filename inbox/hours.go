package inbox

// Hours are the business hours of a team.
type Hours struct {
	// TimeZone is a name of the IANA database: Europe/Vienna.
	TimeZone string `json:"timeZone"`
	Week     Week   `json:"week"`
	// Holidays are dates, such as 2026-12-25, on which no span begins.
	Holidays []string `json:"holidays,omitempty"`
}

// Week has the spans of each day, such as 09:00-12:30. A span that ends before it begins ends on the next day; 24:00 is
// the end of the day. A day without spans is closed.
type Week struct {
	Mon []string `json:"mon,omitempty"`
	Tue []string `json:"tue,omitempty"`
	Wed []string `json:"wed,omitempty"`
	Thu []string `json:"thu,omitempty"`
	Fri []string `json:"fri,omitempty"`
	Sat []string `json:"sat,omitempty"`
	Sun []string `json:"sun,omitempty"`
}

// Days returns the spans by day, mon to sun.
func (w *Week) Days() map[string][]string {
	return map[string][]string{"mon": w.Mon, "tue": w.Tue, "wed": w.Wed, "thu": w.Thu, "fri": w.Fri, "sat": w.Sat, "sun": w.Sun}
}
