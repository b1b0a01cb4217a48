//! The tables that tokens use, for what the parser refuses and for the bodies of functions.
//!
//! One frame for each open parenthesis. A frame remembers what was begun in it (`SELECT`, `DELETE`), so that
//! `EXTRACT(day FROM x)` reads no table, and which tables it combines.

use super::found::{Found, Member};
use super::names;
use super::tokens::{behind_group, is_token, is_word, keyword, keyword_at, string_literal, word};
use super::{Access, HOLE};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};
use std::collections::BTreeSet;

/// How deep texts inside texts are looked into.
const MAX_LEVEL: usize = 3;

/// The uses of a statement, or of several.
pub(super) fn uses(tokens: &[TokenWithSpan]) -> Found {
    read(tokens, false, 0)
}

/// The uses of a function's body: control words separate statements, and what `EXECUTE` is given is looked into.
pub(super) fn body_uses(tokens: &[TokenWithSpan]) -> Found {
    read(&body(tokens), true, 0)
}

/// The words of the language around SQL as SQL has them: `LOOP` ends what is in front of it, `PERFORM` selects.
pub(super) fn body(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let mut tokens = tokens.to_vec();
    for token in &mut tokens {
        let Some(word) = word(token).filter(|word| word.quote_style.is_none()) else { continue };
        if word.value.eq_ignore_ascii_case("loop") || word.value.eq_ignore_ascii_case("elsif") {
            token.token = Token::SemiColon;
        } else if word.value.eq_ignore_ascii_case("perform") {
            token.token = Token::make_keyword("SELECT");
        }
    }
    tokens
}

fn read(tokens: &[TokenWithSpan], body: bool, level: usize) -> Found {
    let mut reader = Reader {
        tokens,
        body,
        ctes: ctes(tokens),
        frames: vec![Frame { clauses: true, ..Frame::default() }],
        expect: None,
        cases: 0,
        level,
        found: Found::default(),
    };
    let mut i = 0;
    while i < tokens.len() {
        i = reader.step(i);
    }
    while !reader.frames.is_empty() {
        reader.close();
    }
    reader.found
}

#[derive(Default)]
struct Frame {
    /// `FROM` is a clause here: something was begun that has one.
    clauses: bool,
    /// A `DELETE` that has not named its table.
    deletes: bool,
    /// `USING` names tables.
    using: bool,
    /// A comma is followed by another table.
    list: Option<Access>,
    /// It stands where a table is expected.
    derived: bool,
    /// What the level combines so far.
    items: Vec<Vec<Member>>,
    /// What the levels before (`UNION`) combined.
    done: Vec<Member>,
    /// Names that the tables go by.
    aliases: Vec<String>,
}

struct Reader<'a> {
    tokens: &'a [TokenWithSpan],
    body: bool,
    ctes: BTreeSet<String>,
    frames: Vec<Frame>,
    expect: Option<Access>,
    /// Open `CASE` expressions: their `THEN` and `ELSE` separate no statements.
    cases: usize,
    /// How many texts this one stands in.
    level: usize,
    found: Found,
}

