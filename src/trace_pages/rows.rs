//! The rows of the tree, as shown.

use std::collections::{HashMap, HashSet};

use crate::traces::reads::SpanRow;
use crate::web::format;
use trace_model::{Level, ObservationKind};

use super::pairs::short_name;
use super::parts::KindBadge;
use super::query::TraceQuery;
use super::slice::{Fold, Outline, OutlineRow, TreeState, lift};
use super::tree::{Cut, Node, Place, arrange};

/// About how many rows one answer has.
pub const MOST_ROWS: usize = 300;
/// The deepest indentation the style sheet has.
const DEEPEST: usize = 12;

/// A row of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Span(Box<SpanView>),
    /// Leads to rows that are not shown.
    More(MoreLink),
}

/// One span of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanView {
    /// The observation.
    pub id: String,
    /// Its name; may be empty.
    pub name: String,
    pub kind: KindBadge,
    /// Depth as the style sheet knows it.
    pub indent: usize,
    /// Depth as it is, from 1.
    pub level: usize,
    /// Whether the depth is more than the style sheet knows.
    pub is_deep: bool,
    /// Left edge of its bar.
    pub x: i64,
    /// Width of its bar.
    pub width: i64,
    /// Where the first token came.
    pub mark: Option<i64>,
    /// Its duration in words; empty when unknown.
    pub took: String,
    pub failed: bool,
    pub warned: bool,
    /// Whether it is the one shown beside the tree.
    pub chosen: bool,
    /// Why it stands at the top although it names a parent.
    pub note: Option<&'static str>,
    /// The page with it chosen.
    pub href: String,
    /// How many spans lie under it, grouped; empty when none.
    pub under: String,
    /// Whether what lies under it follows.
    pub is_open: bool,
    /// The page with it opened or closed.
    pub fold_href: String,
}

/// A row that leads to more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoreLink {
    /// `next 200 of 1 234`.
    pub words: String,
    pub href: String,
    /// The span they hang from; empty at the top.
    pub parent: String,
    /// The first of them, counted from 0.
    pub from: usize,
    /// Depth as the style sheet knows it.
    pub indent: usize,
    /// Depth as it is, from 1.
    pub level: usize,
    /// Whether a script may put them in this row's place.
    pub is_next: bool,
}

/// What of a trace's tree is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    pub rows: Vec<Row>,
    /// How many spans the filters keep.
    pub kept: usize,
    /// How many there are.
    pub total: usize,
    /// The first, grouped.
    pub kept_shown: String,
    /// The second, grouped.
    pub total_shown: String,
}

/// The first error, else the top as the trace knows it, else the earliest.
pub fn default_choice<'a>(spans: &'a [SpanRow], root: Option<&str>) -> Option<&'a SpanRow> {
    let failed = spans.iter().find(|row| level_of(&row.level) == Level::Error);
    let root = || spans.iter().find(|row| Some(row.observation_id.as_str()) == root);
    failed.or_else(root).or_else(|| spans.first())
}

/// The tree of a page: what the address asks for, about [`MOST_ROWS`] rows.
pub fn tree(trace: &str, spans: &[SpanRow], query: &TraceQuery, chosen: Option<&str>) -> Tree {
    let builder = RowBuilder::new(trace, spans, query, chosen);
    let rows = builder.outline.page(&builder.state(), MOST_ROWS);
    let (kept, total) = (builder.outline.len(), spans.len());
    Tree { rows: builder.rows(rows), kept, total, kept_shown: grouped(kept), total_shown: grouped(total) }
}

/// The rows under one span, from one of its children on; none when there is no such span.
pub fn branch(
    trace: &str,
    spans: &[SpanRow],
    query: &TraceQuery,
    under: &str,
    from: usize,
) -> Option<Vec<Row>> {
    let builder = RowBuilder::new(trace, spans, query, query.observation.as_deref());
    let parent = if under.is_empty() { None } else { Some(builder.position(under)?) };
    Some(builder.rows(builder.outline.below(parent, from, MOST_ROWS)))
}

/// Everything that rows are made of.
struct RowBuilder<'a> {
    trace: &'a str,
    spans: &'a [SpanRow],
    query: &'a TraceQuery,
    chosen: Option<&'a str>,
    outline: Outline,
    positions: HashMap<&'a str, usize>,
}

