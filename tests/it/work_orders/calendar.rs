//! The calendar through its routes: each order on its day in the reader's zone, and a day changed and taken back.

use actix_web::http::StatusCode;
use tracewright::foundation::{Role, Timestamp};
use tracewright::web::zone::{Reading, reading};
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::model::Status;

use crate::harness::on_both;
use crate::harness::orders::walk;

use super::board::write_due;
use super::pages::{get, post};
use super::*;

/// What stands on one day.
fn day<'a>(page: &'a str, date: &str) -> &'a str {
    let (_, rest) = page
        .split_once(&format!("<time datetime=\"{date}\">"))
        .unwrap_or_else(|| panic!("no {date}: {page}"));
    rest.split_once("</td>").unwrap().0
}

/// The first moment that is too late for a day, as its forms send it.
fn seen(next_day: &str) -> String {
    Timestamp::parse_rfc3339(&format!("{next_day}T00:00:00Z")).unwrap().0.to_string()
}

async fn due_of(t: &TestApp, who: &Asker, id: &str) -> String {
    load(t, who, id).await.due.unwrap().raw
}

on_both! {
    async fn a_day_is_a_day_everywhere_and_a_moment_is_the_readers(t: TestApp) {
        let boss = owner(&t).await;
        let (by_day, _) = write_due(&t, &boss, "By day", "2027-03-27").await;
        let (by_moment, _) = write_due(&t, &boss, "By moment", "2027-03-27 23:30").await;
        let (leap, _) = write_due(&t, &boss, "Once in four years", "2028-02-29").await;
        // Clocks go forward in Berlin on 28 March 2027.
        for (zone, name, moment) in [
            ("", "UTC", "2027-03-27"),
            ("Europe/Berlin", "Europe/Berlin", "2027-03-28"),
            ("Pacific/Honolulu", "Pacific/Honolulu", "2027-03-27"),
        ] {
            let reader = Reading::of(zone, "");
            let page = reading(reader, get(&t, &boss, "/work-orders/calendar?from=2027-03-26")).await;
            assert!(page.status == StatusCode::OK && page.body.contains(&format!("Days of {name}")), "{}", page.body);
            assert!(day(&page.body, "2027-03-27").contains(&by_day), "{zone}");
            assert!(day(&page.body, moment).contains(&by_moment), "{zone}");
            assert_eq!(page.body.matches(&format!("href=\"/work-orders/{by_moment}\"")).count(), 1, "{zone}");
            let list = |day: &'static str| reading(reader, get(&t, &boss, day));
            let of_day = list("/work-orders?due=2027-03-27").await.body;
            assert_eq!((of_day.contains(&by_day), of_day.contains(&by_moment)), (true, moment == "2027-03-27"), "{zone}");
            let next = list("/work-orders?due=2027-03-28").await.body;
            assert_eq!((next.contains(&by_day), next.contains(&by_moment)), (false, moment == "2027-03-28"), "{zone}");
        }
        let page = get(&t, &boss, "/work-orders/calendar?from=2028-02-29").await.body;
        assert!(day(&page, "2028-02-29").contains(&leap) && page.contains("28 February to 26 March 2028"), "{page}");
        for wrong in ["2027-02-29", "soon", "99999-01-01"] {
            let refused = get(&t, &boss, &format!("/work-orders/calendar?from={wrong}")).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
    }

    async fn a_full_day_leads_to_its_list_and_what_has_no_day_is_counted(t: TestApp) {
        let boss = owner(&t).await;
        for place in 0..6 {
            write_due(&t, &boss, &format!("Order {place}"), "2026-11-26").await;
        }
        let (late, _) = write_due(&t, &boss, "Late", "2026-11-18").await;
        let (without, _) = write_due(&t, &boss, "Some day", "").await;
        // It is Saturday 21 November: the week began on the 16th.
        let page = get(&t, &boss, "/work-orders/calendar").await.body;
        let full = day(&page, "2026-11-26");
        assert_eq!(full.matches("data-entry").count(), 4);
        assert!(full.contains("href=\"/work-orders?due=2026-11-26\">+ 2"), "{full}");
        assert_eq!(get(&t, &boss, "/work-orders?due=2026-11-26").await.body.matches("<tr data-row>").count(), 6);
        let on = day(&page, "2026-11-18");
        assert!(on.contains(&late) && on.contains("late, draft, nobody") && on.contains("evt late"), "{on}");
        assert!(day(&page, "2026-11-21").contains("<b>today</b>"));
        assert!(page.contains("1 open order without a due day"), "{page}");
        let list = get(&t, &boss, "/work-orders?due=none").await.body;
        assert!(list.contains(&without) && !list.contains(&late), "{list}");
        let person = "href=\"/work-orders?assignee=nobody&amp;due=2026-11-16..2026-12-13\"";
        assert!(page.contains(person) || page.contains(&person.replace("&amp;", "&#38;")), "{page}");
        let of_weeks = get(&t, &boss, "/work-orders?assignee=nobody&due=2026-11-16..2026-12-13").await.body;
        assert_eq!(of_weeks.matches("<tr data-row>").count(), 7);
        let stranger = other(&boss, "stranger", &[Role::Technician]);
        let none = get(&t, &stranger, "/work-orders/calendar").await.body;
        assert!(!none.contains(&late) && none.contains("Nothing is due in these weeks.") && !none.contains("by person"), "{none}");
    }

    async fn what_is_late_from_before_is_counted_as_its_list_has_it(t: TestApp) {
        let boss = owner(&t).await;
        // The weeks that are shown begin on Monday the 16th: in Berlin an hour before they do in UTC.
        for (title, due) in [("Long ago", "2026-11-02"), ("Sunday", "2026-11-15"), ("Monday", "2026-11-16"),
            ("Late on Sunday in UTC", "2026-11-15 23:30"), ("Early on Monday", "2026-11-16 05:00"), ("To come", "2026-12-01")] {
            write_due(&t, &boss, title, due).await;
        }
        let address = "/work-orders?overdue=2026-11-16";
        for (zone, titles) in [
            ("", vec!["Long ago", "Sunday", "Late on Sunday in UTC"]),
            ("Europe/Berlin", vec!["Long ago", "Sunday"]),
            ("Pacific/Honolulu", vec!["Long ago", "Sunday", "Late on Sunday in UTC", "Early on Monday"]),
        ] {
            let reader = Reading::of(zone, "");
            let page = reading(reader, get(&t, &boss, "/work-orders/calendar?from=2026-11-16")).await.body;
            let link = format!("href=\"{address}\">{} late</a>", titles.len());
            assert!(page.contains(&link), "{zone}: {page}");
            let list = reading(reader, get(&t, &boss, address)).await.body;
            assert_eq!(list.matches("<tr data-row>").count(), titles.len(), "{zone}: {list}");
            for title in titles {
                assert!(list.contains(&format!(">{title}<")), "{zone}, {title}: {list}");
            }
            assert!(list.contains("late, from before Mon 16 Nov") && list.contains("value=\"late-2026-11-16\" selected"), "{list}");
        }
        let all = get(&t, &boss, "/work-orders?overdue=1").await.body;
        assert_eq!(all.matches("<tr data-row>").count(), 5);
        assert_eq!(get(&t, &boss, "/work-orders?overdue=2027-02-29").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_day_is_changed_and_taken_back(t: TestApp) {
        let boss = owner(&t).await;
        let (number, id) = write_due(&t, &boss, "Long answers", "2026-12-04").await;
        let (base, back) = (format!("/work-orders/{number}/due"), "/work-orders/calendar?from=2026-11-30");
        let page = get(&t, &boss, back).await.body;
        assert!(day(&page, "2026-12-04").contains("value=\"2026-12-05\"") && day(&page, "2026-12-04").contains("value=\"2026-12-03\""));
        let was = seen("2026-12-05");
        let done = post(&t, &boss, &base, &[("due", "2026-12-05"), ("seen", &was), ("back", back)]).await;
        let offered = format!("/work-orders/calendar?from=2026-11-30&moved={number}&was=2026-12-04");
        assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, offered.as_str()), "{}", done.body);
        assert_eq!(due_of(&t, &boss, &id).await, "2026-12-05");
        let page = get(&t, &boss, &offered).await.body;
        assert!(day(&page, "2026-12-05").contains(&number) && page.contains(">Undo</button>"), "{page}");
        // Whoever has not seen the change is told.
        let stale = post(&t, &boss, &base, &[("due", "2026-12-03"), ("seen", &was), ("back", back)]).await;
        assert!(stale.status == StatusCode::CONFLICT && stale.body.contains("2026-12-05"), "{}", stale.body);
        let now = seen("2026-12-06");
        let undo = [("due", "2026-12-04"), ("seen", now.as_str()), ("back", offered.as_str()), ("undo", "1")];
        let undone = post(&t, &boss, &base, &undo).await;
        assert_eq!((undone.status, undone.location.as_str()), (StatusCode::SEE_OTHER, back), "{}", undone.body);
        assert_eq!(due_of(&t, &boss, &id).await, "2026-12-04");
    }

    async fn a_day_is_not_changed_by_whom_and_when_it_may_not_be(t: TestApp) {
        let boss = owner(&t).await;
        let (number, id) = write_due(&t, &boss, "Long answers", "2026-12-04").await;
        let base = format!("/work-orders/{number}/due");
        let was = seen("2026-12-05");
        let fields = [("due", "2026-12-05"), ("seen", was.as_str())];
        for (who, status) in [
            (other(&boss, "viewer", &[Role::Viewer]), StatusCode::FORBIDDEN),
            (other(&boss, "stranger", &[Role::Technician]), StatusCode::NOT_FOUND),
        ] {
            assert_eq!(post(&t, &who, &base, &fields).await.status, status, "{}", who.id());
        }
        for due in ["", "soon", "2026-02-30"] {
            let refused = post(&t, &boss, &base, &[("due", due), ("seen", &was)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{due}");
        }
        let movable = get(&t, &boss, "/work-orders/calendar?from=2026-11-30").await.body;
        assert!(day(&movable, "2026-12-04").contains("data-entry=\"\""), "{movable}");
        walk(&t, &boss, &boss, &id, Status::Approved).await;
        assert_eq!(post(&t, &boss, &base, &fields).await.status, StatusCode::CONFLICT, "an approved plan is taken back first");
        // What an arrow key says there.
        let stays = get(&t, &boss, "/work-orders/calendar?from=2026-11-30").await.body;
        assert!(day(&stays, "2026-12-04").contains("data-entry=\"Only a draft of yours or a submitted order is moved here"), "{stays}");
        transition(&t.services.orders, &boss, &id, Move::to(Status::InProgress)).await.unwrap();
        let led = post(&t, &boss, &base, &fields).await;
        assert_eq!((led.status, led.location), (StatusCode::SEE_OTHER, format!("/work-orders/{number}/edit#head")));
        let page = get(&t, &boss, "/work-orders/calendar?from=2026-11-30").await.body;
        assert!(!page.contains(&base) && page.contains(&format!("/work-orders/{number}/edit#head")), "{page}");
        assert_eq!(due_of(&t, &boss, &id).await, "2026-12-04", "nothing was changed");
    }
}
