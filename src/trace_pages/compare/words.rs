//! What changed between two texts, line by line and within changed lines word by word: Myers, "An O(ND) Difference
//! Algorithm" (1986). Bounded: texts that differ too much are shown as one removal and one addition.

/// Differences looked for before giving up; time and memory grow with its square.
const MOST_CHANGES: usize = 1_000;
/// Lines looked at, on each side.
pub const MOST_LINES: usize = 20_000;

/// A run of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// In both.
    Same,
    /// Only in the first.
    Gone,
    /// Only in the second.
    New,
}

/// One run of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub change: Change,
    pub text: String,
}

/// The difference of two texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// In reading order.
    pub runs: Vec<Run>,
    /// Whether the texts were too long or too different to be compared.
    pub gave_up: bool,
}

/// Compares two texts.
pub fn difference(a: &str, b: &str) -> Difference {
    let (left, right): (Vec<&str>, Vec<&str>) =
        (a.split_inclusive('\n').collect(), b.split_inclusive('\n').collect());
    let steps = if left.len().max(right.len()) > MOST_LINES { None } else { steps(&left, &right) };
    let Some(steps) = steps else { return Difference { runs: replaced(a, b), gave_up: true } };
    let mut runs = Vec::new();
    let (mut gone, mut new) = (String::new(), String::new());
    for step in steps {
        match step {
            (Change::Gone, line) => gone.push_str(line),
            (Change::New, line) => new.push_str(line),
            (Change::Same, line) => {
                settle(&mut gone, &mut new, &mut runs);
                push(&mut runs, Change::Same, line);
            }
        }
    }
    settle(&mut gone, &mut new, &mut runs);
    Difference { runs, gave_up: false }
}

/// Lines that stand in each other's place are compared by words.
fn settle(gone: &mut String, new: &mut String, runs: &mut Vec<Run>) {
    let (a, b) = (std::mem::take(gone), std::mem::take(new));
    if a.is_empty() && b.is_empty() {
        return;
    }
    let (left, right) = (words(&a), words(&b));
    match steps(&left, &right).filter(|_| !a.is_empty() && !b.is_empty()) {
        Some(found) => found.into_iter().for_each(|(change, word)| push(runs, change, word)),
        None => replaced(&a, &b).into_iter().for_each(|run| push(runs, run.change, &run.text)),
    }
}

fn replaced(a: &str, b: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    push(&mut runs, Change::Gone, a);
    push(&mut runs, Change::New, b);
    runs
}

fn push(runs: &mut Vec<Run>, change: Change, text: &str) {
    if text.is_empty() {
        return;
    }
    match runs.last_mut() {
        Some(last) if last.change == change => last.text.push_str(text),
        _ => runs.push(Run { change, text: text.to_owned() }),
    }
}

/// Words, blanks and marks, each by itself.
fn words(text: &str) -> Vec<&str> {
    let kind = |c: char| {
        if c.is_alphanumeric() {
            0
        } else if c.is_whitespace() {
            1
        } else {
            2
        }
    };
    let mut words = Vec::new();
    let mut from = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| before != kind(c) || before == 2) {
            words.extend(text.get(from..at));
            from = at;
        }
        before = Some(kind(c));
    }
    words.extend(text.get(from..).filter(|word| !word.is_empty()));
    words
}

