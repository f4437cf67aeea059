//! What one text says that another does not, line by line.

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Same(String),
    Removed(String),
    Added(String),
    /// So many lines that both have, and that stand far from every change.
    Hidden(usize),
}

/// Lines around a change that are shown.
const AROUND: usize = 2;
/// Lines of a comparison that a page shows.
const MOST_SHOWN: usize = 2_000;
/// More pairs of lines than are compared one by one; a larger change is taken as one.
const MOST_PAIRS: usize = 4_000_000;

/// The lines of two texts against each other; empty where both say the same.
pub fn compare(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if old == new {
        return Vec::new();
    }
    shortened(whole(&old, &new))
}

/// The first lines of a comparison, or of what it says in words, and how many stand behind them: a page holds no more than a person
/// reads.
pub fn beginning<T>(mut lines: Vec<T>) -> (Vec<T>, usize) {
    let rest = lines.len().saturating_sub(MOST_SHOWN);
    lines.truncate(MOST_SHOWN);
    (lines, rest)
}

/// How many lines were removed and how many added.
pub fn counts(lines: &[Line]) -> (usize, usize) {
    let removed = lines.iter().filter(|line| matches!(line, Line::Removed(_))).count();
    let added = lines.iter().filter(|line| matches!(line, Line::Added(_))).count();
    (removed, added)
}

fn whole(old: &[&str], new: &[&str]) -> Vec<Line> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let old_middle = old_rest.get(..old_rest.len() - tail).unwrap_or_default();
    let new_middle = new_rest.get(..new_rest.len() - tail).unwrap_or_default();
    let same = |lines: &[&str]| lines.iter().map(|line| Line::Same((*line).to_owned())).collect::<Vec<_>>();
    let mut lines = same(old.get(..head).unwrap_or_default());
    lines.extend(changed(old_middle, new_middle));
    lines.extend(same(old_rest.get(old_rest.len() - tail..).unwrap_or_default()));
    lines
}

fn changed(old: &[&str], new: &[&str]) -> Vec<Line> {
    let removed = |line: &&str| Line::Removed((*line).to_owned());
    let added = |line: &&str| Line::Added((*line).to_owned());
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        return old.iter().map(removed).chain(new.iter().map(added)).collect();
    }
    let lengths = common_lengths(old, new);
    let common = |a: usize, b: usize| lengths.get(a).and_then(|row| row.get(b)).copied().unwrap_or(0);
    let (mut a, mut b, mut lines) = (0, 0, Vec::new());
    loop {
        match (old.get(a), new.get(b)) {
            (Some(was), Some(is)) if was == is => {
                lines.push(Line::Same((*was).to_owned()));
                (a, b) = (a + 1, b + 1);
            }
            (Some(was), Some(_)) if common(a + 1, b) >= common(a, b + 1) => {
                lines.push(removed(was));
                a += 1;
            }
            (_, Some(is)) => {
                lines.push(added(is));
                b += 1;
            }
            (Some(was), None) => {
                lines.push(removed(was));
                a += 1;
            }
            (None, None) => return lines,
        }
    }
}

/// For each place in both texts, how many lines their rests have in common at most.
fn common_lengths(old: &[&str], new: &[&str]) -> Vec<Vec<u32>> {
    let mut rows = vec![vec![0; new.len() + 1]];
    for was in old.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let at = |place: usize| below.get(place).copied().unwrap_or(0);
        let mut row = vec![0; new.len() + 1];
        let mut right = 0;
        for (place, is) in new.iter().enumerate().rev() {
            right = if was == is { at(place + 1) + 1 } else { at(place).max(right) };
            if let Some(cell) = row.get_mut(place) {
                *cell = right;
            }
        }
        rows.push(row);
    }
    rows.reverse();
    rows
}

/// Only what stands near a change.
fn shortened(lines: Vec<Line>) -> Vec<Line> {
    let is_change = |line: &Line| !matches!(line, Line::Same(_));
    let changes: Vec<usize> =
        (0..).zip(&lines).filter(|(_, line)| is_change(line)).map(|(at, _)| at).collect();
    // The first change that is not far before a line says whether any is near: a text may have a hundred thousand lines.
    let is_near = |at: usize| {
        let first = changes.partition_point(|change| change + AROUND < at);
        changes.get(first).is_some_and(|change| *change <= at + AROUND)
    };
    let (mut shown, mut hidden) = (Vec::new(), 0);
    for (at, line) in lines.into_iter().enumerate() {
        if is_near(at) {
            if hidden > 0 {
                shown.push(Line::Hidden(hidden));
                hidden = 0;
            }
            shown.push(line);
        } else {
            hidden += 1;
        }
    }
    if hidden > 0 {
        shown.push(Line::Hidden(hidden));
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(old: &str, new: &str) -> Vec<String> {
        let say = |line: Line| match line {
            Line::Same(text) => format!(" {text}"),
            Line::Removed(text) => format!("-{text}"),
            Line::Added(text) => format!("+{text}"),
            Line::Hidden(count) => format!("…{count}"),
        };
        compare(old, new).into_iter().map(say).collect()
    }

    #[test]
    fn changes_stand_between_the_lines_around_them() {
        for (old, new, expected) in [
            ("a\nb", "a\nb", vec![]),
            ("", "a", vec!["+a"]),
            ("a", "", vec!["-a"]),
            ("a\nb\nc", "a\nx\nc", vec![" a", "-b", "+x", " c"]),
            ("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\nsix", vec!["…3", " 4", " 5", "-6", "+six"]),
            ("a\nb\nc\nd\ne", "b\nc\nd\ne\nf", vec!["-a", " b", " c", " d", " e", "+f"]),
        ] {
            assert_eq!(told(old, new), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_text_of_many_lines_is_compared_in_a_time_that_its_length_says() {
        let line = |words: &str, line: usize| format!("{words} {line}\n");
        let text = |words: &str| (0..100_000).map(|at| line(words, at)).collect::<String>();
        // The square of it would be ten thousand million lines looked at.
        let lines = compare(&text("old"), &text("new"));
        assert_eq!(counts(&lines), (100_000, 100_000));
        // A page shows the first of them, and says how many it does not.
        let (shown, rest) = beginning(lines);
        assert_eq!((shown.len(), rest), (2_000, 198_000));
        let (shown, rest) = beginning(compare("a\nb\nc", "a\nx\nc"));
        assert_eq!((shown.len(), rest), (4, 0));
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off_their_comparison(old in "([abc]\n){0,9}", new in "([abc]\n){0,9}") {
            let (a, b): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
            let lines = whole(&a, &b);
            let of = |keep: fn(&Line) -> bool| lines.iter().filter(|line| keep(line)).map(|line| match line {
                Line::Same(text) | Line::Removed(text) | Line::Added(text) => text.clone(),
                Line::Hidden(_) => String::new(),
            }).collect::<Vec<_>>();
            prop_assert_eq!(of(|line| !matches!(line, Line::Added(_))), a);
            prop_assert_eq!(of(|line| !matches!(line, Line::Removed(_))), b);
        }
    }
}
