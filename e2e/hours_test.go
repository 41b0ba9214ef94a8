package e2e_test

import "testing"

func TestATeamsHoursCanBeSetAndRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	day := func(spans ...string) object { return object{"mon": spans} }
	always := object{}
	for _, name := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		always[name] = []string{"00:00-24:00"}
	}
	type team struct {
		Hours             any
		IsOpen            bool
		OpensAt, ClosesAt *string
	}
	read := func(id string) team {
		var answer struct{ Node team }
		o.ana.read(`query($id: ID!) { node(id: $id) { ... on Team { hours { timeZone week { mon sun } holidays } isOpen opensAt closesAt } } }`, object{"id": id}, &answer)
		return answer.Node
	}
	support := o.Teams["Support"]
	if got := read(support); got.Hours != nil || !got.IsOpen || got.OpensAt != nil || got.ClosesAt != nil {
		t.Errorf("a team without hours reads %s", text(got))
	}
	o.manager.do("teamUpdate", object{"id": support, "hours": object{"timeZone": "Europe/Vienna", "week": day("09:00-17:00"), "holidays": []string{"2026-12-25"}}}, "")
	got := read(support)
	if text(got.Hours) != `{"holidays":["2026-12-25"],"timeZone":"Europe/Vienna","week":{"mon":["09:00-17:00"],"sun":[]}}` || (got.OpensAt == nil) != got.IsOpen || (got.ClosesAt == nil) == got.IsOpen {
		t.Errorf("a team with hours reads %s", text(got))
	}
	night := o.manager.do("teamCreate", object{"name": "Never", "hours": object{"timeZone": "UTC", "week": object{}}}, "team { id }").Team.ID
	if got := read(night); got.IsOpen || got.OpensAt != nil || got.ClosesAt != nil {
		t.Errorf("a team that never works reads %s", text(got))
	}
	o.manager.do("teamUpdate", object{"id": night, "hours": object{"timeZone": "UTC", "week": always}}, "")
	if got := read(night); !got.IsOpen || got.OpensAt != nil || got.ClosesAt != nil {
		t.Errorf("a team that always works reads %s", text(got))
	}
	hours := func(zone string, week object, holidays ...string) object {
		return object{"name": "New", "id": support, "hours": object{"timeZone": zone, "week": week, "holidays": holidays}}
	}
	var cases []refusal
	for what, c := range map[string]struct {
		input object
		want  string
	}{
		"no time zone":  {hours("Mars/Base", object{}), "INVALID hours.timeZone"},
		"no span":       {hours("UTC", day("09:00-17:00", "late")), "INVALID hours.week.mon.1"},
		"an empty span": {hours("UTC", day("09:00-09:00")), "INVALID hours.week.mon.0"},
		"no date":       {hours("UTC", day(), "Christmas"), "INVALID hours.holidays.0"},
		"401 holidays":  {hours("UTC", day(), tags(401)...), "LIMIT_EXCEEDED hours.holidays"},
		"11 spans":      {hours("UTC", day(tags(11)...)), "LIMIT_EXCEEDED hours.week.mon"},
	} {
		create := with(c.input, nil)
		delete(create, "id")
		cases = append(cases, refusal{what, o.manager, "teamUpdate", c.input, c.want}, refusal{what, o.manager, "teamCreate", create, c.want})
	}
	o.refuse(t, append(cases, refusal{"by an agent", o.ana, "teamUpdate", hours("UTC", day()), "FORBIDDEN"}))
	o.manager.do("teamUpdate", object{"id": support, "hours": nil}, "")
	if got := read(support); got.Hours != nil || !got.IsOpen {
		t.Errorf("a team whose hours were cleared reads %s", text(got))
	}
}
