//! One press for several orders. Each is decided by itself, by the very action its own page calls: what cannot be done with one does not
//! stop the others, and says why.
//!
//! Only what asks for nothing more than a choice is here: moves that want a reason, a code or a signature are made on the order.

use std::collections::BTreeSet;

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use super::filters::{Asked, LIST};
use crate::foundation::{Action, Asker, Error, Grant, Result};
use crate::order_pages::{Assigning, assignee, due_in, find_visible};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Form, Principal, Shell, WebResult, flash, format, see_other};
use crate::work_orders::Orders;
use crate::work_orders::actions::assign::assign;
use crate::work_orders::actions::edit_plan::edit_plan;
use crate::work_orders::actions::transition::{Move, transition};
use crate::work_orders::editing::Edit;
use crate::work_orders::lifecycle::{Rule, plain_moves};
use crate::work_orders::model::{Assignee, Priority, Status, Transition, When};
use crate::work_orders::reads::{self, OrderRow};

/// Orders of one press.
const MOST: usize = 100;

/// What the choice says for taking work from whoever has it.
pub(super) const NOBODY: &str = "nobody";

/// What is offered above the list.
pub(super) struct Offered {
    /// Word and what it says on the choice.
    pub(super) acts: Vec<(&'static str, &'static str)>,
    pub(super) people: Vec<(String, String)>,
}

/// What this person may do to several orders at once; nothing for whoever only looks.
pub(super) async fn offered(app: &App, who: &Asker) -> Result<Offered> {
    let may = |action| who.may(action) > Grant::Never;
    let mut acts = Vec::new();
    if may(Action::Assign) {
        acts.push(("assign", "Assign to…"));
    }
    if may(Action::EditPlan) {
        acts.extend([("priority", "Set the priority…"), ("due", "Set the due day…")]);
    }
    acts.extend(
        plain_moves().filter(|rule| may(rule.action)).filter_map(|rule| Some((word_of(rule.id)?, rule.verb))),
    );
    Ok(Offered { acts, people: Assigning::of_new(app, who, "").await?.people })
}

/// The word of a move that can be made here.
fn word_of(id: Transition) -> Option<&'static str> {
    match id {
        Transition::Submit => Some("submit"),
        Transition::Start => Some("start"),
        Transition::Resume => Some("resume"),
        _ => None,
    }
}

#[derive(Template)]
#[template(path = "work_orders/bulk.html")]
struct BulkPage {
    shell: Shell,
    what: &'static str,
    done: Vec<Said>,
    not_done: Vec<Said>,
    /// The press again for those of them that it may help.
    again: Option<Again>,
    /// The list as it was.
    back: String,
}