/// The shortest way from one list to the other; none when it is longer than [`MOST_CHANGES`].
fn steps<'t>(a: &[&'t str], b: &[&'t str]) -> Option<Vec<(Change, &'t str)>> {
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let rest = a.len().min(b.len()) - head;
    let tail = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let middle = middle(a.get(head..a.len() - tail)?, b.get(head..b.len() - tail)?)?;
    let same = |words: &[&'t str]| words.iter().map(|word| (Change::Same, *word)).collect::<Vec<_>>();
    let mut found = same(a.get(..head)?);
    found.extend(middle);
    found.extend(same(a.get(a.len() - tail..)?));
    Some(found)
}

/// Myers' greedy search; `trace` keeps the furthest points of each round for the way back.
#[expect(clippy::many_single_char_names, reason = "the names of the paper")]
fn middle<'t>(a: &[&'t str], b: &[&'t str]) -> Option<Vec<(Change, &'t str)>> {
    let most = (a.len() + b.len()).min(MOST_CHANGES);
    let offset = i64::try_from(most).ok()? + 1;
    let mut furthest = vec![0_i64; 2 * most + 3];
    let place = |k: i64| usize::try_from(k + offset).ok();
    let (n, m) = (i64::try_from(a.len()).ok()?, i64::try_from(b.len()).ok()?);
    let mut rounds: Vec<Vec<i64>> = Vec::new();
    for d in 0..=i64::try_from(most).ok()? {
        rounds.push(furthest.get(place(-d - 1)?..=place(d + 1)?)?.to_vec());
        let mut k = -d;
        while k <= d {
            let (down, right) = (*furthest.get(place(k + 1)?)?, *furthest.get(place(k - 1)?)?);
            let mut x = if k == -d || (k != d && right < down) { down } else { right + 1 };
            while x < n && x - k < m && word(a, x) == word(b, x - k) {
                x += 1;
            }
            *furthest.get_mut(place(k)?)? = x;
            if x >= n && x - k >= m {
                return Some(way_back(a, b, &rounds));
            }
            k += 2;
        }
    }
    None
}

fn word<'t>(words: &[&'t str], at: i64) -> Option<&'t str> {
    words.get(usize::try_from(at).ok()?).copied()
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Walks from the end to the start along the kept rounds.
#[expect(clippy::many_single_char_names, reason = "the names of the paper")]
fn way_back<'t>(a: &[&'t str], b: &[&'t str], rounds: &[Vec<i64>]) -> Vec<(Change, &'t str)> {
    let mut found = Vec::new();
    let (mut x, mut y) = (signed(a.len()), signed(b.len()));
    for (d, kept) in rounds.iter().enumerate().rev() {
        let d = signed(d);
        let at =
            |k: i64| usize::try_from(k + d + 1).ok().and_then(|place| kept.get(place)).copied().unwrap_or(-1);
        let k = x - y;
        let before = if k == -d || (k != d && at(k - 1) < at(k + 1)) { k + 1 } else { k - 1 };
        let (to_x, to_y) = if d == 0 { (0, 0) } else { (at(before), at(before) - before) };
        while x > to_x && y > to_y {
            (x, y) = (x - 1, y - 1);
            found.extend(word(a, x).map(|word| (Change::Same, word)));
        }
        if d > 0 {
            if x == to_x {
                y -= 1;
                found.extend(word(b, y).map(|word| (Change::New, word)));
            } else {
                x -= 1;
                found.extend(word(a, x).map(|word| (Change::Gone, word)));
            }
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn show(a: &str, b: &str) -> String {
        let mark = |run: Run| match run.change {
            Change::Same => run.text,
            Change::Gone => format!("[-{}-]", run.text),
            Change::New => format!("[+{}+]", run.text),
        };
        difference(a, b).runs.into_iter().map(mark).collect()
    }

    #[test]
    fn changed_words_are_marked_and_the_rest_stands() {
        for (a, b, expected) in [
            ("", "", ""),
            ("same", "same", "same"),
            ("48 of 51 calls", "49 of 51 calls", "[-48-][+49+] of 51 calls"),
            ("one\ntwo\nthree\n", "one\nthree\n", "one\n[-two\n-]three\n"),
            ("", "new", "[+new+]"),
            ("a b", "a  b", "a[- -][+  +]b"),
        ] {
            assert_eq!(show(a, b), expected);
        }
    }

    #[test]
    fn texts_that_differ_too_much_are_given_up() {
        let many = |word: &str| (0..3_000).map(|n| format!("{word}{n}\n")).collect::<Vec<_>>().concat();
        let found = difference(&many("a"), &many("b"));
        assert!(found.gave_up && found.runs.len() == 2);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off_a_difference(a in "[ab \\n]{0,60}", b in "[ab \\n]{0,60}") {
            let runs = difference(&a, &b).runs;
            let side = |skip: Change| runs.iter().filter(|run| run.change != skip).map(|run| run.text.as_str()).collect::<String>();
            prop_assert_eq!(side(Change::New), a);
            prop_assert_eq!(side(Change::Gone), b);
        }
    }
}
