//! The list: each of its orders page by page without a gap or a repeat, views that are kept, and one press for several orders.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use tracewright::foundation::Timestamp;
use tracewright::work_orders::actions::create::create;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::model::{AssetRef, Plan, Priority, Status, When};
use tracewright::work_orders::reads::sorted::{Place, Sort, count_up_to, page};
use tracewright::work_orders::reads::{Filter, OrderRow};

use super::pages::{get, post};
use super::*;
use crate::harness::{MINUTE, on_both};

/// Due days of orders, many on one day and some on none. The first two are past.
const DAYS: [Option<&str>; 5] =
    [Some("2026-11-10"), Some("2026-11-19"), None, Some("2026-11-21"), Some("2026-12-01")];

/// Orders of every priority, due on every one of the days, a third of them cancelled, several changed at one moment; and numbers that
/// are longer than others.
async fn fill(t: &TestApp, asker: &Asker) {
    for at in 0..30_usize {
        if at % 4 == 0 {
            t.clock.advance(MINUTE);
        }
        let plan = Plan {
            title: format!("Order {at}"),
            order_type: "Inspection".to_owned(),
            priority: Priority::ALL[at % Priority::ALL.len()],
            due: DAYS[at % DAYS.len()].map(When::read),
            asset: (at % 2 == 0).then(|| AssetRef { name: "Filler".to_owned(), tag: "FIL-1".to_owned() }),
            ..Plan::default()
        };
        let made = create(&t.app, asker, plan, None).await.unwrap();
        if at % 3 == 0 {
            cancel(t, asker, &made.number.to_string()).await;
        }
    }
    for number in ["WO-2026-999", "WO-2026-1000", "WO-2025-2000"] {
        take(t, asker, &FILE.replace("WO-2026-014", number)).await.unwrap();
    }
}

async fn cancel(t: &TestApp, asker: &Asker, number: &str) {
    let id = row(t, asker, number).await.order_id;
    let asked = Move { reason: "it is not needed".to_owned(), ..Move::to(Status::Cancelled) };
    transition(&t.services.orders, asker, &id, asked).await.unwrap();
}

/// The whole list in pages of a size.
async fn in_pages(t: &TestApp, asker: &Asker, filter: &Filter, sort: Sort, size: usize) -> Vec<OrderRow> {
    let (mut rows, mut after): (Vec<OrderRow>, Option<Place>) = (Vec::new(), None);
    loop {
        let (project, filter) = (asker.project, filter.clone());
        let read = move |conn: &mut tracewright::db::AnyConnection| {
            page(conn, project, &filter, sort, after.as_ref(), size)
        };
        let found = t.app.db.read(read).await.unwrap();
        assert!(found.rows.len() <= size, "{sort:?} in pages of {size}");
        rows.extend(found.rows);
        let Some(next) = found.next else { return rows };
        // What an address carries is what was told.
        after = Some(Place::decode(&next.encode()).unwrap());
    }
}

/// What may not go back from one row to the next.
fn rank(sort: Sort, row: &OrderRow) -> (i64, i64, i64) {
    let is_done = row.status().is_done() || row.status().is_final();
    let stands = match row.open_until() {
        Some(_) => 0,
        None => 1 + i64::from(is_done),
    };
    let key = row.open_until().map_or(-row.updated_at.0, |until| until.0);
    let urgency = Priority::ALL.iter().position(|it| *it == row.priority()).unwrap();
    let (year, digits) = row.number[3..].split_once('-').unwrap();
    let number = (-year.parse::<i64>().unwrap(), -digits.parse::<i64>().unwrap());
    match sort {
        Sort::Due => (0, stands, key),
        Sort::Changed => (0, 0, -row.updated_at.0),
        Sort::Number => (0, number.0, number.1),
        Sort::Priority => (-i64::try_from(urgency).unwrap(), stands, key),
    }
}

