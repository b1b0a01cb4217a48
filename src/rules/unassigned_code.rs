//! `unassigned-code`: source modules that no declared module covers.

use super::{Check, Context, Counts, Draft, Needs, Rule, Site, config_lines};
use crate::config::policy::{Kind, Severity};
use crate::graph::NodeId;
use crate::source::TargetKind;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "unassigned-code",
    summary: "a source module belongs to no declared module",
    default: Severity::Warn,
    raised_by: None,
    blocks: None,
    counts: Counts::Sites,
    needs: Needs::Nothing,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Source modules that no `paths` entry of `boundaries.toml` covers. Only the topmost one of each stretch is reported, with
the number of those below it. Test code counts only under `tests = \"check\"`.

## Why it blocks an extraction

Code that belongs to nobody is checked by nobody: two modules may meet in it, and no rule sees them. It is also code that
nobody has decided on, whether it goes along with a service or stays.

## Example

```toml
[modules.payments]
paths = [\"shop::payments\"] # shop::reports is in no module
```

## How to fix

- Add the path to the module that owns the code.
- Nobody does: declare a module for it; `kind = \"app\"` for the code that wires the others together, `kind = \"library\"` for
  code that every service may take along.
- It is generated or vendored: leave the files out with `[analysis] exclude`.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    out.extend(unassigned(ctx).into_iter().map(|code| draft(ctx, code.topmost, code.below)));
}

/// A stretch of code that belongs to no module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unassigned {
    /// The source module on top.
    pub topmost: NodeId,
    /// How many more lie below it.
    pub below: usize,
}

/// The code that belongs to no module, by its topmost source modules.
pub fn unassigned(ctx: &Context) -> Vec<Unassigned> {
    let model = ctx.model();
    // How many unassigned source modules each topmost one stands for; parents come before children.
    let mut topmost: Vec<Option<usize>> = vec![None; model.nodes.len()];
    let mut below: Vec<usize> = vec![0; model.nodes.len()];
    for (index, node) in model.nodes.iter().enumerate() {
        let id = NodeId(index as u32);
        if ctx.module_of(id).is_some() || !ctx.counts_node(id) {
            continue;
        }
        let above = node.parent.and_then(|p| topmost[p.0 as usize]);
        topmost[index] = Some(above.unwrap_or(index));
        if let Some(above) = above {
            below[above] += 1;
        }
    }
    let found = (0..model.nodes.len()).filter(|&i| topmost[i] == Some(i));
    found.map(|i| Unassigned { topmost: NodeId(i as u32), below: below[i] }).collect()
}

fn draft(ctx: &Context, id: NodeId, below: usize) -> Draft {
    let node = ctx.model().node(id);
    let more = match below {
        0 => String::new(),
        1 => ", and neither does one source module below it".into(),
        n => format!(", and neither do {n} source modules below it"),
    };
    Draft {
        message: format!("`{}` belongs to no declared module{more}", node.id),
        sites: vec![Site {
            file: ctx.model().file(node.file).path.clone(),
            line: node.line,
            column: 1,
            width: 1,
            label: format!("`{}` begins here", node.id),
        }],
        from: node.id.clone(),
        help: help(ctx, id),
        ..Draft::default()
    }
}

fn help(ctx: &Context, id: NodeId) -> Vec<String> {
    let node = ctx.model().node(id);
    let line = config_lines::list("paths", [node.id.as_str()]);
    let add = format!("add {} to the `paths` of the module that owns it", config_lines::quoted(&node.id));
    let mut apps = ctx.policy.iter().filter(|(_, m)| m.kind == Kind::App);
    // A program's root wires modules together, which is what an app module is for.
    if node.parent.is_none() && node.target_kind == TargetKind::Bin {
        return vec![match apps.next() {
            Some((_, app)) => {
                let old = app.paths.iter().map(|p| p.text.as_str());
                let line = config_lines::list("paths", old.chain([node.id.as_str()]));
                format!("write `{line}` in `[modules.{}]`", app.name)
            }
            None => format!(
                "declare it as the composition root: `{line}` and `kind = \"app\"` in `[modules.app]`"
            ),
        }];
    }
    vec![add, format!("or declare a module for it: `{line}`")]
}

#[cfg(test)]
mod tests {
    use crate::config::policy::Tests;
    use crate::rules::sample::Sample;

    #[test]
    fn only_the_topmost_is_reported_with_a_count() {
        let nodes = ["r", "r::a", "r::b", "r::b::c", "r::b::tests", "t{test}"];
        let mut sample = Sample::new(&["a = r::a"], &nodes, &[]);
        assert_eq!(
            sample.of("unassigned-code"),
            ["r: `r` belongs to no declared module, and neither do 2 source modules below it"]
        );
        sample.policy.analysis.tests = Tests::Check;
        assert_eq!(sample.of("unassigned-code").len(), 2);
    }
}
