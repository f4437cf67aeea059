//! `/waiting`: what needs a decision, what went in, and what a device still keeps (which only its own script knows).

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::foundation::{Asker, Result, Timestamp};
use crate::offline::decide::{may_keep, standing, standing_said};
use crate::offline::model::{Outcome, Said, What};
use crate::offline::reads::{self, Kept};
use crate::web::format::Time;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult, markdown};
use crate::work_orders::Orders;

#[derive(Template)]
#[template(path = "offline/waiting.html")]
struct WaitingPage {
    shell: Shell,
    to_decide: Vec<ToDecide>,
    sent: Vec<Sent>,
}

/// An entry that was not recorded, with both sides.
struct ToDecide {
    entry: String,
    /// Where it leads, and its reference; empty where its owner does not see the order any more.
    href: String,
    reference: String,
    title: String,
    /// What its chip says.
    word: &'static str,
    why: String,
    mine: Side,
    theirs: Option<Side>,
    /// The bytes lie on the device, and only there.
    is_file: bool,
    /// Something stands in its place, so keeping it asks for a reason.
    needs_reason: bool,
    /// Why it cannot be kept by this person; empty where it can.
    barred: String,
}

struct Side {
    who: String,
    first_name: String,
    at: Time,
    words: String,
}

/// An entry that is settled.
struct Sent {
    href: String,
    reference: String,
    title: String,
    words: String,
    claimed: Time,
    received: Time,
    /// What was decided, where something was.
    how: &'static str,
    is_in: bool,
}

/// GET `/waiting`
pub async fn show(request: HttpRequest, orders: Data<Orders>, who: Principal) -> WebResult {
    let (service, asker, now) = (orders.clone(), who.0, orders.app.now());
    let read = move |conn: &mut crate::db::AnyConnection| {
        let to_decide = reads::undecided(conn, &service, &asker)?;
        let sent = reads::settled(conn, &service, &asker, now)?;
        let to_decide: Result<_> =
            to_decide.into_iter().map(|kept| ToDecide::of(kept, &asker, now)).collect();
        let sent: Result<_> = sent.into_iter().map(|kept| Sent::of(&kept, now)).collect();
        Ok((to_decide?, sent?))
    };
    let (to_decide, sent) = orders.app.db.read(read).await?;
    show_page(&WaitingPage { shell: Shell::of(&request, "Waiting to be sent", "waiting"), to_decide, sent })
}

impl ToDecide {
    fn of(kept: Kept, who: &Asker, now: Timestamp) -> Result<Self> {
        let (entry, answer) = (kept.row.entry()?, kept.row.answer()?);
        let (href, reference) = place(&kept, &entry.what);
        let target = entry.what.target().filter(|_| entry.what.is_answer());
        let order = kept.order.as_ref().map(|(order, _)| order);
        // What stands there now, which may be something else again.
        let theirs = target.as_ref().zip(order).and_then(|(target, order)| standing_said(order, target));
        let standing = target.as_ref().zip(order).and_then(|(target, order)| standing(order, target));
        let barred = match (&kept.order, &standing) {
            (Some((order, facts)), Some(_)) => {
                may_keep(order, &entry, who, facts, now).err().map(|cause| cause.to_string())
            }
            (None, ..) => Some("the order is not yours any more".to_owned()),
            _ => None,
        };
        let is_conflict = answer.outcome == Outcome::Conflict;
        Ok(Self {
            title: markdown::plain(&entry.what.about(order)),
            word: match (is_conflict, theirs.is_some()) {
                (true, true) => "Two answers",
                (true, false) => "Does not fit any more",
                _ => "Not taken",
            },
            why: answer.why,
            mine: Side::of(answer.mine, now),
            needs_reason: standing.is_some(),
            theirs: theirs.map(|said| Side::of(said, now)),
            is_file: matches!(entry.what, What::Files { .. }),
            barred: barred.map(|why| crate::web::format::sentence(&why)).unwrap_or_default(),
            entry: entry.id,
            href,
            reference,
        })
    }

    /// Where a comment on the order is written.
    fn note_href(&self) -> String {
        format!("{}#comment", self.href.split('#').next().unwrap_or_default())
    }

    /// What the button says that leaves the record as it is.
    fn leave_words(&self) -> String {
        match &self.theirs {
            Some(theirs) => format!("Keep the answer of {}", theirs.first_name),
            None => "Leave it out of the record".to_owned(),
        }
    }
}

impl Side {
    fn of(said: Said, now: Timestamp) -> Self {
        let first_name = said.who.split_whitespace().next().unwrap_or_default().to_owned();
        Self { first_name, at: Time::new(said.at, now), words: said.words, who: said.who }
    }
}

impl Sent {
    fn of(kept: &Kept, now: Timestamp) -> Result<Self> {
        let entry = kept.row.entry()?;
        let (href, reference) = place(kept, &entry.what);
        let order = kept.order.as_ref().map(|(order, _)| order);
        Ok(Self {
            href,
            reference,
            title: markdown::plain(&entry.what.about(order)),
            words: entry.what.words(),
            claimed: Time::new(kept.row.claimed_at, now),
            received: Time::new(kept.row.received_at, now),
            how: match kept.row.settled_how.as_str() {
                "mine" => "kept in place of another answer",
                "theirs" => "left out of the record",
                _ => "",
            },
            is_in: kept.row.is_applied(),
        })
    }
}

/// The address of a part, and its reference as people write it.
fn place(kept: &Kept, what: &What) -> (String, String) {
    let Some((order, _)) = &kept.order else { return Default::default() };
    let target = what.target();
    let reference = target.as_ref().and_then(|it| order.reference(it));
    let anchor = match (what, &target) {
        (What::Log { .. }, _) => "#log".to_owned(),
        (What::Comment { .. }, _) => "#comments".to_owned(),
        (_, Some(target)) => format!("#{}", target.to_string().replace(':', "-")),
        _ => "#files".to_owned(),
    };
    let href = format!("/work-orders/{}{anchor}", order.number);
    (href, reference.unwrap_or_else(|| order.number.to_string()))
}
