//! Binds the selectors of a policy to the source modules of a workspace: longest match wins, a tie is an error.

use super::error::{ConfigError, ConfigErrors, quote};
use super::lines::Lines;
use super::policy::{ModuleId, Place, Policy, Selector};
use super::tree::{Fit, Tree};
use crate::graph::{Model, NodeId};
use miette::SourceSpan;
use std::collections::BTreeMap;

/// Which source module belongs to which declared module.
#[derive(Clone, Debug, Default)]
pub struct Assignment {
    /// Parallel to [`Model::nodes`].
    pub module_of: Vec<Option<ModuleId>>,
    /// Per declared module: the source modules that its selectors name (the roots of what it covers), sorted. One may
    /// lie within another where a module lists both.
    pub roots: Vec<Vec<NodeId>>,
    /// Parallel to [`Model::nodes`]: which of its module's `paths` brought a source module there.
    pub selector_of: Vec<Option<usize>>,
    /// Selectors that bind nothing, in file order.
    pub unmatched: Vec<Unmatched>,
}

/// A selector that binds nothing: its boundary would check nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// The module that lists it.
    pub module: ModuleId,
    /// As written.
    pub selector: String,
    /// Where it stands.
    pub place: Place,
    /// The id of a source module, or the name of a crate, that is probably meant.
    pub suggestion: Option<String>,
    /// It does match, but all of the module went to the more specific paths of others; this is one of them.
    pub taken_by: Option<ModuleId>,
}

/// One selector of the policy.
struct Candidate<'p> {
    module: ModuleId,
    selector: &'p Selector,
    /// Its index among those of the module.
    index: usize,
    /// The first source module that it matches.
    first: Option<NodeId>,
}

/// The best match of a source module so far.
#[derive(Clone, Copy)]
struct Claim {
    fit: Fit,
    /// Index of the candidate.
    by: usize,
    /// A candidate of another module with the same fit.
    rival: Option<usize>,
    whole: bool,
}

/// Binds the policy's selectors to the source modules of a workspace.
pub fn assign(policy: &Policy, model: &Model) -> Result<Assignment, ConfigErrors> {
    let tree = Tree::new(model);
    let mut candidates: Vec<Candidate> = policy
        .iter()
        .flat_map(|(id, module)| module.paths.iter().enumerate().map(move |selector| (id, selector)))
        .map(|(module, (index, selector))| Candidate { module, selector, index, first: None })
        .collect();
    let claims = claims(&tree, &mut candidates, model);
    let ties = ties(policy, model, &candidates, &claims);
    if !ties.is_empty() {
        return Err(ConfigErrors::new(&policy.file, &policy.text, ties));
    }

    let followed = followers(&tree, &candidates, &claims);
    let mut module_of: Vec<Option<ModuleId>> = Vec::with_capacity(model.nodes.len());
    let mut selector_of: Vec<Option<usize>> = Vec::with_capacity(model.nodes.len());
    let mut roots = vec![Vec::new(); policy.modules.len()];
    for (index, node) in model.nodes.iter().enumerate() {
        let id = NodeId(index as u32);
        let own = claims[index].map(|claim| claim.by).or(followed.get(&id).copied());
        if let Some(by) = own {
            roots[candidates[by].module.index()].push(id);
        }
        // Parents come before children.
        let parent = node.parent.map(|parent| parent.0 as usize);
        module_of
            .push(own.map(|by| candidates[by].module).or_else(|| module_of.get(parent?).copied().flatten()));
        selector_of
            .push(own.map(|by| candidates[by].index).or_else(|| selector_of.get(parent?).copied().flatten()));
    }
    let unmatched = unmatched(&tree, &candidates, &module_of, &roots);
    Ok(Assignment { module_of, roots, selector_of, unmatched })
}

