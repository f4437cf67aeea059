//! The strip of facts at the head of an order's page.

use super::text::Html;
use super::view::OrderView;
use crate::web::format::Due;
use crate::work_orders::model::{AssetRef, Assignee, Order, Step, StepState, When};

/// Fields of a file that stand in the strip of facts.
const FIELDS: usize = 3;

/// One field of the strip.
pub struct FactView {
    pub(super) label: String,
    pub(super) value: Html,
    pub(super) code: String,
    pub(super) is_late: bool,
    /// Whether it names who is assigned and that is no account of ours.
    pub(super) lacks_account: bool,
    /// What is odd about it; mostly empty.
    pub(super) hint: String,
}

/// What is said of a code that no asset has.
pub(super) fn no_asset(code: &str) -> String {
    format!("No asset has the code {code}. It is kept as words.")
}

pub(super) fn facts(view: &OrderView) -> Vec<FactView> {
    let order = &view.order;
    let fact = |label: &str, value: String, code: &str| FactView {
        label: label.to_owned(),
        value: Html::text(&value),
        code: code.to_owned(),
        is_late: false,
        lacks_account: false,
        hint: String::new(),
    };
    let mut facts = vec![
        fact("Type", order.order_type.clone(), ""),
        fact("Priority", capital(order.priority.as_str()), ""),
    ];
    // A code that stands for its own name is written once.
    let named = |asset: &AssetRef| Some(asset.name.clone()).filter(|it| !it.eq_ignore_ascii_case(&asset.tag));
    facts.extend(order.asset.as_ref().map(|it| fact("Asset", named(it).unwrap_or_default(), &it.tag)));
    let assigned = match &order.assignee {
        Some(to) => fact("Assigned", assignee_words(to), &to.code),
        None => fact("Assigned", "Nobody yet".to_owned(), ""),
    };
    let has_account = order.assignee.as_ref().is_some_and(|to| to.account.is_some());
    facts.push(FactView { lacks_account: !has_account, ..assigned });
    facts.extend(order.due.as_ref().map(|due| FactView {
        is_late: is_late(view),
        value: due_words(view, due),
        ..fact("Due", String::new(), "")
    }));
    let linked = |label, href: &str, words: &str| FactView {
        value: Html::link(href, words),
        ..fact(label, String::new(), "")
    };
    facts.extend(order.made_from.as_ref().map(|from| {
        linked("Procedure", &format!("/procedures/{}/versions/{}", from.code, from.version), &from.words())
    }));
    facts.extend(order.made_from.iter().filter_map(|from| from.schedule.as_ref()).map(|by| {
        linked("Made by", &format!("/schedules/{}", by.code), &format!("{} for {}", by.code, by.day))
    }));
    facts.extend(
        order
            .relations
            .iter()
            .map(|it| linked(it.kind.label(), &format!("/work-orders/{}", it.number), it.number.as_str())),
    );
    facts.push(fact("Progress", progress_words(order), ""));
    // A few fields of a file stand in the strip; many would hide the rest.
    let shown = order.fields.iter().filter(|_| order.fields.len() <= FIELDS);
    facts.extend(shown.map(|field| fact(&field.name, field.value.clone(), "")));
    facts
}

/// `2 of 3 steps · 5 of 8 items`; a step in which something failed is told apart: `1 of 2 steps done, 1 failed · …`.
fn progress_words(order: &Order) -> String {
    let (settled, all_steps) = order.step_progress();
    let (items, all_items) = order.item_progress();
    let asked = || order.steps.iter().filter(|step| !step.not_asked);
    let marked = asked().filter(|step| step.has_failed()).count();
    // Answered all through, and not as it should be.
    let is_settled =
        |step: &&Step| step.state != StepState::Open && !step.has_failed() && step.failed_items() > 0;
    let answered = asked().filter(is_settled).count();
    let steps = settled.saturating_sub(answered);
    let failed = match marked + answered {
        0 => String::new(),
        failed => format!(" done, {failed} failed"),
    };
    format!("{steps} of {all_steps} steps{failed} · {items} of {all_items} items")
}

pub(super) fn is_late(view: &OrderView) -> bool {
    let until = view.order.due.as_ref().and_then(When::until);
    !view.order.status.is_done() && until.is_some_and(|until| until < view.now)
}

pub(super) fn due_words(view: &OrderView, due: &When) -> Html {
    due.until().map_or_else(|| Html::text(&due.raw), |until| Html::time(&Due::new(until, view.now)))
}

pub(super) fn more_fields(order: &Order) -> Vec<(String, String)> {
    let fields = order.fields.iter().filter(|_| order.fields.len() > FIELDS);
    fields.map(|field| (field.name.clone(), field.value.clone())).collect()
}

fn assignee_words(to: &Assignee) -> String {
    if to.account.is_some() { to.marked_name() } else { format!("{} (no account)", to.name) }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default() + chars.as_str()
}
