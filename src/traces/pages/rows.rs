//! The rows of the tree, as shown; and what of it was asked for.

use crate::traces::model::{Level, ObservationKind};
use crate::traces::reads::ObservationRow;
use crate::web::Form;
use crate::web::format::{self, shown};

use super::parts::KindBadge;
use super::tree::{Cut, Node, arrange};

/// Rows shown unless all are asked for.
pub const MOST_ROWS: usize = 500;
/// The deepest indentation the style sheet has.
const DEEPEST: usize = 6;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The observation to show.
    pub observation: Option<String>,
    /// Every row of the tree.
    pub all: bool,
}

impl Asked {
    /// Reads the query.
    pub fn read(query: &Form) -> Self {
        let observation = Some(query.raw("observation").to_owned()).filter(|id| !id.is_empty());
        Self { observation, all: query.text("all") == "1" }
    }
}

/// One row of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The observation.
    pub id: String,
    /// Its name, or a word that it has none.
    pub name: String,
    /// Its kind.
    pub kind: KindBadge,
    /// Depth as the style sheet knows it.
    pub indent: usize,
    /// Depth as it is, for those who hear it.
    pub level: usize,
    /// Left edge of its bar.
    pub x: i64,
    /// Width of its bar.
    pub width: i64,
    /// Its duration in words; empty when unknown.
    pub took: String,
    /// Whether it failed.
    pub failed: bool,
    /// Whether something was not as it should be.
    pub warned: bool,
    /// Whether it is the one shown beside the tree.
    pub chosen: bool,
    /// Why it stands at the top although it names a parent.
    pub note: Option<&'static str>,
}

/// The first error, else the top as the trace knows it, else the earliest.
pub fn default_choice<'a>(spans: &'a [ObservationRow], root: Option<&str>) -> Option<&'a ObservationRow> {
    let failed = spans.iter().find(|row| level_of(row) == Level::Error);
    let root = || spans.iter().find(|row| Some(row.observation_id.as_str()) == root);
    failed.or_else(root).or_else(|| spans.first())
}

/// The tree in reading order; cut after [`MOST_ROWS`] unless all are wanted.
pub fn rows(spans: &[ObservationRow], chosen: Option<&str>, all: bool) -> Vec<Row> {
    let nodes: Vec<Node<'_>> = spans.iter().map(node).collect();
    let most = if all { usize::MAX } else { MOST_ROWS };
    arrange(&nodes)
        .into_iter()
        .take(most)
        .filter_map(|place| {
            let span = spans.get(place.index)?;
            let level = level_of(span);
            Some(Row {
                id: span.observation_id.clone(),
                name: shown(span.name.as_deref().unwrap_or_default()),
                kind: KindBadge::of(kind_of(span)),
                indent: place.depth.min(DEEPEST),
                level: place.depth + 1,
                x: place.x,
                width: place.width,
                took: span.duration().map(format::duration).unwrap_or_default(),
                failed: level == Level::Error,
                warned: level == Level::Warning,
                chosen: chosen == Some(span.observation_id.as_str()),
                note: place.cut.map(note),
            })
        })
        .collect()
}

fn node(span: &ObservationRow) -> Node<'_> {
    Node {
        id: &span.observation_id,
        parent: span.parent_id.as_deref(),
        start: span.start_at.map(|at| at.0),
        end: span.end_at.map(|at| at.0),
    }
}

fn note(cut: Cut) -> &'static str {
    match cut {
        Cut::ParentMissing => "its parent has not arrived",
        Cut::Ring => "its parents lead round in a ring",
    }
}

/// The kind of a row; unknown words count as a span.
pub fn kind_of(row: &ObservationRow) -> ObservationKind {
    ObservationKind::parse(&row.kind).unwrap_or_default()
}

/// The level of a row; unknown words count as nothing to say.
pub fn level_of(row: &ObservationRow) -> Level {
    Level::parse(&row.level).unwrap_or_default()
}