impl Reader<'_> {
    /// Reads at an index; the next one.
    fn step(&mut self, i: usize) -> usize {
        if let Some(access) = self.expect.take()
            && let Some(next) = self.target(i, access)
        {
            return next;
        }
        match self.tokens[i].token {
            Token::LParen => self.frames.push(Frame::default()),
            Token::RParen => self.close_inner(),
            Token::SemiColon => self.end_statement(),
            Token::Comma => self.expect = self.frame().list,
            Token::DollarQuotedString(_) => self.nested_body(i),
            _ => return self.keyword(i),
        }
        i + 1
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Where a table is expected. `None`: there is none.
    fn target(&mut self, i: usize, access: Access) -> Option<usize> {
        let token = &self.tokens[i];
        if keyword_at(self.tokens, i + 1) == Keyword::FROM && is_word(self.tokens, i, "rows") {
            self.frame().items.push(Vec::new());
            return Some(i + 2);
        }
        match keyword(token) {
            Keyword::ONLY
            | Keyword::LATERAL
            | Keyword::TABLE
            | Keyword::IF
            | Keyword::NOT
            | Keyword::EXISTS => {
                self.expect = Some(access);
                return Some(i + 1);
            }
            reserved if is_reserved(reserved) => return None,
            _ => {}
        }
        if token.token == Token::LParen {
            // `FROM (a JOIN b …)` has no `SELECT`.
            self.frames.push(Frame { derived: true, ..Frame::default() });
            self.expect = Some(access);
            return Some(i + 1);
        }
        let (name, next) = names::at(self.tokens, i)?;
        if access == Access::Read && is_token(self.tokens, next, &Token::LParen) {
            self.frame().items.push(Vec::new());
            return Some(next);
        }
        let is_row = matches!(name.table.as_str(), "new" | "old" | "excluded");
        let is_column = name.qualifier.as_ref().is_some_and(|first| self.frame().aliases.contains(first));
        let is_cte = access == Access::Read && name.qualifier.is_none() && self.ctes.contains(&name.table);
        let member = if is_row || is_column || is_cte { None } else { self.found.table(&name, access) };
        let alias = self.alias(next);
        let frame = self.frame();
        frame.items.push(member.into_iter().collect());
        frame.aliases.push(alias.unwrap_or(name.table));
        Some(next)
    }

    /// The alias behind a table.
    fn alias(&self, i: usize) -> Option<String> {
        let i = if keyword_at(self.tokens, i) == Keyword::AS { i + 1 } else { i };
        let word = self.tokens.get(i).and_then(word)?;
        (!is_reserved(word.keyword)).then(|| word.value.to_lowercase())
    }

    fn keyword(&mut self, i: usize) -> usize {
        let before = |n: usize| i.checked_sub(n).map_or(Keyword::NoKeyword, |i| keyword(&self.tokens[i]));
        let (previous, next) = (before(1), keyword_at(self.tokens, i + 1));
        match keyword(&self.tokens[i]) {
            Keyword::SELECT => {
                self.flush();
                self.frame().clauses = true;
            }
            Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT => self.flush(),
            Keyword::FROM => {
                let distinct =
                    previous == Keyword::DISTINCT && matches!(before(2), Keyword::IS | Keyword::NOT);
                if !distinct && next != Keyword::CURRENT {
                    self.from();
                }
            }
            Keyword::JOIN => self.join(),
            Keyword::USING if self.frame().using => self.begin_list(Access::Read),
            Keyword::UPDATE => {
                let part = matches!(
                    previous,
                    Keyword::FOR
                        | Keyword::KEY
                        | Keyword::DO
                        | Keyword::ON
                        | Keyword::OF
                        | Keyword::OR
                        | Keyword::BEFORE
                        | Keyword::AFTER
                );
                if !part && next != Keyword::SET {
                    self.begin(Access::Write);
                    // MySQL: `UPDATE a, b SET`.
                    self.frame().list = Some(Access::Read);
                }
            }
            Keyword::DELETE if next == Keyword::FROM => {
                self.flush();
                let frame = self.frame();
                (frame.deletes, frame.clauses) = (true, true);
            }
            Keyword::INTO if is_target(previous, before(2), before(3)) => {
                let merges = previous == Keyword::MERGE;
                self.begin(Access::Write);
                self.frame().using = merges;
            }
            Keyword::MERGE if next != Keyword::INTO && !is_token(self.tokens, i + 1, &Token::LParen) => {
                self.begin(Access::Write);
                self.frame().using = true;
            }
            Keyword::TRUNCATE if !is_token(self.tokens, i + 1, &Token::LParen) => {
                self.flush();
                self.begin_list(Access::Write);
            }
            Keyword::LOCK if next == Keyword::TABLE => self.begin_list(Access::Read),
            Keyword::REFERENCES => self.expect = Some(Access::ForeignKey),
            Keyword::COPY => return self.copy(i),
            Keyword::EXECUTE if self.body => self.execute(i + 1),
            Keyword::FETCH if self.body => return self.behind_statement(i),
            Keyword::CASE if previous != Keyword::END => self.cases += 1,
            Keyword::END => self.cases = self.cases.saturating_sub(1),
            Keyword::THEN | Keyword::ELSE if self.cases > 0 => {}
            Keyword::INTO => self.frame().list = None,
            Keyword::THEN | Keyword::ELSE | Keyword::BEGIN | Keyword::RETURN
                if self.body && self.frames.len() == 1 =>
            {
                self.end_statement();
            }
            ends if ends_list(ends) => self.frame().list = None,
            _ => {}
        }
        i + 1
    }

    fn from(&mut self) {
        let body = self.body;
        let top = self.frames.len() == 1;
        let frame = self.frame();
        if frame.deletes {
            frame.deletes = false;
            frame.using = true;
            self.begin_list(Access::Write);
            self.frame().list = None;
        } else if frame.clauses || (top && body) {
            self.begin_list(Access::Read);
        }
    }

    fn join(&mut self) {
        let frame = self.frame();
        if frame.clauses || frame.derived {
            self.expect = Some(Access::Read);
        }
    }

    /// A statement that begins with its table.
    fn begin(&mut self, access: Access) {
        self.flush();
        let frame = self.frame();
        (frame.clauses, frame.list) = (true, None);
        self.expect = Some(access);
    }

    fn begin_list(&mut self, access: Access) {
        self.frame().list = Some(access);
        self.expect = Some(access);
    }

    /// `COPY t (columns) FROM` and `COPY t TO`.
    fn copy(&mut self, i: usize) -> usize {
        let Some((name, next)) = names::at(self.tokens, i + 1) else { return i + 1 };
        let columns = is_token(self.tokens, next, &Token::LParen);
        let next = if columns { behind_group(self.tokens, next) } else { next };
        let access = match keyword_at(self.tokens, next) {
            Keyword::FROM => Access::Write,
            Keyword::TO => Access::Read,
            _ => return i + 1,
        };
        self.found.table(&name, access);
        next + 1
    }

    /// `EXECUTE 'UPDATE …'`, `EXECUTE format('…', …)`, `EXECUTE '…' || name || '…'`: what is not written is a hole.
    fn execute(&mut self, from: usize) {
        let to = self.behind_statement(from);
        let mut literals = self.tokens[from..to].iter().filter_map(string_literal).peekable();
        let Some((_, at)) = literals.peek().copied() else { return };
        let mut text = String::new();
        for (literal, _) in literals {
            if !text.is_empty() {
                text.push(HOLE);
            }
            text.push_str(literal);
        }
        let hole = HOLE.to_string();
        for placeholder in ["%I", "%s", "%L", "%1$I", "%2$I", "%1$s", "%2$s"] {
            text = text.replace(placeholder, &hole);
        }
        let (tokens, _) = super::tokens::tokenise(&text, super::Dialect::Postgres, at);
        if self.level < MAX_LEVEL {
            self.found.extend(read(&tokens, false, self.level + 1));
        }
    }

    /// A body as an argument: `CALL make_triggers('a', $$ BEGIN … END $$)`.
    fn nested_body(&mut self, i: usize) {
        let Some((text, at)) = string_literal(&self.tokens[i]) else { return };
        let (tokens, _) = super::tokens::tokenise(text, super::Dialect::Postgres, at);
        if self.level < MAX_LEVEL && is_body(&tokens) {
            self.found.extend(read(&body(&tokens), true, self.level + 1));
        }
    }

    fn behind_statement(&self, from: usize) -> usize {
        let end = self.tokens[from.min(self.tokens.len())..]
            .iter()
            .position(|t| t.token == Token::SemiColon || keyword(t) == Keyword::USING);
        end.map_or(self.tokens.len(), |n| from + n)
    }

    /// The end of a level: its tables are combined.
    fn flush(&mut self) {
        let frame = self.frame();
        frame.list = None;
        frame.aliases.clear();
        let items = std::mem::take(&mut frame.items);
        self.found.join(&items);
        self.frame().done.extend(items.into_iter().flatten());
    }

    fn close_inner(&mut self) {
        if self.frames.len() > 1 {
            self.close();
        }
    }

    fn close(&mut self) {
        self.flush();
        if let Some(frame) = self.frames.pop()
            && frame.derived
            && let Some(parent) = self.frames.last_mut()
        {
            parent.items.push(frame.done);
        }
        self.expect = None;
    }

    fn end_statement(&mut self) {
        while self.frames.len() > 1 {
            self.close();
        }
        self.flush();
        self.cases = 0;
        let clauses = !self.body;
        *self.frame() = Frame { clauses, ..Frame::default() };
        self.expect = None;
    }
}