/// What was asked, to be asked again: of what changed meanwhile, or with the reason that was wanted.
struct Again {
    /// Name and value of each field as it was sent, but for the orders and the reason.
    fields: Vec<(&'static str, String)>,
    /// The reason as it was given, where one can be.
    reason: Option<String>,
}

/// What became of one order.
struct Said {
    number: String,
    /// Why it was not done, or that nothing was different.
    words: String,
    /// It was refused for how it stood or for what was said, which may be different the next time.
    may_again: bool,
}

/// What is to be done with each.
enum Act {
    Assign(Option<Assignee>),
    Priority(Priority),
    Due(Option<When>),
    Move(&'static Rule),
}

/// POST `/work-orders/bulk`: `chosen` (numbers, repeated), `what` and what it needs (`account`, `priority`, `due`), `reason`, `query`.
pub(super) async fn submit(
    request: HttpRequest,
    app: Data<App>,
    orders: Data<Orders>,
    who: Principal,
    form: Form,
) -> WebResult {
    let numbers = chosen(&form)?;
    let act = act(&app, &who, &form).await?;
    let reason = form.text("reason");
    let back = Asked::parse(form.raw("query")).unwrap_or_default().address(LIST);
    let (mut done, mut not_done) = (Vec::new(), Vec::new());
    for number in numbers {
        match apply(&orders, &who, &act, &number, reason).await {
            Ok(words) => done.push(Said { number, words: words.to_owned(), may_again: false }),
            Err(cause) => {
                let may_again = !matches!(cause, Error::NotFound(_) | Error::Forbidden(_));
                not_done.push(Said { number, words: why(cause)?, may_again });
            }
        }
    }
    if not_done.is_empty() {
        return Ok(flash::good(see_other(back), &all_done(act.verb(), &done)));
    }
    let shell = Shell::of_tab(&request, "Several orders", "list");
    let again = not_done.iter().any(|said| said.may_again).then(|| Again::of(&form, &act));
    show_page(&BulkPage { shell, what: act.verb(), done, not_done, again, back })
}

/// GET `/work-orders/bulk`: an answer that is loaded again is no order's number; the list is there.
pub(super) async fn list() -> WebResult {
    Ok(see_other(LIST))
}

/// What was done, and of which nothing was different.
fn all_done(verb: &str, done: &[Said]) -> String {
    let numbers = |is_same: bool| -> Vec<String> {
        done.iter().filter(|said| said.words.is_empty() != is_same).map(|said| said.number.clone()).collect()
    };
    let (done, same) = (numbers(false), numbers(true));
    let same = (!same.is_empty()).then(|| format!("nothing was different in {}", flash::named(&same)));
    let done = (!done.is_empty()).then(|| format!("done with {}", flash::named(&done)));
    let said: Vec<String> = done.into_iter().chain(same).collect();
    format!("{verb}: {}.", said.join("; "))
}

/// The numbers that were ticked, each once, in the order of the page.
fn chosen(form: &Form) -> Result<Vec<String>> {
    let mut seen = BTreeSet::new();
    let numbers: Vec<String> = form.all("chosen").map(|number| number.trim().to_uppercase()).collect();
    let numbers: Vec<String> = numbers.into_iter().filter(|number| seen.insert(number.clone())).collect();
    match numbers.len() {
        0 => Err(Error::invalid("chosen", "choose at least one order")),
        1..=MOST => Ok(numbers),
        _ => Err(Error::invalid("chosen", format!("choose at most {MOST} orders at once"))),
    }
}

async fn act(app: &App, who: &Asker, form: &Form) -> Result<Act> {
    match form.text("what") {
        "assign" => match form.text("account") {
            "" => Err(Error::invalid("account", "choose who gets the work")),
            NOBODY => Ok(Act::Assign(None)),
            account => Ok(Act::Assign(Some(assignee(app, who.project, account.to_owned()).await?))),
        },
        "priority" => {
            let priority = form.required("priority", "choose a priority")?;
            let priority = Priority::read(priority);
            priority.map(Act::Priority).ok_or_else(|| Error::invalid("priority", "choose one of the list"))
        }
        "due" => Ok(Act::Due(due_in(form)?)),
        word => {
            let rule = plain_moves().find(|rule| word_of(rule.id) == Some(word));
            rule.map(Act::Move).ok_or_else(|| Error::invalid("what", "choose what to do with them"))
        }
    }
}

impl Again {
    fn of(form: &Form, act: &Act) -> Self {
        let sent = |name| (name, form.raw(name).to_owned());
        let is_edit = matches!(act, Act::Priority(_) | Act::Due(_));
        Self {
            fields: ["what", "account", "priority", "due", "query"].map(sent).to_vec(),
            reason: is_edit.then(|| form.text("reason").to_owned()),
        }
    }
}

impl Act {
    fn verb(&self) -> &'static str {
        match self {
            Self::Assign(Some(_)) => "Assign",
            Self::Assign(None) => "Assign to nobody",
            Self::Priority(_) => "Set the priority",
            Self::Due(Some(_)) => "Set the due day",
            Self::Due(None) => "Take the due day away",
            Self::Move(rule) => rule.verb,
        }
    }
}

/// Does it with one order; says what there is to say beyond that it is done.
async fn apply(orders: &Orders, who: &Asker, act: &Act, number: &str, reason: &str) -> Result<&'static str> {
    let (asker, sought) = (who.clone(), number.to_owned());
    let row = orders.app.db.read(move |conn| find_visible(conn, &asker, &sought)).await?;
    let (id, reason) = (row.order_id.as_str(), reason.to_owned());
    let events = match act {
        Act::Assign(to) => assign(orders, who, id, to.clone()).await?,
        Act::Priority(priority) => {
            edit_plan(orders, who, id, vec![Edit::Priority(*priority)], reason).await?
        }
        Act::Due(due) => edit_plan(orders, who, id, vec![Edit::Due(due.clone())], reason).await?,
        Act::Move(rule) => transition(orders, who, id, Move::to(target(orders, &row, rule).await?)).await?,
    };
    Ok(if events.is_empty() { "nothing was different" } else { "" })
}

