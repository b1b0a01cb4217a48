//! Whether one declared module may use another at all.

use super::Context;
use crate::config::policy::{Kind, ModuleId};

/// What the policy says to one module using another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It may.
    Granted,
    /// It would have to list it in `depends-on`.
    Undeclared,
    /// Its entry in `depends-on` permitted it until a day that is over.
    Ended,
    /// Nobody may use an app module.
    IntoApp,
    /// A library may use only libraries.
    FromLibrary,
}

/// Whether `from` may use `to`.
pub fn permission(ctx: &Context, from: ModuleId, to: ModuleId) -> Permission {
    let (user, used) = (ctx.module(from), ctx.module(to));
    if from == to {
        Permission::Granted
    } else if used.kind == Kind::App {
        Permission::IntoApp
    } else if used.kind == Kind::Library || user.kind == Kind::App {
        Permission::Granted
    } else if user.kind == Kind::Library {
        Permission::FromLibrary
    } else {
        match user.depends_on.iter().find(|entry| entry.module == to) {
            Some(entry) if entry.is_over(ctx.policy.today) => Permission::Ended,
            Some(_) => Permission::Granted,
            None => Permission::Undeclared,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::Sample;

    #[test]
    fn kinds_come_before_the_list() {
        let modules = [
            "a = r::a -> b, main",
            "b = r::b",
            "app main = r::m",
            "library util = r::u -> b",
            "library x = r::x",
        ];
        let sample = Sample::new(&modules, &["r"], &[]);
        let ownership = Default::default();
        let ctx = Context::new(&sample.graph, &sample.policy, &sample.assignment, (&sample.data, &ownership));
        let [a, b, main, util, x] = [0, 1, 2, 3, 4].map(ModuleId);
        for (from, to, expected) in [
            (a, a, Permission::Granted),
            (a, b, Permission::Granted),
            (b, a, Permission::Undeclared),
            (a, main, Permission::IntoApp),
            (util, main, Permission::IntoApp),
            (main, b, Permission::Granted),
            (a, util, Permission::Granted),
            (util, b, Permission::FromLibrary),
            (util, x, Permission::Granted),
        ] {
            assert_eq!(permission(&ctx, from, to), expected, "{from:?} -> {to:?}");
        }
    }
}
