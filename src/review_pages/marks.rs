//! Cutting a body into plain and quoted pieces, so that quoted words are marked where they stand.

use std::ops::Range;

/// A piece of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Somebody's verdict quotes them.
    pub is_quoted: bool,
}

/// Cuts a text at byte ranges; ranges may overlap, and those that cut a character are left out.
pub fn pieces(text: &str, mut quoted: Vec<Range<usize>>) -> Vec<Piece> {
    quoted.retain(|range| text.get(range.clone()).is_some_and(|words| !words.is_empty()));
    quoted.sort_by_key(|range| (range.start, range.end));
    let mut out = Vec::new();
    let mut at = 0;
    for range in quoted {
        let start = range.start.max(at);
        if start >= range.end {
            continue;
        }
        push(&mut out, text, at..start, false);
        push(&mut out, text, start..range.end, true);
        at = range.end;
    }
    push(&mut out, text, at..text.len(), false);
    out
}

fn push(out: &mut Vec<Piece>, text: &str, range: Range<usize>, is_quoted: bool) {
    let words = text.get(range).unwrap_or_default();
    if !words.is_empty() {
        out.push(Piece { text: words.to_owned(), is_quoted });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_together_are_the_text() {
        let text = "48 of 51 cälls";
        for ranges in [vec![], vec![0..2], vec![6..8, 0..2], vec![0..8, 6..12], vec![11..12, 90..99]] {
            let cut = pieces(text, ranges.clone());
            assert_eq!(cut.iter().map(|piece| piece.text.as_str()).collect::<String>(), text, "{ranges:?}");
        }
        let cut = pieces(text, vec![6..8]);
        assert_eq!((cut[1].text.as_str(), cut[1].is_quoted, cut.len()), ("51", true, 3));
    }
}