/// Where this move leads the order. Only that very move is made: another one that happens to lead there is not what was pressed.
async fn target(orders: &Orders, row: &OrderRow, rule: &Rule) -> Result<Status> {
    if !rule.from.contains(&row.status()) {
        let from: Vec<&str> = rule.from.iter().map(|status| status.label()).collect();
        return Err(Error::refused(format!(
            "It is {}: \"{}\" begins at {}.",
            row.status().label().to_lowercase(),
            rule.verb,
            from.join(" or ").to_lowercase()
        )));
    }
    if rule.id != Transition::Resume {
        return rule.to.first().copied().ok_or_else(|| Error::internal("a move that leads nowhere"));
    }
    // It goes back to where it was held.
    let (project, id) = (row.project, row.order_id.clone());
    let order = orders.app.db.read(move |conn| reads::load(conn, project, &id, None)).await?;
    Ok(if order.started { Status::InProgress } else { Status::Approved })
}

/// Why an order was left as it is. What is nobody's decision but a fault ends the whole press.
fn why(cause: Error) -> Result<String> {
    match cause {
        Error::Invalid(errors) => {
            let messages: Vec<&str> = errors.0.iter().map(|error| error.message.as_str()).collect();
            Ok(format::sentence(&messages.join("; ")))
        }
        Error::NotFound(_) | Error::Forbidden(_) | Error::Refused(_) | Error::Conflict { .. } => {
            Ok(format::sentence(&cause.to_string()))
        }
        fault => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_move_that_asks_for_nothing_can_be_made_here() {
        let words: Vec<Option<&str>> = plain_moves().map(|rule| word_of(rule.id)).collect();
        assert_eq!(words, [Some("submit"), Some("start"), Some("resume")]);
    }

    #[test]
    fn what_was_the_same_already_is_not_called_done() {
        let said = |number: &str, words: &str| Said {
            number: number.to_owned(),
            words: words.to_owned(),
            may_again: false,
        };
        let same = "nothing was different";
        for (done, words) in [
            (vec![said("A", "")], "Submit: done with A."),
            (vec![said("A", same)], "Submit: nothing was different in A."),
            (vec![said("A", ""), said("B", same)], "Submit: done with A; nothing was different in B."),
        ] {
            assert_eq!(all_done("Submit", &done), words);
        }
    }

    #[test]
    fn each_order_is_taken_once_and_never_more_than_a_page_of_them() {
        let form = |count: usize| {
            let fields: Vec<String> = (0..count).map(|at| format!("chosen=WO-2026-{at:03}")).collect();
            Form::parse(fields.join("&").as_bytes()).unwrap()
        };
        assert!(chosen(&form(0)).is_err() && chosen(&form(MOST + 1)).is_err());
        assert_eq!(chosen(&form(MOST)).unwrap().len(), MOST);
        let twice = Form::parse(b"chosen=wo-2026-002&chosen=WO-2026-001&chosen=WO-2026-002").unwrap();
        assert_eq!(chosen(&twice).unwrap(), ["WO-2026-002", "WO-2026-001"]);
    }
}
