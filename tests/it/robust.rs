//! Hostile input: code that is nested, long, cyclic or broken must neither crash the analysis nor keep it busy.

use modcheck::graph::{Graph, ProblemKind};
use modcheck::source::{
    Dependency, DependencyKind, MemoryTree, Package, ReadError, Source, Target, TargetKind, Tree,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The stack that the command line gives its threads.
const STACK: usize = 256 << 20;
/// Far more than any of these takes, even unoptimised on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

fn workspace(tree: impl Tree + 'static) -> Source {
    let root = "src/lib.rs".to_string();
    let target = Target { name: "shop".into(), kind: TargetKind::Lib, root, edition: 2021 };
    let package = Package {
        name: "shop".into(),
        manifest: "Cargo.toml".into(),
        targets: vec![target],
        dependencies: ["sqlx", "diesel", "sea-orm", "sea-query"].map(library).to_vec(),
    };
    Source {
        root: Default::default(),
        packages: vec![package],
        cargo_packages: Vec::new(),
        tree: std::sync::Arc::new(tree),
        build_folder: None,
    }
}

/// A library that makes the analysis look for data.
fn library(name: &str) -> Dependency {
    Dependency {
        ident: name.replace('-', "_"),
        package: name.to_owned(),
        member: None,
        kind: DependencyKind::Normal,
        line: 1,
        column: 1,
    }
}

/// Resolves a workspace and looks for its data as the command line does; panics if that takes too long.
fn resolve(name: &str, source: &Source) -> Graph {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).num_threads(2).build().expect("two threads");
    let start = Instant::now();
    let graph = pool.install(|| {
        let graph = modcheck::resolve(source, &globset::GlobSet::empty(), &|_| ());
        modcheck::data::inventory(source, &graph, &Default::default());
        graph
    });
    let took = start.elapsed();
    assert!(took < LIMIT, "{name} took {took:?}");
    graph
}

fn files(name: &str, files: &[(&str, String)]) -> Graph {
    let files = files.iter().map(|(path, text)| (path.to_string(), Arc::from(text.as_str()))).collect();
    resolve(name, &workspace(MemoryTree { files }))
}

/// One file that takes part in nothing but has to be survived.
fn survives(name: &str, text: String) {
    files(name, &[("src/lib.rs", text)]);
}

/// Kinds of the problems of a workspace.
fn problems(graph: &Graph) -> Vec<ProblemKind> {
    graph.model().problems.iter().map(|problem| problem.kind).collect()
}

/// A function with something in its body.
fn body(code: &str) -> String {
    format!("fn f() {{ {code}; }}")
}

/// `open` and `close` around a core, many times.
fn nested(open: &str, core: &str, close: &str, times: usize) -> String {
    format!("{}{core}{}", open.repeat(times), close.repeat(times))
}