/// The best match of each source module by itself.
fn claims(tree: &Tree<'_>, candidates: &mut [Candidate<'_>], model: &Model) -> Vec<Option<Claim>> {
    let mut claims: Vec<Option<Claim>> = vec![None; model.nodes.len()];
    for by in 0..candidates.len() {
        let matches = tree.find(&candidates[by].selector.segments);
        candidates[by].first = matches.first().map(|found| found.node);
        for found in matches {
            let claim = &mut claims[found.node.0 as usize];
            match claim {
                Some(best) if found.fit < best.fit => {}
                Some(best) if found.fit == best.fit => {
                    let same = candidates[best.by].module == candidates[by].module;
                    best.rival = best.rival.or((!same).then_some(by));
                }
                _ => *claim = Some(Claim { fit: found.fit, by, rival: None, whole: found.whole }),
            }
        }
    }
    claims
}

/// The targets without a claim of their own that go with their package's library, or with its binaries if those agree,
/// each with the candidate that it follows.
fn followers(
    tree: &Tree<'_>,
    candidates: &[Candidate<'_>],
    claims: &[Option<Claim>],
) -> BTreeMap<NodeId, usize> {
    let mut followers = BTreeMap::new();
    for package in &tree.packages {
        let claim = |root: NodeId| claims[root.0 as usize];
        let whole = package.leaders().filter_map(claim).filter(|claim| claim.whole);
        let mut leaders: Vec<usize> = whole.map(|claim| claim.by).collect();
        leaders.dedup_by_key(|by| candidates[*by].module);
        if let [by] = leaders[..] {
            followers.extend(package.roots().filter(|root| claim(*root).is_none()).map(|root| (root, by)));
        }
    }
    followers
}

/// One error for each pair of selectors that fit some source module equally well.
fn ties(
    policy: &Policy,
    model: &Model,
    candidates: &[Candidate<'_>],
    claims: &[Option<Claim>],
) -> Vec<ConfigError> {
    let mut pairs: BTreeMap<(usize, usize), NodeId> = BTreeMap::new();
    for (index, claim) in claims.iter().enumerate() {
        if let Some(Claim { by, rival: Some(rival), .. }) = claim {
            pairs.entry((*by, *rival)).or_insert(NodeId(index as u32));
        }
    }
    let lines = Lines::new(&policy.text);
    let name = |candidate: &Candidate| quote(&policy.module(candidate.module).name);
    let error = |((one, other), node): ((usize, usize), NodeId)| {
        let (one, other) = (&candidates[one], &candidates[other]);
        ConfigError::AmbiguousPath {
            node: quote(&model.node(node).id),
            one: name(one),
            other: name(other),
            first: span(&lines, &policy.text, one.selector),
            at: span(&lines, &policy.text, other.selector),
        }
    };
    pairs.into_iter().map(error).collect()
}

/// The string in the file, with its quotes where it is written without escapes.
fn span(lines: &Lines<'_>, text: &str, selector: &Selector) -> SourceSpan {
    let start = lines.offset(selector.place);
    let plain = text.get(start + 1..).is_some_and(|rest| rest.starts_with(&selector.text));
    let length = if plain { selector.text.len() + 2 } else { 1 };
    (start, length.min(text.len() - start)).into()
}

fn unmatched(
    tree: &Tree<'_>,
    candidates: &[Candidate<'_>],
    module_of: &[Option<ModuleId>],
    roots: &[Vec<NodeId>],
) -> Vec<Unmatched> {
    let mut unmatched = Vec::new();
    for candidate in candidates {
        let taken_by = match candidate.first {
            Some(_) if !roots[candidate.module.index()].is_empty() => continue,
            Some(node) => module_of[node.0 as usize],
            None => None,
        };
        let Candidate { module, selector, first, .. } = candidate;
        unmatched.push(Unmatched {
            module: *module,
            selector: selector.text.clone(),
            place: selector.place,
            suggestion: first.is_none().then(|| tree.suggestion(&selector.segments)).flatten(),
            taken_by,
        });
    }
    unmatched
}
