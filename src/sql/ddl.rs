//! How a parsed statement changes the schema.

use super::found::Found;
use super::names::{self, ident, object};
use super::{Access, Change, ColumnChange, KeyChange};
use sqlparser::ast::{
    AlterTable, AlterTableOperation, AlterViewOperation, ColumnDef, ColumnOption, CreateTable,
    CreateTableLikeKind, ForeignKeyConstraint, Ident, ObjectName, RenameTableNameKind, Statement,
    TableConstraint,
};

/// A statement that defines something, other than those with a query inside.
pub(super) fn statement(statement: &Statement) -> Found {
    let mut found = Found::default();
    match statement {
        Statement::AlterTable(alter) => alter_table(alter, &mut found),
        Statement::CreateIndex(index) => touch(&mut found, &index.table_name),
        Statement::CreatePolicy(policy) => touch(&mut found, &policy.table_name),
        Statement::AlterPolicy(policy) => touch(&mut found, &policy.table_name),
        Statement::DropPolicy(policy) => touch(&mut found, &policy.table_name),
        Statement::CreateRule(rule) => touch(&mut found, &rule.table_name),
        Statement::RenameTable(renames) => {
            for rename in renames {
                renamed(&mut found, &rename.old_name, &rename.new_name);
            }
        }
        Statement::CreateVirtualTable { name, if_not_exists, module_args, .. } => {
            let columns = module_args.iter().map(|arg| ColumnChange { name: ident(arg), ty: String::new() });
            create(&mut found, name, *if_not_exists, false, columns.collect(), Vec::new());
        }
        Statement::CreateForeignTable(table) => {
            let keys = keys_of(&table.columns, &table.constraints, &mut found);
            create(&mut found, &table.name, table.if_not_exists, false, columns(&table.columns), keys);
        }
        Statement::AlterView(alter) => match &alter.operation {
            AlterViewOperation::RenameTo { new_name } => renamed(&mut found, &alter.name, new_name),
            AlterViewOperation::As { query, .. } => {
                let made_of = super::walk::query(query);
                let reads = read_tables(&made_of);
                found.extend(made_of);
                let view = object(&alter.name);
                if found.table(&view, Access::Ddl).is_some() {
                    found.changes.push(Change::CreateView { view: view.table, reads });
                }
            }
            _ => touch(&mut found, &alter.name),
        },
        _ => {}
    }
    found
}

/// The tables that a query reads, each once.
pub(super) fn read_tables(found: &Found) -> Vec<String> {
    let mut tables: Vec<String> =
        found.uses.iter().filter(|u| u.access == Access::Read).map(|u| u.table.clone()).collect();
    tables.sort();
    tables.dedup();
    tables
}

fn touch(found: &mut Found, name: &ObjectName) {
    found.table(&object(name), Access::Ddl);
}

fn renamed(found: &mut Found, from: &ObjectName, to: &ObjectName) {
    let (from, to) = (object(from), object(to));
    if found.table(&from, Access::Ddl).is_some() {
        let to = in_schema_of(&from, &to);
        found.changes.push(Change::RenameTable { table: from.table, to });
    }
}

/// A new name without a schema stays in the schema of the old one.
pub(super) fn in_schema_of(from: &names::Name, to: &names::Name) -> String {
    match from.table.rsplit_once('.') {
        Some((schema, _)) if to.qualifier.is_none() => format!("{schema}.{}", to.table),
        _ => to.table.clone(),
    }
}

/// `CREATE TABLE`, without the query it may be filled from.
pub(super) fn create_table(table: &CreateTable) -> Found {
    let mut found = Found::default();
    let keys = keys_of(&table.columns, &table.constraints, &mut found);
    let temporary =
        table.temporary || table.volatile || object(&table.name).qualifier.is_some_and(|q| is_temporary(&q));
    create(&mut found, &table.name, table.if_not_exists, temporary, columns(&table.columns), keys);
    if let Some(CreateTableLikeKind::Parenthesized(like) | CreateTableLikeKind::Plain(like)) = &table.like {
        found.table(&object(&like.name), Access::Read);
    }
    for parent in table.partition_of.iter().chain(table.inherits.iter().flatten()) {
        touch(&mut found, parent);
    }
    found
}

/// A schema whose tables end with the session.
pub(super) fn is_temporary(schema: &str) -> bool {
    matches!(schema, "temp" | "pg_temp" | "temporary")
}

