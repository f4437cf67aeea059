//! A strict reader of both text forms, written after their specifications and not after our writer.

use std::collections::{BTreeMap, BTreeSet};

/// Labels of a series by name.
pub type Labels = BTreeMap<String, String>;

/// What was read.
#[derive(Debug, Default)]
pub struct Read {
    /// The kind and the help of each family, by the name of its samples without the ends that the kind adds.
    pub families: BTreeMap<String, (String, String)>,
    pub samples: BTreeMap<(String, Labels), f64>,
}

impl Read {
    /// The value of a series.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.samples.get(&(name.to_owned(), labels)).copied()
    }

    /// The value of a series as a whole number.
    pub fn whole(&self, name: &str, labels: &[(&str, &str)]) -> i64 {
        let value = self.value(name, labels).unwrap_or_else(|| panic!("no {name} {labels:?} in {self:?}"));
        format!("{value:.0}").parse().unwrap()
    }
}

/// Reads a whole answer; the first fault ends it.
pub fn read(text: &str, is_openmetrics: bool) -> Result<Read, String> {
    let mut read = Read::default();
    let text = if is_openmetrics { text.strip_suffix("# EOF\n").ok_or("the end is missing")? } else { text };
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("the last line has no end".to_owned());
    }
    let (mut lines, mut done) = (text.split_terminator('\n').peekable(), BTreeSet::new());
    while let Some(line) = lines.next() {
        let (name, help) = named(line, "# HELP ")?;
        let (again, kind) = named(lines.next().unwrap_or_default(), "# TYPE ")?;
        if again != name || !done.insert(name.clone()) || read.families.keys().next_back() > Some(&name) {
            return Err(format!("{name}: once, in order, with its type: {line}"));
        }
        if !is_name(&name, true) || !["counter", "gauge", "histogram"].contains(&kind.as_str()) {
            return Err(format!("{name} {kind}"));
        }
        read.families.insert(name.clone(), (kind.clone(), unescaped(&help, is_openmetrics)?));
        let mut found = 0;
        while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
            let (of, labels, value) = sample(line)?;
            if !ends(&name, &kind, is_openmetrics).contains(&of) {
                return Err(format!("{of} is no sample of {name}, a {kind}"));
            }
            if kind == "counter" && value < 0.0 {
                return Err(format!("a counter below zero: {line}"));
            }
            if read.samples.insert((of, labels), value).is_some() {
                return Err(format!("twice: {line}"));
            }
            found += 1;
        }
        if found == 0 {
            return Err(format!("{name} has no samples"));
        }
    }
    Ok(read)
}

fn named(line: &str, begin: &str) -> Result<(String, String), String> {
    let rest = line.strip_prefix(begin).ok_or_else(|| format!("not {begin}: {line}"))?;
    let (name, rest) = rest.split_once(' ').ok_or_else(|| format!("nothing said: {line}"))?;
    Ok((name.to_owned(), rest.to_owned()))
}

fn ends(name: &str, kind: &str, is_openmetrics: bool) -> Vec<String> {
    match kind {
        "counter" if is_openmetrics => vec![format!("{name}_total")],
        "counter" if !name.ends_with("_total") => Vec::new(),
        "histogram" => ["bucket", "sum", "count"].map(|end| format!("{name}_{end}")).to_vec(),
        _ => vec![name.to_owned()],
    }
}

fn sample(line: &str) -> Result<(String, Labels, f64), String> {
    let bad = || format!("no sample: {line}");
    let end = line.find(['{', ' ']).ok_or_else(bad)?;
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => label_set(rest).ok_or_else(bad)?,
        None => (Labels::new(), rest),
    };
    let value = match rest.strip_prefix(' ').ok_or_else(bad)? {
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        "NaN" => f64::NAN,
        number if number.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            number.parse().map_err(|_| bad())?
        }
        _ => return Err(bad()),
    };
    if is_name(name, true) { Ok((name.to_owned(), labels, value)) } else { Err(bad()) }
}

/// `a="x",b="y"}` and what follows.
fn label_set(mut rest: &str) -> Option<(Labels, &str)> {
    let mut labels = Labels::new();
    loop {
        let (name, after) = rest.split_once("=\"")?;
        let end = end_of_value(after)?;
        let value = unescaped(&after[..end], true).ok()?;
        if !is_name(name, false) || name.starts_with("__") || labels.insert(name.to_owned(), value).is_some()
        {
            return None;
        }
        rest = &after[end + 1..];
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => return Some((labels, rest.strip_prefix('}')?)),
        }
    }
}

/// Where the quote stands that no backslash is before.
fn end_of_value(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends.then_some(at)
    })
}

fn unescaped(text: &str, has_quotes: bool) -> Result<String, String> {
    let (mut plain, mut chars) = (String::new(), text.chars());
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('\\')) => plain.push('\\'),
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some('"')) if has_quotes => plain.push('"'),
            ('\\' | '\0', _) => return Err(format!("no such escape: {text}")),
            ('"', _) if has_quotes => return Err(format!("a bare quote: {text}")),
            (c, _) => plain.push(c),
        }
    }
    Ok(plain)
}

fn is_name(name: &str, has_colons: bool) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_' || (has_colons && c == ':');
    name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

#[test]
fn what_is_no_metrics_is_refused() {
    let head = "# HELP a A.\n# TYPE a gauge\n";
    for (text, is_read) in [
        (format!("{head}a 1\n"), true),
        (format!("{head}a{{x=\"\\\\\"}} -1.5e3\n"), true),
        (format!("{head}a 1"), false),
        (format!("{head}a 1\na 2\n"), false),
        (format!("{head}b 1\n"), false),
        (format!("{head}a{{x=\"\"\"}} 1\n"), false),
        (format!("{head}a{{x=\"\\t\"}} 1\n"), false),
        (format!("{head}a{{1x=\"\"}} 1\n"), false),
        (format!("{head}a inf\n"), false),
        (format!("{head}a 1\n\n"), false),
        (head.to_owned(), false),
        ("a 1\n".to_owned(), false),
        (format!("{head}a 1\n{head}a{{b=\"c\"}} 1\n"), false),
        ("# HELP a A.\n# TYPE a counter\na 1\n".to_owned(), false),
    ] {
        assert_eq!(read(&text, false).is_ok(), is_read, "{text}");
    }
}
