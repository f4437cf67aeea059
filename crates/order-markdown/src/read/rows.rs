//! Rows of tables, cell by cell.

/// The cells of a line of a table: where each begins in the line, and its text. An escaped pipe belongs to its cell.
pub fn cells(line: &str) -> Vec<(usize, &str)> {
    let inside = line.trim_end();
    let mut bounds: Vec<usize> = Vec::new();
    let (mut is_escaped, mut in_code) = (false, false);
    for (at, sign) in inside.char_indices() {
        match sign {
            '|' if !is_escaped && !in_code => bounds.push(at),
            '`' => in_code = !in_code,
            _ => {}
        }
        is_escaped = sign == '\\' && !is_escaped;
    }
    let lead = inside.len() - inside.trim_start_matches([' ', '\t', '>']).len();
    if bounds.first() != Some(&lead) {
        bounds.insert(0, lead.wrapping_sub(1));
    }
    if bounds.last() != Some(&(inside.len().wrapping_sub(1))) {
        bounds.push(inside.len());
    }
    let pairs = bounds.windows(2);
    let cells = pairs.filter_map(|pair| match pair {
        [from, to] => {
            let begin = from.wrapping_add(1);
            Some((begin, inside.get(begin..*to)?.trim()))
        }
        _ => None,
    });
    cells.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_with_and_without_outer_pipes() {
        let texts = |line| cells(line).into_iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
        assert_eq!(texts("| a | b \\| c | `d|e` |\n"), ["a", "b \\| c", "`d|e`"]);
        assert_eq!(texts("a | b"), ["a", "b"]);
        assert_eq!(texts("  | [ ] | |"), ["[ ]", ""]);
        assert_eq!(cells("| a | b |")[1].0, 5);
    }
}
