package house

import (
	"database/sql"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
)

// An enum has the same texts in package inbox, in the database's CHECK lists and in schema.graphql. Every intended
// difference is in one of the lists below with its reason. An entry that no longer applies fails too.

// goOnly are enums of package inbox that schema.graphql does not have.
func goOnly() map[string]string {
	return map[string]string{
		"ActorKind":   "the schema has the union Actor in its place",
		"SubjectKind": "how the log files its events, never shown",
		"FileUseKind": "a file does not show what uses it",
	}
}

// schemaNames are enums whose name in schema.graphql differs from the Go type's: in Go, the package provides the
// context.
func schemaNames() map[string]string {
	return map[string]string{"Code": "UserErrorCode"}
}

// schemaOnly are enums of schema.graphql that package inbox does not have.
func schemaOnly() map[string]string {
	return map[string]string{}
}

// notInSchema are texts that schema.graphql does not have yet, since nothing produces them yet.
func notInSchema() map[string]string {
	const adapter, merge = "comes with its channel adapter", "comes with contactMerge"
	return map[string]string{
		"ChannelKind.WEB_CHAT":  adapter,
		"ChannelKind.TELEGRAM":  adapter,
		"ChannelKind.WHATSAPP":  adapter,
		"ChannelKind.MESSENGER": adapter,
		"ChannelKind.EMAIL":     adapter,
		"ChannelKind.SMS":       adapter,
		"CloseSource.MERGE":     merge,
	}
}

// notInDatabase are texts that no CHECK list allows yet.
func notInDatabase() map[string]string {
	const adapter = "comes with its channel adapter, by a migration"
	return map[string]string{
		"ChannelKind.WEB_CHAT":  adapter,
		"ChannelKind.TELEGRAM":  adapter,
		"ChannelKind.WHATSAPP":  adapter,
		"ChannelKind.MESSENGER": adapter,
		"ChannelKind.EMAIL":     adapter,
		"ChannelKind.SMS":       adapter,
	}
}

// columns are the columns with a list of texts, and the enum each holds.
func columns() map[string]string {
	return map[string]string{
		"agents.presence":             "Presence",
		"agents.role":                 "Role",
		"agents.visibility":           "Visibility",
		"api_keys.role":               "Role",
		"channels.kind":               "ChannelKind",
		"contact_fields.type":         "FieldType",
		"conversations.closed_source": "CloseSource",
		"conversations.priority":      "Priority",
		"conversations.source":        "ConversationSource",
		"conversations.status":        "ConversationStatus",
		"saved_views.list_order":      "ConversationOrder",
		"file_uses.kind":              "FileUseKind",
		"drafts.kind":                 "DraftKind",
		"messages.direction":          "Direction",
		"notifications.kind":          "NotificationKind",
		"messages.status":             "MessageStatus",
		"agents.presence_then":        "Presence",
		"agents.former_presence":      "Presence",
		"presence_changes.presence":   "Presence",
		"teams.strategy":              "AssignmentStrategy",
		"teams.sticky":                "Stickiness",
		"teams.outside_hours":         "OutsideHours",
		"decisions.made_by":           "DecisionTrigger",
		"decisions.strategy":          "AssignmentStrategy",
		"job_items.outcome":           "", // the store's own word: what became of it
		"timers.kind":                 "", // the store's own word: what is due
		"tasks.kind":                  "", // the store's own word: what is to be done
		"workflow_runs.status":        "WorkflowRunStatus",
		"workflows.status":            "WorkflowStatus",
	}
}

func TestEnumTextsAreTheSameInGoAndGraphQL(t *testing.T) {
	inGo, inSchema := goEnums(t, tree()), schemaEnums(t)
	exceptions := newExceptions(t, "notInSchema", notInSchema())
	for name, texts := range inGo {
		shown := name
		if other, ok := schemaNames()[name]; ok {
			shown = other
		}
		listed, ok := inSchema[shown]
		delete(inSchema, shown)
		if _, internal := goOnly()[name]; internal || !ok {
			if internal == ok {
				t.Errorf("inbox.%s: in schema.graphql is %v, in goOnly is %v", name, ok, internal)
			}
			continue
		}
		compare(t, "schema.graphql", name, texts, listed, exceptions)
	}
	for name := range schemaOnly() {
		if _, ok := inSchema[name]; !ok {
			t.Errorf("%s no longer belongs in schemaOnly", name)
		}
		delete(inSchema, name)
	}
	for name := range inSchema {
		t.Errorf("enum %s of schema.graphql has no type in package inbox", name)
	}
	exceptions.reportUnused()
}

func TestEnumTextsAreTheSameInGoAndSQL(t *testing.T) {
	inGo, lists := goEnums(t, tree()), checkLists(t)
	exceptions := newExceptions(t, "notInDatabase", notInDatabase())
	for column, enum := range columns() {
		listed, ok := lists[column]
		delete(lists, column)
		if !ok {
			t.Errorf("%s has no list of texts in the database", column)
		} else if enum != "" {
			compare(t, column, enum, inGo[enum], listed, exceptions)
		}
	}
	for column, texts := range lists {
		t.Errorf("%s holds %s: columns does not say which enum that is", column, texts)
	}
	exceptions.reportUnused()
}

// compare reports texts that one side lacks.
func compare(t *testing.T, where, enum string, inGo, listed []string, exceptions exceptions) {
	t.Helper()
	for _, text := range inGo {
		if !slices.Contains(listed, text) && !exceptions.use(enum+"."+text) {
			t.Errorf("%s lacks %s.%s", where, enum, text)
		}
	}
	for _, text := range listed {
		if !slices.Contains(inGo, text) {
			t.Errorf("%s has %s, which inbox.%s lacks", where, text, enum)
		}
	}
}

