//! Data models made from a few words, for tests of what stands behind this stage.
//!
//! One line for each thing. Names of source modules are those of the graph; a name that ends in `.sql` is a file.
//!
//! - `table payments`, `view recent 3:1 schema.rs`: declared, there or at 1:1 of `schema.sql`
//! - `shop::orders::place writes payments 12:5 sqlx q1 test`: verbs are those of [`VERBS`]; `declares` at the end is for
//!   what runs nothing; a name in lower case behind
//!   the source module is the function; all behind the place may be left out
//! - `shop::orders::place uses env PORT 3:1`, `changes topic paid 3:1`: what is no table, of a kind in [`KINDS`];
//!   `declares` and `test` may stand at the end
//! - `key orders(payment_id) -> payments 3:9`
//! - `trigger paid on orders reads items writes payments 9:1`, `view …`, `function …`
//! - `tx shop::orders::place 10:5 touches 12; 30 via shop::payments::charge 11:9, shop::payments::insert 20:3`: by the
//!   lines of accesses
//! - `opaque shop::orders::place 5:3 the name of the table is a parameter`

use super::*;
use crate::graph::{Model, NodeId};
use crate::sql::Access;
use std::collections::BTreeSet;

const VERBS: [(&str, Access); 5] = [
    ("reads", Access::Read),
    ("writes", Access::Write),
    ("defines", Access::Ddl),
    ("joins", Access::Join),
    ("refers", Access::ForeignKey),
];

const KINDS: [(&str, ResourceKind); 4] = [
    ("env", ResourceKind::Env),
    ("key", ResourceKind::CacheKey),
    ("topic", ResourceKind::Topic),
    ("bucket", ResourceKind::Bucket),
];

/// The model behind these lines; every table that they name exists.
pub fn model(graph: &Model, lines: &[&str]) -> DataModel {
    let mut data = DataModel { tables: tables(lines), ..DataModel::default() };
    let lines = || lines.iter().map(|line| words(line));
    for line in lines().filter(|line| line.len() > 2 && verb(line[1]).is_some()) {
        let access = access(graph, &data, &line);
        data.accesses.push(access);
    }
    data.accesses.sort_by(|a, b| (&a.place, a.table, a.access).cmp(&(&b.place, b.table, b.access)));
    for line in lines() {
        match line[0] {
            "key" => data.schema.foreign_keys.push(key(&data, &line)),
            "trigger" | "function" | "view" if line.iter().any(|word| verb(word).is_some()) => {
                data.schema.routines.push(routine(&data, &line));
            }
            "tx" => data.transactions.push(transaction(graph, &data, &line)),
            "opaque" => data.opaque.push(opaque(graph, &line)),
            _ => {}
        }
    }
    resources(graph, &mut data, &lines().collect::<Vec<_>>());
    let declared = data.tables.iter().enumerate().filter(|(_, table)| table.declared.is_some());
    data.schema.tables = declared.map(|(index, _)| TableId(index as u32)).collect();
    data.schema.columns = vec![Vec::new(); data.schema.tables.len()];
    data
}

