//! The inventory as JSON, for other tools. Its shape is a contract: fields are added, not changed.

use crate::data::Place;
use crate::output::inventory::{
    Code, Inventory, KeyView, Kind, Opaque, Resource, ResourceAccess, RoutineView, Touch, TransactionView,
};
use crate::output::{JSON_VERSION, write_json};
use crate::sql::Access;
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

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    resources: Vec<ResourceJson<'a>>,
    opaque: Vec<OpaqueJson<'a>>,
    transactions: Vec<TransactionJson<'a>>,
    schema: SchemaJson<'a>,
}

#[derive(Serialize)]
struct PlaceJson<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct CodeJson<'a> {
    source_module: Option<&'a str>,
    module: Option<&'a str>,
    function: Option<&'a str>,
    test: bool,
}

#[derive(Serialize)]
struct ResourceJson<'a> {
    kind: Kind,
    name: &'a str,
    owner: Option<&'a str>,
    /// `owned`, `reference`, `outbox`, `contested` or `unowned`.
    ownership: &'static str,
    declared: Option<PlaceJson<'a>>,
    accesses: Vec<AccessJson<'a>>,
}

#[derive(Serialize)]
struct AccessJson<'a> {
    access: Access,
    #[serde(flatten)]
    place: PlaceJson<'a>,
    #[serde(flatten)]
    code: CodeJson<'a>,
    via: &'static str,
    approximate: bool,
    declaration: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<u32>,
}

#[derive(Serialize)]
struct OpaqueJson<'a> {
    #[serde(flatten)]
    place: PlaceJson<'a>,
    reason: &'a str,
    #[serde(flatten)]
    code: CodeJson<'a>,
}

#[derive(Serialize)]
struct TransactionJson<'a> {
    #[serde(flatten)]
    place: PlaceJson<'a>,
    #[serde(flatten)]
    code: CodeJson<'a>,
    touches: Vec<TouchJson<'a>>,
}

#[derive(Serialize)]
struct TouchJson<'a> {
    table: &'a str,
    access: Access,
    #[serde(flatten)]
    place: PlaceJson<'a>,
    chain: Vec<StepJson<'a>>,
}

#[derive(Serialize)]
struct StepJson<'a> {
    function: &'a str,
    #[serde(flatten)]
    place: PlaceJson<'a>,
}

#[derive(Serialize)]
struct SchemaJson<'a> {
    tables: Vec<TableJson<'a>>,
    foreign_keys: Vec<KeyJson<'a>>,
    routines: Vec<RoutineJson<'a>>,
    trees: &'a [String],
}

#[derive(Serialize)]
struct TableJson<'a> {
    name: &'a str,
    columns: &'a [String],
}

#[derive(Serialize)]
struct KeyJson<'a> {
    name: Option<&'a str>,
    from_table: &'a str,
    from_columns: &'a [String],
    to_table: &'a str,
    to_columns: &'a [String],
    #[serde(flatten)]
    place: PlaceJson<'a>,
}

#[derive(Serialize)]
struct RoutineJson<'a> {
    name: &'a str,
    kind: &'static str,
    on: Option<&'a str>,
    uses: Vec<UseJson<'a>>,
    #[serde(flatten)]
    place: PlaceJson<'a>,
}

#[derive(Serialize)]
struct UseJson<'a> {
    table: &'a str,
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