// exceptions is a list of intended differences; it remembers which of them applied.
type exceptions struct {
	t      *testing.T
	name   string
	unused map[string]bool
	all    map[string]string
}

func newExceptions(t *testing.T, name string, all map[string]string) exceptions {
	t.Helper()
	e := exceptions{t, name, map[string]bool{}, all}
	for key := range all {
		e.unused[key] = true
	}
	return e
}

func (e exceptions) use(key string) bool {
	delete(e.unused, key)
	_, ok := e.all[key]
	return ok
}

func (e exceptions) reportUnused() {
	e.t.Helper()
	for key := range e.unused {
		e.t.Errorf("%s no longer belongs in %s", key, e.name)
	}
}

// goEnums returns the texts of package inbox by type: of each named string type, its constants.
func goEnums(t *testing.T, tree fs.FS) map[string][]string {
	t.Helper()
	files, err := sources(tree, "inbox", parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	enums := map[string][]string{}
	for _, s := range files {
		if s.isTest() {
			continue
		}
		for _, declaration := range s.file.Decls {
			constants, ok := declaration.(*ast.GenDecl)
			if !ok || constants.Tok != token.CONST {
				continue
			}
			for _, spec := range constants.Specs {
				if err := addTexts(enums, spec.(*ast.ValueSpec)); err != nil {
					t.Errorf("%s: %v", s.name, err)
				}
			}
		}
	}
	return enums
}

// addTexts adds the texts of one line of constants, if they are strings of a named type.
func addTexts(enums map[string][]string, spec *ast.ValueSpec) error {
	kind, ok := spec.Type.(*ast.Ident)
	if !ok {
		return nil
	}
	for _, value := range spec.Values {
		literal, ok := value.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			return fmt.Errorf("constant of type %s: %w", kind.Name, err)
		}
		if slices.Contains(enums[kind.Name], text) {
			return fmt.Errorf("%s has %q twice", kind.Name, text)
		}
		enums[kind.Name] = append(enums[kind.Name], text)
	}
	return nil
}

// schemaEnums returns the texts of schema.graphql by enum.
func schemaEnums(t *testing.T) map[string][]string {
	t.Helper()
	enums := map[string][]string{}
	for _, definition := range definitions(loadSchema(t)) {
		for _, value := range definition.EnumValues {
			enums[definition.Name] = append(enums[definition.Name], value.Name)
		}
	}
	return enums
}

// checkLists returns the texts that the migrated SQLite schema compares each column with, in CHECKs and in the conditions
// of indexes, by table and column.
func checkLists(t *testing.T) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1) // each connection would have a database of its own
	migrations, err := fs.Sub(tree(), "store/migrations/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, migrations)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := db.QueryContext(t.Context(), `SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	lists := map[string][]string{}
	for rows.Next() {
		var table, statement string
		if err := rows.Scan(&table, &statement); err != nil {
			t.Fatal(err)
		}
		for column, texts := range comparisons(statement) {
			key := table + "." + column
			lists[key] = append(lists[key], texts...)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lists
}

var (
	sqlComment = regexp.MustCompile(`--[^\n]*`)
	sqlIn      = regexp.MustCompile(`(\w+)\s+(?:NOT\s+)?IN\s*\(\s*('[^']*'(?:\s*,\s*'[^']*')*)\s*\)`)
	sqlIs      = regexp.MustCompile(`(?:CASE\s+(\w+)\s+WHEN|(\w+)\s*(?:=|<>|!=))\s*('[^']*')`)
	sqlText    = regexp.MustCompile(`'([^']*)'`)
)

// comparisons returns the texts a statement compares each column with.
func comparisons(statement string) map[string][]string {
	statement = sqlComment.ReplaceAllString(statement, "")
	found := map[string]map[string]bool{}
	add := func(column, list string) {
		if found[column] == nil {
			found[column] = map[string]bool{}
		}
		for _, text := range sqlText.FindAllStringSubmatch(list, -1) {
			found[column][text[1]] = true
		}
	}
	for _, match := range sqlIn.FindAllStringSubmatch(statement, -1) {
		add(match[1], match[2])
	}
	for _, match := range sqlIs.FindAllStringSubmatch(statement, -1) {
		add(match[1]+match[2], match[3])
	}
	texts := map[string][]string{}
	for column, set := range found {
		texts[column] = slices.Sorted(maps.Keys(set))
	}
	return texts
}

func TestComparisonsAreFoundInSQL(t *testing.T) {
	for behaviour, c := range map[string]struct{ statement, want string }{
		"a list":             {"CHECK (kind IN ('A', 'B'))", "kind: A B"},
		"a list over lines":  {"kind TEXT CHECK (kind IN ('A',\n  'B'))", "kind: A B"},
		"lists add up":       {"CHECK (a = 'A' OR a IN ('B', 'C'))", "a: A B C"},
		"a CASE":             {"CHECK (CASE way WHEN 'IN' THEN s = 'R' ELSE s IN ('Q') END)", "s: Q R, way: IN"},
		"an index condition": {"CREATE INDEX i ON t (c) WHERE status <> 'OPEN'", "status: OPEN"},
		"numbers":            {"CHECK (id = 1 AND n > 0)", ""},
		"comments":           {"-- a = 'A'\nCHECK (b IN ('B')) -- 'C'", "b: B"},
	} {
		t.Run(behaviour, func(t *testing.T) {
			found := comparisons(c.statement)
			var parts []string
			for _, column := range slices.Sorted(maps.Keys(found)) {
				parts = append(parts, column+": "+strings.Join(found[column], " "))
			}
			if got := strings.Join(parts, ", "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
