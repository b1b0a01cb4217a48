//! What several rules share: which references, accesses and functions count, what types are to a boundary, and how findings
//! and advice are put.

pub(super) mod answers;
pub(super) mod claims;
pub(super) mod config_lines;
pub(super) mod contract;
pub(super) mod crossing;
pub(super) mod data_access;
pub(super) mod data_crossing;
pub(super) mod deprecation;
pub(super) mod depends_on;
pub(super) mod hand_out;
pub(super) mod interface;
pub(super) mod known_types;
pub(super) mod manifest;
pub(super) mod offer;
pub(super) mod permission;
pub(super) mod public_names;
pub(super) mod remoting;
pub(super) mod statics;
pub(super) mod table_advice;
pub(super) mod type_class;
pub(super) mod ways;
pub(super) mod wire;

use super::{
    Breaks, Context, CrossingKind, Draft, Finding, Site, TrailStep, cross_owner_trigger, dependency_cycle,
    foreign_resource, stateful_library,
};
