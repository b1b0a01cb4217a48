//! A program as text, and the imports that this text has.

use super::program::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What a program looks like.
pub struct Rendered {
    /// All its files, as `fixture` reads them.
    pub text: String,
    /// What its `use`s refer to.
    pub uses: Edges,
}

pub fn render(program: &Program) -> Rendered {
    let mut renderer = Renderer { program, files: BTreeMap::new(), uses: Edges::new() };
    for (module, _) in program.modules.iter().enumerate().filter(|(_, module)| module.parent.is_none()) {
        let krate = &program.crates[program.modules[module].krate];
        let items = renderer.module(module, &format!("{}/src", krate.name));
        renderer.files.insert(format!("{}/src/lib.rs", krate.name), items);
    }
    let mut text = String::new();
    for (ix, krate) in program.crates.iter().enumerate() {
        let before = program.crates[..ix].iter();
        let deps: Vec<String> = before
            .map(|other| match dependency(krate, other) {
                name if name == other.name => name,
                name => format!("{name}={}", other.name),
            })
            .collect();
        let deps = if deps.is_empty() { String::new() } else { format!(" deps:{}", deps.join(",")) };
        let root = format!("{}/src/lib.rs", krate.name);
        let items = renderer.files.remove(&root).expect("the root of a crate");
        let _ = write!(text, "//- /{root} crate:{}{deps} edition:{}\n{items}", krate.name, krate.edition);
    }
    for (path, items) in &renderer.files {
        let _ = write!(text, "//- /{path}\n{items}");
    }
    Rendered { text, uses: renderer.uses }
}

/// What a crate calls another.
fn dependency(krate: &Crate, other: &Crate) -> String {
    if krate.renames_dependencies { format!("x_{}", other.name) } else { other.name.clone() }
}

struct Renderer<'a> {
    program: &'a Program,
    files: BTreeMap<String, String>,
    uses: Edges,
}

/// The imports of a module or of a body.
#[derive(Default)]
struct Scope {
    /// Names that are taken, each by what it always stands for.
    bound: Names,
    /// What stands behind `use`.
    imports: BTreeSet<String>,
}

/// Where a name stands.
struct Site<'a> {
    module: ModuleIx,
    /// The type that `Self` is.
    own: Option<Entity>,
    outer: &'a mut Scope,
    /// `None` outside of bodies.
    body: Option<Scope>,
}