/// Whether a text between `$$` is a body, and no plain string.
pub(super) fn is_body(tokens: &[TokenWithSpan]) -> bool {
    tokens.iter().any(|t| matches!(keyword(t), Keyword::BEGIN | Keyword::DECLARE))
}

/// Whether the table behind `INTO` is written: `INSERT INTO`, `INSERT OR IGNORE INTO`, not `SELECT … INTO`.
fn is_target(previous: Keyword, second: Keyword, third: Keyword) -> bool {
    let inserts = |k| matches!(k, Keyword::INSERT | Keyword::REPLACE | Keyword::MERGE);
    inserts(previous)
        || previous == Keyword::IGNORE && inserts(second)
        || second == Keyword::OR && inserts(third)
}

/// The names that `WITH` gives, wherever it stands.
fn ctes(tokens: &[TokenWithSpan]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for i in 1..tokens.len() {
        let introduced = tokens[i - 1].token == Token::Comma
            || matches!(keyword(&tokens[i - 1]), Keyword::WITH | Keyword::RECURSIVE);
        let Some(name) = word(&tokens[i]).filter(|_| introduced) else { continue };
        let mut next = i + 1;
        if is_token(tokens, next, &Token::LParen) {
            next = behind_columns(tokens, next);
        }
        if keyword_at(tokens, next) != Keyword::AS {
            continue;
        }
        next += 1;
        while matches!(keyword_at(tokens, next), Keyword::NOT) || is_word(tokens, next, "materialized") {
            next += 1;
        }
        if is_token(tokens, next, &Token::LParen) {
            names.insert(if name.quote_style.is_some() {
                name.value.clone()
            } else {
                name.value.to_lowercase()
            });
        }
    }
    names
}