fn resources(graph: &Model, data: &mut DataModel, lines: &[Vec<&str>]) {
    let used = lines.iter().filter(|line| line.len() > 3 && matches!(line[1], "uses" | "changes"));
    let named = |line: &[&str]| {
        let kind = KINDS.iter().find(|(word, _)| *word == line[2]).expect("a kind").1;
        Resource { kind, name: line[3].to_owned() }
    };
    data.resources = used.clone().map(|line| named(line)).collect::<BTreeSet<_>>().into_iter().collect();
    for line in used {
        let (node, function) = owner(graph, line[0]);
        let id = data.resources.binary_search(&named(line)).expect("listed above");
        data.resource_accesses.push(ResourceAccess {
            resource: ResourceId(id as u32),
            access: if line[1] == "uses" { Access::Read } else { Access::Write },
            place: place("src.rs", line.get(4).unwrap_or(&"1:1")),
            node,
            function: function.map(Into::into),
            via: "std",
            test: line.contains(&"test") || graph.node(node).test,
            declaration: line.contains(&"declares"),
        });
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn verb(word: &str) -> Option<Access> {
    VERBS.iter().find(|(verb, _)| *verb == word).map(|(_, access)| *access)
}

fn tables(lines: &[&str]) -> Vec<Table> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for line in lines.iter().map(|line| words(line)) {
        match line[0] {
            "table" | "view" | "collection" => drop(names.insert(line[1])),
            "key" => names.extend([bare(line[1]), bare(line[3])]),
            "trigger" => drop(names.insert(line[3])),
            _ => {}
        }
        let pairs = line.windows(2).filter(|pair| verb(pair[0]).is_some());
        names.extend(pairs.map(|pair| pair[1]));
    }
    let table = |name: &str| {
        let own =
            lines.iter().map(|line| words(line)).find(|line| line[1] == name && kind(line[0]).is_some());
        let at = own.as_ref().map(|line| {
            let at = line.iter().position(|word| position(word).is_some());
            at.map_or_else(
                || place("schema.sql", "1:1"),
                |i| place(line.get(i + 1).unwrap_or(&"schema.sql"), line[i]),
            )
        });
        let kind = own.and_then(|line| kind(line[0])).unwrap_or(TableKind::Table);
        Table { name: name.into(), kind, declared: at }
    };
    names.into_iter().map(table).collect()
}

fn kind(word: &str) -> Option<TableKind> {
    match word {
        "table" => Some(TableKind::Table),
        "view" => Some(TableKind::View),
        "collection" => Some(TableKind::Collection),
        _ => None,
    }
}

fn bare(word: &str) -> &str {
    word.split('(').next().unwrap_or(word)
}

fn find(data: &DataModel, name: &str) -> TableId {
    data.find(name).unwrap_or_else(|| panic!("no table `{name}`"))
}

fn position(word: &str) -> Option<(u32, u32)> {
    let (line, column) = word.split_once(':')?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

fn place(file: &str, at: &str) -> Place {
    let (line, column) = position(at).unwrap_or_else(|| panic!("`line:column`, not `{at}`"));
    Place { file: file.into(), line, column }
}

/// The source module with the longest path that a name begins with, and the rest.
fn owner<'a>(graph: &Model, name: &'a str) -> (NodeId, Option<&'a str>) {
    let holds =
        |id: &str| name.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    let nodes = graph.nodes.iter().enumerate().filter(|(_, node)| holds(&node.id));
    let (index, node) = nodes.max_by_key(|(_, node)| node.id.len()).unwrap_or_else(|| panic!("no `{name}`"));
    let function = name[node.id.len()..].strip_prefix("::");
    (NodeId(index as u32), function)
}

fn access(graph: &Model, data: &DataModel, line: &[&str]) -> TableAccess {
    let in_code = !line[0].ends_with(".sql");
    let code = in_code.then(|| owner(graph, line[0]));
    let test = line.contains(&"test") || code.is_some_and(|(node, _)| graph.node(node).test);
    let at = line.iter().find(|word| position(word).is_some()).unwrap_or(&"1:1");
    let query = line.iter().find_map(|word| word.strip_prefix('q')?.parse().ok());
    let via = ["sqlx", "diesel", "sea-orm", "migration"].into_iter().find(|via| line.contains(via));
    TableAccess {
        table: find(data, line[2]),
        access: verb(line[1]).expect("a verb"),
        place: place(if in_code { "src.rs" } else { line[0] }, at),
        node: code.map(|(node, _)| node),
        function: code.and_then(|(_, function)| function).map(Into::into),
        via: via.unwrap_or(if in_code { "sqlx" } else { "migration" }),
        test,
        approximate: line.contains(&"approximate"),
        declaration: line.contains(&"declares"),
        // One of its own for each line that does not say.
        query: query.unwrap_or(1000 + data.accesses.len() as u32),
    }
}

fn key(data: &DataModel, line: &[&str]) -> ForeignKey {
    let columns = line[1].split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
    let at = line.iter().find(|word| position(word).is_some()).unwrap_or(&"1:1");
    ForeignKey {
        name: line.iter().position(|word| *word == "named").map(|i| line[i + 1].into()),
        from_table: find(data, bare(line[1])),
        from_columns: columns.split(',').map(Into::into).collect(),
        to_table: find(data, bare(line[3])),
        to_columns: Vec::new(),
        place: place("schema.sql", at),
    }
}

fn routine(data: &DataModel, line: &[&str]) -> Routine {
    let kind = match line[0] {
        "trigger" => RoutineKind::Trigger,
        "function" => RoutineKind::Function,
        _ => RoutineKind::View,
    };
    let uses = line.windows(2).filter_map(|pair| Some((data.find(pair[1])?, verb(pair[0])?)));
    let mut uses: Vec<(TableId, Access)> = uses.collect();
    uses.sort();
    let at = line.iter().find(|word| position(word).is_some()).unwrap_or(&"1:1");
    let on = (kind == RoutineKind::Trigger).then(|| find(data, line[3]));
    Routine { name: line[1].into(), kind, on, uses, place: place("schema.sql", at) }
}

fn transaction(graph: &Model, data: &DataModel, line: &[&str]) -> Transaction {
    let (node, function) = owner(graph, line[1]);
    let text = line[3..].join(" ");
    let touched = text.strip_prefix("touches ").unwrap_or_else(|| panic!("`touches`, not `{text}`"));
    Transaction {
        place: place("src.rs", line[2]),
        node,
        function: function.map(Into::into),
        test: graph.node(node).test,
        accesses: touched.split("; ").flat_map(|part| touch(graph, data, part)).collect(),
    }
}

fn touch(graph: &Model, data: &DataModel, text: &str) -> Vec<TransactionAccess> {
    let (line, via) = text.split_once(" via ").map_or((text, None), |(line, via)| (line, Some(via)));
    let line: u32 = line.trim().parse().unwrap_or_else(|_| panic!("a line, not `{line}`"));
    let step = |step: &str| {
        let (function, at) = step.split_once(' ').expect("`function line:column`");
        CallStep { function: function.into(), place: place("src.rs", at), node: owner(graph, function).0 }
    };
    let chain: Vec<CallStep> = via.into_iter().flat_map(|via| via.split(", ")).map(step).collect();
    let at_line = data.accesses.iter().enumerate().filter(|(_, access)| access.place.line == line);
    let ids = at_line.map(|(index, _)| AccessId(index as u32));
    ids.map(|access| TransactionAccess { access, chain: chain.clone() }).collect()
}

fn opaque(graph: &Model, line: &[&str]) -> OpaqueQuery {
    let in_code = !line[1].ends_with(".sql");
    let code = in_code.then(|| owner(graph, line[1]));
    OpaqueQuery {
        place: place(if in_code { "src.rs" } else { line[1] }, line[2]),
        reason: line[3..].join(" "),
        node: code.map(|(node, _)| node),
        function: code.and_then(|(_, function)| function).map(Into::into),
        test: code.is_some_and(|(node, _)| graph.node(node).test),
    }
}
