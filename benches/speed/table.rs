//! The table: ratios first, since they are what can be compared between machines.

use crate::NAMES;
use crate::measure::{Measured, Sample};
use crate::options::Options;
use std::fmt::Write as _;

/// Which two of [`NAMES`] make a ratio.
const RATIOS: [(&str, usize, usize); 5] = [
    ("cold check / cold floor", 2, 0),
    ("warm check / warm floor", 3, 1),
    ("warm check / cold floor", 3, 0),
    ("one file changed / warm check", 4, 3),
    ("warm check / cargo metadata", 3, 5),
];

/// The whole report, as markdown.
pub fn render(rows: &[Measured], options: &Options) -> String {
    let mut out = format!(
        "\nMedians of {} rounds with {} threads; in brackets the least and the most.\n\n",
        options.runs, options.threads
    );
    let ratios: Vec<&str> = RATIOS.iter().map(|(name, ..)| *name).collect();
    let times: Vec<String> = NAMES.iter().map(|name| format!("{name}, ms")).collect();
    let head = format!(
        "| workspace | {} | {} | thousand lines | peak MB, cold | MB per million lines |\n",
        ratios.join(" | "),
        times.join(" | ")
    );
    let columns = 1 + RATIOS.len() + NAMES.len() + 3;
    let _ = writeln!(out, "{head}|---|{}", "---:|".repeat(columns - 1));
    for row in rows {
        let _ = writeln!(out, "| {} |", cells(row).join(" | "));
    }
    out
}

fn cells(row: &Measured) -> Vec<String> {
    let mut cells = vec![row.name.clone()];
    for (_, over, under) in RATIOS {
        let pairs = row.samples[over].iter().zip(&row.samples[under]);
        cells.push(spread(pairs.map(|(over, under)| over.time / under.time).collect(), 2));
    }
    for samples in &row.samples {
        cells.push(spread(samples.iter().map(|sample| sample.time).collect(), 0));
    }
    let memory = median(row.samples[2].iter().map(|sample: &Sample| sample.memory).collect());
    cells.push(format!("{:.0}", row.lines as f64 / 1000.0));
    cells.push(format!("{memory:.0}"));
    cells.push(format!("{:.0}", memory / (row.lines as f64 / 1_000_000.0)));
    cells
}

/// `median (least-most)`
fn spread(mut values: Vec<f64>, digits: usize) -> String {
    values.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (values.first(), values.last()) else { return "-".to_owned() };
    format!("{:.digits$} ({least:.digits$}-{most:.digits$})", median(values.clone()))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
