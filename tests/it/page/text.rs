//! The page as text, read with a parser that is not ours: it is as it should be where there is no browser, too.

use super::{sample, written};
use modcheck::output::readiness::Audited;
use modcheck::readiness::{Cell, MatrixModule};
use roxmltree::{Document, Node};
use std::collections::BTreeSet;

/// The page as XML: without what XML does not know, the text of scripts and styles.
fn as_xml(page: &str) -> String {
    let mut rest = page.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let mut out = String::new();
    // The first ends of both are those that the browser finds.
    while let Some(start) = ["<script>", "<style"].iter().filter_map(|tag| rest.find(tag)).min() {
        let tag = if rest[start..].starts_with("<script") { "script" } else { "style" };
        let inside = start + rest[start..].find('>').unwrap() + 1;
        let end = inside + rest[inside..].find(&format!("</{tag}>")).unwrap();
        out.push_str(&rest[..inside]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    ["meta", "br", "col"].iter().fold(out, |text, void| closed(&text, void))
}

/// Elements that hold nothing, with the end that HTML does without.
fn closed(text: &str, name: &str) -> String {
    let mut out = String::new();
    let start = format!("<{name}");
    let mut parts = text.split(&start);
    out.push_str(parts.next().unwrap());
    for part in parts {
        let end = part.find('>').unwrap();
        let is_void = end == 0 || part.starts_with(' ');
        out.push_str(&format!("{start}{}{}{}", &part[..end], if is_void { "/" } else { "" }, &part[end..]));
    }
    out
}

fn attributes<'a>(document: &'a Document) -> impl Iterator<Item = (&'a str, &'a str)> {
    let attributes = document.descendants().flat_map(|node| node.attributes());
    attributes.map(|attribute| (attribute.name(), attribute.value()))
}

fn is(node: &Node, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

#[test]
fn it_consists_of_what_the_program_writes_and_of_text() {
    let xml = as_xml(&written(&sample::audited()));
    let document = Document::parse(&xml).unwrap();
    let elements: BTreeSet<&str> =
        document.descendants().filter(|node| node.is_element()).map(|node| node.tag_name().name()).collect();
    let never = ["img", "iframe", "object", "embed", "form", "input", "link", "base", "foreignObject", "use"];
    assert!(never.iter().all(|name| !elements.contains(name)), "{elements:?}");
    assert_eq!(document.descendants().filter(|node| is(node, "script")).count(), 1);
    for (name, value) in attributes(&document) {
        assert!(!name.starts_with("on") && !["style", "src", "action"].contains(&name), "{name}={value}");
        assert!(name != "href" || value.starts_with('#'), "{name}={value}");
    }
    let forbidden = |c: &char| c.is_control() && *c != '\n' || "\u{202e}\u{2066}\u{200b}".contains(*c);
    assert_eq!(xml.chars().find(forbidden), None);
}

#[test]
fn ids_are_unique_made_of_indices_and_all_that_is_led_to() {
    let xml = as_xml(&written(&sample::audited()));
    let document = Document::parse(&xml).unwrap();
    let of = |wanted: &'static str| attributes(&document).filter(move |(name, _)| *name == wanted);
    let ids: BTreeSet<&str> = of("id").map(|(_, id)| id).collect();
    assert_eq!(ids.len(), of("id").count(), "an id stands there twice");
    assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')), "{ids:?}");
    let targets = of("href").map(|(_, href)| &href[1..]).chain(of("aria-labelledby").map(|(_, id)| id));
    let lost: Vec<&str> = targets.filter(|id| !ids.contains(id)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn headings_stand_in_order_and_tables_say_what_their_headers_are_of() {
    let xml = as_xml(&written(&sample::audited()));
    let document = Document::parse(&xml).unwrap();
    let level = |node: &Node| -> Option<usize> {
        node.tag_name().name().strip_prefix('h').filter(|rest| rest.len() == 1)?.parse().ok()
    };
    let levels: Vec<usize> = document.descendants().filter_map(|node| level(&node)).collect();
    assert_eq!(levels.first(), Some(&1));
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    let headers: Vec<Node> = document.descendants().filter(|node| is(node, "th")).collect();
    assert!(headers.len() > 50 && headers.iter().all(|node| node.attribute("scope").is_some()));
    assert_eq!(document.root_element().attribute("lang"), Some("en"));
}

/// Where of some crossings nothing was judged, that is said, and no bar that counts them is filled.
#[test]
fn what_was_not_judged_is_never_shown_as_safe() {
    let mut audited = sample::audited();
    let whole = written(&audited);
    for module in &mut audited.audit.modules {
        module.dimensions.iter_mut().for_each(|dimension| dimension.judged = true);
    }
    let judged = written(&audited);
    let doubts = [
        "Nothing was judged about configuration and environment",
        "≤",
        "class=\"bar-safe bar-doubtful\"",
        "<span class=\"figure\">not judged</span>",
    ];
    for sign in doubts {
        assert!(whole.contains(sign) && !judged.contains(sign), "{sign}");
    }
    // A part of a topic that a rule could say nothing about is a remark.
    for text in [&whole, &judged] {
        assert!(text.contains("no module lists <code>env</code>") && text.contains("not judged by <code>"));
    }
}

#[test]
fn one_record_says_that_the_next_run_draws_a_line() {
    let mut audited = sample::audited();
    assert_eq!(written(&audited).matches("<polyline").count(), 7);
    audited.trend.truncate(1);
    let page = written(&audited);
    assert!(page.contains("One run is on record: the next one draws a line.") && !page.contains("<polyline"));
}

#[test]
fn a_graph_that_is_too_large_is_not_drawn() {
    let mut audited = sample::audited();
    assert_eq!(written(&audited).matches("class=\"modcheck\"").count(), 1);
    audited.graph.nodes = vec![audited.graph.nodes[0].clone(); 2_000];
    let page = written(&audited);
    assert!(page.contains("It is too large to draw: 2000 nodes and 18 edges."));
    assert!(!page.contains("class=\"modcheck\""));
}

#[test]
fn the_same_audit_gives_the_same_bytes() {
    assert_eq!(written(&sample::audited()), written(&sample::audited()));
}

/// Sixty modules with five thousand crossings.
pub fn large() -> Audited {
    const MODULES: usize = 60;
    const STEPS: [usize; 14] = [1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41];
    let mut audited = sample::audited();
    let audit = &mut audited.audit;
    let name = |index: usize| format!("module_{index}");
    let card = audit.modules[1].clone();
    audit.modules = (0..MODULES)
        .map(|index| modcheck::readiness::ModuleAudit { name: name(index), ..card.clone() })
        .collect();
    audit.matrix.modules =
        (0..MODULES).map(|index| MatrixModule { name: name(index), kind: "domain" }).collect();
    let sites = audit.matrix.cells[3].sites[..6].to_vec();
    let kinds = [(modcheck::rules::CrossingKind::Reference, 6)];
    let cell = |from: usize, to: usize| Cell {
        from,
        to,
        kinds: kinds.into(),
        blocked: from % 3,
        sites: sites.clone(),
        ..Cell::default()
    };
    let pairs = (0..MODULES).flat_map(|from| STEPS.map(|step| (from, (from + step) % MODULES)));
    let mut pairs: Vec<(usize, usize)> = pairs.collect();
    pairs.sort_unstable();
    audit.matrix.cells = pairs.into_iter().map(|(from, to)| cell(from, to)).collect();
    audit.matrix.cycles = vec![(0..MODULES).collect()];
    audited
}

#[test]
fn a_large_page_is_not_too_large() {
    let audited = large();
    let crossings = audited.audit.matrix.cells.iter().flat_map(|cell| cell.kinds.values()).sum::<usize>();
    assert!(crossings > 5_000);
    let size = written(&audited).len();
    assert!(size < 8 << 20, "{size} bytes");
}
