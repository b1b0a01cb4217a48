//! The names that databases give to foreign keys that are written without one.

/// Longest name in PostgreSQL, in bytes.
const MAX_NAME: usize = 63;

/// PostgreSQL's `<table>_<columns>_fkey`: table and columns are cut, the longer one first, until the name fits.
pub(super) fn default_name(table: &str, columns: &[String]) -> String {
    let (mut table, mut columns) = (last_part(table).to_owned(), columns.join("_"));
    while table.len() + columns.len() + "__fkey".len() > MAX_NAME {
        let longer = if table.len() > columns.len() { &mut table } else { &mut columns };
        if longer.pop().is_none() {
            break;
        }
    }
    format!("{table}_{columns}_fkey")
}

/// The name that is free: `…_fkey`, `…_fkey1`, `…_fkey2`.
pub(super) fn free_name<'a>(name: String, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let mut candidate = name.clone();
    let mut n = 0;
    while taken.clone().any(|other| other == candidate) {
        n += 1;
        candidate = format!("{name}{n}");
    }
    candidate
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_are_those_of_postgresql() {
        assert_eq!(default_name("orders", &columns(&["user_id"])), "orders_user_id_fkey");
        assert_eq!(default_name("audit.orders", &columns(&["a", "b"])), "orders_a_b_fkey");
        let long = default_name(&"t".repeat(60), &columns(&["user_id"]));
        assert_eq!(long, format!("{}_user_id_fkey", "t".repeat(50)));
        assert_eq!(long.len(), 63);
        assert_eq!(default_name(&"t".repeat(100), &columns(&[&"c".repeat(100)])).len(), 63);
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let taken = ["a_fkey", "a_fkey1"];
        assert_eq!(free_name("a_fkey".to_owned(), taken.iter().copied()), "a_fkey2");
        assert_eq!(free_name("b_fkey".to_owned(), taken.iter().copied()), "b_fkey");
    }
}
