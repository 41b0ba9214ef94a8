package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// embedded are the migrations of this program.
func embedded() fs.FS {
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		panic(err) // the path is a constant
	}
	return files
}

// migrate brings the schema up to this program's, in one transaction: if a migration fails, or the process ends before the
// last one is done, the database is as it was, and the program that made it can go on with it. An existing database is
// copied to <path>.backup-<version> first. It fails on a schema that is newer, or if a migration would leave references to
// rows that do not exist.
func migrate(ctx context.Context, o Options) error {
	db := sql.OpenDB(connector{dsn: migrateDSN(o.Path)})
	return errors.Join(migrateOn(ctx, o, db), db.Close())
}

func migrateOn(ctx context.Context, o Options, db *sql.DB) error {
	db.SetMaxOpenConns(1) // the transaction belongs to the connection
	versions, err := database.NewStore(database.DialectSQLite3, goose.DefaultTablename)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectCustom, db, o.migrations,
		goose.WithStore(checkedVersions{versions}),
		goose.WithIsolateDDL(true), // otherwise each migration would be a transaction of its own
		goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if current > newest {
		return fmt.Errorf("the database has schema version %d, this program knows versions up to %d: use a newer one",
			current, newest)
	}
	if current == newest {
		return nil
	}
	if current > 0 {
		backup := fmt.Sprintf("%s.backup-%d", o.Path, current)
		if err := copyDatabase(ctx, o.Path, backup, os.Rename); err != nil {
			return fmt.Errorf("back up before migrating: %w", err)
		}
		o.Logger.InfoContext(ctx, "backed up before migrating", "path", backup)
	}
	applied, err := inOneTransaction(ctx, db, provider.Up)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, m := range applied {
		o.Logger.InfoContext(ctx, "migrated", slog.Int64("version", m.Source.Version), slog.Duration("took", m.Duration))
	}
	return nil
}

// inOneTransaction runs the migrations in a transaction of the one connection that db has.
func inOneTransaction(ctx context.Context, db *sql.DB, up func(context.Context) ([]*goose.MigrationResult, error)) ([]*goose.MigrationResult, error) {
	if _, err := db.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return nil, err
	}
	applied, err := up(ctx)
	if err == nil {
		_, err = db.ExecContext(ctx, `COMMIT`)
	}
	if err != nil {
		_, undone := db.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
		return nil, errors.Join(err, undone)
	}
	return applied, nil
}

// checkedVersions records a migration only if all references are to rows that exist: failing here undoes all migrations.
type checkedVersions struct{ database.Store }

// Insert checks the references, then records the migration.
func (s checkedVersions) Insert(ctx context.Context, db database.DBTxConn, request database.InsertRequest) error {
	var table, parent string
	var rowID, key sql.NullInt64
	err := db.QueryRowContext(ctx, `PRAGMA foreign_key_check`).Scan(&table, &rowID, &parent, &key)
	switch {
	case err == nil:
		return fmt.Errorf("migration %d leaves row %d of %s without its row in %s",
			request.Version, rowID.Int64, table, parent)
	case !errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("check references: %w", err)
	}
	return s.Store.Insert(ctx, db, request)
}

// connector opens connections for database/sql without registering a driver.
type connector struct{ dsn string }

// Connect opens a connection.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.Driver().Open(c.dsn) }

// Driver returns the driver.
func (c connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }
