//! The inventory as JSON, for other tools. Its shape is a contract: fields are added, not changed.

use crate::data::{Place, RoutineKind};
use crate::output::inventory::{
    Code, Inventory, KeyView, Kind, OWNERSHIPS, Opaque, Resource, ResourceAccess, RoutineView, Touch,
    TransactionView,
};
use crate::output::schema::schema_of;
use crate::output::{JSON_VERSION, write_json};
use crate::sql::Access;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use std::io::{self, Write};

/// Writes the inventory.
pub(super) fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let schema = &inventory.schema;
    let document = Document {
        version: JSON_VERSION,
        resources: inventory.resources.iter().map(ResourceJson::from).collect(),
        opaque: inventory.opaque.iter().map(OpaqueJson::from).collect(),
        transactions: inventory.transactions.iter().map(TransactionJson::from).collect(),
        schema: SchemaJson {
            tables: schema.tables.iter().map(|(name, columns)| TableJson { name, columns }).collect(),
            foreign_keys: schema.foreign_keys.iter().map(KeyJson::from).collect(),
            routines: schema.routines.iter().map(RoutineJson::from).collect(),
            trees: &schema.trees,
        },
    };
    write_json(&document, out)
}

/// What it writes.
pub(in crate::output) fn schema() -> Schema {
    schema_of::<Document>()
}

/// Every table and other resource of a workspace: who owns it, who reads and writes it, where.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cargo modcheck data --format json")]
struct Document<'a> {
    /// The version of this format. Fields may be added without a new one.
    #[schemars(extend("const" = JSON_VERSION))]
    version: u32,
    /// Tables, views and collections by name; behind them all else by kind and name.
    resources: Vec<ResourceJson<'a>>,
    /// Queries that could not be looked into.
    opaque: Vec<OpaqueJson<'a>>,
    /// Transactions, each with what it touches.
    transactions: Vec<TransactionJson<'a>>,
    /// The database as it stands after all migrations.
    schema: SchemaJson<'a>,
}

/// A place.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Place")]
struct PlaceJson<'a> {
    /// Relative to the workspace root with `/`.
    file: &'a str,
    /// From 1.
    #[schemars(range(min = 1))]
    line: u32,
    /// In characters from 1.
    #[schemars(range(min = 1))]
    column: u32,
}

/// The code that a place belongs to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Code")]
struct CodeJson<'a> {
    /// The source module; `null` in files of SQL.
    source_module: Option<&'a str>,
    /// The module of `boundaries.toml`; where there is none, the crate's top-level module.
    module: Option<&'a str>,
    /// The function, with its type if it has one: `User::find`.
    function: Option<&'a str>,
    /// It is test code.
    test: bool,
}

/// A table, a view or a collection, or a resource of another kind.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Resource")]
struct ResourceJson<'a> {
    /// What it is.
    kind: Kind,
    /// Its name, with `*` for what is not known of a key or a variable.
    name: &'a str,
    /// The module that owns it.
    owner: Option<&'a str>,
    /// How it is owned.
    #[schemars(extend("enum" = OWNERSHIPS))]
    ownership: &'static str,
    /// Where it is declared.
    declared: Option<PlaceJson<'a>>,
    /// Who touches it, sorted by place.
    accesses: Vec<AccessJson<'a>>,
}

/// One access of a resource.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ResourceAccess")]
struct AccessJson<'a> {
    /// How it is used.
    access: Access,
    #[serde(flatten)]
    place: PlaceJson<'a>,
    #[serde(flatten)]
    code: CodeJson<'a>,
    /// The library it goes through: `sqlx`, `diesel`, `migration`.
    via: &'static str,
    /// The statement does not parse, and was read by its keywords.
    approximate: bool,
    /// It says what the table is, and runs nothing.
    declaration: bool,
    /// The number of the statement, for tables: accesses of one statement share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", default)]
    query: Option<u32>,
}

/// A query that could not be looked into.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Opaque")]
struct OpaqueJson<'a> {
    #[serde(flatten)]
    place: PlaceJson<'a>,
    /// Why: a phrase.
    reason: &'a str,
    #[serde(flatten)]
    code: CodeJson<'a>,
}

/// Code whose queries succeed or fail together.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Transaction")]
struct TransactionJson<'a> {
    #[serde(flatten)]
    place: PlaceJson<'a>,
    #[serde(flatten)]
    code: CodeJson<'a>,
    /// What it touches, itself or through calls.
    touches: Vec<TouchJson<'a>>,
}

/// What a transaction touches.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Touch")]
struct TouchJson<'a> {
    /// The table.
    table: &'a str,
    /// How it is used.
    access: Access,
    #[serde(flatten)]
    place: PlaceJson<'a>,
    /// The calls that lead there, outermost first.
    chain: Vec<StepJson<'a>>,
}

