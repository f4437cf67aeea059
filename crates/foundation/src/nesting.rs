//! How deep the quotes and lists of a Markdown text nest, before anybody parses it.
//!
//! Whoever reads or shows such a text takes time for each line and each level it stands in, so a short text of nothing
//! but marks keeps a machine busy. This looks at the marks that lines begin with, once.

/// The deepest that quotes and lists may nest.
pub const DEEPEST: usize = 64;

/// The first line, from 1, on which quotes and lists nest deeper than [`DEEPEST`]. It never counts too few levels; it
/// counts marks in code too, which nobody writes that deep.
pub fn too_deep(text: &str) -> Option<usize> {
    let mut open: Vec<usize> = Vec::new();
    // A carriage return by itself ends a line too; the pair makes an empty line, which changes nothing but the count.
    let mut number = 0;
    for whole in text.split_inclusive('\n') {
        number += 1;
        let ended = whole.strip_suffix('\n').unwrap_or(whole);
        let ended = ended.strip_suffix('\r').unwrap_or(ended);
        for (i, line) in ended.split('\r').enumerate() {
            number += usize::from(i > 0);
            if is_too_deep(line, &mut open) {
                return Some(number);
            }
        }
    }
    None
}

/// Whether a line stands too deep. `open` holds the columns at which the words of the list items around it begin.
fn is_too_deep(line: &str, open: &mut Vec<usize>) -> bool {
    let (mut quotes, mut column, mut is_first) = (0, 0, true);
    let mut rest = line.get(..rule_at(line)).unwrap_or(line).as_bytes();
    loop {
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let (before, bare) = rest.split_at(blanks);
        column = before.iter().fold(column, |at, byte| if *byte == b'\t' { at + 4 - at % 4 } else { at + 1 });
        let Some(length) = mark_length(bare) else { return false };
        if bare.first() == Some(&b'>') {
            quotes += 1;
        } else {
            if std::mem::take(&mut is_first) {
                open.truncate(open.partition_point(|begin| *begin <= column));
            }
            open.push(column + length + 1);
        }
        if quotes + open.len() > DEEPEST {
            return true;
        }
        column += length;
        rest = bare.get(length..).unwrap_or_default();
    }
}

/// Where a rule such as `- - -` begins that the line ends with, else its length: the marks of a rule open no list.
fn rule_at(line: &str) -> usize {
    let mark = line.trim_end().chars().next_back().filter(|mark| matches!(mark, '-' | '*'));
    let Some(mark) = mark else { return line.len() };
    let begin = line.trim_end_matches([mark, ' ', '\t']).len();
    let marks = line.get(begin..).map_or(0, |rule| rule.matches(mark).count());
    if marks < 3 { line.len() } else { begin }
}

/// Bytes of the mark of a quote or of a list item that a text begins with.
fn mark_length(text: &[u8]) -> Option<usize> {
    let digits = text.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let length = match (text.get(digits)?, digits) {
        (b'>', 0) => return Some(1),
        (b'-' | b'*' | b'+', 0) => 1,
        (b'.' | b')', 1..=9) => digits + 1,
        _ => return None,
    };
    text.get(length).is_none_or(|next| matches!(next, b' ' | b'\t')).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted_on_a_line_and_across_lines() {
        for mark in ["> ", ">", "- ", "* ", "+ ", "1. ", "12) ", "> - ", "-\t"] {
            let marks = mark.trim().split(' ').count();
            let text = |levels: usize| format!("a\n\n{}a\n", mark.repeat(levels.div_ceil(marks)));
            assert_eq!(too_deep(&text(DEEPEST)), None, "{mark}");
            assert_eq!(too_deep(&text(DEEPEST + 1)), Some(3), "{mark}");
        }
        let stairs = |levels: usize| {
            let lines: Vec<String> =
                (0..levels).map(|level| format!("{}- a\n", "  ".repeat(level))).collect();
            lines.concat()
        };
        assert_eq!(too_deep(&stairs(DEEPEST)), None);
        assert_eq!(too_deep(&stairs(500)), Some(DEEPEST + 1));
        assert_eq!(too_deep(&stairs(500).replace(" a", "")), Some(DEEPEST + 1));
        assert_eq!(too_deep(&stairs(500).replace('a', "-")), Some(DEEPEST));
        assert_eq!(too_deep(&stairs(500).replace('\n', "\r")), Some(DEEPEST + 1));
        assert_eq!(too_deep(&stairs(500).replace('\n', "\r\n")), Some(DEEPEST + 1));
    }

    #[test]
    fn long_texts_that_nest_little_are_not_deep() {
        for flat in ["- a\n", "> a\n", "1. a\n   - b\n", "[ ] a\n", "  - a\n - b\n"] {
            assert_eq!(too_deep(&flat.repeat(1000)), None, "{flat}");
        }
        for line in ["- ".repeat(200), "* ".repeat(200), "-".repeat(200), format!("> {}", "- ".repeat(100))] {
            assert_eq!(too_deep(&line), None, "{line}");
        }
        assert_eq!(too_deep(&format!("a {}", "> ".repeat(100))), None);
        assert_eq!(too_deep(&format!("- [ ] {}", "- [ ] ".repeat(100))), None);
    }
}
