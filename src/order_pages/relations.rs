//! The other orders that an order hangs together with, with their state, and the form for one more.

use super::text;
use super::view::OrderView;
use crate::db::AnyConnection;
use crate::foundation::{Action, Result, Tie};
use crate::work_orders::decide::Command;
use crate::work_orders::model::{OrderNumber, Relation, RelationKind, Status};
use crate::work_orders::reads;

/// The block on the page.
pub struct RelationsView {
    pub rows: Vec<RelationRow>,
    /// What this person may say of another order: the word a form posts, and what it says.
    pub kinds: Vec<(&'static str, &'static str)>,
}

/// One other order.
pub struct RelationRow {
    pub kind: &'static str,
    /// The word that a form posts to take it away; empty where this person may not.
    pub removable: &'static str,
    pub order: String,
    pub number: String,
    /// Title and state, where this person may see the other order.
    pub shown: Option<(String, &'static str, &'static str)>,
    /// It blocks this one and is not done.
    pub is_blocking: bool,
    /// Why it may begin all the same.
    pub passed: Option<String>,
    pub may_pass: bool,
    /// This one is its duplicate and may be cancelled now.
    pub may_cancel: bool,
}

impl RelationsView {
    /// The block; none where there is nothing to say and nothing to do.
    pub fn read(conn: &mut AnyConnection, view: &OrderView) -> Result<Option<Self>> {
        let mut rows = Vec::new();
        for relation in &view.order.relations {
            rows.push(row(conn, view, relation)?);
        }
        let may = |kind: RelationKind| {
            let (order, number) = ("another".to_owned(), OrderNumber::default());
            view.allows(Command::Relate { kind, order, number })
        };
        let kinds = RelationKind::BY_HAND.into_iter().filter(|(kind, _)| may(*kind));
        let kinds: Vec<_> = kinds.map(|(kind, word)| (word, kind.label())).collect();
        Ok((!rows.is_empty() || !kinds.is_empty()).then_some(Self { rows, kinds }))
    }

    /// Whether something in it asks for a decision, so that it stands open.
    pub fn is_waiting(&self) -> bool {
        self.rows.iter().any(|row| row.is_blocking || row.may_cancel)
    }
}

fn row(conn: &mut AnyConnection, view: &OrderView, relation: &Relation) -> Result<RelationRow> {
    let other = reads::by_id(conn, view.who.project, &relation.order)?;
    // The same that is asked of the other end once it is taken away.
    let is_theirs = |row: &reads::OrderRow| {
        let tie = Tie { is_draft: row.status() == Status::Draft, ..row.tie(&view.who) };
        let may = relation.kind != RelationKind::Blocks || view.who.may_for(Action::EditPlan, &tie);
        may && !row.status().is_final()
    };
    let may_unrelate = other.as_ref().is_some_and(is_theirs);
    let seen = other.filter(|other| view.who.may_for(Action::ViewOrders, &other.tie(&view.who)));
    let unrelate = Command::Unrelate { kind: relation.kind, order: relation.order.clone() };
    let pass = Command::PassBlock { order: relation.order.clone(), reason: view.some_reason() };
    let is_open = view.facts.blockers.contains(&relation.order);
    let is_blocking = relation.kind == RelationKind::BlockedBy && is_open && relation.passed.is_none();
    let may_cancel = relation.kind == RelationKind::DuplicateOf
        && super::moves::offers(view)
            .iter()
            .any(|it| it.to == Status::Cancelled.as_str() && it.blocked.is_none());
    Ok(RelationRow {
        kind: relation.kind.label(),
        removable: relation.kind.word().filter(|_| may_unrelate && view.allows(unrelate)).unwrap_or_default(),
        order: relation.order.clone(),
        number: relation.number.to_string(),
        shown: seen.map(|it| (it.title.clone(), it.status().label(), text::tone_of(it.status()))),
        is_blocking,
        passed: relation
            .passed
            .as_ref()
            .map(|it| format!("let begin by {}: {}", it.by.marked_name(), it.reason)),
        may_pass: is_blocking && view.allows(pass),
        may_cancel,
    })
}
