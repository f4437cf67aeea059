//! The first column in which two rows of one type differ, read off their printed form: no list of columns that a new one
//! could be missing from.

use std::fmt::Debug;

/// Name, value here and value there of the first field that differs.
pub(crate) fn first_difference(here: &impl Debug, there: &impl Debug) -> Option<(String, String, String)> {
    let (here, there) = (fields(&format!("{here:#?}")), fields(&format!("{there:#?}")));
    let mut pairs = here.into_iter().zip(there);
    pairs.find(|(a, b)| a != b).map(|((name, a), (_, b))| (name, a, b))
}

/// The innermost named fields of a printed row, each with its value on one line.
fn fields(printed: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in printed.lines() {
        let text = line.trim();
        match text.split_once(": ").filter(|(name, _)| is_name(name)) {
            Some((name, value)) => fields.push((name.to_owned(), value.to_owned())),
            None => {
                if let Some((_, value)) = fields.last_mut() {
                    value.push_str(text);
                }
            }
        }
    }
    fields.into_iter().map(|(name, value)| (name, value.trim_end_matches(['}', ',']).to_owned())).collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone)]
    struct Row {
        name: Option<String>,
        shown: Shown,
        count: i64,
    }

    #[derive(Debug, Clone)]
    struct Shown {
        level: String,
        bytes: Vec<u8>,
    }

    #[test]
    fn the_first_field_that_differs_is_named_wherever_it_stands() {
        let shown = Shown { level: "a: b".to_owned(), bytes: vec![1, 2] };
        let row = Row { name: Some("x".to_owned()), shown, count: 3 };
        assert_eq!(first_difference(&row, &row.clone()), None);
        let of = |change: fn(&mut Row)| {
            let mut other = row.clone();
            change(&mut other);
            first_difference(&row, &other).unwrap()
        };
        assert_eq!(of(|row| row.name = None).0, "name");
        assert_eq!(of(|row| row.shown.level.clear()).0, "level");
        assert_eq!(
            of(|row| row.shown.bytes[1] = 9),
            ("bytes".to_owned(), "[1,2,]".to_owned(), "[1,9,]".to_owned())
        );
        assert_eq!(of(|row| row.count = 4), ("count".to_owned(), "3".to_owned(), "4".to_owned()));
    }
}
