//! Programs by chance. Whatever the numbers are, the program is valid: they only choose among what is possible.

use super::dice::Dice;
use super::program::*;
use proptest::collection::vec;
use proptest::prelude::*;

/// How deep modules are nested, the root of the crate not counted.
const DEPTH: usize = 3;
const KINDS: [Kind; 7] =
    [Kind::Fn, Kind::Struct, Kind::Const, Kind::Enum, Kind::Trait, Kind::Impl, Kind::TraitImpl];

/// A number for each thing that a program has, out of which everything about that thing is chosen.
#[derive(Clone, Debug)]
struct Numbers {
    crates: Vec<u64>,
    modules: Vec<u64>,
    items: Vec<u64>,
    phrases: Vec<u64>,
    facades: Vec<u64>,
    ways: Vec<u64>,
}

pub fn programs() -> impl Strategy<Value = Program> {
    let numbers = |size| vec(any::<u64>(), size);
    let all =
        (numbers(1..=3), numbers(1..=7), numbers(4..=14), numbers(1..=20), numbers(0..=6), numbers(1..=30));
    all.prop_map(|(crates, modules, items, phrases, facades, ways)| {
        build(&Numbers { crates, modules, items, phrases, facades, ways })
    })
}

fn build(numbers: &Numbers) -> Program {
    let mut program = Program::default();
    for (ix, &number) in numbers.crates.iter().enumerate() {
        let mut dice = Dice::few(number);
        let edition = [2021, 2018, 2024][dice.below(3)];
        let renames_dependencies = dice.below(4) == 3;
        program.crates.push(Crate { name: format!("lib{ix}"), edition, renames_dependencies });
        let module = module(&mut dice, ix, None);
        program.modules.push(module);
    }
    for &number in &numbers.modules {
        let mut dice = Dice::few(number);
        let depth = |ix: usize| program.home(Entity::Module(ix)).len() - 1;
        let parents: Vec<usize> = (0..program.modules.len()).filter(|&ix| depth(ix) < DEPTH).collect();
        let parent = dice.of(&parents).expect("the root of a crate");
        program.modules.push(module(&mut dice, program.modules[parent].krate, Some(parent)));
    }
    numbers.items.iter().for_each(|&number| add_item(&mut program, &mut Dice::few(number)));
    numbers.phrases.iter().for_each(|&number| add_phrase(&mut program, &mut Dice::few(number)));
    numbers.facades.iter().for_each(|&number| {
        let facade = facade(&program, &mut Dice::few(number));
        program.add_facade(facade);
    });
    let mut ways = numbers.ways.iter().cycle();
    program.each_name(|before, site, name| {
        name.way = way(before, site, name.of, &mut Dice::few(*ways.next().expect("endless")));
    });
    program
}

fn module(dice: &mut Dice, krate: usize, parent: Option<ModuleIx>) -> Module {
    let form = [Form::Inline, Form::File, Form::Folder][dice.below(3)];
    Module {
        krate,
        parent,
        form,
        grouped: dice.flip(),
        imports_last: dice.below(4) == 3,
        decoys: dice.below(4) == 3,
    }
}

fn name(of: Entity) -> Name {
    Name { of, way: Way::default() }
}

/// What code in a crate can name, of some kinds.
fn known(program: &Program, krate: usize, kinds: &[Kind]) -> Vec<Entity> {
    let fits = |entity: &Entity| {
        matches!(*entity, Entity::Item(ix) if kinds.contains(&program.items[ix].kind))
            && program.krate(*entity) <= krate
    };
    program.entities().into_iter().filter(fits).collect()
}

fn add_item(program: &mut Program, dice: &mut Dice) {
    let kind = KINDS[dice.below(KINDS.len())];
    let mut module = dice.below(program.modules.len());
    let krate = program.modules[module].krate;
    let mut header = Vec::new();
    match kind {
        Kind::Fn | Kind::Enum | Kind::Trait => {}
        Kind::Const => header.extend(dice.of(&known(program, krate, &[Kind::Const])).map(name)),
        Kind::Struct => {
            let types = known(program, krate, &[Kind::Struct, Kind::Enum]);
            header.extend((0..dice.below(3)).filter_map(|_| dice.of(&types)).map(name));
        }
        Kind::Impl | Kind::TraitImpl => {
            let last = program.crates.len();
            let Some(ty) = dice.of(&known(program, last, &[Kind::Struct, Kind::Enum])) else { return };
            // It stands in the crate of its type, or in that of its trait if that one uses the other.
            let mut krate = program.krate(ty);
            if kind == Kind::TraitImpl {
                let Some(of) = dice.of(&known(program, last, &[Kind::Trait])) else { return };
                let same =
                    |item: &Item| item.kind == kind && item.header[0].of == of && item.header[1].of == ty;
                if program.items.iter().any(same) {
                    return;
                }
                krate = krate.max(program.krate(of));
                header.push(name(of));
            }
            header.push(name(ty));
            module = dice.of(&program.modules_in(krate..=krate)).expect("the root of a crate");
        }
    }
    program.items.push(Item { module, kind, header, body: Vec::new() });
}