/// A call.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Call")]
struct StepJson<'a> {
    /// The function that is called.
    function: &'a str,
    #[serde(flatten)]
    place: PlaceJson<'a>,
}

/// A database as it stands after all migrations.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Schema")]
struct SchemaJson<'a> {
    /// The tables, by name.
    tables: Vec<TableJson<'a>>,
    /// The foreign keys.
    foreign_keys: Vec<KeyJson<'a>>,
    /// Views, triggers and functions.
    routines: Vec<RoutineJson<'a>>,
    /// The folders of migrations that were read.
    trees: &'a [String],
}

/// A table.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Table")]
struct TableJson<'a> {
    /// Its name.
    name: &'a str,
    /// Its columns.
    columns: &'a [String],
}

/// A foreign key.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ForeignKey")]
struct KeyJson<'a> {
    /// The name of the constraint.
    name: Option<&'a str>,
    /// The table that holds it.
    from_table: &'a str,
    /// The columns there.
    from_columns: &'a [String],
    /// The table that it refers to.
    to_table: &'a str,
    /// The columns there; empty where it names none.
    to_columns: &'a [String],
    #[serde(flatten)]
    place: PlaceJson<'a>,
}

/// A view, a trigger or a function.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Routine")]
struct RoutineJson<'a> {
    /// Its name.
    name: &'a str,
    /// What it is.
    kind: RoutineKind,
    /// The table that a trigger is on.
    on: Option<&'a str>,
    /// The tables that it uses.
    uses: Vec<UseJson<'a>>,
    #[serde(flatten)]
    place: PlaceJson<'a>,
}

/// A table that a view, a trigger or a function uses.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Use")]
struct UseJson<'a> {
    /// The table.
    table: &'a str,
    /// How it is used.
    access: Access,
}

impl<'a> From<&'a Place> for PlaceJson<'a> {
    fn from(place: &'a Place) -> PlaceJson<'a> {
        PlaceJson { file: &place.file, line: place.line, column: place.column }
    }
}

impl<'a> From<&'a Code> for CodeJson<'a> {
    fn from(code: &'a Code) -> CodeJson<'a> {
        CodeJson {
            source_module: code.source_module.as_deref(),
            module: code.module.as_deref(),
            function: code.function.as_deref(),
            test: code.test,
        }
    }
}

impl<'a> From<&'a Resource> for ResourceJson<'a> {
    fn from(resource: &'a Resource) -> ResourceJson<'a> {
        ResourceJson {
            kind: resource.kind,
            name: &resource.name,
            owner: resource.owner.as_deref(),
            ownership: resource.ownership,
            declared: resource.declared.as_ref().map(PlaceJson::from),
            accesses: resource.accesses.iter().map(AccessJson::from).collect(),
        }
    }
}

impl<'a> From<&'a ResourceAccess> for AccessJson<'a> {
    fn from(access: &'a ResourceAccess) -> AccessJson<'a> {
        AccessJson {
            access: access.access,
            place: (&access.place).into(),
            code: (&access.code).into(),
            via: access.via,
            approximate: access.approximate,
            declaration: access.declaration,
            query: access.query,
        }
    }
}

impl<'a> From<&'a Opaque> for OpaqueJson<'a> {
    fn from(query: &'a Opaque) -> OpaqueJson<'a> {
        OpaqueJson { place: (&query.place).into(), reason: &query.reason, code: (&query.code).into() }
    }
}

impl<'a> From<&'a TransactionView> for TransactionJson<'a> {
    fn from(view: &'a TransactionView) -> TransactionJson<'a> {
        let touches = view.touches.iter().map(TouchJson::from).collect();
        TransactionJson { place: (&view.place).into(), code: (&view.code).into(), touches }
    }
}

impl<'a> From<&'a Touch> for TouchJson<'a> {
    fn from(touch: &'a Touch) -> TouchJson<'a> {
        let step = |(function, place): &'a (String, Place)| StepJson { function, place: place.into() };
        TouchJson {
            table: &touch.table,
            access: touch.access,
            place: (&touch.place).into(),
            chain: touch.chain.iter().map(step).collect(),
        }
    }
}

impl<'a> From<&'a KeyView> for KeyJson<'a> {
    fn from(key: &'a KeyView) -> KeyJson<'a> {
        KeyJson {
            name: key.name.as_deref(),
            from_table: &key.from.0,
            from_columns: &key.from.1,
            to_table: &key.to.0,
            to_columns: &key.to.1,
            place: (&key.place).into(),
        }
    }
}

