//! Log, comments, safety and findings of the order page.

use super::gathered::words::{Called, marked};
use super::text::{self, Html};
use super::view::OrderView;
use crate::web::markdown;
use crate::web::page::initials;
use crate::work_orders::contradictions;
use crate::work_orders::decide::Command;
use crate::work_orders::model::{Comment, Finding, LogEntry, Subject, Who};

/// A log entry or a comment.
#[derive(Debug)]
pub struct EntryView {
    /// The element's id on the page.
    pub anchor: String,
    pub id: String,
    pub initials: String,
    pub is_agent: bool,
    pub title: String,
    /// What it says, as HTML.
    pub html: Vec<String>,
    /// Who and when.
    pub meta: Html,
    /// What it is called in a list: its heading, or what it says first.
    pub label: String,
    pub is_corrected: bool,
    /// Whether this person may correct it.
    pub may_correct: bool,
}

/// The log, newest first.
pub fn log(view: &OrderView) -> Vec<EntryView> {
    view.order.log.iter().rev().map(|entry| log_entry(view, entry)).collect()
}

fn log_entry(view: &OrderView, entry: &LogEntry) -> EntryView {
    let by = entry.by.clone().or_else(|| entry.author.as_deref().map(Who::named));
    let author = by.as_ref().map(|by| Html::text(&text::name_of(by)));
    let when = match entry.by {
        Some(_) => entry.when.from.map(|at| text::moment(at, view.now)),
        None => Some(Html::text(&entry.when.raw)).filter(|raw| !raw.is_empty()),
    };
    let source = entry.by.is_none().then(|| Html::text("from the file"));
    let parts = [when, author, source, view.claimed_of(&entry.id)];
    EntryView {
        anchor: format!("log-{}", entry.id),
        id: entry.id.clone(),
        initials: by.as_ref().map_or_else(|| "·".to_owned(), |by| initials(&by.name)),
        is_agent: by.as_ref().is_some_and(|by| by.kind != foundation::ActorKind::Human),
        title: entry.title.clone(),
        html: entry.lines.iter().map(|line| spoken_to(view, &entry.id, &text::inline(line))).collect(),
        meta: Html::joined(parts.into_iter().flatten(), " · "),
        label: [&entry.title]
            .into_iter()
            .chain(&entry.lines)
            .find(|it| !it.is_empty())
            .cloned()
            .unwrap_or_default(),
        is_corrected: view.order.log.iter().any(|it| it.corrects.as_deref() == Some(&entry.id)),
        may_correct: view.allows(Command::AddLog {
            title: view.some_reason(),
            lines: Vec::new(),
            kind: None,
            corrects: Some(entry.id.clone()),
        }),
    }
}

/// HTML with the words marked that name members who are spoken to in it.
fn spoken_to(view: &OrderView, entry: &str, html: &str) -> String {
    let mentions = view.order.gathered.mentions.iter().filter(|mention| mention.entry == entry);
    let called = mentions.map(|mention| Called {
        words: &mention.words,
        name: &mention.name,
        is_own: mention.account == view.who.id(),
    });
    marked(html, &called.collect::<Vec<_>>())
}

/// The comments, oldest first.
pub fn comments(view: &OrderView) -> Vec<EntryView> {
    let shown = |comment: &Comment| EntryView {
        anchor: format!("comment-{}", comment.id),
        id: comment.id.clone(),
        initials: initials(&comment.by.name),
        is_agent: comment.by.kind != foundation::ActorKind::Human,
        title: String::new(),
        html: vec![spoken_to(view, &comment.id, &markdown::render(&comment.text))],
        meta: {
            let by = text::by_at(Some(&comment.by), comment.when.from, view.now);
            Html::joined([Some(by), view.claimed_of(&comment.id)].into_iter().flatten(), " · ")
        },
        label: String::new(),
        is_corrected: false,
        may_correct: false,
    };
    view.order.comments.iter().map(shown).collect()
}

/// What is odd, one group per rule.
#[derive(Debug)]
pub struct FindingGroup {
    pub first: FindingView,
    pub more: Vec<FindingView>,
}

/// One finding.
#[derive(Debug)]
pub struct FindingView {
    pub sentence: String,
    /// Where on the page it points; empty for the order itself.
    pub href: String,
}

/// What the record says against itself at the moment shown.
pub fn findings(view: &OrderView) -> Vec<FindingGroup> {
    let mut groups: Vec<(String, FindingGroup)> = Vec::new();
    for finding in contradictions::standing(&view.order, view.as_of.unwrap_or(view.now)) {
        let found = finding_view(view, &finding);
        match groups.iter_mut().find(|(rule, _)| *rule == finding.rule) {
            Some((_, group)) => group.more.push(found),
            None => groups.push((finding.rule, FindingGroup { first: found, more: Vec::new() })),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn finding_view(view: &OrderView, finding: &Finding) -> FindingView {
    let href = match &finding.subject {
        Subject::Order => String::new(),
        Subject::Step(id) => format!("#step-{id}"),
        Subject::Item(id) => match view.order.item(id) {
            Some(_) => format!("#item-{id}"),
            None => String::new(),
        },
        Subject::Criterion(id) => format!("#criterion-{id}"),
        Subject::LogEntry(id) => format!("#log-{id}"),
    };
    FindingView { sentence: finding.sentence.clone(), href }
}

/// The safety notes.
#[derive(Debug)]
pub struct SafetyView {
    pub version: u32,
    /// Escaped notes.
    pub notes: Vec<String>,
    /// Who has read this version, and when.
    pub read_by: Vec<Html>,
    /// Whether whoever looks has read this version.
    pub is_read: bool,
    /// Whether this person may and has yet to acknowledge it.
    pub can_acknowledge: bool,
}

/// The safety notes for whoever looks; none when there are none.
pub fn safety(view: &OrderView) -> Option<SafetyView> {
    let safety = &view.order.safety;
    let readers = safety.acknowledgements.iter().filter(|ack| ack.version == safety.version);
    let command = Command::AcknowledgeSafety { version: safety.version };
    (!safety.notes.is_empty()).then(|| SafetyView {
        version: safety.version,
        notes: safety.notes.iter().map(|note| markdown::inline(&note.text)).collect(),
        read_by: readers.map(|ack| text::by_at(Some(&ack.by), Some(ack.at), view.now)).collect(),
        is_read: safety.is_acknowledged_by(&view.who.actor.id),
        can_acknowledge: !safety.is_acknowledged_by(&view.who.actor.id) && view.allows(command),
    })
}

/// What was added after the order had ended.
pub struct AmendmentView {
    /// `WO-2026-001/3.2`; empty where it is about the whole order.
    pub reference: String,
    pub text: String,
    pub reason: String,
    /// Who and when.
    pub by: Html,
}

/// The amendments, oldest first.
pub fn amendments(view: &OrderView) -> Vec<AmendmentView> {
    let of = |it: &crate::work_orders::model::Amendment| AmendmentView {
        reference: it.about.as_ref().and_then(|target| view.order.reference(target)).unwrap_or_default(),
        text: it.text.clone(),
        reason: it.reason.clone(),
        by: text::by_at(Some(&it.by), Some(it.at), view.now),
    };
    view.order.amendments.iter().map(of).collect()
}
