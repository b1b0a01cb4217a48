//! Names for modules: those of crates without what all crates begin with, each name once.

use std::collections::{BTreeMap, BTreeSet};

/// This share of the crates has to begin alike for the beginning to say nothing.
const SHARE_WITH_PREFIX: f64 = 0.75;
/// With fewer crates a beginning that they share may well say something.
const FEWEST_WITH_PREFIX: usize = 3;

/// What most crates of a workspace begin with, `_` included, or nothing.
pub(super) fn common_prefix<'a>(crates: impl IntoIterator<Item = &'a str>) -> String {
    let mut count = 0;
    let mut prefixes: BTreeMap<&str, usize> = BTreeMap::new();
    for name in crates {
        count += 1;
        for (at, _) in name.match_indices('_') {
            *prefixes.entry(&name[..=at]).or_default() += 1;
        }
    }
    let common = |(_, with): &(&str, usize)| {
        *with >= FEWEST_WITH_PREFIX && *with as f64 >= f64::from(count) * SHARE_WITH_PREFIX
    };
    let longest = prefixes.into_iter().filter(common).max_by_key(|(prefix, _)| prefix.len());
    longest.map_or_else(String::new, |(prefix, _)| prefix.to_owned())
}

/// Gives each thing the first of its names that no other one wants more: first names go before second ones. What is left
/// gets a number. The marks of some scripts that cannot stand in the name of a module become `_`.
pub(super) fn unique(wishes: &[Vec<String>]) -> Vec<String> {
    let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let plain = |name: &String| name.chars().map(plain).collect();
    let wishes: Vec<Vec<String>> = wishes.iter().map(|names| names.iter().map(plain).collect()).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut names: Vec<Option<String>> = vec![None; wishes.len()];
    let most = wishes.iter().map(Vec::len).max().unwrap_or(0);
    for rank in 0..most {
        for (wishes, name) in wishes.iter().zip(&mut names).filter(|(_, name)| name.is_none()) {
            *name = wishes.get(rank).filter(|wish| taken.insert((*wish).clone())).cloned();
        }
    }
    let named = names.into_iter().zip(&wishes);
    named.map(|(name, wishes)| name.unwrap_or_else(|| numbered(wishes, &mut taken))).collect()
}

fn numbered(wishes: &[String], taken: &mut BTreeSet<String>) -> String {
    let base = wishes.first().map_or("module", String::as_str);
    let mut names = (2..).map(|number: u32| format!("{base}_{number}"));
    names.find(|name| taken.insert(name.clone())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_that_most_crates_share() {
        let prefix = |names: &[&str]| common_prefix(names.iter().copied());
        assert_eq!(prefix(&["lemmy_api", "lemmy_db_a", "lemmy_db_b", "lemmy_utils"]), "lemmy_");
        assert_eq!(prefix(&["a_x_1", "a_x_2", "a_x_3"]), "a_x_");
        assert_eq!(prefix(&["shop", "shop_app", "logistics"]), "");
        assert_eq!(prefix(&["a_x", "a_y"]), "");
    }

    #[test]
    fn every_name_is_given_once() {
        let wishes = [vec!["index", "my_index"], vec!["index", "my_index"], vec!["index"]];
        let wishes: Vec<Vec<String>> =
            wishes.iter().map(|names| names.iter().map(|name| name.to_string()).collect()).collect();
        assert_eq!(unique(&wishes), ["index", "my_index", "index_2"]);
        assert_eq!(unique(&[vec!["ክ\u{135d}ፍል_é".to_owned()]]), ["ክ_ፍል_é"]);
    }
}
