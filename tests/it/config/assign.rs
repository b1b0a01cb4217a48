//! Which source module belongs to which declared module.

#[test]
fn placeholder() {}