#[test]
fn deep_nesting() {
    for depth in [150, 3_900, 7_900, 10_000] {
        for (name, open, core, close) in [
            ("parentheses", "(", "1", ")"),
            ("brackets", "[", "1", "]"),
            ("blocks", "{", "1", "}"),
            ("calls", "f(", "1", ")"),
            ("closures", "|| {", "1", "}"),
            ("ifs", "if true {", "1", "}"),
            ("else ifs", "if x { 1 } else ", "{ 1 }", ""),
            ("matches", "match x { _ => ", "1", "}"),
            ("macros", "m!(", "1", ")"),
            ("formats", "format!(\"{}\", ", "1", ")"),
            ("lets", "{ let x = ", "1", "; }"),
            ("arms without braces", "match x { y => loop {", "1", "}}"),
            ("references", "&", "1", ""),
            ("negations", "!", "true", ""),
            ("minuses", "-", "1", ""),
            ("dereferences", "*", "x", ""),
            ("closures without braces", "|| ", "1", ""),
            ("returns", "return ", "1", ""),
            ("breaks", "break ", "1", ""),
            ("assignments", "x = ", "1", ""),
            ("ranges", "..", "1", ""),
            ("casts", "", "x", " as u8"),
            ("questions", "", "x", "?"),
            ("indices", "", "x", "[0]"),
            ("fields", "", "x", ".y"),
            ("calls of calls", "", "x", "()"),
            ("turbofishes", "f::<", "u8", ">"),
            ("labels", "'a: loop {", "1", "}"),
        ] {
            survives(&format!("{depth} {name}"), body(&nested(open, core, close, depth)));
        }
        for (name, open, core, close) in [
            ("type parentheses", "(", "u8", ")"),
            ("type arguments", "Vec<", "u8", ">"),
            ("slices", "[", "u8", "]"),
            ("type references", "&", "u8", ""),
            ("pointers", "*const ", "u8", ""),
            ("function pointers", "fn() -> ", "u8", ""),
            ("impl traits", "impl Fn() -> ", "u8", ""),
            ("qualified types", "<", "u8", " as T>::X"),
        ] {
            survives(&format!("{depth} {name}"), format!("type A = {};", nested(open, core, close, depth)));
        }
        for (name, open, core, close) in [
            ("pattern parentheses", "(", "x", ")"),
            ("pattern references", "&", "x", ""),
            ("tuple structs", "Some(", "x", ")"),
            ("sub-patterns", "x @ ", "_", ""),
        ] {
            survives(
                &format!("{depth} {name}"),
                body(&format!("let {} = 1", nested(open, core, close, depth))),
            );
        }
        survives(&format!("{depth} modules"), nested("mod a {", "", "}", depth));
        survives(&format!("{depth} functions"), nested("fn f() {", "", "}", depth));
        survives(&format!("{depth} use groups"), format!("use {};", nested("a::{", "b", "}", depth)));
        survives(&format!("{depth} use segments"), format!("use {};", nested("a::", "b", "", depth)));
        survives(&format!("{depth} attribute groups"), nested("#[a(", "", ")]", depth));
        survives(&format!("{depth} item macros"), nested("m! {", "", "}", depth));
        survives(
            &format!("{depth} macro rules"),
            format!("macro_rules! m {{ {} => {{}}; }}", nested("($(", "$x:tt", ")*)", depth)),
        );
        survives(&format!("{depth} block comments"), nested("/*", "", "*/", depth));
    }
}

#[test]
fn long_code() {
    let many = 100_000;
    for (name, start, part) in [
        ("terms", "1", "+1"),
        ("terms with spaces", "1", " + 1"),
        ("conjunctions", "a", " && b"),
        ("comparisons", "a", " == b"),
        ("method chain", "x", ".f()"),
        ("method chain with arguments", "x", ".f(a, b)"),
        ("method chain with a closure", "x", ".f(|y| y)"),
        ("fields", "x", ".y"),
        ("casts", "x", " as u8"),
        ("path segments", "a", "::a"),
        ("alternatives", "matches!(x, A", "| A"),
        ("statements", "1", "; 1"),
        ("arguments", "f(1", ", 1"),
        ("open parentheses", "1", "("),
        ("closed parentheses", "1", ")"),
        ("quotes", "1", "'"),
        ("less thans", "1", "<"),
        ("else ifs", "if x {}", " else if x {}"),
        ("lets in a chain", "if x", " && let y = x"),
    ] {
        survives(name, body(&format!("{start}{}", part.repeat(many))));
    }
    survives("bounds", format!("fn f<T: A{}>() {{}}", " + A".repeat(many)));
    survives("path segments of a use", format!("use a{};", "::a".repeat(70_000)));
    survives("items", "fn f() {}\n".repeat(20_000));
    survives("derives", format!("#[derive(A{})] struct S;", ", A".repeat(many)));
    survives("identifier", format!("fn {}() {{}}", "a".repeat(1 << 20)));
    survives("string", body(&format!("println!(\"{}\")", "{a}".repeat(20_000))));
    survives("attribute lines", "#[a]\n".repeat(20_000) + "fn f() {}");
}

