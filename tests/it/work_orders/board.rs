//! The board through its routes: what stands in which lane for whom, how many, and moves that lead back to it.

use actix_web::http::StatusCode;
use tracewright::foundation::Role;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::model::Status;
use tracewright::work_orders::reads::Filter;
use tracewright::work_orders::reads::board::{LaneCount, count, lane};

use crate::harness::on_both;
use crate::harness::orders::walk;

use super::pages::{get, post};
use super::*;

/// Writes an order that may be submitted; gives its number and id. An empty due day is none.
pub(super) async fn write_due(t: &TestApp, who: &Asker, title: &str, due: &str) -> (String, String) {
    let fields = [
        ("title", title),
        ("type", "Repair"),
        ("priority", "high"),
        ("due", due),
        ("checklist", "## Look\n- [ ] Looked\n"),
        ("criteria", "It was looked at"),
    ];
    let made = post(t, who, "/work-orders/new", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let number = made.location.trim_start_matches("/work-orders/").trim_end_matches("/edit").to_owned();
    let id = row(t, who, &number).await.order_id;
    (number, id)
}

/// The same, submitted and given to nobody.
async fn submitted(t: &TestApp, who: &Asker, title: &str, due: &str) -> String {
    let (number, id) = write_due(t, who, title, due).await;
    transition(&t.services.orders, who, &id, Move::to(Status::Submitted)).await.unwrap();
    number
}

/// What the page shows in one lane.
fn lane_of<'a>(page: &'a str, lane: &str) -> &'a str {
    let (_, rest) =
        page.split_once(&format!("data-lane=\"{lane}\"")).unwrap_or_else(|| panic!("no lane {lane}: {page}"));
    rest.split_once("</section>").unwrap().0
}

/// The numbers of the cards, from top to bottom.
fn cards(lane: &str) -> Vec<String> {
    let heads = lane.split("data-card").skip(1).filter_map(|card| card.split_once("aria-label=\""));
    heads.filter_map(|(_, rest)| Some(rest.split_once('"')?.0.to_owned())).collect()
}

