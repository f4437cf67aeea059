//! The work log, comments and sections without a place of their own.

use super::meta;
use super::outline::{self, Line, Part, heading};
use super::text::{read_block, read_bullet, show_block, show_bullet, show_line};
use crate::model::{Comment, LogEntry, LogKind, Section, When, Who};
use foundation::Result;

const AUTHOR_LABELS: [&str; 3] = ["user:", "author:", "by:"];

pub(super) fn show_entry(entry: &LogEntry) -> Result<String> {
    let comment = meta::comment(entry, &norm_entry(entry)?, &[])?;
    Ok(show_log_text(entry, &comment))
}

fn show_log_text(entry: &LogEntry, comment: &str) -> String {
    let mut shown = show_timed(&entry.when, &entry.title, comment);
    for line in &entry.lines {
        shown.extend(["- ", &show_bullet(line, ""), "\n"]);
    }
    // An entry written here names its account; an author line stays what a file said.
    let author = entry.author.as_deref().or(entry.by.as_ref().map(|by| by.name.as_str()));
    if let Some(author) = author {
        shown.extend(["- User: ", &show_line(author), "\n"]);
    }
    shown
}

fn show_timed(when: &When, title: &str, comment: &str) -> String {
    let (when, title) = (show_line(&when.raw), show_line(title));
    let dash = if when.is_empty() { "" } else { " - " };
    format!("### {when}{dash}{title}{comment}\n")
}

fn norm_entry(entry: &LogEntry) -> Result<LogEntry> {
    let shown = show_log_text(entry, "");
    let lines = outline::lines(&shown)?;
    let title = lines.first().and_then(|line| heading(line, 3)).unwrap_or_default();
    Ok(visible_entry(title, lines.get(1..).unwrap_or_default()))
}

fn visible_entry(heading: &str, body: &[Line<'_>]) -> LogEntry {
    let (when, title) = cut_time(heading);
    let (bullets, others) = outline::bullets(body, true);
    let bulleted = bullets.iter().map(|bullet| (bullet.number, read_bullet(bullet.first, &bullet.rest)));
    let bare = others.iter().map(|line| (line.number, line.text.trim().to_owned()));
    let mut lines: Vec<(usize, String)> = bulleted.chain(bare.filter(|(_, text)| !text.is_empty())).collect();
    lines.sort_by_key(|(number, _)| *number);
    let mut lines: Vec<String> = lines.into_iter().map(|(_, text)| text).collect();
    let author = lines.iter().rposition(|line| author_of(line).is_some());
    let author = author.map(|at| lines.remove(at)).and_then(|line| author_of(&line).map(str::to_owned));
    LogEntry {
        id: String::new(),
        kind: LogKind::of_title(&title),
        when,
        title,
        lines,
        author,
        by: None,
        corrects: None,
    }
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

pub(super) fn read_entry(part: &Part<'_, '_>) -> Result<LogEntry> {
    let line = part.heading.unwrap_or(Line { number: 1, text: "", code: false });
    let (title, comment) = meta::cut(heading(&line, 3).unwrap_or_default(), line.number)?;
    meta::settle(visible_entry(title, part.body), comment, norm_entry, line.number)
}

pub(super) fn show_comment(comment: &Comment) -> Result<String> {
    let surplus = meta::comment(comment, &norm_comment(comment)?, &[])?;
    Ok(show_comment_text(comment, &surplus))
}

fn show_comment_text(comment: &Comment, surplus: &str) -> String {
    let head = show_timed(&comment.when, &comment.by.name, surplus);
    format!("{head}{}\n", show_block(&comment.text, true))
}

fn norm_comment(comment: &Comment) -> Result<Comment> {
    let shown = show_comment_text(comment, "");
    let lines = outline::lines(&shown)?;
    let title = lines.first().and_then(|line| heading(line, 3)).unwrap_or_default();
    Ok(visible_comment(title, lines.get(1..).unwrap_or_default()))
}

fn visible_comment(heading: &str, body: &[Line<'_>]) -> Comment {
    let (when, name) = cut_time(heading);
    Comment { id: String::new(), when, by: Who::named(name), text: read_block(body) }
}

pub(super) fn read_comment(part: &Part<'_, '_>) -> Result<Comment> {
    let line = part.heading.unwrap_or(Line { number: 1, text: "", code: false });
    let (title, comment) = meta::cut(heading(&line, 3).unwrap_or_default(), line.number)?;
    meta::settle(visible_comment(title, part.body), comment, norm_comment, line.number)
}

pub(super) fn show_section(section: &Section) -> Result<String> {
    let comment = meta::comment(section, &norm_section(section)?, &[])?;
    Ok(show_section_text(section, &comment))
}

fn show_section_text(section: &Section, comment: &str) -> String {
    let title = show_line(&section.title);
    // A section must not be taken for one of the form's own.
    let own = title.is_empty() || super::parse::is_known(&title);
    let title = if own { format!("Section: {title}") } else { title };
    format!("## {title}{comment}\n{}\n", show_block(&section.text, true))
}

fn norm_section(section: &Section) -> Result<Section> {
    let shown = show_section_text(section, "");
    let lines = outline::lines(&shown)?;
    let title = lines.first().and_then(|line| heading(line, 2)).unwrap_or_default();
    let text = read_block(outline::without_rules(lines.get(1..).unwrap_or_default()));
    Ok(Section { title: title.to_owned(), text })
}

pub(super) fn read_section(line: &Line<'_>, body: &[Line<'_>]) -> Result<Section> {
    let (title, comment) = meta::cut(heading(line, 2).unwrap_or_default(), line.number)?;
    let visible = Section { title: title.trim().to_owned(), text: read_block(body) };
    meta::settle(visible, comment, norm_section, line.number)
}
