//! "Did you mean": the one known name that a misspelt one is closest to.

use super::error::quote;

/// Longer names are nobody's slip of the finger, and comparing them takes quadratic time.
const LONGEST: usize = 200;

/// How many names a help text lists where no single one is close.
const LISTED: usize = 12;

/// The candidate that takes the fewest edits to get to from `name`, unless it takes more than a third of its length.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length > LONGEST {
        return None;
    }
    let allowed = (length / 3).max(1);
    let name = name.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // The difference in length is a lower bound; most candidates are dismissed here.
        if candidate.chars().count().abs_diff(length) > allowed {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&name, &candidate.to_lowercase());
        if distance <= allowed && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Help for an unknown name: the closest candidate, or what there is to choose from.
pub(super) fn help<'a>(
    name: &str,
    plural: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    if let Some(candidate) = closest(name, candidates.clone()) {
        return format!("did you mean {}?", quote(candidate));
    }
    let names: Vec<String> = candidates.into_iter().map(quote).collect();
    match names.len() {
        0 => format!("there are no {plural}"),
        n if n > LISTED => format!("the {plural} are {} and {} more", names[..LISTED].join(", "), n - LISTED),
        1 => format!("the only choice is {}", names[0]),
        _ => format!("the {plural} are {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_wins_and_far_ones_do_not() {
        let names = ["payments", "payment", "orders", "ledger"];
        assert_eq!(closest("paymnets", names), Some("payments"));
        assert_eq!(closest("Orders", names), Some("orders"));
        assert_eq!(closest("catalogue", names), None);
        assert_eq!(closest("", names), None);
        assert_eq!(closest(&"x".repeat(1_000_000), names), None);
    }
}
