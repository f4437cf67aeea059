//! What is recorded of an order.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{LogWord, Person, StatusWord, moment};
use crate::ledger::Event;
use crate::work_orders::model::{
    Comment, FilePlace, LogEntry, OrderFile, PartLine, Relation, Signature, TimeEntry, TransitionRecord,
};

/// An entry of the work log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LogView {
    pub id: String,
    /// When, as written.
    pub when: String,
    pub title: String,
    pub lines: Vec<String>,
    pub kind: LogWord,
    /// The account that wrote it here; none of an entry of a file.
    pub by: Option<Person>,
    /// The author as a file wrote it.
    pub author: Option<String>,
    /// The id of the entry that it corrects.
    pub corrects: Option<String>,
}

impl From<&LogEntry> for LogView {
    fn from(entry: &LogEntry) -> Self {
        let LogEntry { id, when, title, lines, author, by, kind, corrects } = entry;
        Self {
            id: id.clone(),
            when: when.raw.clone(),
            title: title.clone(),
            lines: lines.clone(),
            kind: LogWord(*kind),
            by: by.as_ref().map(Person::from),
            author: author.clone(),
            corrects: corrects.clone(),
        }
    }
}

/// A comment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentView {
    pub id: String,
    /// When, as written.
    pub when: String,
    pub by: Person,
    pub text: String,
}

impl From<&Comment> for CommentView {
    fn from(comment: &Comment) -> Self {
        let Comment { id, when, by, text } = comment;
        Self { id: id.clone(), when: when.raw.clone(), by: Person::from(by), text: text.clone() }
    }
}

/// A file or photo.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FileView {
    pub id: String,
    /// The part that it is evidence for: `item:ID`; `order` for the order as a whole, `comment:ID` for that of a comment.
    pub place: String,
    pub name: String,
    /// As told from its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub digest: String,
    pub description: String,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    /// How its bytes stood when they were last held against the digest: `whole`, `altered` or `missing`.
    pub state: String,
    /// Whether it was taken back; its bytes stay.
    pub is_withdrawn: bool,
}

impl From<&OrderFile> for FileView {
    fn from(file: &OrderFile) -> Self {
        let place = match &file.place {
            FilePlace::Order => "order".to_owned(),
            FilePlace::Comment(id) => format!("comment:{id}"),
            part => part.target().map(|target| target.to_string()).unwrap_or_default(),
        };
        Self {
            id: file.id.clone(),
            place,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            digest: file.digest.to_hex(),
            description: file.description.clone(),
            by: Person::from(&file.by),
            at: moment(file.at),
            state: file.state.as_str().to_owned(),
            is_withdrawn: file.withdrawn.is_some(),
        }
    }
}

/// Time that somebody worked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimeView {
    pub id: String,
    pub who: Person,
    pub seconds: i64,
    #[schema(format = DateTime)]
    pub from: Option<String>,
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// `2026-11-21`; empty where beginning and end are known.
    pub day: String,
    pub note: String,
    /// Whether a timer measured it.
    pub is_timed: bool,
    /// The id of the entry that replaces it.
    pub superseded_by: Option<String>,
}

impl From<&TimeEntry> for TimeView {
    fn from(entry: &TimeEntry) -> Self {
        Self {
            id: entry.id.clone(),
            who: Person::from(&entry.who),
            seconds: entry.seconds(),
            from: entry.from.map(moment),
            until: entry.until.map(moment),
            day: entry.day.clone(),
            note: entry.note.clone(),
            is_timed: entry.is_timed,
            superseded_by: entry.superseded_by.clone(),
        }
    }
}

/// A part, as planned or as used.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PartLineView {
    pub id: String,
    /// The id of the entry of the plan that it is.
    pub part: Option<String>,
    pub name: String,
    /// Such as `2` or `0.5`.
    pub quantity: String,
    pub unit: String,
    /// Such as `12.50 EUR`.
    pub unit_cost: Option<String>,
    pub source: String,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    /// The id of the line that replaces it.
    pub superseded_by: Option<String>,
}

