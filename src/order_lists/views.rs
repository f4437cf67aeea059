//! The views that are always there: questions of every day, each a named address with a count.
//!
//! Whether this very reader may approve or verify one of these orders depends on who made it and who is one with them, which only each order
//! can say. So no view claims to hold what waits for its reader; they are named for what is done next, and shown to whoever does that.

use super::filters::{Asked, LIST, joined};
use crate::db::AnyConnection;
use crate::foundation::{Action, Grant, Result, Timestamp};
use crate::web::Principal;
use crate::work_orders::reads::sorted::count_up_to;

/// How far a count goes: what is more is told as "99+".
const MOST: i64 = 100;

/// One view as the page shows it.
pub(super) struct View {
    pub(super) name: &'static str,
    pub(super) href: String,
    pub(super) count: String,
    pub(super) is_here: bool,
}

/// Name, filters, and for whom: whoever has any grant of the verb.
const VIEWS: [(&str, &str, Action); 9] = [
    ("Mine", "assignee=me&status=open", Action::Tick),
    ("To approve", "status=submitted", Action::Approve),
    ("To verify", "status=completed", Action::Verify),
    ("To close", "status=verified", Action::Close),
    ("Late", "overdue=1", Action::ViewOrders),
    ("Nobody\u{2019}s", "assignee=nobody&status=open", Action::ViewOrders),
    ("On hold", "status=on_hold", Action::ViewOrders),
    ("Failed", "failed=1&status=open", Action::ViewOrders),
    ("All", "", Action::ViewOrders),
];

/// The views of a reader. A count goes no further than a hundred rows of an index, whatever the project holds.
pub(super) fn views(
    conn: &mut AnyConnection,
    who: &Principal,
    asked: &Asked,
    now: Timestamp,
) -> Result<Vec<View>> {
    let theirs = VIEWS.iter().filter(|(_, _, action)| who.may(*action) > Grant::Never);
    theirs.map(|(name, query, _)| view(conn, who, asked, now, (*name, *query))).collect()
}

fn view(
    conn: &mut AnyConnection,
    who: &Principal,
    asked: &Asked,
    now: Timestamp,
    (name, query): (&'static str, &'static str),
) -> Result<View> {
    let own = Asked::parse(query)?;
    let count = count_up_to(conn, who.project, &own.filter(who, now)?, MOST)?;
    Ok(View {
        name,
        href: joined(LIST, query),
        count: if count < MOST { count.to_string() } else { "99+".to_owned() },
        is_here: asked.view.is_none() && own.is_same_question(asked),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_is_an_address_that_the_list_would_write_itself() {
        for (name, query, _) in VIEWS {
            assert_eq!(Asked::parse(query).unwrap().query(), query, "{name}");
        }
    }
}
