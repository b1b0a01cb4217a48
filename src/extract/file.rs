//! One file's text to its facts.

use super::exceptions::exceptions;
use super::facts::{FileFacts, Pos};
use super::names::Origin;
use super::walk::Walker;

/// Deepest nesting of delimiters that is parsed; the parser and every walk behind it recurse.
const MAX_NESTING: usize = 200;
/// Most `<` that are open at a time: types nest in them without brackets.
const MAX_ANGLES: usize = 1_000;
/// Longest run of tokens without a separator; operators and method chains nest as deep as they are long.
const MAX_RUN: usize = 4_000;

/// Extracts the facts of one file. Never fails: a file that does not parse has facts that say so.
pub fn extract(text: &str) -> FileFacts {
    let (source, base) = strip_prefix(text);
    let facts = parse(source).map(|file| {
        let mut walker = Walker::new(Origin::File, base as u32);
        walker.enter_attrs(&file.attrs);
        walker.items(&file.items);
        walker.facts.scopes[0].test = walker.test;
        walker.facts.exceptions = exceptions(source, &walker.facts);
        walker.facts.shrink();
        walker.facts
    });
    release_spans();
    facts.unwrap_or_else(|(message, pos)| FileFacts {
        syntax_error: Some((message, pos)),
        ..FileFacts::default()
    })
}

/// Frees what this thread remembers of parsed sources. Spans are only valid on the thread that parsed, and no facts hold
/// one.
pub fn release_spans() {
    proc_macro2::extra::invalidate_current_thread_spans();
}

fn parse(source: &str) -> Result<syn::File, (String, Pos)> {
    if is_suspicious(source) {
        return Err(("the code is nested too deeply to be analysed".into(), Pos { line: 1, column: 1 }));
    }
    syn::parse_str::<syn::File>(source).map_err(|error| {
        let start = error.span().start();
        (error.to_string(), Pos { line: start.line.max(1) as u32, column: start.column as u32 + 1 })
    })
}

/// Leaves out a byte order mark and a shebang line, as the compiler does; returns the rest and how many bytes went.
fn strip_prefix(text: &str) -> (&str, usize) {
    let source = text.strip_prefix('\u{feff}').unwrap_or(text);
    let bom = text.len() - source.len();
    let is_shebang = source.strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('['));
    let skip = if is_shebang { source.find('\n').unwrap_or(source.len()) } else { 0 };
    (&source[skip..], bom + skip)
}

/// A cheap look at the bytes for code that would exhaust the stack. Brackets in strings count too; a file that trips
/// over them is looked at again, token by token.
fn is_suspicious(source: &str) -> bool {
    let (mut depth, mut deepest, mut run, mut longest) = (0usize, 0usize, 0usize, 0usize);
    let (mut angles, mut most_angles) = (0usize, 0usize);
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
                run += 1;
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => run = 0,
            b';' => (run, angles) = (0, 0),
            b'>' => angles = angles.saturating_sub(1),
            b'!' | b'-' | b'*' | b'&' | b'+' | b'.' | b'|' | b'<' | b'=' | b'?' | b'/' | b'^' | b'%'
            | b':' => {
                run += 1;
                longest = longest.max(run);
                angles += usize::from(byte == b'<');
                most_angles = most_angles.max(angles);
            }
            _ => {}
        }
    }
    (deepest > MAX_NESTING || longest > MAX_RUN || most_angles > MAX_ANGLES) && exceeds(source)
}

fn exceeds(source: &str) -> bool {
    let Ok(tokens) = source.parse::<proc_macro2::TokenStream>() else { return true };
    let mut stack = vec![(tokens.into_iter(), 0usize, 0usize)];
    let (mut after_brace, mut braces) = (false, Vec::new());
    while let Some((trees, run, angles)) = stack.last_mut() {
        let next = trees.next();
        // Braces end an item or a statement unless it goes on behind them.
        let goes_on = match &next {
            Some(proc_macro2::TokenTree::Ident(word)) => word == "else",
            Some(proc_macro2::TokenTree::Punct(p)) => p.as_char() != '#',
            _ => false,
        };
        if std::mem::take(&mut after_brace) && !goes_on {
            *run = 0;
        }
        match next {
            None => {
                stack.pop();
                after_brace = braces.pop().unwrap_or(false);
            }
            Some(proc_macro2::TokenTree::Group(group)) => {
                *run += 1;
                braces.push(group.delimiter() == proc_macro2::Delimiter::Brace);
                if group.delimiter() == proc_macro2::Delimiter::Brace {
                    *angles = 0;
                }
                stack.push((group.stream().into_iter(), 0, 0));
            }
            Some(proc_macro2::TokenTree::Punct(p)) => match p.as_char() {
                ',' => *run = 0,
                ';' => (*run, *angles) = (0, 0),
                '<' => (*run, *angles) = (*run + 1, *angles + 1),
                '>' => (*run, *angles) = (*run + 1, angles.saturating_sub(1)),
                _ => *run += 1,
            },
            Some(_) => *run += 1,
        }
        let too_long = |(_, run, angles): &(_, usize, usize)| *run > 2 * MAX_RUN || *angles > MAX_ANGLES;
        if stack.len() > MAX_NESTING || stack.last().is_some_and(too_long) {
            return true;
        }
    }
    false
}