impl<'a> RowBuilder<'a> {
    fn new(trace: &'a str, spans: &'a [SpanRow], query: &'a TraceQuery, chosen: Option<&'a str>) -> Self {
        let nodes: Vec<Node<'_>> = spans.iter().map(node).collect();
        let mut places = arrange(&nodes);
        if query.filter.is_active() {
            places = lift(places, |index| spans.get(index).is_some_and(|span| query.filter.keeps(span)));
        }
        let id = |place: &Place| spans.get(place.index).map(|span| span.observation_id.as_str());
        let positions = places.iter().enumerate().filter_map(|(at, place)| Some((id(place)?, at))).collect();
        Self { trace, spans, query, chosen, outline: Outline::new(places), positions }
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    fn state(&self) -> TreeState {
        let query = self.query;
        let positions = |ids: &[String]| ids.iter().filter_map(|id| self.position(id)).collect::<Vec<_>>();
        let from = query.from.iter().filter_map(|(parent, from)| {
            let parent = if parent.is_empty() { None } else { Some(self.position(parent)?) };
            Some((parent, *from))
        });
        TreeState {
            chosen: self.chosen.and_then(|id| self.position(id)),
            open: positions(&query.open),
            closed: positions(&query.closed).into_iter().collect::<HashSet<_>>(),
            from: from.collect(),
        }
    }

    fn rows(&self, rows: Vec<OutlineRow>) -> Vec<Row> {
        rows.into_iter().filter_map(|row| self.row(row)).collect()
    }

    fn row(&self, row: OutlineRow) -> Option<Row> {
        match row {
            OutlineRow::Span { place, under, fold } => {
                self.span(place, under, fold).map(|span| Row::Span(Box::new(span)))
            }
            OutlineRow::More { parent, from, count, before, depth } => {
                let parent = parent.and_then(|at| self.id_at(at)).unwrap_or_default();
                let words = if before { "earlier siblings" } else { "more siblings" };
                Some(Row::More(MoreLink {
                    words: format!("{} {words}", grouped(count)),
                    href: self.address(&self.query.window(parent, from)),
                    parent: parent.to_owned(),
                    from,
                    indent: depth.min(DEEPEST),
                    level: depth + 1,
                    is_next: !before,
                }))
            }
            OutlineRow::Above { levels } => Some(Row::More(MoreLink {
                words: format!("{} levels above", grouped(levels)),
                href: self.address(&TraceQuery { observation: None, open: Vec::new(), ..self.query.clone() }),
                parent: String::new(),
                from: 0,
                indent: 0,
                level: 1,
                is_next: false,
            })),
        }
    }

    fn id_at(&self, position: usize) -> Option<&'a str> {
        self.spans.get(self.outline.place(position)?.index).map(|span| span.observation_id.as_str())
    }

    fn span(&self, place: Place, under: usize, fold: Fold) -> Option<SpanView> {
        let span = self.spans.get(place.index)?;
        let (id, level) = (span.observation_id.as_str(), level_of(&span.level));
        let is_open = fold == Fold::Open;
        let folded = if is_open { self.query.closing(id) } else { self.query.opening(id) };
        Some(SpanView {
            id: id.to_owned(),
            name: short_name(span.name.as_deref().unwrap_or_default()),
            kind: KindBadge::of(kind_of(&span.kind)),
            indent: place.depth.min(DEEPEST),
            level: place.depth + 1,
            is_deep: place.depth > DEEPEST,
            x: place.x,
            width: place.width,
            mark: place.mark,
            took: span.duration().map(format::duration).unwrap_or_default(),
            failed: level == Level::Error,
            warned: level == Level::Warning,
            chosen: self.chosen == Some(id),
            note: place.cut.map(note),
            href: self.address(&self.query.choosing(id)),
            under: if under == 0 { String::new() } else { grouped(under) },
            is_open,
            fold_href: if under == 0 { String::new() } else { self.address(&folded) },
        })
    }

    fn address(&self, query: &TraceQuery) -> String {
        super::address(self.trace, query)
    }
}

fn grouped(count: usize) -> String {
    format::number(i64::try_from(count).unwrap_or(i64::MAX))
}

fn node(span: &SpanRow) -> Node<'_> {
    Node {
        id: &span.observation_id,
        parent: span.parent_id.as_deref(),
        start: span.start_at.map(|at| at.0),
        end: span.end_at.map(|at| at.0),
        first: span.first_token_at.map(|at| at.0),
    }
}

fn note(cut: Cut) -> &'static str {
    match cut {
        Cut::ParentMissing => "its parent has not arrived",
        Cut::Ring => "its parents lead round in a ring",
    }
}

/// A stored kind; unknown words count as a span.
pub fn kind_of(kind: &str) -> ObservationKind {
    ObservationKind::parse(kind).unwrap_or_default()
}

/// A stored level; unknown words count as nothing to say.
pub fn level_of(level: &str) -> Level {
    Level::parse(level).unwrap_or_default()
}