#[test]
fn cyclic_modules() {
    files("own file by path", &[("src/lib.rs", "#[path = \"lib.rs\"] mod a; fn f() { a::a::f() }".into())]);
    files(
        "files that name each other",
        &[
            ("src/lib.rs", "mod a;".into()),
            ("src/a.rs", "#[path = \"b.rs\"] mod b;".into()),
            ("src/b.rs", "#[path = \"a.rs\"] mod a; #[path = \"lib.rs\"] mod c;".into()),
        ],
    );
    let crowd = |n: usize| (0..n).map(|i| format!("#[path = \"f{i}.rs\"] mod m{i};\n")).collect::<String>();
    let mut all: Vec<(String, String)> = (0..12).map(|i| (format!("src/f{i}.rs"), crowd(12))).collect();
    all.push(("src/lib.rs".into(), crowd(12)));
    let all: Vec<(&str, String)> = all.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    files("files that all name each other", &all);
    let chain = |i: usize| format!("#[path = \"c{i}.rs\"] mod a; #[path = \"c{i}.rs\"] mod b;");
    let mut doubling: Vec<(String, String)> =
        (1..30).map(|i| (format!("src/c{i}.rs"), chain(i + 1))).collect();
    doubling.push(("src/c30.rs".into(), "fn f() {}".into()));
    doubling.push(("src/lib.rs".into(), chain(1)));
    let doubling: Vec<(&str, String)> =
        doubling.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    files("files that double at every level", &doubling);
    files("a file that includes itself", &[("src/lib.rs", "include!(\"lib.rs\"); fn f() {}".into())]);
    files(
        "files that include each other",
        &[
            ("src/lib.rs", "include!(\"a.rs\");".into()),
            ("src/a.rs", "include!(\"b.rs\"); include!(\"b.rs\");".into()),
            ("src/b.rs", "include!(\"a.rs\"); include!(\"a.rs\");".into()),
        ],
    );
    files(
        "paths out of the workspace",
        &[("src/lib.rs", "#[path = \"../../../x.rs\"] mod a; include!(\"/etc/x\");".into())],
    );
}

#[test]
fn cyclic_names() {
    for code in [
        "use a as b; use b as a; fn f() { a() }",
        "use self::a; use crate::a as c; use c::a;",
        "pub use self::*; pub use crate::*; fn f() { x() }",
        "type A = B; type B = A; fn f() { A::new(); }",
        "type A = A; fn f() { A::new(); }",
        "use A::*; enum A { A } type B = B; use B::*;",
        "impl Self {} trait T: T {} struct S<T: S<T>>(Self); impl S for S {}",
        "extern crate self as a; extern crate a as b; extern crate self; extern crate b as a; use a::b::a::b;",
        "use super::super::super::a; fn f() { super::super::b(); self::self::c(); crate::crate::d(); }",
        "use {}; use ::*; use *; use self; use super; use crate; use {self}; use {{{}}}; use a::{self, self};",
        "mod a { pub use super::b::*; } mod b { pub use super::a::*; pub use super::c::*; } mod c { pub use super::b::*; }",
    ] {
        survives(code, code.into());
    }
    // Every module has a name from every other one through globs.
    let n = 60;
    let module = |i: usize| {
        let globs: String = (0..n).map(|j| format!("pub use crate::m{j}::*;")).collect();
        format!("pub mod m{i} {{ {globs} pub fn f{i}() {{}} }}\n")
    };
    survives("globs of each other", (0..n).map(module).collect());
    let chain: String =
        (0..2_000).map(|i| format!("pub mod m{i} {{ pub use crate::m{}::f; }}\n", i + 1)).collect();
    survives("a long chain of imports", chain + "pub mod m2000 { pub fn f() {} }");
    let chain: String = (0..2_000).map(|i| format!("type A{i} = A{};\n", i + 1)).collect();
    survives("a long chain of aliases", chain + "struct A2000; fn f() { A0::new(); }");
    let bomb: String = (0..30).map(|i| format!("type A{i} = (A{0}, A{0});\n", i + 1)).collect();
    survives("aliases that double", bomb + "struct A30; fn f() { A0::new(); }");
}

