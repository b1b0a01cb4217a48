//! Byte offsets to places and back. Places are what a person reads and what the rest of the program keeps.

use super::policy::Place;

/// Where each line of a text begins.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Lines<'a> {
        // A byte order mark is no column.
        let first = text.len() - text.trim_start_matches('\u{feff}').len();
        let starts = std::iter::once(first).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Lines { text, starts }
    }

    /// The place of a byte offset.
    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts[line - 1];
        let before = self.text.get(start..offset).unwrap_or("");
        Place { line: line as u32, column: before.chars().count() as u32 + 1 }
    }

    /// The byte offset of a place; the end of the text for a place outside it.
    pub(super) fn offset(&self, place: Place) -> usize {
        let Some(&start) = self.starts.get((place.line as usize).wrapping_sub(1)) else {
            return self.text.len();
        };
        let skipped = (place.column as usize).saturating_sub(1);
        self.text[start..].char_indices().nth(skipped).map_or(self.text.len(), |(i, _)| start + i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_lead_back() {
        let text = "\u{feff}a = 1\r\nmü = 'x'\n";
        let lines = Lines::new(text);
        for (needle, line, column) in [("a", 1, 1), ("1", 1, 5), ("m", 2, 1), ("=", 1, 3), ("'x", 2, 6)] {
            let offset = text.find(needle).unwrap();
            assert_eq!(lines.place(offset), Place { line, column }, "{needle}");
            assert_eq!(lines.offset(Place { line, column }), offset, "{needle}");
        }
        assert_eq!(lines.offset(Place { line: 9, column: 1 }), text.len());
        assert_eq!(lines.place(text.len()).line, 3);
    }
}