/// The index behind `(a, b, c)`, if nothing else stands in it: a list of columns is never long to look at.
fn behind_columns(tokens: &[TokenWithSpan], open: usize) -> usize {
    let mut next = open + 1;
    while tokens.get(next).is_some_and(|t| matches!(t.token, Token::Comma | Token::Word(_))) {
        next += 1;
    }
    next + 1
}

fn ends_list(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::WHERE
            | Keyword::SET
            | Keyword::GROUP
            | Keyword::ORDER
            | Keyword::HAVING
            | Keyword::LIMIT
            | Keyword::RETURNING
            | Keyword::WINDOW
            | Keyword::FOR
            | Keyword::VALUES
            | Keyword::OFFSET
            | Keyword::FETCH
            | Keyword::RESTART
            | Keyword::CASCADE
    )
}

/// Words that are no names where a table is expected.
pub(super) fn is_reserved(keyword: Keyword) -> bool {
    ends_list(keyword)
        || matches!(
            keyword,
            Keyword::SELECT
                | Keyword::FROM
                | Keyword::ON
                | Keyword::JOIN
                | Keyword::LEFT
                | Keyword::RIGHT
                | Keyword::INNER
                | Keyword::OUTER
                | Keyword::FULL
                | Keyword::CROSS
                | Keyword::NATURAL
                | Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::USING
                | Keyword::AND
                | Keyword::OR
                | Keyword::AS
                | Keyword::INTO
                | Keyword::CASE
                | Keyword::WHEN
                | Keyword::THEN
                | Keyword::ELSE
                | Keyword::END
                | Keyword::WITH
                | Keyword::INSERT
                | Keyword::UPDATE
                | Keyword::DELETE
                | Keyword::NULL
                | Keyword::CREATE
                | Keyword::IN
                | Keyword::IS
                | Keyword::CURRENT
                | Keyword::BY
                | Keyword::DO
                | Keyword::DISTINCT
                | Keyword::ALL
        )
}