/// Code whose types refer to each other, with a function that uses them.
#[test]
fn cyclic_types() {
    for code in [
        "type A = A; fn f(a: A) { a.x().y; }",
        "type A<T> = B<A<T>>; type B<T> = A<B<T>>; fn f(a: A<u8>, b: &B<A<u8>>) { a.x(); b.y; *a; }",
        "type A<T = A> = T; type B<T = B<T>> = (T, B); fn f(a: A, b: B) { a.x(); b.0.x(); }",
        "trait A: B {} trait B: A { fn b(&self) -> Self; } fn f<T: A>(x: T, y: &dyn B) { x.c(); x.b().b().d(); y.c(); }",
        "trait A: A<A> {} fn f<T: A>(x: T) { x.c(); }",
        "struct X; impl std::ops::Deref for X { type Target = X; } fn f(x: X) { x.c(); x.d; *x; x[0]; for y in x {} }",
        "struct X; struct Y; impl std::ops::Deref for X { type Target = Y; } impl std::ops::Deref for Y { type Target = X; }
         fn f(x: X) { x.c().d(); x.e; }",
        "struct X<T>(T); impl<T> std::ops::Deref for X<T> { type Target = X<X<T>>; } fn f(x: X<u8>) { x.c(); x.d; }",
        "struct X { x: Box<X>, y: Option<Box<X>>, z: Vec<X> } fn f(x: X) { x.x.x.y.unwrap().z[0].x.c(); }",
        "struct X<T>(T, Box<X<X<T>>>); fn f(x: X<u8>) { x.1.1.1.1.0.c(); }",
        "trait A<T> { fn a(&self) -> T; } fn f<T: A<U>, U: A<T>>(t: T, u: U) { t.a().a().a().b(); }",
        "trait A<T> { type X; type Y; fn a(&self) -> Self::X; } fn f<T: A<T::X>>(t: T) { t.a().a(); }
         fn g<T>(t: T) where T: A<(T::X, T::Y, T::X)> + A<T::X>, T::X: A<T::Y> { t.a().a(); }",
        "trait A { type X: A<X = Self::Y>; type Y: A<Y = Self::X>; } fn f<T: A>(t: T, x: T::X, y: <T::X as A>::Y) { x.b(); y.b(); }",
        "trait A { type X; type Y; } struct S; impl A for S { type X = Self::Y; type Y = (Self::X, <S as A>::X); }
         fn f(s: <S as A>::X) { s.b(); } fn g<T: A<X = S>>(t: T::X, u: <T::X as A>::Y) { t.b(); u.b(); }",
        "trait A { fn a(&self); } impl<T: B> A for T {} trait B { fn b(&self); } impl<T: A> B for T {} struct S;
         fn f(s: S, v: Vec<S>) { s.a(); s.b(); v.a(); }",
        "trait A { fn a(&self); } impl<T> A for Vec<T> where T: A {} impl<T> A for Option<Vec<T>> where Vec<T>: A {}
         fn f(x: Vec<Vec<Option<Vec<u8>>>>) { x.a(); }",
        "fn f() { let x = || x; let y = |y| y(y); y(y)(x).z(); let f = f; f().f(); }",
        "fn f<T>(t: T) -> T { f(f)(f(f(t))).x(); f::<f<T>>(t) }",
        "fn f<F: Fn(F) -> F>(x: F) { x(x)(x).y(); f(|y| y.z()); f(f); }",
        "struct S; impl Iterator for S { type Item = S; } fn f(s: S) { for s in s { s.x(); } s.map(|s| s.next()).y(); }",
        "struct S; impl std::future::Future for S { type Output = S; } async fn f(s: S) { s.await.await.await.x(); }",
        "const A: B = B; const B: A = A; static C: C = C; fn f() { A.x(); C.y(); }",
        "impl<T> T { fn a(self) -> Self {} } impl Self { fn b(&self) { self.b().c; } } fn f<T>(t: T) { t.a().b(); }",
    ] {
        survives(code, code.into());
    }
}

