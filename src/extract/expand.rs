//! Macro-by-example: what a local `macro_rules!` makes of a call. (to be written)

/// What `$crate` becomes in an expansion.
pub(super) const MACRO_CRATE: &str = "__modcheck_macro_crate";
