//! Every figure of the shop of these tests against SQL of one's own, and its pages.

use actix_web::http::StatusCode;
use tracewright::audit::actions::unlink;
use tracewright::audit::reads::links_of;
use tracewright::figures::model::Figure;
use tracewright::figures::reads::Narrowed;
use tracewright::foundation::{Action, Grant, Role, permission};
use tracewright::work_orders::model::Status;

use super::by_hand::compare;
use super::shop::{shop, write};
use super::{holds, page, seen};
use crate::field::browser;
use crate::guards::stage::{do_tick, hire, link_trace, owner, send};
use crate::harness::http::site;
use crate::harness::on_both;
use crate::harness::orders::walk;

on_both! {
    async fn every_figure_is_what_a_query_of_ones_own_says(t: TestApp) {
        let shop = shop(&t).await;
        let project = shop.owner.project;
        let all = compare(&t, project, "", &Narrowed::default()).await;
        // Nothing of this is equal because both are empty.
        let told: Vec<(i64, i64)> = all.iter().map(|(_, counted, hits)| (*counted, *hits)).collect();
        assert_eq!(told[..3], [(2, 2), (6, 3), (2, 1)], "{all:?}");
        assert_eq!((told[3], told[4], told[5], told[8]), ((2, 2), (1, 1), (2, 1), (2, 2)), "{all:?}");
        assert!(told[6].0 > 4 && told[6].1 == 1, "{all:?}");
        assert!(told[7].0 == 8 && told[7].1 == 1, "{all:?}");
        let of_type = Narrowed { order_type: Some("Repair".to_owned()), ..Narrowed::default() };
        compare(&t, project, " AND order_type = 'Repair'", &of_type).await;
        let dana = shop.dana.id().to_owned();
        let hers = Narrowed { assignees: Some(vec![dana.clone()]), ..Narrowed::default() };
        compare(&t, project, &format!(" AND assignee = '{dana}'"), &hers).await;
        let there = Narrowed { assets: Some(vec!["fil-1".to_owned()]), ..Narrowed::default() };
        let at_filler = compare(&t, project, " AND asset_key = 'fil-1'", &there).await;
        assert!(at_filler[1].1 < all[1].1, "what came from a file names no asset");
        let none = Narrowed { assets: Some(vec!["nowhere".to_owned()]), ..Narrowed::default() };
        assert!(compare(&t, project, " AND asset_key = 'nowhere'", &none).await.iter().all(|(_, counted, _)| *counted == 0));
        holds(&t).await;
    }

    async fn what_is_left_out_is_counted_beside(t: TestApp) {
        let shop = shop(&t).await;
        let beside = async |figure: Figure| {
            let told = seen(&t, shop.owner.project, figure, Narrowed::default()).await.told;
            told.left_out.into_iter().map(|it| (it.count, it.words)).collect::<Vec<_>>()
        };
        let of_file = "only told by a file left out";
        assert_eq!(beside(Figure::Late).await, [(1, "open without a due day left out"), (1, of_file)]);
        assert_eq!(beside(Figure::PlannedWeek).await, [(1, "cancelled left out"), (1, of_file)]);
        assert_eq!(beside(Figure::Preventive).await, [(1, "cancelled left out")]);
        assert_eq!(beside(Figure::RepairTime).await, [(1, "without any time left out"), (1, "corrected entries of time left out")]);
        assert_eq!(beside(Figure::TicksWithEvidence).await, [(2, "ticked by a file only left out")]);
        let told = seen(&t, shop.owner.project, Figure::DoneToVerified, Narrowed::default()).await.told;
        assert_eq!(told.waiting.unwrap().0, 2, "completed and not verified");
    }

    async fn a_link_that_is_taken_away_is_no_evidence_any_more(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let (project, id) = (boss.project, write(&t, &boss, "One more", "Repair", "2026-12-30").await);
        walk(&t, &boss, &dana, &id, Status::InProgress).await;
        do_tick(&t, &dana, &id, "1.1").await;
        let hits = async || seen(&t, project, Figure::TicksWithEvidence, Narrowed::default()).await.measured.whole.hits;
        assert_eq!(hits().await, 0);
        send(&t, &dana, "trace-2", &[], "It was seen.").await;
        link_trace(&t, &dana, &id, "1", "trace-2").await;
        assert_eq!(hits().await, 1, "what is linked to the step is evidence of its items");
        do_tick(&t, &dana, &id, "1.2").await;
        assert_eq!(hits().await, 2, "of those that are ticked later as well");
        let of = id.clone();
        let read = move |conn: &mut tracewright::db::AnyConnection| links_of(conn, project, &of);
        let link = t.app.db.read(read).await.unwrap().pop().unwrap().link_id;
        unlink(&t.app, &dana, link, "it is another one".to_owned()).await.unwrap();
        assert_eq!(hits().await, 0);
        holds(&t).await;
    }

    async fn nothing_to_count_is_a_dash_with_its_reason(t: TestApp) {
        owner(&t).await;
        let (s, browser) = (site(&t).await, browser(&t, "owner@example.com").await);
        let all = page(&browser, &s, "/work-orders/figures").await;
        assert_eq!(all.matches("nothing to count</span>").count(), 9, "{all}");
        assert!(!all.contains("100 %") && !all.contains(">0 %"), "{all}");
        for figure in Figure::ALL {
            assert!(all.contains(figure.nothing()), "{figure:?}");
            let rows = page(&browser, &s, &format!("/work-orders/figures/{}", figure.as_str())).await;
            assert!(rows.contains("No row to show"), "{rows}");
        }
    }

    async fn the_page_shows_them_and_leads_to_their_rows_and_files(t: TestApp) {
        shop(&t).await;
        let (s, browser) = (site(&t).await, browser(&t, "owner@example.com").await);
        let all = page(&browser, &s, "/work-orders/figures").await;
        for words in ["50 %", "3 of 6 · goal 85 %", "are not as they should be", "ledger entry", "By week, from its first day"] {
            assert!(all.contains(words), "{words}: {all}");
        }
        let late = page(&browser, &s, "/work-orders/figures/late?only=in").await;
        assert!(late.contains("Valve that sticks") && !late.contains("Some day"), "{late}");
        let all_due = page(&browser, &s, "/work-orders/figures/late").await;
        let (valve, day) = (all_due.find("Valve that sticks").unwrap(), all_due.find("Some day"));
        assert!(day.is_none_or(|day| valve < day), "what is late stands first: {all_due}");
        let out = page(&browser, &s, "/work-orders/figures/planned-week?only=out&type=Repair").await;
        assert!(out.contains("Valve that sticks") && !out.contains("Seal of the filler"), "{out}");
        let csv = page(&browser, &s, "/work-orders/figures/planned-week.csv").await;
        assert_eq!(csv.lines().count(), 1 + 6, "{csv}");
        assert_eq!(csv.matches(",not done in its week,").count(), 3, "{csv}");
        let whole = page(&browser, &s, "/work-orders/figures.csv?last=2").await;
        assert_eq!(whole.lines().count(), 1 + 9 * 2, "{whole}");
        let claims = page(&browser, &s, "/work-orders/figures/claims-true?only=in").await;
        assert!(claims.contains("href=\"/claims/") && claims.contains("Looked"), "{claims}");
        assert!(page(&browser, &s, "/work-orders").await.contains("href=\"/work-orders/figures\""), "a tab leads there");
    }

    async fn who_sees_only_some_orders_sees_no_figure_and_no_address_breaks_them(t: TestApp) {
        let boss = owner(&t).await;
        for (name, role) in [("tess", Role::Technician), ("rae", Role::Requester), ("vic", Role::Viewer)] {
            hire(&t, &boss, name, &[role]).await;
        }
        let s = site(&t).await;
        for (name, status) in [("tess", StatusCode::FORBIDDEN), ("rae", StatusCode::FORBIDDEN), ("vic", StatusCode::OK)] {
            let browser = browser(&t, &format!("{name}@example.com")).await;
            for path in ["", ".csv", "/late", "/late.csv"] {
                let answer = browser.get(&s, &format!("/work-orders/figures{path}")).await;
                assert_eq!(answer.status, status, "{name} {path}");
            }
            assert_eq!(browser.get(&s, "/work-orders/workload").await.status, status, "{name}");
            assert_eq!(browser.get(&s, "/work-orders/hours").await.status, StatusCode::FORBIDDEN, "{name}");
        }
        assert_eq!(permission::may(&[Role::Agent], Action::ViewFigures), Grant::Never);
        let browser = browser(&t, "owner@example.com").await;
        for bad in [
            "?from=soon", "?from=2026-11-20&to=2026-11-01", "?last=10000", "?from=1900-01-01", "?by=year", "?to=99999-01-01",
            "/late?only=x", "/late?after=garbage",
        ] {
            let answer = browser.get(&s, &format!("/work-orders/figures{bad}")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}: {}", answer.body);
        }
        for none in ["/none", "/none.csv", "/Late"] {
            assert_eq!(browser.get(&s, &format!("/work-orders/figures{none}")).await.status, StatusCode::NOT_FOUND, "{none}");
        }
        for odd in ["?asset=of-another-project", "?assignee=nobody", "?assignee=x%27%20OR%201%3D1", "?unit=1&assignee=me"] {
            assert!(page(&browser, &s, &format!("/work-orders/figures{odd}")).await.contains("nothing to count"), "{odd}");
        }
    }
}