#[test]
fn large_types() {
    for width in [2, 5, 40] {
        let parts = |i: usize| vec![format!("A{}", i + 1); width].join(", ");
        let bomb: String = (0..40).map(|i| format!("type A{i} = ({});\n", parts(i))).collect();
        survives(
            &format!("aliases of {width} parts"),
            bomb + "struct A40; fn g<T>(t: T) -> T {} fn f(a: A0) { let b: A0 = g(a); b.0.0.x(); g::<A0>(b).1.y(); }",
        );
        let parts = |i: usize| vec![format!("B{}<T>", i + 1); width].join(", ");
        let bomb: String = (0..40).map(|i| format!("type B{i}<T> = X<{}>;\n", parts(i))).collect();
        survives(
            &format!("generic aliases of {width} parts"),
            bomb + "struct X<T>(T); struct B40<T>(T); impl<T> X<T> { fn x(self, f: impl Fn(T) -> T) {} }
                fn f(b: B0<u8>) { b.x(|y| y.0.z()); let c: B0<_> = b; c.x(); }",
        );
        let parts = |i: usize| vec![format!("<S as T>::A{}", i + 1); width].join(", ");
        let bomb: String = (0..40).map(|i| format!("type A{i} = ({});\n", parts(i))).collect();
        survives(
            &format!("associated types of {width} parts"),
            format!("struct S; trait T {{}} impl T for S {{ {bomb} }} fn f(a: <S as T>::A0) {{ a.0.x(); }}"),
        );
    }
    let pair = "struct P<A, B>(A, B); impl<A, B> P<A, B> {
        fn twice(self) -> P<Self, Self> {} fn swap(self) -> P<B, A> {} fn with<R>(self, f: impl Fn(&Self, A) -> R) -> R {}
        fn both<T>(self, t: T) -> P<T, P<A, B>> {} }";
    let twice = ".twice().swap()".repeat(2_000);
    survives(
        "types that double with every call",
        format!(
            "{pair} fn same<T>(a: P<T, T>, b: T) -> T {{}} fn f(p: P<u8, u16>) {{
                let a = p{twice}; let b: P<_, _> = a.with(|p, a| p{twice}.both(a));
                same(a, b).with(|p, a| same(p, a)); P(a, b).both(a).with(|x, y| y); let c: P<P<_, _>, _> = b; }}"
        ),
    );
    let doubled: String = (0..60).map(|i| format!("let x{} = (x{i}, x{i});\n", i + 1)).collect();
    survives(
        "tuples that double",
        format!(
            "fn same<T>(a: T, b: (T, T)) -> T {{}} fn f(x0: u8) {{ {doubled} same(x60, (x60, x60)).0.x(); }}"
        ),
    );
    let chain = ".a(1).b(|x| x.a(2))".repeat(5_000);
    survives(
        "a long chain of known methods",
        format!(
            "struct S; impl S {{ fn a(&self, x: u8) -> &Self {{}} fn b(&self, f: impl Fn(&S) -> &S) -> &S {{}} }}
                fn f(s: S) {{ s{chain}; }}"
        ),
    );
    let adapters = ".map(|x| x.y()).filter(|x| x.z()).enumerate()".repeat(3_000);
    survives("a long chain of adapters", format!("struct S; fn f(s: Vec<S>) {{ s.iter(){adapters}; }}"));
    survives(
        "closures in closures",
        format!(
            "struct S; impl S {{ fn w<R>(&self, f: impl Fn(&S) -> R) -> R {{}} }} fn f(s: &S) {{ {}; }}",
            nested("s.w(|s| ", "s.x()", ")", 1_000)
        ),
    );
    let traits: String =
        (0..200).map(|i| format!("trait T{i}: T{} {{ fn m{i}(&self); }}\n", i + 1)).collect();
    let all: String = (0..200).map(|i| format!(" + T{i}")).collect();
    let calls: String = (0..200).step_by(5).map(|i| format!("t.m{i}(); u.m{i}(); v.m{i}();\n")).collect();
    survives(
        "many supertraits",
        format!(
            "{traits} trait T200 {{}} trait All: Sized{all} {{}} fn f<T: T0, U: All, V: Sized{all}>(t: T, u: U, v: V) {{ {calls} }}"
        ),
    );
    let impls: String = (0..1_000)
        .map(|i| format!("impl From<X{i}> for S {{ fn from(x: X{i}) -> S {{}} }} struct X{i};\n"))
        .collect();
    survives(
        "many impls of one trait",
        format!("struct S; {impls} fn f(s: S) {{ {} }}", "s.from().x();".repeat(1_000)),
    );
    let blankets: String = (0..300)
        .map(|i| format!("trait B{i} {{ fn m(&self) {{}} }} impl<T: A{i}> B{i} for T {{}} trait A{i} {{}}\n"))
        .collect();
    survives("many blanket impls", format!("struct S; {blankets} fn f(s: S) {{ {} }}", "s.m();".repeat(300)));
}