fn create(
    found: &mut Found,
    name: &ObjectName,
    if_not_exists: bool,
    temporary: bool,
    columns: Vec<ColumnChange>,
    keys: Vec<KeyChange>,
) {
    let name = object(name);
    if found.table(&name, Access::Ddl).is_some() {
        let table = name.table;
        found.changes.push(Change::CreateTable { table, if_not_exists, temporary, columns, keys });
    }
}

fn columns(definitions: &[ColumnDef]) -> Vec<ColumnChange> {
    definitions.iter().map(column).collect()
}

fn column(definition: &ColumnDef) -> ColumnChange {
    ColumnChange { name: ident(&definition.name), ty: definition.data_type.to_string() }
}

fn keys_of(columns: &[ColumnDef], constraints: &[TableConstraint], found: &mut Found) -> Vec<KeyChange> {
    let mut keys: Vec<KeyChange> = columns.iter().flat_map(|column| column_keys(column, found)).collect();
    for constraint in constraints {
        if let TableConstraint::ForeignKey(key) = constraint {
            keys.extend(foreign_key(key, key.name.as_ref(), &key.columns, found));
        }
    }
    keys
}

/// `REFERENCES …` behind a column.
fn column_keys(column: &ColumnDef, found: &mut Found) -> Vec<KeyChange> {
    let mut keys = Vec::new();
    for option in &column.options {
        if let ColumnOption::ForeignKey(key) = &option.option {
            let name = option.name.as_ref().or(key.name.as_ref());
            keys.extend(foreign_key(key, name, std::slice::from_ref(&column.name), found));
        }
    }
    keys
}

fn foreign_key(
    key: &ForeignKeyConstraint,
    name: Option<&Ident>,
    columns: &[Ident],
    found: &mut Found,
) -> Option<KeyChange> {
    let to = object(&key.foreign_table);
    found.table(&to, Access::ForeignKey)?;
    Some(KeyChange {
        name: name.map(ident),
        columns: columns.iter().map(ident).collect(),
        to_columns: key.referred_columns.iter().map(ident).collect(),
        line: to.at.line as u32,
        column: to.at.column as u32,
        to_table: to.table,
    })
}

fn alter_table(alter: &AlterTable, found: &mut Found) {
    let table = object(&alter.name);
    if found.table(&table, Access::Ddl).is_none() {
        return;
    }
    for operation in &alter.operations {
        alter_operation(&table, operation, found);
    }
}

fn alter_operation(name: &names::Name, operation: &AlterTableOperation, found: &mut Found) {
    let table = name.table.clone();
    match operation {
        AlterTableOperation::AddColumn { column_def, .. } => {
            let keys = column_keys(column_def, found);
            found.changes.push(Change::AddColumn { table, column: column(column_def), keys });
        }
        AlterTableOperation::DropColumn { column_names, .. } => {
            let drop = |column| Change::DropColumn { table: table.clone(), column };
            found.changes.extend(column_names.iter().map(ident).map(drop));
        }
        AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
            let (column, to) = (ident(old_column_name), ident(new_column_name));
            found.changes.push(Change::RenameColumn { table, column, to });
        }
        AlterTableOperation::ChangeColumn { old_name, new_name, .. } if old_name != new_name => {
            found.changes.push(Change::RenameColumn { table, column: ident(old_name), to: ident(new_name) });
        }
        AlterTableOperation::AddConstraint { constraint: TableConstraint::ForeignKey(key), .. } => {
            if let Some(key) = foreign_key(key, key.name.as_ref(), &key.columns, found) {
                found.changes.push(Change::AddKey { table, key });
            }
        }
        AlterTableOperation::DropConstraint { name, .. }
        | AlterTableOperation::DropForeignKey { name, .. } => {
            found.changes.push(Change::DropConstraint { table, name: ident(name) });
        }
        AlterTableOperation::RenameConstraint { old_name, new_name } => {
            found.changes.push(Change::RenameConstraint {
                table,
                name: ident(old_name),
                to: ident(new_name),
            });
        }
        AlterTableOperation::RenameTable {
            table_name: RenameTableNameKind::As(to) | RenameTableNameKind::To(to),
        } => {
            let to = in_schema_of(name, &object(to));
            found.changes.push(Change::RenameTable { table, to });
        }
        AlterTableOperation::AttachPartitionOf { partition, .. }
        | AlterTableOperation::DetachPartitionOf { partition, .. } => touch(found, partition),
        _ => {}
    }
}