fn add_phrase(program: &mut Program, dice: &mut Dice) {
    let has_body =
        |ix: &usize| matches!(program.items[*ix].kind, Kind::Fn | Kind::Trait | Kind::Impl | Kind::TraitImpl);
    let bodies: Vec<ItemIx> = (0..program.items.len()).filter(has_body).collect();
    let Some(owner) = dice.of(&bodies) else { return };
    let krate = program.modules[program.items[owner].module].krate;
    let targets: Vec<ItemIx> = (0..program.items.len())
        .filter(|&ix| program.modules[program.items[ix].module].krate <= krate)
        .collect();
    let target = dice.of(&targets).expect("the owner at least");
    let (form, of) = phrasing(program, target, dice);
    let phrase = Phrase { form, names: of.into_iter().map(name).collect(), in_macro: dice.below(4) == 3 };
    program.items[owner].body.push(phrase);
}

/// One of the statements that an item can be named in.
fn phrasing(program: &Program, target: ItemIx, dice: &mut Dice) -> (Phrasing, Vec<Entity>) {
    let item = Entity::Item(target);
    let header: Vec<Entity> = program.items[target].header.iter().map(|name| name.of).collect();
    let (forms, of): (&[Phrasing], Vec<Entity>) = match program.items[target].kind {
        Kind::Fn => (&[Phrasing::Call, Phrasing::Value], vec![item]),
        Kind::Const => (&[Phrasing::Value, Phrasing::Pattern], vec![item]),
        Kind::Struct => (&[Phrasing::Type, Phrasing::Fields], vec![item]),
        Kind::Enum if dice.flip() => {
            (&[Phrasing::Value, Phrasing::Pattern], vec![Entity::Variant(target, dice.below(VARIANTS))])
        }
        Kind::Enum => (&[Phrasing::Type], vec![item]),
        Kind::Trait => (&[Phrasing::Bound], vec![item]),
        Kind::Impl => (&[Phrasing::New(target)], header),
        Kind::TraitImpl => {
            let method = if dice.flip() { Method::Required } else { Method::Default };
            let forms = [Phrasing::Qualified(target, method), Phrasing::Imported(target, method)];
            return (forms[dice.below(2)], vec![header[1], header[0]]);
        }
    };
    (forms[dice.below(forms.len())], of)
}

/// A facade for anything, in any place; it may make no sense there.
pub fn facade(program: &Program, dice: &mut Dice) -> Facade {
    let module = dice.below(program.modules.len());
    let targets = program.facades.iter().filter_map(|facade| match facade.kind {
        FacadeKind::Named(target, _) | FacadeKind::Glob(target) => Some(target),
        FacadeKind::GlobOver(_) => None,
    });
    // Facades of one thing make chains.
    let again = if dice.flip() { dice.of(&targets.collect::<Vec<_>>()) } else { None };
    let target = again.or_else(|| dice.of(&program.entities())).expect("the root of a crate");
    facade_for(program, module, target, dice)
}

/// A facade for something or for what is around it, in a module; it may make no sense there.
pub fn facade_for(program: &Program, module: ModuleIx, target: Entity, dice: &mut Dice) -> Facade {
    let start = start(dice);
    let target = if dice.flip() { program.parent(target).unwrap_or(target) } else { target };
    let others = program.facades_for(module, target);
    let alias = [None, Some(program.facades.len())][dice.below(2)];
    let via = if dice.flip() { dice.of(&others) } else { None };
    let is_outer = |entity: Entity| program.entities().iter().any(|&e| program.parent(e) == Some(entity));
    let over: Vec<FacadeIx> = others.into_iter().filter(|&ix| program.facades[ix].module != module).collect();
    let kind = match (dice.below(3), dice.of(&over)) {
        (1, _) if is_outer(target) => FacadeKind::Glob(target),
        (2, Some(other)) => return Facade { module, kind: FacadeKind::GlobOver(other), start, via: None },
        _ => FacadeKind::Named(target, alias),
    };
    Facade { module, kind, start, via }
}

fn start(dice: &mut Dice) -> Start {
    [Start::Crate, Start::Super, Start::Near][dice.below(3)]
}

/// Any way to write a name.
pub fn way(program: &Program, site: ModuleIx, of: Entity, dice: &mut Dice) -> Way {
    let start = start(dice);
    let import = if dice.below(3) == 0 { None } else { Some(import(dice)) };
    let via = if dice.flip() { dice.of(&program.facades_for(site, of)) } else { None };
    Way { start, import, via, by_self: dice.below(4) == 3 }
}

pub fn import(dice: &mut Dice) -> Import {
    let what = [Imported::Item, Imported::Holder, Imported::Glob][dice.below(3)];
    Import { what, in_body: dice.flip(), alias: [None, Some(1), Some(2)][dice.below(3)] }
}
