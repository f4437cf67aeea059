//! Lists of short texts: goals, parts, safety notes, criteria.

use super::marks::{cut_box, cut_state, show_state};
use super::meta;
use super::outline::{self, Bullet};
use super::text::{read_bullet, show_bullet};
use crate::model::{Criterion, Entry, Materiality, StepState, Tick, Ticks};
use foundation::Result;

pub(super) fn show_entries(entries: &[Entry]) -> Result<String> {
    let mut shown = String::new();
    for entry in entries {
        let comment = meta::comment(entry, &norm_entry(entry)?, &[])?;
        shown.push_str(&show_entry(entry, &comment));
    }
    Ok(shown)
}

fn show_entry(entry: &Entry, comment: &str) -> String {
    format!("- {}\n", show_bullet(&entry.text, comment))
}

fn norm_entry(entry: &Entry) -> Result<Entry> {
    let shown = show_entry(entry, "");
    let lines = outline::lines(&shown)?;
    let (bullets, _) = outline::bullets(&lines, false);
    let text = bullets.first().map(|bullet| read_bullet(bullet.first, &bullet.rest));
    Ok(Entry { id: String::new(), text: text.unwrap_or_default() })
}

pub(super) fn read_entries(bullets: &[Bullet<'_>]) -> Result<Vec<Entry>> {
    bullets.iter().map(read_entry).collect()
}

fn read_entry(bullet: &Bullet<'_>) -> Result<Entry> {
    let (first, comment) = meta::cut(bullet.first, bullet.number)?;
    let visible = Entry { id: String::new(), text: read_bullet(first, &bullet.rest) };
    meta::settle(visible, comment, norm_entry, bullet.number)
}

pub(super) fn show_criteria(criteria: &[Criterion]) -> Result<String> {
    let mut shown = String::new();
    for (number, criterion) in (1..).zip(criteria) {
        let comment = meta::comment(criterion, &norm_criterion(criterion)?, &[])?;
        shown.push_str(&show_criterion(number, criterion, &comment));
    }
    Ok(shown)
}

fn show_criterion(number: usize, criterion: &Criterion, comment: &str) -> String {
    let (first, rest) = criterion.text.split_once('\n').unwrap_or((&criterion.text, ""));
    let sign = if criterion.ticks.is_ticked() {
        format!(" {}", show_state(&StepState::Done))
    } else {
        String::new()
    };
    let rest = if rest.is_empty() { String::new() } else { format!("\n{rest}") };
    // The sign stands on the first line, before the comment.
    let first = super::text::show_line(first);
    let shown = show_bullet(&format!("{first}{sign}{rest}"), comment);
    format!("{number}. {shown}\n")
}

fn norm_criterion(criterion: &Criterion) -> Result<Criterion> {
    let shown = show_criterion(1, criterion, "");
    let lines = outline::lines(&shown)?;
    let (bullets, _) = outline::bullets(&lines, true);
    Ok(bullets.first().map_or_else(|| visible_criterion("", &[]), |it| visible_criterion(it.first, &it.rest)))
}

fn visible_criterion(first: &str, rest: &[&str]) -> Criterion {
    let (text, boxed) = cut_box(first).map_or((first, false), |(text, ticked)| (text, ticked));
    let (text, state) = cut_state(text);
    let met = boxed || state == Some(StepState::Done);
    let ticks = if met { vec![Tick::imported("")] } else { Vec::new() };
    Criterion {
        id: String::new(),
        text: read_bullet(text, rest),
        materiality: Materiality::Important,
        ticks: Ticks(ticks),
    }
}

pub(super) fn read_criteria(bullets: &[Bullet<'_>]) -> Result<Vec<Criterion>> {
    bullets.iter().map(read_criterion).collect()
}

fn read_criterion(bullet: &Bullet<'_>) -> Result<Criterion> {
    let (first, comment) = meta::cut(bullet.first, bullet.number)?;
    meta::settle(visible_criterion(first, &bullet.rest), comment, norm_criterion, bullet.number)
}
