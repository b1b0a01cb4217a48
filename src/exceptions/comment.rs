//! What an exception says: `allow(rule, rule, reason = "…", until = "YYYY-MM-DD")`.

use crate::config::Date;

/// A comment that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Comment {
    /// Names of rules; at least one. They may not exist.
    pub(super) rules: Vec<String>,
    /// Why; never blank.
    pub(super) reason: Option<String>,
    /// The last day that it holds.
    pub(super) until: Option<Date>,
}

/// Reads what stands behind `modcheck:`.
///
/// # Errors
/// A phrase that says what is wrong.
pub(super) fn read(text: &str) -> Result<Comment, String> {
    let inner = text.strip_prefix("allow").map(str::trim_start).and_then(|rest| rest.strip_prefix('('));
    let Some(mut rest) = inner else { return Err("it does not begin with `allow(`".to_owned()) };
    let mut comment = Comment::default();
    loop {
        rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix(')') {
            return finished(comment, behind);
        }
        rest = entry(rest, &mut comment)?.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(rest) => rest,
            None if rest.starts_with(')') => rest,
            None if rest.is_empty() => return Err("the closing `)` is missing".to_owned()),
            None => return Err(format!("a comma is missing before `{}`", first_word(rest))),
        };
    }
}

fn finished(comment: Comment, behind: &str) -> Result<Comment, String> {
    if !behind.trim().is_empty() {
        return Err(format!("`{}` stands behind the closing `)`", first_word(behind.trim_start())));
    }
    match comment.rules.is_empty() {
        true => Err("it names no rule".to_owned()),
        false => Ok(Comment { reason: comment.reason.filter(|reason| !reason.trim().is_empty()), ..comment }),
    }
}

/// Reads the name of a rule, or a key and its value; returns what follows.
fn entry<'a>(text: &'a str, comment: &mut Comment) -> Result<&'a str, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_:".contains(c);
    let (name, rest) = text.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()));
    if name.is_empty() {
        return Err(match text.is_empty() {
            true => "the closing `)` is missing".to_owned(),
            false => format!("`{}` is no name of a rule", first_word(text)),
        });
    }
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        comment.rules.push(name.strip_prefix("modcheck::").unwrap_or(name).to_owned());
        return Ok(rest);
    };
    let (value, rest) =
        string(value.trim_start()).ok_or_else(|| format!("the value of `{name}` is no text in quotes"))?;
    let is_first = match name {
        "reason" => comment.reason.replace(value).is_none(),
        "until" => {
            let day = Date::read(&value).map_err(|why| format!("`{value}` is no date: {why}"))?;
            comment.until.replace(day).is_none()
        }
        other => return Err(format!("`{other}` is neither `reason` nor `until`")),
    };
    if is_first { Ok(rest) } else { Err(format!("`{name}` stands there twice")) }
}

/// The text in quotes at the beginning, and what follows it; `\"` and `\\` stand for the character itself.
fn string(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.strip_prefix('"')?.chars();
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '\\' => value.push(chars.next()?),
            other => value.push(other),
        }
    }
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_exception_may_say() {
        let comment = |rules: &[&str], reason: Option<&str>, until: Option<&str>| Comment {
            rules: rules.iter().map(|rule| rule.to_string()).collect(),
            reason: reason.map(str::to_owned),
            until: until.map(|day| Date::read(day).unwrap()),
        };
        for (text, expected) in [
            ("allow(a-b)", comment(&["a-b"], None, None)),
            ("allow (modcheck::a, b,)", comment(&["a", "b"], None, None)),
            ("allow(a, reason = \"x, \\\"y\\\") z\")", comment(&["a"], Some("x, \"y\") z"), None)),
            ("allow(a,reason=\" \",until=\"2027-03-31\")", comment(&["a"], None, Some("2027-03-31"))),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (text, why) in [
            ("alow(a)", "it does not begin with `allow(`"),
            ("allow", "it does not begin with `allow(`"),
            ("allow(a", "the closing `)` is missing"),
            ("allow(a,", "the closing `)` is missing"),
            ("allow()", "it names no rule"),
            ("allow(reason = \"x\")", "it names no rule"),
            ("allow(a b)", "a comma is missing before `b)`"),
            ("allow(a) because", "`because` stands behind the closing `)`"),
            ("allow(\"a\")", "`\"a\")` is no name of a rule"),
            ("allow(a, reason = x)", "the value of `reason` is no text in quotes"),
            ("allow(a, reason = \"x)", "the value of `reason` is no text in quotes"),
            ("allow(a, until = \"soon\")", "`soon` is no date: not of the form YYYY-MM-DD"),
            ("allow(a, owner = \"x\")", "`owner` is neither `reason` nor `until`"),
            ("allow(a, reason = \"x\", reason = \"y\")", "`reason` stands there twice"),
        ] {
            assert_eq!(read(text), Err(why.to_owned()), "{text}");
        }
    }
}
