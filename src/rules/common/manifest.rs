//! Dependencies that manifests declare, seen as dependencies between declared modules.

use super::{Context, Site};
use crate::config::policy::ModuleId;
use crate::graph::{ManifestDependency, NodeId, PackageInfo};

/// One workspace member's dependency on another, and the modules on both ends.
pub struct MemberDependency<'a> {
    /// The package that depends.
    pub package: &'a PackageInfo,
    /// The entry.
    pub entry: &'a ManifestDependency,
    /// The package depended on.
    pub member: &'a PackageInfo,
    /// Modules with code in the package.
    pub users: Vec<ModuleId>,
    /// Modules with code in the library depended on.
    pub used: Vec<ModuleId>,
}

/// The dependencies between workspace members that count.
pub fn member_dependencies<'a>(ctx: &Context<'a>) -> Vec<MemberDependency<'a>> {
    let packages = &ctx.model().packages;
    let users: Vec<_> = (0..packages.len()).map(|p| modules_in(ctx, p, |_| true)).collect();
    let used: Vec<_> = (0..packages.len()).map(|p| modules_in(ctx, p, |n| is_library(ctx, n))).collect();
    let mut all = Vec::new();
    for (index, package) in packages.iter().enumerate() {
        for entry in package.dependencies.iter().filter(|d| ctx.counts_dependency(d.kind)) {
            let Some(member) = entry.member.filter(|&m| m != index) else { continue };
            let (users, used) = (users[index].clone(), used[member].clone());
            all.push(MemberDependency { package, entry, member: &packages[member], users, used });
        }
    }
    all
}

/// The modules that code of a package belongs to, the module of its first root first.
pub fn modules_of_package(ctx: &Context, package: usize) -> Vec<ModuleId> {
    modules_in(ctx, package, |_| true)
}

fn modules_in(ctx: &Context, package: usize, wanted: impl Fn(NodeId) -> bool) -> Vec<ModuleId> {
    let nodes = (0..ctx.model().nodes.len() as u32).map(NodeId);
    let own =
        nodes.filter(|&n| ctx.model().node(n).package_index == package && ctx.counts_node(n) && wanted(n));
    let roots = ctx.model().packages[package].roots.iter().copied().filter(|&n| wanted(n));
    let mut modules = Vec::new();
    for module in roots.filter(|&n| ctx.counts_node(n)).chain(own).filter_map(|n| ctx.module_of(n)) {
        if !modules.contains(&module) {
            modules.push(module);
        }
    }
    modules
}

fn is_library(ctx: &Context, node: NodeId) -> bool {
    ctx.model().node(node).target_kind.is_lib()
}

/// Where an entry stands.
pub fn site(package: &PackageInfo, entry: &ManifestDependency) -> Site {
    Site {
        file: package.manifest.clone(),
        line: entry.line,
        column: entry.column,
        width: (entry.package.chars().count() as u32).max(1),
        label: format!("depends on package `{}`", entry.package),
    }
}

/// How a finding names a package as that which refers: `shop{manifest}`, unlike any source module.
pub fn source_name(package: &PackageInfo) -> String {
    format!("{}{{manifest}}", package.name)
}