impl<'a> From<&'a RoutineView> for RoutineJson<'a> {
    fn from(routine: &'a RoutineView) -> RoutineJson<'a> {
        let uses = routine.uses.iter().map(|(table, access)| UseJson { table, access: *access });
        RoutineJson {
            name: &routine.name,
            kind: routine.kind,
            on: routine.on.as_deref(),
            uses: uses.collect(),
            place: (&routine.place).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::inventory::tests::{sample_inventory, sample_of_others};
    use expect_test::expect;
    use serde_json::Value;

    fn document(inventory: &Inventory) -> Value {
        let mut out = Vec::new();
        write(inventory, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn one_of_each() {
        let mut inventory = sample_inventory(true, false);
        inventory.resources.retain(|resource| resource.name == "payments");
        inventory.resources[0].accesses.truncate(1);
        inventory.schema.tables.retain(|(name, _)| name == "orders");
        let mut out = Vec::new();
        write(&inventory, &mut out).unwrap();
        expect![[r#"
            {
              "version": 1,
              "resources": [
                {
                  "kind": "table",
                  "name": "payments",
                  "owner": "payments",
                  "ownership": "owned",
                  "declared": null,
                  "accesses": [
                    {
                      "access": "read",
                      "file": "src.rs",
                      "line": 20,
                      "column": 9,
                      "source_module": "shop::orders",
                      "module": "orders",
                      "function": "undo",
                      "test": false,
                      "via": "sqlx",
                      "approximate": false,
                      "declaration": false,
                      "query": 2
                    }
                  ]
                }
              ],
              "opaque": [
                {
                  "file": "src.rs",
                  "line": 90,
                  "column": 5,
                  "reason": "the table's name is a parameter",
                  "source_module": "shop::orders",
                  "module": "orders",
                  "function": "purge",
                  "test": false
                }
              ],
              "transactions": [
                {
                  "file": "src.rs",
                  "line": 39,
                  "column": 5,
                  "source_module": "shop::payments",
                  "module": "payments",
                  "function": "charge",
                  "test": false,
                  "touches": [
                    {
                      "table": "payments",
                      "access": "write",
                      "file": "src.rs",
                      "line": 40,
                      "column": 5,
                      "chain": []
                    },
                    {
                      "table": "orders",
                      "access": "write",
                      "file": "src.rs",
                      "line": 12,
                      "column": 5,
                      "chain": [
                        {
                          "function": "shop::orders::place",
                          "file": "src.rs",
                          "line": 41,
                          "column": 9
                        }
                      ]
                    }
                  ]
                }
              ],
              "schema": {
                "tables": [
                  {
                    "name": "orders",
                    "columns": []
                  }
                ],
                "foreign_keys": [
                  {
                    "name": "orders_payment_fk",
                    "from_table": "orders",
                    "from_columns": [
                      "payment_id"
                    ],
                    "to_table": "payments",
                    "to_columns": [],
                    "file": "schema.sql",
                    "line": 4,
                    "column": 9
                  }
                ],
                "routines": [],
                "trees": []
              }
            }
        "#]]
        .assert_eq(std::str::from_utf8(&out).unwrap());
    }

    #[test]
    fn what_is_no_table_stands_behind_the_tables() {
        let document = document(&sample_of_others());
        let resources: Vec<String> =
            document["resources"].as_array().unwrap().iter().map(Value::to_string).collect();
        expect![[r#"
            {"accesses":[{"access":"write","approximate":false,"column":1,"declaration":false,"file":"src.rs","function":"place","line":5,"module":"orders","source_module":"shop::orders","test":false,"via":"std"}],"declared":null,"kind":"cache-key","name":"pay:*","owner":null,"ownership":"unowned"}
            {"accesses":[{"access":"read","approximate":false,"column":1,"declaration":true,"file":"src.rs","function":"NAME","line":6,"module":"orders","source_module":"shop::orders","test":false,"via":"std"},{"access":"write","approximate":false,"column":1,"declaration":false,"file":"src.rs","function":"place","line":7,"module":"orders","source_module":"shop::orders","test":false,"via":"std"}],"declared":{"column":1,"file":"src.rs","line":6},"kind":"topic","name":"jobs","owner":null,"ownership":"outbox"}"#]].assert_eq(&resources[resources.len() - 2..].join("\n"));
    }

    #[test]
    fn what_is_not_known_is_null() {
        let document = document(&sample_inventory(true, true));
        let resources = document["resources"].as_array().unwrap();
        let orders = resources.iter().find(|r| r["name"] == "orders").unwrap();
        let accesses = orders["accesses"].as_array().unwrap();
        let of = |access: &Value| (access["module"].clone(), access["test"].clone(), access["via"].clone());
        let unassigned = accesses.iter().find(|a| a["source_module"] == "shop::misc").unwrap();
        assert_eq!(of(unassigned), (Value::Null, false.into(), "sqlx".into()));
        let migration = accesses.iter().find(|a| a["source_module"].is_null()).unwrap();
        assert_eq!(of(migration), (Value::Null, false.into(), "migration".into()));
        assert!(accesses.iter().any(|a| a["test"] == true));
        let countries = resources.iter().find(|r| r["name"] == "countries").unwrap();
        assert_eq!((&countries["owner"], &countries["ownership"]), (&Value::Null, &"reference".into()));
    }
}