#[test]
fn hostile_macros() {
    for (name, rules, call) in [
        ("calls itself", "() => { m!() };", "m!()"),
        ("grows", "($($x:tt)*) => { m!($($x)* x) };", "m!()"),
        ("doubles", "($($x:tt)*) => { m!($($x)* $($x)*) };", "m!(x)"),
        ("calls itself twice", "() => { m!(); m!() };", "m!()"),
        ("doubles calls", "($($x:tt)*) => { m!($($x)* x); m!($($x)* x); };", "m!()"),
        ("defines itself", "() => { macro_rules! m { () => { m!() }; } m!() };", "m!()"),
        ("is broken", "( => {", "m!("),
        ("has no rule", "", "m!()"),
        ("has unknown variables", "($x:nothing) => { $x $y $($z)* };", "m!(1)"),
        ("repeats nothing", "($()*) => { $()* }; ($($x:vis)*) => { $($x)* };", "m!()"),
        ("nests repetitions", "($($($x:tt)*;)*) => { $($($x)* $($x)*)* };", "m!(a b; c d;)"),
        (
            "has many ways to match",
            "($($a:tt)* $($b:tt)* $($c:tt)* end) => {};",
            "m!(a a a a a a a a a a a a a a a a b)",
        ),
    ] {
        survives(&format!("{name}, in a body"), format!("macro_rules! m {{ {rules} }} {}", body(call)));
        survives(&format!("{name}, among items"), format!("macro_rules! m {{ {rules} }} {call};"));
    }
    let levels: String = (0..40)
        .map(|i| format!("macro_rules! m{i} {{ ($($x:tt)*) => {{ m{}! {{ $($x)* $($x)* }} }}; }}\n", i + 1))
        .collect();
    survives(
        "an argument that doubles",
        format!("macro_rules! m40 {{ ($($x:tt)*) => {{}}; }} {levels} m0! {{ x }}"),
    );
    let levels: String = (0..40)
        .map(|i| format!("macro_rules! m{i} {{ () => {{ m{0}! {{}} m{0}! {{}} }}; }}\n", i + 1))
        .collect();
    survives(
        "calls that double",
        format!("macro_rules! m40 {{ () => {{ fn f() {{}} }}; }} {levels} m0! {{}}"),
    );
    let rule = format!("macro_rules! m {{ ({}) => {{}}; }}", "$($x:tt)* ".repeat(50));
    survives("many repetitions in a row", format!("{rule} m!({});", "a ".repeat(200)));
    let long = "a ".repeat(20_000);
    survives(
        "a long argument",
        format!("macro_rules! m {{ ($($x:ident)*) => {{ $(fn $x() {{}})* }}; }} m!({long});"),
    );
    survives(
        "a long list of expressions",
        format!(
            "macro_rules! m {{ ($($x:expr),*) => {{ $($x;)* }}; }} fn f() {{ m!(1{}); }}",
            ", 1".repeat(5_000)
        ),
    );
    survives(
        "a long muncher",
        format!(
            "macro_rules! m {{ () => {{}}; ($x:tt $($y:tt)*) => {{ m!($($y)*); }}; }} m!({});",
            "a ".repeat(1_000)
        ),
    );
}

#[test]
fn broken_text() {
    for (name, text) in [
        ("empty", ""),
        ("one line break", "\n"),
        ("byte order mark", "\u{feff}"),
        ("byte order mark before code", "\u{feff}fn f() {}"),
        ("shebang", "#!/usr/bin/env run\nfn f() {}"),
        ("shebang alone", "#!"),
        ("shebang and byte order mark", "\u{feff}#!/x\nfn f() {}"),
        ("inner attribute", "#![allow(x)]\nfn f() {}"),
        ("comments only", "// a\n/* b */\n//! c"),
        ("carriage returns", "mod a {\r\n    pub fn f() {}\r\n}\r\nfn g() {\r\n    a::f();\r\n}\r\n"),
    ] {
        let graph = files(name, &[("src/lib.rs", text.into())]);
        assert_eq!(problems(&graph), [], "{name}");
    }
    for (name, text) in [
        ("NUL", "fn f() {}\0"),
        ("open string", "fn f() { \"abc }"),
        ("open raw string", "fn f() { r##\"abc\"# }"),
        ("open comment", "/* fn f() {}"),
        ("open character", "fn f() { ' }"),
        ("open brace", "fn f() {"),
        ("closing brace", "}"),
        ("wrong bracket", "fn f() { (] }"),
        ("binary", "\u{1}\u{2}\u{7f}\u{fffd}"),
        ("a word", "hello"),
        ("conflict", "<<<<<<< HEAD\nfn f() {}\n=======\nfn g() {}\n>>>>>>> x"),
    ] {
        let graph = files(name, &[("src/lib.rs", text.into())]);
        assert_eq!(problems(&graph), [ProblemKind::SyntaxError], "{name}");
    }
}