impl From<&PartLine> for PartLineView {
    fn from(line: &PartLine) -> Self {
        Self {
            id: line.id.clone(),
            part: line.part.clone(),
            name: line.name.clone(),
            quantity: line.quantity.to_string(),
            unit: line.unit.clone(),
            unit_cost: line.unit_cost.map(|cost| cost.to_string()),
            source: line.source.clone(),
            by: Person::from(&line.by),
            at: moment(line.at),
            superseded_by: line.superseded_by.clone(),
        }
    }
}

/// How an order hangs together with another one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RelationView {
    /// Such as `blocked_by`, `followed_up_by`, `split_from`.
    pub kind: String,
    /// The number of the other order; whether it is theirs to see, it says itself.
    pub number: String,
    /// The part that was followed up.
    pub about: Option<String>,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    /// Why this order may begin although the other one blocks it.
    pub passed: Option<String>,
}

impl From<&Relation> for RelationView {
    fn from(relation: &Relation) -> Self {
        let kind = serde_json::to_value(relation.kind).unwrap_or_default();
        Self {
            kind: kind.as_str().unwrap_or_default().to_owned(),
            number: relation.number.to_string(),
            about: relation.about.as_ref().map(ToString::to_string),
            by: Person::from(&relation.by),
            at: moment(relation.at),
            passed: relation.passed.as_ref().map(|it| it.reason.clone()),
        }
    }
}

/// A move from state to state.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TransitionView {
    pub from: StatusWord,
    pub to: StatusWord,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    pub reason: String,
}

impl From<&TransitionRecord> for TransitionView {
    fn from(record: &TransitionRecord) -> Self {
        Self {
            from: StatusWord(record.from),
            to: StatusWord(record.to),
            by: Person::from(&record.by),
            at: moment(record.at),
            reason: record.reason.clone(),
        }
    }
}

/// A signature.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignatureView {
    /// What it means: `approval`, `performed`, `reviewed`, `approved`, `item`.
    pub meaning: String,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    /// The words that were signed; none of signatures from before they were kept.
    pub statement: Option<String>,
    /// What changed since, so that it stands for something that is no more.
    pub superseded: Option<String>,
}

impl From<&Signature> for SignatureView {
    fn from(signature: &Signature) -> Self {
        let meaning = serde_json::to_value(signature.meaning).unwrap_or_default();
        Self {
            meaning: meaning.as_str().unwrap_or_default().to_owned(),
            by: Person::from(&signature.by),
            at: moment(signature.at),
            statement: signature.signed.as_ref().map(|signed| signed.statement.clone()),
            superseded: signature.superseded.as_ref().map(|it| it.why.clone()),
        }
    }
}

/// A page of what happened, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventPage {
    pub data: Vec<EventView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    pub id: String,
    /// Its place in the record it stands in, from 1: that of the order, or that of its evidence and claims.
    pub version: i64,
    /// Its kind with its version: `work_order.item_ticked.v1`.
    pub kind: String,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: Person,
    /// Whether its words were erased; its entry in the log stays.
    pub is_erased: bool,
    /// What the event says, by its kind; nothing where that was erased. Moments in it are microseconds since 1970, UTC.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Value>,
}

impl From<&Event> for EventView {
    fn from(event: &Event) -> Self {
        let name = event.actor_name().to_owned();
        Self {
            id: event.id.clone(),
            version: event.version,
            kind: event.kind.clone(),
            at: moment(event.at),
            by: Person { id: event.actor.clone(), kind: event.actor_kind.as_str().to_owned(), name },
            is_erased: event.body.is_none(),
            data: event.body.as_ref().map(|body| Value::clone(&body.data)).filter(Value::is_object),
        }
    }
}

/// A list of entries of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LogPage {
    pub data: Vec<LogView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// A list of comments.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentPage {
    pub data: Vec<CommentView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// A list of files.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FilePage {
    pub data: Vec<FileView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// A list of relations.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RelationPage {
    pub data: Vec<RelationView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// A list of entries of time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimePage {
    pub data: Vec<TimeView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// A list of used parts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PartPage {
    pub data: Vec<PartLineView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}
