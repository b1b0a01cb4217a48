//! What SQL says: which tables a statement touches and how, and how it changes the schema.
//!
//! The only place that knows the SQL parser. Pure: text in, facts out, for files of SQL and for strings found in code.

mod script;
mod query;
mod prose;
mod statement;
mod parse;
mod placeholders;
mod own;
mod pieces;
mod routine;
mod tables;
mod walk;
mod ddl;
mod found;
mod names;
mod tokens;
#[cfg(test)]
mod tests;

pub use names::table_name;
pub use prose::looks_like_sql;
pub use query::parse_query;
pub use script::parse_script;

/// How SQL is spelled.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
    /// No particular one: whatever parses.
    #[default]
    Generic,
}

/// How a table is used.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// A source of rows: `FROM`, `JOIN`, `USING`, a sub-select.
    Read,
    /// The target of `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`, `MERGE`, `COPY … FROM`.
    Write,
    /// The target of `CREATE`, `ALTER`, `DROP`, `CREATE INDEX … ON`.
    Ddl,
    /// One of the tables that `JOIN` or a list in `FROM` combines; said in addition to the read or the write.
    Join,
    /// The table that a foreign key refers to.
    ForeignKey,
}

/// A value that is not known stands in the text of a query as this character.
pub const HOLE: char = '\u{fffc}';

/// A use of a table by a statement. Names of CTEs, aliases and table functions are none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableUse {
    /// The name as the database takes it, see [`table_name`].
    pub table: String,
    /// How it is used.
    pub access: Access,
    /// Line in the text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One statement of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// The tables it touches; sorted by place, each table once per access.
    pub uses: Vec<TableUse>,
    /// What it changes in the schema, in order.
    pub changes: Vec<Change>,
    /// The parser refused it: the uses were found token by token.
    pub approximate: bool,
    /// Where a table's name is expected stands a [`HOLE`], or a name with one in it.
    pub opaque_tables: bool,
    /// Line of its first token, from 1.
    pub line: u32,
    /// Column of its first token in characters, from 1.
    pub column: u32,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnChange {
    /// Its name.
    pub name: String,
    /// Its type as written.
    pub ty: String,
}

/// What a foreign key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The constraint's name, if it is written.
    pub name: Option<String>,
    /// Columns of the table that holds the key.
    pub columns: Vec<String>,
    /// The table it refers to.
    pub to_table: String,
    /// The columns it refers to; empty for the primary key.
    pub to_columns: Vec<String>,
    /// Line in the text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A change of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `CREATE TABLE`
    CreateTable {
        /// The table.
        table: String,
        /// `IF NOT EXISTS`
        if_not_exists: bool,
        /// `TEMPORARY`: gone when the session ends.
        temporary: bool,
        /// Its columns.
        columns: Vec<ColumnChange>,
        /// Its foreign keys, of columns and of the table.
        keys: Vec<KeyChange>,
    },
    /// `DROP TABLE`
    DropTable {
        /// The table.
        table: String,
    },
    /// `ALTER TABLE … RENAME TO`
    RenameTable {
        /// Before.
        table: String,
        /// After.
        to: String,
    },
    /// `ALTER TABLE … ADD COLUMN`, with the foreign keys that the column brings.
    AddColumn {
        /// The table.
        table: String,
        /// The column.
        column: ColumnChange,
        /// `REFERENCES …` behind it.
        keys: Vec<KeyChange>,
    },
    /// `ALTER TABLE … DROP COLUMN`: its foreign keys go with it.
    DropColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// `ALTER TABLE … RENAME COLUMN`
    RenameColumn {
        /// The table.
        table: String,
        /// Before.
        column: String,
        /// After.
        to: String,
    },
    /// `ALTER TABLE … ADD CONSTRAINT … FOREIGN KEY`
    AddKey {
        /// The table that holds the key.
        table: String,
        /// The key.
        key: KeyChange,
    },
    /// `ALTER TABLE … DROP CONSTRAINT`, `DROP FOREIGN KEY`
    DropConstraint {
        /// The table.
        table: String,
        /// The constraint's name.
        name: String,
    },
    /// `ALTER TABLE … RENAME CONSTRAINT`
    RenameConstraint {
        /// The table.
        table: String,
        /// Before.
        name: String,
        /// After.
        to: String,
    },
    /// `CREATE [MATERIALIZED] VIEW`
    CreateView {
        /// The view.
        view: String,
        /// The tables and views it is made of.
        reads: Vec<String>,
    },
    /// `DROP VIEW`
    DropView {
        /// The view.
        view: String,
    },
    /// `CREATE TRIGGER`
    CreateTrigger {
        /// Its name.
        name: String,
        /// The table whose changes it follows.
        table: String,
        /// The function it calls, if it calls one.
        function: Option<String>,
        /// What its own body touches, where it has one (SQLite, MySQL).
        uses: Vec<TableUse>,
        /// `REFERENCING NEW TABLE AS …`: names of rows that only its function knows.
        transition_tables: Vec<String>,
    },
    /// `DROP TRIGGER`
    DropTrigger {
        /// Its name.
        name: String,
        /// The table, if it is written.
        table: Option<String>,
    },
    /// `CREATE FUNCTION`, `CREATE PROCEDURE`
    CreateFunction {
        /// Its name.
        name: String,
        /// What its body touches.
        uses: Vec<TableUse>,
        /// The functions its body calls, by name.
        calls: Vec<String>,
    },
    /// `DROP FUNCTION`, `DROP PROCEDURE`
    DropFunction {
        /// Its name.
        name: String,
    },
    /// `DROP SCHEMA … CASCADE`
    DropSchema {
        /// Its name.
        name: String,
    },
}