impl Renderer<'_> {
    /// The items of a module; the folder is where files of its children are.
    fn module(&mut self, module: ModuleIx, folder: &str) -> String {
        let program = self.program;
        let mut scope = Scope { bound: program.bound(module), ..Scope::default() };
        let mut items = String::new();
        for (child, facts) in
            program.modules.iter().enumerate().filter(|(_, child)| child.parent == Some(module))
        {
            let name = program.name(Entity::Module(child));
            let inside = self.module(child, &format!("{folder}/{name}"));
            let path = match facts.form {
                Form::Inline => {
                    let _ = write!(items, "pub mod {name} {{\n{}}}\n", indented(&inside));
                    continue;
                }
                Form::File => format!("{folder}/{name}.rs"),
                Form::Folder => format!("{folder}/{name}/mod.rs"),
            };
            let _ = writeln!(items, "pub mod {name};");
            self.files.insert(path, inside);
        }
        for ix in (0..program.items.len()).filter(|&ix| program.items[ix].module == module) {
            items.push_str(&self.item(ix, &mut scope));
        }
        for ix in (0..program.facades.len()).filter(|&ix| program.facades[ix].module == module) {
            let _ = writeln!(items, "pub use {};", self.facade(ix));
        }
        if program.modules[module].decoys {
            items.push_str(&self.decoys(module, &mut scope));
        }
        let imports = written_imports(&scope.imports, program.modules[module].grouped);
        if program.modules[module].imports_last { items + &imports } else { imports + &items }
    }

    /// A module with other things under the names that stand in a module, and a glob of it there.
    fn decoys(&mut self, module: ModuleIx, scope: &mut Scope) -> String {
        let by_globs = self.program.bound(module);
        let mut names = self.program.explicit(module);
        names.extend(scope.bound.clone().into_iter().filter(|(name, _)| !by_globs.contains_key(name)));
        let decoy = |(name, to): (&String, &Entity)| {
            let (ty, value) = self.program.namespaces(*to);
            let ty = if ty { format!("    pub struct {name} {{}}\n") } else { String::new() };
            let value = if value { format!("    pub fn {name}() {{}}\n") } else { String::new() };
            ty + &value
        };
        let decoys: String = names.iter().map(decoy).collect();
        let from = self.program.id(Entity::Module(module));
        self.uses.insert((from.clone(), format!("{from}::decoys{module}")));
        scope.imports.insert(format!("self::decoys{module}::*"));
        format!("pub mod decoys{module} {{\n{decoys}}}\n")
    }

    fn facade(&mut self, ix: FacadeIx) -> String {
        let Facade { module, ref kind, start, via } = self.program.facades[ix];
        let (to, alias, glob) = match *kind {
            FacadeKind::Named(target, alias) => (target, alias, false),
            FacadeKind::Glob(target) => (target, None, true),
            FacadeKind::GlobOver(other) => (Entity::Module(self.program.facades[other].module), None, true),
        };
        let steps = self.program.steps(to, via);
        let name = aliased(self.program.name(to), 'v', alias);
        self.import(module, &steps, start, if glob { "*" } else { &name })
    }

    /// What stands behind `use`, for a name or for `*`. It counts as a reference.
    fn import(&mut self, site: ModuleIx, steps: &[Step], start: Start, name: &str) -> String {
        let last = steps.last().expect("a path");
        let path = self.program.id(last.to);
        self.program.add_edge(&mut self.uses, site, last.to, path);
        // `use a;` would import itself, where `a` stands beside it.
        let path = match self.path(site, steps, start) {
            path if path.contains("::") || path == "crate" => path,
            path if steps.len() == 1 => format!("::{path}"),
            path => format!("self::{path}"),
        };
        match name {
            "*" => format!("{path}::*"),
            name if path.ends_with(&format!("::{name}")) => path,
            name => format!("{path} as {name}"),
        }
    }

    /// A path as text.
    fn path(&self, site: ModuleIx, steps: &[Step], start: Start) -> String {
        let joined = |steps: &[Step]| steps.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join("::");
        let here = self.program.home(Entity::Module(site));
        if here[0].to != steps[0].to {
            let crates =
                [site, self.root(steps)].map(|ix| &self.program.crates[self.program.modules[ix].krate]);
            let mut steps = steps.to_vec();
            steps[0].text = dependency(crates[0], crates[1]);
            let colons = if start == Start::Crate { "::" } else { "" };
            return format!("{colons}{}", joined(&steps));
        }
        // Of what both have in common, at least one segment stays.
        let common = here.iter().zip(&steps[..steps.len() - 1]).take_while(|(a, b)| a.to == b.to).count();
        if start == Start::Crate || common == 0 {
            return ["crate"]
                .into_iter()
                .chain(steps[1..].iter().map(|s| s.text.as_str()))
                .collect::<Vec<_>>()
                .join("::");
        }
        let prefix = match here.len() - common {
            0 if start == Start::Near => String::new(),
            0 => "self::".to_string(),
            ups => "super::".repeat(ups),
        };
        prefix + &joined(&steps[common..])
    }

    fn root(&self, steps: &[Step]) -> ModuleIx {
        let Entity::Module(root) = steps[0].to else { panic!("paths begin with a crate") };
        root
    }

    fn item(&mut self, ix: ItemIx, outer: &mut Scope) -> String {
        let program = self.program;
        let item = &program.items[ix];
        let mut site = Site { module: item.module, own: None, outer, body: None };
        let header: Vec<String> = item.header.iter().map(|name| self.written(name, &mut site)).collect();
        site.own = program.type_of(ix);
        site.body = Some(Scope::default());
        let statements: Vec<String> = item.body.iter().map(|phrase| self.phrase(phrase, &mut site)).collect();
        let imports = written_imports(&site.body.unwrap_or_default().imports, false);
        let body = format!("{{\n{}}}", indented(&(imports + &statements.concat())));
        let text = match item.kind {
            Kind::Fn => format!("pub fn f{ix}() {body}"),
            Kind::Const => format!("pub const C{ix}: u8 = {};", header.first().map_or("1", |name| name)),
            Kind::Enum => {
                let variants: Vec<String> =
                    (0..VARIANTS).map(|n| program.name(Entity::Variant(ix, n))).collect();
                format!("pub enum E{ix} {{ {} }}", variants.join(", "))
            }
            Kind::Struct if header.is_empty() => format!("pub struct S{ix};"),
            Kind::Struct => {
                let field = |(n, ty): (usize, &String)| format!("pub x{n}: Option<fn({ty})>");
                let fields: Vec<String> = header.iter().enumerate().map(field).collect();
                format!("pub struct S{ix} {{ {} }}", fields.join(", "))
            }
            Kind::Trait => {
                format!(
                    "pub trait T{ix} {{\n    fn must_t{ix}();\n{}}}",
                    indented(&format!("fn act_t{ix}() {body}\n"))
                )
            }
            Kind::Impl => {
                format!("impl {} {{\n{}}}", header[0], indented(&format!("pub fn new{ix}() {body}\n")))
            }
            Kind::TraitImpl => {
                let must = program.method(ix, Method::Required);
                format!(
                    "impl {} for {} {{\n{}}}",
                    header[0],
                    header[1],
                    indented(&format!("fn {must}() {body}\n"))
                )
            }
        };
        text + "\n"
    }

    fn phrase(&mut self, phrase: &Phrase, site: &mut Site) -> String {
        if let Phrasing::Imported(ix, method) = phrase.form {
            let (ty, tr) = (&phrase.names[0], &phrase.names[1]);
            let steps = self.program.steps(tr.of, tr.way.via);
            let import = self.import(site.module, &steps, tr.way.start, "_");
            let text =
                format!("use {import}; {}::{}();", self.written(ty, site), self.program.method(ix, method));
            return statement(phrase, &text, true);
        }
        let names: Vec<String> = phrase.names.iter().map(|name| self.written(name, site)).collect();
        let name = &names[0];
        let text = match phrase.form {
            Phrasing::Call => format!("{name}();"),
            Phrasing::Value => format!("let _ = {name};"),
            Phrasing::Pattern => format!("if let Some({name}) = None {{}}"),
            Phrasing::Type => format!("let _: Option<{name}> = None;"),
            Phrasing::Fields => format!("if let Some({name} {{ .. }}) = None {{}}"),
            Phrasing::Bound => format!("fn of<X: {name}>() {{}}"),
            Phrasing::New(ix) => format!("{name}::new{ix}();"),
            Phrasing::Qualified(ix, method) => {
                format!("<{name} as {}>::{}();", names[1], self.program.method(ix, method))
            }
            Phrasing::Imported(..) => unreachable!("done above"),
        };
        statement(phrase, &text, phrase.form == Phrasing::Bound)
    }

    /// A name as it stands in its place; what it needs from a `use` is added to the scope.
    fn written(&mut self, name: &Name, site: &mut Site) -> String {
        if name.way.by_self && site.own == Some(name.of) && site.body.is_some() {
            return "Self".to_string();
        }
        let steps = self.program.steps(name.of, name.way.via);
        let (last, holder) = steps.split_last().expect("a path");
        let Some(import) = name.way.import else { return self.path(site.module, &steps, name.way.start) };
        let in_body = import.in_body && site.body.is_some();
        match import.what {
            Imported::Item => {
                let bound = aliased(last.text.clone(), 'r', import.alias);
                self.bind(site, in_body, &steps, name.way.start, &bound);
                bound
            }
            Imported::Holder => {
                let module = holder.last().expect("the holder of an item");
                let is_root = holder.len() == 1;
                // The root of a crate has no name of its own there.
                let alias = if is_root { import.alias.or(Some(0)) } else { import.alias };
                let bound = aliased(module.text.clone(), 'r', alias);
                self.bind(site, in_body, holder, name.way.start, &bound);
                format!("{bound}::{}", last.text)
            }
            Imported::Glob => {
                // A module cannot import itself, and what is there already needs no import.
                let itself = holder.last().expect("the holder of an item").to == Entity::Module(site.module);
                if in_body || !itself && !site.outer.bound.contains_key(&last.text) {
                    let text = self.import(site.module, holder, name.way.start, "*");
                    site.scope(in_body).imports.insert(text);
                }
                last.text.clone()
            }
        }
    }

    /// Imports something under a name, unless the name is there already.
    fn bind(&mut self, site: &mut Site, in_body: bool, steps: &[Step], start: Start, name: &str) {
        let to = steps.last().expect("a path").to;
        if site.scope(in_body).bound.insert(name.to_string(), to).is_none() {
            let text = self.import(site.module, steps, start, name);
            site.scope(in_body).imports.insert(text);
        }
    }
}