fn numbers(rows: &[OrderRow]) -> Vec<&str> {
    rows.iter().map(|row| row.number.as_str()).collect()
}

async fn count(t: &TestApp, asker: &Asker, filter: Filter, most: i64) -> i64 {
    let project = asker.project;
    t.app.db.read(move |conn| count_up_to(conn, project, &filter, most)).await.unwrap()
}

on_both! {
    async fn the_line_of_a_phone_says_how_many_filters_are_on_besides_the_words(t: TestApp) {
        let asker = owner(&t).await;
        let some = get(&t, &asker, "/work-orders?status=draft&priority=high&q=seal").await.body;
        assert!(some.contains("Filters · 2 on</summary>"), "{some}");
        let all = get(&t, &asker, "/work-orders?q=seal").await.body;
        assert!(all.contains("Filters</summary>"), "{all}");
    }

    async fn every_order_of_the_list_has_each_row_once_however_it_is_paged(t: TestApp) {
        let asker = owner(&t).await;
        fill(&t, &asker).await;
        let own = Filter { own: Some(asker.actor.id.clone()), ..Filter::default() };
        let some = Filter { statuses: vec![Status::Draft, Status::Cancelled], asset_tag: Some("FIL-1".to_owned()), ..Filter::default() };
        for sort in Sort::ALL {
            for (filter, expected) in [(Filter::default(), 33), (own.clone(), 33), (some.clone(), 15)] {
                let whole = in_pages(&t, &asker, &filter, sort, 1_000).await;
                assert_eq!(whole.len(), expected, "{sort:?} {filter:?}");
                assert_eq!(numbers(&whole).into_iter().collect::<BTreeSet<_>>().len(), expected, "no order twice");
                let ranks: Vec<_> = whole.iter().map(|row| rank(sort, row)).collect();
                assert!(ranks.is_sorted(), "{sort:?}: {:?}", numbers(&whole));
                for size in [1, 2, 7, expected] {
                    let paged = in_pages(&t, &asker, &filter, sort, size).await;
                    assert_eq!(numbers(&paged), numbers(&whole), "{sort:?} in pages of {size}, {filter:?}");
                }
            }
        }
    }

    async fn what_is_late_comes_first_and_what_was_cancelled_is_never_late(t: TestApp) {
        let asker = owner(&t).await;
        fill(&t, &asker).await;
        let list = in_pages(&t, &asker, &Filter::default(), Sort::Due, 100).await;
        let now = t.app.now();
        let late = list.iter().take_while(|row| row.is_overdue(now)).count();
        assert_eq!(late, list.iter().filter(|row| row.is_overdue(now)).count(), "all that is late stands at the top");
        assert!(late > 5 && list[..late].iter().all(|row| row.status() == Status::Draft));
        assert!(list[list.len() - 10..].iter().all(|row| row.status() == Status::Cancelled), "what is done stands at the end");
        let overdue = Filter { overdue_at: Some(now), ..Filter::default() };
        assert_eq!(in_pages(&t, &asker, &overdue, Sort::Due, 3).await.len(), late);
        assert_eq!(count(&t, &asker, overdue.clone(), 100).await, i64::try_from(late).unwrap());
        assert_eq!(count(&t, &asker, overdue, 2).await, 2, "a count goes no further than it is asked");
        // Written and given are counted once where both are somebody's.
        let own = Filter { own: Some(asker.actor.id.clone()), ..Filter::default() };
        assert_eq!(count(&t, &asker, own, 100).await, 33);
        // A day ends with itself: 21 November is today, and late from the next midnight on.
        let midnight = Timestamp::parse_rfc3339("2026-11-21T00:00:00Z").unwrap();
        let due_within = Some((midnight, midnight.plus_micros(crate::harness::DAY)));
        let today = in_pages(&t, &asker, &Filter { due_within, ..Filter::default() }, Sort::Due, 100).await;
        assert!(!today.is_empty() && today.iter().all(|row| row.due_at == Some(midnight.plus_micros(crate::harness::DAY))));
    }

    async fn filters_stand_in_the_address_and_are_taken_away_one_by_one(t: TestApp) {
        let asker = owner(&t).await;
        fill(&t, &asker).await;
        let list = get(&t, &asker, "/work-orders?status=draft&status=cancelled&asset=FIL-1&sort=number").await.body;
        for words in [
            "aria-sort=\"descending\"",
            "href=\"/work-orders?asset=FIL-1&#38;status=draft&#38;sort=number\"",
            "href=\"/work-orders?status=draft%2Ccancelled&#38;sort=number\"",
            "/work-orders.csv?asset=FIL-1",
        ] {
            assert!(list.contains(words) || list.contains(&words.replace("&#38;", "&amp;")), "{words}: {list}");
        }
        assert!(list.contains("WO-2026-001") && !list.contains("WO-2026-002<"), "only what stands at that asset");
        let none = get(&t, &asker, "/work-orders?status=closed&priority=low").await.body;
        assert!(none.contains("No order fits") && none.contains("href=\"/work-orders?priority=low\""), "{none}");
        for bad in ["status=lost", "priority=most", "due=soon", "sort=best", "after=0"] {
            assert_eq!(get(&t, &asker, &format!("/work-orders?{bad}")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        }
        let csv = get(&t, &asker, "/work-orders.csv?status=draft&sort=number").await.body;
        let found: Vec<&str> = csv.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!(found[..3], ["WO-2026-1000", "WO-2026-999", "WO-2026-030"], "{csv}");
        // A day is that day, and not the midnight that ends it.
        let last = csv.lines().find(|line| line.starts_with("WO-2026-030,")).unwrap();
        assert!(last.contains(",2026-12-01,"), "{last}");
        let first = get(&t, &asker, "/work-orders").await.body;
        for view in ["Mine", "Late", "Nobody\u{2019}s", "On hold", "Failed", "All", "To approve", "To verify"] {
            assert!(first.contains(view), "{view}");
        }
        let viewer = other(&asker, "viewer", &[Role::Viewer]);
        let seen = get(&t, &viewer, "/work-orders").await.body;
        assert!(!seen.contains("/work-orders/bulk") && !seen.contains("To approve"), "nobody is offered what is not theirs");
    }

    async fn a_view_is_its_authors_and_shared_by_whoever_plans(t: TestApp) {
        let asker = owner(&t).await;
        take(&t, &asker, FILE).await.unwrap();
        let tess = other(&asker, "tess", &[Role::Technician]);
        let sam = other(&asker, "sam", &[Role::Supervisor]);
        let keep = async |who: &Asker, name: &str, query: &str, shared: bool| {
            let mut fields = vec![("name", name), ("query", query)];
            if shared {
                fields.push(("shared", "1"));
            }
            post(&t, who, "/work-orders/views", &fields).await
        };
        let id_in = |location: &str| location.split("view=").nth(1).unwrap().to_owned();
        for (query, status) in [("", StatusCode::UNPROCESSABLE_ENTITY), ("sort=best", StatusCode::UNPROCESSABLE_ENTITY), ("nothing=1", StatusCode::UNPROCESSABLE_ENTITY)] {
            assert_eq!(keep(&tess, "Nothing", query, false).await.status, status, "{query}");
        }
        assert_eq!(keep(&tess, "For all", "status=open", true).await.status, StatusCode::FORBIDDEN);
        // Letters that are six times as long in an address: kept, they would be too long for the list that reads every view.
        let wide = "é".repeat(140);
        let wide = format!("q={wide}&type={wide}&asset={wide}");
        assert!(wide.len() < 2_000);
        assert_eq!(keep(&sam, "Wide", &wide, true).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(get(&t, &tess, "/work-orders").await.status, StatusCode::OK);
        let own = keep(&tess, "Tess looks", "status=open&x=1", false).await;
        assert_eq!(own.status, StatusCode::SEE_OTHER);
        assert!(own.location.starts_with("/work-orders?status=open&view="), "{}", own.location);
        let shared = keep(&sam, "Hall, open", "asset=FIL-1&status=open", true).await;
        let (private, shared) = (id_in(&own.location), id_in(&shared.location));
        let (of_tess, of_sam) = (get(&t, &tess, "/work-orders").await.body, get(&t, &sam, "/work-orders").await.body);
        assert!(of_tess.contains("Tess looks") && of_tess.contains("Hall, open"));
        assert!(!of_sam.contains("Tess looks") && of_sam.contains("Hall, open"), "what is kept to oneself is nobody else's");
        // What is hidden is not found; what is seen says whose it is.
        for verb in ["", "/save", "/throw-away"] {
            let fields = [("name", "Taken"), ("query", "priority=high")];
            let hidden = post(&t, &sam, &format!("/work-orders/views/{private}{verb}"), &fields).await;
            assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{verb}");
            let refused = post(&t, &tess, &format!("/work-orders/views/{shared}{verb}"), &fields).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{verb}: {}", refused.body);
        }
        let changed = format!("/work-orders?asset=FIL-1&priority=high&view={shared}");
        let offer = "Save the change to this view";
        assert!(get(&t, &sam, &changed).await.body.contains(offer));
        assert!(!get(&t, &tess, &changed).await.body.contains(offer));
        let saved = post(&t, &sam, &format!("/work-orders/views/{shared}/save"), &[("query", "asset=FIL-1&priority=high")]).await;
        assert_eq!(saved.location, changed);
        assert!(!get(&t, &sam, &changed).await.body.contains(offer), "nothing is changed any more");
        // An admin renames what is shared, and the author throws it away.
        let renamed = [("name", "Hall, urgent"), ("shared", "1")];
        assert_eq!(post(&t, &asker, &format!("/work-orders/views/{shared}"), &renamed).await.status, StatusCode::SEE_OTHER);
        assert!(get(&t, &tess, "/work-orders").await.body.contains("Hall, urgent"));
        assert_eq!(post(&t, &sam, &format!("/work-orders/views/{shared}/throw-away"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!get(&t, &tess, "/work-orders").await.body.contains("Hall, urgent"));
        assert_eq!(post(&t, &sam, &format!("/work-orders/views/{shared}"), &renamed).await.status, StatusCode::NOT_FOUND);
    }

    async fn several_orders_are_each_decided_by_themselves(t: TestApp) {
        let asker = owner(&t).await;
        take(&t, &asker, FILE).await.unwrap();
        create(&t.app, &asker, Plan { title: "Bare".to_owned(), ..Plan::default() }, None).await.unwrap();
        let bulk = async |who: &Asker, fields: &[(&str, &str)]| post(&t, who, "/work-orders/bulk", fields).await;
        let three = [("chosen", "WO-2026-014"), ("chosen", "WO-2026-001"), ("chosen", "WO-2026-777")];
        let with = |more: &[(&'static str, &'static str)]| [&three[..], more].concat();
        let mixed = bulk(&asker, &with(&[("what", "submit"), ("query", "status=open&sort=number")])).await;
        assert_eq!(mixed.status, StatusCode::OK, "{}", mixed.body);
        for words in ["1 of 3 done", "The plan still needs", "WO-2026-777 was not found", "/work-orders/WO-2026-014"] {
            assert!(mixed.body.contains(words), "{words}: {}", mixed.body);
        }
        assert_eq!(row(&t, &asker, "WO-2026-014").await.status(), Status::Submitted);
        assert_eq!(row(&t, &asker, "WO-2026-001").await.status(), Status::Draft);
        // What was refused is chosen to be tried again; what is not there or was done is not.
        let chosen = |page: &str, number: &str| page.contains(&format!("name=\"chosen\" value=\"{number}\" form=\"again\" checked"));
        assert!(chosen(&mixed.body, "WO-2026-001") && mixed.body.contains("Try again with the chosen"), "{}", mixed.body);
        assert!(!chosen(&mixed.body, "WO-2026-014") && !chosen(&mixed.body, "WO-2026-777"), "{}", mixed.body);
        for field in ["name=\"what\" value=\"submit\"", "name=\"query\" value=\"status=open"] {
            assert!(mixed.body.contains(field), "{field}: {}", mixed.body);
        }
        assert!(!mixed.body.contains("name=\"reason\""), "a move takes none here: {}", mixed.body);
        let two = [("chosen", "WO-2026-014"), ("chosen", "WO-2026-001"), ("what", "priority"), ("priority", "low"), ("query", "status=open")];
        let done = bulk(&asker, &two).await;
        assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/work-orders?status=open"), "{}", done.body);
        for number in ["WO-2026-014", "WO-2026-001"] {
            assert_eq!(row(&t, &asker, number).await.priority(), Priority::Low);
        }
        assert_eq!(row(&t, &asker, "WO-2026-014").await.title, "Trace every call of the support assistant", "nothing else is different");
        let due = [("chosen", "WO-2026-001"), ("what", "due"), ("due", "2026-12-24")];
        assert_eq!(bulk(&asker, &due).await.status, StatusCode::SEE_OTHER);
        assert!(row(&t, &asker, "WO-2026-001").await.due_at.is_some());
        let account = asker.actor.id.clone();
        let assigned = bulk(&asker, &[("chosen", "WO-2026-001"), ("what", "assign"), ("account", account.as_str())]).await;
        assert_eq!(assigned.status, StatusCode::SEE_OTHER, "{}", assigned.body);
        assert_eq!(row(&t, &asker, "WO-2026-001").await.assignee_account, Some(account));
        // Once the plan is approved, a change wants its reason, and a move that wants one is never made by this press.
        begun(&t, &asker, &asker, &FILE.replace("WO-2026-014", "WO-2026-300")).await;
        let urgent = [("chosen", "WO-2026-300"), ("what", "priority"), ("priority", "emergency")];
        let refused = bulk(&asker, &urgent).await.body;
        assert!(refused.contains("needs a reason") && refused.contains("name=\"reason\""), "{refused}");
        assert!(chosen(&refused, "WO-2026-300") && refused.contains("name=\"priority\" value=\"emergency\""), "{refused}");
        let explained = [&urgent[..], &[("reason", "the line stands still")]].concat();
        assert_eq!(bulk(&asker, &explained).await.status, StatusCode::SEE_OTHER);
        let again = bulk(&asker, &[("chosen", "WO-2026-300"), ("what", "start"), ("reason", "the line stands still")]).await;
        assert!(again.body.contains("0 of 1 done") && again.body.contains("begins at approved"), "{}", again.body);
        for nothing in [&[("what", "submit")][..], &[("chosen", "WO-2026-001")], &[("chosen", "WO-2026-001"), ("what", "close")]] {
            assert_eq!(bulk(&asker, nothing).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let viewer = other(&asker, "viewer", &[Role::Viewer]);
        let refused = bulk(&viewer, &[("chosen", "WO-2026-001"), ("what", "priority"), ("priority", "high")]).await;
        assert!(refused.body.contains("0 of 1 done") && !refused.body.contains("Try again"), "{}", refused.body);
        let stranger = other(&asker, "stranger", &[Role::Technician]);
        let hidden = bulk(&stranger, &[("chosen", "WO-2026-001"), ("what", "priority"), ("priority", "high")]).await;
        assert!(hidden.body.contains("was not found") && !hidden.body.contains("Bare"), "{}", hidden.body);
        assert_eq!(row(&t, &asker, "WO-2026-001").await.priority(), Priority::Low);
    }
}
