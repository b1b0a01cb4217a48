//! Changes to a program that leave its meaning as it is. To add one, write a function and put it into [`ALL`].

use super::dice::Dice;
use super::generate;
use super::program::*;

/// A change; the dice say where it is made.
pub struct Transform {
    pub name: &'static str,
    pub apply: fn(&mut Program, &mut Dice),
}

const fn named(name: &'static str, apply: fn(&mut Program, &mut Dice)) -> Transform {
    Transform { name, apply }
}

pub const ALL: [Transform; 19] = [
    named("rename imports", rename_imports),
    named("move imports into bodies", imports_into_bodies),
    named("move imports out of bodies", imports_out_of_bodies),
    named("replace paths by imports", paths_to_imports),
    named("replace imports by full paths", imports_to_paths),
    named("replace imports by globs", imports_to_globs),
    named("import what holds the item", imports_of_holders),
    named("begin paths elsewhere", begin_elsewhere),
    named("add a facade", add_facade),
    named("add facades in a row", add_facades_in_a_row),
    named("go through facades", through_facades),
    named("go past facades", past_facades),
    named("split modules into files", into_files),
    named("turn files into folders", files_into_folders),
    named("put modules in line", in_line),
    named("fold imports", fold_imports),
    named("shadow other names", shadow),
    named("name the own type by Self", by_self),
    named("rename dependencies", rename_dependencies),
];

/// Changes some of the names that are imported.
fn each_import(program: &mut Program, dice: &mut Dice, change: fn(&mut Import, &mut Dice)) {
    program.each_name(|_, _, name| {
        if let Some(import) = &mut name.way.import
            && dice.flip()
        {
            change(import, dice);
        }
    });
}

/// Changes how some of the modules are written.
fn each_module(program: &mut Program, dice: &mut Dice, change: fn(&mut Module)) {
    program.modules.iter_mut().filter(|_| dice.flip()).for_each(change);
}

fn rename_imports(program: &mut Program, dice: &mut Dice) {
    each_import(program, dice, |import, dice| {
        import.alias = if import.alias.is_some() && dice.flip() { None } else { Some(3 + dice.below(2)) };
    });
}

fn imports_into_bodies(program: &mut Program, dice: &mut Dice) {
    each_import(program, dice, |import, _| import.in_body = true);
}

fn imports_out_of_bodies(program: &mut Program, dice: &mut Dice) {
    each_import(program, dice, |import, _| import.in_body = false);
}

fn paths_to_imports(program: &mut Program, dice: &mut Dice) {
    program.each_name(|_, _, name| {
        if name.way.import.is_none() && dice.flip() {
            name.way.import = Some(generate::import(dice));
        }
    });
}

fn imports_to_paths(program: &mut Program, dice: &mut Dice) {
    program.each_name(|_, _, name| {
        if dice.flip() {
            name.way.import = None;
        }
    });
}

fn imports_to_globs(program: &mut Program, dice: &mut Dice) {
    each_import(program, dice, |import, _| import.what = Imported::Glob);
}

fn imports_of_holders(program: &mut Program, dice: &mut Dice) {
    each_import(program, dice, |import, _| import.what = Imported::Holder);
}

fn begin_elsewhere(program: &mut Program, dice: &mut Dice) {
    let mut start = || [Start::Crate, Start::Super, Start::Near][dice.below(3)];
    program.each_name(|_, _, name| name.way.start = start());
    program.facades.iter_mut().for_each(|facade| facade.start = start());
}

/// Something that is named, and the module that names it.
fn a_name(program: &mut Program, dice: &mut Dice) -> Option<(ModuleIx, Entity)> {
    let mut named = Vec::new();
    program.each_name(|_, site, name| named.push((site, name.of)));
    dice.of(&named)
}

/// Lets everything that can see a facade go through it.
fn go_through(program: &mut Program, facade: FacadeIx) {
    program.each_name(|before, site, name| {
        if before.facades_for(site, name.of).contains(&facade) {
            name.way.via = Some(facade);
        }
    });
}

/// Puts a facade in front of something that is named.
fn add_facade(program: &mut Program, dice: &mut Dice) {
    let Some((site, target)) = a_name(program, dice) else { return };
    let places = program.modules_in(program.krate(target)..=program.modules[site].krate);
    let Some(module) = dice.of(&places) else { return };
    let facade = generate::facade_for(program, module, target, dice);
    if let Some(added) = program.add_facade(facade) {
        go_through(program, added);
    }
}

/// Puts a facade in front of something that is named, and others in front of that, in modules in any order.
fn add_facades_in_a_row(program: &mut Program, dice: &mut Dice) {
    let Some((site, target)) = a_name(program, dice) else { return };
    let krate = program.modules[site].krate;
    let places = program.modules_in(krate..=krate);
    let mut last = None;
    for _ in 0..6 {
        let Some(module) = dice.of(&places) else { return };
        let kind = FacadeKind::Named(target, Some(program.facades.len()));
        last = program.add_facade(Facade { module, kind, start: Start::Near, via: last }).or(last);
    }
    if let Some(last) = last {
        go_through(program, last);
    }
}

fn through_facades(program: &mut Program, dice: &mut Dice) {
    program.each_name(|before, site, name| {
        if let Some(via) = dice.of(&before.facades_for(site, name.of)) {
            name.way.via = Some(via);
        }
    });
}

fn past_facades(program: &mut Program, dice: &mut Dice) {
    program.each_name(|_, _, name| {
        if dice.flip() {
            name.way.via = None;
        }
    });
}

fn into_files(program: &mut Program, dice: &mut Dice) {
    each_module(program, dice, |module| module.form = Form::File);
}

fn files_into_folders(program: &mut Program, dice: &mut Dice) {
    each_module(program, dice, |module| {
        if module.form == Form::File {
            module.form = Form::Folder;
        }
    });
}

fn in_line(program: &mut Program, dice: &mut Dice) {
    each_module(program, dice, |module| module.form = Form::Inline);
}

fn fold_imports(program: &mut Program, dice: &mut Dice) {
    each_module(program, dice, |module| module.grouped = !module.grouped);
    each_module(program, dice, |module| module.imports_last = !module.imports_last);
}

fn shadow(program: &mut Program, dice: &mut Dice) {
    each_module(program, dice, |module| module.decoys = !module.decoys);
}

fn by_self(program: &mut Program, dice: &mut Dice) {
    program.each_name(|_, _, name| name.way.by_self = dice.flip());
}

fn rename_dependencies(program: &mut Program, dice: &mut Dice) {
    for krate in &mut program.crates {
        krate.renames_dependencies = dice.flip();
    }
}
