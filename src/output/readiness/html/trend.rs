//! How readiness went from run to run: a line for each module, and the figures that it is drawn from.

use super::Page;
use super::markup::Markup;
use crate::output::report::{counted, percent};
use crate::readiness::Share;
use crate::readiness::trend::Record;
use std::collections::BTreeSet;

/// How wide the area of the line is.
const WIDTH: f64 = 280.0;
/// How high it is.
const HEIGHT: f64 = 64.0;
/// The room around it.
const ROOM: f64 = 6.0;

/// Writes the section.
pub(super) fn write(m: &mut Markup, page: &Page) {
    let records = &page.audited.trend;
    m.with("section", &[("id", &"trend"), ("aria-labelledby", &"trend-title")], |m| {
        m.with("h2", &[("id", &"trend-title")], |m| m.text("Trend"));
        match records.as_slice() {
            [] => m.tag("p", |m| {
                m.text("No run is on record. ");
                m.code("--record");
                m.text(" keeps what each run came to.");
            }),
            [_] => m.say("p", "One run is on record: the next one draws a line."),
            [first, .., last] => {
                m.say(
                    "p",
                    format_args!(
                        "Readiness from 0 to 100 % over {}, from {} to {}.",
                        counted(records.len(), "run"),
                        first.date,
                        last.date
                    ),
                );
                m.tag("div.charts", |m| {
                    let mut modules: Vec<&str> = modules(records).collect();
                    // As the cards stand; those without one come last.
                    modules.sort_by_key(|name| page.cards.get(name).copied().unwrap_or(usize::MAX));
                    modules.into_iter().for_each(|module| chart(m, page, records, module));
                });
            }
        }
    });
}

/// Every module of which there is something to draw.
fn modules(records: &[Record]) -> impl Iterator<Item = &str> {
    let names: BTreeSet<&str> =
        records.iter().flat_map(|record| record.modules.keys()).map(String::as_str).collect();
    let count = |name: &str| records.iter().filter(|record| record.modules.contains_key(name)).count();
    names.into_iter().filter(move |name| count(name) >= 2)
}

/// A share of each run; none where the module was not looked at.
fn shares(records: &[Record], module: &str) -> Vec<Option<Share>> {
    let share = |record: &Record| {
        record.modules.get(module).map(|figures| Share { safe: figures.safe, all: figures.all })
    };
    records.iter().map(share).collect()
}

fn chart(m: &mut Markup, page: &Page, records: &[Record], module: &str) {
    let shares = shares(records, module);
    let known: Vec<Share> = shares.iter().copied().flatten().collect();
    let (Some(first), Some(last)) = (known.first().copied(), known.last().copied()) else { return };
    let mut blockers = records.iter().filter_map(|record| Some(record.modules.get(module)?.blockers));
    m.tag("figure", |m| {
        m.tag("figcaption", |m| {
            page.module(m, module);
            m.text(&format!(" {} → ", percent(first.value())));
            m.say("b", format_args!("{}", percent(last.value())));
            if let (Some(first), Some(last)) = (blockers.next(), blockers.next_back()) {
                m.say("span.said", format_args!(" · blockers {first} → {last}"));
            }
        });
        drawing(m, &shares);
        m.tag("details", |m| {
            m.say("summary", "figures");
            table(m, records, module);
        });
    });
}

/// Where the points of a line lie; runs that don't know the module are left out.
fn points(shares: &[Option<Share>]) -> Vec<(f64, f64)> {
    let step = WIDTH / (shares.len().saturating_sub(1).max(1)) as f64;
    let point = |(index, share): (usize, &Option<Share>)| {
        let value = (*share)?.value();
        Some((ROOM + step * index as f64, ROOM + HEIGHT * (1.0 - value)))
    };
    shares.iter().enumerate().filter_map(point).collect()
}

fn drawing(m: &mut Markup, shares: &[Option<Share>]) {
    let (width, height) = (WIDTH + 2.0 * ROOM, HEIGHT + 2.0 * ROOM);
    let points = points(shares);
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    m.with(
        "svg.chart",
        &[("viewBox", &format_args!("0 0 {width} {height}")), ("aria-hidden", &"true")],
        |m| {
            for y in [ROOM, ROOM + HEIGHT / 2.0, ROOM + HEIGHT] {
                m.with("path.grid", &[("d", &format_args!("M{ROOM} {y}H{}", ROOM + WIDTH))], |_| {});
            }
            m.with("polyline.run", &[("points", &line.join(" "))], |_| {});
            for (x, y) in points {
                let at = [format!("{x:.1}"), format!("{y:.1}")];
                m.with("circle.run", &[("cx", &at[0]), ("cy", &at[1]), ("r", &2.5)], |_| {});
            }
        },
    );
}

fn table(m: &mut Markup, records: &[Record], module: &str) {
    m.tag("table.figures", |m| {
        m.tag("thead", |m| {
            m.tag("tr", |m| {
                m.with("th", &[("scope", &"col")], |m| m.text("day"));
                for title in ["safe", "all", "blockers"] {
                    m.with("th.number", &[("scope", &"col")], |m| m.text(title));
                }
            });
        });
        m.tag("tbody", |m| {
            for record in records {
                let Some(figures) = record.modules.get(module) else { continue };
                m.tag("tr", |m| {
                    m.with("th", &[("scope", &"row")], |m| m.text(&record.date));
                    for count in [figures.safe, figures.all, figures.blockers] {
                        m.say("td.number", count);
                    }
                });
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readiness::trend::Figures;

    fn record(date: &str, modules: &[(&str, usize, usize)]) -> Record {
        let figures = |&(name, safe, all): &(&str, usize, usize)| {
            (name.to_owned(), Figures { safe, all, blockers: all - safe, rules: Default::default() })
        };
        Record { version: 1, commit: None, date: date.into(), modules: modules.iter().map(figures).collect() }
    }

    #[test]
    fn a_line_keeps_to_its_area_and_to_the_runs_that_know_the_module() {
        let records = [
            record("2026-01-01", &[("a", 0, 4), ("b", 1, 2)]),
            record("2026-01-02", &[]),
            record("2026-01-03", &[("a", 3, 4), ("c", 1, 1)]),
            record("2026-01-04", &[("a", 0, 0)]),
        ];
        assert_eq!(modules(&records).collect::<Vec<_>>(), ["a"]);
        let third = WIDTH / 3.0;
        let expected =
            [(ROOM, ROOM + HEIGHT), (ROOM + 2.0 * third, ROOM + HEIGHT / 4.0), (ROOM + 3.0 * third, ROOM)];
        assert_eq!(points(&shares(&records, "a")), expected);
    }

    #[test]
    fn one_run_is_a_point_and_no_division_by_nothing() {
        assert_eq!(points(&[Some(Share { safe: 1, all: 2 })]), [(ROOM, ROOM + HEIGHT / 2.0)]);
        assert_eq!(points(&[]), []);
    }
}
