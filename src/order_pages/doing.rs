//! What whoever does the work looks for first: the next item, what they did last, and what already lies behind.

use super::document::{Flow, PartView};
use super::rows::{RowView, Undo};
use super::text::{self, Html};
use super::view::OrderView;
use crate::work_orders::model::{Status, TickHow, Ticks};

/// The item to do now.
#[derive(Debug)]
pub struct NextView {
    /// Where it stands on the page.
    pub anchor: String,
    pub target: String,
    pub text: String,
    /// Whether one tap does it; else it asks for an answer in its row.
    pub is_tick: bool,
    pub is_optional: bool,
}

/// The last thing that whoever looks did here and may take back.
#[derive(Debug)]
pub struct LastView {
    pub anchor: String,
    pub target: String,
    pub text: String,
    /// What stands in its box: a failed item was not done.
    pub sign: &'static str,
    pub at: Html,
    pub undo: Undo,
}

/// Parts of the plan that stand together; a run that lies behind is one line on a phone.
#[derive(Debug)]
pub struct Group {
    pub id: String,
    /// The line that stands for them, and how much is in them.
    pub folded: Option<(String, String)>,
    pub flow: Vec<Flow>,
}

/// Everything that can be ticked in the plan, in its order.
pub fn rows_in(flow: &[Flow]) -> impl Iterator<Item = &RowView> {
    let steps = flow.iter().filter_map(|it| match it {
        Flow::Step(step) => Some(step),
        Flow::Section { .. } => None,
    });
    steps.flat_map(|step| step.rows())
}

/// The first row that this person may answer now: what is required first. Where only ticks of a file are left, and the work goes on
/// (`is_going_on`), the first of those that they may vouch for.
pub fn next(flow: &[Flow], is_going_on: bool) -> Option<NextView> {
    let steps = flow.iter().filter_map(|it| match it {
        Flow::Step(step) => Some(step),
        Flow::Section { .. } => None,
    });
    let open = steps.flat_map(|step| {
        let is_open = |row: &RowView| !row.is_ticked() && (row.can_tick || row.asks.is_some());
        let rows = step.rows().filter(move |row| is_open(row) || is_going_on && is_claimed(row));
        rows.map(|row| (step.is_optional || row.is_optional, is_claimed(row), row))
    });
    let (is_optional, is_claimed, row) =
        open.min_by_key(|(is_optional, is_claimed, _)| (*is_optional, *is_claimed))?;
    Some(NextView {
        anchor: row.anchor.clone(),
        target: row.target.clone(),
        text: if is_claimed { format!("{} (attest)", row.text) } else { row.text.clone() },
        is_tick: row.can_tick,
        is_optional,
    })
}

/// Whether only a file says that it is done, and this person may vouch for it.
fn is_claimed(row: &RowView) -> bool {
    row.mark == "imported" && row.can_attest
}

/// What this person recorded last, where its row still offers to take it back.
pub fn last(view: &OrderView, flow: &[Flow], criteria: &[RowView]) -> Option<LastView> {
    let own = |ticks: &Ticks| {
        let tick = ticks.current().filter(|tick| tick.how == TickHow::Recorded)?;
        tick.by.as_ref().filter(|by| by.is(view.who.id())).and(tick.at)
    };
    let steps = view.order.steps.iter().flat_map(|step| {
        let items = step.items.iter().map(|item| (format!("item:{}", item.id), own(&item.ticks)));
        items.chain([(format!("step:{}", step.id), own(&step.ticks))])
    });
    let criteria_done = view.order.criteria.iter().map(|it| (format!("criterion:{}", it.id), own(&it.ticks)));
    let done = steps.chain(criteria_done).filter_map(|(target, at)| Some((at?, target)));
    let (at, target) = done.max_by_key(|(at, _)| *at)?;
    let row = rows_in(flow).chain(criteria).find(|row| row.target == target)?;
    (row.undo != Undo::No).then(|| LastView {
        anchor: row.anchor.clone(),
        target: row.target.clone(),
        text: row.text.clone(),
        sign: row.sign(),
        at: text::moment(at, view.now),
        undo: row.undo,
    })
}

/// What whoever plans does first with an order that cannot be worked on yet: where that is done, and its words.
pub fn first_act(view: &OrderView, may_assign: bool, may_edit: bool) -> Option<(String, &'static str)> {
    let order = &view.order;
    let has_account = order.assignee.as_ref().is_some_and(|to| to.account.is_some());
    match order.status {
        Status::Draft if may_edit => Some((format!("/work-orders/{}/edit", order.number), "Edit plan")),
        Status::Approved if may_assign && !has_account => Some(("#plan".to_owned(), "Assign…")),
        _ => None,
    }
}

/// What a part of the plan is to whoever works down the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    /// A step that is done and needs no second look.
    Behind,
    /// Texts without a warning in them.
    Beside,
    Here,
}

/// The plan in groups.
pub fn grouped(flow: Vec<Flow>) -> Vec<Group> {
    let mut groups: Vec<(Lies, Vec<Flow>)> = Vec::new();
    for part in flow {
        let lies = lies(&part);
        match groups.last_mut() {
            Some((last, parts)) if *last == lies => parts.push(part),
            _ => groups.push((lies, vec![part])),
        }
    }
    let group = |(place, (lies, flow)): (usize, (Lies, Vec<Flow>))| Group {
        id: format!("run-{place}"),
        folded: match lies {
            Lies::Behind if flow.len() > 1 => Some(steps_behind(&flow)),
            Lies::Beside => Some(texts_beside(&flow)),
            _ => None,
        },
        flow,
    };
    groups.into_iter().enumerate().map(group).collect()
}

fn lies(part: &Flow) -> Lies {
    let warns = |parts: &[PartView]| parts.iter().any(|it| !matches!(it, PartView::Text { .. }));
    match part {
        Flow::Step(step) if step.place == "done" && !step.is_open => Lies::Behind,
        Flow::Section { parts, .. } if !parts.is_empty() && !warns(parts) => Lies::Beside,
        _ => Lies::Here,
    }
}

/// `Steps 1 and 2`, `5 of 5`.
fn steps_behind(flow: &[Flow]) -> (String, String) {
    let places: Vec<u32> = flow
        .iter()
        .filter_map(|it| if let Flow::Step(step) = it { Some(step.position) } else { None })
        .collect();
    let words = match places.as_slice() {
        [first, second] => format!("Steps {first} and {second}"),
        [first, .., last] => format!("Steps {first} to {last}"),
        _ => "Steps done".to_owned(),
    };
    let rows = rows_in(flow).count();
    (words, format!("{} of {rows}", rows_in(flow).filter(|row| row.is_ticked()).count()))
}

/// The headings of texts.
fn texts_beside(flow: &[Flow]) -> (String, String) {
    let titles = flow.iter().filter_map(|it| match it {
        Flow::Section { title, .. } if !title.is_empty() => Some(title.as_str()),
        _ => None,
    });
    let words = titles.collect::<Vec<_>>().join(", ");
    (if words.is_empty() { "To read".to_owned() } else { words }, String::new())
}
