//! Places that name a table, while it is being found out what happens to it there.

use super::value::Value;
use crate::extract::facts::{Pos, ScopeIx};
use crate::sql::Access;
use std::sync::Arc;

/// Index of a [`Mention`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::data) struct MentionId(pub u32);

impl MentionId {
    pub(in crate::data) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A place that names a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) struct Mention {
    pub table: Arc<str>,
    /// Read, write, ddl or foreign key.
    pub access: Option<Access>,
    /// Combined with others in one query, beside what it is otherwise.
    pub join: bool,
    pub pos: Pos,
    pub scope: ScopeIx,
    pub test: bool,
    pub via: &'static str,
    pub approximate: bool,
    /// The body that holds it.
    pub body: Option<u32>,
    /// The connection that the query runs on.
    pub on: Value,
}

/// The mentions of a unit; those of one statement are joined into a set.
#[derive(Clone, Debug, Default)]
pub(in crate::data) struct Mentions {
    pub list: Vec<Mention>,
    parents: Vec<u32>,
}

impl Mentions {
    pub(in crate::data) fn push(&mut self, mention: Mention) -> MentionId {
        let id = self.list.len() as u32;
        self.list.push(mention);
        self.parents.push(id);
        MentionId(id)
    }

    pub(in crate::data) fn get_mut(&mut self, id: MentionId) -> &mut Mention {
        &mut self.list[id.index()]
    }

    /// What stands for the statement that a mention is part of.
    pub(in crate::data) fn statement(&self, id: MentionId) -> u32 {
        let mut at = id.0;
        while self.parents[at as usize] != at {
            at = self.parents[at as usize];
        }
        at
    }

    /// Makes mentions parts of one statement.
    pub(in crate::data) fn unite(&mut self, ids: impl IntoIterator<Item = MentionId>) {
        let mut ids = ids.into_iter();
        let Some(first) = ids.next() else { return };
        let mut root = self.statement(first);
        for id in ids {
            let other = self.statement(id);
            // The earlier one stands for both, so that the order of calls does not matter.
            let (low, high) = (root.min(other), root.max(other));
            self.parents[high as usize] = low;
            root = low;
        }
    }
}
