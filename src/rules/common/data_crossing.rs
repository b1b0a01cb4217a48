//! Ways from one module to another that lead through data: no name of the other module is written anywhere.

use super::{Context, data_access};
use crate::config::policy::ModuleId;
use crate::graph::NodeId;
use crate::sql::Access;

/// What a module does to a table, or another resource, that a second one owns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataCrossing {
    /// The module that touches it.
    pub from: ModuleId,
    /// The module that owns it.
    pub to: ModuleId,
    /// What is touched.
    pub resource: String,
    /// The source module that does; `None` for the schema itself: a key, a trigger, a view.
    pub by: Option<NodeId>,
}

/// Every crossing through data, permitted or not, each once, sorted.
pub fn data_crossings(ctx: &Context) -> Vec<DataCrossing> {
    let mut crossings: Vec<DataCrossing> = in_code(ctx).chain(keys(ctx)).collect();
    crossings.extend(super::cross_owner_trigger::crossings(ctx));
    crossings.extend(super::foreign_resource::crossings(ctx));
    crossings.sort();
    crossings.dedup();
    crossings
}

fn in_code(ctx: &Context) -> impl Iterator<Item = DataCrossing> {
    let all = data_access::foreign(ctx, &[Access::Read, Access::Write, Access::Ddl, Access::Join]);
    let crossing = |foreign: data_access::Foreign| {
        let resource = data_access::name(ctx, foreign.table).to_owned();
        Some(DataCrossing { from: foreign.source, to: foreign.owner?, resource, by: Some(foreign.node) })
    };
    all.into_iter().filter_map(crossing).collect::<Vec<_>>().into_iter()
}

fn keys(ctx: &Context) -> impl Iterator<Item = DataCrossing> {
    ctx.data.schema.foreign_keys.iter().filter_map(|key| {
        let (from, to) = (data_access::owner(ctx, key.from_table)?, data_access::owner(ctx, key.to_table)?);
        let resource = data_access::name(ctx, key.to_table).to_owned();
        (from != to).then_some(DataCrossing { from, to, resource, by: None })
    })
}