on_both! {
    async fn each_lane_holds_what_stands_there_and_each_reader_sees_what_is_theirs(t: TestApp) {
        let boss = owner(&t).await;
        let worker = other(&boss, "worker", &[Role::Technician]);
        let (draft, _) = write_due(&t, &boss, "A draft", "").await;
        let waiting = submitted(&t, &boss, "Waits for approval", "").await;
        let (given, given_id) = write_due(&t, &boss, "Theirs", "").await;
        walk(&t, &boss, &worker, &given_id, Status::InProgress).await;
        for who in [&boss, &other(&boss, "viewer", &[Role::Viewer])] {
            let page = get(&t, who, "/work-orders/board").await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            assert_eq!(cards(lane_of(&page.body, "submitted")), std::slice::from_ref(&waiting));
            assert_eq!(cards(lane_of(&page.body, "in_progress")), std::slice::from_ref(&given));
            for empty in ["approved", "on_hold", "completed", "verified"] {
                assert!(lane_of(&page.body, empty).contains("Nothing is"), "{empty}");
            }
            assert!(page.body.contains("1 draft</a>") && !page.body.contains(&draft), "{}", page.body);
            assert!(page.body.contains("href=\"/work-orders?status=draft\""), "{}", page.body);
        }
        let own = get(&t, &worker, "/work-orders/board").await.body;
        assert_eq!(cards(lane_of(&own, "in_progress")), std::slice::from_ref(&given));
        assert!(!own.contains(&waiting) && own.contains("0 drafts"), "{own}");
        let stranger = other(&boss, "stranger", &[Role::Technician]);
        let none = get(&t, &stranger, "/work-orders/board").await.body;
        assert!(none.contains("Nothing is under way") && !none.contains(&given), "{none}");
        let narrowed = get(&t, &boss, "/work-orders/board?q=waits&assignee=nobody").await.body;
        assert_eq!(cards(lane_of(&narrowed, "submitted")), [waiting]);
        assert!(cards(lane_of(&narrowed, "in_progress")).is_empty());
        // Only work that goes on has the sign of it.
        let list = get(&t, &boss, "/work-orders").await.body;
        assert!(list.contains("<span class=\"chip \">Submitted</span>") && list.contains("<span class=\"chip blue\">In progress</span>"), "{list}");
        let wrong = get(&t, &boss, "/work-orders/board?priority=soon").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_lane_shows_thirty_what_is_late_first_and_counts_them_all(t: TestApp) {
        let boss = owner(&t).await;
        for place in 0..30 {
            submitted(&t, &boss, &format!("Order {place}"), "2026-12-24").await;
        }
        let late = submitted(&t, &boss, "The late one", "2026-11-18").await;
        let page = get(&t, &boss, "/work-orders/board").await.body;
        let shown = lane_of(&page, "submitted");
        let numbers = cards(shown);
        assert_eq!((numbers.len(), numbers.first()), (30, Some(&late)));
        assert!(shown.contains("3 days late") && shown.contains("1 late</a>") && shown.contains("and 1 more"), "{shown}");
        let list = get(&t, &boss, "/work-orders?status=submitted").await.body;
        assert_eq!(list.matches("<tr data-row>").count(), 31, "the link leads to all of them");
        let (project, now, filters) = (boss.project, t.app.now(), [Filter::default(), Filter { own: Some(boss.actor.id.clone()), ..Filter::default() }]);
        let read = move |conn: &mut tracewright::db::AnyConnection| {
            for filter in &filters {
                let counted = count(conn, project, filter, Status::Submitted, now)?;
                assert_eq!(counted, LaneCount { all: 31, late: 1 }, "{filter:?}");
                assert_eq!(lane(conn, project, filter, Status::Submitted, 100)?.len(), 31, "{filter:?}");
            }
            Ok(())
        };
        t.app.db.read(read).await.unwrap();
    }

    async fn a_card_says_why_its_order_waits(t: TestApp) {
        let boss = owner(&t).await;
        let (number, id) = write_due(&t, &boss, "Speech in the freezing hall", "").await;
        walk(&t, &boss, &boss, &id, Status::InProgress).await;
        let hold = [("to", "on_hold"), ("hold", "parts"), ("reason", "the headset is not here yet"), ("back", "/work-orders/board?lane=in_progress")];
        let held = post(&t, &boss, &format!("/work-orders/{number}/transition"), &hold).await;
        assert_eq!((held.status, held.location.as_str()), (StatusCode::SEE_OTHER, "/work-orders/board?lane=in_progress"), "{}", held.body);
        let page = get(&t, &boss, "/work-orders/board").await.body;
        assert!(lane_of(&page, "on_hold").contains("Waits for parts: the headset is not here yet"), "{page}");
        let resumed = post(&t, &boss, &format!("/work-orders/{number}/transition"), &[("to", "in_progress")]).await;
        assert_eq!(resumed.status, StatusCode::SEE_OTHER, "{}", resumed.body);
        assert!(!get(&t, &boss, "/work-orders/board").await.body.contains("Waits for parts"));
    }

    async fn moves_are_listed_with_their_reasons_and_lead_back_to_the_board(t: TestApp) {
        let boss = owner(&t).await;
        let number = submitted(&t, &boss, "To be approved", "").await;
        let base = format!("/work-orders/{number}");
        let menu = get(&t, &boss, &format!("{base}/moves?back=%2Fwork-orders%2Fboard")).await;
        assert_eq!(menu.status, StatusCode::OK, "{}", menu.body);
        let way = format!("{base}/move/approved?back=%2Fwork-orders%2Fboard");
        assert!(menu.body.contains(&format!("href=\"{way}\"")) && menu.body.contains("Return to draft"), "{}", menu.body);
        let dragged = get(&t, &boss, &format!("{base}/moves?to=approved&back=%2Fwork-orders%2Fboard")).await;
        assert_eq!((dragged.status, dragged.location.as_str()), (StatusCode::SEE_OTHER, way.as_str()));
        let asked = get(&t, &boss, &way).await;
        assert!(asked.body.contains("name=\"back\" value=\"/work-orders/board\""), "{}", asked.body);
        let nowhere = get(&t, &boss, &format!("{base}/moves?to=verified")).await;
        assert!(nowhere.status == StatusCode::OK && nowhere.body.contains("does not go to verified"), "{}", nowhere.body);
        let nonsense = get(&t, &boss, &format!("{base}/moves?to=soon")).await;
        assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY);
        let viewer = other(&boss, "viewer", &[Role::Viewer]);
        let theirs = get(&t, &viewer, &format!("{base}/moves")).await;
        assert!(theirs.body.contains("Nothing is yours to do with it now") && theirs.body.contains("Not now"), "{}", theirs.body);
        assert!(!theirs.body.contains(&format!("{base}/transition")));
        let stranger = other(&boss, "stranger", &[Role::Technician]);
        assert_eq!(get(&t, &stranger, &format!("{base}/moves")).await.status, StatusCode::NOT_FOUND);
        for (back, leads_to) in [
            ("/work-orders/board?q=pump", "/work-orders/board?q=pump".to_owned()),
            ("https://evil.example/work-orders/board", format!("{base}#top")),
            ("//evil.example/", format!("{base}#top")),
        ] {
            let returned = [("to", "draft"), ("reason", "the plan lacks a step"), ("back", back)];
            let done = post(&t, &boss, &format!("{base}/transition"), &returned).await;
            assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, leads_to), "{back}");
            let again = post(&t, &boss, &format!("{base}/transition"), &[("to", "submitted")]).await;
            assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
        }
    }
}
