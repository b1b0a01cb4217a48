//! `boundaries.toml`: the file that shows every key, the errors as a person sees them, and how selectors bind.

mod assign;
mod errors;

use modcheck::config::Date;
use modcheck::config::policy::{Kind, Place, Policy, Severity, Stage, Tests};
use modcheck::config::{ConfigErrors, load};
use modcheck::sql::Dialect;

const RULES: &[&str] = &["private-access", "undeclared-dependency", "unowned-table"];

fn parse(text: &str) -> Result<Policy, ConfigErrors> {
    let loaded = load(text, "boundaries.toml", RULES);
    crate::schema::agree(text, &loaded);
    loaded
}

/// The errors as the terminal shows them, without colour.
fn render(errors: &ConfigErrors) -> String {
    let theme = miette::GraphicalTheme::unicode_nocolor();
    let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(100).with_links(false);
    let mut out = String::new();
    handler.render_report(&mut out, errors).unwrap();
    out.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[test]
fn the_example_shows_every_key_and_reads() {
    let policy =
        parse(include_str!("../../../boundaries.example.toml")).unwrap_or_else(|e| panic!("{}", render(&e)));

    assert_eq!(policy.analysis.tests, Tests::Ignore);
    assert_eq!(policy.analysis.min_resolution, Some(0.95));
    assert!(policy.analysis.exclude.is_match("src/generated/a/b.rs"));
    assert_eq!(policy.data.sql_dialect, Some(Dialect::Postgres));
    assert!(policy.data.extra_sql.is_match("db/functions/totals.sql"));
    assert!(!policy.data.extra_sql.is_match("db/functions/old/totals.sql"));
    assert_eq!(policy.data.sql_functions, ["my_db::exec"]);
    assert!(policy.data.ignore_tables[3].glob.is_match("information_schema.tables"));
    assert_eq!(policy.context.engineers, Some(12));
    assert_eq!(policy.context.stage, Some(Stage::Growth));
    assert_eq!(
        policy.layers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["app", "domain", "platform"]
    );
    assert_eq!(policy.rules["unowned-table"], Severity::Warn);
    assert_eq!(policy.shared.outbox[0].text, "background_jobs");

    let names: Vec<&str> = policy.modules.iter().map(|module| module.name.as_str()).collect();
    assert_eq!(names, ["payments", "orders", "catalogue", "ledger", "app"], "file order");
    let payments = &policy.modules[0];
    assert_eq!(payments.kind, Kind::Domain);
    assert_eq!(payments.paths[0].segments, ["shop", "payments"]);
    assert_eq!(payments.public.as_ref().unwrap()[1].segments, ["events", "*"]);
    let visible: Vec<&str> =
        payments.visible_to.iter().flatten().map(|id| policy.module(*id).name.as_str()).collect();
    assert_eq!(visible, ["orders", "app"]);
    let ledger = &payments.depends_on[1];
    assert_eq!(policy.module(ledger.module).name, "ledger");
    assert!(ledger.deprecated);
    assert_eq!(ledger.until, Date::read("2027-03-31").ok());
    assert_eq!(payments.layer, Some(1));
    assert!(payments.stateless && payments.extract);
    assert_eq!(payments.facts.keys().collect::<Vec<_>>(), ["cadence", "scaling", "team"]);
    assert!(payments.allow_crates[0].matches_crate("stripe-rust"));
    assert!(payments.allow_crates[0].matches_crate("stripe_rust"));
    assert!(payments.owns.tables[2].glob.is_match("payment_archive"), "`!` is not part of the glob");
    assert!(payments.owns.tables[2].excludes() && !payments.owns.tables[1].excludes());
    assert_eq!(payments.owns.readers.len(), 1);
    assert_eq!(payments.rules["private-access"], Severity::Deny);
}

#[test]
fn places_lead_to_the_file() {
    let text = "version = 1\n\n[modules.a]\npaths = [\n  \"ä::b\", \"c\",\n]\npublic = []\n\n[modules.b]\npaths = ['d']\ndepends-on = ['a']\n";
    let policy = parse(text).unwrap();
    let [a, b] = policy.modules.as_slice() else { panic!("two modules") };
    assert_eq!(a.place, Place { line: 3, column: 10 });
    assert_eq!(a.paths[1].place, Place { line: 5, column: 11 });
    assert_eq!(a.public_place, Some(Place { line: 7, column: 1 }));
    assert_eq!(a.public.as_ref().map(Vec::len), Some(0), "an empty interface is not the default one");
    assert_eq!(b.depends_on_place, Some(Place { line: 11, column: 1 }));
    assert_eq!(b.depends_on[0].place, Place { line: 11, column: 15 });
}

#[test]
fn other_ways_to_write_the_same_are_read() {
    let text = "\u{feff}version = 1\r\nmodules.a.paths = [\"my-crate\", \"my-crate{bin}::r#type\", \"x_*\"]\r\n\
                modules.b = { paths = ['b'], depends-on = [{ module = 'a', until = 2028-02-29 }] }\r\n\
                analysis = { exclude = ['vendor/', 'gen/*.rs'], min-resolution = 1 }\r\n";
    let policy = parse(text).unwrap_or_else(|e| panic!("{}", render(&e)));
    assert_eq!(policy.modules[0].paths[0].segments, ["my_crate"]);
    assert_eq!(policy.modules[0].paths[1].segments, ["my_crate{bin}", "type"]);
    assert_eq!(policy.modules[1].depends_on[0].until, Date::read("2028-02-29").ok());
    assert!(policy.analysis.exclude.is_match("vendor/x/y.rs"), "a folder leaves out what is in it");
    assert!(policy.analysis.exclude.is_match("gen/a.rs") && !policy.analysis.exclude.is_match("gen/a/b.rs"));
}

#[test]
fn hostile_text_is_an_error_and_no_panic() {
    let deep = format!("version = 1\na = {}", "[".repeat(100_000));
    let glob = format!("version = 1\nanalysis.exclude = ['{}']", "{".repeat(100_000));
    let path = format!("version = 1\nmodules.a.paths = ['{}']", "::".repeat(100_000));
    let dots = format!("version = 1\na{} = 1", ".a".repeat(100_000));
    let headers = format!("version = 1\n[a{}]", ".a".repeat(100_000));
    let keys: String = (0..2000).map(|i| format!("key-{i} = 1\n")).collect();
    for text in [
        "",
        "\u{feff}",
        "\0",
        "a",
        "=",
        "[[[",
        "version = 1\n\u{1b}[2J",
        "é = \"",
        &deep,
        &glob,
        &path,
        &dots,
        &headers,
        &keys,
    ] {
        let errors = parse(text).expect_err("an error");
        let shown = render(&errors);
        assert!(!shown.contains(['\u{1b}', '\0']), "{shown}");
    }
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let text = "version = 1\n[modules.a]\npaths = [\"a\\u001b[2J\", \"b\\u202e\"]\n[modules.\"\\u0007\"]\npaths = [\"\u{202e}\"]\n";
    let shown = render(&parse(text).expect_err("an error"));
    assert!(shown.contains("\\u{1b}"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown}");
}
