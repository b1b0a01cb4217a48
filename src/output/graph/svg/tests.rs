//! What a picture says, read with a parser of XML that is not ours.

use super::*;
use crate::output::view::Level;
use crate::output::view::tests::{marked, model};
use roxmltree::{Document, Node};

fn draw(view: &View) -> String {
    let mut out = Vec::new();
    write(view, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The groups of a class, each with its other classes and its tooltip.
fn groups<'a>(document: &'a Document, class: &str) -> Vec<(&'a str, &'a str)> {
    let is_of_class = |node: &Node| node.attribute("class").is_some_and(|c| c.split(' ').any(|c| c == class));
    let groups = document.descendants().filter(|node| node.has_tag_name("g") && is_of_class(node));
    let title = |node: &Node<'a, '_>| {
        let title = node.children().find(|child| child.has_tag_name("title"))?;
        Some((node.attribute("class").unwrap_or(""), title.text().unwrap_or("")))
    };
    groups.filter_map(|node| title(&node)).collect()
}

fn texts<'a>(document: &'a Document, class: &str) -> Vec<&'a str> {
    let texts = document.descendants().filter(|node| node.attribute("class") == Some(class));
    texts.filter_map(|node| node.text()).collect()
}

#[test]
fn nodes_and_edges_say_what_they_are() {
    let drawn = draw(&marked());
    let document = Document::parse(&drawn).unwrap();
    assert_eq!(
        groups(&document, "node"),
        [
            ("node t1", "app"),
            ("node t0", r#"hostile"]<script>\u{202e}\u{0}--"#),
            ("node t0", "orders"),
            ("node t0 focus", "payments"),
            ("node stray", "stray"),
        ]
    );
    assert_eq!(texts(&document, "note"), ["top & first", "domain", "domain", "domain"]);
    // The worst comes last, so that nothing covers it.
    assert_eq!(
        groups(&document, "edge"),
        [
            ("edge test", "app -> orders: 2 references in test code"),
            ("edge", r#"app -> hostile"]<script>\u{202e}\u{0}--: 2 references"#),
            ("edge cyclic", "payments -> orders: 2 references\npart of a cycle"),
            (
                "edge data",
                "hostile\"]<script>\\u{202e}\\u{0}-- -> payments: no reference\nthrough data: payments"
            ),
            ("edge warned", "payments -> stray: 2 references\nbreaks leaked-type"),
            (
                "edge denied cyclic",
                "orders -> payments: 2 references\nthrough data: payments\nbreaks chatty-call, private-access\n\
                 part of a cycle"
            ),
            (
                "edge data denied",
                "hostile\"]<script>\\u{202e}\\u{0}-- -> orders: no reference\nthrough data: order_items, orders<, \
                 states\nbreaks foreign-table-write"
            ),
        ]
    );
    let labels = texts(&document, "label");
    assert_eq!(
        labels[..7],
        ["2 test", "2", "2", "payments", "2 ?", "2 !", "order_items, orders< +1 !"],
        "signs tell the edges apart, not only colours"
    );
}

#[test]
fn the_legend_explains_what_occurs() {
    let legend = |view: &View| {
        let drawn = draw(view);
        let document = Document::parse(&drawn).unwrap();
        let legend = document.descendants().find(|n| n.attribute("class") == Some("legend")).unwrap();
        let texts = legend.children().filter(|node| node.has_tag_name("text"));
        texts.filter_map(|node| node.text().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(
        legend(&marked()),
        [
            "uses, in 3 places",
            "breaks a rule",
            "breaks a rule: a warning",
            "part of a cycle",
            "through data alone",
            "through data, breaks a rule",
            "test code alone",
            "belongs to no module",
            "in focus",
            "domain",
            "top & first",
        ]
    );
    let plain = View::new(&model(), Level::Crate, None, None);
    assert_eq!(legend(&plain), ["uses, in 3 places"]);
    assert!(legend(&View::default()).is_empty());
}

#[test]
fn hostile_names_stay_text() {
    let mut view = marked();
    let hostile = "</title><script>alert(1)</script>\u{0}\u{b}\u{1b}\u{fffe}\u{ffff}\u{202e}]]>&#x0;'\"";
    view.nodes[0].id = hostile.into();
    view.nodes[0].cluster = Some(hostile.into());
    view.data[0].resources.insert(hostile.into());
    view.edges[2].violations.insert(hostile.into(), crate::config::policy::Severity::Deny);
    let drawn = draw(&view);
    let document = Document::parse(&drawn).unwrap();
    let tags: BTreeSet<&str> = document.descendants().map(|node| node.tag_name().name()).collect();
    assert_eq!(
        tags.into_iter().collect::<Vec<_>>(),
        ["", "g", "path", "rect", "style", "svg", "text", "title"]
    );
    let forbidden = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{fffe}\u{ffff}".contains(c);
    assert_eq!(drawn.chars().find(|c| forbidden(*c)), None);
    let handlers = document.descendants().flat_map(|node| node.attributes().collect::<Vec<_>>());
    assert!(handlers.into_iter().all(|a| !a.name().starts_with("on") && !a.name().contains("href")));
}

#[test]
fn names_are_not_clipped_and_everything_lies_on_the_paper() {
    let mut view = marked();
    view.nodes[2].id = "a_module_with_a_name_of_exactly_sixty_four_columns_which_is_long".into();
    view.nodes[4].id = format!("{}表", "x::".repeat(100));
    let drawn = draw(&view);
    let document = Document::parse(&drawn).unwrap();
    let names = texts(&document, "name");
    assert_eq!(names[2], view.nodes[2].id);
    assert!(names[4].starts_with('…') && names[4].ends_with("x::表") && names[4].width() <= LONGEST_NAME);
    let number = |node: &Node, name: &str| node.attribute(name).map_or(0.0, |n| n.parse::<f64>().unwrap());
    let root = document.root_element();
    let rects =
        document.descendants().filter(|n| n.has_tag_name("rect") && n.attribute("class") != Some("paper"));
    for rect in rects {
        let right = number(&rect, "x") + number(&rect, "width") + MARGIN;
        let bottom = number(&rect, "y") + number(&rect, "height") + MARGIN;
        assert!(right <= number(&root, "width") && bottom <= number(&root, "height"), "{rect:?}");
    }
    let boxes = document.descendants().filter(|node| {
        node.parent().is_some_and(|p| p.attribute("class").is_some_and(|c| c.starts_with("node")))
            && node.has_tag_name("rect")
            && node.attribute("class").is_none()
    });
    for (rect, name) in boxes.zip(names) {
        let wanted = name.width() as f64 * 13.0 * 0.602;
        assert!(number(&rect, "width") >= wanted + PADDING, "`{name}` needs {wanted}");
    }
}

#[test]
fn it_works_from_disk_in_light_and_in_dark() {
    let drawn = draw(&marked());
    assert!(drawn.contains("@media (prefers-color-scheme:dark)"));
    let without_namespace = drawn.replacen("http://www.w3.org/2000/svg", "", 1);
    for foreign in ["http", "url(", "@import", "<script", "href"] {
        assert!(!without_namespace.contains(foreign), "{foreign}");
    }
    assert_eq!(drawn, draw(&marked()));
}

#[test]
fn a_graph_that_is_too_large_is_not_drawn() {
    assert_eq!(hindrance("svg", &marked()), None);
    let mut view = View { nodes: vec![marked().nodes[0].clone(); 400], ..View::default() };
    let edge =
        |from: usize, to: usize| crate::output::view::ViewEdge { from, to, ..marked().edges[0].clone() };
    view.edges = (0..400)
        .flat_map(|from| (from + 1..400).step_by(9).map(move |to| (from, to)))
        .map(|(a, b)| edge(a, b))
        .collect();
    assert_eq!(hindrance("svg", &view).unwrap(), format!("400 nodes and {} edges", view.edges.len()));
    assert_eq!(hindrance("dot", &view), None);
}

#[test]
fn coordinates_are_short() {
    let all = [(0.0, "0"), (1.04, "1"), (-0.5, "-0.5"), (-2.26, "-2.3"), (1234.96, "1235")];
    assert!(
        all.iter().all(|(value, text)| number(*value) == *text),
        "{:?}",
        all.map(|(value, _)| number(value))
    );
}