#[test]
fn lines_and_columns_survive_what_is_stripped() {
    for prefix in ["", "\u{feff}", "#!/usr/bin/env run", "\u{feff}#!/x"] {
        for end in ["\n", "\r\n"] {
            let text = ["", "mod a { pub fn f() {} }", "fn g() { /* ä */ a::f(); }"].join(end);
            let graph = files(prefix, &[("src/lib.rs", format!("{prefix}{text}"))]);
            let places: Vec<_> = graph.model().references.iter().map(|r| (r.line, r.column)).collect();
            assert_eq!(places, [(3, 21)], "{prefix:?} {end:?}");
        }
    }
}

/// A tree whose files cannot be read.
struct Unreadable(ReadError);

impl Tree for Unreadable {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        match path {
            "src/lib.rs" => Ok("mod a; fn f() { a::g() }".into()),
            "src/a.rs" => Err(self.0.clone()),
            _ => Err(ReadError::NotFound),
        }
    }

    fn rust_files(&self) -> Vec<String> {
        vec!["src/a.rs".into(), "src/lib.rs".into()]
    }

    fn sql_files(&self) -> Vec<String> {
        Vec::new()
    }
}

#[test]
fn unreadable_files() {
    for error in [ReadError::NotUtf8, ReadError::Outside, ReadError::Io("denied".into())] {
        let graph = resolve("unreadable", &workspace(Unreadable(error)));
        assert_eq!(problems(&graph), [ProblemKind::Unreadable]);
        // What is named in it is the module.
        assert_eq!(graph.model().references.len(), 1);
    }
    let nothing = resolve("nothing", &workspace(MemoryTree::default()));
    assert_eq!(problems(&nothing), [ProblemKind::Unreadable]);
}

#[test]
fn values_that_grow() {
    let lines = |line: &dyn Fn(usize) -> String, times| (0..times).map(line).collect::<String>();
    let text = lines(&|i| format!("let s{} = format!(\"{{s{i}}} from {{s{i}}}\");\n", i + 1), 200);
    survives("strings that double", format!("fn f() {{ let s0 = \"select\"; {text} sqlx::query(&s200); }}"));
    let text = lines(&|i| format!("s = s + \" or {i}\";\n"), 3_000);
    survives(
        "a string that grows",
        format!("fn f() {{ let mut s = \"select\".to_string(); {text} sqlx::query(&s); }}"),
    );
    let tuples = lines(&|i| format!("let t{} = (t{i}, t{i}, \"users\");\n", i + 1), 300);
    survives(
        "tuples of tuples",
        format!(
            "fn f() {{ let t0 = \"users\"; {tuples} sqlx::query(t300); g(t300) }} fn g<T>(t: T) -> T {{ t }}"
        ),
    );
    let lists = lines(&|i| format!("let t{} = [t{i}, t{i}];\n", i + 1), 2_000);
    survives(
        "lists of lists",
        format!("fn f() {{ let t0 = \"users\"; {lists} for x in t2000 {{ sqlx::query(x); }} }}"),
    );
    let names: String = (0..500).map(|i| format!("\"t{i}\", ")).collect();
    survives(
        "every pair of many names",
        format!(
            "fn f() {{ for a in [{names}] {{ for b in [{names}] {{ sqlx::query(&format!(\"SELECT * FROM {{a}}, {{b}}\")); }} }} }}"
        ),
    );
    survives(
        "functions that call each other with longer strings",
        "fn f(s: &str) -> String { g(&format!(\"{s} from a\")) } fn g(s: &str) -> String { sqlx::query(s); f(&format!(\"{s}{s}\")) }"
            .to_owned(),
    );
    let joins = ".inner_join(users::table)".repeat(3_000);
    survives(
        "a long chain of joins",
        format!("diesel::table! {{ users (id) {{ id -> Integer, }} }} fn f() {{ users::table{joins}; }}"),
    );
    let queries = lines(&|i| format!("let q{} = q{i}.filter(exists(q{i}));\n", i + 1), 300);
    survives(
        "queries inside queries",
        format!(
            "diesel::table! {{ users (id) {{ id -> Integer, }} }} use diesel::dsl::exists; fn f() {{ let q0 = users::table; {queries} }}"
        ),
    );
    let calls = lines(&|i| format!("fn f{i}(c: &mut C) {{ f{}(c); f{}(c); }}\n", i + 1, i + 2), 400);
    survives(
        "transactions through every way down",
        format!("type C = diesel::PgConnection; {calls} fn f(c: &mut C) {{ c.transaction(|c| f0(c)); }}"),
    );
}