impl Site<'_> {
    fn scope(&mut self, in_body: bool) -> &mut Scope {
        match &mut self.body {
            Some(body) if in_body => body,
            _ => self.outer,
        }
    }
}

/// A statement on a line; with an item in it, it needs a block for itself.
fn statement(phrase: &Phrase, text: &str, has_item: bool) -> String {
    match phrase.in_macro {
        true => format!("let _ = vec![{{ {text} }}];\n"),
        false if has_item => format!("{{ {text} }}\n"),
        false => format!("{text}\n"),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// A `use` for each import, or for all that begin alike.
fn written_imports(imports: &BTreeSet<String>, grouped: bool) -> String {
    // The root of a crate cannot be `self` in braces.
    let (together, alone): (Vec<&String>, Vec<&String>) =
        imports.iter().partition(|import| grouped && import.trim_start_matches("::").contains("::"));
    let mut trees: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for import in together {
        let cut = 2 + import[2..].find("::").expect("two segments");
        trees.entry(&import[..cut]).or_default().push(&import[cut + 2..]);
    }
    let trees = trees.into_iter().map(|(first, rest)| format!("{first}::{}", braces(&rest)));
    alone.into_iter().cloned().chain(trees).map(|import| format!("use {import};\n")).collect()
}

/// Imports that begin alike, without what they have in common.
fn braces(imports: &[&str]) -> String {
    if let [only] = imports {
        return only.to_string();
    }
    let mut inner: BTreeMap<&str, (Vec<String>, Vec<&str>)> = BTreeMap::new();
    for import in imports {
        match import.split_once("::") {
            Some((first, rest)) => inner.entry(first).or_default().1.push(rest),
            None => {
                let (name, alias) = import.split_once(" as ").map_or((*import, None), |(n, a)| (n, Some(a)));
                inner.entry(name).or_default().0.push(alias.map_or(String::new(), |a| format!(" as {a}")));
            }
        }
    }
    let mut parts = Vec::new();
    for (name, (ends, rest)) in inner {
        if rest.is_empty() || name == "*" {
            parts.extend(ends.iter().map(|end| format!("{name}{end}")));
            continue;
        }
        let selves: Vec<String> = ends.iter().map(|end| format!("self{end}")).collect();
        let all: Vec<&str> = selves.iter().map(String::as_str).chain(rest).collect();
        parts.push(format!("{name}::{}", braces(&all)));
    }
    format!("{{{}}}", parts.join(", "))
}
