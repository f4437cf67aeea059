//! Orders: number, title, type, assignee and asset, as the list looks for words.

use crate::db::AnyConnection;
use crate::find::asked::Asked;
use crate::find::found::{Group, Hit};
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::order_pages::text::tone_of;
use crate::web::format::number;
use crate::work_orders::reads::found::newest;
use crate::work_orders::reads::{Filter, OrderRow};

use super::MOST;

/// Orders whose words are looked at.
const AMONG: i64 = 20_000;

/// Orders that hold every word, the one that changed last first.
pub(super) fn words(conn: &mut AnyConnection, asker: &Asker, asked: &Asked, now: Timestamp) -> Result<Group> {
    let group = Group { id: "orders", title: "Work orders", ..Group::default() };
    if asker.may(Action::ViewOrders) == Grant::Never {
        return Ok(group);
    }
    let filter = Filter { words: asked.text.clone(), ..Filter::seen_by(asker) };
    let found = newest(conn, asker.project, &filter, AMONG, MOST)?;
    let is_cut = found.looked_back_to.is_some();
    Ok(Group {
        hits: found.rows.iter().map(|row| hit(row, now)).collect(),
        has_more: found.has_more,
        list: asked.at("/work-orders"),
        note: if is_cut {
            format!("of the {} that changed last; the list looks at all", number(AMONG))
        } else {
            String::new()
        },
        ..group
    })
}

/// An order as it stands among what was found.
pub(super) fn hit(row: &OrderRow, now: Timestamp) -> Hit {
    let assigned = row.assignee();
    let late = row.is_overdue(now).then_some("late");
    let about = [Some(row.order_type.as_str()), Some(row.asset_name.as_str()), Some(assigned.as_str()), late];
    let about = about.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>();
    Hit {
        href: format!("/work-orders/{}", row.number),
        code: row.number.clone(),
        title: row.title.clone(),
        about: about.join(" · "),
        state: row.status().label().to_owned(),
        tone: tone_of(row.status()),
        snippet: None,
    }
}
