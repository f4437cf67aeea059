//! The work log and the comments of a file: headings with a time, lines below them.

use super::pieces::clean;
use super::signs::cut_code;
use crate::model::{Comment, LogEntry, LogKind, When, Who};
use crate::shield::unshielded;

const AUTHOR_LABELS: [&str; 3] = ["user:", "author:", "by:"];

/// The entries of a log: one for each heading.
pub fn entries(text: &str, new_id: &mut dyn FnMut() -> String) -> Vec<LogEntry> {
    sections(text).into_iter().map(|(heading, lines)| entry(&heading, &lines, new_id())).collect()
}

/// The comments of a file: one for each heading, `time - name`.
pub fn comments(text: &str, new_id: &mut dyn FnMut() -> String) -> Vec<Comment> {
    let comment = |(heading, lines): (String, Vec<String>)| {
        let (when, name) = cut_time(&heading);
        Comment {
            id: new_id(),
            when,
            by: Who::named(cut_code(&name).0),
            text: unshielded(lines.join("\n").trim()),
        }
    };
    sections(text).into_iter().map(comment).collect()
}

/// Headings with the lines below them; what stands before the first heading belongs to none.
fn sections(text: &str) -> Vec<(String, Vec<String>)> {
    let mut sections: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix('#').map(|rest| rest.trim_start_matches('#')) {
            Some(heading) if heading.starts_with([' ', '\t']) => sections.push((clean(heading), Vec::new())),
            _ => {
                if let Some((_, lines)) = sections.last_mut() {
                    lines.push(line.trim_end().to_owned());
                }
            }
        }
    }
    for (_, lines) in &mut sections {
        // A rule and the line below it are the foot of the file.
        if let Some(rule) = lines.iter().position(|line| matches!(line.trim(), "---" | "***" | "___")) {
            lines.truncate(rule);
        }
    }
    sections
}

fn entry(heading: &str, lines: &[String], id: String) -> LogEntry {
    let (when, title) = cut_time(heading);
    let mut told: Vec<String> = Vec::new();
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        match (line.trim_start().strip_prefix(['-', '*', '+']), told.last_mut()) {
            (Some(bullet), _) if !line.starts_with(' ') => told.push(clean(bullet)),
            (_, Some(last)) if line.starts_with(' ') => {
                last.push('\n');
                last.push_str(line.trim());
            }
            _ => told.push(clean(line)),
        }
    }
    let author = told.iter().rposition(|line| author_of(line).is_some());
    let author = author.map(|at| told.remove(at)).and_then(|line| author_of(&line).map(str::to_owned));
    let told: Vec<String> = told.iter().map(|line| unshielded(line)).collect();
    let kind = LogKind::of_title(&title);
    LogEntry { id, kind, when, title, lines: told, author, by: None, corrects: None }
}

fn author_of(line: &str) -> Option<&str> {
    AUTHOR_LABELS.iter().find_map(|label| {
        let (start, rest) = line.split_at_checked(label.len())?;
        start.eq_ignore_ascii_case(label).then(|| rest.trim())
    })
}

/// `2026-02-01 12:16 UTC - Started`: what stands before the dash is a time when it has a digit.
fn cut_time(heading: &str) -> (When, String) {
    let split =
        [" - ", " – ", " — "].iter().filter_map(|dash| heading.split_once(dash)).min_by_key(|it| it.0.len());
    match split {
        Some((time, title)) if time.chars().any(|c| c.is_ascii_digit()) => {
            (When::read(time), title.trim().to_owned())
        }
        _ if When::read(heading).from.is_some() => (When::read(heading), String::new()),
        _ => (When::default(), heading.trim().to_owned()),
    }
}
